from decimal import Decimal

from linli.improve.subsidy import Subsidy


def test_the_total_counts_what_is_known():
    known = Subsidy("P", True, Decimal("1.50"), Decimal("2.25"), (), (), (), "recalled")
    unknown = Subsidy("P", True, Decimal("1.50"), None, (), (), (), "recalled")
    assert (known.total, unknown.total) == (Decimal("3.75"), Decimal("1.50"))
