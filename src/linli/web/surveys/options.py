"""A round's choices for its assessment: `linli.assess.AssessOptions` as JSON, checked when they are set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from linli.assess import AssessOptions
from linli.web.refusal import Refused
from linli.web.standards.catalogue import site_catalogue

__all__ = ["options_as_json", "read_options", "standards_to_choose"]


def standards_to_choose() -> tuple[str, ...]:
    """Return the families of the rules in force that have items to assess, in their order."""
    catalogue = site_catalogue()
    return tuple(family for family in catalogue.standards if catalogue.items(family))


def read_options(data: Mapping[str, Any]) -> AssessOptions:
    """Read a round's choices.

    Parameters
    ----------
    data
        By name, as JSON holds them; what is left out has its default.

    Returns
    -------
    AssessOptions
        Checked.

    Raises
    ------
    Refused
        If a choice is not allowed, or a standard is not in the rules in force; the field is the choice's name.
    """
    try:
        options = AssessOptions.model_validate(dict(data))
    except ValidationError as error:
        first = error.errors()[0]
        text = str(first["msg"]).removeprefix("Value error, ")
        raise Refused("surveys.refuse.options", _field(first["loc"], text), why=text) from None
    unknown = sorted(set(options.standards) - set(standards_to_choose()))
    if unknown:
        raise Refused("surveys.refuse.standard", "standards", standard=", ".join(unknown))
    return options


def _field(loc: tuple[int | str, ...], text: str) -> str:
    """Return the choice that an error is about; one of the record as a whole names it in its text."""
    return str(loc[0]) if loc else next((name for name in AssessOptions.model_fields if f"`{name}`" in text), "")


def options_as_json(options: AssessOptions) -> dict[str, Any]:
    """Return choices as a round keeps them: every one of them, so that later defaults change nothing."""
    return options.model_dump(mode="json")
