import re

from linli.assess import assess
from linli.feedback import compare_rounds, load_outcome
from linli.report import ReportOptions
from linli.report.outcome import write_outcome
from linli.survey import make_survey


def test_everything_is_written_and_the_first_page_comes_first(written, outcome):
    out, files = written
    assert files[0] == out / "index.html"
    assert all(path.exists() for path in files)
    names = {path.relative_to(out).as_posix() for path in files}
    assert {"zh/index.html", "en/index.html", "doubtful.csv", "compare.zh.xlsx", "compare.en.md", "outcome"} <= names
    assert len(load_outcome(out / "outcome").items) == len(outcome.items)


def test_the_root_leads_to_both_languages(written):
    text = (written[0] / "index.html").read_text(encoding="utf-8")
    assert "打开中文对照" in text
    assert "Open the comparison in English" in text


def test_one_language_no_plan_and_no_change(tmp_path, rounds, catalogue):
    one = rounds[0]
    outcome = compare_rounds(one, one, catalogue=catalogue)
    told = []
    write_outcome(
        outcome, one, one, catalogue, tmp_path, ReportOptions(lang=("zh",)), lambda text, _: told.append(text)
    )
    index = (tmp_path / "zh" / "index.html").read_text(encoding="utf-8")
    assert "两轮没有差别。" in index
    assert "没有发现变差的。" in index
    assert not (tmp_path / "zh" / "plan.html").exists()
    assert not (tmp_path / "en").exists()
    assert "没有存疑的匹配。" in (tmp_path / "zh" / "doubtful.html").read_text(encoding="utf-8")
    assert told[0] == "汇总对照"


def test_the_same_comparison_gives_the_same_pages(tmp_path, written, rounds, catalogue, outcome):
    options = ReportOptions(organisation="x", lang=("en",))
    texts = []
    for name in ("a", "b"):
        write_outcome(outcome, *rounds, catalogue, tmp_path / name, options)
        found = sorted((tmp_path / name).rglob("*.html"))
        texts.append([path.read_bytes() for path in found])
    assert texts[0] == texts[1]


def test_floor_area_instead_of_people_and_communities_of_one_round(tmp_path, rounds, catalogue):
    made = []
    for number, (survey, assessment) in enumerate(rounds):
        layers = dict(survey.layers)
        layers["communities"] = layers["communities"].iloc[1:] if number else layers["communities"].iloc[:-1]
        layers["wishes"] = layers["wishes"].iloc[:0]
        buildings = layers["buildings"].copy()
        buildings.loc[buildings.index[:200], "residents"] = float("nan")
        layers["buildings"] = buildings
        note = survey.manifest.residents.model_copy(update={"unit": "m2"})
        odd = make_survey(layers, survey.manifest.model_copy(update={"residents": note, "digest": None}))
        made.append((odd, assess(odd, catalogue, assessment.meta.options)))
    outcome = compare_rounds(*made, catalogue=catalogue)
    write_outcome(outcome, *made, catalogue, tmp_path, ReportOptions(lang=("en",)))
    pages = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")}
    assert "Residential floor area (m²) stands for residents" in pages["index"]
    assert "m² of homes (standing for residents)" in pages["worse"]
    assert "communities only in the first round".capitalize() in pages["index"]
    gone, new = (set(a.communities["community_id"]) - set(b.communities["community_id"]) for a, b in _both_ways(made))
    for community in (*gone, *new):
        assert "in one round only and cannot be compared" in pages[community]
    assert "Households were not asked." in pages["people"]
    assert not any(re.search(r">\s*(?:nan|None|NaN)\s*<", text) for text in pages.values())


def _both_ways(rounds):
    one, other = (assessment for _, assessment in rounds)
    return (one, other), (other, one)
