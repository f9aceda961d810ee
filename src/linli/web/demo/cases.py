"""Creation projects of the demo: one in every state of the workflow, each walked there step by step.

*Way*: the straight way from draft to operation; a state beside it is reached by leaving the way at a step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.demo.cast import Cast
from linli.web.demo.papers import paper, photo
from linli.web.projects import services
from linli.web.projects.acceptance import DIMENSIONS, PROJECT_TYPES
from linli.web.projects.facts import items_of
from linli.web.projects.models import Project
from linli.web.projects.standards import DEFAULT_WORKFLOW, get_workflow

__all__ = ["make_cases"]

_WAY: tuple[tuple[str, str], ...] = (
    # transition, who takes it: a kind of office, found for the project's place
    ("submit", "street"),
    ("recommend", "district"),
    ("put_on_list", "city"),
    ("submit_scheme", "street"),
    ("approve_scheme", "city"),
    ("complete", "street"),
    ("apply_for_acceptance", "street"),
    ("pass_district_check", "district"),
    ("accept", "city_2"),
    ("name", "city"),
    ("begin_operation", "street"),
    ("begin_recheck", "city"),
)

_BESIDE: Mapping[str, tuple[str, str, str]] = {
    # state: where the way is left, by which transition, taken by whom
    "returned": ("district_review", "return_application", "district"),
    "declined": ("city_review", "decline", "city"),
    "withdrawn": ("district_review", "withdraw", "street"),
    "suspended": ("building", "suspend", "district"),
    "rectifying": ("district_check", "require_changes", "district"),
    "not_accepted": ("acceptance", "refuse_acceptance", "city_2"),
    "name_removed": ("recheck", "remove_name", "city"),
}

_ORDER: tuple[str, ...] = (
    "operating", "building", "acceptance", "listed", "draft", "district_review", "city_review", "named", "suspended",
    "scheme_review", "returned", "self_assessment", "district_check", "province_review", "rectifying", "recheck",
    "declined", "withdrawn", "not_accepted", "name_removed",
)  # fmt: skip
"""States by community, in the communities' order."""

_WHY = "演示：材料齐全，符合要求"


@dataclass(frozen=True, slots=True)
class _Hands:
    """The people through whose hands a project goes."""

    cast: Cast
    project: Project

    def of(self, kind: str) -> str:
        """Return the user name of who acts for a kind of office at the project's place."""
        city = {"city": "city_office", "city_2": "city_office_2"}
        if kind in city:
            return city[kind]
        path = self.project.place
        return self.cast.street_of(path) if kind == "street" else self.cast.district_of(path)


def _again(project: Project) -> Project:
    project.refresh_from_db()
    return project


def _move(hands: _Hands, transition: str, kind: str) -> None:
    project, acts = _again(hands.project), hands.cast.acts(hands.of(kind))
    flow = get_workflow(project.workflow)
    step = flow.transition(transition)
    titles = {one.id: one.title.zh for one in flow.documents}
    for code in step.asks.documents:
        services.attachment_add(
            actor=acts, project=project, purpose="document", code=code, name=f"{titles[code]}.pdf",
            data=paper(titles[code]),
        )  # fmt: skip
    services.project_move(actor=acts, project=project, base_version=project.version, transition=transition, reason=_WHY)


def _milestones(hands: _Hands, done: bool) -> None:
    first = timezone.localdate().replace(month=3, day=1)
    for title, days in (("开工", 0), ("主体改造完成", 120), ("竣工", 200)):
        day = first + dt.timedelta(days=days)
        services.milestone_set(
            actor=hands.cast.acts(hands.of("street")), project=_again(hands.project), title=title, planned_on=day,
            done_on=min(day, timezone.localdate()) if done else None,
        )  # fmt: skip


