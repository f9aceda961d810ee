"""Who is in the demo: the tree of an invented city, an office at each place, and people of each role.

*Cast*: the people by user name, and the first passwords, which are shown once and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from linli.web.accounts import services
from linli.web.accounts.models import Organisation, Place, User
from linli.web.audit.actor import Actor, system_actor
from linli.web.places.tree import tree_of

__all__ = ["CITY", "CITY_PATH", "Cast", "make_cast"]

CITY = ("邻里示范市（虚构）", "Linli Demo City (fictional)")
CITY_PATH = "3301/"
_WHY = "演示数据"

_OFFICES: Mapping[str, tuple[str, str]] = {
    "city": ("住房和城乡建设局", "Housing bureau"),
    "district": ("住房和城乡建设局", "Housing bureau"),
    "street": ("办事处", "Street office"),  # a street is called …街道
    "community": ("居民委员会", "Residents' committee"),
}

_BESIDE: tuple[tuple[str, str, str, str], ...] = (
    ("design", "示范城市规划设计院", "Demo planning institute", "department"),
    ("civil", "示范市民政局", "Demo civil affairs bureau", "department"),
    ("treasury", "示范市财政局", "Demo treasury", "department"),
    ("experts", "示范市专家库", "Demo pool of experts", "expert"),
    ("operator", "示范邻里运营有限公司", "Demo Neighbourhood Operators Ltd", "operator"),
)
"""Organisations beside the tree: key, names, kind."""

_PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    # user name, name, role, where: a key of `_BESIDE`, or the n-th place of a level
    ("city_office", "陈示市", "city_office", "city"),
    ("city_office_2", "林复核", "city_office", "city"),
    ("district_office", "王区城", "district_office", "district:0"),
    ("district_office_2", "赵澜桥", "district_office", "district:1"),
    ("community_worker", "吴社工", "community_worker", "community:0"),
    ("community_worker_2", "郑邻居", "community_worker", "community:1"),
    ("planner", "孙规划", "planner", "design"),
    ("finance", "钱会计", "finance", "treasury"),
    ("finance_2", "金出纳", "finance", "treasury"),
    ("reviewer", "何专家", "reviewer", "experts"),
    ("reviewer_2", "沈专家", "reviewer", "experts"),
    ("operator", "马运营", "operator", "operator"),
    ("department_reader", "许民政", "department_reader", "civil"),
    ("auditor", "严审计", "auditor", "city"),
    ("system_admin", "系统管理员", "system_admin", "city"),
    ("security_admin", "安全管理员", "security_admin", "city"),
    ("audit_admin", "审计管理员", "audit_admin", "city"),
)


_SURNAMES = "李周蒋韩杨朱秦尤许"


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the demo.

    Parameters
    ----------
    people
        By user name.
    passwords
        First password by user name.
    offices
        By jurisdiction path.
    districts, streets, communities
        Paths in their order.
    """

    people: Mapping[str, User]
    passwords: Mapping[str, str]
    offices: Mapping[str, Organisation]
    districts: tuple[str, ...]
    streets: tuple[str, ...]
    communities: tuple[str, ...]

    def street_of(self, path: str) -> str:
        """Return the user name of who works at the street of a place."""
        return _numbered("street", next(i for i, street in enumerate(self.streets) if path.startswith(street)))

    def district_of(self, path: str) -> str:
        """Return the user name of who works at the district of a place."""
        return _numbered("district_office", next(i for i, one in enumerate(self.districts) if path.startswith(one)))

    def acts(self, username: str) -> Actor:
        """Return a person as the one who acts, from the console."""
        user = self.people[username]
        return Actor(user, user.username, "console", "demo")


def _offices(places: list[services.NewPlace]) -> dict[str, Organisation]:
    actor = system_actor("linli site init --demo")
    services.places_add(actor=actor, places=places, reason=_WHY)
    made: dict[str, Organisation] = {}
    for place in places:
        zh, en = _OFFICES[place.level]
        above = "".join(f"{part}/" for part in place.path.split("/")[:-2])
        made[place.path] = services.organisation_create(
            actor=actor, name=f"{place.name}{zh}", name_en=f"{en} of {place.name_en}" if place.name_en else "",
            kind=place.level, place=place.path, parent=made.get(above), reason=_WHY,
        )  # fmt: skip
    for key, zh, en, kind in _BESIDE:
        made[key] = services.organisation_create(
            actor=actor, name=zh, name_en=en, kind=kind, place=CITY_PATH, reason=_WHY
        )
    return made


def _numbered(name: str, index: int) -> str:
    return name if index == 0 else f"{name}_{index + 1}"


def _home(where: str, at: Mapping[str, list[str]]) -> tuple[str, str]:
    """Return the key of somebody's office and the path at which the role is granted."""
    level, _, number = where.partition(":")
    if level == "city":
        return CITY_PATH, CITY_PATH
    if level not in at:
        return level, CITY_PATH
    path = at[level][int(number) % len(at[level])]
    return path, path


def make_cast(communities: pd.DataFrame) -> Cast:
    """Make the tree, the offices and the people.

    Parameters
    ----------
    communities
        The layer of communities of the demo city.

    Returns
    -------
    Cast
        Everybody.
    """
    actor = system_actor("linli site init --demo")
    rows = cast("list[dict[str, Any]]", communities.to_dict("records"))
    places = tree_of(rows, *CITY)
    offices = _offices(places)
    at: dict[str, list[str]] = {"district": [], "street": [], "community": []}
    for place in Place.objects.exclude(level="city").order_by("-path"):
        at[place.level].append(place.path)
    # The first district is the one whose communities are old and short of services: the demo's stories play there.
    first = at["district"][0]
    for paths in at.values():
        paths.sort(key=lambda path: (not path.startswith(first), path))
    streets = [(_numbered("street", i), f"{_SURNAMES[i % len(_SURNAMES)]}街办", "street", f"street:{i}")
               for i in range(len(at["street"]))]  # fmt: skip
    people, passwords = {}, {}
    for username, name, role, where in (*_PEOPLE, *streets):
        office, path = _home(where, at)
        people[username], passwords[username] = services.user_create(
            actor=actor, username=username, name=name, organisation=offices[office], reason=_WHY
        )
        services.grant_create(actor=actor, user=people[username], role=role, place=path, reason=_WHY)
    order = (tuple(at[level]) for level in ("district", "street", "community"))
    return Cast(people, passwords, offices, *order)
