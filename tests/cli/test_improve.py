import json

import pytest

from linli.survey.demo import write_demo


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, seed=2, rounds=(1,))
    return folder / "round-1" / "linli.yaml"


@pytest.fixture(scope="module")
def bare(config):
    """The same city with nothing filled in."""
    text = config.read_text(encoding="utf-8")
    path = config.parent / "bare.yaml"
    path.write_text(text[: text.index("\nrules:")] + "\nimprove: {types: [nursery, canteen]}\n", encoding="utf-8")
    return path


def test_projects_money_years_and_where_the_results_are(linli, config, tmp_path):
    shown = linli("improve", config, "-o", tmp_path, "--no-pdf", "--lang", "en")
    assert shown.exit_code == 0, shown.output
    for words in (
        "proven optimal",
        "gap 0.0",
        "residents gain",
        "subsidy",
        "city and districts",
        "begin in 2026",
        "invented",
    ):
        assert words in shown.output
    assert "index.html" in shown.output.replace("\n", "")
    assert (tmp_path / "proposal" / "proposal.json").is_file()


def test_in_chinese_with_what_is_unset_and_how_to_set_it(linli, bare, tmp_path):
    shown = linli("improve", bare, "-o", tmp_path, "--no-pages", "--lang", "zh")
    assert shown.exit_code == 0, shown.output
    for words in ("待填", "受益", "improve.unit_costs", "siting_needs/unit_cost", "operating/template_", "programme"):
        assert words in shown.output


def test_for_scripts(linli, bare, tmp_path):
    said = json.loads(linli("improve", bare, "-o", tmp_path, "--no-pages", "--json").stdout)
    assert said["meta"]["status"] == "optimal"
    assert said["chosen"][0]["served"] >= 0
    assert said["chosen"][0]["cost_yuan"] is None
    assert said["programme"] is None
    assert {one["part"] for one in said["left_out"]} >= {"programme", "frontier"}


def test_what_if(linli, config, tmp_path):
    said = json.loads(linli("improve", config, "--what-if-budget", 2_000_000, "--json").stdout)
    assert said["what_if"]["cost_yuan"] <= 2_000_000 < said["plan"]["cost_yuan"]
    gone = said["gone"][0]
    shown = linli("improve", config, "-o", tmp_path / "none", "--what-if-out", gone, "--lang", "zh")
    assert shown.exit_code == 0, shown.output
    assert f"不再做 {gone}" in shown.output
    assert not (tmp_path / "none").exists()


def test_a_what_if_that_cannot_be(linli, config):
    said = json.loads(linli("improve", config, "--what-if-budget", 0, "--json").stdout)
    dear = said["gone"][0]
    shown = linli("improve", config, "--what-if-budget", 0, "--what-if-in", dear, "--lang", "en")
    assert "That cannot be" in shown.output


def test_an_id_that_is_no_option(linli, config):
    shown = linli("improve", config, "--what-if-in", "room:R00001:moon")
    assert shown.exit_code != 0
    assert "room:R00001:moon" in str(shown.exception)