def _evidence(hands: _Hands) -> None:
    acts = hands.cast.acts(hands.of("street"))
    for number, item in enumerate(items_of(hands.project)):
        services.statement_set(
            actor=acts, project=_again(hands.project), item=item.id, answer="yes", text="已建成并投用"
        )
        services.attachment_add(
            actor=acts, project=_again(hands.project), purpose="evidence", code=item.id, name=f"现场{number + 1}.png",
            data=photo(number), caption="现场照片（虚构）",
        )  # fmt: skip


def _judge(hands: _Hands) -> None:
    cast, project = hands.cast, hands.project
    for name, points in (("reviewer", "86.5"), ("reviewer_2", "88")):
        services.expert_appoint(actor=cast.acts("city_office"), project=_again(project), expert=cast.people[name])
        services.scores_give(
            actor=cast.acts(name), project=_again(project), points=dict.fromkeys(DIMENSIONS, Decimal(points))
        )
    services.visit_record(
        actor=cast.acts("city_office"), project=_again(project), on=timezone.localdate(), people="何专家、沈专家",
        found="现场与材料一致",
    )  # fmt: skip


def _prepare(hands: _Hands, transition: str) -> None:
    """Do what a step's guards ask for."""
    if transition in {"submit_scheme", "complete"}:
        _milestones(hands, done=transition == "complete")
    if transition == "apply_for_acceptance":
        _evidence(hands)
    if transition in {"accept", "refuse_acceptance"}:
        _judge(hands)
    if transition == "begin_operation":
        project = _again(hands.project)
        services.project_update(
            actor=hands.cast.acts(hands.of("street")), project=project, base_version=project.version,
            values={"operator": "示范邻里运营有限公司"},
        )  # fmt: skip


def _walk(hands: _Hands, state: str) -> None:
    until, leave, by = _BESIDE.get(state, (state, "", ""))
    for transition, kind in _WAY:
        if _again(hands.project).state == until:
            break
        _prepare(hands, transition)
        _move(hands, transition, kind)
    if leave:
        _prepare(hands, leave)
        _move(hands, leave, by)


def _figures(number: int, place: Place) -> dict[str, object]:
    return {
        "summary": f"织补{place.name}一老一小服务，补齐缺项设施（虚构）。",
        "households": 1100 + 130 * number,
        "residents": 2900 + 340 * number,
        "area_m2": Decimal(9000 + 650 * number),
        "input_cost_yuan": Decimal(2_400_000 + 180_000 * number),
        "ordinary_subsidy_yuan": Decimal(300_000),
        "old_estate": number % 11 != 10,  # noqa: PLR2004 - all but one: the subsidy is for old estates
    }


def _begin(cast: Cast, number: int, path: str) -> _Hands:
    place = Place.objects.get(path=path)
    street = "".join(f"{part}/" for part in path.split("/")[:-2])
    acts = cast.acts(cast.street_of(path))
    project = services.project_create(
        actor=acts, community=place, organisation=cast.offices[street], name=f"{place.name}未来社区创建",
        project_type=tuple(PROJECT_TYPES)[number % 3], year=timezone.localdate().year,
    )  # fmt: skip
    services.project_update(actor=acts, project=project, base_version=project.version, values=_figures(number, place))
    return _Hands(cast, project)


def make_cases(cast: Cast, states: Sequence[str] = _ORDER) -> dict[str, Project]:
    """Make a project in each state.

    Parameters
    ----------
    cast
        The people.
    states
        Which states; a community each, in the communities' order.

    Returns
    -------
    dict of Project
        By state.

    Raises
    ------
    ValueError
        If the workflow has a state that is not among those known here, or there are too few communities.
    """
    unknown = {state.id for state in get_workflow(DEFAULT_WORKFLOW).states} - set(_ORDER)
    if unknown or len(states) > len(cast.communities):
        msg = f"`states` must be known and no more than communities. Got {sorted(unknown) or len(states)}."
        raise ValueError(msg)
    made = {}
    for number, state in enumerate(states):
        hands = _begin(cast, number, cast.communities[number])
        _walk(hands, state)
        made[state] = _again(hands.project)
    return made
