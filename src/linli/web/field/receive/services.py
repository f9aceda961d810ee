"""Every sending of a phone, kept as it came; what can go into the register goes there, in the same transaction.

The same entry may be sent again and again, and an older sending may come after a newer one: it counts once. Where the
sender's right has ended, or somebody else changed the same field, the submission is kept and a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from linli.web.accounts.models import Place, User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.audit.services import record as record_event
from linli.web.field.columns import field_title, names_of
from linli.web.field.merge import Clash, State, changed_by_others, merge
from linli.web.field.models import FORMS, Conflict, Entry, Picture, Submission
from linli.web.field.register import clash_fields, messages_of, read_mine, read_shape, told_fields
from linli.web.field.wire import GEOMETRY, PhotoNote, Sent, digest_of
from linli.web.places.checking import KEY_JOINT
from linli.web.places.models import Record, Version
from linli.web.places.photos.services import photo_add
from linli.web.places.services import RecordRefused, record_confirm, record_save
from linli.web.places.vocabulary import kind_title, record_title
from linli.web.refusal import Refused
from linli.web.surveys.models import Return, Round
from linli.web.surveys.selectors import current_round
from linli.web.surveys.services import return_none_set
from linli.web.uploads import check_upload
from linli.web.words import current_language, say

__all__ = ["PHONE", "pictures_to_register", "submission_receive"]

PHONE = "phone"
"""The source of versions that came from a phone."""

_LAYERS = frozenset({"facilities", "rooms", "answers"})


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What becomes of a sending: the entry's state, the answer to the phone, and what belongs to it."""

    state: Entry.State
    answer: dict[str, Any]
    record: Record | None = None
    version: int | None = None
    kind: Conflict.Kind | None = None
    theirs: int | None = None
    fields: list[dict[str, Any]] = field(default_factory=list)


def _joined(parts: Sequence[str]) -> str:
    return ("、" if current_language() == "zh" else ", ").join(parts)


def _href(entry: Entry) -> str:
    return reverse("field:entry", args=[entry.client])


def _accepted(entry: Entry, record: Record, message: str = "") -> _Outcome:
    answer = {"state": "accepted", "version": record.version, "href": _href(entry)}
    if message:
        answer["message"] = message
    return _Outcome(Entry.State.ACCEPTED, answer, record, record.version)


def _invalid(errors: dict[str, list[str]], record: Record | None = None) -> _Outcome:
    return _Outcome(Entry.State.INVALID, {"state": "invalid", "errors": errors}, record)


def _held(entry: Entry, kind: Conflict.Kind, record: Record | None, fields: list[dict[str, Any]]) -> _Outcome:
    message = say(f"field.held.{kind.value}")
    answer = {"state": "refused", "message": message, "href": _href(entry)}
    return _Outcome(Entry.State.HELD, answer, record, kind=kind, theirs=record.version if record else None,
                    fields=fields)  # fmt: skip


def _may(user: User, place: str) -> bool:
    rights = rights_of(user)
    return rights.may("surveys", "edit", place) and rights.may("places", "edit", place)


# Which record, which place ------------------------------------------------------------------------------------------
def _record_of(entry: Entry | None, sent: Sent) -> Record | None:
    """Lock the record that a sending is about."""
    rows = Record._all.select_for_update()
    if entry is not None and entry.record_id is not None:
        return rows.get(pk=entry.record_id)
    if sent.key:
        return rows.filter(layer=sent.layer, key=sent.key).first()
    if sent.form == "answers":  # an answer has no key of its own: somebody may have given it meanwhile
        key = KEY_JOINT.join((sent.values.get("community_id", ""), sent.values.get("item", "")))
        return rows.filter(layer="answers", key=key).first()
    return None


def _place_of(user: User, sent: Sent, record: Record | None) -> str:
    if record is not None:
        return record.place
    code = sent.values.get("community_id", "")
    named = Place.objects.filter(code=code).values_list("path", flat=True).first() if code else None
    return named or user.organisation.place


