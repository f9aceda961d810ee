import json

import pytest

from linli.web.assessments.about import About
from linli.web.assessments.geo import map_features, shapes_of
from linli.web.assessments.models import ItemRow
from linli.web.audit.models import Event

pytestmark = pytest.mark.django_db

CODE = "330199001002"


@pytest.fixture
def shown(world):
    return About(world.run, "complete_community", "item", "", "", (), ())


def test_a_map_of_an_item_has_status_degree_and_the_way_to_its_evidence(world, shown):
    street = world.city.user("street", "3301/330199/330199001/")
    found = map_features(street, shown, "item", "complete_community/nursery")["features"]
    assert {one["id"][:9] for one in found} == {"330199001"}
    mine = next(one["properties"] for one in found if one["id"] == CODE)
    row = ItemRow._all.get(run=world.run, community__code=CODE, item="complete_community/nursery")
    assert (mine["status"], mine["degree"], mine["without"]) == (row.status, row.degree, 136)
    assert mine["href"] == f"/assessments/communities/{CODE}/complete_community/nursery/"
    assert json.dumps(found, allow_nan=False)


def test_what_is_not_known_has_no_degree_on_the_map(world, shown):
    user = world.city.user("planner", "3301/")
    found = map_features(user, shown, "item", "complete_community/barrier_free")["features"]
    mine = next(one["properties"] for one in found if one["id"] == CODE)
    assert (mine["status"], mine["degree"], mine["range"]) == ("unknown", None, "0–100\u202f%")


@pytest.mark.parametrize(("what", "code"), [("score", ""), ("groups", "commerce"), ("scenes", "education")])
def test_means_have_a_status_too(world, shown, what, code):
    found = map_features(world.city.user("planner", "3301/"), shown, what, code)["features"]
    assert len(found) == 12
    assert {one["properties"]["status"] for one in found} <= {"met", "partly", "not_met"}
    assert found[0]["properties"]["href"].startswith("/communities/")


def test_lost_outlines_leave_the_figures(world, shown, tmp_path):
    shown.run.snapshot.folder, shown.run.snapshot.digest = str(tmp_path), "lost"
    assert shapes_of(shown.run) == {}
    found = map_features(world.city.user("planner", "3301/"), shown, "score", "")["features"]
    assert found[0]["geometry"] is None


def test_a_geojson_file_has_the_rows_of_the_list_and_leaves_an_event(world, enter):
    client = enter(world.city.user("planner", "3301/"))
    answer = client.get("/assessments/export/geojson/?area=3301/330199/330199001/&sort=-score")
    content = json.loads(answer.content)
    rows = [one["properties"] for one in content["features"]]
    assert answer["X-Rows"] == "4" == str(len(rows))
    scores = [row["score_figure"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    nursery = next(row for row in rows if row["code"] == CODE)
    assert nursery["complete_community/nursery"] == "not_met"
    assert nursery["complete_community/nursery:figure"] == 0.0
    assert content["titles"]["complete_community/nursery"] == "托儿所"
    event = Event._all.get(event="pages.table.export")
    assert json.loads(event.after)["rows"] == 4
