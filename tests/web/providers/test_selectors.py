"""What a person is shown of providers; the published directory is everybody's."""

import pytest

from linli.web.providers import selectors

pytestmark = pytest.mark.django_db


def test_providers_are_seen_within_the_jurisdiction_and_by_themselves(case):
    one = case.listed()
    case.record(one)
    evaluation = case.evaluate(one, 2025, "keep")
    for who in ("operator", "city"):
        user = case.who[who]
        assert selectors.list_providers(user).get() == one
        assert selectors.list_files(user).count() == 3
        assert selectors.records_of(user, one).count() == 1
        assert selectors.evaluations_of(user, one).get() == evaluation
    assert not selectors.list_providers(case.who["district"]).exists()
    assert not selectors.records_of(case.who["district"], one).exists()


def test_versions_are_public_and_the_newest_is_in_force(case):
    assert selectors.newest_version() is None
    case.listed()
    case.listed(name="另一家")
    assert selectors.newest_version().number == 2
    assert selectors.get_version(1).number == 1
    assert selectors.get_version(9) is None
    assert [one.number for one in selectors.list_versions()] == [2, 1]
