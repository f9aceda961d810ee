import datetime as dt

import pytest
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.surveys import selectors, services
from linli.web.surveys.models import BulkLayer, Finding, Return, Round, Snapshot

pytestmark = pytest.mark.django_db

CITY = "3301/"
DISTRICT = "3301/330105/"
STREET = "3301/330105/330105011/"
HEMU = "3301/330105/330105011/330105011001/"
HUAFENG = "3301/330105/330105011/330105011002/"
WENSAN = "3301/330106/330106003/330106003001/"


def layer(place, number=1, active=True, name="buildings", **more):
    return BulkLayer._all.create(
        layer=name, place=place, number=number, title="住建局", data_on="2026-01-01", file="x", sha256="0" * 64,
        rows=1, active=active, **more,
    )  # fmt: skip


def test_a_community_sees_the_round_of_its_city_and_acts_on_nothing_of_it(case):
    made = case.open()
    for name in ("city", "district", "street", "worker", "away"):
        assert list(selectors.list_rounds(case.who[name])) == [made], name
    assert not selectors.list_rounds(case.who["worker"], "edit").exists()
    assert not selectors.list_rounds(case.who["district"], "review").exists()
    assert not selectors.list_rounds(case.city.user("security_admin")).exists()


def test_a_district_does_not_see_the_round_of_another(case):
    case.open("3301/330106/", "other")
    assert not selectors.list_rounds(case.who["street"]).exists()
    assert not selectors.list_rounds(case.who["district"]).exists()
    assert selectors.list_rounds(case.who["away"]).count() == 1


def test_the_current_round_is_the_one_under_way_else_the_last_frozen(case):
    user = case.who["worker"]
    assert selectors.current_round(user) is None
    old, older = case.open(code="2024"), None
    Round._all.filter(pk=old.pk).update(state="frozen", surveyed_on=dt.date(2024, 6, 1))
    older = case.open(code="2023")
    Round._all.filter(pk=older.pk).update(state="frozen", surveyed_on=dt.date(2023, 6, 1))
    assert selectors.current_round(user).code == "2024"
    new = case.open(DISTRICT, code="2026")
    assert selectors.current_round(user) == new
    assert selectors.current_round(user, HEMU) == new
    assert selectors.current_round(user, CITY).code == "2024"
    assert selectors.current_round(case.who["away"]).code == "2024"
    assert selectors.current_round(case.city.user("finance")) is None


def test_returns_are_seen_within_the_jurisdiction_only(case):
    made = case.open()
    assert selectors.returns_of(case.who["city"], made).count() == 4
    assert selectors.returns_of(case.who["street"], made).count() == 2
    assert [one.place for one in selectors.returns_of(case.who["worker"], made)] == [HEMU]
    assert [one.place for one in selectors.returns_of(case.who["away"], made)] == [WENSAN]
    assert not selectors.returns_of(case.who["worker"], made, "review").exists()


def test_late_are_those_due_and_not_in(case):
    made = case.open(
        begins=timezone.localdate() - dt.timedelta(days=9), due=timezone.localdate() - dt.timedelta(days=2)
    )
    Return._all.filter(place=HEMU).update(state="submitted")
    Return._all.filter(place=HUAFENG).update(state="returned")
    rows = selectors.returns_of(case.who["city"], made)
    assert {one.place for one in selectors.late_returns(rows)} == {
        HUAFENG, WENSAN, "3301/330105/330105012/330105012001/",
    }  # fmt: skip
    assert {one.place: one.days_late for one in rows}[HEMU] == 0
    assert {one.place: one.days_late for one in rows}[HUAFENG] == 2
    counts = selectors.count_states(rows)
    assert counts == {"filling": 2, "submitted": 1, "returned": 1, "accepted": 0, "late": 3}
    Round._all.update(state="frozen")
    assert not selectors.late_returns(selectors.returns_of(case.who["city"], made)).exists()
    assert case.ret(made, HUAFENG).days_late == 0


def test_the_day_it_is_due_is_not_late(case):
    made = case.open(due=timezone.localdate())
    assert not selectors.late_returns(selectors.returns_of(case.who["city"], made)).exists()


