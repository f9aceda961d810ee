from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from linli.web.pages.maps import basemap_for, map_frame

pytestmark = pytest.mark.django_db

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def ask(rf, city, settings, tmp_path):
    def asked(user=None, **changes):
        config = settings.SITE.config.model_copy(update=changes)
        settings.SITE = settings.SITE.model_copy(update={"folder": tmp_path, "config": config})
        request = rf.get("/")
        request.user = user or city.user()
        return request

    return asked


def test_without_settings_a_map_has_no_ground_and_says_only_what_is_known(ask):
    assert basemap_for(ask()) is None
    assert map_frame(ask()) == {}
    frame = map_frame(
        ask(), title="覆盖", data_on=date(2026, 3, 1), source="调查", bounds=(120.1, 30.2, 120.20000004, 30.3)
    )
    assert frame == {"title": "覆盖", "date": "2026-03-01", "source": "调查", "bounds": [120.1, 30.2, 120.2, 30.3]}


def test_tianditu_by_its_key(ask):
    request = ask(tianditu_key=KEY, map_number="浙S(2026)1号", map_attribution={"zh": "自然资源部", "en": "MNR"})
    assert map_frame(request) == {
        "map_number": "浙S(2026)1号",
        "attribution": "自然资源部",
        "basemap": {"kind": "tianditu", "key": KEY},
    }
    with translation.override("en"):
        assert map_frame(request)["attribution"] == "MNR"


def test_a_file_of_the_site_if_it_is_there(ask, tmp_path):
    assert basemap_for(ask(basemap_file="city.pmtiles")) is None
    (tmp_path / "city.pmtiles").write_bytes(b"PMTiles")
    assert basemap_for(ask(basemap_file="city.pmtiles")) == {"kind": "pmtiles", "url": "/basemap.pmtiles"}


def test_who_has_not_signed_in_sees_a_ground_only_if_the_site_says_so(ask):
    assert map_frame(ask(AnonymousUser(), tianditu_key=KEY, map_attribution={"zh": "甲", "en": "A"})) == {}
    assert basemap_for(ask(AnonymousUser(), tianditu_key=KEY, basemap_public=True)) is not None
