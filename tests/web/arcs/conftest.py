"""A copy of the demo site, served by `linli serve` in a process of its own, and Chromium before it.

The arcs walk it as people do: they sign in with the password that was printed once, change it, and go from page to
page by what stands on it. Each page is watched: no report of the content policy, no request to elsewhere, no error in
the console.
"""

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from socket import socket

import pytest

ROOT = Path(__file__).parents[3]
BUILT = ROOT / "src" / "linli" / "web" / "static" / "linli" / "app.js"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = os.environ.get("LINLI_SHOTS")
PASSWORD = "Correct-Horse-77"
DESK, PHONE = (1366, 900), (390, 844)
HARMLESS = ("GL Driver Message", "WebGL")
"""What Chromium without a graphics card says about itself."""


class Walk:
    """A browser at the served site; one window for each person who has signed in."""

    def __init__(self, browser, address, folder, passwords):
        self.browser, self.address, self.folder, self.passwords = browser, address, folder, passwords
        self.pages, self.wrong = {}, []

    def enter(self, username, *, language="zh-hans"):
        """Return the page of a person, who signs in as one does for the first time."""
        if username in self.pages:
            return self.pages[username]
        context = self.browser.new_context(viewport=dict(zip(("width", "height"), DESK, strict=True)),
                                           base_url=self.address, accept_downloads=True)  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(30_000)
        context.on("console", lambda m: self._hear(username, m.text) if m.type in {"error", "warning"} else None)
        context.on("weberror", lambda error: self._hear(username, str(error.error)))
        context.on("request", lambda r: None if r.url.startswith((self.address, "data:", "blob:"))
                   else self._hear(username, r.url))  # fmt: skip
        page.goto("/account/sign-in/")
        page.fill("#id_login", username)
        page.fill("#id_password", self.passwords[username])
        self.press(page)
        page.wait_for_selector("#id_oldpassword")  # the first password is changed before anything else
        page.fill("#id_oldpassword", self.passwords[username])
        page.fill("#id_password1", PASSWORD)
        page.fill("#id_password2", PASSWORD)
        self.press(page)
        page.wait_for_selector(".notice.success")
        page.goto("/")
        if language == "en":
            self.press(page, "form.language button")
        self.pages[username] = page
        return page

    def _hear(self, who, text):
        if not any(one in text for one in HARMLESS):
            self.wrong.append((who, text))

    @staticmethod
    def press(page, what="form.form button.main"):
        """Click the button of a form, or a link, and wait until the page that answers is there."""
        with page.expect_navigation():
            (page.locator(what) if isinstance(what, str) else what).click()

    def again(self, page):
        """Give the password once more if a sensitive page asks for it."""
        if "/account/again/" in page.url:
            page.fill("#id_password", PASSWORD)
            self.press(page)

    def send(self, page, *, files=None, **said):
        """Fill in the form of a page, send it, and wait for the word that it was done."""
        for name, value in said.items():
            field = page.locator(f"form.form [name={name}]")
            if field.first.get_attribute("type") in {"radio", "checkbox"}:
                for one in [value] if isinstance(value, str) else value:
                    page.check(f"form.form [name={name}][value={one}]")
            elif field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(**({"label": value} if value in field.inner_text() else {"value": value}))
            else:
                field.fill(str(value))
        for name, (called, data) in (files or {}).items():
            kind = {"pdf": "application/pdf", "png": "image/png"}[called.rpartition(".")[2]]
            page.set_input_files(f"form.form [name={name}]", {"name": called, "mimeType": kind, "buffer": data})
        self.press(page)
        assert page.locator(".errors").count() == 0, page.locator(".errors").inner_text()
        page.wait_for_selector(".notice.success")

    def go(self, page, *titles):
        """Click what is called so, one after another, in the page or in the menu beside it."""
        for title in titles:
            here = page.get_by_role("main").get_by_role("link", name=title, exact=True)
            beside = page.locator("nav.side").get_by_role("link", name=title, exact=True)
            link = here if here.count() else beside
            with page.expect_navigation():
                link.first.click()
            self.again(page)

    def seek(self, page, menu, asked, **filters):
        """Come to a list by the menu and look for something in it."""
        with page.expect_navigation():
            page.locator("nav.side").get_by_role("link", name=menu, exact=True).click()
        for name, value in {**filters, "q": asked}.items():
            field = page.locator(f"form.tools [name={name}]")
            if name in filters:
                with page.expect_response(lambda answer: "/?" in answer.url):
                    field.select_option(value)
                page.wait_for_selector(f"form.tools [name={name}] option[value='{value}'][selected]", state="attached")
            else:
                field.fill(value)
                field.press("Enter")
                page.wait_for_selector(f"form.tools [name={name}][value='{value}']")

    def find(self, page, menu, asked, **filters):
        """Look for something in a list, and open the first that is found."""
        self.seek(page, menu, asked, **filters)
        with page.expect_navigation():
            page.locator("#list tbody tr:first-child a").first.click()

    @staticmethod
    def _too_wide(page):
        """Return what is wider than the window, when charts have had the time to draw themselves for its width."""
        limit = time.monotonic() + 10
        while True:
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1 ? [...document.querySelectorAll('main *')]"
                                 ".filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll'))"
                                 ".map(e => e.outerHTML.slice(0, 80)).slice(0, 5) : null")  # fmt: skip
            if wide is None or time.monotonic() > limit:
                return wide
            page.wait_for_timeout(100)

    def look(self, page, name, *, axe=True):
        """Check a page at both widths: nothing wider than the window, nothing serious from axe; keep its picture if asked to."""
        for width, height in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            assert (wide := self._too_wide(page)) is None, (name, width, "wider than the window", wide)
            if axe:
                page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
                found = page.evaluate("axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
                                      ".map(v => [v.id, v.nodes.map(n => n.html).slice(0, 3)]))")  # fmt: skip
                assert found == [], (name, width, found)
            if SHOTS:  # with what maps and charts draw
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(500)
                page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)

    def ask(self, question, *arguments):
        """Ask the site's database."""
        with contextlib.closing(sqlite3.connect(self.folder / "linli.sqlite3", timeout=30)) as base:
            return base.execute(question, arguments).fetchall()

    def reload_until(self, page, selector, *, seconds=180):
        """Wait for what a job of the worker brings to a page that does not renew itself."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            page.reload()
            if page.locator(selector).count():
                return page.locator(selector).first
            time.sleep(1)
        raise AssertionError((page.url, selector))


def _free_port():
    with contextlib.closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _ready(address, server):
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        assert server.poll() is None, "linli serve has ended"
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                assert json.load(answer)["status"] == "ok"
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(address)


@pytest.fixture(scope="module")
def walk(demo_site, tmp_path_factory):
    """Serve a copy of the demo site, with its worker; nothing may have gone wrong on any page."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None or not BUILT.is_file() or not AXE.is_file():
        pytest.skip("no Chromium here, or the browser's part is not built (make frontend)")
    folder = tmp_path_factory.mktemp("arc") / "site"
    shutil.copytree(demo_site.folder, folder)
    passwords = dict(re.findall(r"^  (\w+) +(\w{14})$", demo_site.said.read_text(), re.MULTILINE))
    port = _free_port()
    hidden = {"LINLI_SITE", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", "from linli.cli import main; main()", "serve", str(folder), "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    try:
        _ready(f"http://127.0.0.1:{port}", server)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            walk = Walk(browser, f"http://127.0.0.1:{port}", folder, passwords)
            yield walk
            browser.close()
        assert walk.wrong == []
    finally:
        server.terminate()
        server.wait(30)