def test_contacts_are_the_people_of_the_community_and_of_its_street(case):
    made = case.open()
    rows = list(selectors.returns_of(case.who["street"], made))
    found = selectors.contacts_of(case.who["street"], rows)
    assert [(one.name, one.role, one.phone) for one in found[HEMU]] == [
        ("worker", "community_worker", "13800000000"), ("street", "street", ""),
    ]  # fmt: skip
    assert [one.name for one in found[HUAFENG]] == ["street"]
    # Who does not review gets no names.
    assert selectors.contacts_of(case.who["worker"], [case.ret(made)]) == {}
    assert selectors.contacts_of(case.who["away"], [case.ret(made)]) == {}
    gone = case.who["worker"]
    gone.is_active = False
    gone.save()
    assert [one.name for one in selectors.contacts_of(case.who["city"], rows)[HEMU]] == ["street"]


def test_completeness_by_code_with_buildings_from_the_layer_in_force(case):
    made = case.open()
    case.put("communities", "330105011001", HEMU, case.square(), households=900)
    layer(CITY, counts={"330105011001": [7, 6, 5]})
    found = selectors.completeness(made)
    assert len(found) == 4
    assert found["330105011001"].buildings.count == 7
    assert found["330105011002"].buildings.count == 0
    one = case.ret(made)
    assert selectors.completeness(made, [one]) == {"330105011001": found["330105011001"]}
    facts = selectors.facts_asked(one)
    assert len(facts) == found["330105011001"].asked
    assert selectors.completeness(made, []) == {}


def test_the_nearest_layer_at_or_above_counts_else_those_below(case):
    assert selectors.active_layers(CITY) == {}
    below = layer(DISTRICT), layer("3301/330106/")
    layer(DISTRICT, 2, active=False)
    assert selectors.active_layers(CITY) == {"buildings": below}
    assert selectors.active_layers(HEMU) == {"buildings": (below[0],)}
    city = layer(CITY)
    assert selectors.active_layers(CITY) == {"buildings": (city,)}
    assert selectors.active_layers(DISTRICT) == {"buildings": (below[0],)}
    streets = layer(CITY, name="streets")
    assert selectors.active_layers(DISTRICT) == {"buildings": (below[0],), "streets": (streets,)}


def test_places_by_right(case):
    assert {one.path for one in selectors.places_for_rounds(case.who["city"])} >= {CITY, HEMU}
    assert not selectors.places_for_rounds(case.who["district"]).exists()
    assert {one.level for one in selectors.places_for_uploads(case.who["city"])} == {"city", "district"}
    assert [one.path for one in selectors.places_for_uploads(case.who["district"])] == [DISTRICT]
    assert not selectors.places_for_uploads(case.who["street"]).exists()


def test_communities_without_a_return(case):
    made = case.open()
    assert not selectors.communities_without_return(made).exists()
    Place._all.create(path=f"{STREET}330105011009/", code="330105011009", level="community", name="新社区")
    assert [one.code for one in selectors.communities_without_return(made)] == ["330105011009"]


def test_findings_layers_and_snapshots_go_through_the_gate(case):
    made = case.open()
    for place in (HEMU, WENSAN):
        Finding._all.create(round=made, place=place, severity="error", code="x")
    assert [one.place for one in selectors.findings_of(case.who["street"], made)] == [HEMU]
    assert selectors.findings_of(case.who["city"], made).count() == 2
    layer(CITY)
    Snapshot._all.create(round=made, place=CITY, folder="x", digest="0" * 64, code_version="0")
    assert selectors.list_layers(case.who["city"]).exists()
    assert not selectors.list_layers(case.who["district"]).exists()
    assert selectors.list_snapshots(case.who["city"]).exists()
    assert not selectors.list_snapshots(case.who["street"]).exists()
    assert not selectors.list_uploads(case.who["street"]).exists()


def test_asked_follows_the_choices_of_the_round(case):
    made = case.open()
    few = services.round_update(
        actor=case.actor(case.who["city"]), round_=made, base_version=1,
        values={"options": {"standards": ["complete_community"]}},
    )  # fmt: skip
    assert len(selectors.asked_in(few).types_for("existing")) < len(selectors.asked_in(made).types_for("existing"))
