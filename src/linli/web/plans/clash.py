"""Why a study has no solution, in words: the conditions that cannot all be kept, and how far one would have to give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linli.web.words import LANGUAGES, Language, has_words, say

__all__ = ["clash_texts", "clash_words"]

_WHOLE = ("projects", "budget", "area")


def _subject(one: Mapping[str, Any], lang: Language) -> str:
    """Return what a limit is about: a facility type, a community, an option; else the label's own last words."""
    _, _, tail = str(one["label"]).partition(" ")
    return str((one.get("name") or {}).get(lang) or tail)


def clash_words(one: Mapping[str, Any], lang: Language) -> str:
    """Return one of the conditions in words.

    Parameters
    ----------
    one
        ``kind``, ``label``, ``relax_by`` (in the condition's own unit) and ``name`` of what it is about.
    lang
        The language.

    Returns
    -------
    str
        Without a full stop.
    """
    kind, subject = str(one["kind"]), _subject(one, lang)
    key = f"plans.clash.{kind}{'_of' if subject else ''}"
    told = say(key, lang, name=subject) if subject and has_words(key) else ""
    told = told or say(f"plans.clash.{kind}" if has_words(f"plans.clash.{kind}") else "plans.clash.other", lang)
    more = one.get("relax_by")
    unit = f"plans.clash_unit.{kind}"
    if not more or not has_words(unit):
        return told
    return say("plans.clash_by", lang, what=told, by=f"{float(more):,.0f}", unit=say(unit, lang))


def clash_texts(clash: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what clashes as the message of a study, in both languages.

    Parameters
    ----------
    clash
        As the solver's process tells it; may be empty.

    Returns
    -------
    dict
        ``zh`` and ``en``: a line for each condition.
    """
    if not clash:
        return {lang: say("plans.clash_none", lang) for lang in LANGUAGES}
    return {lang: "\n".join(clash_words(one, lang) for one in clash) for lang in LANGUAGES}
