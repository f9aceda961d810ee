"""One file against what is known: marks, partial files, what is looked at beside the register."""

import openpyxl
import pandas as pd
import pytest
import shapely

from linli.rules import load_catalogue
from linli.survey.datum import wgs84_to_bd09, wgs84_to_gcj02
from linli.survey.intake import check_against, key_columns, read_intake, row_keys
from linli.survey.read import facility_choices
from linli.survey.schema import GEOGRAPHIC_CRS, empty_frame, layer_schema
from linli.survey.template import FilledRow, Filling, read_version_mark, version_mark, write_template

TYPES = facility_choices(load_catalogue())
HOME = shapely.box(120.00, 30.00, 120.01, 30.01)
NEXT = shapely.box(120.01, 30.00, 120.02, 30.01)
HEAD = ["设施编号", "设施类型", "设施名称", "所属社区编号", "建筑面积", "经度", "纬度"]
COLLECTED = ("communities", "estates", "facilities", "rooms", "plots", "answers", "wishes")


def known(**layers):
    frame = pd.DataFrame({"community_id": ["1", "2"], "name": ["甲", "乙"]})
    communities = empty_frame("communities").reindex(range(2))
    communities[["community_id", "name"]] = frame
    return {"communities": communities.set_geometry([HOME, NEXT], crs=GEOGRAPHIC_CRS), **layers}


def facilities(*rows):
    """A layer of known facilities from rows of code, type, name, longitude, latitude."""
    frame = empty_frame("facilities").reindex(range(len(rows)))
    frame[["facility_id", "type", "name"]] = pd.DataFrame([row[:3] for row in rows])
    return frame.set_geometry(shapely.points([row[3:] for row in rows]), crs=GEOGRAPHIC_CRS)


def csv(path, *rows, head=HEAD, encoding="utf-8"):
    path.write_bytes("\n".join(",".join(str(cell) for cell in row) for row in (head, *rows)).encode(encoding))
    return path


def read(path, **more):
    kind = "xlsx" if path.suffix == ".xlsx" else "csv"
    return read_intake(path, path.name, kind, TYPES, layers=COLLECTED, **more)


def codes(problems, severity=None):
    return [one.code for one in problems if severity in (None, one.severity)]


def point(row, east, north, community=""):
    return [f"F{row}", "nursery", f"丙{row}", community, 100, east, north]


# ------------------------------------------------------------------------------------------- keys and marks


def test_rows_are_told_apart_by_their_code_or_by_several_columns_together():
    assert key_columns(layer_schema("facilities")) == ("facility_id",)
    assert key_columns(layer_schema("answers")) == ("community_id", "item")
    frame = pd.DataFrame({"community_id": ["1", "2", None], "type": ["park", None, "park"]})
    assert row_keys(frame, layer_schema("wishes")).tolist() == ["1|park", None, None]


@pytest.mark.parametrize(("text", "mark"), [("3@F1", ("F1", 3)), ("3@a@b", ("a@b", 3)), ("F1", None), ("x@F1", None),
                                            ("3@", None), ("", None), (None, None)])  # fmt: skip
def test_a_mark_says_version_and_key(text, mark):
    assert read_version_mark(text) == mark
    if mark:
        assert version_mark(*mark) == text


# --------------------------------------------------------------------------------- filled templates round trip


@pytest.fixture(params=["zh", "en"])
def filled(request, tmp_path):
    outline = shapely.box(120.001, 30.001, 120.002, 30.002)
    rows = {
        "communities": [FilledRow("1", 4, {"community_id": "1", "name": "甲", "kind": "new", "residents": 12}, HOME)],
        "facilities": [
            FilledRow("F1", 2, {"facility_id": "F1", "type": "nursery", "own_entrance": False, "name": "=1+1"},
                      shapely.Point(120.0012345678, 30.005)),
            FilledRow("F2", 7, {"facility_id": "F2", "type": "canteen", "floor_area_m2": 12.5}, outline),
        ],
        "rooms": [FilledRow("R1", 1, {"room_id": "R1", "floor_area_m2": 30, "available_from": "2026-07-01",
                                      "allowed_types": "nursery;canteen"}, shapely.Point(120.003, 30.003))],
        "answers": [FilledRow("1|a/b", 3, {"community_id": "1", "item": "a/b", "value": "partly"}),
                    FilledRow("1|a/c", 1, {"community_id": "1", "item": "a/c", "value": "12.5"})],
    }  # fmt: skip
    about = {"place": "3301/", "schema_version": "1"}
    filling = Filling(COLLECTED, rows, about, [("1", "甲")])
    return write_template(tmp_path / "t.xlsx", TYPES, request.param, filling), rows


