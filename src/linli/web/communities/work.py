"""Kinds of long work: the profiles of a whole district as one file."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.assessments.selectors import run_at_work
from linli.web.communities.paper import FOLDER, profile_pdf
from linli.web.communities.selectors import BUNDLE
from linli.web.jobs.registry import Context, job
from linli.web.words import say

__all__ = ["bundle", "bundle_file"]

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_WHEN = (2020, 1, 1, 0, 0, 0)
"""The same time on every file, so that the same profiles give the same bytes."""


def bundle_file(job_id: str) -> Path:
    """Return where the file of a job is."""
    return Path(settings.MEDIA_ROOT) / FOLDER / "bundles" / f"{UUID(job_id)}.zip"


def _name(place: Place) -> str:
    return f"{place.code}-{_UNSAFE.sub('-', place.name)}.pdf"


@job(BUNDLE)
def bundle(context: Context, **arguments: Any) -> dict[str, Any]:
    """Set the profiles of all communities of a place that whoever asked may take, and pack them.

    Parameters
    ----------
    context
        The job's.
    **arguments
        ``place``, ``lang``, ``run``.

    Returns
    -------
    dict
        ``href`` of the file, how many ``profiles``, which communities are ``missing`` in the run, ``sha256``.
    """
    run, lang = run_at_work(arguments["run"]), arguments["lang"]
    user = User.objects.get(pk=context.requested_by or 0)
    below = places_below(user, "assessments", "export").filter(level="community")
    places = list(below.filter(path__startswith=arguments["place"]))
    file = bundle_file(context.job_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    missing, made = [], 0
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, place in enumerate(places):
            context.progress(say("communities.bundle.stage", lang, done=number, all=len(places)), number / len(places))
            try:
                paper = profile_pdf(run, place.code, lang)
            except KeyError:
                missing.append(place.name)
                continue
            packed.writestr(zipfile.ZipInfo(_name(place), _WHEN), paper.read_bytes())
            made += 1
    part.replace(file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    address = reverse("communities:bundle_export", args=[context.job_id])
    return {"href": address, "profiles": made, "missing": missing, "sha256": digest}
