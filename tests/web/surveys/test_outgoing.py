import io

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from linli.survey import empty_frame
from linli.survey.schema import LAYERS
from linli.web.surveys.outgoing import KINDS, layer_file


def frame():
    return gpd.GeoDataFrame(
        {"facility_id": ["0012", "=1+1"], "name": ["食堂，老", None], "floor_area_m2": [12.5, None]},
        geometry=[shapely.Point(120.1, 30.3), None], crs="EPSG:4326",
    )  # fmt: skip


def test_a_csv_keeps_codes_as_text_and_harms_nobody():
    data = layer_file(frame(), "facilities", "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(io.BytesIO(data), dtype=str)
    assert list(table["facility_id"]) == ["0012", "'=1+1"]
    assert table["name"].iloc[0] == "食堂，老"
    assert table["wkt"].iloc[0] == "POINT (120.1 30.3)"
    assert pd.isna(table["floor_area_m2"].iloc[1])


def test_a_geopackage_reads_back(tmp_path):
    (tmp_path / "a.gpkg").write_bytes(layer_file(frame(), "facilities", "gpkg"))
    again = gpd.read_file(tmp_path / "a.gpkg", layer="facilities")
    assert list(again["facility_id"]) == ["0012", "=1+1"]
    assert again.crs == "EPSG:4326"
    assert again.geometry.iloc[0].equals(shapely.Point(120.1, 30.3))


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("layer", ["answers", "streets"])
def test_layers_without_rows_or_places_can_be_had_too(layer, kind):
    assert layer in LAYERS
    assert layer_file(empty_frame(layer), layer, kind)
    if layer == "answers":
        rows = pd.DataFrame({"community_id": ["1"], "item": ["a/b"], "value": ["yes"]})
        assert layer_file(rows, layer, kind)


def test_no_other_kinds():
    with pytest.raises(KeyError):
        layer_file(frame(), "facilities", "exe")
