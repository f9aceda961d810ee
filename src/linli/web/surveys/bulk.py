"""Every change to bulk layers and the files that become them: each in a transaction with its event."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from linli.errors import Problem
from linli.survey.messages import thin
from linli.survey.raw import file_sha256
from linli.units import AGE_BANDS, residents_column
from linli.web.accounts.models import Place, User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.audit.services import record, state_of
from linli.web.jobs.models import Job
from linli.web.jobs.services import job_enqueue
from linli.web.places.selectors import layer_frame
from linli.web.refusal import Refused
from linli.web.surveys.door import receive
from linli.web.surveys.layering import Built, both, finish, write_layer
from linli.web.surveys.models import BulkLayer, BulkUpload, Finding
from linli.web.surveys.people import People, count_people
from linli.web.surveys.selectors import active_layers

__all__ = [
    "bulk_around",
    "layer_stop",
    "layer_use",
    "preview_of_layer",
    "preview_of_upload",
    "residents_receive",
    "upload_checked",
    "upload_discard",
    "upload_keep",
    "upload_receive",
]

_KEPT_FINDINGS = 1000
"""Findings of one kind and column that are kept as rows; the last of them says how many there are."""
_RESIDENTS = ("residents", *(residents_column(band) for band in AGE_BANDS))
_LEVELS = ("city", "district")


def _must(condition: bool, key: str, field: str = "", **values: Any) -> None:
    if not condition:
        raise Refused(f"surveys.refuse.{key}", field, **values)


def _hold(actor: Actor, place: str) -> User:
    if actor.user is None or not rights_of(actor.user).may("surveys", "edit", place):
        raise Refused("surveys.refuse.outside")
    return actor.user


def _tell(event: str, actor: Actor, of: BulkLayer | BulkUpload, **more: Any) -> None:
    record(f"surveys.{event}", actor=actor, module="surveys", object_=of, place=of.place, **more)


def _folder() -> str:
    return f"bulk/sent/{uuid.uuid4().hex}"


def _root() -> Path:
    return Path(settings.MEDIA_ROOT)


def bulk_around(place: str, without: str) -> dict[str, gpd.GeoDataFrame]:
    """Return what a new layer of a place is held against: outlines of the register, the other bulk layer in force.

    Parameters
    ----------
    place
        Jurisdiction path.
    without
        The layer that is new.

    Returns
    -------
    dict of GeoDataFrame
        By layer, EPSG:4326; only what there is.
    """
    found: dict[str, gpd.GeoDataFrame] = {name: layer_frame(name, place) for name in ("communities", "facilities")}
    for name, layers in active_layers(place).items():
        if name != without and all(one.path.is_file() for one in layers):
            found[name] = pd.concat([gpd.read_parquet(one.path) for one in layers], ignore_index=True)
    return {name: frame for name, frame in found.items() if len(frame)}


def upload_receive(
    *, actor: Actor, place: Place, layer: str, title: str, data_on: dt.date, datum: str, encoding: str, name: str,
    chunks: Iterable[bytes],
) -> BulkUpload:  # fmt: skip
    """Take a file in and ask for it to be checked. Nothing of a file about persons is kept.

    Parameters
    ----------
    actor
        Who.
    place
        A city or district.
    layer
        ``streets`` or ``buildings``.
    title
        Whose data it is, as it is to be cited.
    data_on
        Of which day.
    datum, encoding
        In which its sender says it is.
    name, chunks
        The file.

    Returns
    -------
    BulkUpload
        Being checked.

    Raises
    ------
    Refused
        If the place is outside the actor's reach or no city or district, or the file will not do.
    InputError
        If it is a workbook that must not be opened.
    """
    user = _hold(actor, place.path)
    _must(place.level in _LEVELS, "bulk_level", "place")
    _must(data_on <= timezone.localdate(), "future", "data_on")
    folder = _folder()
    got = receive(name, chunks, _root() / folder, most_mb=settings.SITE.config.upload_mb)
    try:
        with transaction.atomic():
            new = BulkUpload._all.create(
                place=place.path, layer=layer, title=title.strip(), data_on=data_on, datum=datum, encoding=encoding,
                name=got.name, sha256=got.sha256, folder=folder, by=user,
            )  # fmt: skip
            _tell("upload.receive", actor, new, after=state_of(new, "layer", "title", "name", "sha256", "datum"))
            said = {"upload": new.pk, "file": got.path.name}
            job = job_enqueue("surveys.bulk", actor=actor, place=place.path, subject=got.name, arguments=said)
            new.job = job.pk
            new.save()
            return new
    except BaseException:
        shutil.rmtree(_root() / folder, ignore_errors=True)
        raise


def _findings(upload: BulkUpload, problems: Sequence[Problem]) -> list[Finding]:
    kept = sorted(thin(problems, _KEPT_FINDINGS), key=lambda one: one.severity != "error")
    return [
        Finding(
            upload=upload, place=upload.place, severity=one.severity, code=one.code, layer=one.layer or upload.layer,
            row=one.row, column=(one.column or "")[:60], value=(one.value or "")[:100],
            allowed=(one.allowed or "")[:300], message=one.message, fix=one.fix,
        )
        for one in kept
    ]  # fmt: skip


@transaction.atomic
def upload_checked(*, actor: Actor, upload: BulkUpload, built: Built) -> BulkUpload:
    """Write what the check of a file found; doing it again for one that is no longer checked changes nothing.

    Parameters
    ----------
    actor
        Who asked for it.
    upload
        Which.
    built
        What came of it, its rows already written into the upload's folder.

    Returns
    -------
    BulkUpload
        Ready, or refused.
    """
    locked = BulkUpload._all.select_for_update().get(pk=upload.pk)
    if locked.state != BulkUpload.State.CHECKING:
        return locked
    errors = sum(one.severity == "error" for one in built.problems)
    locked.state = BulkUpload.State.READY if built.frame is not None else BulkUpload.State.REFUSED
    locked.summary = {**built.summary, "errors": errors, "warnings": len(built.problems) - errors,
                      "counts": dict(built.counts)}  # fmt: skip
    locked.save()
    Finding._all.filter(upload=locked).delete()
    Finding._all.bulk_create(_findings(locked, built.problems), batch_size=500)
    told = {"state": locked.state, "errors": errors, "rows": locked.summary.get("rows")}
    _tell("upload.check", actor, locked, after=told)
    return locked


def _counted(buildings: gpd.GeoDataFrame, people: People, *, complete: bool) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Put numbers of residents into buildings; of those that nobody named they are 0 if the list is complete."""
    out = buildings.copy()
    ids = out["building_id"].astype(str)
    known = people.table.reindex(ids)
    listed = ids.isin(people.table.index).to_numpy()
    for name in _RESIDENTS:
        values = known[name].to_numpy(dtype=np.float64, copy=True)
        values[~listed] = 0.0 if complete else np.nan
        out[name] = values
    away = people.table[~people.table.index.isin(set(ids))]
    return out, {
        "listed": int(listed.sum()), "unlisted": int((~listed).sum()), "buildings_unknown": len(away),
        "people_unplaced": int(away["residents"].sum()),
    }  # fmt: skip


