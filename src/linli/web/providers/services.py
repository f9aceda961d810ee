"""Every change to the directory of providers: each in a transaction with its event."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from linli.web.accounts.models import Organisation, User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.audit.services import record, state_of
from linli.web.providers.criteria import Criteria, read_criteria
from linli.web.providers.listing import Evaluation, evaluate_year, why_not_listed
from linli.web.providers.models import DirectoryVersion, OperatingRecord, Provider, ProviderFile, YearEvaluation
from linli.web.refusal import Refused
from linli.web.uploads import check_upload
from linli.web.words import current_language

__all__ = [
    "criteria_in_force",
    "directory_publish",
    "evaluation_decide",
    "file_add",
    "propose_evaluation",
    "provider_apply",
    "provider_create",
    "provider_decide",
    "provider_remove",
    "provider_update",
    "record_set",
]

FIELDS = ("name", "categories", "services", "contact", "website", "sites")
RECORD = ("months", "open_days", "planned_days", "satisfied", "asked", "complaints", "answered", "balance_yuan")
_OPEN = frozenset({"draft", "returned"})
_FILE = Path(__file__).parent / "rules" / "directory_2026.yaml"
_DECISIONS = {"approve": "approved", "return": "returned", "decline": "declined"}
_MONTHS = 12


@cache
def _read(path: Path) -> Criteria:
    return read_criteria(path)


def criteria_in_force() -> Criteria:
    """Return the rules of the directory: the site's own file ``directory.yaml``, else those shipped.

    Returns
    -------
    Criteria
        The rules.

    Raises
    ------
    ConfigError
        If the site's file is wrong.
    """
    own = settings.SITE.folder / "directory.yaml"
    return _read(own if own.is_file() else _FILE)


def _must(condition: bool, key: str, field: str = "", **values: Any) -> None:
    if not condition:
        raise Refused(f"providers.refuse.{key}", field, **values)


def _hold(actor: Actor, action: str, place: str) -> User:
    if actor.user is None or not rights_of(actor.user).may("providers", action, place):
        raise Refused("providers.refuse.outside")
    return actor.user


def _lock(provider: Provider, base_version: int | None = None) -> Provider:
    locked = Provider._all.select_for_update().get(pk=provider.pk)
    if base_version is not None and locked.version != base_version:
        raise Refused("providers.refuse.changed", version=locked.version)
    return locked


def _tell(event: str, actor: Actor, provider: Provider, object_: Any = None, **more: Any) -> None:
    name = str(object_ or provider)  # all that befell a provider is found by its number
    name = name if name.startswith(provider.number) else f"{provider.number} {name}"
    record(f"providers.{event}", actor=actor, module="providers", object_=object_ or provider, place=provider.place,
           name=name, **more)  # fmt: skip


def _save(provider: Provider) -> Provider:
    provider.version += 1
    provider.save()
    return provider


@transaction.atomic
def provider_create(*, actor: Actor, name: str, place: str, organisation: Organisation | None = None) -> Provider:
    """Begin a provider's application: a draft.

    Parameters
    ----------
    actor
        Who.
    name
        The provider's name.
    place
        Jurisdiction path in which it wants to be listed.
    organisation
        Its organisation on this site, if it has one.

    Returns
    -------
    Provider
        A draft.

    Raises
    ------
    Refused
        If the place is outside the actor's reach, or the name is taken.
    """
    user = _hold(actor, "apply", place)
    _must(bool(name.strip()), "name", "name")
    taken = Provider._all.filter(name=name.strip()).exclude(state__in=("declined", "removed"))
    _must(not taken.exists(), "name_taken", "name")
    last = Provider._all.select_for_update().order_by("-number").first()
    number = int(last.number.rpartition("-")[2]) + 1 if last else 1
    new = Provider._all.create(
        number=f"SP-{number:05d}", name=name.strip(), place=place, organisation=organisation, created_by=user
    )
    _tell("provider.create", actor, new, after=state_of(new, "number", "name", "place", "state"))
    return new


@transaction.atomic
def provider_update(*, actor: Actor, provider: Provider, base_version: int, values: Mapping[str, Any]) -> Provider:
    """Change a provider's application while it is open.

    Parameters
    ----------
    actor
        Who.
    provider
        Which.
    base_version
        The version that the actor looked at.
    values
        New values by field, of `FIELDS`.

    Returns
    -------
    Provider
        As saved.

    Raises
    ------
    Refused
        If somebody else changed it meanwhile, it is under review, or a category is unknown.
    """
    locked = _lock(provider, base_version)
    _hold(actor, "edit", locked.place)
    changed = {name: value for name, value in values.items() if name in FIELDS and value != getattr(locked, name)}
    _must(locked.state in _OPEN, "not_open")
    unknown = set(changed.get("categories", ())) - {one.id for one in criteria_in_force().categories}
    _must(not unknown, "category", "categories")
    if not changed:
        return locked
    before = state_of(locked, *changed)
    for name, value in changed.items():
        setattr(locked, name, value)
    _save(locked)
    _tell("provider.update", actor, locked, before=before, after=state_of(locked, *changed))
    return locked


@transaction.atomic
def file_add(*, actor: Actor, provider: Provider, code: str, name: str, data: bytes) -> ProviderFile:
    """Keep a piece of evidence.

    Parameters
    ----------
    actor
        Who.
    provider
        Of which provider.
    code
        Which evidence, of the rules in force.
    name, data
        The file.

    Returns
    -------
    ProviderFile
        As saved.

    Raises
    ------
    Refused
        If the file will not do, no such evidence is asked for, or the application is under review.
    """
    locked = _lock(provider)
    user = _hold(actor, "edit", locked.place)
    _must(locked.state in _OPEN, "not_open")
    _must(code in {one.id for one in criteria_in_force().evidence}, "evidence", "code")
    upload = check_upload(name, data, most_mb=settings.SITE.config.upload_mb)
    new = ProviderFile(
        provider=locked, code=code, name=upload.name, kind=upload.kind, sha256=upload.sha256, size=len(data), by=user
    )
    new.file.save(f"{upload.sha256[:32]}.{upload.kind}", ContentFile(data), save=False)
    new.save(force_insert=True)
    _tell("file.add", actor, locked, new, after=state_of(new, "code", "name", "size", "sha256"))
    return new


@transaction.atomic
def provider_apply(*, actor: Actor, provider: Provider, base_version: int) -> Provider:
    """Submit an application for the directory.

    Parameters
    ----------
    actor
        Who.
    provider
        Which, a draft or returned.
    base_version
        The version that the actor looked at.

    Returns
    -------
    Provider
        Under review.

    Raises
    ------
    Refused
        If it does not meet the rules of entry: with every reason.
    """
    locked = _lock(provider, base_version)
    _hold(actor, "apply", locked.place)
    _must(locked.state in _OPEN, "not_open")
    shown = locked.files.values_list("code", flat=True)
    reasons = why_not_listed(locked.categories, shown, locked.sites, criteria_in_force())
    lang = current_language()
    joint = "；" if lang == "zh" else "; "
    _must(not reasons, "entry", reasons=joint.join(one[lang] for one in reasons))
    before = state_of(locked, "state")
    locked.state = "applied"
    _save(locked)
    _tell("provider.apply", actor, locked, before=before, after=state_of(locked, "state"))
    return locked


@transaction.atomic
def provider_decide(*, actor: Actor, provider: Provider, base_version: int, decision: str, reason: str) -> Provider:
    """Review an application: approve it for the next version, return it or decline it.

    Parameters
    ----------
    actor
        Who: not who applied.
    provider
        Which.
    base_version
        The version that the actor looked at.
    decision
        ``approve``, ``return`` or ``decline``.
    reason
        Why.

    Returns
    -------
    Provider
        As saved.

    Raises
    ------
    Refused
        If it is not under review, the actor applied, or there is no reason.
    """
    locked = _lock(provider, base_version)
    user = _hold(actor, "review", locked.place)
    _must(locked.state == "applied", "not_applied")
    _must(user.pk != locked.created_by_id, "own")
    _must(decision in _DECISIONS, "decision", "decision")
    _must(bool(reason.strip()), "reason", "reason")
    before = state_of(locked, "state")
    locked.state, locked.note = _DECISIONS[decision], reason.strip()
    _save(locked)
    _tell(f"provider.{decision}", actor, locked, before=before, after=state_of(locked, "state"), reason=reason.strip())
    return locked


@transaction.atomic
def record_set(*, actor: Actor, provider: Provider, year: int, site: str, values: Mapping[str, Any]) -> OperatingRecord:
    """Enter or correct the operating record of a place for a year.

    Parameters
    ----------
    actor
        Who.
    provider
        Who runs it.
    year
        Which year.
    site
        What the place is called.
    values
        Figures by field, of `RECORD`.

    Returns
    -------
    OperatingRecord
        As saved.

    Raises
    ------
    Refused
        If a part is larger than its whole, the months are not 1–12, or the year was evaluated already.
    """
    locked = _lock(provider)
    user = _hold(actor, "edit", locked.place)
    _must(bool(site.strip()), "site", "site")
    _must(not YearEvaluation._all.filter(provider=locked, year=year).exists(), "evaluated", "year")
    figures = {name: values[name] for name in RECORD if name in values}
    for part, whole in (("open_days", "planned_days"), ("satisfied", "asked"), ("answered", "complaints")):
        _must((figures.get(part) or 0) <= (figures.get(whole) or 0), "part", part)
    _must(1 <= int(figures.get("months") or 0) <= _MONTHS, "months", "months")
    old = OperatingRecord._all.filter(provider=locked, year=year, site=site.strip()).first()
    before = state_of(old, *RECORD) if old else None
    new, _ = OperatingRecord._all.update_or_create(
        provider=locked, year=year, site=site.strip(), defaults={**figures, "by": user, "at": timezone.now()}
    )
    _tell("record.set", actor, locked, new, before=before, after=state_of(new, "site", "year", *RECORD))
    return new


def _warnings_before(provider: Provider, year: int) -> int:
    """Return in how many years in a row before a year the provider was warned."""
    decisions = dict(provider.evaluations.filter(year__lt=year).values_list("year", "decision"))
    count = 0
    while decisions.get(year - 1 - count) == "warn":
        count += 1
    return count


def propose_evaluation(provider: Provider, year: int) -> Evaluation:
    """Work out what a year's operating record proposes.

    Parameters
    ----------
    provider
        Which.
    year
        Which year.

    Returns
    -------
    Evaluation
        Proposal and reasons.
    """
    records = [one.as_record() for one in provider.records.filter(year=year)]
    return evaluate_year(records, criteria_in_force(), warnings_before=_warnings_before(provider, year))


@transaction.atomic
def evaluation_decide(
    *, actor: Actor, provider: Provider, base_version: int, year: int, decision: str, reason: str
) -> YearEvaluation:
    """Decide a provider's year: keep, warn or remove, whatever the record proposes, with a reason.

    Parameters
    ----------
    actor
        Who: not who applied for the provider.
    provider
        Which, listed.
    base_version
        The version that the actor looked at.
    year
        Which year.
    decision
        ``keep``, ``warn`` or ``remove``.
    reason
        Why; it is published with a warning or removal.

    Returns
    -------
    YearEvaluation
        As saved.

    Raises
    ------
    Refused
        If it is not listed, the year was decided already, or there is no reason.
    """
    locked = _lock(provider, base_version)
    user = _hold(actor, "review", locked.place)
    _must(locked.state == "listed", "not_listed")
    _must(user.pk != locked.created_by_id, "own")
    _must(decision in {"keep", "warn", "remove"}, "decision", "decision")
    _must(bool(reason.strip()), "reason", "reason")
    _must(not locked.evaluations.filter(year=year).exists(), "evaluated", "year")
    found = propose_evaluation(locked, year)
    new = YearEvaluation._all.create(
        provider=locked, year=year, criteria=criteria_in_force().id, proposal=found.proposal,
        reasons=[{**asdict(one), "words": dict(one.words)} for one in found.reasons], unknown=list(found.unknown),
        decision=decision, reason=reason.strip(), by=user,
    )  # fmt: skip
    before = state_of(locked, "state", "warned")
    locked.warned = decision == "warn"
    locked.note = reason.strip() if decision != "keep" else ""
    if decision == "remove":
        locked.state, locked.ground = "removed", "evaluation"
    _save(locked)
    after = {**state_of(locked, "state", "warned"), "year": year, "proposal": found.proposal, "decision": decision}
    _tell("evaluation.decide", actor, locked, new, before=before, after=after, reason=reason.strip())
    return new


@transaction.atomic
def provider_remove(*, actor: Actor, provider: Provider, base_version: int, ground: str, reason: str) -> Provider:
    """Take a provider off the directory on a ground other than its yearly evaluation.

    Parameters
    ----------
    actor
        Who.
    provider
        Which, approved or listed.
    base_version
        The version that the actor looked at.
    ground
        Id of a ground of the rules in force.
    reason
        Why; it is published.

    Returns
    -------
    Provider
        Removed; the next version says so.

    Raises
    ------
    Refused
        If it is not on the directory, there is no such ground, or no reason.
    """
    locked = _lock(provider, base_version)
    _hold(actor, "publish", locked.place)
    _must(locked.state in {"approved", "listed"}, "not_listed")
    _must(ground in {one.id for one in criteria_in_force().removal_grounds}, "ground", "ground")
    _must(bool(reason.strip()), "reason", "reason")
    before = state_of(locked, "state")
    locked.state, locked.ground, locked.note, locked.warned = "removed", ground, reason.strip(), False
    _save(locked)
    _tell("provider.remove", actor, locked, before=before, after=state_of(locked, "state", "ground"),
          reason=reason.strip())  # fmt: skip
    return locked


@transaction.atomic
def directory_publish(*, actor: Actor, place: str, note: str) -> DirectoryVersion:
    """Publish a version of the directory: all that are listed or approved; who left is named with the reason.

    Parameters
    ----------
    actor
        Who.
    place
        The city.
    note
        What is to be said of this version.

    Returns
    -------
    DirectoryVersion
        With the next number.

    Raises
    ------
    Refused
        If nothing changed since the last version.
    """
    user = _hold(actor, "publish", place)
    today = timezone.localdate()
    rows = list(Provider._all.select_for_update().order_by("number"))
    for one in rows:
        if one.state == "approved":
            one.state, one.since, one.note = "listed", today, ""
            _save(one)
    listings = [_as_json(one, today) for one in rows if one.state == "listed"]
    last = DirectoryVersion._all.order_by("-number").first()
    was = {row["provider_id"] for row in last.listings} if last else set()
    left = {one.number: one.note for one in rows if one.number in was and one.state != "listed"}
    digest = hashlib.sha256(json.dumps(listings, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    _must(last is None or last.sha256 != digest, "nothing_new")
    number = int(DirectoryVersion._all.aggregate(Max("number"))["number__max"] or 0) + 1
    new = DirectoryVersion(
        number=number, published_on=today, criteria=criteria_in_force().id, listings=listings, left=left,
        note=note.strip(), sha256=digest, by=user,
    )  # fmt: skip
    new.save(force_insert=True)
    after = {"number": number, "listed": len(listings), "left": left, "sha256": digest}
    record("providers.directory.publish", actor=actor, module="providers", object_=new, place=place, after=after,
           reason=note.strip())  # fmt: skip
    return new


def _as_json(provider: Provider, today: dt.date) -> dict[str, Any]:
    row = asdict(provider.as_listing(today))
    return {**row, "categories": list(row["categories"]), "since": row["since"].isoformat()}
