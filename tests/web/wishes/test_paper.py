import re

import pytest

from linli.web.wishes.paper import QR_KINDS, poster, qr_code, slip_list, slip_sheet

ADDRESS = "https://linli.example.gov.cn/wishes/q/abc/"


@pytest.mark.parametrize("kind", sorted(QR_KINDS))
def test_a_qr_code_says_the_same_every_time(kind):
    assert qr_code(ADDRESS, kind) == qr_code(ADDRESS, kind)
    assert qr_code(ADDRESS, kind) != qr_code(ADDRESS + "x", kind)


def test_a_qr_code_has_white_around_it_unless_it_is_set_into_a_sheet():
    alone, inside = (qr_code(ADDRESS, "svg", border=border).decode() for border in (4, 0))
    sides = [float(re.search(r'viewBox="0 0 (\d+)', svg)[1]) for svg in (alone, inside)]
    assert sides[0] == sides[1] + 8
    assert "style=" not in alone  # the policy of the pages allows no inline style


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("open_link", [True, False])
def test_the_poster_is_one_page(lang, open_link):
    sheet = poster(community="和睦社区 #[rm]", dates="2026-11-01 至 2026-11-30", address=ADDRESS, open_link=open_link,
                   foot="咨询：一楼大厅", lang=lang)  # fmt: skip
    assert sheet.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type/Page\b", sheet)) == 1


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (10, 1), (11, 2), (100, 10)])
def test_slips_stand_ten_a_page(count, pages):
    slips = [(n, "0123-4567-89AB-CDEF-GHJK-MNPQ-RS", f"{ADDRESS}{n}") for n in range(1, count + 1)]
    sheet = slip_sheet(slips, community="和睦社区", dates="2026-11-01 至 2026-11-30", lang="zh")
    assert len(re.findall(rb"/Type/Page\b", sheet)) == pages


def test_the_list_of_links_is_text():
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(slip_list([(1, "=1+1", ADDRESS)])))
    assert list(book.active.values) == [("编号", "代码", "链接"), (1, "=1+1", ADDRESS)]
