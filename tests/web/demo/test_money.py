from decimal import Decimal

from linli.web.demo.cases import make_cases
from linli.web.demo.money import make_money
from linli.web.funds.models import Application, Statement
from linli.web.funds.selectors import fund_rows, sum_rows

STATES = ("draft", "operating", "district_review", "building", "named", "acceptance", "listed", "scheme_review",
          "self_assessment", "province_review")  # fmt: skip
"""By community: the first and the third are newly built, which have no subsidy for old estates."""


def test_the_money_round_leaves_applications_in_many_states_and_a_ledger_that_adds_up(registered):
    make_money(registered, make_cases(registered, STATES))
    states = set(Application._all.values_list("state", flat=True))
    assert states >= {"submitted", "first_approved", "approved", "declined"}
    totals = sum_rows(fund_rows(registered.people["auditor"]))
    assert totals.kept == Decimal(300_000 + 150_000 + 250_000)
    statement = Statement._all.get()
    assert not statement.agrees
    assert [row["voucher"] for row in statement.result["only_ours"]] == ["PZ-0003"]