def _title_of(user: User, sent: Sent, record: Record | None) -> str:
    """Return what to call an entry; of a record outside the sender's reach nothing is told."""
    if record is not None and rights_of(user).may("places", "view", record.place):
        return record_title(record)[:200]
    kind = {"answers": sent.values.get("item"), "none": sent.values.get("type")}.get(sent.form, sent.values.get("type"))
    layer = sent.form if sent.form in _LAYERS else "facilities"
    return (sent.values.get("name") or kind_title(layer, kind or "") or sent.form)[:200]


# A row of a layer ---------------------------------------------------------------------------------------------------
def _known(record: Record, number: int | None) -> int | None:
    """Return a version's number if there is such a version: a phone that claims another one knew nothing."""
    there = number is not None and Version._all.filter(record=record, number=number).exists()
    return number if there else None


def _state_at(record: Record, number: int | None, sent: Sent, layer: str) -> State:
    """Return what the phone knew: the version as the register has it, else what the phone says it knew."""
    version = Version._all.filter(record=record, number=number).first() if number else None
    if version is not None:
        return State(version.values, version.shape)
    try:
        shape = read_shape(sent.base.get(GEOMETRY, ""))
    except Refused:
        shape = None
    return read_mine(layer, sent.base, shape, {})[0]


def _others_changed(record: Record, number: int | None, user: User, names: Sequence[str]) -> tuple[frozenset[str], str]:
    """Return the fields that somebody else changed since a version, and who did so last."""
    rows = list(Version._all.filter(record=record, number__gte=number or 0).select_related("by").order_by("number"))
    states = [State(one.values, one.shape) for one in rows]
    if number is None:  # there was nothing on the phone: all that is there is somebody's
        states.insert(0, State({}))
        rows.insert(0, rows[0])
    own = [one.by_id == user.pk and one.source == PHONE for one in rows[1:]]
    strangers = [one.by for one, mine in zip(rows[1:], own, strict=True) if not mine and one.by is not None]
    return changed_by_others(states, own, names), strangers[-1].name if strangers else ""


def _clashed(entry: Entry, record: Record, clashes: Sequence[Clash], by: str) -> _Outcome:
    fields = clash_fields(clashes)
    answer = {
        "state": "conflict", "version": record.version, "fields": told_fields(record.layer, fields),
        "by": by, "at": record.changed_at.isoformat(), "href": _href(entry),
    }  # fmt: skip
    return _Outcome(Entry.State.CONFLICT, answer, record, kind=Conflict.Kind.BOTH, theirs=record.version, fields=fields)


