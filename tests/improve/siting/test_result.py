import dataclasses

import pytest

from linli.improve.siting import Siting, maximal_covering


def test_a_plan_cannot_be_built_without_saying_how_good_it_is():
    required = {item.name for item in dataclasses.fields(Siting) if item.default is dataclasses.MISSING}
    assert {"status", "objective", "bound", "gap", "seed", "solver", "runtime_s", "served"} <= required


def test_a_plan_cannot_be_changed(three):
    plan = maximal_covering(*three)
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.status = "optimal"
