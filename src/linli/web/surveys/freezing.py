"""From the register and the layers that came in bulk to a frozen survey: gathered, checked, written.

*Gathered*: the layers of a round's place, with where each row came from. Errors refuse the freezing, all of them at
once; warnings go into the snapshot's manifest. What is written does not depend on when: the same register and the same
bulk layers give the same digest.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from django.conf import settings

import linli
from linli.errors import CrsError, Problem, SnapshotError
from linli.survey import Manifest, SourceNote, Survey, freeze, layer_schema, load_snapshot, make_survey
from linli.survey.assemble import Layers, assemble, clip_layers, metric_crs_of
from linli.survey.check import ROW, SOURCE, Origin, check_inside, without_echoes
from linli.survey.crosscheck import check_across, check_codes, check_places
from linli.survey.messages import problem, thin
from linli.survey.raw import file_sha256
from linli.survey.schema import Words
from linli.web.accounts.models import Place
from linli.web.places.models import LAYERS
from linli.web.places.selectors import layer_frame
from linli.web.surveys.models import BulkLayer, Finding, Round
from linli.web.surveys.selectors import active_layers, parents_of, register_state
from linli.web.words import say

__all__ = ["REGISTER", "Gathered", "Prepared", "as_findings", "gather", "prepare", "write_snapshot"]

REGISTER = "register"
"""What the register is called as a source."""

Progress = Callable[[str, float | None], None]

_AROUND = ("facilities",)
"""Layers of the register of which neighbours' rows within walking distance are taken along."""
_MARGIN_M = 1000.0
"""How far beyond the edge of a district streets and facilities are taken along; as `linli.survey.Dataset.margin_m`."""
_KEPT_WARNINGS = 50
"""Warnings of one kind, layer and column that the manifest writes out."""
_KEPT_FINDINGS = 500
"""Findings of one kind, layer and column that are kept as rows."""
_TRIES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The layers of a round before anything was checked.

    Parameters
    ----------
    layers
        By name, EPSG:4326, with `SOURCE` and `ROW`.
    origins
        By number in `SOURCE`.
    sources
        For the manifest.
    attribution
        Who must be named with the data.
    area
        Outline of the round's place; ``None`` for the whole tree.
    keys
        By layer of the register: key and community code of each row.
    """

    layers: Layers
    origins: tuple[Origin, ...]
    sources: tuple[SourceNote, ...]
    attribution: tuple[str, ...]
    area: Any | None
    keys: Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What came of checking.

    Parameters
    ----------
    survey
        If there was no error.
    problems
        All of them.
    rows
        By layer.
    keys
        By layer of the register: key and community code of each row.
    """

    survey: Survey | None
    problems: tuple[Problem, ...]
    rows: Mapping[str, int]
    keys: Mapping[str, Sequence[tuple[str, str]]]

    @property
    def errors(self) -> int:
        """How many problems refuse the freezing."""
        return sum(one.severity == "error" for one in self.problems)

    @property
    def warnings(self) -> int:
        """How many only warn."""
        return len(self.problems) - self.errors


def _numbered(frame: pd.DataFrame, number: int) -> pd.DataFrame:
    out = frame.reset_index(drop=True)
    out[SOURCE], out[ROW] = number, np.arange(1, len(out) + 1)
    return out


def _from_register(place: str, *, whole: bool) -> tuple[Layers, str, int]:
    """Read the register's layers, all of one moment: again if somebody changed one meanwhile."""
    for _ in range(_TRIES):
        before = register_state(place)
        layers: Layers = {name: layer_frame(name, place) for name in LAYERS}
        if not whole:
            layers |= {name: _with_neighbours(name, place) for name in _AROUND}
        if register_state(place) == before:
            break
    return layers, *before


def _with_neighbours(layer: str, place: str) -> pd.DataFrame:
    """Read a layer of the whole tree; rows of communities elsewhere belong to none of this survey's."""
    frame = layer_frame(layer, parents_of(place)[0])
    away = frame["community_id"].isin(_elsewhere(place))
    return frame.assign(community_id=frame["community_id"].mask(away))


def _elsewhere(place: str) -> list[str]:
    """Return the codes of the communities that do not lie at or below a place."""
    communities = Place.objects.filter(level="community").exclude(path__startswith=place)
    return list(communities.values_list("code", flat=True))


def _keys(layer: str, frame: pd.DataFrame) -> list[tuple[str, str]]:
    schema = layer_schema(layer)
    names = [schema.key] if schema.key else list(schema.unique)
    parts = [_texts(frame[name]) for name in names]
    return list(zip(map("|".join, zip(*parts, strict=True)), _texts(frame["community_id"]), strict=True))


