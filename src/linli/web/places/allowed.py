"""What an owner lets a room be used for: facility types, of which none means any."""

from __future__ import annotations

__all__ = ["allowed_types", "is_allowed"]


def allowed_types(said: object) -> tuple[str, ...]:
    """Return the types that an owner names.

    Parameters
    ----------
    said
        As the register keeps it: a list, or names joined by semicolons.

    Returns
    -------
    tuple of str
        None = any type.
    """
    names = said.replace("；", ";").split(";") if isinstance(said, str) else said
    return tuple(str(name).strip() for name in names if str(name).strip()) if isinstance(names, list | tuple) else ()


def is_allowed(said: object, kind: str) -> bool:
    """Return whether an owner lets a room be used for a facility type."""
    types = allowed_types(said)
    return bool(kind) and (not types or kind in types)
