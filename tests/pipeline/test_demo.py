"""The loop of the demo city, from end to end: what each stage says of the others agrees."""

import pytest

from linli.pipeline.demo import run_demo


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    told = []
    made = run_demo(tmp_path_factory.mktemp("loop"), progress=lambda text, _done: told.append(text))
    assert told
    return made


def test_the_plan_is_made_from_the_first_round(loop):
    assert loop.plan.plan.meta.survey_digest == loop.before.assessment.meta.survey_digest
    assert loop.plan.plan.meta.status == "optimal"


def test_the_comparison_puts_the_two_rounds_and_the_plan_side_by_side(loop):
    meta = loop.comparison.outcome.meta
    assert (meta.before.surveyed_on, meta.after.surveyed_on) == (
        loop.before.survey.manifest.surveyed_on,
        loop.after.survey.manifest.surveyed_on,
    )
    assert len(loop.comparison.outcome.projects) == len(loop.plan.plan.chosen)


def test_one_page_leads_to_everything(loop):
    text = loop.index.read_text(encoding="utf-8")
    out = loop.index.parent
    hrefs = [part.split('"')[0] for part in text.split('href="')[1:]]
    missing = [href for href in hrefs if not href.startswith("data:") and not (out / href).is_file()]
    assert not missing


def test_what_opened_in_the_first_year_is_found_again_and_the_late_one_is_not(loop):
    projects = loop.comparison.outcome.projects
    programme = loop.plan.programme.projects
    rooms = programme["option_id"].str.startswith("room:")
    due = programme.loc[rooms & (programme["open_year"] == loop.plan.programme.meta.choices.years[0]), "option_id"]
    state = projects.set_index("option_id")["state"]
    assert len(due) > 2
    assert set(state[due.iloc[:-1]]) == {"done"}
    assert state[due.iloc[-1]] == "not_started"
    assert projects["year"].notna().all()
