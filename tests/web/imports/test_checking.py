"""A file beside a register that is a few dictionaries: what each row would do, what is wrong, and that it adds up."""

import pandas as pd
import pytest
import shapely

from linli.rules import load_catalogue
from linli.survey.datum import wgs84_to_gcj02
from linli.survey.read import facility_choices
from linli.survey.schema import GEOGRAPHIC_CRS, Words, empty_frame
from linli.survey.template import FilledRow, Filling, write_template
from linli.web.imports import checking
from linli.web.imports.checking import Findings, check_intake, read_sent
from linli.web.imports.compare import Base, Held

TYPES = facility_choices(load_catalogue())
STREET, HEMU = "3301/330105/330105011/", "3301/330105/330105011/330105011001/"
PATHS = {"330105011001": HEMU, "330105012001": "3301/330105/330105012/330105012001/"}
HOME = shapely.box(120.12, 30.30, 120.13, 30.31)
HEAD = ["设施编号", "设施类型", "设施名称", "所属社区编号", "建筑面积", "经度", "纬度"]


def one(version=1, area=260, east=120.1215, place=HEMU, closed=False, **cells):
    known = {"facility_id": "F1", "type": "nursery", "name": "甲", "community_id": "330105011001",
             "floor_area_m2": area, "status": "in_use", **cells}  # fmt: skip
    known = {name: value for name, value in known.items() if value is not None}
    return Held(version, known, shapely.Point(east, 30.3051), place, "甲", closed)


class Memory:
    """A register in memory."""

    place = STREET
    place_name = Words(zh="和睦街道", en="Hemu Street")

    def __init__(self, held=None, bases=None):
        self.rows, self.older = held or {}, bases or {}

    def held(self, layer, _keys):
        return self.rows if layer == "facilities" else {}

    def bases(self, _layer, versions):
        return {key: self.older[key] for key in versions if key in self.older}

    def known(self, _intake):
        frame = empty_frame("communities").reindex(range(1))
        frame[["community_id", "name"]] = ["330105011001", "和睦社区"]
        return {"communities": frame.set_geometry([HOME], crs=GEOGRAPHIC_CRS)}

    def paths(self, codes):
        return {code: PATHS[code] for code in codes if code in PATHS}

    def paths_at(self, shapes):
        return [HEMU if shape is not None and shape.intersects(HOME) else None for shape in shapes]

    def name_of(self, path):
        return Words(zh=f"地{path}", en=f"place {path}")


def line(key="F1", community="330105011001", area=260, east=120.1215, kind="nursery", name="甲"):
    return [key, kind, name, community, area, east, 30.3051]


def check(tmp_path, *rows, register=None, head=HEAD, **more):
    path = tmp_path / "设施.csv"
    path.write_text(
        "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in (head, *rows)),
        encoding="utf-8",
    )
    intake = read_sent(path, "设施.csv", "csv", TYPES, **more)
    return check_intake(intake, register or Memory(), lambda *_: None, more.get("datum", "wgs84"))


def filled(tmp_path, register, edit=None, **more):
    """The register's facilities as a template, edited, and checked."""
    import openpyxl

    rows = [FilledRow(key, held.version, held.cells, held.shape) for key, held in register.rows.items()]
    about = {"place": STREET, "schema_version": "1"}
    path = write_template(tmp_path / "t.xlsx", TYPES, "zh", Filling(("facilities",), {"facilities": rows}, about))
    book = openpyxl.load_workbook(path)
    if edit:
        columns = {cell.value: cell.column_letter for cell in book["设施"][1]}
        edit(lambda heading, row, value: book["设施"].__setitem__(f"{columns[heading]}{row}", value))
    book.save(path)
    return read_sent(path, "t.xlsx", "xlsx", TYPES, **more)


def errors(report):
    return [(p.code, p.row, p.column) for p in report.problems if p.severity == "error"]


def does(report):
    return [(row.action, row.key) for row in report.rows]


# ------------------------------------------------------------------------------------------- what rows would do


def test_rows_are_new_changed_unchanged_or_missing_and_add_up(tmp_path):
    register = Memory({"F1": one(), "F2": one(facility_id="F2"), "F3": one(facility_id="F3")})
    report = check(tmp_path, line("F1", area=300), line("F2"), line("N1", name="乙"), ["合计", None, None, None, 99, None, None],
                   register=register)  # fmt: skip
    assert does(report) == [("changed", "F1"), ("unchanged", "F2"), ("new", "N1"), ("missing", "F3")]
    assert report.counts == {
        "facilities": {"read": 4, "new": 1, "changed": 1, "unchanged": 1, "conflict": 0, "error": 0, "left_out": 1,
                       "missing": 1}
    }  # fmt: skip
    assert not report.has_errors
    changed, _, new, missing = report.rows
    assert (changed.values, changed.seen_version, changed.row) == ({"floor_area_m2": 300}, 1, 2)  # noqa: PD011
    assert (new.values["name"], new.seen_version, new.shape.x) == ("乙", None, 120.1215)  # noqa: PD011
    assert (missing.seen_version, missing.row) == (1, None)


