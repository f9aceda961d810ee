"""Profiles on paper: two A4 pages of one community, set when they are asked for and kept by what they depend on."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from uuid import uuid4

from django.conf import settings

import linli
from linli.report import ReportOptions, find_fonts
from linli.report.local import profile_document
from linli.report.pdf import profile_job, set_pdf
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import survey_of, tables_of
from linli.web.keep import Keep
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import Language, pick

__all__ = ["FOLDER", "paper_file", "profile_pdf"]

FOLDER = "papers"
"""Where they are kept, below the site's files."""

_DIGITS = 16
_MADE: Keep[Path] = Keep(64)


def _options(lang: Language) -> ReportOptions:
    config = settings.SITE.config
    attribution = pick(config.map_attribution, lang) or None
    return ReportOptions(
        lang=(lang,), organisation=pick(config.name, lang), approval_number=config.map_number or None,
        attribution=attribution,
    )  # fmt: skip


def paper_file(run: Run, code: str, lang: Language) -> Path:
    """Return where a profile is kept: named by run, rules, program and what is printed on every map.

    Parameters
    ----------
    run
        Done.
    code
        The community's 12-digit code.
    lang
        Of the text.

    Returns
    -------
    Path
        Whether it is there or not.
    """
    about = "|".join((run.digest, site_catalogue().version, linli.__version__, _options(lang).model_dump_json()))
    folder = hashlib.sha256(about.encode()).hexdigest()[:_DIGITS]
    return Path(settings.MEDIA_ROOT) / FOLDER / folder / f"{code}-{lang}.pdf"


def profile_pdf(run: Run, code: str, lang: Language) -> Path:
    """Return the profile of a community as a PDF: of everybody's figures, so ask the gate before giving it.

    Parameters
    ----------
    run
        Done.
    code
        The community's 12-digit code.
    lang
        Of the text.

    Returns
    -------
    Path
        Made now if it was not there.

    Raises
    ------
    KeyError
        If the run has no such community, or was made by rules that the site does not have any more.
    FontError
        If no font on this machine can print Chinese.
    SnapshotError
        If the run's files are missing or were changed.
    OSError
        If the file cannot be written.
    """
    file = paper_file(run, code, lang)

    def make() -> Path:
        if not file.exists():
            fonts = find_fonts()
            document = profile_document(tables_of(run), survey_of(run), site_catalogue(), code, _options(lang))[lang]
            community = document.book.community(code)
            if community is None:
                raise KeyError(code)
            part = file.with_name(f".{file.name}.{os.getpid()}-{uuid4().hex[:8]}")
            set_pdf(profile_job(document, community, part, fonts), fonts).replace(file)
        return file

    return make() if file.exists() else _MADE.get(str(file), make)