def test_what_is_filled_in_comes_back_alike_with_its_versions(filled):
    path, rows = filled
    intake = read(path)
    assert codes(intake.problems, "error") == []
    assert intake.about["place"] == "3301/"
    for name, known_rows in rows.items():
        frame, layer = intake.layers[name], layer_schema(name)
        assert row_keys(frame, layer).tolist() == [row.key for row in known_rows]
        assert intake.marks[name] == {row.key: row.version for row in known_rows}
        for at, row in enumerate(known_rows):
            for column, value in row.values.items():  # noqa: PD011 (a row of ours, not a frame)
                found = frame[column].iloc[at]
                found = found.date().isoformat() if layer.column(column).type == "date" else found
                assert found == value, (name, column)
            if row.shape is not None:
                assert frame.geometry.iloc[at].equals_exact(row.shape, 1e-9), name


def test_the_version_stays_with_its_row_when_rows_are_sorted(filled):
    path, _ = filled
    book = openpyxl.load_workbook(path)
    sheet = next(book[name] for name in ("设施", "facilities") if name in book.sheetnames)
    for at in range(1, len(HEAD) + 20):
        if sheet.cell(1, at).value == "_linli_version":
            break
        one, two = sheet.cell(2, at).value, sheet.cell(3, at).value  # all but the hidden column change places
        sheet.cell(2, at).value, sheet.cell(3, at).value = two, one
    book.save(path)
    assert read(path).marks["facilities"] == {"F1": 2, "F2": 7}


