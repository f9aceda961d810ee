"""The API of money: decimal text, the same totals as the ledger's lines."""

import pytest

pytestmark = pytest.mark.django_db


def test_totals_and_ledger_agree(money, enter):
    money.pay(money.approved(), "0.10")
    client = enter(money.who["district"])
    (row,) = client.get("/api/v1/funds/totals").json()
    assert (row["planned"], row["paid"]) == ("2000000.00", "0.10")
    page = client.get("/api/v1/funds/ledger?limit=500").json()
    assert page["total"] == 4
    assert [one["kind"] for one in page["items"]] == ["budget", "commit", "approve", "pay"]
    assert page["items"][3]["amount_yuan"] == "0.10"


def test_who_has_not_the_right_is_refused(money, enter, client):
    assert client.get("/api/v1/funds/totals").status_code == 401
    assert enter(money.who["expert"]).get("/api/v1/funds/ledger").status_code == 403
