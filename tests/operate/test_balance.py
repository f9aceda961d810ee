"""Monthly accounts, held by cases worked out by hand (``golden/accounts.yaml``)."""

from pathlib import Path

import pytest

from linli.operate import (
    balance_facilities,
    balance_table,
    break_even,
    combine,
    entries_table,
    open_accounts,
    read_mode,
)
from linli.operate.lines import LINES
from linli.strictyaml import read_yaml

CASES = [
    pytest.param(case, id=case["name"]) for case in read_yaml(Path(__file__).parent / "golden" / "accounts.yaml").data
]


@pytest.mark.parametrize("case", CASES)
def test_golden(case, nation, facility, on):
    (account,) = open_accounts([facility(type=case["type"], given=case["figures"], **case["measures"])], nation, on=on)
    (balance,) = balance_facilities([account])
    assert {entry.line: str(entry.amount) for entry in balance.entries} == case["lines"]
    even = break_even([account])
    expected = dict(case["expected"])
    assert balance.self_financing_ratio == pytest.approx(expected.pop("self_financing"), abs=5.1e-5)
    assert balance.subsidy_dependence == pytest.approx(expected.pop("dependence"), abs=5.1e-5)
    assert {
        **{name: str(getattr(balance, name)) for name in ("earned", "subsidy", "cost", "balance")},
        "occupancy": None if even.occupancy is None else str(even.occupancy),
        "price_factor": str(even.price_factor),
        "prices": {name: str(price) for name, price in even.prices.items()},
    } == expected


def test_every_line_has_a_golden_case():
    assert {line for case in CASES for line in case.values[0]["lines"]} == {line.name for line in LINES}


def test_every_entry_is_told_in_words_with_its_source(accounts):
    table = entries_table(balance_facilities(accounts)).set_index(["facility_id", "line"])
    meals = table.loc[("F1", "meals")]
    assert meals["words_zh"] == (
        "餐费 = 每餐售价 15 × 每座每日供餐份数 4 × 容量（位） 120 × 使用率 0.6 × 每月营业日数 30 = 129,600.00 元/月"
    )
    assert meals["clause"] == "演示用虚构数字 Figure invented for the demo"
    assert table.loc[("F2", "wages_places"), "words_en"].endswith(
        "÷ places looked after by one post 7 = 64,285.71 yuan a month"
    )
    assert table.loc[("F1", "equipment_capital"), "words_zh"].endswith("300,000.00 元")
    assert (table["certainty"] == "recalled").all()


def test_figures_of_the_user_s_own_are_called_given(nation, facility, on):
    case = CASES[0].values[0]
    account = open_accounts([facility(given=case["figures"], **case["measures"])], nation, on=on)
    table = entries_table(balance_facilities(account))
    assert set(table["certainty"]) == {"given"}
    assert set(table["clause"]) == {""}


def test_a_mode_is_named_in_the_words_and_cited_where_it_turns_something(demo, facility, on):
    mode = read_mode(demo, "state_platform", on=on)
    own = {"wage": 6000, "staff": 2}
    account = open_accounts([facility(floor_area_m2=600, places=120, given=own)], demo, on=on, mode=mode)
    entries = {entry.line: entry for entry in balance_facilities(account)[0].entries}
    assert entries["wages_fixed"].words["zh"] == (
        "人工（国有平台公司） = 固定岗位数 2 × 每岗每月人工成本 6,300 = 12,600.00 元/月"
    )
    assert entries["wages_fixed"].certainty == "recalled"
    assert "管理费（国有平台公司） = 管理费比例 0.06 × 经营收入" in entries["management"].words["zh"]


def test_communities_and_all_are_sums_of_what_is_shown(accounts):
    singles = balance_facilities(accounts)
    communities, (total,) = combine(singles, "community"), combine(singles, "all")
    assert [one.id for one in communities] == ["C1", "C2"]
    assert combine(singles, "facility") == singles
    for name in ("earned", "subsidy", "cost", "balance", "capital"):
        assert sum(getattr(one, name) for one in communities) == getattr(total, name)
        assert sum(getattr(one, name) for one in singles) == getattr(total, name)
    assert combine((), "all") == combine((), "community") == ()


def test_the_table_of_accounts(accounts):
    singles = balance_facilities(accounts)
    table = balance_table([*singles, *combine(singles, "all")]).set_index("id")
    assert (table["income_yuan"] - table["cost_yuan"]).to_numpy() == pytest.approx(table["balance_yuan"].to_numpy())
    assert table.loc["F1", "balance_yuan"] == -6805.0
    assert balance_table([]).empty
    assert entries_table([]).empty
