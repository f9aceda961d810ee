"""The files of a run: its workbook in each language and its GeoPackage, written by the report's own writers."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

from django.conf import settings

from linli.assess import Assessment
from linli.errors import UnknownRuleError
from linli.report.build import build_book
from linli.report.context import report_context
from linli.report.geopackage import write_geopackage
from linli.report.model import Book
from linli.report.options import Language, ReportOptions
from linli.report.outlines import life_circles
from linli.report.words import load_words
from linli.report.workbook import write_workbook
from linli.rules import Catalogue
from linli.survey import Survey
from linli.web.assessments.models import Run

__all__ = ["FILES", "file_of", "write_file"]

FILES = ("assessment-zh.xlsx", "assessment-en.xlsx", "results.gpkg")
"""What can be had of a run."""

_FOLDER = "assessments/files"

Progress = Callable[[str, float | None], None]


def file_of(run: Run, name: str) -> Path | None:
    """Return where a file of a run is, or will be once it is written.

    Parameters
    ----------
    run
        The run.
    name
        One of `FILES`.

    Returns
    -------
    Path or None
        ``None`` if there is no such file, or the run has no results.
    """
    if name not in FILES or not run.digest:
        return None
    return Path(settings.MEDIA_ROOT) / _FOLDER / run.digest / name


def _book(assessment: Assessment, survey: Survey, catalogue: Catalogue) -> Book:
    try:
        return build_book(assessment, survey, catalogue)
    except KeyError as error:
        msg = f"the rules in force do not hold {error}, which this run was judged by. Assess the round again."
        raise UnknownRuleError(msg) from error


def write_file(
    run: Run, name: str, assessment: Assessment, survey: Survey, catalogue: Catalogue, progress: Progress
) -> Path:
    """Write a file of a run: whole, or not at all.

    Parameters
    ----------
    run
        Done.
    name
        One of `FILES`.
    assessment, survey, catalogue
        Its tables, what they were made from, and the rules.
    progress
        Told what is under way.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UnknownRuleError
        If the rules in force lack a standard that the run was judged by.
    OSError
        If it cannot be written.
    """
    path = file_of(run, name)
    if path is None:
        raise FileNotFoundError(name)
    progress("assessments.stage.book", 0.1)
    book = _book(assessment, survey, catalogue)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    progress("assessments.stage.file", 0.5)
    if path.suffix == ".gpkg":
        circles = life_circles(book, assessment, survey, catalogue)
        write_geopackage(book, assessment, survey, circles, part)
    else:
        lang = cast("Language", path.stem.rpartition("-")[2])
        other = load_words("en" if lang == "zh" else "zh")
        context = report_context(book, ReportOptions(lang=(lang,)), load_words(lang))
        write_workbook(book, assessment, survey, part, context, other)
    os.replace(part, path)  # noqa: PTH105  (one call, one meaning)
    return path
