import pytest

from linli.web.assessments.models import Run

pytestmark = pytest.mark.django_db

STREET = "3301/330199/330199001/"


@pytest.fixture
def api(world, enter):
    client = enter(world.city.user("planner", "3301/"))
    return lambda path: client.get(f"/api/v1/assessments/{path}")


def test_runs_say_what_they_were_made_from(world, api):
    (run,) = api("runs").json()["items"]
    assert (run["id"], run["round"], run["state"], run["current"]) == (world.run.pk, "2025", "done", True)
    assert (run["digest"], run["data_digest"]) == (world.run.digest, world.snapshot.digest)
    assert run["options"]["person"] == "adult"


def test_scores_have_ranges_groups_and_scenes(api):
    page = api(f"scores?place={STREET}").json()
    assert page["total"] == len(page["items"]) == 4
    one = next(item for item in page["items"] if item["community"] == "330199001002")
    assert one["score_low"] < one["score"] < one["score_high"]
    assert len(one["groups"]) == 6
    assert len(one["scenes"]) == 9
    assert {item["standard"] for item in api("scores?standard=living_circle").json()["items"]} == {"living_circle"}


def test_items_are_narrowed_and_paged_and_unknown_is_null(api):
    page = api("items?item=complete_community/barrier_free&status=unknown&limit=1").json()
    assert len(page["items"]) == 1 <= page["total"]
    one = page["items"][0]
    assert (one["degree"], one["degree_low"], one["degree_high"]) == (None, 0.0, 1.0)
    assert api("items").json()["total"] == 240


def test_priority_is_in_order_with_parts_and_weights(api):
    page = api("priority").json()
    assert [one["rank"] for one in page["items"]] == list(range(1, 13))
    assert page["weights"]["wishes"] == 1.0
    assert page["items"][0]["parts"]["old_and_young"]["part"] == 1.0
    assert page["items"][0]["reason_zh"].startswith("第1位")


@pytest.mark.parametrize("path", ["scores?run=99999", "items?standard=moon", "priority?place=3302/"])
def test_what_is_not_there_is_not_found(api, path):
    assert api(path).status_code == 404


@pytest.mark.parametrize("path", ["runs?limit=0", "scores?run=-1", "items?offset=-1"])
def test_wrong_questions_are_refused(api, path):
    assert api(path).status_code == 422


def test_one_sees_ones_own_and_who_has_no_right_nothing(world, enter, client):
    street = enter(world.city.user("street", STREET))
    assert street.get("/api/v1/assessments/scores").json()["total"] == 4
    assert enter(world.city.user("operator", "3301/")).get("/api/v1/assessments/runs").status_code == 403
    Run._all.update(current=False)
    assert enter(world.city.user("planner", "3301/")).get("/api/v1/assessments/scores").status_code == 404
