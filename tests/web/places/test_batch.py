import json

import geopandas as gpd
import pandas as pd
import shapely

from linli.web.places.batch import Applied, Change, NewRow, rows_of_frame


def test_changes_can_be_kept_as_json():
    change = Change("F1", None, 1)
    assert Change.from_json(json.loads(json.dumps(change.as_json()))) == change
    assert Change.from_json(["F1", 2, 3]) == Change("F1", 2, 3)


def test_what_was_applied_is_counted_and_can_be_taken_back():
    done = Applied("plots", (Change("a", None, 1),), (Change("b", 1, 2),), (Change("c", 2, 3),), ("d",))
    assert done.counts == {"created": 1, "updated": 1, "closed": 1, "unchanged": 1, "left": 0}
    assert [one.key for one in done.changes] == ["a", "b", "c"]


def test_frames_become_rows():
    here = shapely.Point(120, 30)
    frame = gpd.GeoDataFrame({"plot_id": ["P1"], "site_area_m2": [float("nan")], "more": [1]}, geometry=[here])
    assert rows_of_frame("plots", frame) == [NewRow("P1", {"plot_id": "P1", "site_area_m2": None}, here)]
    wishes = rows_of_frame("wishes", pd.DataFrame({"community_id": ["1"], "type": ["canteen"], "count": [2.0]}))
    assert wishes == [NewRow("", {"community_id": "1", "type": "canteen", "count": 2.0})]
