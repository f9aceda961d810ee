"""Files from outside: what is taken, and every attack sent back with nothing left behind."""

import io
import json
import zipfile

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from linli.errors import InputError
from linli.web.refusal import Refused
from linli.web.surveys import door
from linli.web.surveys.door import receive


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "sent" / "one"


def take(name, data, folder, most_mb=50):
    return receive(name, [data], folder, most_mb=most_mb)


def refused(key, name, data, folder, **more):
    with pytest.raises(Refused) as no:
        take(name, data, folder, **more)
    assert no.value.key == key
    assert str(no.value)
    assert not folder.exists()


def frame(**more):
    columns = {"building_id": ["B1", "B2"], **more}
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy([120.1, 120.2], [30.3, 30.3]), crs="EPSG:4326")


def gis(made, tmp_path, driver="GPKG", ending="gpkg", **more):
    path = tmp_path / f"made.{ending}"
    made.to_file(path, driver=driver, **more)
    return path.read_bytes()


def shapefile(made, tmp_path, stem="住宅楼", extra=(), encoding="gb18030", names=None):
    inside = tmp_path / "shp"
    inside.mkdir()
    made.rename(columns={"building_id": "bid"}).to_file(inside / "x.shp", encoding=encoding)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(inside.iterdir()):
            archive.writestr(f"{stem}{part.suffix}" if names is None else names(part.suffix), part.read_bytes())
        for name, data in extra:
            archive.writestr(name, data)
    return out.getvalue()


def workbook(headings):
    book = openpyxl.Workbook()
    book.active.append(headings)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(entries, **how):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


# What is taken ------------------------------------------------------------------------------------------------------
def test_every_kind_is_taken_under_a_name_of_ours(tmp_path):
    files = {
        "a.gpkg": gis(frame(), tmp_path), "b.geojson": gis(frame(), tmp_path, "GeoJSON", "geojson"),
        "c.csv": "楼栋编号,经度,纬度\nB1,120,30\n".encode("gb18030"), "d.xlsx": workbook(["楼栋编号", "经度", "纬度"]),
        "e.zip": shapefile(frame(), tmp_path), "f.txt": b"building_id,longitude,latitude\n",
    }  # fmt: skip
    made = frame()
    made.to_parquet(tmp_path / "x.parquet")
    files["g.parquet"] = (tmp_path / "x.parquet").read_bytes()
    for at, (name, data) in enumerate(files.items()):
        got = take(name, data, tmp_path / str(at))
        assert (got.name, len(got.sha256)) == (name, 64)
        assert got.path.is_file()
        assert got.path.stem in {"sent", "layer"}
        assert got.path.parent == tmp_path / str(at)


def test_a_name_is_shown_and_never_used(tmp_path):
    got = take("../../..\\C:\\evil/住宅\u202e楼.csv", "楼栋编号\nB1\n".encode(), tmp_path / "x")
    assert got.name == "住宅楼.csv"
    assert got.path == tmp_path / "x" / "sent.csv"


# What is sent back --------------------------------------------------------------------------------------------------
def test_wrong_kinds(folder):
    refused("surveys.refuse.kind", "a.exe", b"MZ", folder)
    refused("surveys.refuse.kind", "a", b"x", folder)
    refused("surveys.refuse.kind", "a.gml", b"<gml/>", folder)
    refused("pages.refuse.file_empty", "a.csv", b"", folder)
    refused("pages.refuse.file_large", "a.csv", b"x" * (1024 * 1024 + 1), folder, most_mb=1)
    refused("surveys.refuse.not_what_it_says", "a.gpkg", b"MZ\x90\x00", folder)
    refused("surveys.refuse.not_what_it_says", "a.csv", b"SQLite format 3\x00rest", folder)
    refused("surveys.refuse.not_what_it_says", "a.zip", b"<html>", folder)
    refused("surveys.refuse.no_text", "a.csv", b"\x00\x01\x02,\x00", folder)
    refused("surveys.refuse.unreadable", "a.gpkg", b"SQLite format 3\x00" + b"x" * 200, folder)
    refused("surveys.refuse.unreadable", "a.parquet", b"PAR1xxxxPAR1", folder)
    refused("surveys.refuse.unreadable", "a.geojson", b"{not json", folder)


def test_a_large_file_is_stopped_while_it_comes(folder):
    seen = []

    def chunks():
        for _ in range(100):
            seen.append(1)
            yield b"x" * 1024 * 1024

    with pytest.raises(Refused):
        receive("a.csv", chunks(), folder, most_mb=2)
    assert len(seen) == 3
    assert not folder.exists()


def test_workbooks_that_are_no_workbooks(folder):
    bomb = zipped([("xl/workbook.xml", b"x"), ("xl/worksheets/sheet1.xml", b" " * 80 * 1024 * 1024)])
    for data in (zipped([("a.txt", b"x")]), bomb, b"PK\x03\x04 broken"):
        with pytest.raises(InputError):
            take("a.xlsx", data, folder)
        assert not folder.exists()


