"""What is wrong with a workflow as a whole: names that lead nowhere, places without a way in or out.

Each check is one function over the workflow; each finding names the line of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from linli.errors import Problem
from linli.strictyaml import Located, read_yaml
from linli.web.projects.workflow import PREVIOUS, Transition, Workflow, read_workflow

__all__ = ["check_workflow", "lint_workflow", "reachable_states"]

_APPLICANT = "applicant"

Finding = tuple[str, tuple[str | int, ...], str, str]
"""Code, path in the file, message in Chinese, message in English."""

_FIX = {"zh": "请修改流程文件。", "en": "Correct the workflow file."}


def _targets(workflow: Workflow, transition: Transition, source: str) -> Iterator[str]:
    """Yield the states that a transition may lead to from a state."""
    if transition.target != PREVIOUS:
        yield transition.target
        return
    yield from (
        one for enters in workflow.transitions if enters.target == source for one in enters.sources if one != source
    )


def reachable_states(workflow: Workflow, origin: str) -> frozenset[str]:
    """Return the states that a case can come to from a state, that state included.

    Parameters
    ----------
    workflow
        The workflow.
    origin
        Id of the state to begin from.

    Returns
    -------
    frozenset of str
        Ids of states.
    """
    found, open_ = {origin}, [origin]
    while open_:
        here = open_.pop()
        for transition in workflow.transitions:
            if here in transition.sources:
                new = set(_targets(workflow, transition, here)) - found
                found |= new
                open_ += sorted(new)
    return frozenset(found)


def _names(workflow: Workflow) -> Iterator[Finding]:
    states = {state.id for state in workflow.states}
    transitions = {one.id for one in workflow.transitions}
    documents = {one.id for one in workflow.documents}
    for i, one in enumerate(workflow.transitions):
        asked: dict[str, tuple[Collection[str], set[str], str, str]] = {
            "from": (one.sources, states, "状态", "state"),
            "to": ((one.target,), states | {PREVIOUS}, "状态", "state"),
            "not_by": (one.not_by, transitions, "流转", "transition"),
            "asks": (one.asks.documents, documents, "材料", "document"),
        }
        for field, (names, known, zh, en) in asked.items():
            for name in sorted(set(names) - known):
                yield f"unknown_{en}", ("transitions", i, field), f"没有{zh}「{name}」", f"there is no {en} “{name}”"
    lanes = {lane.id for lane in workflow.lanes}
    for i, state in enumerate(workflow.states):
        if state.lane not in lanes:
            yield "unknown_lane", ("states", i, "lane"), f"没有阶段「{state.lane}」", f"there is no lane “{state.lane}”"


def _places(workflow: Workflow) -> Iterator[Finding]:
    reached = reachable_states(workflow, workflow.initial.id)
    finals = {state.id for state in workflow.states if state.kind == "final"}
    for i, state in enumerate(workflow.states):
        leaving = [one for one in workflow.transitions if state.id in one.sources]
        path = ("states", i)
        if state.id not in reached:
            yield "unreachable", path, f"状态「{state.id}」无法到达", f"the state “{state.id}” cannot be reached"
        if state.kind == "final" and leaving:
            message = f"final state “{state.id}” has ways out: {', '.join(one.id for one in leaving)}"
            yield "final_with_way_out", path, f"终止状态「{state.id}」仍有出口", message
        if state.kind != "final" and not reachable_states(workflow, state.id) & finals:
            message = f"from the state “{state.id}” no final state can be reached"
            yield "dead_end", path, f"从状态「{state.id}」到不了任何终止状态", message


def _asides(workflow: Workflow) -> Iterator[Finding]:
    asides = {state.id for state in workflow.states if state.kind == "aside"}
    back = {source for one in workflow.transitions if one.target == PREVIOUS for source in one.sources}
    for i, state in enumerate(workflow.states):
        if state.id in asides - back:
            message = f"there is no way back (`to: previous`) from “{state.id}”"
            yield "no_way_back", ("states", i), f"从「{state.id}」没有回到原处的流转（to: previous）", message
        if state.id in back - asides:
            message = f"“{state.id}” has a way back but is not `kind: aside`"
            yield "back_from_main", ("states", i), f"「{state.id}」不是 aside 却有 to: previous", message


def _withdrawal(workflow: Workflow) -> Iterator[Finding]:
    withdraw = next((one for one in workflow.transitions if one.id == "withdraw"), None)
    sources = set(withdraw.sources) if withdraw else set()
    for i, state in enumerate(workflow.states):
        if state.can_withdraw != (state.id in sources):
            message = f"`can_withdraw` of “{state.id}” and the transition `withdraw` do not agree"
            yield "withdrawal", ("states", i), f"「{state.id}」的 can_withdraw 与流转 withdraw 不一致", message


def _deadlines(workflow: Workflow) -> Iterator[Finding]:
    for i, one in enumerate(workflow.transitions):
        if one.deadline is not None and one.deadline.basis is None:
            path = ("transitions", i, "deadline")
            yield "no_basis", path, f"「{one.id}」的时限没有依据", f"the deadline of “{one.id}” has no basis"


def _documents(workflow: Workflow) -> Iterator[Finding]:
    for i, one in enumerate(workflow.transitions):
        if one.asks.documents and "documents_attached" not in one.guards:
            path = ("transitions", i, "asks")
            message = f"“{one.id}” asks for documents without the guard `documents_attached`"
            yield "unguarded_documents", path, f"「{one.id}」要求材料却没有 documents_attached 条件", message


def _outsiders(guards: Collection[str], roles: Collection[str]) -> Callable[[Workflow], Iterator[Finding]]:
    def check(workflow: Workflow) -> Iterator[Finding]:
        for i, one in enumerate(workflow.transitions):
            for name in sorted(set(one.guards) - set(guards)):
                path = ("transitions", i, "guards")
                yield "unknown_guard", path, f"没有条件「{name}」", f"there is no guard “{name}”"
            named = {who.role for who in one.who} | (set(one.notify) - {_APPLICANT})
            for name in sorted(named - set(roles)):
                yield "unknown_role", ("transitions", i), f"没有角色「{name}」", f"there is no role “{name}”"

    return check


def lint_workflow(workflow: Workflow, guards: Collection[str], roles: Collection[str]) -> tuple[Finding, ...]:
    """Say what is wrong with a workflow as a whole.

    Parameters
    ----------
    workflow
        The workflow.
    guards
        Names of the guards there are.
    roles
        Codes of the roles there are.

    Returns
    -------
    tuple
        Findings: code, path in the file, message in Chinese and in English; empty if all is well.
    """
    names = [*_names(workflow), *_outsiders(guards, roles)(workflow)]
    if any(code in {"unknown_state", "unknown_lane"} for code, *_ in names):
        return tuple(names)  # where names lead nowhere, ways through them mean nothing
    checks = (_places, _asides, _withdrawal, _deadlines, _documents)
    return (*names, *(finding for check in checks for finding in check(workflow)))


def _as_problem(located: Located, finding: Finding) -> Problem:
    code, path, zh, en = finding
    message: Mapping[str, str] = {"zh": zh, "en": en}
    return located.problem(f"workflow.{code}", path, dict(message), fix=_FIX)


def check_workflow(path: Path, guards: Collection[str], roles: Collection[str]) -> tuple[Problem, ...]:
    """Read a workflow file and say all that is wrong with it, with lines.

    Parameters
    ----------
    path
        The YAML file.
    guards
        Names of the guards there are.
    roles
        Codes of the roles there are.

    Returns
    -------
    tuple of Problem
        Empty if all is well.

    Raises
    ------
    ConfigError
        If the file cannot be read as a workflow at all.
    """
    workflow = read_workflow(path)
    located = read_yaml(path)
    return tuple(_as_problem(located, finding) for finding in lint_workflow(workflow, guards, roles))
