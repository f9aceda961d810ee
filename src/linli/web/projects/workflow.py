"""A workflow as data: states, transitions, who may, what must hold, by when; and where a case stands in it.

A *state* has a name for staff and a calmer one for applicants and the public. A *transition* leads from states to a
state. An *aside* is a state that a case enters and leaves again to where it came from (returned, suspended, being put
right): its way back leads to ``previous``. Asides can be nested, so a case's place is a `Position`: its state and the
states it has stepped aside from, innermost last.

Nothing here knows of databases or people; `linli.web.projects.lint` says what is wrong with a workflow as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from linli.errors import InputError, Problem
from linli.survey.config import read_yaml_model

__all__ = [
    "PREVIOUS",
    "Deadline",
    "Position",
    "State",
    "Transition",
    "Who",
    "Words",
    "Workflow",
    "open_transitions",
    "read_workflow",
    "start",
    "step",
]

PREVIOUS = "previous"
"""Target of a transition that leads back to where the case stepped aside from."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Strict):
    """A text in both languages."""

    zh: Text
    en: Text

    def __getitem__(self, lang: str) -> str:
        """Return the text in a language, ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


class Who(_Strict):
    """Who may take a transition: a role within a module."""

    role: Code
    module: Code = "projects"


class Deadline(_Strict):
    """Within how many days of entering the state a transition is due, and on what ground."""

    days: int = Field(ge=1, description="Calendar days.")
    basis: Words | None = Field(default=None, description="Document and clause, or whose working limit it is.")
    certainty: Literal["published", "internal"] = Field(
        default="internal", description="`published`: a document says so. `internal`: a working limit of the office."
    )


class State(_Strict):
    """A state of a case.

    `kind` is ``initial`` (one of them), ``active``, ``aside`` or ``final``; `lane` is the phase it is drawn in.
    """

    id: Code
    title: Words = Field(description="The name that staff see.")
    public: Words = Field(description="The name that applicants and the public see.")
    kind: Literal["initial", "active", "aside", "final"] = "active"
    lane: Code
    can_edit: bool = Field(default=False, description="Whether the applicant may change the application.")
    can_add_evidence: bool = Field(default=False, description="Whether evidence may be added or withdrawn.")
    can_withdraw: bool = Field(default=False, description="Whether the applicant may still withdraw.")


class Asks(_Strict):
    """What whoever takes a transition is asked for."""

    reason: bool = False
    documents: tuple[Code, ...] = ()
    password: bool = Field(default=False, description="Whether the password is asked for again.")


class Transition(_Strict):
    """A way from states to a state."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: Code
    title: Words
    sources: tuple[Code, ...] = Field(alias="from", min_length=1)
    target: Code = Field(alias="to", description="A state, or `previous`.")
    who: tuple[Who, ...] = Field(min_length=1)
    guards: tuple[Code, ...] = ()
    not_by: tuple[Code, ...] = Field(
        default=(), description="Transitions; whoever took the latest of any of these must not take this one."
    )
    deadline: Deadline | None = None
    asks: Asks = Asks()
    notify: tuple[Code, ...] = Field(default=(), description="Roles to be told; `applicant` is who applied.")


class Phase(_Strict):
    """A phase, drawn as a lane."""

    id: Code
    title: Words


class Document(_Strict):
    """A document that a transition may ask for."""

    id: Code
    title: Words


