"""The menu: the loop in its order. Each entry names a route; who may not come in there does not see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse

from linli.web.accounts.access import Access, list_routes

__all__ = ["MENU", "Entry", "Section", "menu_for"]

MENU: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("overview", ("communities:overview", "communities:list", "desk")),
    (
        "survey",
        (
            "surveys:rounds",
            "places:register",
            "imports:start",
            "field:home",
            "field:entries",
            "surveys:layers",
            "rooms:list",
            "wishes:list",
            "surveys:snapshots",
        ),
    ),
    (
        "assess",
        (
            "assessments:matrix",
            "assessments:map",
            "lifecircle:start",
            "assessments:priority",
            "assessments:runs",
        ),
    ),
    ("improve", ("plans:list", "plans:planned", "plans:progress", "projects:list")),
    ("feedback", ("assessments:comparisons",)),
    ("funds", ("funds:overview", "funds:applications", "funds:ledger", "funds:statements")),
    ("providers", ("providers:list", "providers:directory")),
    ("standards", ("standards:rules", "standards:changes", "standards:waivers")),
    ("manage", ("accounts:people", "accounts:organisations", "accounts:grants", "audit:events", "jobs:list")),
)
"""Sections in the order of the loop with their routes; words: ``pages.menu.<section>``, ``pages.route.<route>``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    route: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A step of the loop with its lines."""

    name: str
    entries: Sequence[Entry]


@cache
def _rules() -> dict[str, Access | None]:
    return {route.name: route.access for route in list_routes()}


def menu_for(user: Any, path: str) -> list[Section]:
    """Return the menu as a person sees it.

    Parameters
    ----------
    user
        The person; nobody sees nothing.
    path
        Address of the page at hand.

    Returns
    -------
    list of Section
        Without sections that are empty.
    """
    if not user.is_authenticated:
        return []
    shown = [
        (name, [(route, reverse(route)) for route in routes if (rule := _rules()[route]) and rule.admits(user)])
        for name, routes in MENU
    ]
    here = _here(path, [address for _, lines in shown for _, address in lines])
    return [Section(name, [Entry(r, a, a == here) for r, a in lines]) for name, lines in shown if lines]


def _here(path: str, addresses: Sequence[str]) -> str:
    """Return the line that a page belongs to: the longest address that it begins with; at home the first line."""
    if path == "/":
        return addresses[0] if addresses else ""
    return max((one for one in addresses if path.startswith(one)), key=len, default="")
