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