def test_the_marks_are_hidden_and_never_called_an_unknown_column(filled):
    path, _ = filled
    book = openpyxl.load_workbook(path)
    assert book["_linli"].sheet_state == "hidden"
    sheet = next(book[name] for name in ("设施", "facilities") if name in book.sheetnames)
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == "_linli_version")
    assert sheet.column_dimensions[letter].hidden
    rules = {rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert "dict_communities" in rules
    intake = read(path)
    assert all("_linli_version" not in table.note.ignored_columns for table in intake.tables)
    assert "column.unknown" not in codes(intake.problems)


def test_an_outline_too_long_for_a_cell_is_left_out(tmp_path):
    ring = shapely.Point(120, 30).buffer(0.01, quad_segs=2000)
    filling = Filling(("communities",), {"communities": [FilledRow("1", 1, {"community_id": "1"}, ring)]}, {})
    intake = read(write_template(tmp_path / "t.xlsx", TYPES, "zh", filling))
    assert codes(intake.problems, "error") == ["value.missing", "geometry.missing"]


def test_only_the_layers_asked_for_get_a_sheet(tmp_path):
    filling = Filling(("rooms",), {}, {"schema_version": "1"})
    book = openpyxl.load_workbook(write_template(tmp_path / "t.xlsx", TYPES, "zh", filling))
    assert book.sheetnames == ["说明", "存量用房", "示例", "字典", "_linli"]
    assert "linli survey check" not in book["说明"]["A2"].value


# ------------------------------------------------------------------------------------------------ partial files


def test_a_file_need_not_have_every_column(tmp_path):
    path = csv(tmp_path / "设施.csv", ["F1", 120], head=["设施编号", "建筑面积"])
    intake = read(path)
    assert intake.tables[0].missing == ("type",)
    assert not intake.tables[0].placed
    assert intake.tables[0].columns == {"facility_id", "floor_area_m2"}
    assert codes(intake.problems, "error") == ["geometry.missing"]  # for the caller to see whether the row is new


def test_an_empty_cell_says_nothing_even_where_the_survey_has_a_default(tmp_path):
    path = csv(tmp_path / "设施.csv", ["F1", "nursery", ""], head=["设施编号", "设施类型", "使用状态"])
    assert read(path).layers["facilities"]["status"].isna().all()


def test_without_its_key_nothing_can_be_done(tmp_path):
    path = csv(tmp_path / "设施.csv", ["nursery", 120], head=["设施类型", "建筑面积"])
    assert "column.missing" in codes(read(path).problems)


def test_totals_are_left_out_and_counted(tmp_path):
    path = csv(tmp_path / "设施.csv", point(1, 120.004, 30.005), ["合计", "", "", "", 100, "", ""])
    intake = read(path)
    assert intake.tables[0].left_out == 1
    assert len(intake.layers["facilities"]) == 1


def test_a_csv_must_say_its_layer_by_its_name_or_be_told(tmp_path):
    path = csv(tmp_path / "数据.csv", point(1, 120.004, 30.005))
    assert codes(read(path).problems) == ["file.needs_layer"]
    assert not read(path).is_readable
    assert codes(read(path, layer="facilities").problems) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_text_is_decoded_strictly_and_says_how(encoding, tmp_path):
    intake = read(csv(tmp_path / "设施.csv", point(1, 120.004, 30.005), encoding=encoding))
    assert intake.layers["facilities"]["name"].tolist() == ["丙1"]
    note = intake.tables[0].note
    assert note.preview[0].startswith("设施编号")
    assert note.encoding == {"gbk": "gb18030"}.get(encoding, encoding)


def test_layers_that_come_in_bulk_are_named_and_left(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "住宅楼"
    book.active.append(["楼栋编号", "层数"])
    book.active.append(["b1", 6])
    book.save(tmp_path / "a.xlsx")
    intake = read(tmp_path / "a.xlsx")
    assert codes(intake.problems) == ["sheet.elsewhere"]
    assert not intake.is_readable


def test_a_template_of_another_schema_is_refused(tmp_path):
    filling = Filling(("rooms",), {}, {"schema_version": "0"})
    path = write_template(tmp_path / "t.xlsx", TYPES, "zh", filling)
    assert codes(read(path).problems)[0] == "template.version"


# ------------------------------------------------------------------------------------------ beside the register


def test_a_facility_of_the_register_is_not_entered_twice(tmp_path):
    old = facilities(["OLD", "nursery", "丙1", 120.00401, 30.005], ["F2", "nursery", "丙2", 120.005, 30.005])
    intake = read(csv(tmp_path / "设施.csv", point(1, 120.004, 30.005), point(2, 120.005, 30.005)))
    found = [one for one in check_against(intake, known(facilities=old)) if one.code == "facility.duplicate"]
    assert [(one.row, "OLD" in one.message["zh"]) for one in found] == [(2, True)]  # F2 itself is replaced, no double


def test_problems_of_the_register_are_not_told(tmp_path):
    old = facilities(["OLD", "nursery", "远", 120.05, 30.05])
    intake = read(csv(tmp_path / "设施.csv", point(1, 120.004, 30.005)))
    assert check_against(intake, known(facilities=old)) == []


def test_exchanged_coordinates_are_found_beside_what_is_known(tmp_path):
    intake = read(csv(tmp_path / "设施.csv", point(1, 30.005, 80.0), point(2, 120.005, 30.005)))
    assert "geometry.swapped" in codes(check_against(intake, known()))


def shifted(path, shift, rows=6):
    made = []
    for row in range(rows):
        lon, lat = shift(120.0081, 30.0011 + row * 0.001)
        made.append(point(row, f"{float(lon):.7f}", f"{float(lat):.7f}", "1"))
    return csv(path, *made)


@pytest.mark.parametrize(("shift", "name"), [(wgs84_to_gcj02, "GCJ-02"), (wgs84_to_bd09, "BD-09")])
def test_a_datum_is_suspected_where_it_would_bring_rows_home(shift, name, tmp_path):
    path = shifted(tmp_path / "设施.csv", shift)
    found = [one for one in check_against(read(path), known()) if one.code == "datum.stated"]
    assert len(found) == 1
    assert name in found[0].message["zh"]
    declared = read(path, datum=name.lower().replace("-", ""))
    assert codes(check_against(declared, known())) == []


def test_a_slip_of_many_rows_names_the_sheet(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "1.设施表"
    book.active.append(HEAD)
    for row in range(60):
        lon, lat = wgs84_to_gcj02(120.0195, 30.0001 + row * 0.00015)
        book.active.append(point(row, float(lon), float(lat)))
    book.save(tmp_path / "a.xlsx")
    found = [one for one in check_against(read(tmp_path / "a.xlsx"), known()) if one.code == "datum.slip"]
    assert [one.layer for one in found] == ["1.设施表"]


def test_a_file_without_places_has_nothing_to_be_looked_at(tmp_path):
    path = csv(tmp_path / "需求.csv", ["1", 100, "nursery", 5], head=["社区编号", "调查户数", "设施类型", "希望户数"])
    assert check_against(read(path), known()) == []