def test_entities_in_a_workbook_are_not_resolved(folder):
    evil = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'
    )
    data = zipped(
        [
            ("xl/workbook.xml", evil),
            ("xl/_rels/workbook.xml.rels", b"<Relationships/>"),
            ("[Content_Types].xml", b"<Types/>"),
        ]
    )
    with pytest.raises((InputError, Refused)):
        take("a.xlsx", data, folder)
    assert not folder.exists()


def test_zips(tmp_path, folder):
    whole = shapefile(frame(), tmp_path)
    refused("surveys.refuse.zip_broken", "a.zip", whole[: len(whole) // 2], folder)
    refused("surveys.refuse.zip_shapefile", "a.zip", zipped([("a.shp", b"x")]), folder)
    refused(
        "pages.refuse.file_bomb",
        "a.zip",
        zipped([("a.shp", b"\0" * 80 * 1024 * 1024), ("a.shx", b""), ("a.dbf", b"")]),
        folder,
    )
    refused("pages.refuse.file_bomb", "a.zip", zipped([(f"{n}.txt", b"") for n in range(300)]), folder)
    locked = bytearray(whole)
    at = locked.find(b"PK\x01\x02")
    locked[at + 8] |= 1
    refused("surveys.refuse.zip_locked", "a.zip", bytes(locked), folder)


def test_two_shapefiles_are_one_too_many(tmp_path, folder):
    twice = shapefile(frame(), tmp_path, extra=[(f"other{ending}", b"x") for ending in (".shp", ".shx", ".dbf")])
    refused("surveys.refuse.zip_shapefile", "a.zip", twice, folder)


def test_paths_inside_a_zip_lead_nowhere(tmp_path):
    data = shapefile(
        frame(), tmp_path, names=lambda ending: f"../../../evil/x{ending}",
        extra=[("/etc/passwd", b"x"), ("__MACOSX/._x.shp", b"x"), ("readme.exe", b"MZ")],
    )  # fmt: skip
    got = take("a.zip", data, tmp_path / "in" / "x")
    assert {one.name for one in got.path.parent.iterdir()} <= {f"layer{ending}" for ending in door._SHAPEFILE}
    assert not (tmp_path / "evil").exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in", "shp"]


def test_a_zip_that_lies_about_its_sizes(tmp_path, folder, monkeypatch):
    data = shapefile(frame(), tmp_path)
    real = zipfile.ZipFile.infolist

    def smaller(self):
        found = real(self)
        for entry in found:
            entry.file_size = 1
        return found

    monkeypatch.setattr(zipfile.ZipFile, "infolist", smaller)
    with pytest.raises((Refused, zipfile.BadZipFile)):
        take("a.zip", data, folder)
    assert not folder.exists()


def test_a_parquet_that_would_unpack_to_too_much(tmp_path, folder, monkeypatch):
    pd.DataFrame({"building_id": ["x"] * 100_000}).to_parquet(tmp_path / "x.parquet")
    data = (tmp_path / "x.parquet").read_bytes()
    monkeypatch.setattr(door, "_MOST_ROWS", 1000)
    refused("pages.refuse.file_bomb", "a.parquet", data, folder)


@pytest.mark.parametrize("heading", ["姓名", "身份证号", "户主姓名", "联系电话"])
def test_files_about_persons_are_sent_back_whatever_they_are(tmp_path, folder, heading):
    made = frame(**{heading: ["张三", "李四"]})
    refused("surveys.refuse.personal", "a.gpkg", gis(made, tmp_path), folder)
    refused("surveys.refuse.personal", "a.geojson", gis(made, tmp_path, "GeoJSON", "geojson"), folder)
    refused("surveys.refuse.personal", "a.csv", f"楼栋编号,{heading}\nB1,张三\n".encode("gb18030"), folder)
    refused("surveys.refuse.personal", "a.xlsx", workbook(["楼栋编号", heading]), folder)
    made.to_parquet(tmp_path / "x.parquet")
    refused("surveys.refuse.personal", "a.parquet", (tmp_path / "x.parquet").read_bytes(), folder)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_headings_of_a_shapefile_are_read_in_its_encoding(tmp_path, folder, encoding):
    made = frame(姓名=["张三", "李四"])
    data = shapefile(made, tmp_path, encoding=encoding)
    refused("surveys.refuse.personal", "a.zip", data, folder)


def test_what_is_refused_says_which_columns(folder):
    with pytest.raises(Refused) as no:
        take("a.csv", "楼栋编号,姓名,手机号\nB1,张三,1\n".encode(), folder)
    assert "姓名、手机号" in str(no.value)
    assert "没有保存" in str(no.value)


def test_geojson_of_any_depth_does_no_harm(folder):
    deep = b'{"type":"FeatureCollection","features":' + b"[" * 100_000
    refused("surveys.refuse.unreadable", "a.geojson", deep, folder)


def test_a_json_that_is_no_map(folder):
    refused("surveys.refuse.unreadable", "a.json", json.dumps({"a": 1}).encode(), folder)
    assert shapely
