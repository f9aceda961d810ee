import pytest
from django.http import QueryDict

from linli.web.standards.lists import CHANGES, VALUES, WAIVERS, found_rules, rule_title, value_text

pytestmark = pytest.mark.django_db


def test_rules_are_found_by_words_family_and_certainty():
    assert "complete_community/nursery" in [row.id for row in found_rules(QueryDict("q=托儿"))]
    assert {row.rule.family for row in found_rules(QueryDict("family=subsidy"))} == {"subsidy"}
    assert {row.certainty for row in found_rules(QueryDict("certainty=unset"))} == {"unset"}
    assert len(found_rules(QueryDict("q=no-such-rule"))) == 0


def test_values_are_written_with_their_unit(desk):
    one = desk.draft()
    assert value_text(one) == "40 %"
    one.value = None
    assert value_text(one) == "终止"
    one.value, one.unit = 1200, "m2"
    assert value_text(one) == "1,200 平方米"
    one.value, one.unit = True, "yes_no"
    assert value_text(one) == "是"
    assert rule_title("no/such") == "no/such"
    assert {table.name for table in (CHANGES, VALUES, WAIVERS)} == {
        f"standards.{n}" for n in ("changes", "values", "waivers")
    }


def test_a_rule_with_many_figures_shows_the_first_few_and_is_found_by_all():
    rows = {row.id: row for row in found_rules(QueryDict("family=siting_needs"))}
    row = rows["siting_needs/place"]
    assert row.short.endswith(f"…共 {len(row.rule.values)} 项")
    assert row.short.count("；") == 4
    assert row.figures.count("；") == len(row.rule.values) - 1
