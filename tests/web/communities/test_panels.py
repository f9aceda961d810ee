from decimal import Decimal

import pytest

from linli.web.accounts.models import Place
from linli.web.audit.actor import Actor
from linli.web.communities import panels
from linli.web.communities.figures import item_sums, look_rows, runs_shown
from linli.web.communities.overview import trend
from linli.web.communities.sums import add_up
from linli.web.funds.selectors import fund_rows, sum_rows
from linli.web.funds.services import budget_add
from linli.web.places.models import Record
from linli.web.projects.models import Project
from linli.web.rooms.models import Offer
from linli.web.surveys.models import Return, Round

pytestmark = pytest.mark.django_db
HEMU = "3301/330105/330105011/330105011001/"


def test_figures_come_with_range_and_target(look):
    found = panels.main_figures(look, add_up(look_rows(look)))
    assert [one.value for one in found[:2]] == ["12", "39,924"]
    assert found[2].note.startswith("区间")
    assert "60" in found[3].note
    assert "未核对" in found[3].note
    assert found[3].address.endswith("standing=met")


def test_charts_tell_each_item_once_and_in_the_order_of_the_standard(look):
    chart = panels.items_chart(look, item_sums(look))
    assert len(chart["rows"]) == 20
    assert chart["rows"][0]["label"] == "社区综合服务站"
    assert all(sum(row["values"]) <= 12 for row in chart["rows"])
    reach = panels.reach_chart(look, item_sums(look))
    shares = [row["value"] for row in reach["rows"]]
    assert shares == sorted(shares)
    assert panels.reach_chart(look, ()) is None


def test_a_trend_is_drawn_from_two_rounds_on(look, earlier):
    assert panels.trend_chart(look, trend(look, runs_shown(look.user, None))) is None
    earlier()
    chart = panels.trend_chart(look, trend(look, runs_shown(look.user, None)))
    assert [row["label"][:10] for row in chart["rows"]] == ["2024-10-31", "2025-10-31"]


def test_money_is_that_of_the_ledger(city):
    office = city.user("city_office")
    place = Place.objects.get(path="3301/330105/")
    budget_add(actor=Actor(office, "x"), place=place, year=2026, amount=Decimal("100.01"), memo="文")
    assert panels.money_of(office) == sum_rows(fund_rows(office))
    assert panels.money_of(office, "3301/330106/").planned == 0
    assert panels.money_of(city.user("planner")) is None


def test_projects_are_counted_in_the_order_of_the_workflow(city):
    office, by = city.user("city_office"), city.user("", HEMU)
    for number, state in (("1", "listed"), ("2", "draft"), ("3", "draft")):
        Project._all.create(
            number=number, name="x", community=Place.objects.get(path=HEMU), place=HEMU, year=2026, state=state,
            organisation=city.offices[HEMU], project_type="inclusive", workflow="creation_2026", created_by=by,
        )  # fmt: skip
    assert [(state, n) for state, _, n in panels.projects_of(office)] == [("draft", 2), ("listed", 1)]
    assert panels.projects_of(office, "3301/330106/") == []
    assert panels.projects_of(city.user("security_admin")) is None


def test_rooms_are_counted_by_their_state(city):
    office = city.user("city_office")
    assert panels.rooms_of(office) == []
    rooms = [Record._all.create(layer="rooms", key=f"R{n}", place=HEMU) for n in range(3)]
    Offer._all.create(room=rooms[0], place=HEMU, state="in_use")
    assert panels.rooms_of(office, "3301/330105/") == [("offered", 2), ("in_use", 1)]
    assert panels.rooms_of(office, "3301/330106/") == []
    assert panels.rooms_of(city.user("security_admin")) is None


def test_progress_is_of_the_round_under_way(city):
    office = city.user("city_office")
    assert panels.survey_of_place(office) is None
    round_ = Round._all.create(
        code="r", name="轮", name_en="Round", place="3301/", surveyed_on="2026-03-01", begins="2026-01-01",
        due="2099-02-01",
    )  # fmt: skip
    for path, state in ((HEMU, "accepted"), ("3301/330106/330106003/330106003001/", "filling")):
        Return._all.create(round=round_, community=Place.objects.get(path=path), place=path, state=state)
    found = panels.survey_of_place(office)
    assert (found.done, found.total, found.counts["late"]) == (1, 2, 0)
    assert panels.survey_of_place(office, "3301/330105/").total == 1
    assert panels.round_name(round_) == "轮"
    assert panels.survey_of_place(city.user("finance")) is None
