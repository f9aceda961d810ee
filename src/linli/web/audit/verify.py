"""Checking the chain: every hash, every link, every number, and the heads that were written outside the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from linli.web.audit.chain import START, chain_hash
from linli.web.audit.models import Event

__all__ = ["Break", "Verdict", "verify"]

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold.

    Parameters
    ----------
    number
        The event.
    kind
        ``altered`` (hash and content differ), ``link`` (not the hash of the event before), ``gap`` (numbers missing),
        ``head`` (differs from, or lacks, what was written outside the database).
    """

    number: int
    kind: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found.

    Parameters
    ----------
    events
        How many events were read.
    head
        Hash of the last one.
    breaks
        Where it does not hold; empty = whole.
    """

    events: int
    head: str
    breaks: tuple[Break, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was altered, removed or inserted."""
        return not self.breaks


def _walk(heads: dict[int, str]) -> Iterator[Break | Event]:
    number, hash_ = 0, START
    for event in Event._all.order_by("number").iterator(chunk_size=_CHUNK):
        if event.number != number + 1:
            yield Break(event.number, "gap")
        elif event.previous != hash_:
            yield Break(event.number, "link")
        if chain_hash(event.chained()) != event.hash:
            yield Break(event.number, "altered")
        if heads.get(event.number, event.hash) != event.hash:
            yield Break(event.number, "head")
        number, hash_ = event.number, event.hash
        yield event
    yield from (Break(missing, "head") for missing in sorted(heads) if missing > number)


def _heads(file: Path | None) -> dict[int, str]:
    """Read the heads; a last line cut short by a crash says nothing."""
    heads: dict[int, str] = {}
    if file is not None and file.exists():
        for line in file.read_text(encoding="ascii", errors="replace").splitlines():
            try:
                said = json.loads(line)
                heads[int(said["number"])] = str(said["hash"])
            except (ValueError, KeyError, TypeError):
                continue
    return heads


def verify(heads: Path | None = None) -> Verdict:
    """Read the whole chain and check it.

    Parameters
    ----------
    heads
        The file of heads that was written outside the database (``log/audit-heads.jsonl``), if there is one.

    Returns
    -------
    Verdict
        What was found.
    """
    breaks: list[Break] = []
    events, head = 0, START
    for found in _walk(_heads(heads)):
        if isinstance(found, Break):
            breaks.append(found)
        else:
            events, head = events + 1, found.hash
    return Verdict(events, head, tuple(breaks))
