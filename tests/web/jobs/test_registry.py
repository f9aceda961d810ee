import pytest

from linli.web.jobs import registry


def test_a_kind_has_one_function(monkeypatch):
    monkeypatch.setattr(registry, "KINDS", {})

    @registry.job("test.one")
    def one(context):
        return None

    assert registry.job("test.one")(one) is one
    with pytest.raises(ValueError, match="is taken"):
        registry.job("test.one")(print)


def test_a_kind_may_say_where_its_result_stands(monkeypatch):
    monkeypatch.setattr(registry, "KINDS", {})
    monkeypatch.setattr(registry, "_PAGES", {})

    @registry.job("test.one", page=lambda user, arguments: f"/{user}/{arguments['of']}/")
    def one(context):
        return None

    assert registry.page_of("test.one", "me", {"of": 3}) == "/me/3/"
    assert registry.page_of("test.two", "me", {}) == ""
