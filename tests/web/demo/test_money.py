from decimal import Decimal

from linli.web.demo.cases import make_cases
from linli.web.demo.money import make_money
from linli.web.funds.models import Application, Statement
from linli.web.funds.selectors import fund_rows, sum_rows

STATES = (
    "operating",
    "building",
    "named",
    "acceptance",
    "listed",
    "scheme_review",
    "self_assessment",
    "province_review",
)


def test_the_money_round_leaves_applications_in_many_states_and_a_ledger_that_adds_up(cast):
    make_money(cast, make_cases(cast, STATES))
    states = set(Application._all.values_list("state", flat=True))
    assert states >= {"submitted", "first_approved", "approved", "declined"}
    totals = sum_rows(fund_rows(cast.people["auditor"]))
    assert totals.kept == Decimal(300_000 + 150_000 + 250_000)
    statement = Statement._all.get()
    assert not statement.agrees
    assert [row["voucher"] for row in statement.result["only_ours"]] == ["PZ-0003"]
