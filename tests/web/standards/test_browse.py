import pytest

from linli.web.standards.browse import rule_page
from linli.web.standards.catalogue import site_catalogue

pytestmark = pytest.mark.django_db


def test_every_rule_has_a_page_in_both_languages():
    from django.utils import translation

    for lang in ("zh-hans", "en"):
        with translation.override(lang):
            for rule in site_catalogue().rules.values():
                page = rule_page(rule)
                assert page["title"]
                assert len(page["values"]) == sum(len(series) for series in rule.values.values())
                assert len(page["requirements"]) == len(rule.requirements)


def test_a_page_says_where_standards_differ_and_who_asks_for_a_type():
    nursery = rule_page(site_catalogue().rule("complete_community/nursery"))
    assert nursery["conflicts"][0][0] == "living_circle/nursery"
    assert nursery["requirements"][0]["verb"] == "必须"
    kind = rule_page(site_catalogue().rule("facility_types/nursery"))
    assert "complete_community/nursery" in [rule for rule, _ in kind["asked_by"]]
    assert len(rule_page(site_catalogue().rule("complete_community/nursery"), "floor_area_min")["values"]) == 1
