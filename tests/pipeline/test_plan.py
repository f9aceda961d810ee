import pandas as pd
import pytest

from linli.errors import FontError, InputError, UnsetValueError
from linli.improve.proposal import load_proposal
from linli.improve.record import load_plan
from linli.pipeline import improve, what_if
from linli.pipeline import plan as pipeline
from linli.survey.demo import write_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, seed=2, rounds=(1,))
    return folder / "round-1" / "linli.yaml"


def declare(demo, name, more):
    """Write the demo's declaration with another plan, and without the illustrative pack."""
    text = demo.read_text(encoding="utf-8")
    path = demo.parent / name
    path.write_text(text[: text.index("\nrules:")] + "\n" + more, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(demo, tmp_path_factory):
    return improve(demo, tmp_path_factory.mktemp("made"), pages=False)


def test_the_demo_city_s_proposal_is_whole(made):
    proposal = made.proposal
    assert proposal.plan.meta.status == proposal.programme.meta.status == "optimal"
    assert len(proposal.left_out) == 0
    assert proposal.plan.chosen["cost_yuan"].sum() <= 9_000_000
    assert (proposal.subsidies["amount_yuan"] > 0).any()
    assert {"subsidy", "operator"} <= set(proposal.co_funding["source"])
    for name in ("frontier", "shadow", "order", "alternatives", "payments", "operating_balances", "operating_modes"):
        assert len(getattr(proposal, name)), name
    assert "虚构" in proposal.meta.packs[0]
    assert made.plan is proposal.plan
    assert made.programme is proposal.programme


def test_the_records_are_kept_side_by_side(made):
    kept = {path.name for path in made.out.iterdir()}
    assert kept == {"snapshot", "assessment", "plan", "programme", "proposal"}
    again = load_proposal(made.out)
    for name, table in made.proposal.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table, obj=name)
    assert again.plan.meta.survey_digest == made.survey.manifest.digest != ""


def test_the_frontier_passes_through_the_plan(made):
    """Without the districts' own money the plan at its budget is a point of the frontier, within the gaps."""
    proposal = made.proposal
    here = proposal.frontier[proposal.frontier["budget_yuan"] == 9_000_000].iloc[0]
    assert here["bound"] >= proposal.plan.meta.objective - 1e-6
    assert here["objective"] <= proposal.plan.meta.bound + 1e-6
    assert proposal.shadow["gained"].sum() == pytest.approx(
        proposal.frontier["objective"].iloc[-1] - proposal.frontier["objective"].iloc[0]
    )


def test_every_fen_of_the_programme_is_paid_by_somebody(made):
    programme = made.programme
    inside = programme.projects[programme.projects["start_year"].notna()]
    assert programme.cash["yuan"].sum() == pytest.approx(inside["cost_yuan"].sum())


def test_without_costs_the_plan_is_in_areas_and_says_so(demo, tmp_path):
    found = improve(declare(demo, "bare.yaml", "improve: {types: [nursery, canteen]}\n"), tmp_path, pages=False)
    assert found.programme is None
    assert found.plan.meta.costed is False
    assert load_plan(tmp_path / "plan").meta.objective == found.plan.meta.objective
    assert len(found.plan.chosen) > 0
    assert found.plan.meta.bound >= found.plan.meta.objective
    assert {"programme", "frontier", "operation"} <= set(found.proposal.left_out["part"])


def test_a_budget_without_costs_names_what_is_unset(demo, tmp_path):
    path = declare(demo, "poor.yaml", "improve:\n  budget: [{yuan: 1000000}]\n")
    with pytest.raises(UnsetValueError, match="unit_cost"):
        improve(path, tmp_path, pages=False)


def test_a_what_if_is_answered_beside_the_plan(demo, made):
    first, *_, last = made.plan.chosen["option_id"]
    told = []
    answer = what_if(demo, outside=[first], progress=lambda text, _: told.append(text))
    assert first in set(answer.plan.chosen["option_id"])
    assert first not in set(answer.other.chosen["option_id"])
    assert answer.other.meta.objective <= answer.plan.meta.bound + 1e-6
    assert answer.residents[0] == made.proposal.meta.residents
    assert told[-1] == "what if"
    with pytest.raises(InputError, match="force_in"):
        what_if(demo, inside=["room:nowhere:nursery"])
    assert last


def test_pages_are_written_and_a_machine_without_fonts_is_told(demo, tmp_path, monkeypatch):
    asked = []

    def write(_proposal, _survey, _assessment, _catalogue, out, options, _progress):
        asked.append(options.pdf)
        if options.pdf:
            msg = "no font"
            raise FontError(msg)
        return (out / "index.html",)

    monkeypatch.setattr(pipeline, "write_plan", write)
    path = declare(demo, "small.yaml", "improve: {types: [canteen]}\nproposal: {alternatives: []}\n")
    found = improve(path, tmp_path)
    assert asked == [True, False]
    assert found.files == (tmp_path / "index.html",)
    assert [problem.code for problem in found.problems] == ["report.no_font"]
