"""In a real browser: the map, what-ifs, the way; the ground from a file of the site by range, and from Tianditu by key.

No report of the content policy, no request to elsewhere (but Tianditu's, where a key is set), no error in the console.
"""

import gzip
import io
import json
import math
import os
import re
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
import shapely
from PIL import Image

from linli.web.tiles import Outlines, outline_layer, tile_of
from linli.web.vector_tile import encode

ROOT = Path(__file__).parents[3]
BUILT = ROOT / "src" / "linli" / "web" / "static" / "linli" / "app.js"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = os.environ.get("LINLI_SHOTS")
GRAPHICS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
WATER = (0xD9, 0xE6, 0xEC)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser(monkeypatch):
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None or not BUILT.is_file():
        pytest.skip("no Chromium here, or the browser's part is not built (make frontend)")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", *GRAPHICS])
        yield browser
        browser.close()


@pytest.fixture
def page(browser, live_server, town, city):
    """A page of a city office's person that remembers what went wrong on it and what was asked of elsewhere."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    user, session = city.user("city_office"), SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "linli.web.accounts.backend.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "linli_session", "value": session.session_key, "url": live_server.url}])
    page = context.new_page()
    page.wrong, page.elsewhere, page.parts = [], [], []
    page.on("console", lambda m: page.wrong.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith((live_server.url, "data:")) else page.elsewhere.append(r.url))
    page.on("response", lambda r: page.parts.append((r.status, r.url)))
    yield page
    context.close()


def _open(page, live_server, query):
    page.goto(f"{live_server.url}/life-circle/3301/?{query}")
    page.wait_for_selector("[data-island-state=ready]", timeout=30_000)
    page.wait_for_timeout(900)


def _shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def _colours(page):
    """How often each colour stands on the map."""
    image = Image.open(io.BytesIO(page.locator(".ll-canvas").screenshot())).convert("RGB")
    return {colour: n for n, colour in image.getcolors(image.width * image.height)}


@pytest.mark.parametrize("large", [False, True])
def test_an_idea_shows_whom_it_serves_at_once(page, live_server, large, monkeypatch, lonlat):
    if large:
        monkeypatch.setattr("linli.web.lifecircle.island.MOST_FEATURES", 1)
    lon, lat = lonlat(550)
    _open(page, live_server, "type=pharmacy&person=wheelchair&minute=5")
    assert "700 人" in page.inner_text(".ll-figures")
    _open(page, live_server, f"type=pharmacy&person=wheelchair&minute=5&drop={lon},{lat}")
    assert re.search(r"新增可达\s*100 人", page.inner_text(".ll-figures"))
    assert "新增 100 人" in page.inner_text(".ll-drops")
    page.wait_for_selector(".ll-tables td:has-text('+100')")
    page.get_by_role("button", name="移除设想 1").click()
    page.wait_for_function("!location.search.includes('drop')")
    page.get_by_role("button", name="撤销").click()
    page.wait_for_function("location.search.includes('drop')")
    _shot(page, f"life-circle-{'large' if large else 'small'}")
    if AXE.is_file():
        page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
        found = page.evaluate(
            "axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => v.id))"
        )
        assert found == []
    assert (page.wrong, page.elsewhere) == ([], [])


def _pmtiles(lonlat, z=12):
    """The smallest archive that holds one vector tile: header, root directory, metadata, tile."""
    lon, lat = lonlat
    n = 2**z
    x = int((lon + 180) / 360 * n)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
    lake = Outlines(np.array([shapely.box(lon - 0.02, lat - 0.02, lon + 0.02, lat - 0.0005)], dtype=object))
    tile = gzip.compress(encode([outline_layer("water", tile_of(z, x, y), lake, np.ones(1, bool), {})]), mtime=0)

    def varint(value):
        out = b""
        while value > 0x7F:
            out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
        return out + bytes([value])

    column, row, number = x, y, (4**z - 1) // 3  # along the curve of Hilbert, after the tiles of all lesser zooms
    for step in (1 << bit for bit in reversed(range(z))):
        right, lower = int(bool(column & step)), int(bool(row & step))
        number += step * step * ((3 * right) ^ lower)
        if not lower:
            if right:
                column, row = n - 1 - column, n - 1 - row
            column, row = row, column
    directory = b"".join(map(varint, (1, number, 1, len(tile), 1)))
    metadata = json.dumps({"vector_layers": [{"id": "water", "fields": {}}]}).encode()
    places = [
        127,
        len(directory),
        127 + len(directory),
        len(metadata),
        0,
        0,
        127 + len(directory) + len(metadata),
        len(tile),
    ]
    header = b"PMTiles\x03" + struct.pack("<11Q", *places, 1, 1, 1)
    header += struct.pack("<BBBBBB", 1, 1, 2, 1, z, z)  # clustered; directory plain, tile gzip; vector; zooms
    corner = [round(v * 1e7) for v in (lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05)]
    header += struct.pack("<4iB2i", *corner, z, round(lon * 1e7), round(lat * 1e7))
    assert len(header) == 127
    return header + directory + metadata + tile + bytes(40_000)


def _use(settings, tmp_path, **changes):
    config = settings.SITE.config.model_copy(update=changes)
    settings.SITE = settings.SITE.model_copy(update={"folder": tmp_path, "config": config})


def test_the_ground_is_a_file_of_the_site_of_which_parts_are_read(page, live_server, settings, tmp_path, lonlat):
    (tmp_path / "city.pmtiles").write_bytes(_pmtiles(lonlat(500)))
    _use(
        settings,
        tmp_path,
        basemap_file="city.pmtiles",
        map_number="浙S(2026)1号",
        map_attribution={"zh": "市测绘院", "en": "Survey"},
    )
    _open(page, live_server, "type=pharmacy")
    parts = [status for status, url in page.parts if url.endswith("/basemap.pmtiles")]
    assert len(parts) >= 2
    assert set(parts) == {206}
    assert _colours(page).get(WATER, 0) > 20_000, "the lake is drawn"
    assert "审图号：浙S(2026)1号" in page.inner_text(".ll-caption")
    assert "市测绘院" in page.inner_text(".ll-caption")
    _shot(page, "ground-pmtiles")
    assert (page.wrong, page.elsewhere) == ([], [])


def test_without_its_file_the_map_is_drawn_all_the_same(page, live_server, settings, tmp_path, lonlat):
    (tmp_path / "city.pmtiles").write_bytes(b"not an archive" * 99)
    _use(settings, tmp_path, basemap_file="city.pmtiles")
    _open(page, live_server, "type=pharmacy")
    assert "底图未能读取" in page.inner_text(".ll-caption")
    assert "人" in page.inner_text(".ll-figures")


def test_tianditu_by_its_key_is_the_only_place_elsewhere_that_is_asked(page, live_server, settings, tmp_path):
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), (10, 120, 10)).save(picture, "png")
    headers = {"Access-Control-Allow-Origin": "*"}
    page.context.route(
        re.compile("^https://"),
        lambda route: route.fulfill(body=picture.getvalue(), content_type="image/png", headers=headers),
    )
    _use(settings, tmp_path, tianditu_key="0123456789abcdef")
    _open(page, live_server, "type=pharmacy")
    assert page.elsewhere
    assert all(
        re.match(r"https://t[0-7]\.tianditu\.gov\.cn/(vec|cva)_w/wmts\?.*tk=0123456789abcdef", one)
        for one in page.elsewhere
    )
    assert "天地图" in page.inner_text(".ll-caption")
    green = sum(n for (red, g, blue), n in _colours(page).items() if g > red + 10 and g > blue + 10)
    assert green > 100_000, "its pictures are drawn"
    _shot(page, "ground-tianditu")
    assert page.wrong == []
