import geopandas as gpd
import pandas as pd
import shapely

from linli.survey.build_layer import Part
from linli.survey.check import ROW, SOURCE, Origin
from linli.survey.join import join_parts
from linli.survey.record import SourceNote
from linli.survey.schema import column_dtype, layer_schema


def part(number, rows, shapes=None, missing=(), file="a", layer="communities"):
    schema = layer_schema(layer)
    frame = pd.DataFrame(
        {
            c.name: pd.Series([row.get(c.name) for row in rows], dtype=object).astype(column_dtype(c.type))
            for c in schema.columns
        }
    )
    frame[SOURCE], frame[ROW] = number, range(2, len(rows) + 2)
    if schema.geometry:
        frame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes or [None] * len(rows), crs="EPSG:4326"))
    note = SourceNote(file=file, sha256="", layer=layer)
    return Part(layer, frame, Origin(file), note, (), missing, placed=shapes is not None or not schema.geometry)


BOX = [shapely.box(i, 0, i + 1, 1) for i in range(3)]


def test_more_rows_from_more_files():
    layers, problems = join_parts(
        [part(0, [{"community_id": "1"}], BOX[:1]), part(1, [{"community_id": "2"}], BOX[1:2])]
    )
    assert problems == []
    assert layers["communities"]["community_id"].tolist() == ["1", "2"]
    assert layers["communities"][SOURCE].tolist() == [0, 1]


def test_a_table_takes_its_shapes_from_the_map_by_code():
    words = part(
        0, [{"community_id": "2", "name": "乙", "households": 9.0}, {"community_id": "9", "name": "丙"}], missing=()
    )
    shapes = part(
        1,
        [{"community_id": "1", "name": "A"}, {"community_id": "2", "name": "B", "district": "区"}],
        BOX[:2],
        ("name",),
        "b",
    )
    layers, problems = join_parts([words, shapes])
    frame = layers["communities"].set_index("community_id")
    assert problems == []
    assert frame.index.tolist() == ["2", "9", "1"]
    assert frame.geometry.loc["2"].equals(BOX[1])
    assert frame.geometry.loc["9"] is None
    assert (frame.name.loc["2"], frame.district.loc["2"], frame.households.loc["2"]) == ("乙", "区", 9.0)
    assert frame[SOURCE].tolist() == [0, 0, 1]
    assert frame["households"].dtype == "float64"


def test_a_code_twice_on_the_map_is_kept_for_the_check():
    layers, _ = join_parts([part(0, [{"community_id": "1"}]), part(1, [{"community_id": "1"}] * 2, BOX[:2])])
    assert layers["communities"]["community_id"].tolist() == ["1", "1"]


def test_what_is_nowhere_is_missing():
    _, problems = join_parts([part(0, [{"community_id": "1"}], missing=("name",))])
    assert [(one.code, one.message["zh"]) for one in problems] == [
        ("column.missing", "缺少必填列「社区名称」"),
        ("column.missing", "缺少必填列「经度、纬度、几何WKT」"),
    ]
    _, problems = join_parts([part(0, [], missing=("name",))])
    assert problems == []


def test_layers_without_geometry_are_simply_put_together():
    rows = [{"community_id": "1", "type": "nursery", "count": 3.0}]
    layers, problems = join_parts([part(0, rows, layer="wishes"), part(1, rows, layer="wishes")])
    assert problems == []
    assert len(layers["wishes"]) == 2
    assert not isinstance(layers["wishes"], gpd.GeoDataFrame)
