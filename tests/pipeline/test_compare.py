import sys

import pytest

from linli.errors import InputError, SnapshotError, UnknownRuleError
from linli.feedback import load_outcome
from linli.pipeline import compare, run
from linli.pipeline.compare import read_plan
from linli.report import ReportOptions
from linli.survey.demo import write_demo

NO_PDF = ReportOptions(pdf=False, lang=("zh",))


@pytest.fixture(scope="module")
def rounds(tmp_path_factory):
    base = tmp_path_factory.mktemp("rounds")
    write_demo(base, seed=1)
    for number in (1, 2):
        run(base / f"round-{number}" / "linli.yaml", base / f"out-{number}", report=NO_PDF)
    return base / "out-1", base / "out-2"


def test_two_folders_become_pages_and_tables(rounds, tmp_path):
    told = []
    config = rounds[0].parent / "round-2" / "linli.yaml"
    made = compare(*rounds, tmp_path / "out", config=config, report=NO_PDF, progress=lambda text, _: told.append(text))
    assert made.files[0] == tmp_path / "out" / "index.html"
    assert "变差的" in (tmp_path / "out" / "zh" / "index.html").read_text(encoding="utf-8")
    assert load_outcome(tmp_path / "out" / "outcome").totals.equals(made.outcome.totals)
    assert made.problems == ()
    assert told


def test_a_plan_as_a_table_is_held_against_it(rounds, tmp_path):
    plan = tmp_path / "plan.csv"
    plan.write_text("place_id,type\nR00010,canteen\nR00003,nursery\n", encoding="utf-8")
    made = compare(*rounds, tmp_path / "out", plan=plan, report=NO_PDF)
    assert made.outcome.projects["state"].tolist() == ["done", "not_started"]
    assert (tmp_path / "out" / "zh" / "plan.html").is_file()


def test_other_rules_are_told_with_the_fix(rounds, tmp_path):
    config = rounds[0].parent / "round-2" / "linli.yaml"
    made = compare(*rounds, tmp_path / "out", report=NO_PDF)
    assert [problem.code for problem in made.problems] == ["compare.other_rules"]  # the demo lays a pack
    assert "--config" in made.problems[0].fix["en"]
    assert (tmp_path / "out" / "index.html").is_file()
    assert compare(*rounds, tmp_path / "out", config=config, report=NO_PDF).problems == ()


def test_rules_that_do_not_know_what_was_assessed_give_tables_only(rounds, tmp_path, monkeypatch):
    def unknown(*_args):
        raise UnknownRuleError("own/item")

    monkeypatch.setattr(sys.modules["linli.pipeline.compare"], "write_outcome", unknown)
    made = compare(*rounds, tmp_path / "out", report=NO_PDF)
    assert "tables were written" in made.problems[-1].message["en"]
    assert not (tmp_path / "out" / "index.html").exists()
    assert (tmp_path / "out" / "outcome").is_dir()
    with pytest.raises(UnknownRuleError):  # by the rules of the run it would be a fault of ours
        compare(*rounds, tmp_path / "out", config=rounds[0].parent / "round-2" / "linli.yaml", report=NO_PDF)


def test_what_is_no_plan_and_no_round(rounds, tmp_path):
    with pytest.raises(SnapshotError):
        read_plan(tmp_path)
    with pytest.raises(SnapshotError):
        compare(tmp_path, rounds[1], tmp_path / "out")
    bare = tmp_path / "plan.csv"
    bare.write_text("room,type\nR1,canteen\n", encoding="utf-8")
    with pytest.raises(InputError):
        compare(*rounds, tmp_path / "out", plan=bare)
