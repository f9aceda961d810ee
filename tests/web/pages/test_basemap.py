import pytest

pytestmark = pytest.mark.django_db

BYTES = bytes(range(256)) * 4


@pytest.fixture
def ground(settings, tmp_path):
    (tmp_path / "city.pmtiles").write_bytes(BYTES)

    def use(**changes):
        config = settings.SITE.config.model_copy(update={"basemap_file": "city.pmtiles", **changes})
        settings.SITE = settings.SITE.model_copy(update={"folder": tmp_path, "config": config})

    use()
    return use


@pytest.mark.parametrize(
    ("asked", "status", "span", "body"),
    [
        ("bytes=0-9", 206, "bytes 0-9/1024", BYTES[:10]),
        ("bytes=1000-", 206, "bytes 1000-1023/1024", BYTES[1000:]),
        ("bytes=1000-99999", 206, "bytes 1000-1023/1024", BYTES[1000:]),
        ("bytes=1024-1030", 416, "bytes */1024", b""),
        ("bytes=9-3", 416, "bytes */1024", b""),
        ("bytes=0-1,5-6", 200, None, BYTES),
        ("lines=0-1", 200, None, BYTES),
    ],
)
def test_browsers_read_the_parts_they_need(ground, enter, city, asked, status, span, body):
    answer = enter(city.user("street", city.at["street"])).get("/basemap.pmtiles", headers={"Range": asked})
    assert (answer.status_code, answer.get("Content-Range")) == (status, span)
    assert answer.getvalue() == body
    assert answer["Accept-Ranges"] == "bytes"


def test_a_part_that_was_had_before_is_not_sent_again_and_a_newer_file_is_told(ground, enter, city, tmp_path):
    client = enter(city.user())
    tag = client.get("/basemap.pmtiles", headers={"Range": "bytes=0-1"})["ETag"]
    assert not tag.startswith("W/")
    assert client.get("/basemap.pmtiles", headers={"If-None-Match": tag}).status_code == 304
    (tmp_path / "city.pmtiles").write_bytes(BYTES * 2)
    newer = client.get("/basemap.pmtiles", headers={"Range": "bytes=0-1", "If-Range": tag})
    assert (newer.status_code, newer.getvalue()) == (200, BYTES * 2)
    assert newer["ETag"] != tag


def test_who_has_not_signed_in_sees_it_only_if_the_site_says_so(ground, client):
    assert client.get("/basemap.pmtiles").status_code == 404
    ground(basemap_public=True)
    assert client.get("/basemap.pmtiles", headers={"Range": "bytes=0-1"}).status_code == 206


def test_without_a_file_there_is_nothing(enter, city):
    assert enter(city.user()).get("/basemap.pmtiles").status_code == 404
