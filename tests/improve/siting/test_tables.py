import pandas as pd
import pytest

from linli.errors import InputError
from linli.improve.siting.tables import numbers, positions, require_columns, require_unique


def test_every_missing_column_is_named():
    with pytest.raises(InputError) as caught:
        require_columns(pd.DataFrame({"a": []}), ["a", "b", "c"], "options")
    assert [problem.column for problem in caught.value.problems] == ["b", "c"]


def test_an_id_given_twice_is_named():
    with pytest.raises(InputError, match="«x»"):
        require_unique(pd.Index(["x", "y", "x"]), "options")


def test_an_unknown_id_is_named_and_known_ones_are_found():
    assert positions(["b", "a"], pd.Index(["a", "b"]), "options", "option").tolist() == [1, 0]
    assert positions([], pd.Index(["a"]), "options", "option").tolist() == []
    with pytest.raises(InputError, match="«z»"):
        positions(["a", "z"], pd.Index(["a"]), "options", "option")


@pytest.mark.parametrize("bad", [None, "many", -1.0, float("inf")])
def test_a_number_that_cannot_be_used_names_row_value_and_what_is_allowed(bad):
    table = pd.DataFrame({"cost": [1.0, bad]}, index=["a", "b"])
    with pytest.raises(InputError, match=r"`cost` of b .*allowed: ≥ 0"):
        numbers(table, "cost", "options", minimum=0.0)
