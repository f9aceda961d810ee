"""The whole way, and one small broken dataset for every problem that has words."""

import io
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from linli.errors import InputError
from linli.rules import load_catalogue
from linli.strictyaml import read_yaml
from linli.survey import messages, vector
from linli.survey import read as read_module
from linli.survey.config import Dataset
from linli.survey.datum import wgs84_to_gcj02
from linli.survey.messages import problem_texts
from linli.survey.read import check_survey, facility_choices, read_survey

CATALOGUE = load_catalogue()
BOXES = [
    "POLYGON((120 30,120.01 30,120.01 30.01,120 30.01,120 30))",
    "POLYGON((120.01 30,120.02 30,120.02 30.01,120.01 30.01,120.01 30))",
]
GOOD = {
    "社区.csv": [
        ["社区编号", "社区名称", "户数", "常住人口", "几何WKT"],
        ["1", "甲", "500", "1500", BOXES[0]],
        ["2", "乙", "500", "1500", BOXES[1]],
    ],
    "道路.csv": [
        ["道路编号", "几何WKT"],
        ["s1", "LINESTRING(120 30.005,120.02 30.005)"],
        ["s2", "LINESTRING(120.005 30,120.005 30.01)"],
    ],
    "住宅楼.csv": [
        ["楼栋编号", "建筑面积", "层数", "常住人口", "经度", "纬度"],
        ["b1", "2000", "6", "60", "120.004", "30.0055"],
        ["b2", "2000", "6", "60", "120.014", "30.0055"],
    ],
    "设施.csv": [
        ["设施编号", "设施类型", "设施名称", "所属社区编号", "建筑面积", "用地面积", "经度", "纬度"],
        ["f1", "nursery", "丙", "1", "260", "400", "120.003", "30.0051"],
        ["f2", "社区食堂", "丁", "", "180", "", "120.013", "30.0051"],
    ],
}


def quoted(rows):
    return "\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows)


def write(folder, files=None, **changes):
    """Write the good data with files replaced or (None) left out, and return its declaration."""
    folder.mkdir(exist_ok=True)
    for name, content in {**GOOD, **(files or {})}.items():
        data = quoted(content) if isinstance(content, list) else content
        if data is not None:
            (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    sources = changes.pop("sources", [{"file": "."}])
    base = {"name": "测试", "surveyed_on": "2026-01-02", "sources": sources}
    return Dataset.model_validate({**base, **changes})


def check(folder, files=None, **changes):
    return check_survey(write(folder, files, **changes), folder, CATALOGUE)


def edit(name, row, column, value):
    """Return the good file with one cell changed."""
    rows = [list(cells) for cells in GOOD[name]]
    rows[row][rows[0].index(column)] = value
    return {name: rows}


def add(name, column, *values):
    rows = [list(cells) for cells in GOOD[name]]
    for cells, value in zip(rows, (column, *values), strict=True):
        cells.append(value)
    return {name: rows}


def test_good_data_have_no_problem_and_become_a_survey(tmp_path):
    told = []
    dataset = write(tmp_path)
    result = read_survey(dataset, tmp_path, CATALOGUE, progress=lambda text, done: told.append((text, done)))
    assert result.problems == ()
    survey = result.survey
    assert survey.manifest.metric_crs == "EPSG:4549"
    assert survey.manifest.rows["streets"] == 4, "cut where they cross"
    assert survey.layers["buildings"]["community_id"].tolist() == ["1", "2"]
    assert survey.layers["facilities"]["type"].tolist() == ["nursery", "canteen"]
    assert survey.layers["facilities"]["community_id"].tolist() == ["1", "2"]
    assert survey.manifest.residents.total == 120.0
    assert {note.encoding for note in survey.manifest.sources} == {"utf-8"}
    assert all(note.rows_kept >= note.rows for note in survey.manifest.sources)
    assert told


def test_reading_twice_gives_the_same(tmp_path):
    first, second = (read_survey(write(tmp_path), tmp_path, CATALOGUE).survey for _ in range(2))
    for name, frame in first.layers.items():
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(second.layers[name]))