def _texts(cells: pd.Series) -> list[str]:
    return ["" if pd.isna(cell) else str(cell) for cell in cells.to_list()]


def _read_bulk(layers: Sequence[BulkLayer]) -> pd.DataFrame:
    frames = []
    for one in layers:
        if not one.path.is_file() or file_sha256(one.path) != one.sha256:
            raise SnapshotError(say("surveys.refuse.bulk_changed", name=str(one)))
        frames.append(gpd.read_parquet(one.path))
    read: pd.DataFrame = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    return read


def _bulk_note(one: BulkLayer) -> SourceNote:
    said = {name: one.source[name] for name in ("datum", "encoding") if one.source.get(name)}
    return SourceNote(file=one.source.get("name") or one.title, sha256=one.source.get("sha256") or one.sha256,
                      layer=one.layer, rows=one.rows, **said)  # fmt: skip


def gather(round_: Round) -> Gathered:
    """Gather the layers of a round.

    Parameters
    ----------
    round_
        The round.

    Returns
    -------
    Gathered
        Register and bulk layers; of a district, with what lies within walking distance around it.

    Raises
    ------
    SnapshotError
        If the file of a bulk layer is not what was kept.
    """
    whole = len(parents_of(round_.place)) == 1
    found, state, rows = _from_register(round_.place, whole=whole)
    bulk = active_layers(round_.place)
    keys = {name: _keys(name, frame) for name, frame in found.items()}
    found |= {name: _read_bulk(of) for name, of in bulk.items()}
    if not whole and "buildings" in found:
        away = found["buildings"]["community_id"].isin(_elsewhere(round_.place))
        found["buildings"] = found["buildings"][~away]
    layers: Layers = {}
    origins: list[Origin] = []
    for name, frame in found.items():
        layers[name] = _numbered(frame, len(origins))
        origins.append(Origin(REGISTER if name in LAYERS else " + ".join(str(one) for one in bulk[name]), name))
    note = SourceNote(file=REGISTER, layer=REGISTER, sha256=state, rows=rows)
    used = [one for of in bulk.values() for one in of]
    outlines = layers["communities"].geometry.dropna()
    return Gathered(
        layers, tuple(origins), (note, *map(_bulk_note, used)), tuple(dict.fromkeys(one.title for one in used)),
        None if whole or outlines.empty else shapely.union_all(outlines.to_numpy()), keys,
    )  # fmt: skip


def _own(code: str, key: str) -> Problem:
    texts = {part: {lang: say(f"surveys.problem.{code}.{part}", lang) for lang in ("zh", "en")}
             for part in ("message", "fix")}  # fmt: skip
    return Problem(f"surveys.{code}", "warning", texts["message"], texts["fix"], layer="communities", value=key)


def _unoutlined(round_: Round, layers: Layers) -> list[Problem]:
    """Name the communities of the round that the register has no row of: nothing can be said of them."""
    there = set(layers["communities"]["community_id"].dropna().astype(str))
    asked = round_.returns.order_by("place").values_list("community__code", flat=True)
    return [_own("community_without_row", code) for code in asked if code not in there]


def _clipped(layers: Layers, area: Any | None, crs: str) -> tuple[Layers, list[Problem]]:
    if area is None:
        return layers, []
    wide = {name: layers[name] for name in (*_AROUND, "streets", "buildings") if name in layers}
    kept, problems = clip_layers(wide, area, crs, _MARGIN_M)
    return {**layers, **kept}, problems


def prepare(round_: Round, progress: Progress) -> Prepared:
    """Gather a round's layers and check them as a survey read from files is checked.

    Parameters
    ----------
    round_
        The round.
    progress
        Told the stage and the fraction done, 0–1.

    Returns
    -------
    Prepared
        With a survey only if there was no error.

    Raises
    ------
    SnapshotError
        If the file of a bulk layer is not what was kept.
    """
    progress("surveys.stage.gather", 0.0)
    gathered = gather(round_)
    progress("surveys.stage.inside", 0.2)
    layers, problems = check_inside(gathered.layers, gathered.origins)
    problems = without_echoes(problems)
    try:
        crs = metric_crs_of(layers, area=gathered.area)
        layers, more = _clipped(layers, gathered.area, crs)
    except CrsError as error:
        return Prepared(None, (*problems, problem("datum.unknown", reason=error)), _counts(layers), gathered.keys)
    problems += [*more, *check_codes(layers, gathered.origins, communities_given=True)]
    maps = {name: frame for name, frame in layers.items() if isinstance(frame, gpd.GeoDataFrame)}
    problems += check_places(maps, gathered.origins, gathered.area)
    problems += _unoutlined(round_, layers)
    if _has_errors(problems):
        swapped = any(one.code in ("geometry.swapped", "geometry.range") for one in problems)
        more = [] if swapped else check_across(layers, crs, gathered.origins, gathered.area)
        return Prepared(None, (*problems, *more), _counts(layers), gathered.keys)
    progress("surveys.stage.across", 0.4)
    final, residents, more = assemble(layers, crs, gathered.origins, declared=_declared(layers), area=gathered.area)
    problems += more
    if _has_errors(problems):
        return Prepared(None, tuple(problems), _counts(final), gathered.keys)
    progress("surveys.stage.make", 0.8)
    survey = _survey(round_, gathered, final, residents, problems, crs)
    return Prepared(survey, tuple(problems), _counts(final), gathered.keys)


