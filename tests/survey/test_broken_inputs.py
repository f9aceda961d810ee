"""Some two hundred broken inputs: each gets a clear error or warning that names the place, none a traceback.

The corpus is made by this file: a small good dataset, and one change of it per case. Run
``python tests/survey/test_broken_inputs.py FOLDER`` to write it out and look at it.
"""

import csv
import io
import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import yaml

from linli.errors import InputError, LinliError, Problem
from linli.rules import load_catalogue
from linli.survey import freeze, load_snapshot, read_dataset, read_survey
from linli.survey.datum import FROM_WGS84
from linli.survey.schema import LAYERS, layer_schema

Table = list[dict[str, str]]
Tables = dict[str, Table]

LON, LAT = 120.10, 30.30


# ---------------------------------------------------------------------------------------------------- the good dataset


def _box(west: float, south: float, east: float, north: float) -> str:
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return "POLYGON((" + ", ".join(f"{x:.6f} {y:.6f}" for x, y in ring) + "))"


def good_tables() -> Tables:
    """Two communities of irregular streets, with something in every layer and nothing wrong."""
    rng = np.random.default_rng(5)
    xs = LON + np.cumsum(rng.uniform(0.0006, 0.0018, 10))
    ys = LAT + np.cumsum(rng.uniform(0.0005, 0.0015, 10))
    west, east, south, north = LON, xs[-1] + 0.001, LAT, ys[-1] + 0.001
    middle = (west + east) / 2
    streets = [
        {"street_id": f"S{i}", "kind": "residential", "wkt": f"LINESTRING({x:.6f} {ys[0]:.6f}, {x:.6f} {ys[-1]:.6f})"}
        for i, x in enumerate(xs)
    ] + [
        {"street_id": f"T{i}", "kind": "footway", "wkt": f"LINESTRING({xs[0]:.6f} {y:.6f}, {xs[-1]:.6f} {y:.6f})"}
        for i, y in enumerate(ys)
    ]
    buildings, facilities = [], []
    bands = {"0_2": 4, "3_5": 4, "6_14": 12, "15_59": 100, "60_79": 24, "80_plus": 6}
    for i in range(60):
        x, y = rng.choice(xs[:-1]) + 0.0002, rng.choice(ys[:-1]) + 0.00015
        x, y = x + 0.00002 * (i % 5), y + 0.00002 * (i // 5)
        size = 0.00008
        buildings.append(
            {
                "building_id": f"B{i:03d}",
                "estate_id": "E1" if x < middle else "E2",
                "built_year": "1995",
                "storeys": "6",
                "dwellings": "48",
                "floor_area_m2": "400",
                "has_lift": "no",
                "residents": "150",
                **{f"residents_{band}": str(number) for band, number in bands.items()},
                "wkt": _box(x, y, x + size, y + size),
            }
        )
    types = ("kindergarten", "nursery", "supermarket", "canteen", "health_station", "activity_ground")
    for i in range(30):
        facilities.append(
            {
                "facility_id": f"F{i:03d}",
                "type": types[i % len(types)],
                "name": f"设施{i:03d}",
                "floor_area_m2": "300",
                "site_area_m2": "600",
                "capacity": "60",
                "storey": "1",
                "status": "in_use",
                "longitude": f"{rng.choice(xs) + 0.00004:.6f}",
                "latitude": f"{rng.uniform(ys[0], ys[-1]):.6f}",
            }
        )
    communities = [
        {
            "community_id": f"33019900100{i}",
            "name": f"示例{i}社区",
            "district": "示例区",
            "subdistrict": "示例街道",
            "kind": "existing",
            "households": "1500",
            "dwellings": "1440",
            "floor_area_m2": "12000",
            "residents": "",
            **{f"residents_{band}": "" for band in bands},
            "wkt": _box(a, south, b, north),
        }
        for i, (a, b) in enumerate(((west, middle), (middle, east)), start=1)
    ]
    estates = [
        {
            "estate_id": f"E{i}",
            "name": f"示例{i}小区",
            "built_year": "1995",
            "old_estate": "yes",
            "dwellings": "1440",
            "floor_area_m2": "12000",
            "parking_spaces": "500",
            "charging_spaces": "50",
            "property_service": "professional",
            "property_office_m2": "60",
            "residents": "",
            **{f"residents_{band}": "" for band in bands},
            "wkt": _box(a + 0.0001, south + 0.0001, b - 0.0001, north - 0.0001),
        }
        for i, (a, b) in enumerate(((west, middle), (middle, east)), start=1)
    ]
    room = {
        "room_id": "R1",
        "name": "闲置用房",
        "owner": "街道",
        "owner_kind": "government",
        "floor_area_m2": "300",
        "storey": "1",
        "own_entrance": "yes",
        "available_from": "2026-12-01",
        "term_years": "5",
        "rent_yuan_m2_month": "30",
        "allowed_types": "nursery;canteen",
        "longitude": f"{xs[3]:.6f}",
        "latitude": f"{ys[3]:.6f}",
    }
    plot = {
        "plot_id": "P1",
        "name": "空地",
        "site_area_m2": "900",
        "buildable_floor_area_m2": "1200",
        "longitude": f"{xs[4]:.6f}",
        "latitude": f"{ys[4]:.6f}",
    }
    answer = {
        "community_id": "330199001001",
        "item": "complete_community/mechanism",
        "value": "yes",
        "evidence": "会议记录",
        "answered_on": "2026-11-01",
    }
    wish = {"community_id": "330199001001", "households_asked": "800", "type": "nursery", "count": "120"}
    return {
        "communities": communities,
        "estates": estates,
        "buildings": buildings,
        "streets": streets,
        "facilities": facilities,
        "rooms": [room],
        "plots": [plot],
        "answers": [answer],
        "wishes": [wish],
    }


def _csv_text(table: Table) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(table[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


def good_declaration() -> dict:
    sources = [{"file": f"{layer}.csv", "layer": layer} for layer in LAYERS]
    return {
        "name": "broken corpus",
        "surveyed_on": "2026-11-01",
        "sources": sources,
        "residents": {"method": "buildings"},
    }


def write(folder: Path, tables: Tables, declaration: dict) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for layer, table in tables.items():
        (folder / f"{layer}.csv").write_bytes(_csv_text(table).encode("utf-8-sig"))
    text = yaml.safe_dump(declaration, allow_unicode=True, sort_keys=False)
    (folder / "linli.yaml").write_text(text, encoding="utf-8")


# ------------------------------------------------------------------------------------------------------------ the cases


@dataclass(frozen=True)
class Case:
    """One broken input: how to make it, and what one of its problems must say."""

    name: str
    make: Callable[[Path], None]
    severity: str
    says: tuple[str, ...]


def _with_tables(change: Callable[[Tables], None], declare: Callable[[dict], None] = lambda _: None):
    def make(folder: Path) -> None:
        tables, declaration = good_tables(), good_declaration()
        change(tables)
        declare(declaration)
        write(folder, tables, declaration)

    return make


def _with_file(name: str, content: bytes | Callable[[bytes], bytes]):
    """The good dataset with one file's bytes replaced."""

    def make(folder: Path) -> None:
        write(folder, good_tables(), good_declaration())
        path = folder / name
        path.write_bytes(content(path.read_bytes()) if callable(content) else content)

    return make


def _with_source(layer: str, name: str, content: Callable[[Table, Path], None], **more):
    """The good dataset with one layer given as another file."""

    def make(folder: Path) -> None:
        tables, declaration = good_tables(), good_declaration()
        for source in declaration["sources"]:
            if source["layer"] == layer:
                source.update(file=name, **more)
        write(folder, tables, declaration)
        (folder / f"{layer}.csv").unlink()
        content(tables[layer], folder / name)

    return make


def _set(layer: str, column: str, value: str, row: int = 0) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        tables[layer][row][column] = value

    return change


def _cell_cases() -> list[Case]:
    """Every number and every choice of every layer, wrong in the ways people get them wrong."""
    cases = []
    for layer in LAYERS:
        for column in layer_schema(layer).columns:
            for kind, value in _wrong_values(column):
                if column.name not in good_tables()[layer][0]:
                    continue
                make = _with_tables(_set(layer, column.name, value))
                shown = () if kind == "huge" else (value,)  # a huge number is shown in its short form
                says = (f"{layer}.csv", "row 2", column.name, *shown)
                cases.append(Case(f"{layer}.{column.name}: {kind}", make, "error", says))
    return cases


def _wrong_values(column) -> list[tuple[str, str]]:
    wrong = {
        "number": [("text", "大约八百"), ("negative", "-20"), ("huge", "1e15")],
        "integer": [("text", "两千多"), ("negative", "-3")],
        "boolean": [("doubtful", "也许")],
        "date": [("text", "去年"), ("no such day", "2026-02-30")],
        "choice": [("unknown", "不知道什么")],
        "list": [("unknown", "nursery;飞船")],
    }.get(column.type, [])
    at_least = column.hard.min
    return [(kind, value) for kind, value in wrong if kind != "negative" or (at_least is not None and at_least >= 0)]


def _table_cases() -> list[Case]:
    cases = []
    for layer in LAYERS:
        first = next(column for column in layer_schema(layer).columns if column.required)
        key = first.name

        def drop(tables: Tables, layer: str = layer, key: str = key) -> None:
            for row in tables[layer]:
                del row[key]

        cases.append(Case(f"{layer}: no column {key}", _with_tables(drop), "error", (f"{layer}.csv", first.title.en)))
        cases.append(
            Case(f"{layer}: empty {key}", _with_tables(_set(layer, key, "")), "error", (f"{layer}.csv", "row 2", key))
        )

        def twice(tables: Tables, layer: str = layer) -> None:
            tables[layer].append(dict(tables[layer][0]))

        cases.append(Case(f"{layer}: the same row twice", _with_tables(twice), "error", (f"{layer}.csv", "row")))
    for layer in ("communities", "estates", "buildings", "streets"):
        cases.append(
            Case(
                f"{layer}: WKT cut short",
                _with_tables(_set(layer, "wkt", "POLYGON((120 30, 120")),
                "error",
                (f"{layer}.csv", "row 2"),
            )
        )
        cases.append(
            Case(f"{layer}: no geometry", _with_tables(_set(layer, "wkt", "")), "error", (f"{layer}.csv", "row 2"))
        )
        cases.append(
            Case(
                f"{layer}: NaN in geometry",
                _with_tables(_set(layer, "wkt", "LINESTRING(120.1 30.3, nan nan)")),
                "error",
                (f"{layer}.csv", "row 2"),
            )
        )
    for layer in ("communities", "estates", "buildings"):
        bow = f"POLYGON(({LON} {LAT}, {LON + 0.01} {LAT + 0.01}, {LON + 0.01} {LAT}, {LON} {LAT + 0.01}, {LON} {LAT}))"
        cases.append(
            Case(f"{layer}: crosses itself", _with_tables(_set(layer, "wkt", bow)), "error", (f"{layer}.csv", "row 2"))
        )
        cases.append(
            Case(
                f"{layer}: a line for an area",
                _with_tables(_set(layer, "wkt", "LINESTRING(120.1 30.3, 120.2 30.3)")),
                "error",
                (f"{layer}.csv", "row 2"),
            )
        )
    for layer in ("facilities", "rooms", "plots"):
        for name, column, value in (
            ("longitude out of range", "longitude", "1200.1"),
            ("latitude as text", "latitude", "北纬三十度"),
            ("longitude missing", "longitude", ""),
            ("latitude not a number", "latitude", "nan"),
        ):
            cases.append(
                Case(f"{layer}: {name}", _with_tables(_set(layer, column, value)), "error", (f"{layer}.csv", "row 2"))
            )

        def swap(tables: Tables, layer: str = layer) -> None:
            for row in tables[layer]:
                row["longitude"], row["latitude"] = row["latitude"], row["longitude"]

        cases.append(Case(f"{layer}: longitude and latitude swapped", _with_tables(swap), "error", (f"{layer}.csv",)))
    return cases


def _encoding_cases() -> list[Case]:
    def encoded(encoding: str):
        return lambda raw: raw.decode("utf-8-sig").encode(encoding)

    file = "facilities.csv"
    return [
        Case("csv: cut inside a character", _with_file(file, lambda raw: raw[:-1] + "设".encode()[:2]), "error", (file,)),
        Case("csv: bytes of no encoding", _with_file(file, lambda raw: raw + b"\xff\xff\x81\n"), "error", (file,)),
        Case("csv: NUL bytes", _with_file(file, lambda raw: raw[:80] + b"\0\0\0\0" + raw[80:]), "error", (file,)),
        Case("csv: UTF-16 without a mark", _with_file(file, encoded("utf-16-le")), "error", (file,)),
        Case("csv: UTF-32", _with_file(file, encoded("utf-32")), "error", (file,)),
        Case("csv: a picture", _with_file(file, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8), "error", (file,)),
        Case("csv: nothing in it", _with_file(file, b""), "error", (file,)),
        Case("csv: only a byte-order mark", _with_file(file, b"\xef\xbb\xbf"), "error", (file,)),
        Case("csv: only headings", _with_file(file, lambda raw: raw.split(b"\r\n")[0] + b"\r\n"), "error", (file,)),
        Case("csv: no headings", _with_file(file, lambda raw: raw.split(b"\r\n", 1)[1]), "error", (file,)),
        Case("csv: a heading twice", _with_file(file, lambda raw: raw.replace(b"site_area_m2", b"floor_area_m2")), "warning", (file,)),
        Case("csv: a row too long", _with_file(file, lambda raw: raw + b"F900,nursery,x,1,2,3,4,in_use,120.1,30.3,9,9,9\r\n"), "error", (file, "row 32")),
        Case("csv: a row too short", _with_file(file, lambda raw: raw + b"F900,nursery\r\n"), "error", (file, "row 32")),
        Case("csv: a quote that never closes", _with_file(file, lambda raw: raw + b'F900,"nursery,x\r\n'), "error", (file,)),
        Case("csv: Excel renamed to csv", _with_file(file, b"PK\x03\x04" + b"\0" * 400), "error", (file,)),
    ]  # fmt: skip


def _workbook(
    table: Table, path: Path, edit: Callable[[openpyxl.worksheet.worksheet.Worksheet], None] = lambda _: None
):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "facilities"
    sheet.append(list(table[0]))
    for row in table:
        sheet.append([float(v) if v.replace(".", "").isdigit() else v for v in row.values()])
    edit(sheet)
    book.save(path)


def _book(edit: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]):
    return _with_source(
        "facilities", "survey.xlsx", lambda table, path: _workbook(table, path, edit), source_layer="facilities"
    )


def _raw_book(content: bytes, name: str = "survey.xlsx"):
    return _with_source("facilities", name, lambda _table, path: path.write_bytes(content), source_layer="facilities")


def _zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return out.getvalue()


def _bomb(table: Table, path: Path) -> None:
    """A real workbook whose sheet unpacks to two gigabytes of blanks."""
    _workbook(table, path)
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if not item.filename.endswith("sheet1.xml"):
                new.writestr(item, old.read(item.filename))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for _ in range(2048):
                sheet.write(b" " * 2**20)
            sheet.write(b"</sheetData></worksheet>")
    path.write_bytes(out.getvalue())


def _entity(table: Table, path: Path) -> None:
    """A real workbook whose sheet asks for a file of the machine."""
    _workbook(table, path)
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            content = old.read(item.filename)
            if item.filename.endswith("sheet1.xml"):
                content = content.replace(
                    b"<worksheet", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet', 1
                )
            new.writestr(item, content)
    path.write_bytes(out.getvalue())


def _workbook_cases() -> list[Case]:
    book = "survey.xlsx"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

    def put(cell: str, value: object):
        return _book(lambda sheet: sheet.__setitem__(cell, value))

    def merge(sheet) -> None:
        sheet.merge_cells("B3:B6")

    def far_cell(sheet) -> None:
        sheet["XFD1048576"] = "x"

    def cut(table: Table, path: Path) -> None:
        _workbook(table, path)
        path.write_bytes(path.read_bytes()[:-700])

    return [
        Case("xlsx: an old .xls renamed", _raw_book(ole + b"\0" * 4096), "error", (book,)),
        Case("xlsx: an old .xls as it is", _raw_book(ole + b"\0" * 4096, "survey.xls"), "error", ("survey.xls",)),
        Case("xlsx: text renamed", _raw_book("设施,类型\n".encode("gbk")), "error", (book,)),
        Case("xlsx: nothing in it", _raw_book(b""), "error", (book,)),
        Case("xlsx: a zip of something else", _raw_book(_zipped(a_DOT_txt=b"hello")), "error", (book,)),
        Case("xlsx: cut short", _with_source("facilities", book, cut, source_layer="facilities"), "error", (book,)),
        Case("xlsx: a zip bomb", _with_source("facilities", book, _bomb, source_layer="facilities"), "error", (book,)),
        Case("xlsx: an external entity", _with_source("facilities", book, _entity, source_layer="facilities"), "error", (book,)),
        Case("xlsx: merged cells", _book(merge), "warning", (book, "facilities", "row")),
        Case("xlsx: a formula without a value", put("D2", "=SUM(D3:D5)"), "error", (book, "facilities", "row 2", "floor_area_m2")),
        Case("xlsx: a formula's error", put("D2", "#REF!"), "error", (book, "row 2", "floor_area_m2")),
        Case("xlsx: an area with its unit", put("D2", "300平方米"), "error", (book, "row 2", "floor_area_m2", "300平方米")),
        Case("xlsx: a type nobody knows", put("B2", "幼儿圆"), "error", (book, "row 2", "type", "幼儿圆")),
        Case("xlsx: one cell far away", _book(far_cell), "error", (book,)),
        Case("xlsx: two headings alike", put("E1", "floor_area_m2"), "warning", (book, "floor_area_m2")),
        Case("xlsx: a sheet that is not there", _with_source("facilities", book, _workbook, source_layer="没有这张表"), "error", (book, "没有这张表")),
    ]  # fmt: skip


def _collection(table: Table) -> dict:
    import shapely.wkt
    from shapely.geometry import Point, mapping

    def shape(row: dict[str, str]):
        return shapely.wkt.loads(row["wkt"]) if "wkt" in row else Point(float(row["longitude"]), float(row["latitude"]))

    features = [
        {
            "type": "Feature",
            "properties": {k: v for k, v in row.items() if k not in {"wkt", "longitude", "latitude"}},
            "geometry": mapping(shape(row)),
        }
        for row in table
    ]
    return {"type": "FeatureCollection", "features": features}


def _geojson(layer: str, edit: Callable[[dict], None] = lambda _: None, cut: int | None = None, **more):
    def content(table: Table, path: Path) -> None:
        collection = _collection(table)
        edit(collection)
        path.write_text(json.dumps(collection)[:cut], encoding="utf-8")

    return _with_source(layer, f"{layer}.geojson", content, **more)


def _shift(collection: dict, datum: str) -> None:
    from shapely import transform
    from shapely.geometry import mapping, shape

    for feature in collection["features"]:
        moved = transform(shape(feature["geometry"]), lambda xy: np.column_stack(FROM_WGS84[datum](xy[:, 0], xy[:, 1])))
        feature["geometry"] = mapping(moved)


def _geo_cases() -> list[Case]:
    def geometry(value: object):
        return lambda collection: collection["features"][0].__setitem__("geometry", value)

    def empty(collection: dict) -> None:
        collection["features"] = []

    def points(collection: dict) -> None:
        for feature in collection["features"]:
            feature["geometry"] = {"type": "Point", "coordinates": [LON, LAT]}

    def metres(collection: dict) -> None:
        for feature in collection["features"]:
            feature["geometry"] = {"type": "Point", "coordinates": [517000.0, 3353000.0]}

    nowhere = {"type": "Point", "coordinates": [float("nan"), float("nan")]}
    raw = lambda content: lambda _table, path: path.write_bytes(content)  # noqa: E731
    cases = [
        Case("geojson: cut short", _geojson("communities", cut=400), "error", ("communities.geojson",)),
        Case("geojson: not JSON", _with_source("communities", "communities.geojson", raw(b"hello")), "error", ("communities.geojson",)),
        Case("geojson: nothing in it", _with_source("communities", "communities.geojson", raw(b"")), "error", ("communities.geojson",)),
        Case("geojson: no features", _geojson("communities", empty), "error", ("communities.geojson",)),
        Case("geojson: points for areas", _geojson("communities", points), "error", ("communities.geojson", "row")),
        Case("geojson: a feature without geometry", _geojson("communities", geometry(None)), "error", ("communities.geojson", "row")),
        Case("geojson: an empty geometry", _geojson("communities", geometry({"type": "Polygon", "coordinates": []})), "error", ("communities.geojson", "row")),
        Case("geojson: NaN coordinates", _geojson("facilities", geometry(nowhere)), "error", ("facilities.geojson",)),
        Case("geojson: metres for degrees", _geojson("facilities", metres), "error", ("facilities.geojson",)),
        Case("facilities in GCJ-02 said to be WGS 84", _geojson("facilities", lambda c: _shift(c, "gcj02")), "warning", ("facilities", "GCJ-02", " m ")),
        Case("facilities in BD-09 said to be WGS 84", _geojson("facilities", lambda c: _shift(c, "bd09")), "warning", ("facilities", " m ")),
        Case("facilities in WGS 84 said to be GCJ-02", _geojson("facilities", datum="gcj02"), "warning", ("facilities", " m ")),
        Case("communities in GCJ-02 said to be WGS 84", _geojson("communities", lambda c: _shift(c, "gcj02")), "warning", ("communities", " m ")),
        Case("gpkg: not a database", _with_source("estates", "estates.gpkg", raw(b"SQLite format 3\0" + b"\0" * 200)), "error", ("estates.gpkg",)),
        Case("gpkg: nothing in it", _with_source("estates", "estates.gpkg", raw(b"")), "error", ("estates.gpkg",)),
        Case("parquet: cut short", _with_source("estates", "estates.parquet", raw(b"PAR1" + b"\0" * 50)), "error", ("estates.parquet",)),
        Case("shp: without its .shx and .dbf", _with_source("estates", "estates.shp", raw(b"\0\0\x27\x0a" + b"\0" * 96)), "error", ("estates.shp",)),
        Case("an unknown kind of file", _with_source("estates", "estates.dwg", raw(b"AC1027")), "error", ("estates.dwg",)),
        Case("osm: a cut pbf", _with_source("streets", "city.osm.pbf", raw(b"\0\0\0\x0d\n\tOSMHeader\x18\x05" + b"\0" * 9)), "error", ("city.osm.pbf",)),
        Case("osm: text for a pbf", _with_source("streets", "city.osm.pbf", raw(b"hello world, not a pbf")), "error", ("city.osm.pbf",)),
        Case("osm: broken XML", _with_source("streets", "city.osm", raw(b"<osm version='0.6'><node id='1' lat='30' ")), "error", ("city.osm",)),
        Case("osm: nothing in it", _with_source("streets", "city.osm", raw(b"<osm version='0.6'></osm>")), "error", ("city.osm",)),
    ]  # fmt: skip
    return cases


def _declared(change: Callable[[dict], None]):
    return _with_tables(lambda _: None, change)


def _declaration_cases() -> list[Case]:
    def key(name: str, value: object):
        return _declared(lambda declaration: declaration.__setitem__(name, value))

    def source(**more: object):
        return _declared(lambda declaration: declaration["sources"][4].update(more))

    def without(name: str):
        return _declared(lambda declaration: declaration.pop(name))

    yaml_file = "linli.yaml"
    return [
        Case("declaration: an unknown key", key("sorces", 1), "error", (yaml_file, "sorces")),
        Case("declaration: no name", without("name"), "error", (yaml_file, "name")),
        Case("declaration: no sources", without("sources"), "error", (yaml_file, "sources")),
        Case("declaration: no such day", key("surveyed_on", "2026-02-30"), "error", (yaml_file, "surveyed_on")),
        Case("declaration: an unknown datum", key("datum", "beijing54"), "error", (yaml_file, "datum", "beijing54")),
        Case("declaration: a system in degrees", key("metric_crs", "EPSG:4326"), "error", ("EPSG:4326",)),
        Case("declaration: a system that does not exist", key("metric_crs", "EPSG:99999"), "error", ("EPSG:99999",)),
        Case("declaration: an area file that is not there", key("area", "nowhere.geojson"), "error", ("nowhere.geojson",)),
        Case("declaration: a file that is not there", source(file="nowhere.csv"), "error", ("nowhere.csv",)),
        Case("declaration: an unknown layer", source(layer="shops"), "error", (yaml_file, "shops")),
        Case("declaration: a column that is not ours", source(columns={"area": "面积"}), "error", (yaml_file, "area")),
        Case("declaration: a column that is not theirs", source(columns={"name": "不存在的列"}), "error", ("facilities.csv", "不存在的列")),
        Case("declaration: keep by a column that is not there", source(where={"没有": ["a"]}), "error", ("facilities.csv", "没有")),
        Case("declaration: keeps nothing", source(where={"type": ["nothing"]}), "warning", ("facilities.csv",)),
        Case("declaration: an unknown encoding", source(encoding="gbk2"), "error", (yaml_file, "gbk2")),
        Case("declaration: the wrong encoding", source(encoding="ascii"), "error", ("facilities.csv", "ascii")),
        Case("declaration: residents by nothing", key("residents", {"method": "guess"}), "error", (yaml_file, "guess")),
        Case("declaration: a total without a number", key("residents", {"method": "total"}), "error", (yaml_file, "residents")),
        Case("declaration: a negative total", key("residents", {"method": "total", "total": -5}), "error", (yaml_file, "total")),
        Case("declaration: shares above one", key("residents", {"method": "buildings", "age_shares": {"0_2": 0.9, "3_5": 0.9}}), "error", (yaml_file, "age_shares")),
        Case("declaration: a grid that is not there", key("residents", {"method": "grid", "file": "no.gpkg", "column": "p"}), "error", ("no.gpkg",)),
        Case("declaration: squares without a size", key("communities", {"method": "squares"}), "error", (yaml_file, "size_m")),
        Case("declaration: a list", _with_file(yaml_file, b"- a\n- b\n"), "error", (yaml_file,)),
        Case("declaration: nothing in it", _with_file(yaml_file, b""), "error", (yaml_file,)),
        Case("declaration: a tab", _with_file(yaml_file, b"name: x\n\tround: y\n"), "error", (yaml_file, "row 2")),
        Case("declaration: a key twice", _with_file(yaml_file, lambda raw: raw + b"name: again\n"), "error", (yaml_file, "name")),
        Case("declaration: in GBK", _with_file(yaml_file, "name: 杭州\n".encode("gbk")), "error", (yaml_file,)),
    ]  # fmt: skip


def _sense_cases() -> list[Case]:
    """Each table is right, and together they cannot be."""

    def outside(tables: Tables) -> None:
        tables["facilities"][0].update(longitude="121.5", latitude="30.9")

    def far_building(tables: Tables) -> None:
        tables["buildings"][0]["wkt"] = _box(LON - 0.05, LAT, LON - 0.0499, LAT + 0.0001)

    def duplicate(tables: Tables) -> None:
        tables["facilities"].append({**tables["facilities"][0], "facility_id": "F900"})

    def bands(tables: Tables) -> None:
        tables["buildings"][0]["residents_80_plus"] = "900"

    def unknown_estate(tables: Tables) -> None:
        tables["buildings"][0]["estate_id"] = "E99"

    def unknown_community(layer: str):
        return lambda tables: tables[layer][0].update(community_id="999999999999")

    def nobody(tables: Tables) -> None:
        tables["buildings"] = [row for row in tables["buildings"] if row["estate_id"] == "E1"]

    def overlap(tables: Tables) -> None:
        tables["communities"][1]["wkt"] = tables["communities"][0]["wkt"]

    def area(tables: Tables) -> None:
        tables["buildings"][0]["floor_area_m2"] = "90000"

    def no_streets(tables: Tables) -> None:
        tables["streets"] = tables["streets"][:1]

    return [
        Case("a facility outside every community", _with_tables(outside), "warning", ("facilities.csv", "row 2")),
        Case("a building far from every street", _with_tables(far_building), "warning", ("B000",)),
        Case("the same facility twice", _with_tables(duplicate), "warning", ("facilities.csv", "row 32")),
        Case("bands that do not add up", _with_tables(bands), "error", ("buildings.csv", "row 2")),
        Case("an estate nobody knows", _with_tables(unknown_estate), "error", ("buildings.csv", "row 2", "E99")),
        Case("a wish of a community nobody knows", _with_tables(unknown_community("wishes")), "error", ("wishes.csv", "row 2", "999999999999")),
        Case("an answer of a community nobody knows", _with_tables(unknown_community("answers")), "error", ("answers.csv", "row 2", "999999999999")),
        Case("a community without residents", _with_tables(nobody), "warning", ("communities",)),
        Case("two communities on one spot", _with_tables(overlap), "warning", ("communities",)),
        Case("more floor than its outline can carry", _with_tables(area), "warning", ("buildings.csv", "row 2", "90000")),
        Case("one street for everybody", _with_tables(no_streets), "warning", ("buildings",)),
    ]  # fmt: skip


CASES = [
    *_cell_cases(),
    *_table_cases(),
    *_encoding_cases(),
    *_workbook_cases(),
    *_geo_cases(),
    *_declaration_cases(),
    *_sense_cases(),
]


# ------------------------------------------------------------------------------------------------------------ the tests


def read(folder: Path):
    """Return the survey, or none, and every problem found; anything but an InputError is a failure of ours."""
    try:
        result = read_survey(read_dataset(folder / "linli.yaml"), folder, load_catalogue())
    except InputError as error:
        return None, error.problems
    return result.survey, result.problems


def line(problem: Problem) -> str:
    return problem.text("en")


def test_the_good_dataset_is_good(tmp_path):
    write(tmp_path, good_tables(), good_declaration())
    survey, problems = read(tmp_path)
    assert survey is not None
    assert [line(p) for p in problems] == []


def test_there_are_two_hundred_different_cases():
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(CASES) >= 200


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_input_is_named(case, tmp_path):
    case.make(tmp_path)
    survey, problems = read(tmp_path)
    assert (survey is None) == (case.severity == "error"), [line(p) for p in problems]
    of_kind = [line(p) for p in problems if p.severity == case.severity]
    assert any(all(part in text for part in case.says) for text in of_kind), (case.says, of_kind)
    for problem in problems:
        assert problem.fix["zh"]
        assert problem.fix["en"]
        assert problem.text("zh")


@pytest.mark.parametrize("case", CASES[::20], ids=lambda case: case.name)
def test_a_broken_input_leaves_the_snapshot_alone(case, tmp_path):
    write(tmp_path / "good", good_tables(), good_declaration())
    survey, _ = read(tmp_path / "good")
    freeze(survey, tmp_path / "snapshot")
    before = {path.name: path.read_bytes() for path in (tmp_path / "snapshot").iterdir()}
    case.make(tmp_path / "bad")
    broken, _ = read(tmp_path / "bad")
    if broken is not None:
        with pytest.raises(LinliError):
            freeze(broken, tmp_path / "snapshot")
    assert {path.name: path.read_bytes() for path in (tmp_path / "snapshot").iterdir()} == before
    assert load_snapshot(tmp_path / "snapshot").manifest.name.en == "broken corpus"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    for number, broken_case in enumerate(CASES):
        place = target / f"{number:03d}"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        broken_case.make(place)
        (place / "CASE.txt").write_text(f"{broken_case.name}\n{broken_case.severity}: {broken_case.says}\n")