def test_a_partial_file_may_change_what_is_there_but_not_make_anything(tmp_path):
    register = Memory({"F1": one()})
    report = check(tmp_path, ["F1", 300], ["N1", 50], register=register, head=["设施编号", "建筑面积"])
    assert does(report)[:2] == [("changed", "F1"), ("error", "N1")]
    codes = errors(report)
    assert ("column.missing", None, None) in codes
    assert ("geometry.missing", 3, "经度(°)") in codes
    assert not [code for code in codes if code[1] == 2]


def test_too_many_missing_are_counted_and_not_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "MOST_MISSING", 1)
    report = check(tmp_path, line("N1"), register=Memory({"F1": one(), "F2": one()}))
    assert does(report) == [("new", "N1")]
    assert report.counts["facilities"]["missing"] == 2


def test_what_lies_outside_or_is_closed_is_not_missing(tmp_path):
    register = Memory({"F1": one(closed=True), "F2": one(place=PATHS["330105012001"])})
    assert does(check(tmp_path, line("N1"), register=register)) == [("new", "N1")]


def test_rows_without_a_code_of_their_own_carry_what_names_them(tmp_path):
    path = tmp_path / "需求.csv"
    path.write_text("社区编号,调查户数,设施类型,希望户数\n330105011001,100,nursery,5\n", encoding="utf-8")
    report = check_intake(read_sent(path, path.name, "csv", TYPES), Memory(), lambda *_: None)
    assert [(row.action, row.key) for row in report.rows] == [("new", "330105011001|nursery")]
    assert {"community_id", "type"} <= set(report.rows[0].values)


# ------------------------------------------------------------------------------------------------ jurisdiction


def test_a_row_of_another_place_is_an_error_that_names_both(tmp_path):
    report = check(tmp_path, line("N1", community="330105012001", east=120.1415))
    assert errors(report) == [("place.beyond", 2, "所属社区编号")]
    beyond = next(p for p in report.problems if p.code == "place.beyond")
    assert "330105012" in beyond.message["zh"]
    assert "和睦街道" in beyond.message["zh"]


def test_a_community_that_the_tree_does_not_know_is_an_error(tmp_path):
    assert ("community.unknown", 2, "所属社区编号") in errors(check(tmp_path, line("N1", community="999")))


def test_a_code_in_use_elsewhere_is_refused_without_telling_where(tmp_path):
    register = Memory({"F1": one(place=PATHS["330105012001"], name="秘密")})
    report = check(tmp_path, line("F1", area=300), register=register)
    assert errors(report) == [("id.elsewhere", 2, "设施编号")]
    assert "秘密" not in str(report.problems)


def test_a_closed_record_is_not_changed_by_a_file(tmp_path):
    register = Memory({"F1": one(closed=True)})
    assert errors(check(tmp_path, line("F1", area=300), register=register)) == [("record.closed", 2, "设施编号")]
    assert does(check(tmp_path, line("F1"), register=register)) == [("unchanged", "F1")]


# ------------------------------------------------------------------------------------------- errors and warnings


def test_an_error_in_a_row_that_nobody_touched_is_only_a_warning(tmp_path):
    register = Memory({"F1": one(area=-5)})
    report = check(tmp_path, line("F1", area=-5), register=register)
    assert not report.has_errors
    assert [p.code for p in report.problems] == ["number.negative"]
    assert does(report) == [("unchanged", "F1")]


def test_what_cannot_be_read_is_an_error_even_where_nothing_was_known(tmp_path):
    report = check(tmp_path, line("F1", area="大"), register=Memory({"F1": one(area=None)}))
    assert errors(report) == [("number.text", 2, "建筑面积")]
    assert does(report) == [("error", "F1")]


def test_what_the_record_would_hold_in_the_end_is_checked_too(tmp_path):
    path = tmp_path / "社区.csv"
    path.write_text("社区编号,60—79岁人口\n330105011001,900\n", encoding="utf-8")
    community = Held(
        1, {"community_id": "330105011001", "name": "和睦社区", "residents": 100}, HOME, HEMU, "和睦社区", False
    )

    class WithCommunity(Memory):
        def held(self, _layer, _keys):
            return {"330105011001": community}

    report = check_intake(read_sent(path, path.name, "csv", TYPES), WithCommunity(), lambda *_: None)
    assert [p.code for p in report.problems if p.severity == "error"] == ["residents.sum"]
    assert does(report) == [("error", "330105011001")]


def test_what_only_the_register_refuses_is_found_before_it_is_asked(tmp_path):
    report = check(tmp_path, line("N1", name="长" * 201))
    assert ("places.long", 2, "设施名称") in errors(report)


def test_each_problem_of_a_cell_is_told_once(tmp_path):
    report = check(tmp_path, line("N1", area=-5))
    assert [p.code for p in report.problems] == ["number.negative"]