def test_errors_of_all_files_come_at_once_and_refuse(tmp_path):
    files = {
        **edit("社区.csv", 1, "户数", "很多"),
        **edit("设施.csv", 2, "设施类型", "飞船"),
        **edit("住宅楼.csv", 1, "层数", "-1"),
    }
    with pytest.raises(InputError) as caught:
        read_survey(write(tmp_path, files), tmp_path, CATALOGUE)
    found = {(one.code, one.file, one.row, one.column) for one in caught.value.problems if one.severity == "error"}
    assert found == {
        ("number.text", "./社区.csv", 2, "户数"),
        ("type.unknown", "./设施.csv", 3, "设施类型"),
        ("number.negative", "./住宅楼.csv", 2, "层数"),
    }


def test_warnings_are_kept_in_the_manifest(tmp_path):
    result = read_survey(write(tmp_path, edit("设施.csv", 1, "建筑面积", "0")), tmp_path, CATALOGUE)
    assert [one.code for one in result.problems] == ["area.zero"]
    assert [one.code for one in result.survey.manifest.problems()] == ["area.zero"]


def test_only_what_lies_in_the_area_is_kept_with_a_margin_for_facilities(tmp_path):
    area = gpd.GeoDataFrame(geometry=[shapely.box(120, 30, 120.01, 30.01)], crs="EPSG:4326")
    tmp_path.mkdir(exist_ok=True)
    area.to_file(tmp_path / "area.geojson")
    survey = check(tmp_path, area="area.geojson", margin_m=400).survey
    assert survey.layers["communities"]["community_id"].tolist() == ["1"]
    assert survey.layers["buildings"]["building_id"].tolist() == ["b1"]
    assert survey.layers["facilities"]["facility_id"].tolist() == ["f1", "f2"]
    assert check(tmp_path, area="area.geojson", margin_m=100).survey.manifest.rows["facilities"] == 1


def test_a_table_of_words_and_a_map_of_shapes_make_one_layer(tmp_path):
    shapes = gpd.GeoDataFrame({"DM": ["1", "2"]}, geometry=[shapely.from_wkt(box) for box in BOXES], crs="EPSG:4326")
    words = [row[:-1] for row in GOOD["社区.csv"]]
    write(tmp_path)
    shapes.to_file(tmp_path / "map.gpkg")
    sources = [{"file": "."}, {"file": "map.gpkg", "layer": "communities", "columns": {"community_id": "DM"}}]
    checked = check(tmp_path, {"社区.csv": words}, sources=sources)
    assert checked.problems == ()
    assert checked.survey.layers["communities"]["households"].tolist() == [500.0, 500.0]


def test_a_population_grid_is_read_and_spread(tmp_path):
    cells = gpd.GeoDataFrame({"POP": [30.0, 70.0]}, geometry=[shapely.from_wkt(box) for box in BOXES], crs="EPSG:4326")
    write(tmp_path)
    cells.to_file(tmp_path / "grid.gpkg")
    residents = {"method": "grid", "file": "grid.gpkg", "column": "POP"}
    area = {"area": "grid.gpkg", "margin_m": 0}
    survey = check(tmp_path, residents=residents, **area).survey
    assert survey.layers["buildings"]["residents"].tolist() == pytest.approx([30.0, 70.0])
    bad = check(tmp_path, residents={**residents, "column": "NO"})
    assert [one.code for one in bad.problems if one.severity == "error"] == ["column.not_found"]
    bad = check(tmp_path, residents={**residents, "file": "no.gpkg"})
    assert [one.code for one in bad.problems if one.severity == "error"] == ["file.missing"]


def test_drawn_communities_replace_codes(tmp_path):
    files = {"社区.csv": None, **edit("设施.csv", 1, "所属社区编号", "77")}
    survey = check(tmp_path, files, communities={"method": "extent"}).survey
    assert survey.layers["communities"]["community_id"].tolist() == ["extent"]
    assert set(survey.layers["buildings"]["community_id"]) == {"extent"}
    assert "77" not in set(survey.layers["facilities"]["community_id"].dropna())