def _whole(base: State, mine: State, now: State | None, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return everything that a held sending would change, for whoever decides."""
    there = now or State({})
    return clash_fields(
        Clash(name, base.get(name), mine.get(name), there.get(name))
        for name in names
        if mine.get(name) is not None and mine.get(name) != there.get(name)
    )


def _update(actor: Actor, user: User, entry: Entry, sent: Sent, record: Record) -> _Outcome:
    layer, names = record.layer, names_of(record.layer)
    number = _known(record, entry.made_version if entry.made_version and not sent.resolved else sent.base_version)
    base, now = _state_at(record, number, sent, layer), State(record.values, record.shape)
    mine, errors = _read(layer, sent, base, record.values)
    if errors:
        return _invalid(errors, record)
    if record.closed_at is not None:
        return _held(entry, Conflict.Kind.CLOSED, record, _whole(base, mine, now, names))
    if not _may(user, record.place):
        return _held(entry, Conflict.Kind.NO_RIGHT, record, _whole(base, mine, now, names))
    others, by = _others_changed(record, number, user, names)
    merged = merge(base, mine, now, others, names)
    if merged.clashes:
        return _clashed(entry, record, merged.clashes, by)
    kept = _joined([field_title(layer, name) for name in merged.kept])
    message = say("field.said.merged", fields=kept, by=by or say("field.word.somebody")) if kept else ""
    if not merged.changes:
        if not kept:
            record = record_confirm(actor=actor, record=record, base_version=record.version, source=PHONE)
        return _accepted(entry, record, message or say("field.said.same"))
    values = {name: value for name, value in merged.changes.items() if name != GEOMETRY}
    try:
        saved = record_save(
            actor=actor, layer=layer, key=record.key, values=values, shape=merged.changes.get(GEOMETRY),
            base_version=record.version, source=PHONE, reason=say("field.word.reason"),
        )  # fmt: skip
    except RecordRefused as refused:
        return _invalid(messages_of(refused.problems, names), record)
    return _accepted(entry, saved, message)


def _read(layer: str, sent: Sent, base: State, known: dict[str, Any]) -> tuple[State, dict[str, list[str]]]:
    """Read what a person wrote; a position that is left empty stays as it was."""
    try:
        shape = read_shape(sent.values.get(GEOMETRY, ""))
    except Refused as refused:
        return base, {GEOMETRY: [str(refused)]}
    return read_mine(layer, sent.values, shape if shape is not None else base.shape, known)


def _create(actor: Actor, user: User, entry: Entry, sent: Sent) -> _Outcome:
    layer, names = sent.form, names_of(sent.form)
    try:
        shape = read_shape(sent.values.get(GEOMETRY, ""))
    except Refused as refused:
        return _invalid({GEOMETRY: [str(refused)]})
    if not _may(user, entry.place):
        mine, _ = read_mine(layer, sent.values, shape, {})
        return _held(entry, Conflict.Kind.NO_RIGHT, None, _whole(State({}), mine, None, names))
    kept = {*names, "community_id", "item"} & {*sent.values}
    values = {name: sent.values[name] for name in sorted(kept) if name != GEOMETRY}
    try:
        with transaction.atomic():
            saved = record_save(
                actor=actor, layer=layer, key="", values=values, shape=shape, base_version=None, source=PHONE,
                reason=say("field.word.reason"), place=entry.place,
            )  # fmt: skip
    except RecordRefused as refused:
        return _invalid(messages_of(refused.problems, names))
    except Refused as refused:
        return _invalid({names[0]: [str(refused)]})
    return _accepted(entry, saved)


# One tap ------------------------------------------------------------------------------------------------------------
def _confirm(actor: Actor, user: User, entry: Entry, sent: Sent, record: Record) -> _Outcome:
    """Note that a record is as it was; not if somebody else changed it meanwhile, for that was not what was seen."""
    if not _may(user, record.place):
        return _held(entry, Conflict.Kind.NO_RIGHT, record, [])
    if record.closed_at is not None:
        return _held(entry, Conflict.Kind.CLOSED, record, [])
    number = _known(record, sent.base_version)
    others, by = _others_changed(record, number, user, names_of(record.layer))
    if others:
        message = say("field.said.stale", by=by or say("field.word.somebody"))
        return _Outcome(Entry.State.STALE, {"state": "refused", "message": message, "href": _href(entry)}, record)
    if entry.made_version is not None:
        return _accepted(entry, record)
    confirmed = record_confirm(actor=actor, record=record, base_version=record.version, source=PHONE)
    return _accepted(entry, confirmed)


def _none(actor: Actor, user: User, entry: Entry, sent: Sent) -> _Outcome:
    """Note that a community has none of a type of facility."""
    parts = Return._all.filter(place=entry.place).exclude(round__state=Round.State.FROZEN)
    part = parts.select_related("round").order_by("-round__place").first()
    if part is None or not _may(user, entry.place):
        return _held(entry, Conflict.Kind.NO_RIGHT, None, [])
    wanted = sorted({*part.none_of, f"facilities/{sent.values.get('type', '')}"})
    try:
        return_none_set(actor=actor, return_=part, base_version=part.version, none_of=wanted)
    except Refused as refused:
        return _Outcome(Entry.State.STALE, {"state": "refused", "message": str(refused), "href": _href(entry)})
    return _Outcome(Entry.State.ACCEPTED, {"state": "accepted", "href": _href(entry)})


def _work(actor: Actor, user: User, entry: Entry, sent: Sent, record: Record | None) -> _Outcome:
    if sent.form == "none":
        return _none(actor, user, entry, sent)
    if record is None and sent.form != "answers" and (sent.key or sent.form == "confirm"):
        return _Outcome(Entry.State.STALE, {"state": "refused", "message": say("field.refuse.no_record")})
    if sent.form == "confirm" and record is not None:
        return _confirm(actor, user, entry, sent, record)
    return _create(actor, user, entry, sent) if record is None else _update(actor, user, entry, sent, record)


# Pictures -----------------------------------------------------------------------------------------------------------
def _keep_pictures(entry: Entry, notes: Sequence[PhotoNote], files: Sequence[tuple[str, bytes]]) -> list[str]:
    """Keep the pictures that came along; return what is wrong with those that are none."""
    wrong = []
    for at, (name, data) in enumerate(files):
        note = notes[at] if at < len(notes) else PhotoNote(name=name)
        try:
            upload = check_upload(name, data, most_mb=settings.SITE.config.upload_mb, photos_only=True)
        except Refused as refused:
            wrong.append(f"{name}: {refused}")
            continue
        if Picture._all.filter(entry=entry, sha256=upload.sha256).exists():
            continue
        longitude, latitude = note.position or (None, None)
        new = Picture(entry=entry, name=upload.name, sha256=upload.sha256, size=len(data), taken_at=note.moment(),
                      taken_by_file=note.taken_at_source == "file", longitude=longitude, latitude=latitude)  # fmt: skip
        new.file.save(f"{upload.sha256[:32]}.{upload.kind}", ContentFile(data), save=False)
        new.save(force_insert=True)
    return wrong


def pictures_to_register(actor: Actor, entry: Entry, record: Record) -> list[str]:
    """Give an entry's pictures to its record; the entry's own files go once that is certain.

    Parameters
    ----------
    actor
        Who.
    entry
        With pictures.
    record
        Of what they are.

    Returns
    -------
    list of str
        What the register did not take, and why.
    """
    wrong = []
    for one in entry.pictures.filter(photo=None):
        position = None if one.longitude is None or one.latitude is None else (one.longitude, one.latitude)
        with one.file.open("rb") as file:
            data = file.read()
        try:
            photo = photo_add(actor=actor, record=record, name=one.name, data=data, taken_at=one.taken_at,
                              position=position)  # fmt: skip
        except Refused as refused:
            wrong.append(f"{one.name}: {refused}")
            continue
        name, storage = one.file.name, one.file.storage
        one.photo, one.file = photo, ""
        one.save(update_fields=["photo", "file"])
        transaction.on_commit(lambda name=name, storage=storage: storage.delete(name))  # type: ignore[misc]
    return wrong


# Receiving ----------------------------------------------------------------------------------------------------------
def _answer_of(entry: Entry) -> dict[str, Any]:
    """Return what an entry's sender is told now: what somebody decided meanwhile has an end."""
    if entry.state == Entry.State.ACCEPTED:
        return {"state": "accepted", "version": entry.made_version, "href": _href(entry)}
    if entry.state == Entry.State.DECLINED:
        return {"state": "refused", "message": say("field.said.declined"), "href": _href(entry)}
    last = entry.submissions.order_by("-revision").first()
    return dict(last.outcome) if last else {}


def _entry(user: User, sent: Sent, record: Record | None) -> tuple[Entry, bool]:
    place = _place_of(user, sent, record)
    round_ = current_round(user, place)
    defaults = {
        "form": sent.form, "layer": record.layer if record else sent.layer or sent.form, "by": user, "place": place,
        "record": record, "title": _title_of(user, sent, record), "saved_at": sent.saved_at,
        "state": Entry.State.INVALID,
        "round": round_ if round_ and round_.state != Round.State.FROZEN else None,
    }  # fmt: skip
    entry, made = Entry._all.get_or_create(client=sent.client, defaults=defaults)
    return (entry if made else Entry._all.select_for_update().get(pk=entry.pk)), made


def _settle(entry: Entry, sent: Sent, outcome: _Outcome) -> None:
    entry.state, entry.revision, entry.saved_at = outcome.state, sent.revision, sent.saved_at
    entry.changed_at = timezone.now()
    entry.version += 1
    if outcome.record is not None:
        entry.record, entry.key, entry.place = outcome.record, outcome.record.key, outcome.record.place
        entry.layer, entry.title = outcome.record.layer, _title_of(entry.by, sent, outcome.record)
    if outcome.version is not None:
        entry.made_version = outcome.version
    if entry.review == Entry.Review.ISSUES and outcome.state == Entry.State.ACCEPTED:
        entry.review = Entry.Review.RECEIVED  # it was corrected: the street looks again
    entry.save()


def _kept(entry: Entry, sent: Sent, digest: str, answer: dict[str, Any]) -> Submission:
    return Submission._all.create(
        entry=entry, revision=sent.revision, base_version=sent.base_version, base=dict(sent.base),
        values=dict(sent.values), resolved=sent.resolved, digest=digest, outcome=answer, saved_at=sent.saved_at,
        photos=[note.model_dump(mode="json") for note in sent.photos],
    )  # fmt: skip


def _first_look(user: User, entry: Entry, made: bool, sent: Sent, digest: str) -> dict[str, Any] | None:
    """Return the answer if this sending is known, older than what is there, or not this person's."""
    if made:
        return None
    if entry.by_id != user.pk:
        return {"state": "refused", "message": say("field.refuse.not_yours")}
    known = entry.submissions.filter(revision=sent.revision).first()
    if known is not None:
        same = known.digest == digest
        return _answer_of(entry) if same else {"state": "refused", "message": say("field.refuse.same_number")}
    if sent.revision < entry.revision:
        answer = _answer_of(entry)
        _kept(entry, sent, digest, answer)
        return answer
    return None


@transaction.atomic
def submission_receive(*, actor: Actor, sent: Sent, files: Sequence[tuple[str, bytes]] = ()) -> dict[str, Any]:
    """Take in what a phone sends, and say what became of it.

    Parameters
    ----------
    actor
        Who.
    sent
        The submission.
    files
        Name and bytes of each picture, in the order of its notes.

    Returns
    -------
    dict
        The answer for the phone: ``state`` is ``accepted``, ``conflict``, ``invalid`` or ``refused``.

    Raises
    ------
    Refused
        If there is no such form, or nobody sends it: then nothing is kept.
    """
    if sent.form not in FORMS or actor.user is None:
        raise Refused("field.refuse.malformed")
    user, digest = actor.user, digest_of(sent, files)
    known = Entry._all.select_for_update().filter(client=sent.client).first()
    record = _record_of(known if known and known.by_id == user.pk else None, sent)
    entry, made = _entry(user, sent, record)
    told = _first_look(user, entry, made, sent, digest)
    if told is not None:
        return told
    wrong = _keep_pictures(entry, sent.photos, files)
    outcome = _work(actor, user, entry, sent, record)
    _settle(entry, sent, outcome)
    if outcome.state == Entry.State.ACCEPTED and outcome.record is not None:
        wrong += pictures_to_register(actor, entry, outcome.record)
    answer = dict(outcome.answer)
    if wrong:
        answer["message"] = "\n".join(filter(None, [answer.get("message", ""), say("field.said.photos"), *wrong]))
    submission = _kept(entry, sent, digest, answer)
    entry.conflicts.filter(state=Conflict.State.OPEN).update(state=Conflict.State.SUPERSEDED)
    if outcome.kind is not None:
        Conflict._all.create(entry=entry, submission=submission, kind=outcome.kind, theirs_version=outcome.theirs,
                             fields=outcome.fields)  # fmt: skip
    after = {"form": sent.form, "revision": sent.revision, "state": outcome.state.value, "photos": len(files),
             "record": f"{entry.layer}/{entry.key}", "sha256": digest}  # fmt: skip
    record_event("field.submission.receive", actor=actor, module="surveys", object_=entry, place=entry.place,
                 after=after)  # fmt: skip
    return answer
