import json
import re
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urldefrag

import pytest

from linli.feedback.outcome import read_decisions

VOID = {"meta", "link", "br", "input", "img", "hr", "path", "circle", "rect", "use"}


class Reader(HTMLParser):
    """Collects links, ids and text; notes what is not closed and what could run."""

    def __init__(self):
        super().__init__()
        self.links, self.ids, self.open, self.bad, self.scripts, self.lang = [], set(), [], [], [], None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "html":
            self.lang = found.get("lang")
        if tag == "script":
            self.scripts.append(found)
        if any(name.startswith("on") for name in found):
            self.bad.append((tag, found))
        self.links += [found[name] for name in ("href", "src") if found.get(name)]
        if "id" in found:
            self.ids.add(found["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.bad.append(("unclosed", tag, self.getpos()))


@pytest.fixture(scope="module")
def read(pages):
    found = {}
    for path, text in pages.items():
        reader = Reader()
        reader.feed(text)
        found[path] = reader
    return found


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_pages_are_there_in_both_languages(pages, made):
    city = {"index", "worse", "items", "communities", "space", "people", "plan", "doubtful", "data"}
    for lang in ("zh", "en"):
        mine = {path for path in pages if path.startswith(f"{lang}/")}
        assert mine == {f"{lang}/{name}.html" for name in city} | {
            f"{lang}/communities/{c.slug}.html" for c in made.book.communities
        }


def test_every_page_is_closed_in_its_language_and_leads_somewhere(read, written):
    out = written[0]
    for path, page in read.items():
        assert not page.bad, (path, page.bad[:3])
        assert not page.open, path
        if "/" in path:
            assert page.lang == {"zh": "zh-Hans", "en": "en"}[path.split("/")[0]]
        for link in page.links:
            if link.startswith(("data:", "#")):
                assert link == "data:," or link[1:] in page.ids, (path, link)
                continue
            parts = []
            for piece in (PurePosixPath(path).parent / urldefrag(unquote(link))[0]).parts:
                if piece == "..":
                    parts.pop()
                else:
                    parts.append(piece)
            assert out.joinpath(*parts).is_file(), (path, link)


def test_hostile_names_stay_text_and_nothing_is_asked_of_the_outside(pages, read, hostile, written):
    asking = re.compile(r"""(?:src|href|url\(|@import|fetch\()\s*=?\s*["'(]?\s*(?:https?:)?//""", re.IGNORECASE)
    for path, text in pages.items():
        assert hostile not in text, path
        assert "<script>alert" not in text, path
        assert not asking.search(text), path
        for script in read[path].scripts:
            assert script.get("src", "").endswith((".js",)) or script.get("type") == "application/json", path
    assert "&lt;script&gt;" in pages["zh/index.html"] or "&lt;script&gt;" in pages["zh/communities.html"]
    for asset in (written[0] / "assets").iterdir():
        assert not asking.search(asset.read_text(encoding="utf-8")), asset


def test_what_got_worse_comes_first_and_is_told_in_full(pages, outcome):
    index, worse = pages["zh/index.html"], pages["zh/worse.html"]
    assert index.index('id="worse"') < index.index('id="where"') < index.index('id="totals"')
    for text in outcome.worse["zh"]:
        assert str(text).replace("&", "&amp;") in worse.replace("&#39;", "'")
    assert "社区食堂由达标变为未达标" in index
    assert "876名居民在 300 米内不再有社区食堂" in index
    english = plain(pages["en/worse.html"])
    assert "Community canteen: from met to not met" in english


def test_the_overview_holds_the_form_of_the_yearly_report(pages, outcome):
    text = plain(pages["en/index.html"])
    for line in outcome.totals["en"]:
        assert line[0].upper() + line[1:] in text.replace("&#39;", "'"), line
    assert "866 m²" in text
    zh = plain(pages["zh/index.html"])
    assert "盘活存量用房 866 m²" in zh
    assert "与 2025-10-31 相比" in zh


def test_the_plan_page_says_what_it_explains_and_what_is_not_done(pages):
    text = plain(pages["zh/plan.html"])
    assert "方案 4 个项目，已完成 2 个；新增公共服务用房 866 m² 中由方案项目形成的 447 m²" in text
    assert "首轮调查中没有此用房（地块）" in text
    assert "未启动" in text
    assert "50.0" in text  # 万元
    assert "澜埠原锅炉房" in text  # a bare table of projects names no place: the survey does


def test_a_page_for_each_community_tells_only_its_own(pages):
    text = plain(pages["zh/communities/330199001004.html"])
    assert "社区食堂「葭亭老年食堂」关闭" in text
    assert "不再计入：葭亭老年食堂" in text
    assert "澜埠老年食堂" not in text
    assert "3,306" in text


def test_what_is_to_be_decided_can_be_decided_on_the_page(pages, outcome, tmp_path):
    page = pages["en/doubtful.html"]
    assert len(outcome.doubtful) == 3
    assert page.count("<select data-row=") == 3
    told = json.loads(re.search(r'<script type="application/json" id="doubtful">(.*?)</script>', page, re.DOTALL)[1])
    assert [row[1:3] for row in told["rows"]] == outcome.doubtful[["id_before", "id_after"]].to_numpy().tolist()
    # what the script writes is what `linli compare --decided` reads
    same = told["columns"].index("same")
    lines = [",".join(told["columns"])]
    for row in told["rows"]:
        cells = [cell if i != same else "yes" for i, cell in enumerate(row)]
        lines.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    path = tmp_path / "doubtful.csv"
    path.write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
    decided = read_decisions(path)
    assert [one.before_id for one in decided] == outcome.doubtful["id_before"].tolist()
    assert all(one.same for one in decided)


def test_provenance(pages, outcome):
    text = plain(pages["en/data.html"])
    for note in (outcome.meta.before, outcome.meta.after):
        assert note.surveyed_on.isoformat() in text
        assert note.catalogue_version in text
    assert "Same place up to 10" in text
    assert "GS(2026)0000" in plain(pages["en/index.html"])


def test_unknown_is_a_word(pages):
    for path, text in pages.items():
        assert not re.search(r">\s*(?:nan|None|NaN|inf)\s*<", text), path
