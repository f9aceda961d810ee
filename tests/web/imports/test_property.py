"""Whatever is wrong with a row, at least one message names the row, the column, what was found and what is allowed.

And the text of what is allowed is that of the template's help.
"""

import io
import tempfile
from pathlib import Path

import openpyxl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.rules import load_catalogue
from linli.survey.messages import problem_texts
from linli.survey.read import facility_choices
from linli.survey.schema import Words, allowed_words, layer_schema
from linli.survey.template import template_columns
from linli.web.imports.checking import check_intake, read_sent
from linli.web.imports.texts import allowed_of, column_named, fix_of, help_of
from linli.web.places.models import LAYERS

TYPES = facility_choices(load_catalogue())
CODE = "330105011001"
PLACE = "3301/330105/330105011/330105011001/"
BOX = "POLYGON((120.12 30.30,120.13 30.30,120.13 30.31,120.12 30.31,120.12 30.30))"
GOOD = {
    "communities": {"community_id": CODE, "name": "和睦社区", "wkt": BOX},
    "estates": {"estate_id": "E1", "community_id": CODE, "wkt": BOX},
    "facilities": {"facility_id": "F1", "type": "nursery", "longitude": 120.1215, "latitude": 30.3051},
    "rooms": {"room_id": "R1", "floor_area_m2": 80, "longitude": 120.1215, "latitude": 30.3051},
    "plots": {"plot_id": "P1", "site_area_m2": 900, "longitude": 120.1215, "latitude": 30.3051},
    "answers": {"community_id": CODE, "item": "complete_community/parking", "value": "是"},
    "wishes": {"community_id": CODE, "type": "nursery", "count": 5, "households_asked": 100},
}


class Empty:
    """A register that knows one community's place, and nothing else."""

    place = PLACE
    place_name = Words(zh="和睦社区", en="Hemu")

    def held(self, _layer, _keys):
        return {}

    bases = held

    def known(self, _intake):
        return {}

    def paths(self, codes):
        return {code: PLACE for code in codes if code == CODE}

    def paths_at(self, shapes):
        return [None] * len(shapes)

    def name_of(self, path):
        return Words(zh=path, en=path)


def bad_cells(column):
    """What must not stand in a cell of this column."""
    words = st.text("坏错x?!", min_size=2, max_size=6)
    over = column.hard.max
    outside = st.one_of(st.just((over or 0) * 10 + 1), st.just(-(10**9)))
    if column.name in ("longitude", "latitude"):
        return st.one_of(words, st.sampled_from([500_000, "1e999", "东"]))
    if column.name == "wkt":
        return st.sampled_from(["POLYGON((1 2", "x", "POINT(nan 1)", "LINESTRING(120 30,121 31)"])
    if column.type in ("number", "integer"):
        more = [outside, words, st.sampled_from(["12平方米", "inf", "1,2,3"])]
        return st.one_of(*more, *([st.just(1.5)] if column.type == "integer" else []))
    if column.type in ("choice", "list", "boolean", "date"):
        return words if not column.or_number else st.text("坏错", min_size=2, max_size=5)
    if column.pattern:
        return words
    if column.refers_to:
        return st.sampled_from(["999", "330105011999", "1.23E+11"])
    return st.sampled_from(["1.23E+11"]) if column.key else st.just("长" * 2001)


COLUMNS = [(name, column) for name in LAYERS for column in template_columns(layer_schema(name))]


def check(layer, cells):
    schema = layer_schema(layer)
    columns = template_columns(schema)
    book = openpyxl.Workbook()
    book.active.title = schema.title.zh
    book.active.append([column.heading("zh") for column in columns])
    book.active.append([cells.get(column.name) for column in columns])
    stream = io.BytesIO()
    book.save(stream)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(stream.getvalue())
        return check_intake(read_sent(path, "a.xlsx", "xlsx", TYPES), Empty(), lambda *_: None)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_good_row_of_every_layer_is_new_and_has_no_error(layer):
    report = check(layer, GOOD[layer])
    assert [one.text() for one in report.problems if one.severity == "error"] == []
    assert [row.action for row in report.rows] == ["new"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_an_invalid_row_is_told_with_row_column_value_and_what_is_allowed(data):
    layer, column = data.draw(st.sampled_from(COLUMNS))
    bad = data.draw(bad_cells(column))
    report = check(layer, {**GOOD[layer], column.name: bad})
    assert [row.action for row in report.rows] == ["error"]
    told = [one for one in report.problems if one.severity == "error" and one.row == 2]
    assert told, (column.name, bad)
    for one in told:
        assert one.column, one.code
        assert one.layer == layer_schema(layer).title.zh
        where = report.columns[one.layer, one.column]
        found = column_named(*where)
        said = allowed_of(one, found)
        assert said == allowed_words(found).model_dump()
        assert all(said.values())
        assert help_of(found)["zh"]
        assert all(fix_of(one).values())
        assert one.value is not None or one.code in ("value.missing", "geometry.missing", "geometry.half"), one.code
        assert one.code in problem_texts() or one.code.startswith("places.")
    places = {"longitude", "latitude", "wkt"}
    named = {report.columns[one.layer, one.column][1] for one in told}
    assert column.name in named or (column.name in places and named & places), (column.name, bad, named)


@pytest.mark.parametrize(("layer", "column"), [(n, c.name) for n, c in COLUMNS if c.required])
def test_a_required_value_that_is_missing_is_told(layer, column):
    report = check(layer, {**GOOD[layer], column: None})
    told = [(one.code, one.row, report.columns[one.layer, one.column][1]) for one in report.problems if one.row]
    assert ("value.missing", 2, column) in told


def test_the_boxes_are_sound():
    assert shapely.from_wkt(BOX).is_valid
