import pytest

from linli.web.wishes.addresses import household_address, is_reachable, open_address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("http://localhost:8000/", False), ("http://127.0.0.1/", False), ("http://192.168.1.5/", False),
        ("http://server/", False), ("http://linli.local/", False), ("https://linli.hangzhou.gov.cn/", True),
        ("http://8.8.8.8/", True), ("http://[::1]/", False),
    ],
)  # fmt: skip
def test_what_a_phone_outside_can_reach(address, reachable):
    assert is_reachable(address) is reachable


def test_the_site_s_own_address_wins_over_the_request_s(case, rf, settings):
    one = case.open()
    request = rf.get("/")
    assert open_address(request, one) == f"http://testserver/wishes/q/{one.code}/"
    config = settings.SITE.config.model_copy(update={"public_address": "https://linli.example.gov.cn/"})
    settings.SITE = settings.SITE.model_copy(update={"config": config})
    assert open_address(request, one) == f"https://linli.example.gov.cn/wishes/q/{one.code}/"
    assert household_address(request, "T") == "https://linli.example.gov.cn/wishes/h/T/"
