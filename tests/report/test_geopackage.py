import numpy as np
import pyogrio


def test_layers_open_again_with_every_row(report, assessment, survey):
    path = report[0] / "results.gpkg"
    names = {name for name, _ in pyogrio.list_layers(path)}
    assert names == {"communities", "buildings", "facilities", "life_circles"}
    communities = pyogrio.read_dataframe(path, layer="communities")
    assert communities.crs == "EPSG:4326"
    assert list(communities["community_id"]) == list(assessment.communities["community_id"])
    assert communities["complete_community_score"].between(0, 1).any()
    buildings = pyogrio.read_dataframe(path, layer="buildings")
    assert len(buildings) == len(assessment.buildings)
    assert np.isclose(buildings["residents"].sum(), assessment.buildings["residents"].sum())
    assert set(buildings["without_nursery"].dropna().unique()) <= {0, 1}
    assert len(pyogrio.read_dataframe(path, layer="facilities")) == len(survey.layers["facilities"])
    circles = pyogrio.read_dataframe(path, layer="life_circles")
    assert circles.geometry.is_valid.all()
    assert set(circles["level"]) == {"five_minute", "ten_minute", "fifteen_minute"}
