"""Asking for the profiles of a whole district."""

from __future__ import annotations

from django.db import transaction

from linli.web.accounts.models import Place
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.communities.selectors import BUNDLE
from linli.web.jobs.models import Job
from linli.web.jobs.services import job_enqueue
from linli.web.refusal import Refused
from linli.web.words import LANGUAGES

__all__ = ["bundle_request"]


@transaction.atomic
def bundle_request(*, actor: Actor, place: Place, lang: str, run: int) -> Job:
    """Ask for the profiles of all communities at or below a place as one file.

    Parameters
    ----------
    actor
        Who.
    place
        District or street.
    lang
        ``zh`` or ``en``.
    run
        Key of the run that pages show.

    Returns
    -------
    Job
        Queued.

    Raises
    ------
    Refused
        If it is outside the actor's reach, or there is no such language.
    """
    if actor.user is None or not rights_of(actor.user).may("assessments", "export", place.path):
        raise Refused("communities.refuse.outside")
    if lang not in LANGUAGES:
        raise Refused("communities.refuse.language", "lang")
    arguments = {"place": place.path, "lang": lang, "run": run}
    return job_enqueue(BUNDLE, actor=actor, place=place.path, subject=str(place), arguments=arguments)
