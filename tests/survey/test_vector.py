import warnings

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from linli.survey.vector import read_vector

NAMES = ["和睦社区", "李家桥社区", "䶮"]


@pytest.fixture
def areas():
    return gpd.GeoDataFrame(
        {"社区编号": ["1", "2", "3"], "名称": NAMES},
        geometry=[shapely.box(120 + i / 100, 30, 120.01 + i / 100, 30.01) for i in range(3)],
        crs="EPSG:4326",
    )


def only(found):
    ((name, table),) = found[0]
    return name, table, [one.code for one in found[1]]


@pytest.mark.parametrize("name", ["社区.gpkg", "communities.geojson", "社区.parquet"])
def test_maps_are_read_by_their_ending(name, areas, tmp_path):
    path = tmp_path / name
    areas.to_parquet(path) if name.endswith("parquet") else areas.to_file(path)
    layer, table, codes = only(read_vector(path, name))
    assert (layer, codes) == ("communities", [])
    assert table.headings == ("社区编号", "名称")
    assert table.cells[1].tolist() == NAMES
    assert table.rows.tolist() == [1, 2, 3]
    assert len(table.geometry) == 3
    assert "4326" in table.crs or "WGS 84" in table.crs


def shapefile(areas, folder, encoding, cpg):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        areas.iloc[:2].to_file(folder / "社区.shp", encoding=encoding)
    path = folder / "社区.cpg"
    path.unlink(missing_ok=True)
    if cpg:
        path.write_text(cpg)
    return folder / "社区.shp"


@pytest.mark.parametrize(
    ("encoding", "cpg", "used", "codes"),
    [
        ("gbk", None, "gb18030", []),
        ("gbk", "GBK", "GBK", []),
        ("gbk", "936", "gb18030", []),
        ("utf-8", None, "utf-8", []),
        ("utf-8", "UTF-8", "UTF-8", []),
        ("gbk", "UTF-8", "gb18030", ["vector.cpg"]),
        ("utf-8", "nonsense", "utf-8", ["vector.cpg"]),
    ],
)
def test_shapefiles_of_every_encoding_are_read_right(encoding, cpg, used, codes, areas, tmp_path):
    path = shapefile(areas, tmp_path, encoding, cpg)
    _, table, found = only(read_vector(path, "社区.shp"))
    assert found == codes
    assert table.encoding == used
    assert table.cells[1].tolist() == NAMES[:2]
    _, table, _ = only(read_vector(path, "社区.shp", encoding=encoding))
    assert table.cells[1].tolist() == NAMES[:2]


def test_geojson_in_gbk_is_read(areas, tmp_path):
    path = tmp_path / "社区.geojson"
    areas.iloc[:2].to_file(path)
    path.write_bytes(path.read_bytes().decode().encode("gbk"))
    _, table, codes = only(read_vector(path, path.name))
    assert (table.encoding, codes) == ("gb18030", [])
    assert table.cells[1].tolist() == NAMES[:2]


def test_several_layers_need_a_name(areas, tmp_path):
    path = tmp_path / "a.gpkg"
    for layer in ("社区", "estates", "其他"):
        areas.to_file(path, layer=layer)
    found = read_vector(path, "a.gpkg")
    assert [name for name, _ in found[0]] == ["communities", "estates"]
    assert [name for name, _ in read_vector(path, "a", layer="estates")[0]] == ["estates"]
    assert [name for name, _ in read_vector(path, "a", layer="plots", source_layer="其他")[0]] == ["plots"]
    assert [one.code for one in read_vector(path, "a", layer="plots")[1]] == ["vector.which_layer"]
    assert [one.code for one in read_vector(path, "a", layers=["plots"])[1]] == ["sheet.none"]
    assert [one.code for one in read_vector(path, "a", layer="plots", source_layer="x")[1]] == ["sheet.not_found"]


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.parquet"])
def test_damaged_files_are_named(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"")
    assert [one.code for one in read_vector(path, name, layer="plots")[1]] == ["file.empty"]
    path.write_bytes(b"this is not a map" * 20)
    tables, problems = read_vector(path, name, layer="plots")
    assert tables == []
    assert [one.code for one in problems] == ["vector.unreadable"]


def test_a_parquet_without_geometry_is_a_table(tmp_path):
    pd.DataFrame({"社区编号": ["1"], "户数": [5]}).to_parquet(tmp_path / "社区.parquet")
    layer, table, _ = only(read_vector(tmp_path / "社区.parquet", "a"))
    assert (layer, table.geometry) == ("communities", None)
    (tmp_path / "x.parquet").write_bytes((tmp_path / "社区.parquet").read_bytes())
    assert [one.code for one in read_vector(tmp_path / "x.parquet", "a")[1]] == ["sheet.none"]
