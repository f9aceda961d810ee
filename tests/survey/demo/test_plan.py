import pytest

from linli.survey.demo.plan import DISTRICT, WHOLE_CITY, plan_for


def test_plans():
    assert plan_for(12) == DISTRICT
    assert plan_for(1250, whole_city=True) == WHOLE_CITY
    assert plan_for(3, cell_ha=4.0).cell_ha == 4.0


def test_no_communities():
    with pytest.raises(ValueError, match="at least 1"):
        plan_for(0)


@pytest.mark.parametrize("plan", [DISTRICT, WHOLE_CITY])
def test_shares_add_up(plan):
    assert sum(plan.profile_shares.values()) == pytest.approx(1.0)
    assert set(plan.profile_shares) <= set(plan.mixes)
