from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.errors import RuleError, UnsetValueError
from linli.improve.subsidy import pay_in_stages
from linli.rules import load_catalogue


@given(amount=st.decimals(min_value=0, max_value=10**9, places=2))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_stages_add_up_and_each_is_within_a_fen_of_its_share(amount, thirds, on):
    payments = pay_in_stages(amount, thirds, on=on)
    assert sum(payment.amount for payment in payments) == amount
    for payment in payments:
        assert abs(payment.amount - amount * payment.share) <= Decimal("0.01")
        assert payment.amount >= 0


@pytest.fixture(scope="session")
def thirds(city):
    events = [("start", 0.333), ("acceptance", 0.333), ("operation", 0.334)]
    return city(stages=[{"event": event, "share": share} for event, share in events])


def test_words_source_and_event(thirds, on):
    first, _, last = pay_in_stages(Decimal("100.00"), thirds, on=on)
    assert (first.event, last.event) == ("start", "operation")
    assert first.words == {"zh": "stage_0：拨付 33.3 %，33.30 元。", "en": "stage_0: 33.3 %, 33.30 yuan."}
    assert (first.clause, first.certainty) == ("市里的通知 City notice, 1", "published")


def test_a_fen_is_paid_in_one_stage(thirds, on):
    amounts = [payment.amount for payment in pay_in_stages(Decimal("0.01"), thirds, on=on)]
    assert amounts == [Decimal("0.00"), Decimal("0.01"), Decimal("0.00")]  # a third, then two thirds rounded up


def test_shares_must_add_up(city, on):
    with pytest.raises(RuleError, match=r"add up to 1.*together 0.9"):
        pay_in_stages(Decimal(1), city(stages=[{"event": "start", "share": 0.9}]), on=on)


def test_unset_raises(on):
    with pytest.raises(UnsetValueError, match=r"subsidy/stages\.before_completion"):
        pay_in_stages(Decimal(1), load_catalogue(), on=on)
