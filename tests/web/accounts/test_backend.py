import pytest

from linli.web.accounts.backend import Backend


@pytest.mark.django_db
def test_django_permissions_count_for_nothing(city):
    backend = Backend()
    assert backend.has_perm(city.user(), "anything") is False
    assert backend.get_all_permissions(city.user()) == set()
