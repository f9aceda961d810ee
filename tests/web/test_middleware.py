import pytest

from linli.web.middleware import CONTENT_POLICY, content_policy

pytestmark = pytest.mark.django_db


def test_every_answer_is_protected(client):
    for address in ("/account/sign-in/", "/health", "/nowhere/"):
        answer = client.get(address)
        assert answer["Content-Security-Policy"] == CONTENT_POLICY
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert answer["X-Request-Id"]


def test_the_policy_allows_nothing_inline_nor_from_elsewhere():
    assert "unsafe" not in CONTENT_POLICY
    assert "http" not in CONTENT_POLICY
    assert "default-src 'self'" in CONTENT_POLICY


def test_only_a_key_for_tianditu_opens_the_policy_and_only_to_its_servers(client, settings):
    assert content_policy() == CONTENT_POLICY
    config = settings.SITE.config.model_copy(update={"tianditu_key": "0123456789abcdef"})
    settings.SITE = settings.SITE.model_copy(update={"config": config})
    said = dict(part.split(" ", 1) for part in client.get("/account/sign-in/")["Content-Security-Policy"].split("; "))
    usual = dict(part.split(" ", 1) for part in CONTENT_POLICY.split("; "))
    hosts = said.pop("connect-src").split()
    assert hosts == ["'self'", *(f"https://t{n}.tianditu.gov.cn" for n in range(8))]
    usual.pop("connect-src")
    assert said == usual


def test_while_read_only_nothing_changes_but_one_can_sign_in_and_read(city, enter, settings, tmp_path):
    settings.SITE = settings.SITE.model_copy(update={"folder": tmp_path})
    settings.SITE.read_only_note.write_text("验收期间")
    client = enter(city.user("security_admin"))
    answer = client.post("/manage/people/new/", {})
    assert answer.status_code == 503
    assert "验收期间" in answer.content.decode()
    assert client.get("/").status_code == 200
    assert client.post("/language/", {"language": "zh"}).status_code == 302


def test_the_site_speaks_the_language_that_was_chosen(client):
    assert client.get("/account/sign-in/")["Content-Language"] == "zh-Hans"
    client.cookies["linli_language"] = "en"
    assert client.get("/account/sign-in/")["Content-Language"] == "en"
