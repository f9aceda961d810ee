import datetime as dt
from decimal import Decimal

import pytest

from linli.web.funds.book import book_entry
from linli.web.plans import services
from linli.web.plans.parts import planned_rows
from linli.web.plans.selectors import list_measures, planned_money

pytestmark = pytest.mark.django_db

DISTRICT = "3301/330199/"


@pytest.fixture
def linked(studio):
    one = studio.solved()
    services.study_adopt(actor=studio.actor(studio.who["office"]), study=one, base_version=one.version, reason="x")
    some = list(one.measures.filter(place=one.measures.first().place)[:2])
    project = services.measures_begin_project(
        actor=studio.actor(studio.who["district"]), measures=some, organisation=studio.who["district"].organisation,
        name="岚枫提升", project_type="inclusive", year=2027,
    )  # fmt: skip
    return one, project


def test_planned_money_stands_beside_the_ledger_and_is_not_booked(studio, linked):
    one, project = linked
    day = dt.date(2027, 1, 5)
    book_entry("budget", Decimal("500000.00"), on=day, place=DISTRICT, year=2027, memo="预算", by=None)
    book_entry("commit", Decimal("300000.00"), on=day, place=DISTRICT, year=2027, memo="安排", by=None, project=project)
    measures = list_measures(studio.who["office"]).filter(in_force=True)
    rows = planned_rows(planned_money(studio.who["office"]), measures, {DISTRICT: "邻里示范区"})
    assert sum(row.planned_yuan for row in rows) == one.subsidy_yuan
    year = next(row for row in rows if row.year == 2027)
    assert (year.name, year.projects, year.totals.allocated, year.totals.paid) == (
        "邻里示范区",
        1,
        Decimal("300000.00"),
        Decimal(0),
    )
    assert [row.year for row in rows] == sorted((row.year for row in rows), reverse=True)


def test_the_overview_of_funds_shows_what_is_planned(studio, linked, enter):
    page = enter(studio.who["office"]).get("/funds/").content.decode()
    assert "现行方案的计划奖补" in page
    assert "个项目的奖补待测算" in page
    finance = enter(studio.city.user("finance", "3301/330106/")).get("/funds/").content.decode()
    assert "现行方案的计划奖补" not in finance


def test_a_project_leads_back_to_its_measures(studio, linked, enter):
    _, project = linked
    page = enter(studio.who["district"]).get(f"/projects/{project.number}/").content.decode()
    assert "来自现行方案的项目" in page
    assert f"/plans/communities/{project.community.code}/unlink/" in page
    operator = studio.city.user("operator", project.place)
    assert "来自现行方案的项目" not in enter(operator).get(f"/projects/{project.number}/").content.decode()
