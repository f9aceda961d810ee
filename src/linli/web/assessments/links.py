"""Where what stands behind a figure is found: the rule among the standards, the row in the register."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from linli.web.accounts.models import User
from linli.web.places.models import Record
from linli.web.standards.catalogue import site_catalogue

__all__ = ["record_addresses", "rule_address"]


def rule_address(user: User, rule: str) -> str:
    """Return the address of a rule, empty where the person may not read rules or those in force do not hold it."""
    if rule not in site_catalogue().rules or not user.rights.may("standards", "view"):
        return ""
    family, _, name = rule.partition("/")
    return reverse("standards:rule", args=[family, name])


def record_addresses(user: User, layer: str, keys: Iterable[str]) -> dict[str, str]:
    """Return where rows of the survey stand in the register now, as far as a person may see them.

    Parameters
    ----------
    user
        The person.
    layer
        The layer.
    keys
        Keys of the register.

    Returns
    -------
    dict
        Address by key; a row that the register does not hold any more is not in it.
    """
    rows = Record.objects.visible_to(user).filter(layer=layer, key__in=list(keys))
    return {key: reverse("places:record", args=[layer, key]) for key in rows.values_list("key", flat=True)}
