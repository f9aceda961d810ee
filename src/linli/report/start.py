"""The page that stands before several results of one place: the loop, step by step, and where each step's pages are."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linli.report.html import HTML_LANG, page_environment

__all__ = ["Step", "write_start"]

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the loop.

    Parameters
    ----------
    title, said
        Its name, and in a sentence what it holds, ``{"zh": …, "en": …}``.
    folder
        Where its pages are, from the start page; each language in a folder of its own.
    files
        Other files worth opening: words, and path from the start page, each by language.
    """

    title: Text
    said: Text
    folder: str
    files: Sequence[tuple[Text, Text]] = ()


def write_start(out: Path, title: Text, lead: Text, steps: Sequence[Step], langs: Sequence[str]) -> Path:
    """Write the start page.

    Parameters
    ----------
    out
        Folder of all results.
    title, lead
        Name of the place, and what a reader finds here.
    steps
        In the order of the loop.
    langs
        Languages of the pages, the first one first.

    Returns
    -------
    Path
        ``index.html`` in `out`; its style lies in ``assets`` beside it.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    assets = out / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("static") / "linli.css", assets / "linli.css")
    page = page_environment().get_template("start.html")
    index = out / "index.html"
    text = page.render(title=title, lead=lead, steps=steps, langs=[(lang, HTML_LANG[lang]) for lang in langs])
    index.write_text(text, encoding="utf-8")
    return index
