"""The assessment as a record: tables, what they were made from, and how they are kept on disk.

What belongs here: `Assessment`, saving and loading it, and looking one community up in it. An assessment is a pure
function of survey, catalogue and options, so its folder holds no clock time: same inputs, same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field

from linli.assess.options import AssessOptions
from linli.errors import InputError, Problem, SnapshotError

__all__ = ["TABLES", "Assessment", "Meta", "community", "load_assessment", "save_assessment"]

FILE = "assessment.json"


class Meta(BaseModel):
    """What an assessment was made from, and what a reader has to know about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Mapping[str, str] = Field(description="Name of the survey, zh and en.")
    surveyed_on: dt.date = Field(description="Date of the survey.")
    on: dt.date = Field(description="Date whose rules are in force.")
    unit: str = Field(description="Unit of every count of people: residents, or m2 where floor area stands for them.")
    options: AssessOptions = Field(description="The city's choices.")
    catalogue_version: str = Field(description="Version of the rules, packs included.")
    survey_digest: str = Field(description="SHA-256 of the survey's manifest.")
    code_version: str = Field(description="Version of Linli.")
    weights: Mapping[str, str] = Field(description="By standard: where the weights of its score came from.")
    notes: tuple[Mapping[str, Any], ...] = Field(description="What could not be known: code, count, text zh and en.")


@dataclass(frozen=True, eq=False)
class Assessment:
    """One assessment: tidy tables, none of them ever changed afterwards.

    Parameters
    ----------
    meta
        What it was made from.
    communities
        One row a community: name, district, kind, households, residents by band.
    items
        One row a community and item: status, degree with range, shortfall, weakest requirement.
    requirements
        One row a community and requirement: value against what is required, degree with range, evidence as JSON.
    bands
        Residents within the distance by community, requirement and age band; `elder_share` at the elder's pace.
    coverage
        Residents within by community, facility type and distance.
    supply
        How much there is by community and facility type: count, m², capacity, per head, per 100 households, access.
    buildings
        One row a building: lon, lat, residents, distance to the nearest facility by type and which one it is.
    scores
        One row a community and standard: score with range, grade, rank.
    haves
        One row a community and group of a standard (the six haves, the levels): mean degree with range.
    scenes
        One row a community and scene of the nine, through the crosswalk.
    indices
        One row a community: the 一老一小 index, with range and at their own pace.
    priority
        One row a community: rank, score, components, reason.
    profile
        One row a community and fact: value, unit, share of communities that have less.
    peers
        One row a community and peer: rank and distance of their profiles.
    """

    meta: Meta
    communities: pd.DataFrame
    items: pd.DataFrame
    requirements: pd.DataFrame
    bands: pd.DataFrame
    coverage: pd.DataFrame
    supply: pd.DataFrame
    buildings: pd.DataFrame
    scores: pd.DataFrame
    haves: pd.DataFrame
    scenes: pd.DataFrame
    indices: pd.DataFrame
    priority: pd.DataFrame
    profile: pd.DataFrame
    peers: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return {name: getattr(self, name) for name in TABLES}


TABLES: tuple[str, ...] = tuple(field.name for field in fields(Assessment) if field.name != "meta")
"""Names of the tables of an assessment, in order."""


def _unknown_community(community_id: str, some: list[str], n: int) -> Problem:
    return Problem(
        code="community.unknown",
        severity="error",
        message={"zh": "没有这个社区", "en": "there is no such community"},
        fix={"zh": "请用社区编号。", "en": "Use a community's id."},
        column="community_id",
        value=community_id,
        allowed=f"{', '.join(some)} … ({n})",
    )


def community(assessment: Assessment, community_id: str) -> dict[str, pd.DataFrame]:
    """Pick the rows of one community from every table.

    Parameters
    ----------
    assessment
        Any assessment.
    community_id
        The community's id.

    Returns
    -------
    dict of DataFrame
        By table name; rows keep their order and are renumbered.

    Raises
    ------
    InputError
        If there is no community of that id; the message says how they look.
    """
    ids = assessment.communities["community_id"]
    if not (ids == community_id).any():
        raise InputError([_unknown_community(community_id, list(ids.head(3)), len(ids))])
    return {
        name: table[table["community_id"] == community_id].reset_index(drop=True)
        for name, table in assessment.tables.items()
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(table: pd.DataFrame, path: Path) -> None:
    columns = pa.Table.from_pandas(table, preserve_index=False)
    # pandas' own metadata names library versions: without it the bytes depend on the content alone
    pq.write_table(columns.replace_schema_metadata(None), path, compression="zstd", use_dictionary=True)


def save_assessment(assessment: Assessment, folder: Path) -> Path:
    """Write an assessment as a folder of Parquet files and ``assessment.json``.

    Parameters
    ----------
    assessment
        What to write.
    folder
        Where to; replaced if it holds an assessment already.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SnapshotError
        If the folder exists and holds something other than an assessment.
    OSError
        If it cannot be written.
    """
    if folder.exists() and not (folder / FILE).exists() and any(folder.iterdir()):
        msg = f"{folder} exists and holds no assessment. Name a new or empty folder."
        raise SnapshotError(msg)
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        files = {}
        for name, table in assessment.tables.items():
            path = half / f"{name}.parquet"
            _write(table, path)
            files[path.name] = _sha256(path)
        content = {**assessment.meta.model_dump(mode="json"), "files": files}
        text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
        (half / FILE).write_text(text + "\n", encoding="utf-8")
        half.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(half, folder)  # noqa: PTH105  (Path.replace does the same; one call, one meaning)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return folder


def load_assessment(folder: Path) -> Assessment:
    """Read an assessment back, refusing one that was changed.

    Parameters
    ----------
    folder
        A folder written by `save_assessment`.

    Returns
    -------
    Assessment
        The same tables.

    Raises
    ------
    SnapshotError
        If the folder is no assessment, is incomplete, or a file was changed.
    """
    path = folder / FILE
    if not path.is_file():
        msg = f"{folder} holds no {FILE}. Make an assessment with `linli assess SNAPSHOT -o {folder}`."
        raise SnapshotError(msg)
    content = json.loads(path.read_text(encoding="utf-8"))
    files = content.pop("files", {})
    for name in TABLES:
        file = folder / f"{name}.parquet"
        if not file.is_file() or files.get(file.name) != _sha256(file):
            what = "was changed after it was written" if file.is_file() else "is missing"
            msg = f"{file} {what}. Make the assessment again with `linli assess`."
            raise SnapshotError(msg)
    tables = {name: pq.read_table(folder / f"{name}.parquet").to_pandas() for name in TABLES}
    return Assessment(meta=Meta.model_validate(content), **tables)
