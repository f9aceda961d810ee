"""In a real browser: a household answers by its slip, once; the office finds the count. Nothing serious from axe."""

import shutil
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse

from linli.web.wishes.models import Reply
from linli.web.wishes.tokens import slip_token

ROOT = Path(__file__).parents[3]
BUILT = ROOT / "src" / "linli" / "web" / "static" / "linli" / "app.js"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(monkeypatch, live_server):
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None or not BUILT.is_file():
        pytest.skip("no Chromium here, or the browser's part is not built (make frontend)")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs a loop in this thread
    cache.clear()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=live_server.url)
        page = context.new_page()
        page.wrong = []
        page.on("console", lambda m: page.wrong.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((live_server.url, "data:")) else page.wrong.append(r.url))
        yield page
        context.close()
        browser.close()


def _look(page, name):
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"), name
    if AXE.is_file():
        page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
        found = page.evaluate("axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
                              ".map(v => [v.id, v.nodes.map(n => n.html).slice(0, 3)]))")  # fmt: skip
        assert found == [], (name, found)


def test_a_household_answers_and_the_office_finds_the_count(page, case):
    case.households(10)
    one = case.open(open_link=True)
    case.slips(one)
    home = reverse("wishes:household", args=[slip_token(one.code, 3)])
    page.goto(reverse("wishes:open", args=[one.code]))
    _look(page, "open")
    page.goto(home)
    page.click("button.big")
    page.wait_for_selector("#errors")
    _look(page, "errors")
    page.get_by_text("社区食堂、老年助餐").click()
    page.click("button.big")
    page.wait_for_url("**/thanks/")
    _look(page, "thanks")
    page.goto(home)
    assert "您家已经填过了" in page.inner_text("main")
    assert Reply._all.get().channel == "slip"
    page.goto("/account/sign-in/")
    page.fill("#id_login", case.who["worker"].username)
    page.fill("#id_password", "Correct-Horse-77")
    page.click("form.form button.main")
    page.wait_for_url(lambda address: "sign-in" not in address)
    for name in ("questionnaire", "results", "take_over", "slips"):
        page.goto(reverse(f"wishes:{name}", args=[one.pk]))
        if name == "results":
            page.wait_for_selector('[data-island="chart"][data-island-state="ready"]')
        _look(page, name)
    assert page.wrong == []
