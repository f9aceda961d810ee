"""Every change to the register: each in a transaction, with a version of every record it changed and one event.

Nothing is ever deleted: a record that should not be there is *closed* and can be *reopened*. Who changes a record says
which version they looked at; if somebody else changed it meanwhile, `RecordConflict` carries what it is now, and a
person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from linli.errors import Problem
from linli.survey import layer_schema
from linli.web.accounts.models import Place
from linli.web.audit.actor import Actor
from linli.web.audit.services import record as record_event
from linli.web.places.batch import Applied, Change, NewRow
from linli.web.places.checking import MOST_LETTERS, check_rows, errors_of, flat_shape, keys_of, own_problem
from linli.web.places.models import KINDS, LAYERS, TEXT, Record, Term, Version
from linli.web.places.placing import place_rows
from linli.web.places.terms import plain_name, terms_of
from linli.web.refusal import Refused
from linli.web.words import current_language

__all__ = [
    "RecordConflict",
    "RecordRefused",
    "record_close",
    "record_confirm",
    "record_reopen",
    "record_restore",
    "record_save",
    "records_apply",
    "records_undo",
]

_CHUNK = 2000
_INSERT_TERM = f"INSERT INTO {Term._meta.db_table} (record_id, text, sound, initials) VALUES (%s, %s, %s, %s)"  # noqa: S608 - our own table
_SHOWN = 5
_WKT = 300
_LETTERS: Mapping[str, str] = {"estates": "E", "facilities": "F", "rooms": "R", "plots": "P"}
"""What keys begin with that the register gives itself."""
_STORED = ("place", "wkb", "west", "south", "east", "north", "kind", "name", "values", "closed_at", "version",
           "changed_at", "changed_by")  # fmt: skip


class RecordConflict(Refused):
    """Somebody else changed the record since, or there is one of that key already.

    Parameters
    ----------
    current
        The record as it is now.
    key, field
        As in `Refused`.
    """

    def __init__(self, current: Record, key: str = "places.refuse.changed", field: str = "") -> None:
        self.current = current
        super().__init__(key, field, version=current.version)


class RecordRefused(Refused):
    """Rows are not as the schema says; `problems` holds everything that is wrong with them.

    Parameters
    ----------
    problems
        All errors found.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("places.refuse.values", problems[0].column or "", n=len(problems))

    def __str__(self) -> str:
        """Return the first problems in the request's language."""
        lang = current_language()
        shown = [one.text(lang) for one in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            shown.append(super().__str__())
        return "\n".join(shown)


@dataclass(slots=True)
class _Plan:
    """A row on its way into the register."""

    row: NewRow
    record: Record | None
    key: str
    values: dict[str, Any]
    shape: BaseGeometry | None
    place: str = ""

    @property
    def is_new(self) -> bool:
        """Whether there was no such record."""
        return self.record is None

    @property
    def changed(self) -> bool:
        """Whether anything becomes different."""
        old = self.record
        return (
            old is None
            or self.row.close
            or old.closed_at is not None
            or old.place != self.place
            or old.values != self.values
            or not _same(old.shape, self.shape)
        )


def _same(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    return (one is None) == (other is None) and (one is None or bool(shapely.equals_exact(one, other)))


def _may(actor: Actor, place: str) -> bool:
    """Hold the second wall; the machine itself (a command that makes a demo) may."""
    return actor.user is None or actor.user.rights.may("places", "edit", place)


def _hold(actor: Actor, place: str, field: str = "") -> None:
    if not _may(actor, place):
        raise Refused("places.refuse.outside", field)


def _layer(layer: str) -> None:
    if layer not in LAYERS:
        raise Refused("places.refuse.layer", "layer", layer=layer)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused("places.refuse.reason", "reason")
    return reason.strip()


def _existing(layer: str, keys: Iterable[str]) -> dict[str, Record]:
    """Lock the records of some keys, always in the same order."""
    wanted = sorted({key for key in keys if key})
    found: dict[str, Record] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = Record._all.select_for_update().filter(layer=layer, key__in=wanted[start : start + _CHUNK])
        found.update((one.key, one) for one in rows.order_by("pk"))
    return found


def _place(place: str) -> str:
    """Return a place that is given, which must be in the tree."""
    if place and not Place.objects.filter(path=place).exists():
        raise Refused("places.refuse.place", "place")
    return place


def _lock(record: Record, base_version: int) -> Record:
    locked = Record._all.select_for_update().get(pk=record.pk)
    if locked.version != base_version:
        raise RecordConflict(locked)
    return locked


def _merged(layer: str, row: NewRow, key: str, old: Record | None) -> dict[str, Any]:
    """Return what the record would hold: what is known, with what the row says laid over it."""
    schema = layer_schema(layer)
    values = {**(old.values if old else {}), **row.values}
    if schema.key and key:
        values[schema.key] = key
    return values


def _plans(layer: str, rows: Sequence[NewRow], fallback: str) -> tuple[list[_Plan], list[Problem]]:
    """Check rows against the schema and work out where they belong; closed rows only need to be there."""
    schema = layer_schema(layer)
    given = [{**row.values, schema.key: row.key} if schema.key and row.key else row.values for row in rows]
    keys = keys_of(layer, given)
    there = _existing(layer, keys)
    olds = [there.get(key) for key in keys]
    merged = [_merged(layer, row, key, old) for row, key, old in zip(rows, keys, olds, strict=True)]
    shapes = [
        flat_shape(row.shape) if row.shape is not None else (old.shape if old else None)
        for row, old in zip(rows, olds, strict=True)
    ]
    checked = check_rows(layer, merged, shapes)
    above = [old.place if old else fallback for old in olds]
    places = place_rows(checked.values, shapes, above)
    problems = [one for one in errors_of(checked.problems) if not rows[(one.row or 1) - 1].close]
    plans = []
    for number, (row, old, key) in enumerate(zip(rows, olds, keys, strict=True), 1):
        at = number - 1
        plan = _Plan(row, old, key, checked.values[at], shapes[at], places[at] or "")
        problems += _misplaced(plan, places[at], number)
        plans.append(plan)
    return plans, problems


def _misplaced(plan: _Plan, place: str | None, number: int) -> list[Problem]:
    if plan.row.close:
        plan.place = plan.record.place if plan.record else ""
        return [] if plan.record else [own_problem("not_there", number, value=plan.row.key)]
    if place is None:
        return [own_problem("community", number, "community_id", plan.values.get("community_id"))]
    return [] if place else [own_problem("nowhere", number, "community_id")]


def _columns_of(layer: str, plan: _Plan) -> tuple[str, str]:
    """Return the record's kind and name."""
    kind = str(plan.values.get(KINDS.get(layer, ""), ""))
    return kind, str(plan.values.get("name", kind))[: MOST_LETTERS["name"]]


def _fill(plan: _Plan, layer: str, actor: Actor) -> Record:
    """Put a plan's outcome into its record, unsaved."""
    one = plan.record or Record(layer=layer, key=plan.key, version=0)
    now = timezone.now()
    one.version += 1
    one.changed_at, one.changed_by = now, actor.user
    if plan.row.close:
        one.closed_at = now
        return one
    one.closed_at = None
    one.place, one.values = plan.place, plan.values
    one.kind, one.name = _columns_of(layer, plan)
    one.locate(plan.shape)
    return one


def _version(one: Record, source: str, reason: str, cell: str) -> Version:
    made = Version(record=one, number=one.version, values=one.values, closed=one.closed_at is not None, source=source,
                   reason=reason, cell=cell, by=one.changed_by, at=one.changed_at)  # fmt: skip
    for name in Record.GEOMETRY:
        setattr(made, name, getattr(one, name))
    return made


def _store(layer: str, plans: Sequence[_Plan], actor: Actor, source: str, reason: str) -> None:
    """Write records, versions and terms in as few statements as the rows allow."""
    fresh = [plan for plan in plans if plan.record is None]
    names = {plan.record.pk: plan.record.name for plan in plans if plan.record}
    for plan in plans:
        plan.record = _fill(plan, layer, actor)
    records = [plan.record for plan in plans if plan.record]
    made = [plan.record for plan in fresh if plan.record]
    known = [one for one in records if one.pk is not None]
    Record._all.bulk_create(made, batch_size=_CHUNK)
    Record._all.bulk_create(
        known, batch_size=_CHUNK, update_conflicts=True, update_fields=_STORED, unique_fields=["id"]
    )
    versions = [_version(plan.record, source, reason, plan.row.cell) for plan in plans if plan.record]
    Version._all.bulk_create(versions, batch_size=_CHUNK)
    if "name" in layer_schema(layer).column_names:
        _make_terms([one for one in records if names.get(one.pk) != one.name])


def _make_terms(records: Sequence[Record]) -> None:
    """Write the terms of records anew by which they are found."""
    for start in range(0, len(records), _CHUNK):
        chunk = records[start : start + _CHUNK]
        Term._all.filter(record__in=[one.pk for one in chunk]).delete()
        terms = [
            (one.pk, *spelling)
            for one in chunk
            for spelling in (*terms_of(one.name), (plain_name(one.key)[:TEXT], "", ""))
        ]
        with connection.cursor() as cursor:  # a dozen rows a record: the ORM would take most of a large batch's time
            cursor.executemany(_INSERT_TERM, terms)


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return {name: old.get(name) for name in names}, {name: new.get(name) for name in names}


def _told(values: Mapping[str, Any], shape: BaseGeometry | None, place: str) -> dict[str, Any]:
    """Return a record for an event; what is drawn in short, since the version has it whole."""
    wkt = shapely.to_wkt(shape, rounding_precision=6)[:_WKT] if shape is not None else None
    return {**values, "geometry": wkt, "place": place}


@transaction.atomic
def record_save(
    *, actor: Actor, layer: str, key: str, values: Mapping[str, Any], shape: BaseGeometry | None,
    base_version: int | None, source: str, reason: str = "", cell: str = "", place: str = "",
) -> Record:  # fmt: skip
    """Create a record, or change it.

    Parameters
    ----------
    actor
        Who.
    layer
        Name of the layer, of `LAYERS`.
    key
        The layer's id. Empty: of a new estate, facility, room or plot the register gives one; of answers and wishes
        it follows from the values.
    values
        By column. A column that is not named stays as it is; ``None`` or an empty text makes it unknown.
    shape
        In EPSG:4326; ``None`` leaves it as it is.
    base_version
        The version that the actor looked at; ``None`` = there is none yet.
    source
        Where it comes from, as `Version.source`.
    reason
        Why.
    cell
        Sheet and row of the file it comes from.
    place
        Path of a place above, where neither community nor position tell where a new record belongs.

    Returns
    -------
    Record
        As saved; as it was if nothing became different.

    Raises
    ------
    RecordConflict
        If somebody else changed it meanwhile, or one of that key is there already.
    RecordRefused
        If it is not as the schema says: with every problem.
    Refused
        If it is outside the actor's reach, or is closed.
    """
    _layer(layer)
    letter = _LETTERS.get(layer) if base_version is None and not key else None
    row = NewRow(key or ("…" if letter else ""), values, shape, cell, base_version)
    (plan,), problems = _plans(layer, [row], _place(place) or _only_place(actor))
    old = plan.record
    if old is not None and not _may(actor, old.place):
        raise Refused("places.refuse.outside" if base_version else "places.refuse.taken", layer_schema(layer).key or "")
    if old is None and base_version is not None:
        raise Refused("places.refuse.not_there", name=key)
    if old is not None and old.version != base_version:
        if base_version is None:
            raise RecordConflict(old, "places.refuse.taken", layer_schema(layer).key or "")
        raise RecordConflict(old)
    if old is not None and old.closed_at is not None:
        raise Refused("places.refuse.closed")
    if problems:
        raise RecordRefused(problems)
    _hold(actor, plan.place, "community_id")
    if letter:
        plan.key = _next_key(layer, letter, plan.place)
        plan.values[layer_schema(layer).key or ""] = plan.key
    if not plan.changed and old is not None:
        return old
    before = _told(old.values, old.shape, old.place) if old else {}
    try:
        with transaction.atomic():
            _store(layer, [plan], actor, source, reason.strip())
    except IntegrityError as error:
        current = Record._all.get(layer=layer, key=plan.key)
        raise RecordConflict(current, "places.refuse.taken", layer_schema(layer).key or "") from error
    saved = Record._all.get(layer=layer, key=plan.key)
    was, now = _difference(before, _told(saved.values, saved.shape, saved.place))
    record_event(
        "places.record.update" if old else "places.record.create", actor=actor, module="places", object_=saved,
        place=saved.place, before=was if old else None, after=now, reason=reason.strip(),
    )  # fmt: skip
    return saved


def _only_place(actor: Actor) -> str:
    """Return the one place at which somebody may edit; empty if there are several."""
    paths = actor.user.rights.paths("places", "edit") if actor.user else ()
    return paths[0] if len(paths) == 1 else ""


def _next_key(layer: str, letter: str, place: str) -> str:
    """Return the next key of a place, such as ``F-330105011001-0007``; the place is locked until it is taken."""
    code = place.rstrip("/").rpartition("/")[2]
    Place._all.select_for_update().filter(path=place).first()
    begin = f"{letter}-{code}-"
    taken = Record._all.filter(layer=layer, key__startswith=begin).values_list("key", flat=True)
    numbers = [int(one.removeprefix(begin)) for one in taken if one.removeprefix(begin).isdecimal()]
    return f"{begin}{max(numbers, default=0) + 1:04d}"


@transaction.atomic
def record_confirm(*, actor: Actor, record: Record, base_version: int, source: str, reason: str = "") -> Record:
    """Note that somebody looked and found a record as it is: a version that says the same, on a later day.

    Parameters
    ----------
    actor
        Who.
    record
        Which.
    base_version
        The version that the actor looked at.
    source
        Where it comes from, as `Version.source`.
    reason
        Why, or how.

    Returns
    -------
    Record
        With the new version.

    Raises
    ------
    RecordConflict
        If somebody else changed it meanwhile.
    Refused
        If it is outside the actor's reach, or is closed.
    """
    locked = _lock(record, base_version)
    _hold(actor, locked.place)
    if locked.closed_at is not None:
        raise Refused("places.refuse.closed")
    locked.version += 1
    locked.changed_at, locked.changed_by = timezone.now(), actor.user
    locked.save(update_fields=["version", "changed_at", "changed_by"])
    _version(locked, source, reason.strip(), "").save(force_insert=True)
    record_event("places.record.confirm", actor=actor, module="places", object_=locked, place=locked.place,
                 after={"version": locked.version, "source": source}, reason=reason.strip())  # fmt: skip
    return locked


@transaction.atomic
def record_close(*, actor: Actor, record: Record, base_version: int, source: str, reason: str) -> Record:
    """Close a record: it is no longer there, but stays with its history.

    Parameters
    ----------
    actor
        Who.
    record
        Which.
    base_version
        The version that the actor looked at.
    source
        Where it comes from, as `Version.source`.
    reason
        Why.

    Returns
    -------
    Record
        As saved.

    Raises
    ------
    RecordConflict
        If somebody else changed it meanwhile.
    Refused
        If it is outside the actor's reach, is closed already, is a community that others belong to, or there is no
        reason.
    """
    locked = _lock(record, base_version)
    _hold(actor, locked.place)
    if locked.closed_at is not None:
        raise Refused("places.refuse.closed")
    others = Record._all.filter(place__startswith=locked.place, closed_at=None).exclude(pk=locked.pk)
    if locked.layer == "communities" and (n := others.count()):
        raise Refused("places.refuse.community_in_use", n=n)
    return _turn(locked, actor, NewRow(locked.key, {}, close=True), "close", source, _reason(reason))


@transaction.atomic
def record_reopen(*, actor: Actor, record: Record, base_version: int, source: str, reason: str) -> Record:
    """Open a closed record again, as it was.

    Parameters
    ----------
    actor
        Who.
    record
        Which.
    base_version
        The version that the actor looked at.
    source
        Where it comes from, as `Version.source`.
    reason
        Why.

    Returns
    -------
    Record
        As saved.

    Raises
    ------
    RecordConflict
        If somebody else changed it meanwhile.
    Refused
        If it is outside the actor's reach, is open, or there is no reason.
    """
    locked = _lock(record, base_version)
    _hold(actor, locked.place)
    if locked.closed_at is None:
        raise Refused("places.refuse.open")
    return _turn(locked, actor, NewRow(locked.key, {}), "reopen", source, _reason(reason))


def _turn(locked: Record, actor: Actor, row: NewRow, verb: str, source: str, reason: str) -> Record:
    """Write a close, a reopening or an earlier version, and tell of it."""
    before = {**_told(locked.values, locked.shape, locked.place), "closed": locked.closed_at is not None}
    (plan,), problems = _plans(locked.layer, [row], locked.place)
    if problems:
        raise RecordRefused(problems)
    _hold(actor, plan.place)
    _store(locked.layer, [plan], actor, source, reason)
    saved = Record._all.get(pk=locked.pk)
    after = {**_told(saved.values, saved.shape, saved.place), "closed": saved.closed_at is not None}
    was, now = _difference(before, after)
    record_event(f"places.record.{verb}", actor=actor, module="places", object_=saved, place=saved.place, before=was,
                 after=now, reason=reason)  # fmt: skip
    return saved


def _as_it_was(version: Version, now: Record) -> NewRow:
    """Return the row that makes a record what it was: what it did not know then is unknown again."""
    values = {**dict.fromkeys(now.values), **version.values}
    return NewRow(now.key, values, version.shape, close=version.closed)


@transaction.atomic
def record_restore(
    *, actor: Actor, record: Record, base_version: int, number: int, reason: str, source: str = "undo"
) -> Record:
    """Make a record what it was in an earlier version; that is a new version too.

    Parameters
    ----------
    actor
        Who.
    record
        Which.
    base_version
        The version that the actor looked at.
    number
        The version it shall be like.
    reason
        Why.
    source
        Where it comes from, as `Version.source`.

    Returns
    -------
    Record
        As saved.

    Raises
    ------
    RecordConflict
        If somebody else changed it meanwhile.
    RecordRefused
        If what it was is no longer allowed.
    Refused
        If it is outside the actor's reach, there is no such version, or no reason.
    """
    locked = _lock(record, base_version)
    _hold(actor, locked.place)
    version = Version._all.filter(record=locked, number=number).first()
    if version is None or number >= locked.version:
        raise Refused("places.refuse.no_version", "number", number=number)
    return _turn(locked, actor, _as_it_was(version, locked), "restore", f"{source}:{number}", _reason(reason))


def _walls(plans: Sequence[_Plan], actor: Actor, place: str) -> list[Problem]:
    """Find rows that lie, or lay, outside the batch's place or the actor's reach, are closed, or were changed since."""
    problems = []
    for number, plan in enumerate(plans, 1):
        old, stale = plan.record, plan.row.base_version
        if old is not None and not (old.place.startswith(place) and _may(actor, old.place)):
            problems.append(own_problem("taken", number, value=plan.key))
        elif plan.place and not (plan.place.startswith(place) and _may(actor, plan.place)):
            problems.append(own_problem("outside", number, "community_id", plan.values.get("community_id")))
        elif old is not None and stale is not None and old.version != stale:
            problems.append(own_problem("changed", number, value=plan.key, version=old.version, base=stale))
        elif old is not None and old.closed_at is not None:
            problems.append(own_problem("closed", number, value=plan.key))
    return problems


@transaction.atomic
def records_apply(*, actor: Actor, layer: str, rows: Sequence[NewRow], source: str, place: str, reason: str) -> Applied:
    """Put many rows into the register in one go, all or none of them.

    Parameters
    ----------
    actor
        Who.
    layer
        Name of the layer, of `LAYERS`.
    rows
        Each creates a record, changes it, or closes it.
    source
        Where they come from, as `Version.source`.
    place
        Jurisdiction path in which all of them lie; rows that do not say where they belong get this place.
    reason
        Why.

    Returns
    -------
    Applied
        What it did: what `records_undo` needs to take it back.

    Raises
    ------
    RecordRefused
        If any row is not as the schema says, is outside the place or the actor's reach, was changed since its base
        version, or is closed: with every problem of every row.
    Refused
        If there is no such layer, no reason, or somebody writes the same rows at the same time.
    """
    _layer(layer)
    why = _reason(reason)
    _hold(actor, _place(place), "place")
    if not rows:
        return Applied(layer)
    plans, problems = _plans(layer, rows, place)
    problems += _walls(plans, actor, place)
    if problems:
        raise RecordRefused(sorted(problems, key=lambda one: one.row or 0))
    before = [plan.record.version if plan.record else None for plan in plans]
    changed = [plan.changed for plan in plans]
    try:
        with transaction.atomic():
            _store(layer, [plan for plan in plans if plan.changed], actor, source, why)
    except IntegrityError as error:
        raise Refused("places.refuse.meanwhile") from error
    applied = _outcome(layer, plans, before, changed)
    _tell_batch("apply", actor, applied, source, place, why)
    return applied


def _outcome(layer: str, plans: Sequence[_Plan], before: Sequence[int | None], changed: Sequence[bool]) -> Applied:
    found: dict[str, list[Any]] = {"created": [], "updated": [], "closed": [], "unchanged": []}
    for plan, was, is_changed in zip(plans, before, changed, strict=True):
        if not is_changed or plan.record is None:
            found["unchanged"].append(plan.key)
            continue
        kind = "closed" if plan.row.close else "created" if was is None else "updated"
        found[kind].append(Change(plan.key, was, plan.record.version))
    return Applied(layer, **{name: tuple(values) for name, values in found.items()})


def _tell_batch(verb: str, actor: Actor, applied: Applied, source: str, place: str, reason: str) -> None:
    after = {"layer": applied.layer, "source": source, **applied.counts}
    record_event(f"places.records.{verb}", actor=actor, module="places", name=f"{applied.layer} {source}", place=place,
                 after=after, reason=reason)  # fmt: skip


@transaction.atomic
def records_undo(
    *, actor: Actor, layer: str, changes: Sequence[Change], source: str, place: str, reason: str
) -> Applied:
    """Take a batch back: what it created is closed, what it changed becomes what it was before.

    A record that was changed again since is left as it is, and named in `Applied.left`: a person decides about it.

    Parameters
    ----------
    actor
        Who.
    layer
        Name of the layer.
    changes
        What the batch did (`Applied.changes`).
    source
        Where it comes from, as ``undo:<number>``.
    place
        Jurisdiction path of the batch.
    reason
        Why.

    Returns
    -------
    Applied
        What became of it.

    Raises
    ------
    RecordRefused
        If what a record was is no longer allowed.
    Refused
        If it is outside the actor's reach, or there is no reason.
    """
    _layer(layer)
    why = _reason(reason)
    _hold(actor, place, "place")
    now = _existing(layer, [change.key for change in changes])
    same = [one for one in changes if one.key in now and now[one.key].version == one.after]
    left = [one.key for one in changes if one.key not in now or now[one.key].version != one.after]
    earlier = _earlier([now[one.key].pk for one in same], {now[one.key].pk: one.before for one in same})
    rows = [
        NewRow(one.key, {}, close=True) if one.before is None else _as_it_was(earlier[now[one.key].pk], now[one.key])
        for one in same
    ]
    plans, problems = _plans(layer, rows, place)
    if problems:
        raise RecordRefused(problems)
    for plan in plans:
        _hold(actor, plan.place)
    before = [one.after for one in same]
    _store(layer, plans, actor, source, why)
    outcome = _outcome(layer, plans, before, [True] * len(plans))
    applied = Applied(layer, (), outcome.updated, outcome.closed, (), tuple(left))
    _tell_batch("undo", actor, applied, source, place, why)
    return applied


def _earlier(records: Sequence[int], numbers: Mapping[int, int | None]) -> dict[int, Version]:
    """Return the versions that records shall be like again."""
    found = {}
    for start in range(0, len(records), _CHUNK):
        rows = Version._all.filter(record__in=records[start : start + _CHUNK])
        wanted = {number for number in numbers.values() if number is not None}
        for one in rows.filter(number__in=wanted):
            if numbers[one.record_id] == one.number:
                found[one.record_id] = one
    return found
