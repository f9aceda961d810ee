"""What a phone asks for: pages that can be kept, the worker, the token, the way in."""

import io
import json
import re
import uuid

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.web.field import phone
from linli.web.field.columns import geometry_text
from linli.web.field.models import Entry, Submission
from linli.web.places.models import Photo, Record

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"field:{name}", args=args)


def configs(page):
    """Return the islands' configurations of a page in order."""
    found = re.findall(r'<script type="application/json">(.*?)</script>', page.content.decode(), re.DOTALL)
    return [json.loads(text) for text in found]


def photo():
    from PIL import ExifTags, Image

    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:20 09:30:15"
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(file, "JPEG", exif=exif)
    return file.getvalue()


# Scripts and token --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["offline-worker.js", "map-worker.js"])
def test_scripts_are_given_below_the_form_s_path_and_asked_again(client, monkeypatch, tmp_path, name):
    (tmp_path / name).write_text("self.x = 1")
    monkeypatch.setattr(phone, "_STATIC", tmp_path)
    phone._script.cache_clear()
    at = address(name.replace("-", "_").removesuffix(".js"))
    assert at == f"/field/{name}"
    answer = client.get(at)
    assert answer.content == b"self.x = 1"
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert client.get(at, headers={"if-none-match": answer["ETag"]}).status_code == 304
    phone._script.cache_clear()


def test_where_the_browser_s_part_is_not_built_there_is_no_script(client, monkeypatch, tmp_path):
    monkeypatch.setattr(phone, "_STATIC", tmp_path)
    assert client.get(address("offline_worker")).status_code == 404


def test_who_is_signed_in_gets_a_token_and_nobody_else_a_page(case, enter, client):
    answer = client.get(address("token"))
    assert (answer.status_code, answer["Location"].startswith("/account/sign-in/")) == (302, True)
    told = enter(case.who["worker"]).get(address("token")).json()
    assert told["user"] == str(case.who["worker"].pk)
    assert len(told["csrf"]) > 30


# The way in ---------------------------------------------------------------------------------------------------------
def test_a_phone_sends_with_its_token(case, enter):
    enter(case.who["worker"])
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(case.who["worker"])
    sent = case.body(values=case.fresh(), photos=[{"name": "a.jpg"}])

    def post(**headers):
        data = {"submission": json.dumps(sent), "photo-0": SimpleUploadedFile("a.jpg", photo())}
        return strict.post(address("submissions"), data, headers=headers)

    assert post().status_code == 403
    token = strict.get(address("token")).json()["csrf"]
    answer = post(**{"x-csrftoken": token})
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    assert Photo._all.get().taken_at is not None
    assert answer.json()["href"] == address("entry", sent["id"])


def test_what_cannot_be_read_is_said_and_not_kept(case, enter):
    client = enter(case.who["worker"])
    told = client.post(address("submissions"), {"submission": "{"}).json()
    assert told["state"] == "refused"
    missing = case.body(values=case.fresh(), photos=[{"name": "a.jpg"}])
    told = client.post(address("submissions"), {"submission": json.dumps(missing)}).json()
    assert "照片没有随表到达" in told["message"]
    other = {**case.body(values={}), "form": "castle"}
    assert client.post(address("submissions"), {"submission": json.dumps(other)}).json()["state"] == "refused"
    assert not Submission._all.exists()


def test_signed_out_nothing_is_taken_and_the_phone_keeps_it(case, client):
    answer = client.post(address("submissions"), {"submission": json.dumps(case.body(values=case.fresh()))})
    assert (answer.status_code, Entry._all.count()) == (302, 0)


# The list -----------------------------------------------------------------------------------------------------------
def test_one_community_leads_straight_to_its_list(case, enter):
    page = enter(case.who["worker"]).get(address("home"))
    assert configs(page)[0]["shell"] == [address("home")]
    assert 'data-island="field-list"' in page.content.decode()
    page = enter(case.who["street"]).get(address("home")).content.decode()
    assert "和睦社区" in page
    assert "华丰社区" in page
    assert "本轮已核对 0 / 0" in page


def test_the_list_tells_the_island_everything(case, enter):
    one = case.facility()
    page = enter(case.who["worker"]).get(address("community", case.home.code))
    (config,) = configs(page)
    assert config["worker"] == "/field/offline-worker.js"
    assert config["scope"] == "/field/"
    assert config["shell"] == [address("community", case.home.code)]
    assert address("record", case.home.code, "facilities", one.key) in config["pages"]
    assert address("new", case.home.code, "rooms") in config["pages"]
    text = page.content.decode()
    assert f'data-record="facilities/{one.key}"' in text
    assert 'data-lon="120.1215"' in text
    assert f'data-form="confirm" data-version="{one.version}"' in text
    assert 'data-form="none" data-kind="nursery"' in text
    assert page["Cache-Control"] == "private, no-store"


