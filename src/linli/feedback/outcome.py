"""From two results of ``linli run`` to a folder: the outcome's tables, workbook, summary and the list to be decided.

``doubtful.csv`` goes round: somebody fills in its column `same` with yes or no, `read_decisions` reads it, and the next
comparison follows it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from linli.assess import load_assessment
from linli.errors import InputError, Problem
from linli.feedback.choices import Decision
from linli.feedback.compare import DOUBTFUL, Round
from linli.feedback.record import Outcome, save_outcome
from linli.feedback.summary import write_summary
from linli.feedback.words import LANGUAGES, Language
from linli.feedback.workbook import write_workbook
from linli.survey import load_snapshot

__all__ = ["load_round", "read_decisions", "write_outcome"]

_YES = {"yes", "y", "true", "1", "是", "同"}
_NO = {"no", "n", "false", "0", "否", "不同"}
_FORMULA = ("=", "+", "-", "@")
_NEEDED = ("layer", "id_before", "id_after", "same")


def load_round(folder: Path) -> Round:
    """Read one round from a folder that ``linli run`` wrote.

    Parameters
    ----------
    folder
        Holds ``snapshot/`` and ``assessment/``.

    Returns
    -------
    tuple of Survey and Assessment
        The round.

    Raises
    ------
    SnapshotError
        If either is missing or was changed.
    """
    return load_snapshot(folder / "snapshot"), load_assessment(folder / "assessment")


def _wrong(row: int | None, column: str, value: str | None, zh: str, en: str, file: str) -> Problem:
    fix = {"zh": "请改正该行。", "en": "Correct the row."}
    return Problem(
        "compare.decision", "error", {"zh": zh, "en": en}, fix, file=file, row=row, column=column, value=value
    )


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Read what somebody has decided about doubtful matches.

    Parameters
    ----------
    path
        ``doubtful.csv`` with its column `same` filled in: yes, no, or empty = not decided. UTF-8, or GB18030 as Excel
        in Chinese writes it.

    Returns
    -------
    tuple of Decision
        In the order of the file.

    Raises
    ------
    InputError
        If a column is missing or a cell holds something else; carries every problem found.
    OSError
        If it cannot be read.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    lacking = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
    problems = [_wrong(1, name, None, "缺少此列", "the column is missing", path.name) for name in lacking]
    found = []
    for number, row in enumerate([] if lacking else reader, start=2):
        said = (row["same"] or "").strip().casefold()
        if not said:
            continue
        if row["layer"] not in ("facilities", "rooms", "plots", "in_place"):
            problems.append(_wrong(number, "layer", row["layer"], "没有这种图层", "no such layer", path.name))
        elif said not in _YES | _NO:
            problems.append(_wrong(number, "same", row["same"], "只能填 yes 或 no", "must be yes or no", path.name))
        else:
            ids = {"before_id": row["id_before"], "after_id": row["id_after"]}
            found.append(Decision.model_validate({"layer": row["layer"], **ids, "same": said in _YES}))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _cell(value: Any) -> Any:
    """Write a cell of the list; a name that a spreadsheet would take for a formula is kept a text."""
    if pd.isna(value):
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write_doubtful(outcome: Outcome, path: Path) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(DOUBTFUL)
        decided = [(one.layer, one.before_id, one.after_id, one.same) for one in outcome.meta.options.decided]
        for row in outcome.doubtful[list(DOUBTFUL)].astype(object).itertuples(index=False):
            writer.writerow([_cell(value) for value in row])
        for layer, before, after, same in decided:
            kept = {"layer": layer, "id_before": before, "id_after": after, "same": "yes" if same else "no"}
            writer.writerow([kept.get(name, "") for name in DOUBTFUL])
    return path


def write_outcome(outcome: Outcome, out: Path, langs: Sequence[Language] = LANGUAGES) -> tuple[Path, ...]:
    """Write a comparison into a folder.

    Parameters
    ----------
    outcome
        What to write.
    out
        The folder: ``outcome/`` (Parquet and JSON), ``compare.<lang>.xlsx``, ``compare.<lang>.md``, ``doubtful.csv``
        (what is to be decided, and what has been). Anything else in it is left alone.
    langs
        Languages of workbook and summary.

    Returns
    -------
    tuple of Path
        What was written.

    Raises
    ------
    SnapshotError
        If ``outcome/`` holds something else.
    OSError
        If it cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = [save_outcome(outcome, out / "outcome"), _write_doubtful(outcome, out / "doubtful.csv")]
    for lang in langs:
        page = out / f"compare.{lang}.md"
        page.write_text(write_summary(outcome, lang), encoding="utf-8")
        written += [write_workbook(outcome, out / f"compare.{lang}.xlsx", lang), page]
    return tuple(written)
