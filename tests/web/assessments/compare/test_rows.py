import math

import pytest

from linli.feedback import load_outcome
from linli.web.assessments.compare.rows import total_rows
from linli.web.assessments.models import ComparedCommunity, ComparedItem, Doubt, Loss

pytestmark = pytest.mark.django_db


def test_every_figure_is_that_of_the_outcome(compared):
    one = compared.comparison
    outcome = load_outcome(one.path / "outcome")
    code = "330199002004"
    row, source = (
        ComparedCommunity._all.get(comparison=one, community__code=code),
        outcome.communities.set_index("community_id").loc[code],
    )
    assert (row.residents_before, row.residents_after) == (source.residents_before, source.residents_after)
    assert (row.better, row.worse, row.opened) == (source.better, source.worse, source.opened)
    ends = row.scores["complete_community"]
    assert ends["after"] == source["score_after.complete_community"] == row.score_after
    assert math.isclose(row.score_change, row.score_after - row.score_before)
    changed = outcome.items[outcome.items["change"] != "same"]
    assert ComparedItem._all.filter(comparison=one).count() == len(changed)
    assert list(Loss._all.filter(comparison=one).values_list("rank", flat=True)) == list(
        range(1, len(outcome.worse) + 1)
    )
    first = Loss._all.get(comparison=one, rank=1)
    assert first.text["zh"] == outcome.worse.iloc[0].zh


def test_gained_and_lost_are_those_within_the_circles_distance(compared):
    outcome = load_outcome(compared.comparison.path / "outcome")
    near = outcome.coverage[outcome.coverage["distance_m"] == outcome.meta.circle_m]
    rows = ComparedCommunity._all.filter(comparison=compared.comparison)
    assert sum(row.gained for row in rows) == near["gained"].sum()
    assert sum(row.lost for row in rows) == near["lost"].sum()


def test_a_doubt_keeps_both_sides_and_the_reason(compared):
    doubt = Doubt._all.get(comparison=compared.comparison)
    assert (doubt.before_id, doubt.after_id, doubt.reason, doubt.same) == ("F000040", "F999999", "other_name", None)
    assert doubt.name_after == "康宁大药房"
    assert doubt.community.path == doubt.place


def test_totals_leave_out_what_is_not_known(compared):
    totals = total_rows(load_outcome(compared.comparison.path / "outcome"))
    assert all(value is not None and value == value for row in totals for value in row.values())
    assert next(row for row in totals if row["zh"].startswith("盘活存量用房"))["value"] == 866.0
