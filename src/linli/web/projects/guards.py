"""Guards: what must hold over all that hangs on a project before it may move on.

A guard is one function over `Facts`, named in the workflow by its function's name; it gives every reason why not.
Services gather the facts inside the transaction that moves the project; nothing here reads a database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from linli.web.projects.acceptance import Item, Sheet

__all__ = ["GUARDS", "Facts", "Refusal", "ask_guards"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a project cannot move on.

    Parameters
    ----------
    guard
        The guard that says so.
    words
        ``{"zh": …, "en": …}``.
    about
        What it is about: a document's, item's or field's id; empty if none in particular.
    """

    guard: str
    words: Mapping[str, str]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that guards ask of a project and what hangs on it.

    Parameters
    ----------
    fields
        The application's fields by title ``(zh, en)`` and whether each is filled in.
    documents_asked
        Documents that the transition asks for: id → ``{"zh", "en"}``.
    documents
        Ids of documents attached.
    milestones
        Titles of milestones and whether each is done.
    items
        The items of acceptance of its type.
    assessed
        Ids of items that the project has said something about in its self-assessment.
    evidenced
        Ids of items with at least one piece of evidence that was not withdrawn.
    rejected
        Ids of items whose evidence a reviewer has refused and nothing has replaced.
    site_visits
        How many site visits were recorded.
    experts_asked
        How many experts were appointed; 0 = none.
    sheet
        The acceptance sheet.
    operator
        Name of the operator appointed, or empty.
    paid_yuan
        Paid to the project so far, less what came back.
    other_cases
        Numbers of the community's other projects that are under way.
    """

    fields: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    documents_asked: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    documents: frozenset[str] = frozenset()
    milestones: tuple[tuple[str, bool], ...] = ()
    items: tuple[Item, ...] = ()
    assessed: frozenset[str] = frozenset()
    evidenced: frozenset[str] = frozenset()
    rejected: frozenset[str] = frozenset()
    site_visits: int = 0
    experts_asked: int = 0
    sheet: Sheet | None = None
    operator: str = ""
    paid_yuan: Decimal = Decimal("0.00")
    other_cases: tuple[str, ...] = ()


Reasons = list[tuple[str, str, str]]
"""Chinese, English, what it is about."""


def application_complete(facts: Facts) -> Reasons:
    """Every field of the application is filled in."""
    return [
        (f"申报表缺少「{zh}」", f"the application lacks “{en}”", en) for (zh, en), ok in facts.fields.items() if not ok
    ]


def documents_attached(facts: Facts) -> Reasons:
    """Every document asked for is attached."""
    return [
        (f"缺少材料「{title['zh']}」", f"the document “{title['en']}” is missing", name)
        for name, title in facts.documents_asked.items()
        if name not in facts.documents
    ]


def community_has_no_other_case(facts: Facts) -> Reasons:
    """Ask that the community has no other project under way."""
    return [
        (f"该社区已有在办项目 {number}", f"the community has another project under way, {number}", number)
        for number in facts.other_cases
    ]


def milestones_planned(facts: Facts) -> Reasons:
    """There is at least one milestone to build towards."""
    return [] if facts.milestones else [("尚未列出建设节点", "no milestones are planned", "")]


def milestones_done(facts: Facts) -> Reasons:
    """Every milestone is done."""
    return [
        (f"建设节点「{title}」未完成", f"the milestone “{title}” is not done", title)
        for title, done in facts.milestones
        if not done
    ]


def items_assessed(facts: Facts) -> Reasons:
    """Ask that the self-assessment says something about every item that the type requires."""
    return [
        (f"必选事项「{item.title['zh']}」未自评", f"“{item.title['en']}” has not been self-assessed", item.id)
        for item in facts.items
        if item.required and item.id not in facts.assessed
    ]


def required_items_evidenced(facts: Facts) -> Reasons:
    """Every item that the type requires has evidence, and none that was refused."""
    lacking = [
        (f"必选事项「{item.title['zh']}」缺少佐证", f"“{item.title['en']}” is required and has no evidence", item.id)
        for item in facts.items
        if item.required and item.id not in facts.evidenced | facts.rejected
    ]
    refused = [
        (f"「{item.title['zh']}」的佐证未被认可", f"the evidence of “{item.title['en']}” was not accepted", item.id)
        for item in facts.items
        if item.id in facts.rejected
    ]
    return lacking + refused


def site_visited(facts: Facts) -> Reasons:
    """Somebody has been there."""
    return [] if facts.site_visits else [("尚无现场核查记录", "no site visit is recorded", "")]


def all_dimensions_scored(facts: Facts) -> Reasons:
    """Every expert appointed has scored every dimension."""
    if not facts.experts_asked:
        return [("尚未指定验收专家", "no experts are appointed", "")]
    scored = facts.sheet.experts if facts.sheet else {}
    missing = {name: facts.experts_asked - count for name, count in scored.items() if count < facts.experts_asked}
    if not facts.sheet:
        return [("专家尚未评分", "the experts have not scored yet", "")]
    return [
        (f"维度「{name}」还差 {count} 位专家评分", f"{count} experts have yet to score “{name}”", name)
        for name, count in missing.items()
    ]


def pass_mark_reached(facts: Facts) -> Reasons:
    """Ask that the total reaches the pass mark, where a city has set one."""
    sheet = facts.sheet
    if sheet is None or sheet.passed is not False:
        return []
    return [
        (f"总分 {sheet.total} 低于合格线 {sheet.pass_mark}", f"the total {sheet.total} is below {sheet.pass_mark}", "")
    ]


def operator_appointed(facts: Facts) -> Reasons:
    """Somebody runs it."""
    return [] if facts.operator else [("尚未确定运营单位", "no operator is appointed", "")]


def nothing_paid(facts: Facts) -> Reasons:
    """No money is still out with the project."""
    if not facts.paid_yuan:
        return []
    amount = f"{facts.paid_yuan:,.2f}"
    return [(f"已拨付 {amount} 元，须先退回", f"{amount} yuan were paid and must come back first", "")]


GUARDS: Mapping[str, Callable[[Facts], Reasons]] = {
    guard.__name__: guard
    for guard in (
        application_complete,
        documents_attached,
        community_has_no_other_case,
        milestones_planned,
        milestones_done,
        items_assessed,
        required_items_evidenced,
        site_visited,
        all_dimensions_scored,
        pass_mark_reached,
        operator_appointed,
        nothing_paid,
    )
}
"""Guards by name."""


def ask_guards(names: tuple[str, ...], facts: Facts) -> tuple[Refusal, ...]:
    """Ask guards whether a project may move on.

    Parameters
    ----------
    names
        Keys of `GUARDS`.
    facts
        What holds now.

    Returns
    -------
    tuple of Refusal
        Every reason why not; empty = it may.

    Raises
    ------
    KeyError
        If there is no such guard.
    """
    return tuple(Refusal(name, {"zh": zh, "en": en}, about) for name in names for zh, en, about in GUARDS[name](facts))
