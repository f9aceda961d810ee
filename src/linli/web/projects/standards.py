"""The workflows that a site's projects follow."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.conf import settings

from linli.web.projects.workflow import Workflow, read_workflow

__all__ = ["DEFAULT_WORKFLOW", "get_workflow", "list_workflows", "state_title"]

DEFAULT_WORKFLOW = "creation_2026"
"""What new projects follow."""

_SHIPPED = Path(__file__).parent / "workflows"


def _folders() -> tuple[Path, ...]:
    """Return where workflows are: Linli's own, then the site's, which may add more but never replace one."""
    own = settings.SITE.folder / "workflows"
    return (_SHIPPED, own) if own.is_dir() else (_SHIPPED,)


@cache
def _read(path: Path) -> Workflow:
    return read_workflow(path)


def list_workflows() -> tuple[Workflow, ...]:
    """Return every workflow of the site.

    Returns
    -------
    tuple of Workflow
        Linli's first.

    Raises
    ------
    ConfigError
        If a file is wrong.
    """
    found: dict[str, Workflow] = {}
    for folder in _folders():
        for path in sorted(folder.glob("*.yaml")):
            workflow = _read(path)
            found.setdefault(workflow.id, workflow)
    return tuple(found.values())


def get_workflow(workflow_id: str) -> Workflow:
    """Return a workflow by its id.

    Parameters
    ----------
    workflow_id
        As a project keeps it.

    Returns
    -------
    Workflow
        The workflow.

    Raises
    ------
    KeyError
        If there is none of that id any more.
    ConfigError
        If a file is wrong.
    """
    return {workflow.id: workflow for workflow in list_workflows()}[workflow_id]


def state_title(state_id: str) -> Mapping[str, str] | None:
    """Return what staff call a state, of whichever workflow has it; ``None`` where none has it any more."""
    states = (state for workflow in list_workflows() for state in workflow.states)
    return next(({"zh": one.title.zh, "en": one.title.en} for one in states if one.id == state_id), None)
