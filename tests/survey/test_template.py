"""The workbook that is handed out is the workbook that is read back."""

import zipfile
from datetime import date

import openpyxl
import pandas as pd
import pytest
import shapely

from linli.rules import load_catalogue
from linli.survey.config import Dataset, SourceConfig
from linli.survey.read import check_survey, facility_choices
from linli.survey.schema import LAYERS, allowed_words, layer_schemas
from linli.survey.tabular import OWN_SHEETS
from linli.survey.template import template_columns, write_template

CATALOGUE = load_catalogue()
TYPES = facility_choices(CATALOGUE)
BOXES = [shapely.box(120, 30, 120.01, 30.01), shapely.box(120.01, 30, 120.02, 30.01)]
SHAPES = {
    "communities": [box.wkt for box in BOXES],
    "estates": [box.buffer(-0.001).envelope.wkt for box in BOXES],
    "streets": ["LINESTRING(120 30.005,120.02 30.005)", "LINESTRING(120.005 30,120.005 30.01)"],
}


def example_block(book, lang, number):
    """Return heading and the two example rows of a layer."""
    sheet = book[{"zh": "示例", "en": "examples"}[lang]]
    return [[cell.value for cell in sheet[number * 5 + row]] for row in (2, 3, 4)]


def fill(path, lang, target):
    """Copy the examples into the sheets, with places, as a person would."""
    book = openpyxl.load_workbook(path)
    for number, layer in enumerate(layer_schemas().values()):
        sheet = book[layer.title[lang]]
        head, *rows = example_block(book, lang, number)
        columns = template_columns(layer)
        for row, cells in enumerate(rows):
            for at, value in enumerate(cells[: len(columns)]):
                sheet.cell(row + 2, at + 1, value)
            for at, column in enumerate(columns):
                assert sheet.cell(1, at + 1).value == head[at]
                if column.name == "longitude" and layer.name not in SHAPES:
                    sheet.cell(row + 2, at + 1, 120.004 + row * 0.01)
                if column.name == "latitude" and layer.name not in SHAPES:
                    sheet.cell(row + 2, at + 1, 30.0051)
                if column.name == "wkt" and layer.name in SHAPES:
                    sheet.cell(row + 2, at + 1, SHAPES[layer.name][row])
    book.save(target)


def read(path):
    source = SourceConfig(file=path.name)
    dataset = Dataset(name={"zh": "测", "en": "t"}, surveyed_on=date(2026, 1, 2), sources=(source,))
    return check_survey(dataset, path.parent, CATALOGUE)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_filled_in_is_read_back_alike(lang, tmp_path):
    fill(write_template(tmp_path / "t.xlsx", TYPES, lang), lang, tmp_path / "f.xlsx")
    checked = read(tmp_path / "f.xlsx")
    assert {one.code for one in checked.problems} <= {"community.no_residents", "place.other_community"}
    for layer in layer_schemas().values():
        if layer.name == "streets":
            continue  # cut at the crossing
        frame = checked.survey.layers[layer.name]
        for column in layer.columns:
            for row, example in enumerate(column.examples[:2]):
                found = frame[column.name].iloc[row]
                if example is None:
                    assert pd.isna(found) or column.default or column.refers_to, column.name
                elif column.type == "date":
                    assert found.date() == example
                else:
                    assert found == example, (layer.name, column.name)


def test_both_languages_give_the_same_survey(tmp_path):
    surveys = []
    for lang in ("zh", "en"):
        fill(write_template(tmp_path / "t.xlsx", TYPES, lang), lang, tmp_path / f"{lang}.xlsx")
        surveys.append(read(tmp_path / f"{lang}.xlsx").survey)
    for name in LAYERS:
        pd.testing.assert_frame_equal(pd.DataFrame(surveys[0].layers[name]), pd.DataFrame(surveys[1].layers[name]))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_untouched_template_is_empty_and_its_examples_are_never_read(lang, tmp_path):
    checked = read(write_template(tmp_path / "t.xlsx", TYPES, lang))
    assert [one.code for one in checked.problems if one.severity == "error"] == ["file.empty"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_lists_come_from_the_hidden_dictionary_by_name(lang, tmp_path):
    book = openpyxl.load_workbook(write_template(tmp_path / "t.xlsx", TYPES, lang))
    dictionary = book[{"zh": "字典", "en": "dictionary"}[lang]]
    assert dictionary.sheet_state == "hidden"
    assert {name for name in book.sheetnames if name in OWN_SHEETS}
    names = set(book.defined_names)
    for layer in layer_schemas().values():
        for rule in book[layer.title[lang]].data_validations.dataValidation:
            if rule.type == "list":
                assert rule.formula1 in names, "a list written into the cell may hold only 255 characters"
    reference = book.defined_names["dict_facility_types"].attr_text
    column, last = reference.split("$")[1], int(reference.split("$")[-1])
    assert [dictionary[f"{column}{row}"].value for row in range(2, last + 1)] == [one[lang] for one in TYPES.values()]


def test_codes_are_formatted_as_text_and_headings_carry_units_and_help(tmp_path):
    book = openpyxl.load_workbook(write_template(tmp_path / "t.xlsx", TYPES))
    sheet = book["设施"]
    headings = {cell.value: cell for cell in sheet[1]}
    assert sheet.column_dimensions[headings["设施编号*"].column_letter].width > 10
    assert "建筑面积(m²)" in headings
    assert headings["建筑面积(m²)"].comment.text
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        styles = archive.read("xl/styles.xml").decode()
    assert 'formatCode="@"' in styles or 'numFmtId="49"' in styles


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help_and_warnings_say_what_the_messages_say(lang, tmp_path):
    book = openpyxl.load_workbook(write_template(tmp_path / "t.xlsx", TYPES, lang))
    rows = list(book[{"zh": "说明", "en": "help"}[lang]].iter_rows(min_row=5, values_only=True))
    said = {(row[0], row[1]): row[4] for row in rows}
    for layer in layer_schemas().values():
        sheet = book[layer.title[lang]]
        warnings = {rule.error for rule in sheet.data_validations.dataValidation}
        for column in template_columns(layer):
            allowed = allowed_words(column)[lang]
            assert said[layer.title[lang], column.title[lang]] == allowed
            if column.type in ("number", "integer", "boolean", "choice") and column.hard.max is not None:
                assert f"{column.title[lang]}: {allowed}" in warnings


def test_places_fit_the_layers_geometry():
    names = {name: [column.name for column in template_columns(layer)] for name, layer in layer_schemas().items()}
    assert names["communities"][-1] == "wkt"
    assert "longitude" not in names["communities"]
    assert names["facilities"][-3:] == ["longitude", "latitude", "wkt"]
    assert "wkt" not in names["wishes"]


def test_the_same_template_has_the_same_bytes(tmp_path):
    first = write_template(tmp_path / "a.xlsx", TYPES).read_bytes()
    assert write_template(tmp_path / "b.xlsx", TYPES).read_bytes() == first
