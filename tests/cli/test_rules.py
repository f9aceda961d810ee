import json

import pytest
from typer.testing import CliRunner

from linli.cli.rules import app

PACK = "title: {zh: 本市, en: City}\nauthor: City commission\norder: 20\n"
RATIO = (
    "id: subsidy/ratio\nvalues:\n  ratio:\n    dated:\n      - value: 0.5\n        unit: share\n"
    "        valid_from: 2022-03-01\n        reference: {title: City notice}\n        certainty: published\n"
    "        last_checked_on: 2026-11-23\n"
)


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*words):
        lang = [] if "--lang" in words or "--help" in words else ["--lang", "en"]
        return CliRunner().invoke(app, [*(str(word) for word in words), *lang])

    return invoke


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "city"
    (folder / "subsidy").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "subsidy" / "ratio.yaml").write_text(RATIO, encoding="utf-8")
    return folder


def test_the_list_for_scripts_holds_id_and_certainty_of_every_rule(run):
    done = run("list", "--json")
    assert done.exit_code == 0
    rules = {rule["id"]: rule for rule in json.loads(done.stdout)}
    assert {rule["certainty"] for rule in rules.values()} == {"published", "recalled", "unset"}
    assert rules["subsidy/ratio"]["certainty"] == "unset"
    assert rules["subsidy/unit_cap"]["certainty"] == "published"
    assert rules["complete_community/nursery"]["values"]["floor_area_min"][0]["value"] == 200
    assert "complete_community/nursery" in rules["facility_types/nursery"]["asked_by"]


def test_the_list_of_one_family(run):
    done = run("list", "--family", "walking", "--json")
    assert all(rule["family"] == "walking" for rule in json.loads(done.stdout))
    assert "walking/speed" in run("list", "--family", "walking").stdout


def test_the_list_speaks_the_language_asked_for(run):
    assert "步行速度" in run("list", "--family", "walking", "--lang", "zh").stdout
    assert "Walking speed" in run("list", "--family", "walking", "--lang", "en").stdout


def test_the_list_with_a_pack_shows_where_a_rule_comes_from(run, pack):
    assert "published + city" in run("list", "--family", "subsidy", "--pack", pack).stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_show_prints_wording_requirements_and_figures_with_clause(run, lang):
    out = run("show", "complete_community/supermarket", "--lang", lang).stdout
    for part in (
        "complete_community/supermarket",
        "floor_area_min",
        "2020-08-18",
        "第6项 item 6",
        "2026-11-23",
        "shops_min",
    ):
        assert part in out
    assert {"zh": "凭记忆", "en": "recalled"}[lang] in out


@pytest.mark.parametrize("rule", ["facility_types/nursery", "crosswalk/health", "future_community/process"])
def test_show_prints_rules_without_figures(run, rule):
    done = run("show", rule, "--lang", "zh")
    assert done.exit_code == 0
    assert rule in done.stdout


def test_show_tells_what_other_standards_say(run):
    assert "living_circle/nursery" in run("show", "complete_community/nursery").stdout


def test_show_on_a_date(run):
    early = json.loads(run("show", "complete_community/nursery", "--on", "2020-08-17", "--json").stdout)
    late = json.loads(run("show", "complete_community/nursery", "--on", "2020-08-18", "--json").stdout)
    assert early["values"] == {"floor_area_min": None}
    assert late["values"]["floor_area_min"]["value"] == 200
    assert "not in force" in run("show", "complete_community/nursery", "--on", "2020-08-17").stdout
    unset = json.loads(run("show", "subsidy/ratio", "--on", "2026-11-23", "--json").stdout)
    assert unset["values"]["ratio"]["certainty"] == "unset"


def test_show_with_a_pack(run, pack):
    shown = json.loads(run("show", "subsidy/ratio", "--pack", pack, "--json").stdout)
    assert shown["values"]["ratio"][-1]["source"] == "city"


def test_an_unknown_name_is_wrong_usage(run):
    done = run("show", "subsidy/rato")
    assert done.exit_code == 2
    assert "Did you mean subsidy/ratio" in done.stderr
    assert run("list", "--family", "subsidies").exit_code == 2
    assert run("show", "subsidy/ratio", "--on", "yesterday").exit_code == 2


def test_a_sound_pack_passes_and_says_what_it_changes(run, pack):
    done = run("check", pack)
    assert done.exit_code == 0
    assert "subsidy/ratio" in done.stdout
    assert json.loads(run("check", pack, "--json").stdout) == []


def test_a_broken_pack_is_refused_with_file_and_line(run, pack):
    path = pack / "subsidy" / "ratio.yaml"
    path.write_text(RATIO.replace("unit: share", "unit: furlong"), encoding="utf-8")
    done = run("check", pack)
    assert done.exit_code == 1
    assert "city/subsidy/ratio.yaml" in done.stderr
    assert "furlong" in done.stderr
    problems = json.loads(run("check", pack, "--json").stdout)
    assert [(problem["code"], problem["row"]) for problem in problems] == [("key.choice", 6)]
    assert run("show", "subsidy/ratio", "--pack", pack).exit_code == 1


def test_a_warning_is_shown_but_passes(run, pack):
    (pack / "subsidy" / "ratio.yaml").unlink()
    folder = pack / "targets"
    folder.mkdir()
    text = RATIO.replace("subsidy/ratio", "targets/hangzhou_baseline").replace("  ratio:", "  new_rooms:")
    text = text.replace("share", "m2").replace("2022-03-01", "2022-01-01")
    (folder / "hangzhou_baseline.yaml").write_text(text, encoding="utf-8")
    done = run("check", pack)
    assert done.exit_code == 0
    assert "pack.hides" in done.stderr


def test_a_folder_that_is_not_there_is_wrong_usage(run, tmp_path):
    assert run("check", tmp_path / "nowhere").exit_code == 2


@pytest.mark.parametrize("command", ["list", "show", "check"])
def test_help_gives_examples(run, command):
    assert "linli rules" in run(command, "--help").stdout
