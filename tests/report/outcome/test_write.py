from linli.feedback import compare_rounds, load_outcome
from linli.report import ReportOptions
from linli.report.outcome import write_outcome


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
