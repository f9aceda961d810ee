import json

import pandas as pd
import pytest

from linli.errors import SnapshotError
from linli.improve.choices import ProposalOptions
from linli.improve.plan import plan_options
from linli.improve.proposal import COLUMNS, TABLES, Proposal, ProposalMeta, as_table, load_proposal, save_proposal


@pytest.fixture(scope="module")
def proposal(three):
    plan = plan_options(three.find(types=("nursery",), max_projects=1), three.assessment)
    meta = ProposalMeta(
        name=plan.meta.name,
        unit="residents",
        choices=ProposalOptions(),
        residents=30,
        old_young=30,
        cost_yuan=None,
        step_yuan=1.0,
        catalogue_version=plan.meta.catalogue_version,
        packs=(),
        survey_digest=plan.meta.survey_digest,
        code_version="0",
    )
    made = {name: as_table(name) for name in TABLES}
    made["left_out"] = as_table("left_out", [{"part": "frontier", "zh": "造价待填", "en": "costs unset"}])
    made["subsidies"] = as_table("subsidies", [{"community_id": "A", "eligible": None, "area_m2": 3}])
    return Proposal(meta, plan, None, **made)


def test_every_table_has_its_columns():
    assert set(COLUMNS) == set(TABLES)
    for name in TABLES:
        assert list(as_table(name).columns) == list(COLUMNS[name])


def test_rows_are_brought_into_columns_and_types():
    table = as_table("subsidies", [{"community_id": "A", "area_m2": 3, "eligible": True, "more": 1}])
    assert list(table.columns) == list(COLUMNS["subsidies"])
    assert table["area_m2"].dtype == "float64"
    assert table["eligible"].dtype == "boolean"
    assert table["district"][0] is None
    assert as_table("left_out", pd.DataFrame({"part": ["a"]}, index=[7])).index.tolist() == [0]


def test_there_and_back(proposal, tmp_path):
    save_proposal(proposal, tmp_path)
    again = load_proposal(tmp_path)
    assert again.meta == proposal.meta
    assert again.programme is None
    assert again.plan.meta.objective == proposal.plan.meta.objective
    for name, table in proposal.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table, obj=name)


def test_the_same_bytes(proposal, tmp_path):
    one, two = save_proposal(proposal, tmp_path / "1"), save_proposal(proposal, tmp_path / "2")
    for file in one.iterdir():
        assert file.read_bytes() == (two / file.name).read_bytes(), file.name


def test_a_changed_table_is_refused(proposal, tmp_path):
    folder = save_proposal(proposal, tmp_path)
    (folder / "order.parquet").write_bytes((folder / "shadow.parquet").read_bytes())
    with pytest.raises(SnapshotError, match="changed"):
        load_proposal(tmp_path)


def test_another_plan_beside_it_is_refused(proposal, tmp_path):
    save_proposal(proposal, tmp_path)
    path = tmp_path / "plan" / "plan.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "seed": 7}), encoding="utf-8")
    with pytest.raises(SnapshotError, match="linli improve"):
        load_proposal(tmp_path)


def test_a_programme_of_an_earlier_run_is_taken_away(proposal, tmp_path):
    (tmp_path / "programme").mkdir()
    (tmp_path / "programme" / "programme.json").write_text("{}", encoding="utf-8")
    save_proposal(proposal, tmp_path)
    assert not (tmp_path / "programme").exists()


def test_an_empty_folder_is_no_proposal(tmp_path):
    with pytest.raises(SnapshotError, match="linli improve"):
        load_proposal(tmp_path)
