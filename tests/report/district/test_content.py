import itertools
from dataclasses import replace

import pytest

from linli.report.district.content import CHAPTERS, district_document
from linli.report.district.docx import word_bytes
from linli.report.district.numbering import number_blocks
from linli.report.district.pdf import document_job
from linli.report.pdf import set_pdf

KINDS, LANGS = ("full", "bare", "empty"), ("zh", "en")


@pytest.mark.parametrize(("kind", "lang"), list(itertools.product(KINDS, LANGS)))
def test_chapters_come_in_the_usual_order_and_references_lead_somewhere(documents, desks, kind, lang):
    headings = number_blocks(documents(kind, lang)).headings
    first = [one.text for one in headings if one.level == 1 and not one.annex and one.label]
    assert len(first) == len(CHAPTERS) == 8
    assert first == [desks(lang=lang).say(f"{one.__name__.rsplit('.', 1)[-1]}.title") for one in CHAPTERS]
    labels = [one.label for one in headings if one.level == 1 and not one.annex]
    assert labels[1:3] == (["一、", "二、"] if lang == "zh" else ["1 ", "2 "])


@pytest.mark.parametrize(("kind", "lang"), list(itertools.product(KINDS, LANGS)))
def test_captions_count_without_gaps(documents, kind, lang):
    captions = number_blocks(documents(kind, lang)).captions.values()
    for which in ("table", "figure"):
        found = [one.number for one in captions if one.kind == which]
        assert found == list(range(1, len(found) + 1))


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_of_the_other_language_and_no_bare_nan(documents, said, lang):
    text = said(documents("full", lang).blocks)
    assert "nan" not in text.lower().split()
    assert "None" not in text.split()
    assert "{" not in text.replace("{page}", "")


def test_the_summary_is_the_books(documents, said, desks):
    desk, text = desks(), said(documents().blocks)
    assert desk.fmt.pct(desk.part.sums.needs.share_after) in text
    assert desk.people(desk.part.sums.gaining) in text


def test_the_cover_says_what_is_not_filled_in(documents):
    lines = dict(documents().cover.lines)
    assert lines["组织编制"] == "某区住建局"
    assert lines["编制单位"] == "（待填）"
    assert documents().cover.status == "（征求意见稿）"
    assert dict(documents("bare").cover.lines)["实施期"] == "未排"


@pytest.mark.parametrize("lang", LANGS)
def test_figures_of_the_plan_are_in_the_document(documents, lang):
    keys = set(number_blocks(documents("full", lang)).captions)
    wanted = {"coverage", "places_map", "without_map", "types", "served_by_year", "cash_flow", "frontier", "operating"}
    assert {f"figure_{key}" for key in wanted} <= keys
    assert any(key.startswith("figure_gantt") for key in keys)


@pytest.mark.parametrize(("kind", "lang"), list(itertools.product(("full", "empty"), LANGS)))
def test_it_becomes_a_word_file(documents, opened, kind, lang):
    document = documents(kind, lang)
    file = opened(word_bytes(document, None))
    names = [p.text for p in file.paragraphs if p.style.name.startswith("Heading")]
    assert names == [" ".join(one.text.split("\n")) for one in number_blocks(document).headings]


def test_a_district_has_a_document_of_its_own(documents, plan_book, said):
    for part in plan_book.districts:
        text = said(documents("full", "zh", part.key).blocks)
        assert part.communities[0].name in text
        others = [one.name for other in plan_book.districts if other.key != part.key for one in other.communities]
        assert not [name for name in others if f"\n{name}\n" in text]


@pytest.mark.parametrize("lang", LANGS)
def test_housing_may_stand_for_people(desks, plan_book, said, lang):
    desk = desks(lang=lang, book=replace(plan_book, unit="m2"))
    text = said(district_document(desk).blocks)
    assert "m²" in text
    assert ("代替居民" if lang == "zh" else "stands for residents") in text


def test_a_place_of_many_letters_and_a_plan_without_an_answer(desks, plan_book, opened, fonts, tmp_path):
    nothing = {"status": "infeasible", "objective": None, "bound": None, "gap": None}
    book = replace(plan_book, plan={**plan_book.plan, **nothing})
    document = district_document(desks(book=book, place="很长的名字<&>" * 20))
    assert "无解" in "".join(p.text for p in opened(word_bytes(document, None)).paragraphs)
    assert set_pdf(document_job(document, fonts, tmp_path / "long.pdf"), fonts).stat().st_size > 10_000
