"""The table «what holds each part» in docs/siting-bench.md names tests that exist."""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[2] / "docs" / "siting-bench.md"


def test_every_test_that_the_table_names_exists():
    named = set(re.findall(r"`((?:siting/)?test_\w+)::(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    assert len(named) > 60
    missing = [
        f"{file}::{name}"
        for file, name in sorted(named)
        if f"def {name}(" not in (HERE.parent / f"{file}.py").read_text(encoding="utf-8")
    ]
    assert missing == []


def test_every_row_of_the_table_names_a_test():
    text = PAGE.read_text(encoding="utf-8").split("## What holds each part", maxsplit=1)[1]
    rows = [line for line in text.splitlines() if line.startswith("| ") and "**" not in line][1:]
    assert len(rows) > 30
    assert [row for row in rows if "::" not in row] == []
