"""Every reading of projects, through the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, QuerySet
from django.utils import timezone

from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.assessments.models import ItemRow as AssessedItem
from linli.web.assessments.selectors import current_run, list_items
from linli.web.assessments.titles import items_of_scene
from linli.web.projects.acceptance import Item
from linli.web.projects.facts import documents_asked, facts_of, items_of
from linli.web.projects.guards import Refusal, ask_guards
from linli.web.projects.models import Attachment, ItemStatement, Move, Project
from linli.web.projects.standards import get_workflow
from linli.web.projects.workflow import Transition, open_transitions

__all__ = [
    "ItemRow",
    "Step",
    "communities_to_apply",
    "count_states",
    "earlier_hands",
    "experts_for",
    "holds_role",
    "item_rows",
    "list_files",
    "list_projects",
    "moves_of",
    "next_steps",
]


@dataclass(frozen=True, slots=True)
class Step:
    """A way on, as a person sees it.

    Parameters
    ----------
    transition
        The way.
    mine
        Whether the person has the role for it.
    another
        Whether another person must take it, because of what this one did before.
    refusals
        Every reason why it is not open yet.
    """

    transition: Transition
    mine: bool
    another: bool
    refusals: tuple[Refusal, ...]

    @property
    def open(self) -> bool:
        """Whether the person can take it now, documents that it asks for apart."""
        blocking = [one for one in self.refusals if one.guard != "documents_attached"]
        return self.mine and not self.another and not blocking


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of acceptance with what was said and shown of it, and what the current assessment says of the community.

    `assessed` are the items of the assessment that the crosswalk of the rules links with it.
    """

    item: Item
    statement: ItemStatement | None
    files: Sequence[Attachment]
    assessed: Sequence[AssessedItem] = ()

    @property
    def slug(self) -> str:
        """Name of the item in addresses."""
        return self.item.id.partition("/")[2]

    @property
    def state(self) -> str:
        """``lacking``, ``rejected``, ``shown``, ``accepted``, or ``free`` where nothing is asked for."""
        verdicts = {one.verdict for one in self.files}
        if "accepted" in verdicts:
            return "accepted"
        if "" in verdicts:
            return "shown"
        if "rejected" in verdicts:
            return "rejected"
        return "lacking" if self.item.required else "free"


def list_projects(user: User, action: str = "view") -> QuerySet[Project]:
    """Return the projects that a person may see, or may do `action` on."""
    return Project.objects.visible_to(user, action).select_related("community", "organisation", "created_by")


def count_states(user: User) -> dict[str, int]:
    """Return how many projects that a person may see are in each state."""
    rows = Project.objects.visible_to(user).order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)


def list_files(user: User, action: str = "view") -> QuerySet[Attachment]:
    """Return the files that a person may see, or may do `action` on."""
    return Attachment.objects.visible_to(user, action).select_related("project", "by")


def moves_of(user: User, project: Project) -> QuerySet[Move]:
    """Return a project's timeline, as far as the person may see it: the oldest move first."""
    return Move.objects.visible_to(user).filter(project=project).select_related("by", "on_behalf_of")


def communities_to_apply(user: User) -> QuerySet[Place]:
    """Return the communities for which a person may apply."""
    return places_below(user, "projects", "apply").filter(level="community")


def experts_for(user: User, project: Project) -> list[User]:
    """Return the people who may score a project and can be appointed by `user`.

    Parameters
    ----------
    user
        Who appoints.
    project
        Which project.

    Returns
    -------
    list of User
        By name; none where the person may not appoint.
    """
    if not user.rights.may("projects", "review", project.place):
        return []
    today = timezone.localdate()
    held = User.objects.filter(is_active=True, grants__role="reviewer", grants__revoked_at=None).distinct()
    held = held.filter(grants__begins__lte=today).exclude(pk=project.created_by_id)
    return [one for one in held if one.rights.may("projects", "score", project.place)]


def next_steps(user: User, project: Project) -> tuple[Step, ...]:
    """Return the ways on from where a project stands, and what stands in the way of each.

    Parameters
    ----------
    user
        The person.
    project
        A project that the person may see.

    Returns
    -------
    tuple of Step
        In the workflow's order.
    """
    from_here = open_transitions(get_workflow(project.workflow), project.position)
    may_edit = user.rights.may("projects", "edit", project.place)
    facts = facts_of(project)
    return tuple(
        Step(
            one,
            may_edit and holds_role(user, one, project.place),
            user.pk in earlier_hands(project, one),
            ask_guards(one.guards, replace(facts, documents_asked=documents_asked(project, one))),
        )
        for one in from_here
    )


def holds_role(user: User, transition: Transition, place: str) -> bool:
    """Return whether a person has one of the roles that may take a transition, there."""
    return any(
        right.role == who.role and right.module in {"", who.module} and place.startswith(right.place)
        for who in transition.who
        for right in user.rights.rights
    )


def earlier_hands(project: Project, transition: Transition) -> set[int]:
    """Return the people who must not take a transition because of what they did before."""
    hands: set[int] = set()
    for name in transition.not_by:
        last = project.moves.filter(transition=name).order_by("-number").first()
        if last is not None:
            hands |= {last.by_id, last.on_behalf_of_id or last.by_id}
    return hands


def _assessed(user: User, project: Project) -> dict[str, AssessedItem]:
    """Return what the current assessment says of the project's community, by item, as far as the person may see it."""
    run = current_run(user, project.place)
    if run is None:
        return {}
    return {one.item: one for one in list_items(user, run).filter(place=project.place)}


def item_rows(user: User, project: Project) -> tuple[ItemRow, ...]:
    """Return the items of acceptance of a project with statements and evidence.

    Parameters
    ----------
    user
        The person.
    project
        A project that the person may see.

    Returns
    -------
    tuple of ItemRow
        Base and scenes; evidence that was withdrawn is left out.
    """
    files = list_files(user).filter(project=project, purpose="evidence", withdrawn_at=None)
    said = ItemStatement.objects.visible_to(user).filter(project=project)
    by_item, assessed = {one.item: one for one in said}, _assessed(user, project)
    return tuple(
        ItemRow(
            item,
            by_item.get(item.id),
            [one for one in files if one.code == item.id],
            [assessed[one] for one in items_of_scene(item.id.partition("/")[2]) if one in assessed],
        )
        for item in items_of(project)
    )
