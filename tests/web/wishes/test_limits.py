from types import SimpleNamespace

import pytest
from django.core.cache import cache

from linli.web.wishes import limits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_empty_cache")]


def test_a_limit_is_reached_by_one_and_not_by_another(monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "guess", limits.Limit(3, 600))
    for _ in range(3):
        assert not limits.is_over("guess", "10.0.0.1")
        limits.count("guess", "10.0.0.1")
    assert limits.is_over("guess", "10.0.0.1")
    assert not limits.is_over("guess", "10.0.0.2")
    assert not limits.is_over("open_address", "10.0.0.1")


def test_the_address_itself_is_not_kept():
    limits.count("guess", "203.0.113.77")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM linli_cache")
        keys = [row[0] for row in cursor.fetchall()]
    assert keys
    assert not any("203.0.113" in key for key in keys)


def test_time_heals(monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "guess", limits.Limit(1, 600))
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 600_000.0))
    limits.count("guess", "a")
    assert limits.is_over("guess", "a")
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 600_600.0))
    assert not limits.is_over("guess", "a")
    cache.clear()
