"""Where what is missing is filled in: the page of a record, a new record, the questionnaire."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from linli.web.places.models import LAYERS
from linli.web.surveys.completeness import Fact

__all__ = ["fact_address", "record_address"]


def record_address(layer: str, key: str) -> str:
    """Return the address of a record of the register, empty for what is none."""
    return reverse("places:record", args=[layer, key]) if layer in LAYERS and key else ""


def fact_address(fact: Fact, community: str) -> str:
    """Return where a fact that is not known can be filled in.

    Parameters
    ----------
    fact
        The fact.
    community
        Code of the community.

    Returns
    -------
    str
        The form of its record, or of a new one with what is known filled in.
    """
    if fact.key:
        return reverse("places:edit", args=[fact.layer, fact.key])
    known = {"community_id": community}
    if fact.part == "facilities":
        known["type"] = fact.what
    if fact.part == "answers":
        known["item"] = fact.what
    return f"{reverse('places:new', args=[fact.layer])}?{urlencode(known)}"