def test_a_problem_of_a_place_names_its_column_and_what_stands_there(tmp_path):
    report = check(tmp_path, [*line("N1")[:5], 30.3051, 120.1215])
    swapped = next(p for p in report.problems if p.code == "geometry.swapped")
    assert (swapped.row, swapped.column, swapped.value) == (2, "经度", "30.305100, 120.121500")


def test_findings_are_kept_once_and_known_by_their_rows():
    from linli.survey.messages import problem

    first = problem("number.text", layer="a", row=2, column="x")
    found = Findings(
        [
            first,
            first,
            problem("id.duplicate", layer="a", row=3, column="x", other="第 2 行"),
            problem("sheet.empty", layer="b"),
        ]
    )
    assert len(list(found)) == 3
    assert found.rows_in_error() == {("a", 2), ("a", 3)}
    assert found.rows_unread() == {("a", 2)}
    found.soften(frozenset({("a", 3)}))
    assert found.rows_in_error() == {("a", 2)}
    found.drop(lambda p: p.code == "number.text")
    assert [p.code for p in found] == ["id.duplicate", "sheet.empty"]


# ---------------------------------------------------------------------------------------------------- templates


def test_a_template_that_comes_back_untouched_changes_nothing(tmp_path):
    register = Memory({"F1": one(3), "F2": one(2, facility_id="F2", area=None, name="乙")})
    report = check_intake(filled(tmp_path, register), register, lambda *_: None)
    assert report.problems == ()
    assert report.counts["facilities"]["unchanged"] == 2


def test_a_template_knows_who_changed_what(tmp_path):
    register = Memory({"F1": one(3)})
    intake = filled(tmp_path, register, lambda put: put("建筑面积(m²)", 2, 300))
    moved = Memory({"F1": one(4, area=280)}, {"F1": Base(3, one().cells, one().shape)})
    report = check_intake(intake, moved, lambda *_: None)
    assert does(report) == [("conflict", "F1")]
    assert report.rows[0].changes == {"floor_area_m2": [260, 300, 280]}
    apart = Memory({"F1": one(4, name="新名")}, {"F1": Base(3, one().cells, one().shape)})
    report = check_intake(intake, apart, lambda *_: None)
    assert does(report) == [("changed", "F1")]
    assert report.rows[0].merged
    assert report.rows[0].seen_version == 4


def test_a_version_that_the_register_never_had_is_said(tmp_path):
    register = Memory({"F1": one(9)})
    intake = filled(tmp_path, register, lambda put: put("建筑面积(m²)", 2, 300))
    report = check_intake(intake, Memory({"F1": one(2)}), lambda *_: None)
    assert [p.code for p in report.problems] == ["row.unmatched"]
    assert does(report) == [("changed", "F1")]


def test_a_template_of_another_place_is_said(tmp_path):
    register = Memory({"F1": one()})
    intake = filled(tmp_path, register)
    register.place = "3301/"
    assert [p.code for p in check_intake(intake, register, lambda *_: None).problems] == ["template.place"]


def test_only_what_a_person_wrote_is_in_the_datum_they_named(tmp_path):
    """A template's own coordinates are WGS 84; new ones copied from a map service are shifted back."""
    register = Memory({"F1": one(east=120.1215), "F2": one(facility_id="F2", east=120.1235)})
    lon, lat = (float(v) for v in wgs84_to_gcj02(120.1251, 30.3061))

    def edit(put):
        put("经度(°)", 3, lon)
        put("纬度(°)", 3, lat)
        for heading, value in {"设施编号*": "N1", "设施类型*": "公园", "经度(°)": lon, "纬度(°)": lat}.items():
            put(heading, 4, value)

    report = check_intake(filled(tmp_path, register, edit, datum="gcj02"), register, lambda *_: None, "gcj02")
    assert does(report) == [("unchanged", "F1"), ("changed", "F2"), ("new", "N1")]
    assert [p for p in report.problems if p.code.startswith(("place.", "datum."))] == []
    for row in report.rows[1:]:
        assert row.shape.equals_exact(shapely.Point(120.1251, 30.3061), 1e-7)


def test_nothing_readable_gives_problems_and_no_rows(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    report = check_intake(read_sent(path, "x.csv", "csv", TYPES), Memory(), lambda *_: None)
    assert [p.code for p in report.problems] == ["file.needs_layer"]
    assert report.rows == ()
    assert isinstance(pd.DataFrame(report.rows), pd.DataFrame)


@pytest.mark.parametrize("stage", ["beside", "compare"])
def test_it_tells_how_far_it_is(tmp_path, stage):
    told = []
    path = tmp_path / "设施.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in (HEAD, line())), encoding="utf-8")
    check_intake(read_sent(path, path.name, "csv", TYPES), Memory(), lambda what, done: told.append((what, done)))
    assert f"imports.stage.{stage}" in dict(told)
    assert all(0 <= done <= 1 for _, done in told)
