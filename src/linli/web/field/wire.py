"""What a phone sends: read strictly into a plain record, told apart from what cannot be one.

Fields of a form travel as text, several ticks as a list of texts; the position is GeoJSON in the field ``geometry``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from linli.web.audit.chain import canonical
from linli.web.refusal import Refused

__all__ = ["GEOMETRY", "MOST_PHOTOS", "PhotoNote", "Sent", "digest_of", "read_sent", "texts"]

GEOMETRY = "geometry"
"""The form's field that holds the position."""

MOST_PHOTOS = 12
_LONGEST = 4000
_MOST_FIELDS = 60
_MOST_REVISION = 10_000
_MOST_VERSION = 2**31 - 1
_JOINT = ";"
"""Between several ticks, as the survey's schema writes a list."""


class PhotoNote(BaseModel):
    """What is told about a photo; the picture comes beside it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = Field(max_length=200)
    taken_at: str | None = Field(default=None, max_length=40)
    taken_at_source: Literal["exif", "file"] | None = None
    position: tuple[float, float] | None = None

    def moment(self) -> dt.datetime | None:
        """When it was taken; a clock without a zone is the site's."""
        try:
            found = dt.datetime.fromisoformat(self.taken_at or "")
        except ValueError:
            return None
        return timezone.make_aware(found) if timezone.is_naive(found) else found


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    revision: int = Field(ge=0, le=_MOST_REVISION)
    form: str = Field(max_length=12)
    record: str | None = Field(default=None, max_length=140)
    base_version: int | None = Field(default=None, ge=1, le=_MOST_VERSION)
    base: dict[str, str | list[str] | None] | None = None
    values: dict[str, str | list[str]] = Field(default_factory=dict, max_length=_MOST_FIELDS)
    photos: list[PhotoNote] = Field(default_factory=list, max_length=MOST_PHOTOS)
    saved_at: str = Field(default="", max_length=40)
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending of an entry.

    Parameters
    ----------
    client
        The entry's id, made by the phone.
    revision
        How often it was changed since it was first saved.
    form
        Which form.
    layer, key
        The record it is about; empty for a new one.
    base_version
        The version that the person looked at; ``None`` = there was none.
    base, values
        Texts by field.
    photos
        What is told about the photos.
    saved_at
        By the phone's clock.
    resolved
        Whether a person decided a conflict on the phone.
    """

    client: UUID
    revision: int
    form: str
    layer: str
    key: str
    base_version: int | None
    base: Mapping[str, str]
    values: Mapping[str, str]
    photos: tuple[PhotoNote, ...]
    saved_at: dt.datetime
    resolved: bool


def texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Return a form's fields as one text each, several ticks joined, ends trimmed, control characters refused.

    Parameters
    ----------
    values
        Texts and lists of texts by field.

    Returns
    -------
    dict
        Text by field.

    Raises
    ------
    Refused
        If a text is too long or holds control characters.
    """
    out = {}
    for name, value in values.items():
        text = _JOINT.join(value) if isinstance(value, list) else value or ""
        if len(text) > (_LONGEST if name != GEOMETRY else 100 * _LONGEST) or "\x00" in text:
            raise Refused("field.refuse.malformed")
        out[name] = text.strip()
    return out


def _saved_at(text: str) -> dt.datetime:
    """Return the phone's moment; a clock that is wrong by more than a day into the future is not believed."""
    now = timezone.now()
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return now
    aware = timezone.make_aware(found) if timezone.is_naive(found) else found
    return aware if aware <= now + dt.timedelta(days=1) else now


def read_sent(text: str) -> Sent:
    """Read a submission.

    Parameters
    ----------
    text
        JSON as the form's island writes it.

    Returns
    -------
    Sent
        Its fields as plain values.

    Raises
    ------
    Refused
        If it is none.
    """
    try:
        body = _Body.model_validate(json.loads(text))
    except (ValidationError, ValueError, RecursionError) as error:
        raise Refused("field.refuse.malformed") from error
    layer, _, key = (body.record or "").partition("/")
    return Sent(
        client=body.id, revision=body.revision, form=body.form, layer=layer, key=key, base_version=body.base_version,
        base=texts(body.base or {}), values=texts(body.values), photos=tuple(body.photos),
        saved_at=_saved_at(body.saved_at), resolved=body.resolved,
    )  # fmt: skip


def digest_of(sent: Sent, files: Sequence[tuple[str, bytes]]) -> str:
    """Return the hash of what was sent, pictures included: the same sending has the same.

    Parameters
    ----------
    sent
        The submission.
    files
        Name and bytes of each picture.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    about = {
        "form": sent.form, "record": f"{sent.layer}/{sent.key}", "base_version": sent.base_version,
        "values": dict(sent.values), "resolved": sent.resolved,
        "pictures": [hashlib.sha256(data).hexdigest() for _, data in files],
    }  # fmt: skip
    return hashlib.sha256(canonical(about).encode()).hexdigest()
