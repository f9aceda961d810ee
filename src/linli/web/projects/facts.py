"""The facts that guards ask of a project, gathered from the database."""

from __future__ import annotations

from django.utils import timezone

from linli.web.funds.book import totals_of
from linli.web.projects.acceptance import Item, Sheet, list_items, sum_scores
from linli.web.projects.acceptance import Score as GivenScore
from linli.web.projects.guards import Facts
from linli.web.projects.models import Project
from linli.web.projects.standards import get_workflow
from linli.web.projects.workflow import Transition
from linli.web.standards.catalogue import site_catalogue

__all__ = ["APPLICATION_FIELDS", "documents_asked", "facts_of", "items_of", "sheet_of"]

APPLICATION_FIELDS = {
    "name": ("项目名称", "name"),
    "summary": ("创建内容", "what will be created"),
    "households": ("户数", "households"),
    "residents": ("居民数", "residents"),
    "area_m2": ("面积", "area"),
    "input_cost_yuan": ("创建投入", "input"),
    "old_estate": ("是否老旧小区", "whether an old estate"),
}
"""Fields that an application must have, with their titles."""

_ENDED = ("declined", "withdrawn", "not_accepted", "name_removed")


def items_of(project: Project) -> tuple[Item, ...]:
    """Return the items of acceptance of a project's type, as they hold today.

    Parameters
    ----------
    project
        The project.

    Returns
    -------
    tuple of Item
        Base and scenes.
    """
    return list_items(project.project_type, site_catalogue(), on=timezone.localdate())


def sheet_of(project: Project) -> Sheet:
    """Return the acceptance sheet of a project: scores of the experts appointed.

    Parameters
    ----------
    project
        The project.

    Returns
    -------
    Sheet
        Means and, as far as weights and pass mark are known, the total.
    """
    appointed = set(project.panel.values_list("expert_id", flat=True))
    given = [
        GivenScore(str(score.expert_id), score.dimension, score.points)
        for score in project.scores.all()
        if score.expert_id in appointed
    ]
    return sum_scores(given, site_catalogue(), on=timezone.localdate())


def documents_asked(project: Project, transition: Transition | None) -> dict[str, dict[str, str]]:
    """Return the titles of the documents that a transition asks for.

    Parameters
    ----------
    project
        The project.
    transition
        What is about to be done, if anything.

    Returns
    -------
    dict
        Title ``{"zh", "en"}`` by the document's id.
    """
    named = {one.id: one.title for one in get_workflow(project.workflow).documents}
    asked = transition.asks.documents if transition else ()
    return {code: {"zh": named[code].zh, "en": named[code].en} for code in asked}


def facts_of(project: Project, transition: Transition | None = None) -> Facts:
    """Gather all that guards may ask.

    Parameters
    ----------
    project
        The project, locked by who is about to move it.
    transition
        What is about to be done; what documents it asks for is part of the facts.

    Returns
    -------
    Facts
        As they are now.
    """
    files = [one for one in project.attachments.all() if one.withdrawn_at is None]
    proofs = [one for one in files if one.purpose == "evidence"]
    standing = {one.code for one in proofs if one.verdict != "rejected"}
    # The facts of a guard are not for a person to see: the gate is not asked.
    others = Project._all.filter(community_id=project.community_id).exclude(pk=project.pk)  # noqa: SLF001
    return Facts(
        fields={titles: getattr(project, name) not in {None, ""} for name, titles in APPLICATION_FIELDS.items()},
        documents_asked=documents_asked(project, transition),
        documents=frozenset(one.code for one in files if one.purpose == "document"),
        milestones=tuple((one.title, one.done_on is not None) for one in project.milestones.all()),
        items=items_of(project),
        assessed=frozenset(project.statements.values_list("item", flat=True)),
        evidenced=frozenset(standing),
        rejected=frozenset({one.code for one in proofs if one.verdict == "rejected"} - standing),
        site_visits=project.visits.count(),
        experts_asked=project.panel.count(),
        sheet=sheet_of(project),
        operator=project.operator,
        paid_yuan=totals_of(project).kept,
        other_cases=tuple(others.exclude(state__in=_ENDED).exclude(state="draft").values_list("number", flat=True)),
    )