def test_facility_types_come_from_the_catalogue():
    choices = facility_choices(CATALOGUE)
    assert choices["canteen"].zh == "社区食堂"
    assert "老年食堂" in choices["canteen"].synonyms


# --------------------------------------------------------------------------- one case for every problem with words


def sheet(*rows, merge=None, title="设施"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def stray():
    book = openpyxl.Workbook()
    book.active.title = "设施"
    book.active.cell(1_048_576, 16_384, "x")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def book(content, **source):
    """A case whose facilities are in a workbook."""
    return {"files": {"设施.csv": None, "a.xlsx": content}, "sources": [{"file": "."}, {"file": "a.xlsx", **source}]}


def made(change, **source):
    """A case with a file that only code can make."""
    return {"make": change, "sources": [{"file": "."}, source]}


def points(folder):
    rows = [["设施编号", "设施类型", "经度", "纬度"]]
    for i in range(60):
        lon, lat = wgs84_to_gcj02(120.0003 + i * 0.0003, 30.00505)
        rows.append([f"g{i}", "park", f"{float(lon):.7f}", f"{float(lat):.7f}"])
    (folder / "设施.csv").write_text(quoted(rows), encoding="utf-8")


def gpkg(folder, crs="EPSG:4326", layers=("小区",), name="m.gpkg", n=1):
    frame = gpd.GeoDataFrame({"小区编号": ["e1"][:n]}, geometry=[shapely.box(120, 30, 120.001, 30.001)][:n], crs=crs)
    for layer in layers:
        frame.to_file(folder / name, layer=layer)


def shapefile(folder):
    frame = gpd.GeoDataFrame({"XQBH": ["e1"]}, geometry=[shapely.box(120, 30, 120.001, 30.001)], crs="EPSG:4326")
    frame.to_file(folder / "m.shp")
    (folder / "m.cpg").write_text("nonsense")


def without_crs(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gpkg(folder, crs=None)


def talking(_folder, monkeypatch):
    def read(*args, **more):
        warnings.warn("something about rings", RuntimeWarning, stacklevel=2)
        return quiet(*args, **more)

    quiet = vector.pyogrio.read_dataframe
    monkeypatch.setattr(vector.pyogrio, "read_dataframe", read)


def locked(_folder, monkeypatch):
    def refuse(*_args, **_more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(read_module, "read_csv", refuse)


def invalid_area(folder):
    bow = shapely.Polygon([(120, 30), (120.02, 30.01), (120.02, 30), (120, 30.02)])
    gpd.GeoDataFrame(geometry=[bow], crs="EPSG:4326").to_file(folder / "area.geojson")


def point_area(folder):
    gpd.GeoDataFrame(geometry=[shapely.Point(120, 30)], crs="EPSG:4326").to_file(folder / "area.geojson")


def far_area(folder):
    gpd.GeoDataFrame(geometry=[shapely.box(120.5, 30.5, 120.6, 30.6)], crs="EPSG:4326").to_file(folder / "area.geojson")


FAC = ["设施编号", "设施类型", "设施名称", "建筑面积", "经度", "纬度"]
ROW = ["x1", "nursery", "甲", 100, 120.003, 30.0051]
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ESTATE = [["小区编号", "停车位", "充电车位", "几何WKT"], ["e1", "5", "9", BOXES[0]]]
WISH = [["社区编号", "调查户数", "设施类型", "希望户数"], ["1", "5", "nursery", "9"], ["1", "50", "nursery", "9"]]
ANSWER = [["社区编号", "指标", "回答"], ["1", "停车", "也许"]]
ROOM = [
    ["用房编号", "建筑面积", "可用日期", "独立出入口", "经度", "纬度"],
    ["r", "50", "明年", "大概", "120.003", "30.0051"],
]

HUT = "POLYGON((120.004 30.0052,120.00401 30.0052,120.00401 30.00521,120.004 30.0052))"
BOW = "POLYGON((120 30,120.01 30.01,120.01 30,120 30.02,120 30))"
TURNED = [GOOD["设施.csv"][0], [*GOOD["设施.csv"][1][:6], "30.0051", "120.003"]]

CASES = {
    "file.missing": {"sources": [{"file": "no.xlsx"}]},
    "file.empty": {"files": {"设施.csv": b""}},
    "file.unknown_kind": {"files": {"a.docx": b"x"}, "sources": [{"file": "."}, {"file": "a.docx"}]},
    "file.needs_layer": {"files": {"数据.csv": b"a\n1\n"}, "sources": [{"file": "数据.csv"}]},
    "file.unreadable": {"patch": locked, "sources": [{"file": "设施.csv"}]},
    "excel.encrypted": book(OLE + "EncryptedPackage".encode("utf-16-le")),
    "excel.old": book(OLE + b"\0" * 100),
    "excel.not_workbook": book(b"<html>"),
    "excel.damaged": book(sheet(FAC, ROW)[:-100]),
    "excel.bomb": book(zipped(**{"xl/workbook.xml": "x", "a": b"\0" * (80 << 20)})),
    "excel.huge_sheet": book(stray()),
    "sheet.not_found": book(sheet(FAC, ROW), layer="facilities", source_layer="没有"),
    "sheet.unknown": {"files": {"草稿.csv": b"a\n1\n"}},
    "sheet.none": book(sheet(FAC, ROW, title="草稿")),
    "sheet.empty": book(sheet()),
    "table.no_heading": book(sheet(["q"], ["w"])),
    "heading.merged": book(sheet(FAC, [None] * 6, ROW, merge="A1:A2")),
    "column.not_found": book(sheet(FAC, ROW), layer="facilities", columns={"operator": "运营"}),
    "column.twice": book(sheet([*FAC, "建筑面积(m²)"], [*ROW, 5])),
    "column.unknown": {"files": add("设施.csv", "开放时闻", "", "")},
    "column.unit": {"files": add("社区.csv", "住宅建筑面积(万m²)", "1", "2")},
    "column.missing": {"files": {"设施.csv": [row[1:] for row in GOOD["设施.csv"]]}},
    "where.no_column": book(sheet(FAC, ROW), layer="facilities", where={"没有": ("a",)}),
    "where.nothing": book(sheet(FAC, ROW), layer="facilities", where={"设施编号": ("a",)}),
    "constant.bad": book(sheet(FAC, ROW), layer="facilities", constants={"status": "坏"}),
    "csv.encoding": {"files": {"设施.csv": b"\x80\xff\xff\xfe"}},
    "csv.binary": {"files": {"设施.csv": b"a\0b"}},
    "csv.quotes": {"files": {"设施.csv": '设施编号,设施类型\n"f1,nursery\n'}},
    "csv.ragged": {"files": {"设施.csv": "设施编号,设施类型\nf1\n"}},
    "vector.which_layer": made(lambda folder: gpkg(folder, layers=("a", "b")), file="m.gpkg", layer="estates"),
    "vector.unreadable": {"files": {"m.gpkg": b"SQLite format 3\0broken"}, "sources": [{"file": "m.gpkg"}]},
    "vector.said": {**made(gpkg, file="m.gpkg", layer="estates"), "patch": talking},
    "vector.cpg": made(shapefile, file="m.shp", layer="estates", columns={"estate_id": "XQBH"}),
    "cell.error": book(sheet(FAC, [*ROW[:3], "#N/A", *ROW[4:]])),
    "cell.formula": book(sheet(FAC, [*ROW[:3], "=1+1", *ROW[4:]])),
    "cell.merged": book(sheet(FAC, ROW, ["x2", "nursery", "乙", None, 120.003, 30.0051], merge="D2:D3")),
    "cell.merged_filled": book(sheet(FAC, ROW, ["x2", "nursery", None, 5, 120.003, 30.0051], merge="C2:C3")),
    "row.total": book(sheet(FAC, ROW, ["合计", None, None, 100, None, None])),
    "number.text": {"files": edit("设施.csv", 1, "建筑面积", "大")},
    "number.with_words": {"files": edit("设施.csv", 1, "建筑面积", "260平方米")},
    "number.date": book(sheet(FAC, [*ROW[:3], pd.Timestamp("2026-01-02").to_pydatetime(), *ROW[4:]])),
    "number.nan": {"files": edit("设施.csv", 1, "建筑面积", "NaN")},
    "number.infinite": {"files": edit("设施.csv", 1, "建筑面积", "inf")},
    "number.not_whole": {"files": edit("住宅楼.csv", 1, "层数", "6.5")},
    "number.negative": {"files": edit("设施.csv", 1, "建筑面积", "-1")},
    "code.date": book(sheet(FAC, [pd.Timestamp("2026-01-02").to_pydatetime(), *ROW[1:]])),
    "code.digits_lost": book(sheet(FAC, [330105001001000123, *ROW[1:]])),
    "code.scientific": {"files": edit("设施.csv", 1, "设施编号", "3.3E+11")},
    "text.pattern": {"files": {"问答.csv": ANSWER}},
    "boolean.unknown": {"files": {"存量用房.csv": ROOM}},
    "date.text": {"files": {"存量用房.csv": ROOM}},
    "date.impossible": {"files": {"存量用房.csv": [ROOM[0], [*ROOM[1][:2], "2026-02-30", "是", *ROOM[1][4:]]]}},
    "choice.unknown": {"files": {"问答.csv": ANSWER}},
    "type.unknown": {"files": edit("设施.csv", 1, "设施类型", "飞船")},
    "value.missing": {"files": edit("社区.csv", 1, "社区名称", "")},
    "range.hard": {"files": edit("住宅楼.csv", 1, "层数", "900")},
    "range.plausible": {"files": edit("住宅楼.csv", 1, "层数", "99")},
    "area.zero": {"files": edit("设施.csv", 1, "建筑面积", "0")},
    "id.duplicate": {"files": edit("设施.csv", 2, "设施编号", "f1")},
    "row.duplicate": {"files": {"需求.csv": WISH}},
    "id.unknown": {"files": edit("设施.csv", 1, "所属社区编号", "9")},
    "residents.sum": {"files": add("住宅楼.csv", "0-2岁人数", "99", "1")},
    "charging.exceeds": {"files": {"小区.csv": ESTATE}},
    "wishes.exceed": {"files": {"需求.csv": WISH}},
    "area.exceeds_outline": {"files": {"住宅楼.csv": [["楼栋编号", "建筑面积", "WKT"], ["b", "9000", HUT]]}},
    "geometry.missing": {"files": edit("社区.csv", 1, "几何WKT", "")},
    "geometry.half": {"files": edit("设施.csv", 1, "经度", "")},
    "geometry.wkt": {"files": edit("社区.csv", 1, "几何WKT", "POLYGON((1 2")},
    "geometry.kind": {"files": edit("社区.csv", 1, "几何WKT", "POINT(120 30)")},
    "geometry.invalid": {"files": edit("社区.csv", 1, "几何WKT", BOW)},
    "geometry.nan": {"files": edit("道路.csv", 1, "几何WKT", "LINESTRING(120 30,nan 30)")},
    "geometry.range": {"files": edit("设施.csv", 1, "经度", "500000")},
    "geometry.swapped": {"files": {"设施.csv": TURNED}},
    "geometry.far": {"files": edit("设施.csv", 1, "经度", "0.1")},
    "geometry.flat": {"files": edit("道路.csv", 1, "几何WKT", "LINESTRING(120 30,120 30)")},
    "geometry.huge": {"files": edit("社区.csv", 1, "几何WKT", "POLYGON((119 29,121 29,121 31,119 31,119 29))")},
    "datum.unknown": {"metric_crs": "EPSG:4326"},
    "datum.disagrees": made(gpkg, file="m.gpkg", layer="estates", datum="EPSG:4490"),
    "datum.assumed": made(without_crs, file="m.gpkg", layer="estates"),
    "datum.slip": {"make": points},
    "layer.empty": made(lambda folder: gpkg(folder, n=0), file="m.gpkg", layer="estates"),
    "layer.absent": {"files": {"道路.csv": None}},
    "area.nothing_left": {"make": far_area, "area": "area.geojson"},
    "area.not_outline": {"make": point_area, "area": "area.geojson"},
    "facility.duplicate": {"files": {"设施.csv": [*GOOD["设施.csv"], ["f9", *GOOD["设施.csv"][1][1:]]]}},
    "place.outside": {"files": edit("设施.csv", 2, "经度", "119.999")},
    "place.other_community": {"files": edit("设施.csv", 1, "所属社区编号", "2")},
    "place.no_street": {"files": edit("住宅楼.csv", 2, "纬度", "30.0099")},
    "community.no_residents": {"files": edit("住宅楼.csv", 2, "常住人口", "0")},
    "community.overlap": {"files": edit("社区.csv", 2, "几何WKT", BOXES[0])},
}  # fmt: skip


def test_every_problem_that_has_words_has_a_case():
    # what a file that is sent in to a register has of its own is tried in `test_intake` and on the web floor
    own = set(read_yaml(Path(messages.__file__).parent / "problems" / "register.yaml").data)
    assert set(CASES) == set(problem_texts()) - own


@pytest.mark.parametrize("code", list(CASES))
def test_each_case_is_found_and_named(code, tmp_path, monkeypatch):
    case = dict(CASES[code])
    files, make, patch = case.pop("files", {}), case.pop("make", None), case.pop("patch", None)
    write(tmp_path, files)
    if make is not None:
        make(tmp_path)
        files = dict.fromkeys(GOOD) if make is points else files  # what was made is not to be written over
    if patch is not None:
        patch(tmp_path, monkeypatch)
    dataset = write(tmp_path, files, **case)
    checked = check_survey(dataset, tmp_path, CATALOGUE)
    found = [one for one in checked.problems if one.code == code]
    assert found, [one.text("en") for one in checked.problems]
    severity = problem_texts()[code].severity
    assert found[0].severity == severity
    assert (checked.survey is None) == any(one.severity == "error" for one in checked.problems)
    for lang in ("zh", "en"):
        assert found[0].text(lang)
        assert "{" not in found[0].message[lang] + found[0].fix[lang]


def test_the_area_must_be_sound_and_there(tmp_path):
    write(tmp_path)
    invalid_area(tmp_path)
    assert "geometry.invalid" in [one.code for one in check(tmp_path, area="area.geojson").problems]
    assert "file.missing" in [one.code for one in check(tmp_path, area="no.geojson").problems]


def test_a_broken_cell_is_not_called_missing_too(tmp_path):
    codes = [one.code for one in check(tmp_path, edit("设施.csv", 1, "设施类型", "飞船")).problems]
    assert codes == ["type.unknown"]
    codes = [one.code for one in check(tmp_path, edit("社区.csv", 1, "几何WKT", "POLYGON((1 2")).problems]
    assert "geometry.missing" not in codes


@pytest.mark.parametrize(
    ("folder", "sources", "more", "rows"),
    [
        (
            "las_palmas",
            [
                {"file": "las_palmas_20230221.osm.pbf"},
                {
                    "file": "districts_school_catchment_gobcan.geojson",
                    "layer": "communities",
                    "columns": {"community_id": "Codigo", "name": "Denominaci"},
                },
            ],
            {"area": "boundary_municipality_cnig_4326.geojson"},
            {"communities": 29},
        ),
        (
            "helsinki_center",
            [{"file": "Helsinki_center.osm.pbf"}],
            {"communities": {"method": "squares", "size_m": 400}},
            {},
        ),
        ("beijing", [{"file": "bj_cau.osm"}], {"communities": {"method": "extent"}}, {"communities": 1}),
    ],
)
def test_real_cities(folder, sources, more, rows, shared_data):
    base = shared_data(folder)
    dataset = Dataset.model_validate({"name": folder, "surveyed_on": "2023-02-21", "sources": sources, **more})
    survey = read_survey(dataset, base, CATALOGUE).survey
    for name, count in rows.items():
        assert survey.manifest.rows[name] == count
    assert survey.manifest.rows["streets"] > 500
    assert survey.manifest.attribution == ("© OpenStreetMap contributors, ODbL 1.0",)
    assert not any(warning["code"] == "datum.slip" for warning in survey.manifest.warnings)
