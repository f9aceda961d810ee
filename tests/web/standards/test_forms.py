import pytest

from linli.web.standards.catalogue import site_catalogue
from linli.web.standards.forms import ChangeForm, DecideForm, GrantForm, WaiverForm, WithdrawForm

pytestmark = pytest.mark.django_db
GOOD = {"value": "0.4", "valid_from": "2026-01-01", "reference_title": "细则", "certainty": "published",
        "checked_on": "2026-01-01"}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "name", "given", "kept"),
    [
        ("subsidy/ratio", "ratio", "0.4", 0.4),
        ("complete_community/nursery", "floor_area_min", "250", 250),
        ("complete_community/nursery", "floor_area_min", "", None),
    ],
)
def test_a_value_is_kept_as_the_rules_have_it(rule, name, given, kept):
    form = ChangeForm({**GOOD, "value": given}, rule=site_catalogue().rule(rule), value_name=name)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["value"] == kept
    assert type(form.cleaned_data["value"]) is type(kept)


def test_all_errors_at_once():
    form = ChangeForm({"value": "-1", "href": "x y"}, rule=site_catalogue().rule("subsidy/ratio"), value_name="ratio")
    assert set(form.errors) == {"value", "valid_from", "reference_title", "href", "certainty", "checked_on"}


def test_a_waiver_is_offered_for_places_one_may_waive_at(city):
    form = WaiverForm(user=city.user("district_office", city.at["district"]))
    paths = set(form.fields["place"].queryset.values_list("path", flat=True))
    assert city.at["community"] in paths
    assert "3301/" not in paths
    assert any(group == "完整居住社区建设标准" or choices for group, choices in form.fields["item"].choices[1:])


def test_decisions():
    assert DecideForm({"decision": "approve", "reason": "是"}).is_valid()
    assert not DecideForm({"decision": "grant", "reason": "是"}).is_valid()
    assert GrantForm({"decision": "grant", "reason": "是"}).is_valid()
    assert not WithdrawForm({"reason": " "}).is_valid()
