import datetime as dt

import pytest

from linli.web.standards import services
from linli.web.standards.catalogue import site_catalogue
from linli.web.standards.selectors import city_place, list_changes, list_waivers, rule_rows, value_rows, waivers_on

pytestmark = pytest.mark.django_db


def test_every_rule_and_every_value_is_there():
    rows, catalogue = rule_rows(), site_catalogue()
    assert [row.id for row in rows] == list(catalogue.ids)
    values = value_rows(catalogue.rules.values())
    assert len(values) == sum(len(series) for rule in catalogue.rules.values() for series in rule.values.values())
    nursery = next(row for row in rows if row.id == "complete_community/nursery")
    assert "200 平方米" in nursery.figures
    assert nursery.packs == ""


def test_a_waiver_of_a_place_above_holds_below_on_its_days_only(desk):
    one = desk.waive(by="city", path=desk.city.at["district"])
    services.waiver_decide(actor=desk.acts("reviewer"), waiver=one, base_version=1, decision="grant", reason="属实")
    on, community = dt.date(2026, 6, 1), desk.city.at["community"]
    assert waivers_on(community, on) == [one]
    assert waivers_on("3301/330106/330106003/330106003001/", on) == []
    assert waivers_on(community, dt.date(2028, 1, 1)) == []
    type(one)._all.update(public=False)
    assert waivers_on(community, on, public_only=True) == []


def test_who_sees_and_who_proposes(desk):
    one, waiver = desk.draft(), desk.waive()
    assert list(list_changes(desk.who["city"])) == [one]
    assert not list_changes(desk.who["district"]).exists()
    assert list(list_waivers(desk.who["district"])) == [waiver]
    assert city_place(desk.who["planner"]).path == "3301/"
    assert city_place(desk.who["district"]) is None
