"""The roles and what each may do, from `roles.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Matrix", "Role", "role_matrix"]

_FILE = Path(__file__).with_name("roles.yaml")


@dataclass(frozen=True, slots=True)
class Role:
    """What a role may do.

    Parameters
    ----------
    code
        Its name in the database; its words are ``accounts.role.<code>``.
    levels
        The levels of the tree at which it may be granted.
    actions
        Actions by module.
    administrator
        Whether it administers the site rather than the work.
    never_with
        Roles that the same person may not hold at the same time.
    """

    code: str
    levels: frozenset[str]
    actions: Mapping[str, frozenset[str]]
    administrator: bool
    never_with: frozenset[str]

    def may(self, module: str, action: str) -> bool:
        """Return whether the role may do that."""
        return action in self.actions.get(module, frozenset())


@dataclass(frozen=True, slots=True)
class Matrix:
    """Role × module × action.

    Parameters
    ----------
    modules
        Every module with its actions.
    levels
        The levels of the tree, highest first.
    roles
        By code.
    """

    modules: Mapping[str, tuple[str, ...]]
    levels: tuple[str, ...]
    roles: Mapping[str, Role]

    def knows(self, module: str, action: str) -> bool:
        """Return whether there is such a module with such an action."""
        return action in self.modules.get(module, ())


def _read_role(code: str, data: Mapping[str, Any], modules: Mapping[str, tuple[str, ...]]) -> Role:
    own = {"levels", "administrator", "never_with"}
    actions = {module: frozenset(said) for module, said in data.items() if module not in own}
    for module, said in actions.items():
        unknown = said - set(modules.get(module, ()))
        if unknown:
            msg = f"roles.yaml: {code}: module `{module}` has no action {', '.join(sorted(unknown))}"
            raise ValueError(msg)
    return Role(
        code=code,
        levels=frozenset(data["levels"]),
        actions=actions,
        administrator=bool(data.get("administrator", False)),
        never_with=frozenset(data.get("never_with", ())),
    )


@cache
def role_matrix(file: Path = _FILE) -> Matrix:
    """Read the matrix.

    Parameters
    ----------
    file
        The YAML file.

    Returns
    -------
    Matrix
        As it is in force.

    Raises
    ------
    ValueError
        If a role names an action that its module does not have, or the file cannot be understood.
    """
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    modules = {name: tuple(actions) for name, actions in data["modules"].items()}
    roles = {code: _read_role(code, said, modules) for code, said in data["roles"].items()}
    return Matrix(modules=modules, levels=tuple(data["levels"]), roles=roles)
