import re
from dataclasses import replace

import pytest

from linli.report.context import report_context
from linli.report.district.write import FOLDER, district_names, write_district_plans
from linli.report.options import ReportOptions
from linli.report.plan.words import plan_words


@pytest.fixture(scope="module")
def contexts(plan_book):
    return {lang: report_context(plan_book.assessment, ReportOptions(), plan_words(lang)) for lang in ("zh", "en")}


@pytest.fixture(scope="module")
def written(plan_book, plan_figures, contexts, fonts, tmp_path_factory):
    out, told = tmp_path_factory.mktemp("plan"), []
    figures = {lang: plan_figures["full", lang] for lang in ("zh", "en")}
    files = write_district_plans(
        plan_book, figures, contexts, out, fonts, ReportOptions(), lambda text, done: told.append((text, done))
    )
    return out, files, told


def test_each_district_has_word_and_pdf_in_both_languages(written, plan_book):
    out, files, told = written
    names = district_names(plan_book)
    wanted = {
        f"{names[p.key]}-{lang}.{kind}"
        for p in plan_book.districts
        for lang in ("zh", "en")
        for kind in ("docx", "pdf")
    }
    assert {path.name for path in files} == wanted
    assert {path.parent for path in files} == {out / FOLDER}
    assert all(path.stat().st_size > 20_000 for path in files)
    assert [done for _, done in told] == sorted(done for _, done in told)


def test_files_are_the_same_every_time(written, plan_book, plan_figures, contexts, fonts, tmp_path):
    _, files, _ = written
    options = ReportOptions(lang=("zh",))
    again = write_district_plans(plan_book, {"zh": plan_figures["full", "zh"]}, contexts, tmp_path, fonts, options)
    first = {path.name: path.read_bytes() for path in files}
    assert {path.name for path in again} == {name for name in first if "-zh." in name}
    assert all(path.read_bytes() == first[path.name] for path in again)


def test_numbers_in_word_are_those_of_the_book(written, plan_book, opened):
    _, files, _ = written
    for part in plan_book.districts:
        name = district_names(plan_book)[part.key]
        file = opened(next(path for path in files if path.name == f"{name}-en.docx").read_bytes())
        table = next(one for one in file.tables if one.rows[0].cells[1].text == "Place" and len(one.columns) == 12)
        assert [row.cells[0].text for row in table.rows[1:]] == [str(one.number) for one in part.projects]
        for shape in file.inline_shapes:
            assert shape._inline.docPr.attrib["descr"]


def test_without_fonts_there_is_word_only(plan_book, plan_figures, contexts, tmp_path):
    options = ReportOptions(lang=("zh",), pdf=False)
    files = write_district_plans(plan_book, {"zh": plan_figures["full", "zh"]}, contexts, tmp_path, None, options)
    assert {path.suffix for path in files} == {".docx"}


@pytest.mark.parametrize("kind", ["bare", "empty"])
def test_a_plan_of_little_is_written_too(kind, bare_book, empty_book, plan_figures, contexts, fonts, tmp_path):
    book = {"bare": bare_book, "empty": empty_book}[kind]
    options = ReportOptions(lang=("en",))
    files = write_district_plans(book, {"en": plan_figures[kind, "en"]}, contexts, tmp_path, fonts, options)
    assert len(files) == 2 * len(book.districts)


def test_names_of_files_are_safe_and_differ(plan_book):
    part = plan_book.districts[0]
    keys = ["东区", "../x", "a/b", "a\\b", "A-B", "CON", "", "很长" * 60, "<b>"]
    parts = tuple(replace(part, key=key, slug=f"s{i}") for i, key in enumerate(keys))
    names = district_names(replace(plan_book, districts=parts))
    assert list(names) == keys
    assert len({name.lower() for name in names.values()}) == len(keys)
    assert all(re.fullmatch(r"[\w-]{1,90}", name) for name in names.values())
    assert names["东区"] == "东区"


def test_communities_of_no_district_are_all(plan_book):
    alone = replace(plan_book.districts[0], key="")
    assert district_names(replace(plan_book, districts=(alone,))) == {"": "all"}
