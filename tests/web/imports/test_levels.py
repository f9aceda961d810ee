"""Every problem belongs to a level, and every level has an outcome."""

import pytest

from linli.survey.messages import problem_texts
from linli.web.imports.levels import LEVELS, could_not_be_read, level_of, levels_of
from linli.web.words import has_words


class P:
    def __init__(self, code, severity="error"):
        self.code, self.severity = code, severity


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("excel.bomb", "content"), ("csv.encoding", "content"), ("csv.ragged", "cells"), ("sheet.none", "sheets"),
        ("column.missing", "sheets"), ("template.version", "sheets"), ("number.text", "cells"),
        ("value.missing", "cells"), ("id.duplicate", "rows"), ("geometry.swapped", "rows"), ("datum.slip", "rows"),
        ("place.outside", "rows"), ("place.beyond", "place"), ("id.elsewhere", "place"), ("record.closed", "place"),
        ("places.long", "cells"), ("places.community", "place"),
    ],
)  # fmt: skip
def test_a_problem_is_found_at_its_level(code, level):
    assert level_of(code) == level


def test_every_problem_has_a_level():
    assert {level_of(code) for code in problem_texts()} == set(LEVELS) - {"size", "ready"}


def test_levels_say_how_they_came_out():
    found = levels_of([P("number.text"), P("number.text"), P("range.plausible", "warning"), P("sheet.unknown", "warning")],
                      is_readable=True)  # fmt: skip
    assert [(one.name, one.outcome, one.errors, one.warnings) for one in found] == [
        ("size", "passed", 0, 0), ("content", "passed", 0, 0), ("sheets", "warned", 0, 1), ("cells", "failed", 2, 1),
        ("rows", "passed", 0, 0), ("place", "passed", 0, 0), ("ready", "open", 0, 0),
    ]  # fmt: skip


def test_what_comes_after_an_unreadable_file_is_not_reached():
    found = levels_of([P("sheet.none")], is_readable=False)
    assert [one.outcome for one in found] == ["passed", "passed", "failed", "open", "open", "open", "open"]
    assert levels_of([], is_readable=True)[-1].outcome == "passed"
    assert found[0].as_json() == {"name": "size", "outcome": "passed", "errors": 0, "warnings": 0}


@pytest.mark.parametrize(("code", "unread"), [("number.text", True), ("choice.unknown", True), ("geometry.wkt", True),
                                              ("number.negative", False), ("value.missing", False),
                                              ("cell.merged_filled", False), ("id.duplicate", False)])  # fmt: skip
def test_what_could_not_be_read_is_told_from_what_is_not_allowed(code, unread):
    assert could_not_be_read(code) is unread


def test_every_level_has_its_words():
    assert all(has_words(f"imports.{part}.{name}") for name in LEVELS for part in ("level", "level_what"))