def _notes(people: People, found: Mapping[str, int], *, complete: bool) -> list[dict[str, str]]:
    notes = [both("surveys.note.list" if people.is_list else "surveys.note.counts", n=people.rows)]
    if people.dropped:
        notes.append(both("surveys.note.dropped", columns="、".join(people.dropped)))
    if people.without_building:
        notes.append(both("surveys.note.without_building", n=people.without_building))
    if people.ages_unknown:
        notes.append(both("surveys.note.ages_unknown", n=people.ages_unknown))
    if found["buildings_unknown"]:
        notes.append(both("surveys.note.unplaced", n=found["buildings_unknown"], people=found["people_unplaced"]))
    if found["unlisted"]:
        notes.append(both("surveys.note.zero" if complete else "surveys.note.unlisted", n=found["unlisted"]))
    return notes


def residents_receive(
    *, actor: Actor, place: Place, title: str, data_on: dt.date, encoding: str, name: str, data: bytes, complete: bool
) -> BulkUpload:
    """Count the residents of a place's buildings; the file stays in memory and is gone afterwards.

    Parameters
    ----------
    actor
        Who.
    place
        A city or district that has a layer of buildings in force.
    title
        Whose data it is.
    data_on
        Of which day; ages are counted on it.
    encoding
        Of a csv.
    name, data
        The file.
    complete
        Whether a building that is not in it has no residents.

    Returns
    -------
    BulkUpload
        Ready to be kept: the buildings in force with the new numbers.

    Raises
    ------
    Refused
        If the place is outside the actor's reach, has no buildings, or the file holds no residents by building.
    InputError
        If its counts cannot be read.
    """
    user = _hold(actor, place.path)
    _must(data_on <= timezone.localdate(), "future", "data_on")
    _must(len(data) <= settings.SITE.config.upload_mb * 1024 * 1024, "too_large", "file")
    layers = BulkLayer._all.filter(layer="buildings", place=place.path, active=True)
    base = layers.first()
    _must(base is not None and base.path.is_file(), "no_buildings", "place")
    people = count_people(data, name, encoding=encoding, on=data_on)
    _must(bool(len(people.table)), "no_residents", "file")
    buildings = gpd.read_parquet(base.path) if base else gpd.GeoDataFrame()
    frame, found = _counted(buildings, people, complete=complete)
    _must(found["listed"] > 0, "no_building_known", "file")
    summary = {"based_on": base.number if base else None, "notes": _notes(people, found, complete=complete), **found}
    built = finish(frame, "buildings", bulk_around(place.path, "buildings"), (), summary, lambda _text, _done: None)
    folder = _folder()
    (_root() / folder).mkdir(parents=True)
    try:
        write_layer(built, "buildings", _root() / folder)
        with transaction.atomic():
            # No hash of the file: it would tell whether somebody holds the same list of persons.
            new = BulkUpload._all.create(
                place=place.path, layer="buildings", title=title.strip(), data_on=data_on, datum="wgs84",
                encoding=encoding, name=_counted_name(people), sha256="", folder=folder, by=user,
            )  # fmt: skip
            _tell("upload.count", actor, new, after={**state_of(new, "layer", "title"), "rows": people.rows, **found})
            return upload_checked(actor=actor, upload=new, built=built)
    except BaseException:
        shutil.rmtree(_root() / folder, ignore_errors=True)
        raise


