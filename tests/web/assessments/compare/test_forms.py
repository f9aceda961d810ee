import pytest

from linli.web.assessments.compare.forms import PairForm
from linli.web.assessments.compare.selectors import runs_to_compare

pytestmark = pytest.mark.django_db


def test_two_runs_are_chosen_among_those_within_reach(later):
    runs = runs_to_compare(later.city.user("planner", "3301/"))
    form = PairForm({"before": later.run.pk, "after": later.second.pk}, runs=runs)
    assert form.is_valid()
    assert form.cleaned_data == {"before": later.run, "after": later.second}
    labels = [label for _, label in form.fields["before"].choices]
    assert labels[1:] == ["2026-10-31 2026年体检 #1 · 当前", "2025-10-31 2025年体检 #1 · 当前"]
    assert not PairForm({"before": "99999", "after": ""}, runs=runs).is_valid()
    assert form.can_compare
    assert not PairForm(runs=runs[:1]).can_compare
