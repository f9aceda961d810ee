"""The hash covers everything, in one form only."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from linli.web.audit.chain import CHAINED, START, canonical, chain_hash, stamp
from linli.web.audit.models import Event


def test_canonical_does_not_depend_on_order():
    assert canonical({"b": 1, "a": {"d": None, "c": "社"}}) == canonical({"a": {"c": "社", "d": None}, "b": 1})


def test_canonical_knows_dates_money_and_sets():
    assert canonical([date(2026, 1, 2), Decimal("1.50"), {"b", "a"}]) == '["2026-01-02","1.50",["a","b"]]'


@pytest.mark.parametrize("bad", [object(), float("nan")])
def test_canonical_refuses_what_has_no_form(bad):
    with pytest.raises((TypeError, ValueError)):
        canonical({"a": bad})


def test_a_moment_is_the_same_in_every_time_zone():
    at = datetime(2026, 11, 23, 8, 0, 0, 5, tzinfo=UTC)
    assert stamp(at) == stamp(at.astimezone(timezone(timedelta(hours=8)))) == "2026-11-23T08:00:00.000005+00:00"


def test_every_column_is_covered():
    assert {*CHAINED, "hash"} == {field.attname for field in Event._meta.concrete_fields}


@pytest.mark.parametrize("column", CHAINED)
def test_changing_any_column_changes_the_hash(column):
    values = dict.fromkeys(CHAINED, "") | {"previous": START}
    assert chain_hash(values) != chain_hash({**values, column: "x"})