def _counted_name(people: People) -> str:
    # A file's own name may name somebody; what it was is enough.
    return both("surveys.note.list_name" if people.is_list else "surveys.note.counts_name", n=people.rows)["zh"]


@transaction.atomic
def upload_keep(*, actor: Actor, upload: BulkUpload, reason: str) -> BulkLayer:
    """Keep what was made of a file: from now on it is the layer in force at its place.

    Parameters
    ----------
    actor
        Who.
    upload
        Ready.
    reason
        Why it takes the place of the one before.

    Returns
    -------
    BulkLayer
        The new version; those before stay.

    Raises
    ------
    Refused
        If it is not ready, its file is gone, or no reason is given.
    """
    locked = BulkUpload._all.select_for_update().get(pk=upload.pk)
    user = _hold(actor, locked.place)
    _must(locked.state == BulkUpload.State.READY, "not_ready")
    _must(bool(reason.strip()), "reason", "reason")
    built = locked.path / "built.parquet"
    _must(built.is_file(), "gone")
    # Whoever keeps one for this place waits here: numbers and «in force» are given one at a time.
    Place._all.select_for_update().get(path=locked.place)
    rows = BulkLayer._all.filter(layer=locked.layer, place=locked.place)
    number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    digest = file_sha256(built)
    file = f"bulk/{locked.layer}-{digest}.parquet"
    _copy(built, _root() / file)
    _copy(locked.path / "preview.json", _root() / f"{file}.json")
    rows.filter(active=True).update(active=False)
    summary = {name: value for name, value in locked.summary.items() if name not in ("sample", "counts", "parts")}
    source = {"name": locked.name, "sha256": locked.sha256, "datum": locked.datum, "encoding": locked.encoding,
              **summary}  # fmt: skip
    new = BulkLayer._all.create(
        layer=locked.layer, place=locked.place, number=number, title=locked.title, data_on=locked.data_on, file=file,
        sha256=digest, rows=locked.summary["rows"], source=source, counts=locked.summary["counts"],
        notes=locked.summary.get("notes", []), by=user,
    )  # fmt: skip
    folder = locked.path
    locked.state, locked.kept, locked.folder = BulkUpload.State.KEPT, new, ""
    locked.save()
    _tell("layer.keep", actor, new, after=state_of(new, "layer", "number", "title", "sha256", "rows"), reason=reason)
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
    return new


