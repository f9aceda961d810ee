import datetime as dt

import pytest

from linli.web.standards import services
from linli.web.standards.catalogue import site_catalogue
from linli.web.standards.packs import write_pack
from linli.web.standards.selectors import (
    city_place,
    list_changes,
    list_waivers,
    rule_rows,
    standing_of,
    value_rows,
    waivers_on,
)

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


def _pack(folder, order, valid_from="2022-03-01"):
    pack = folder / "packs" / "above"
    (pack / "subsidy").mkdir(parents=True)
    (pack / "pack.yaml").write_text(f"title: {{zh: 上, en: A}}\nauthor: 省\norder: {order}\n", encoding="utf-8")
    (pack / "subsidy" / "ratio.yaml").write_text(
        f"id: subsidy/ratio\nvalues:\n  ratio:\n    dated:\n      - {{value: 0.25, unit: share, valid_from: {valid_from},"
        " reference: {title: 省}, certainty: published, last_checked_on: 2026-01-01}\n", encoding="utf-8")  # fmt: skip


def _approved(desk, one):
    approved = desk.decide(one)
    write_pack()  # what the service leaves to the end of its transaction
    return approved


def test_an_approved_value_stands_as_the_rules_use_it(desk):
    one = desk.submitted()
    assert standing_of(one) == "submitted"
    one = _approved(desk, one)
    assert standing_of(one) == "in_force"
    later = _approved(desk, desk.submitted(valid_from=dt.date(2026, 2, 1), value=0.5))
    assert (standing_of(one), standing_of(later)) == ("superseded", "in_force")
    future = _approved(desk, desk.submitted(valid_from=dt.date(2100, 1, 1), value=0.6))
    assert (standing_of(later), standing_of(future)) == ("in_force", "coming")
    row = next(row for row in rule_rows() if row.id == "subsidy/ratio")
    assert "50 %" in row.figures
    assert "60 %" not in row.figures


def test_a_pack_above_the_city_s_goes_before_an_approved_value(desk, folder):
    _pack(folder, 90)
    one = _approved(desk, desk.submitted())
    assert site_catalogue().value("subsidy/ratio", "ratio", on=dt.date(2026, 6, 1)).value == 0.25
    assert standing_of(one) == "inactive"
