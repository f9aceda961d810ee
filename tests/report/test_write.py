import pytest

from linli.errors import FontError
from linli.report import ReportOptions, write_report
from linli.report import write as module


def test_the_files_for_people(report):
    out, files = report
    assert files[0] == out / "index.html"
    assert all(file.is_file() for file in files)
    assert {"assessment.xlsx", "results.gpkg", "summary.json"} <= {file.name for file in files}


def test_without_a_font_nothing_is_written(tmp_path, monkeypatch, assessment, survey, catalogue):
    def none():
        msg = "no font"
        raise FontError(msg)

    monkeypatch.setattr(module, "find_fonts", none)
    with pytest.raises(FontError):
        write_report(assessment, survey, catalogue, tmp_path / "out", ReportOptions())
    assert not (tmp_path / "out").exists()


def test_one_language_without_pdf_and_progress(tmp_path, assessment, survey, catalogue):
    told = []
    before = {name: table.copy() for name, table in assessment.tables.items()}
    options = ReportOptions(lang=("en",), pdf=False, title={"en": "My title"})
    write_report(assessment, survey, catalogue, tmp_path, options, lambda text, done: told.append((text, done)))
    assert not (tmp_path / "zh").exists()
    assert not list(tmp_path.rglob("*.pdf"))
    assert "My title" in (tmp_path / "en" / "index.html").read_text(encoding="utf-8")
    done = [share for _, share in told]
    assert done == sorted(done)
    assert done[-1] == 1.0
    for name, table in before.items():
        assert table.equals(assessment.tables[name]), "the assessment was changed"


def test_pages_are_the_same_every_time(tmp_path, assessment, survey, catalogue):
    options = ReportOptions(lang=("zh",), pdf=False)
    for name in ("a", "b"):
        write_report(assessment, survey, catalogue, tmp_path / name, options)
    for page in sorted((tmp_path / "a").rglob("*.html")):
        assert page.read_bytes() == (tmp_path / "b" / page.relative_to(tmp_path / "a")).read_bytes(), page
