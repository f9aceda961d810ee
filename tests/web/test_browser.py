"""In a real browser: sign in, change the language, grant a role, find it in the audit trail.

No report of the content policy, no request to elsewhere, no error in the console, nothing serious from axe.
"""

import os
import shutil
from pathlib import Path

import pytest

from linli.web.accounts.models import Grant

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "src" / "linli" / "web" / "static" / "linli" / "app.js"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = os.environ.get("LINLI_SHOTS")

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser(monkeypatch):
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None or not BUILT.is_file():
        pytest.skip("no Chromium here, or the browser's part is not built (make frontend)")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser, live_server):
    """A page that remembers what went wrong on it."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, bypass_csp=False)
    page = context.new_page()
    page.wrong = []
    page.on("console", lambda m: page.wrong.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith((live_server.url, "data:")) else page.wrong.append(r.url))
    yield page
    context.close()


def _look(page, name):
    """Check a page at both widths with axe, and keep its picture if asked to."""
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1 ? [...document.querySelectorAll('main *')]"
                             ".filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll'))"
                             ".map(e => e.outerHTML.slice(0, 80)).slice(0, 5) : null")  # fmt: skip
        assert wide is None, (name, width, "wider than the window", wide)
        if AXE.is_file():
            page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
            found = page.evaluate("axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
                                  ".map(v => [v.id, v.nodes.map(n => n.html).slice(0, 3)]))")  # fmt: skip
            assert found == [], (name, width, found)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 768})


def _sign_in(page, live_server, username, password, name):
    page.goto(f"{live_server.url}/account/sign-in/")
    _look(page, f"sign-in-{name}")
    page.fill("#id_login", username)
    page.fill("#id_password", password)
    page.click("form.form button.main")
    page.wait_for_url(f"{live_server.url}/")


def test_an_administrator_grants_a_role_and_an_auditor_finds_it(page, live_server, people):
    from django.core.cache import cache

    cache.clear()
    password = "Correct-Horse-77"
    target = people["nobody"]
    _sign_in(page, live_server, "security_admin.city", password, "zh")
    page.goto(f"{live_server.url}/manage/people/new/")  # a sensitive page: the password is asked for once more
    _look(page, "again-zh")
    page.fill("#id_password", password)
    page.click("form.form button.main")
    page.wait_for_url("**/manage/people/new/")
    for address, name in (("/", "home"), ("/manage/people/", "people"), ("/manage/organisations/", "organisations"),
                          ("/manage/grants/?role=planner", "grants"), (f"/manage/people/{target.pk}/", "person"),
                          ("/manage/people/new/", "new"), ("/mfa/", "mfa"), ("/account/password/", "password"),
                          ("/manage/deputies/", "deputies"), ("/jobs/", "jobs"), ("/nowhere/", "404")):  # fmt: skip
        page.goto(live_server.url + address)
        _look(page, f"{name}-zh")
    assert [w for w in page.wrong if "404" not in w] == []
    page.wrong.clear()
    page.goto(live_server.url)
    page.click("form.language button")
    page.wait_for_selector("h1:has-text('Hello')")
    for address, name in (("/", "home"), ("/manage/people/", "people"), (f"/manage/people/{target.pk}/", "person")):
        page.goto(live_server.url + address)
        _look(page, f"{name}-en")
    page.click("a.button.main")
    page.select_option("#id_role", "community_worker")
    page.select_option("#id_place", target.organisation.place)
    page.click("form.form button.main")
    assert "Reason" in page.inner_text("#errors")
    _look(page, "grant-en")
    page.fill("#id_reason", "new colleague")
    page.click("form.form button.main")
    page.wait_for_selector(".notice.success")
    assert Grant._all.filter(user=target, role="community_worker").count() == 1
    page.click("summary:has-text('security_admin')")
    page.click("details.me form button")
    page.wait_for_url("**/account/sign-in/**")
    _sign_in(page, live_server, "audit_admin.city", password, "en")
    page.goto(f"{live_server.url}/audit/")
    _look(page, "audit")
    page.fill("input[name=q]", "new colleague")
    page.click("form.tools button")
    page.wait_for_url("**q=new**")
    page.click("#list tbody tr:first-child a")
    assert "community_worker" in page.inner_text("main")
    _look(page, "event")
    assert page.wrong == []
