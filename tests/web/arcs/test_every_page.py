"""Every kind of page, as people of several roles meet it: by the menu, and by the links that stand on pages.

A *kind* of page is one route. Each is looked at in both languages at both widths by the first person who comes to it:
in Chinese with axe, in English without. By itself the test goes to the pages of the menu and to one object of each
list; with ``LINLI_SHOTS`` it also goes to whatever kind of page a page leads to, forms and all, as people of every
role, and opens for each of them the menu's pages that others have seen.
"""

import os
import re

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from linli.web.words import word_table

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FAR = bool(os.environ.get("LINLI_SHOTS"))
PEOPLE = ("city_office", "street", "finance", "security_admin", "system_admin")
MORE = ("district_office", "community_worker", "planner", "reviewer", "operator", "department_reader", "auditor",
        "audit_admin")  # fmt: skip
NO_PAGES = {"account_logout", "set_language", "field:picture", "places:photo", "projects:file", "providers:file",
            "wishes:poster", "wishes:qr"}  # fmt: skip
MENU = "nav.side a[href], .top details.me a[href]"
FIRST = "main tbody tr:first-child a[href]"
ALL = "main a[href]:not([download])"
KEY = re.compile(rf"\b(?:{'|'.join({key.partition('.')[0] for key in word_table()})})\.\w+\.\w+")
"""A key where its words should be."""


def _kind(address):
    try:
        return resolve(address.partition("?")[0].partition("#")[0]).view_name
    except Resolver404:
        return ""


def _links(page, selector):
    """Return the addresses of this site that a page leads to, the first of each kind."""
    script = "all => all.filter(a => a.origin === location.origin).map(a => a.pathname + a.search)"
    found = {}
    for address in page.eval_on_selector_all(selector, script):
        kind = _kind(address)
        if kind and kind not in NO_PAGES and not kind.endswith(("_export", "_layer")):
            found.setdefault(kind, address)
    return found


def _open(walk, page, address):
    """Come to a page; return what is wrong with it."""
    answer = page.goto(address, timeout=120_000)  # what is worked out for the first time takes a while
    walk.again(page)
    page.wait_for_load_state()
    heads = page.locator("h1").count()
    keys = KEY.findall(page.locator("body").inner_text())
    return [what for what in (answer.status, f"h1: {heads}", *keys) if what not in (200, "h1: 1")]


def _speak(page, language):
    button = page.locator(f"form.language button[value={language}]")
    if button.count():
        with page.expect_navigation():
            button.click()


def _walk_as(walk, page, who, seen, start):
    """Go to every kind of page that a person comes to; return what was wrong."""
    wrong, met, waiting = [], set(), dict(start)
    while waiting:
        kind, address = waiting.popitem()
        if kind in met or (kind in seen and not (kind in start and FAR)):
            continue
        met.add(kind)
        try:
            wrong += [(who, address, one) for one in _open(walk, page, address)]
            near = {} if kind not in start else _links(page, FIRST)
            further = _links(page, ALL) if FAR else {}
            waiting |= {one: where for one, where in (further | near).items() if one not in met | seen}
            if kind in seen:
                continue
            seen.add(kind)
            name = f"every-{who}-{kind.replace(':', '-')}"
            walk.look(page, f"{name}-zh")
            _speak(page, "en")
            wrong += [(who, "en", address, one) for one in _open(walk, page, address)]
            walk.look(page, f"{name}-en", axe=False)
            _speak(page, "zh")
        except (AssertionError, Error) as fault:
            wrong.append((who, address, str(fault)[:600]))
            page.goto("/")
            _speak(page, "zh")
    return wrong


def test_every_page_is_whole_in_both_languages_at_both_widths(walk):
    seen, wrong = set(), []
    for who in (*PEOPLE, *(MORE if FAR else ())):
        page = walk.enter(who)
        wrong += _walk_as(walk, page, who, seen, _links(page, MENU))
    assert not wrong, "\n".join(map(str, wrong))
    assert len(seen) > 60, sorted(seen)  # the menu's pages and their objects


def test_what_everybody_may_read_is_whole(walk):
    context = walk.browser.new_context(base_url=walk.address)
    page, seen = context.new_page(), set()
    wrong = _walk_as(walk, page, "nobody", seen, {"account_login": "/account/sign-in/",
                                                  "providers:directory": "/providers/directory/"})  # fmt: skip
    context.close()
    assert not wrong, "\n".join(map(str, wrong))
    assert "providers:directory" in seen
