"""In a real browser on a phone: without a network, then with one, through a conflict to a decision.

No report of the content policy, no request to elsewhere, no error in the console, nothing serious from axe; a page to
sign in on is never kept.
"""

import io
import os
import re
import shutil
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from linli.web.field.models import Conflict, Entry
from linli.web.places.models import Photo, Record

ROOT = Path(__file__).parents[3]
BUILT = ROOT / "src" / "linli" / "web" / "static" / "linli" / "app.js"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = os.environ.get("LINLI_SHOTS")
PASSWORD = "Correct-Horse-77"
HERE = {"longitude": 120.1216, "latitude": 30.2991}
AWAY = (
    "ERR_INTERNET_DISCONNECTED",
    "ERR_FAILED",
    "Couldn't load preload assets",
    "Failed to fetch",
    "GL Driver Message",
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(monkeypatch, live_server):
    """A phone's browser that knows where it is, and remembers what went wrong on its page."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None or not BUILT.is_file():
        pytest.skip("no Chromium here, or the browser's part is not built (make frontend)")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs a loop in this thread
    cache.clear()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
                                      geolocation=HERE, permissions=["geolocation"], base_url=live_server.url)  # fmt: skip
        page = context.new_page()
        page.wrong = []
        page.on("console", lambda m: page.wrong.append(m.text)
                if m.type in {"error", "warning"} and not any(text in m.text for text in AWAY) else None)  # fmt: skip
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((live_server.url, "data:")) else page.wrong.append(r.url))
        yield page
        context.close()
        browser.close()


def _look(page, name):
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    assert not wide, (name, "wider than the window")
    if AXE.is_file():
        page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
        found = page.evaluate("axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
                              ".map(v => [v.id, v.nodes.map(n => n.html).slice(0, 3)]))")  # fmt: skip
        assert found == [], (name, found)
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def _sign_in(page, username):
    page.goto("/account/sign-in/")
    page.fill("#id_login", username)
    page.fill("#id_password", PASSWORD)
    page.click("form.form button.main")
    page.wait_for_url(lambda address: "sign-in" not in address)


def _wait_for(page, state, count):
    expect(page.locator(f'.ll-queue > li[data-state="{state}"]')).to_have_count(count)


def _kept(page):
    script = "caches.open('linli-survey-pages').then(c => c.keys()).then(k => k.map(r => new URL(r.url).pathname))"
    return page.evaluate(script)


def _photo():
    from PIL import ExifTags, Image

    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:20 09:30:15"
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(file, "JPEG", exif=exif)
    return {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_a_worker_surveys_without_a_network_and_decides_a_conflict(phone, case):
    one = case.facility()
    near = case.facility(name="和睦菜场", kind="market", shape=type(one.shape)(120.1225, 30.2991))
    far = case.facility(name="远处药店", kind="pharmacy", shape=type(one.shape)(120.139, 30.309))
    community = reverse("field:community", args=[case.home.code])
    form = reverse("field:record", args=[case.home.code, "facilities", one.key])
    _sign_in(phone, "worker")

    phone.goto(community)
    phone.wait_for_selector('[data-island="field-list"][data-offline="ready"]')
    _look(phone, "field-list-zh")
    phone.click("button:has-text('全部存到本机')")
    phone.wait_for_selector("button:has-text('已存到本机')")
    assert form in _kept(phone)
    assert not any("sign-in" in address for address in _kept(phone))
    phone.goto(form)
    phone.wait_for_selector('[data-island="offline-form"][data-offline="ready"]')
    _look(phone, "field-form-zh")

    phone.context.set_offline(True)
    phone.reload()
    phone.wait_for_selector('[data-island="pin"][data-island-state="ready"] canvas')
    phone.fill("#id_floor_area_m2", "300")
    phone.set_input_files("#id_photos", files=[_photo()])
    phone.wait_for_selector(".ll-photo figcaption:has-text('2026-11-20')")
    phone.click("form.phone button.main")
    phone.wait_for_selector('.ll-queue > li[data-state="waiting"]')
    assert "无网络" in phone.inner_text(".ll-network")
    _look(phone, "field-saved-zh")
    phone.goto(community)
    phone.wait_for_selector('[data-island-state="ready"]')
    phone.click("button:has-text('就近排序')")
    phone.wait_for_selector(".ll-far:has-text('km')")
    shown = phone.locator(".todo > li:visible strong").all_inner_texts()
    assert [name for name in shown if name in {one.name, near.name, far.name}] == [one.name, near.name, far.name]
    phone.locator(".todo > li", has_text="和睦菜场").get_by_role("button", name="与现状一致").click()
    _wait_for(phone, "waiting", 2)
    _look(phone, "field-list-offline-zh")
    assert not Entry._all.exists()

    case.change(one, floor_area_m2=260, opening_hours="06:00-20:00")  # the street, meanwhile
    phone.context.set_offline(False)
    phone.wait_for_selector('.ll-queue > li[data-state="conflict"]')
    phone.wait_for_selector(".todo > li:has-text('和睦菜场') .ll-state-sent")
    one.refresh_from_db()
    near.refresh_from_db()
    assert (one.values["floor_area_m2"], near.version) == (260, 2)
    phone.click("button:has-text('对比并决定')")
    send = phone.get_by_role("button", name="按以上选择发送")
    assert send.is_disabled()  # both changed the area
    _look(phone, "field-conflict-zh")
    phone.locator(".ll-conflict tr", has_text="建筑面积").get_by_text("300").click()
    send.click()
    phone.wait_for_selector(".todo > li:has-text('和睦食堂') .ll-state-sent")
    _wait_for(phone, "conflict", 0)
    one.refresh_from_db()
    assert (one.values["floor_area_m2"], one.values["opening_hours"]) == (300, "06:00-20:00")
    assert Photo._all.get(record=one).taken_at is not None
    assert set(Conflict._all.values_list("state", flat=True)) == {"superseded"}

    phone.goto(reverse("field:mine"))
    _look(phone, "field-mine-zh")
    phone.click("details.me:not(.chooser) summary")
    phone.click("details.me:not(.chooser) form button")
    phone.wait_for_url("**/account/sign-in/**")
    phone.goto(community)
    assert "sign-in" in phone.url
    assert _kept(phone) == []  # who signs out leaves no page behind, and the page to sign in on is not kept
    assert phone.wrong == []


def test_in_english_and_with_a_new_place(phone, live_server, case):
    case.facility()
    phone.context.add_cookies([{"name": "linli_language", "value": "en", "url": live_server.url}])
    _sign_in(phone, "worker")
    phone.goto(reverse("field:community", args=[case.home.code]))
    phone.wait_for_selector('[data-island-state="ready"]')
    _look(phone, "field-list-en")
    phone.goto(reverse("field:new", args=[case.home.code, "facilities"]))
    phone.wait_for_selector('[data-island="offline-form"][data-island-state="ready"]')
    _look(phone, "field-new-en")
    phone.select_option("#id_type", "pharmacy")
    phone.fill("#id_name", "New pharmacy")
    phone.fill("#id_floor_area_m2", "ninety")
    phone.get_by_role("button", name="Where I am").click()
    expect(phone.locator("[name=geometry]")).to_have_value(re.compile("Point"))
    phone.click("form.phone button.main")
    phone.wait_for_selector('.ll-queue > li[data-state="invalid"]')
    phone.get_by_role("button", name="Correct").click()
    assert "ninety" in phone.inner_text("[data-offline-error]")
    _look(phone, "field-invalid-en")
    phone.fill("#id_floor_area_m2", "90")
    phone.click("form.phone button.main")
    phone.wait_for_selector('.ll-queue > li[data-state="sent"]')
    made = Record._all.get(name="New pharmacy")
    assert made.values["floor_area_m2"] == 90
    assert made.shape.distance(type(made.shape)(HERE["longitude"], HERE["latitude"])) < 1e-6
    assert phone.wrong == []