def _has_errors(problems: Sequence[Problem]) -> bool:
    return any(one.severity == "error" for one in problems)


def _declared(layers: Layers) -> set[str]:
    """Return the layers that hold something; what is missing of the others is worth a word."""
    return {name for name, frame in layers.items() if len(frame)}


def _counts(layers: Layers) -> dict[str, int]:
    return {name: len(frame) for name, frame in layers.items()}


def _survey(
    round_: Round, gathered: Gathered, layers: Layers, residents: Any, problems: Sequence[Problem], crs: str
) -> Survey:
    place = Place.objects.get(path=round_.place)
    kept = {one.layer: len(layers[one.layer]) for one in gathered.sources if one.layer in layers}
    sources = [one.model_copy(update={"rows_kept": kept.get(one.layer)}) for one in gathered.sources]
    manifest = Manifest(
        name=Words(zh=place.name, en=place.name_en or place.name), surveyed_on=round_.surveyed_on, round=round_.code,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"), metric_crs=crs, sources=tuple(sources),
        residents=residents, warnings=tuple(one.as_dict() for one in thin(problems, _KEPT_WARNINGS)),
        code_version=linli.__version__, attribution=gathered.attribution,
    )  # fmt: skip
    return make_survey(layers, manifest)


def as_findings(round_: Round, prepared: Prepared) -> list[Finding]:
    """Turn problems into rows that lead to the records they concern, at the places of these.

    Parameters
    ----------
    round_
        The round that was checked.
    prepared
        What came of it; of one kind, layer and column the first few hundred problems are kept, and the last of them
        says how many there are.

    Returns
    -------
    list of Finding
        Not saved, without their round: errors first.
    """
    paths = dict(Place.objects.filter(path__startswith=round_.place, level="community").values_list("code", "path"))
    findings = []
    for one in sorted(thin(prepared.problems, _KEPT_FINDINGS), key=lambda each: each.severity != "error"):
        rows = prepared.keys.get(one.layer or "", ()) if one.file == REGISTER else ()
        key, code = "", ""
        if one.code == "surveys.community_without_row":
            key = code = str(one.value)
        elif one.row is not None and one.row <= len(rows):
            key, code = rows[one.row - 1]
        findings.append(_finding(one, key, paths.get(code, "")))
    return findings


def _finding(one: Problem, key: str, place: str) -> Finding:
    return Finding(
        severity=one.severity, code=one.code, layer=one.layer or one.file or "", key=key[:120], place=place,
        row=None if key else one.row, column=(one.column or "")[:60], value=(one.value or "")[:100],
        allowed=(one.allowed or "")[:300], message=one.message, fix=one.fix,
    )  # fmt: skip


def write_snapshot(survey: Survey, code: str) -> tuple[str, str]:
    """Write a survey below the site's files, in a folder named by its digest.

    A process that is killed leaves at most a hidden folder that the next try replaces. What is there already is kept if
    it is whole.

    Parameters
    ----------
    survey
        From `prepare`.
    code
        Of the round.

    Returns
    -------
    tuple of str
        The folder, below the site's files, and the digest.

    Raises
    ------
    SnapshotError
        If it cannot be written.
    """
    root = Path(settings.MEDIA_ROOT) / "snapshots"
    making = root / f".{code}"
    digest = freeze(survey, making, replace=True).manifest.digest or ""
    target = root / digest
    if target.exists():
        try:
            load_snapshot(target)
            shutil.rmtree(making)
            return f"snapshots/{digest}", digest
        except SnapshotError:
            shutil.rmtree(target)
    try:
        making.rename(target)
    except OSError:
        load_snapshot(target)  # another worker was quicker
    if os.name != "nt":
        handle = os.open(root, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return f"snapshots/{digest}", digest
