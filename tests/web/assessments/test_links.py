import pytest

from linli.web.assessments.links import record_addresses, rule_address
from linli.web.places.models import Record

pytestmark = pytest.mark.django_db


def test_a_rule_is_linked_for_who_may_read_rules_and_if_it_is_in_force(city):
    office = city.user("city_office", "3301/")
    assert rule_address(office, "walking/distance") == "/standards/rules/walking/distance/"
    assert rule_address(office, "moon/base") == ""
    assert rule_address(city.user("", "3301/"), "walking/distance") == ""


def test_rows_are_linked_if_the_register_holds_them_and_they_are_within_reach(city):
    at = city.at["community"]
    Record._all.create(layer="facilities", key="F1", place=at)
    Record._all.create(layer="facilities", key="F2", place="3301/330106/")
    found = record_addresses(city.user("street", city.at["street"]), "facilities", ["F1", "F2", "F3"])
    assert found == {"F1": "/places/facilities/record/F1/"}