class Workflow(_Strict):
    """A whole workflow; `id` names it in cases for ever, so a changed workflow gets a new one."""

    id: Code
    title: Words
    reference: Words
    lanes: tuple[Phase, ...] = Field(min_length=1)
    documents: tuple[Document, ...] = ()
    states: tuple[State, ...] = Field(min_length=1)
    transitions: tuple[Transition, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Workflow:
        for kind, ids in (
            ("state", [state.id for state in self.states]),
            ("transition", [transition.id for transition in self.transitions]),
            ("lane", [lane.id for lane in self.lanes]),
            ("document", [document.id for document in self.documents]),
        ):
            twice = sorted({name for name in ids if ids.count(name) > 1})
            if twice:
                msg = f"{kind} named twice: {', '.join(twice)}"
                raise ValueError(msg)
        if sum(state.kind == "initial" for state in self.states) != 1:
            msg = "exactly one state must be `kind: initial`"
            raise ValueError(msg)
        return self

    def state(self, state_id: str) -> State:
        """Return a state by its id, or raise KeyError."""
        return {state.id: state for state in self.states}[state_id]

    def transition(self, transition_id: str) -> Transition:
        """Return a transition by its id, or raise KeyError."""
        return {one.id: one for one in self.transitions}[transition_id]

    @property
    def initial(self) -> State:
        """The state in which every case begins."""
        return next(state for state in self.states if state.kind == "initial")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case stands.

    Parameters
    ----------
    state
        Id of its state.
    aside_from
        States it has stepped aside from and will come back to, innermost last; empty on the main way.
    """

    state: str
    aside_from: tuple[str, ...] = ()


def read_workflow(path: Path) -> Workflow:
    """Read a workflow file strictly.

    Parameters
    ----------
    path
        The YAML file.

    Returns
    -------
    Workflow
        The workflow; whether it hangs together is for `linli.web.projects.lint` to say.

    Raises
    ------
    ConfigError
        If the file is not there or anything in it is wrong; every problem has its line.
    """
    return read_yaml_model(path, Workflow)


def start(workflow: Workflow) -> Position:
    """Return where a new case stands.

    Parameters
    ----------
    workflow
        The workflow.

    Returns
    -------
    Position
        Its initial state.
    """
    return Position(workflow.initial.id)


def open_transitions(workflow: Workflow, position: Position) -> tuple[Transition, ...]:
    """Return the transitions that lead on from a position, whoever may take them and whatever must hold.

    Parameters
    ----------
    workflow
        The workflow.
    position
        Where the case stands.

    Returns
    -------
    tuple of Transition
        In the order of the file. A way back is left out where there is nowhere to go back to, and so is an aside in
        which the case already is, however deep.
    """
    entered = {position.state, *position.aside_from}
    return tuple(
        one
        for one in workflow.transitions
        if position.state in one.sources
        and (bool(position.aside_from) if one.target == PREVIOUS else not _is_loop(workflow, one, entered))
    )


def _is_loop(workflow: Workflow, transition: Transition, entered: set[str]) -> bool:
    return workflow.state(transition.target).kind == "aside" and transition.target in entered


def _refused(position: Position, transition_id: str, opened: Sequence[Transition]) -> InputError:
    names = " | ".join(one.id for one in opened)
    return InputError(
        [
            Problem(
                code="workflow.not_open",
                severity="error",
                message={
                    "zh": f"当前状态「{position.state}」不能执行「{transition_id}」",
                    "en": f"“{transition_id}” cannot be taken from the state “{position.state}”",
                },
                fix={
                    "zh": "请刷新页面：项目可能已由他人推进。",
                    "en": "Reload the page: somebody else may have moved the project on.",
                },
                value=transition_id,
                allowed=names or "–",
            )
        ]
    )


def step(workflow: Workflow, position: Position, transition_id: str) -> Position:
    """Take a transition.

    Parameters
    ----------
    workflow
        The workflow.
    position
        Where the case stands.
    transition_id
        Which transition.

    Returns
    -------
    Position
        Where it stands then.

    Raises
    ------
    InputError
        If the transition does not lead on from there.
    """
    opened = open_transitions(workflow, position)
    found = next((one for one in opened if one.id == transition_id), None)
    if found is None:
        raise _refused(position, transition_id, opened)
    if found.target == PREVIOUS:
        return Position(position.aside_from[-1], position.aside_from[:-1])
    kind = workflow.state(found.target).kind
    if kind == "aside":
        return Position(found.target, (*position.aside_from, position.state))
    # Whoever leaves an aside other than by its way back has left what was behind it too.
    return Position(found.target)
