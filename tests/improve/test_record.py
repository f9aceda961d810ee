import pandas as pd
import pytest

from linli.errors import SnapshotError
from linli.improve.plan import plan_options
from linli.improve.record import TABLES, PlanMeta, load_plan, save_plan


@pytest.fixture(scope="module")
def plan(three):
    return plan_options(three.find(types=("nursery",), max_projects=1), three.assessment)


def test_there_and_back(plan, tmp_path):
    again = load_plan(save_plan(plan, tmp_path / "plan"))
    assert set(again.tables) == set(TABLES)
    for name, table in plan.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table, check_dtype=False, check_column_type=False)
    assert again.meta == plan.meta.model_copy(update={"runtime_s": None})
    assert plan.meta.runtime_s > 0


def test_the_same_bytes(three, plan, tmp_path):
    other = plan_options(three.find(types=("nursery",), max_projects=1), three.assessment)
    one, two = save_plan(plan, tmp_path / "one"), save_plan(other, tmp_path / "two")
    for file in one.iterdir():
        assert file.read_bytes() == (two / file.name).read_bytes(), file.name


def test_an_infeasible_plan_can_be_kept(three, tmp_path):
    nothing = three.find(types=("nursery",), max_projects=0, force_in=("room:a:nursery",))
    plan = plan_options(nothing, three.assessment)
    assert load_plan(save_plan(plan, tmp_path / "plan")).meta.clash == plan.meta.clash != ()


def test_an_empty_folder_is_no_plan(tmp_path):
    with pytest.raises(SnapshotError, match="linli improve"):
        load_plan(tmp_path)


def test_a_plan_cannot_be_made_without_its_proof(plan):
    needed = {name for name, field in PlanMeta.model_fields.items() if field.is_required()}
    proof = {"status", "objective", "bound", "gap", "seed", "solver", "catalogue_version", "survey_digest"}
    assert proof <= needed


def test_chosen(plan):
    assert plan.chosen["option_id"].tolist() == ["room:b:nursery"]
    assert len(plan.options) == 3
