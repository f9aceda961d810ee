from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from linli.errors import InputError
from linli.improve.subsidy import (
    compute_subsidies,
    payments_table,
    read_projects,
    steps_table,
    subsidy_table,
)


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "project_id": ["A", "B"],
            "old_estate": pd.array([True, None], dtype="boolean"),
            "on_creation_list": [True, False],
            "area_m2": [10000.1, np.nan],
            "average_cost_yuan_m2": ["299.99", None],
            "ordinary_subsidy_yuan": [np.nan, 5.0],
            "project_type": ["inclusive", None],
        }
    )


def test_figures_are_read_exactly_as_written(table):
    first, second = read_projects(table)
    assert (first.area_m2, first.average_cost_yuan_m2) == (Decimal("10000.1"), Decimal("299.99"))
    assert (first.old_estate, second.old_estate, second.on_creation_list) == (True, None, False)
    assert (second.area_m2, second.project_type, second.tier) == (None, None, None)


def test_all_that_is_wrong_is_told_at_once(table):
    table = table.assign(area_m2=[-1.0, 2.0], on_creation_list=["no", "yes"], project_id=["A", None])
    with pytest.raises(InputError) as caught:
        read_projects(table)
    assert [(problem.row, problem.column) for problem in caught.value.problems] == [
        (2, "area_m2"),
        (2, "on_creation_list"),
        (3, "project_id"),
        (3, "on_creation_list"),
    ]


def test_tables_of_results(table, city, on):
    catalogue = city({"ratio": {"ratio": 0.5}}, stages=[{"event": "done", "share": 1}])
    subsidies = compute_subsidies(read_projects(table), catalogue, on=on)
    summary = subsidy_table(subsidies).set_index("project_id")
    assert summary.loc["A", "subsidy_yuan"] == 1499965.0  # 10000.1 × 299.99 × 0.5 = 1,499,964.9995
    assert np.isnan(summary.loc["A", "ordinary_yuan"])
    assert summary.loc["B", ["eligible", "total_yuan"]].tolist() == [False, 5.0]
    steps = steps_table(subsidies)
    assert steps.loc[steps["project_id"] == "A", "code"].tolist() == ["eligibility", "cost", "base", "ratio", "subsidy"]
    assert steps.loc[0, "clause"]
    payments = payments_table(subsidies)
    assert payments[["project_id", "event", "yuan"]].to_numpy().tolist() == [["A", "done", 1499965.0]]


def test_tables_of_nothing_have_their_columns():
    for write in (subsidy_table, steps_table, payments_table):
        empty = write([])
        assert empty.empty
        assert "project_id" in empty.columns
