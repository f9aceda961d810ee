import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urldefrag

import pytest

VOID = {"meta", "link", "br", "input", "img", "hr", "path", "circle", "rect", "use"}


class Reader(HTMLParser):
    """Collects links, ids, language and title; notes what is not closed and what could run."""

    def __init__(self):
        super().__init__()
        self.links, self.ids, self.open, self.bad = [], set(), [], []
        self.lang, self.title, self.scripts = None, "", []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "html":
            self.lang = found.get("lang")
        if tag == "script":
            self.scripts.append(found)
        if any(name.startswith("on") for name in found):
            self.bad.append((tag, found))
        for name in ("href", "src"):
            if found.get(name):
                self.links.append(found[name])
        if "id" in found:
            self.ids.add(found["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.bad.append(("unclosed", tag, self.getpos()))

    def handle_data(self, data):
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data


@pytest.fixture(scope="module")
def read(pages):
    found = {}
    for path, text in pages.items():
        reader = Reader()
        reader.feed(text)
        found[path] = reader
    return found


def test_every_page_has_its_language_and_title_and_is_closed(read):
    for path, page in read.items():
        assert page.title.strip(), path
        assert not page.bad, (path, page.bad[:3])
        assert not page.open, path
        if "/" in path:
            assert page.lang == {"zh": "zh-Hans", "en": "en"}[path.split("/")[0]], path


def test_nothing_is_asked_of_the_outside(report):
    outside = re.compile(r"(?:https?:)?//(?!www\.w3\.org/(?:2000/svg|1999/xlink))[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)
    asking = re.compile(r"""(?:src|href|url\(|@import|fetch\()\s*=?\s*["'(]?\s*(?:https?:)?//""", re.IGNORECASE)
    for path in report[0].rglob("*"):
        if path.suffix in {".html", ".css", ".js", ".svg"}:
            text = path.read_text(encoding="utf-8")
            assert not asking.search(text), path
            if path.suffix != ".html":
                assert not outside.search(text), path


def test_every_link_leads_somewhere(read, report):
    out = report[0]
    ids = {path: page.ids for path, page in read.items()}
    for path, page in read.items():
        for link in page.links:
            if link.startswith(("data:", "#")):
                if link.startswith("#"):
                    assert link[1:] in page.ids, (path, link)
                continue
            target, part = urldefrag(unquote(link))
            parts = []
            for piece in (PurePosixPath(path).parent / target).parts:
                if piece == "..":
                    parts.pop()
                else:
                    parts.append(piece)
            name = "/".join(parts)
            assert (out / name).is_file(), (path, link)
            if part and name in ids:
                assert part in ids[name], (path, link)


def test_hostile_names_stay_text(pages, read, hostile):
    for path, text in pages.items():
        assert hostile not in text, path
        assert "<script>alert" not in text, path
        for script in read[path].scripts:
            assert script.get("src", "").endswith("linli.js") or script.get("type") == "application/json", path
    assert "&lt;script&gt;" in pages["zh/index.html"]


def test_both_languages_have_the_same_pages(pages):
    trees = {lang: {p.partition("/")[2] for p in pages if p.startswith(f"{lang}/")} for lang in ("zh", "en")}
    assert trees["zh"] == trees["en"]
    assert len(trees["zh"]) > 40


def test_unknown_is_marked(pages, book):
    page = pages[f"zh/communities/{book.communities[3].slug}.html"]
    assert '<span class="unknown">待补</span>' in page
    assert "nan" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL).lower().split()


def test_one_page_per_community_and_item_evidence(pages, book):
    for community in book.communities:
        text = pages[f"en/communities/{community.slug}.html"]
        items = sum(len(results) for results in community.results.values())
        assert text.count('<details class="item"') == items


def test_maps_carry_the_approval_number(pages):
    assert "GS(2026)0000" in pages["zh/index.html"]
    assert "GS(2026)0000" in pages["en/coverage/nursery.html"]


def test_tables_filter_and_sort_in_a_browser(report, book, hostile):
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium on this machine")
    name = book.communities[1].name
    page = (report[0] / "zh" / "communities.html").as_uri()
    address = f"{page}#?communities.q={quote(name)}&communities.s=-4"
    command = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", "--dump-dom"]
    done = subprocess.run([*command, address], capture_output=True, timeout=120, check=False)
    if done.returncode:
        pytest.skip(f"Chromium does not start here: {done.stderr.decode(errors='replace')[-200:]}")
    text = done.stdout.decode()
    assert "显示 1 / 4 行" in text
    assert 'aria-sort="descending"' in text
    assert "导出 CSV" in text
    assert hostile not in text
