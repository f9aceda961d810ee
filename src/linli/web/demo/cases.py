"""Creation projects of the demo: one in every state of the workflow, each walked there step by step.

*Way*: the straight way from draft to operation; a state beside it is reached by leaving the way at a step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.demo.cast import Cast
from linli.web.demo.papers import paper, photo
from linli.web.places.models import Record
from linli.web.projects import services
from linli.web.projects.acceptance import DIMENSIONS
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
    "operating", "building", "acceptance", "draft", "listed", "district_review", "city_review", "named", "suspended",
    "scheme_review", "returned", "district_check", "self_assessment", "rectifying", "province_review", "recheck",
    "declined", "withdrawn", "not_accepted", "name_removed",
)  # fmt: skip
"""States by community, in the communities' order: the demo's money goes where there are old estates."""

_WHY = "演示：材料齐全，符合要求"
_REASONS: Mapping[str, str] = {
    # transition that leaves the way: why
    "return_application": "演示：请补充居民需求摘要",
    "decline": "演示：缺项较多而投入不足，本批不予列入",
    "withdraw": "演示：街道调整安排，下一批再申报",
    "suspend": "演示：地下管线迁改，暂停施工",
    "require_changes": "演示：两处设施未投用，限期整改",
    "refuse_acceptance": "演示：现场核查发现设施未投用",
    "remove_name": "演示：年度复核发现服务长期停止",
}


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
    services.project_move(
        actor=acts, project=project, base_version=project.version, transition=transition,
        reason=_REASONS.get(transition, _WHY),
    )  # fmt: skip


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


def _judge_evidence(hands: _Hands, passed: bool) -> None:
    """Accept what was shown; where the project does not pass, but for the last."""
    shown = list(hands.project.attachments.filter(purpose="evidence", withdrawn_at=None).order_by("pk"))
    for number, one in enumerate(shown, start=1):
        good = passed or number < len(shown)
        services.attachment_judge(
            actor=hands.cast.acts("city_office"), attachment=one, verdict="accepted" if good else "rejected",
            reason="" if good else "演示：现场未见投用",
        )  # fmt: skip


def _judge(hands: _Hands, passed: bool) -> None:
    cast, project = hands.cast, hands.project
    _judge_evidence(hands, passed)
    for name, points in zip(("reviewer", "reviewer_2"), ("86.5", "88") if passed else ("58", "61.5"), strict=True):
        services.expert_appoint(actor=cast.acts("city_office"), project=_again(project), expert=cast.people[name])
        services.scores_give(
            actor=cast.acts(name), project=_again(project), points=dict.fromkeys(DIMENSIONS, Decimal(points))
        )
    services.visit_record(
        actor=cast.acts("city_office"), project=_again(project), on=timezone.localdate(), people="何专家、沈专家",
        found="现场与材料一致" if passed else "一处设施未投用",
    )  # fmt: skip


def _prepare(hands: _Hands, transition: str) -> None:
    """Do what a step's guards ask for."""
    if transition in {"submit_scheme", "complete"}:
        _milestones(hands, done=transition == "complete")
    if transition == "apply_for_acceptance":
        _evidence(hands)
    if transition in {"accept", "refuse_acceptance"}:
        _judge(hands, passed=transition == "accept")
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


@dataclass(frozen=True, slots=True)
class _Found:
    """What the register has of a community.

    Parameters
    ----------
    known
        Its record.
    estates
        Records of its estates.
    """

    known: Mapping[str, Any]
    estates: Sequence[Mapping[str, Any]]

    @property
    def old(self) -> list[Mapping[str, Any]]:
        """Its old estates."""
        return [one for one in self.estates if one.get("old_estate")]

    @property
    def project_type(self) -> str:
        """As the register says; else by whether it is new, and whether half of its estates are old."""
        if self.known.get("project_type"):
            return str(self.known["project_type"])
        if self.known.get("kind") == "new":
            return "leading_new"
        return "leading_renewal" if 2 * len(self.old) >= len(self.estates) else "inclusive"

    @property
    def is_renewal(self) -> bool:
        """Whether there are old estates to be renewed."""
        return self.project_type != "leading_new" and bool(self.old)

    @property
    def floor_area_m2(self) -> Decimal:
        """Of what may be renewed or, where all is new, of the community."""
        areas = [one.get("floor_area_m2") or 0 for one in self.old] if self.is_renewal else []
        return Decimal(str(sum(areas) or self.known["floor_area_m2"]))


def _found(path: str) -> _Found:
    def rows(layer: str) -> list[Mapping[str, Any]]:
        there = Record._all.filter(layer=layer, place=path, closed_at=None)  # noqa: SLF001 - the demo acts for everybody
        return list(there.values_list("values", flat=True))

    return _Found(rows("communities")[0], rows("estates"))


def _figures(number: int, place: Place, found: _Found) -> dict[str, object]:
    return {
        "summary": f"织补{place.name}一老一小服务，补齐缺项设施（虚构）。",
        "households": found.known["households"],
        "residents": found.known["residents"],
        "area_m2": min(Decimal(9000 + 650 * number), found.floor_area_m2),
        "input_cost_yuan": Decimal(2_400_000 + 180_000 * number),
        "ordinary_subsidy_yuan": Decimal(300_000) if found.is_renewal else None,
        "old_estate": found.is_renewal,
    }


def _begin(cast: Cast, number: int, path: str) -> _Hands:
    place, found = Place.objects.get(path=path), _found(path)
    street = "".join(f"{part}/" for part in path.split("/")[:-2])
    acts = cast.acts(cast.street_of(path))
    project = services.project_create(
        actor=acts, community=place, organisation=cast.offices[street], name=f"{place.name}未来社区创建",
        project_type=found.project_type, year=timezone.localdate().year,
    )  # fmt: skip
    services.project_update(
        actor=acts, project=project, base_version=project.version, values=_figures(number, place, found)
    )
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