def test_pages_of_every_thing_open(case, enter):
    case.facility()
    client = enter(case.who["worker"])
    (config,) = configs(client.get(address("community", case.home.code)))
    for page in config["pages"]:
        assert client.get(page).status_code == 200, page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_speak_both_languages(case, enter, lang):
    one = case.facility()
    client = enter(case.who["street"])
    client.cookies["linli_language"] = lang
    pages = [address("home"), address("community", case.home.code), address("new", case.home.code, "facilities"),
             address("record", case.home.code, "facilities", one.key),
             address("answer", case.home.code, "complete_community/community_culture"), address("mine")]  # fmt: skip
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert ('lang="en"' in answer.content.decode()[:200]) is (lang == "en")


# The form -----------------------------------------------------------------------------------------------------------
def test_the_form_holds_what_is_known_and_the_map_needs_no_request(case, enter):
    one = case.facility(opening_hours="07:00-19:00")
    page = enter(case.who["worker"]).get(address("record", case.home.code, "facilities", one.key))
    form, pin = configs(page)
    assert (form["record"], form["base_version"], form["base"]["floor_area_m2"]) == (f"facilities/{one.key}", 1, "240")
    assert form["user"] == str(case.who["worker"].pk)
    assert pin["required"] is True
    assert pin["worker"] == "/field/map-worker.js"
    assert pin["area"]["type"] == "Polygon"
    assert [layer["id"] for layer in pin["layers"]] == ["area", "near"]
    near = [each["properties"] for each in pin["layers"][1]["features"]["features"]]
    assert all(set(each) == {"name", "group"} for each in near)  # each with the sign of its kind
    assert all("src" not in layer for layer in pin["layers"])
    text = page.content.decode()
    assert 'value="07:00-19:00"' in text
    assert "不知道就留空" in text


def test_forms_that_are_not_there(case, enter):
    client = enter(case.who["worker"])
    for page in (address("new", case.home.code, "plots"), address("record", case.home.code, "facilities", "F-0"),
                 address("answer", case.home.code, "no/item"), address("community", "330105011002")):  # fmt: skip
        assert client.get(page).status_code == 404


def test_without_scripts_the_form_goes_the_same_way(case, enter):
    one = case.facility()
    client = enter(case.who["worker"])
    at = address("record", case.home.code, "facilities", one.key)
    sent = {**case.filled(one, floor_area_m2="300"), "base_version": "1"}
    answer = client.post(at, {**sent, "photos": SimpleUploadedFile("a.jpg", photo())})
    assert answer["Location"] == address("community", case.home.code)
    one.refresh_from_db()
    assert one.values["floor_area_m2"] == 300
    assert Photo._all.get().taken_at is not None  # read from the file, which is drawn anew
    page = client.post(at, {**sent, "floor_area_m2": "-1", "base_version": "2"}).content.decode()
    assert "-1" in page
    assert "小于" in page or "不小于" in page or "允许" in page
    case.change(one, floor_area_m2=260)
    answer = client.post(at, {**sent, "floor_area_m2": "333", "base_version": "2"})
    assert answer["Location"] == address("entry", Entry._all.get(state="conflict").client)
    twice = str(uuid.uuid4())
    for _ in range(2):
        client.post(address("new", case.home.code, "facilities"), {**case.fresh(), "client": twice})
    assert Record._all.filter(name="和睦药店").count() == 1


def test_a_new_form_may_begin_with_a_type(case, enter):
    client = enter(case.who["worker"])
    page = client.get(address("new", case.home.code, "facilities") + "?type=nursery").content.decode()
    assert '<option value="nursery" selected>' in page
    page = client.get(address("new", case.home.code, "facilities") + "?type=castle").content.decode()
    assert 'value="castle"' not in page


def test_a_community_without_an_outline_has_a_map_all_the_same(case, enter):
    Record._all.filter(layer="communities").update(closed_at="2026-01-01T00:00:00Z")
    case.facility()
    _, pin = configs(enter(case.who["worker"]).get(address("new", case.home.code, "facilities")))
    assert "area" not in pin
    assert [layer["id"] for layer in pin["layers"]] == ["near"]
    assert geometry_text(shapely.Point(1, 2))
