from pathlib import Path

import pytest

from linli.errors import FontError
from linli.report.fonts import find_fonts
from linli.report.options import ReportOptions
from linli.report.plan import write
from linli.report.plan.write import write_plan


@pytest.fixture
def quick(monkeypatch):
    """The documents have tests of their own: here they are only named."""
    asked = []

    def instead(book, figures, contexts, out, fonts, options, progress):
        assert set(figures) == set(contexts) == set(options.lang)
        progress("document", 0.5)
        files = []
        for name in write.district_names(book).values():
            for lang in options.lang:
                for kind in ("docx", "pdf") if fonts and options.pdf else ("docx",):
                    path = out / write.FOLDER / f"{name}-{lang}.{kind}"
                    path.parent.mkdir(exist_ok=True)
                    path.write_bytes(b"")
                    files.append(path)
        asked.append(fonts)
        return files

    monkeypatch.setattr(write, "write_district_plans", instead)
    return asked


def test_everything_is_written_and_named(quick, proposal, two_districts, judged, catalogue, tmp_path):
    told = []
    options = ReportOptions(pdf=False)
    files = write_plan(proposal, two_districts, judged, catalogue, tmp_path, options, lambda *step: told.append(step))
    assert files[0] == tmp_path / "index.html"
    assert {"plan.xlsx", "plan.gpkg"} <= {path.name for path in files}
    assert all(path.exists() for path in files)
    assert sum(path.suffix == ".docx" for path in files) == 4
    fractions = [done for _, done in told if done is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    page = (tmp_path / "zh" / "index.html").read_text(encoding="utf-8")
    for path in files:
        if path.name.endswith("-zh.docx"):
            assert f"../{path.relative_to(tmp_path).as_posix()}" in page


def test_one_language(quick, bare, two_districts, judged, catalogue, tmp_path):
    write_plan(bare, two_districts, judged, catalogue, tmp_path, ReportOptions(pdf=False, lang=("en",)))
    assert not (tmp_path / "zh").exists()
    assert (tmp_path / "en" / "index.html").exists()


def test_twice_the_same(quick, bare, two_districts, judged, catalogue, tmp_path):
    for name in ("a", "b"):
        write_plan(bare, two_districts, judged, catalogue, tmp_path / name, ReportOptions(pdf=False))
    for path in (tmp_path / "a").rglob("*.html"):
        other = tmp_path / "b" / path.relative_to(tmp_path / "a")
        assert path.read_bytes() == other.read_bytes()


def test_a_pdf_needs_a_font(monkeypatch, quick, bare, two_districts, judged, catalogue, tmp_path):
    def none():
        raise FontError("no font")

    monkeypatch.setattr(write, "find_fonts", none)
    with pytest.raises(FontError):
        write_plan(bare, two_districts, judged, catalogue, tmp_path / "x", ReportOptions(pdf=True))
    assert not Path(tmp_path / "x").exists()
    write_plan(bare, two_districts, judged, catalogue, tmp_path / "y", ReportOptions(pdf=False))
    assert quick == [None]


def test_the_documents_are_offered_as_they_are_written(bare, two_districts, judged, catalogue, tmp_path):
    try:
        find_fonts()
    except FontError as error:
        pytest.skip(f"no Chinese font on this machine: {error}")
    options = ReportOptions(pdf=False, lang=("zh",))
    files = write_plan(bare, two_districts, judged, catalogue, tmp_path, options)
    page = (tmp_path / "zh" / "index.html").read_text(encoding="utf-8")
    documents = [path for path in files if path.suffix == ".docx"]
    assert len(documents) == 2
    for path in documents:
        assert path.exists()
        assert f"../{path.relative_to(tmp_path).as_posix()}" in page