def _copy(source: Path, target: Path) -> None:
    """Copy a file whole or not at all: it is known by its content, so an earlier try does no harm."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    shutil.copyfile(source, half)
    with half.open("rb") as file:
        os.fsync(file.fileno())
    half.replace(target)


@transaction.atomic
def upload_discard(*, actor: Actor, upload: BulkUpload) -> BulkUpload:
    """Throw away a file that was not kept.

    Parameters
    ----------
    actor
        Who.
    upload
        Not kept.

    Returns
    -------
    BulkUpload
        Discarded; its files are gone.

    Raises
    ------
    Refused
        If it was kept or discarded already, or is being checked.
    """
    locked = BulkUpload._all.select_for_update().get(pk=upload.pk)
    _hold(actor, locked.place)
    over = locked.state in {BulkUpload.State.KEPT, BulkUpload.State.DISCARDED}
    _must(not over, "not_ready")
    busy = locked.state == BulkUpload.State.CHECKING and Job._all.filter(
        pk=locked.job or uuid.UUID(int=0), state__in=(Job.State.QUEUED, Job.State.RUNNING)
    )
    _must(not busy, "busy")
    before, folder = state_of(locked, "state"), locked.path if locked.folder else None
    locked.state, locked.folder, locked.summary = BulkUpload.State.DISCARDED, "", {}
    locked.save()
    Finding._all.filter(upload=locked).delete()
    _tell("upload.discard", actor, locked, before=before, after=state_of(locked, "state"))
    if folder is not None:
        transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
    return locked


def _switch(event: str, actor: Actor, layer: BulkLayer, reason: str, *, active: bool) -> BulkLayer:
    locked = BulkLayer._all.select_for_update().get(pk=layer.pk)
    _hold(actor, locked.place)
    _must(bool(reason.strip()), "reason", "reason")
    _must(locked.active != active, "already")
    Place._all.select_for_update().get(path=locked.place)
    before = BulkLayer._all.filter(layer=locked.layer, place=locked.place, active=True).first()
    BulkLayer._all.filter(layer=locked.layer, place=locked.place, active=True).update(active=False)
    locked.active = active
    locked.save()
    _tell(event, actor, locked, before={"in_force": before.number if before else None},
          after={"in_force": locked.number if active else None}, reason=reason)  # fmt: skip
    return locked


@transaction.atomic
def layer_use(*, actor: Actor, layer: BulkLayer, reason: str) -> BulkLayer:
    """Put an earlier version in force again; the one that was stays and can be put back.

    Parameters
    ----------
    actor
        Who.
    layer
        Not in force.
    reason
        Why.

    Returns
    -------
    BulkLayer
        In force.

    Raises
    ------
    Refused
        If it is in force already, or no reason is given.
    """
    _must(layer.path.is_file(), "gone")
    return _switch("layer.use", actor, layer, reason, active=True)


@transaction.atomic
def layer_stop(*, actor: Actor, layer: BulkLayer, reason: str) -> BulkLayer:
    """Take a version out of force and put none in its place: what is there above or below counts then.

    Parameters
    ----------
    actor
        Who.
    layer
        In force.
    reason
        Why.

    Returns
    -------
    BulkLayer
        Not in force.

    Raises
    ------
    Refused
        If it is not in force, or no reason is given.
    """
    return _switch("layer.stop", actor, layer, reason, active=False)


def preview_of_layer(layer: BulkLayer) -> dict[str, Any]:
    """Return how a layer looks on a map, as it was kept beside it; nothing if it is not there."""
    path = layer.path.with_name(f"{layer.path.name}.json")
    return _read_preview(path)


def preview_of_upload(upload: BulkUpload) -> dict[str, Any]:
    """Return how what was made of a file looks on a map; nothing if there is nothing."""
    return _read_preview(upload.path / "preview.json") if upload.folder else _read_preview(None)


def _read_preview(path: Path | None) -> dict[str, Any]:
    if path is None or not path.is_file():
        return {"type": "FeatureCollection", "features": []}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
