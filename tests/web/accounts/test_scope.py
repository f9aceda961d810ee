"""The gate shows what lies within, and nothing else."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser

from linli.web.accounts.models import Organisation, User
from linli.web.accounts.scope import Gate, Scope, scope_filter, within

WEB = Path(__file__).parents[3] / "src" / "linli" / "web"


@pytest.mark.django_db
def test_one_sees_the_own_branch(city):
    admin = city.user("security_admin", "3301/330105/")
    seen = set(Organisation.objects.visible_to(admin).values_list("place", flat=True))
    assert seen == {path for path in city.offices if path.startswith("3301/330105/")}


@pytest.mark.django_db
def test_the_whole_site_is_an_empty_path(city):
    person = city.user("", "3301/")
    city.give(person, "auditor", "")
    assert Organisation.objects.visible_to(person).count() == Organisation._all.count()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["", "planner"])
def test_without_the_right_one_sees_nothing_but_oneself(city, role):
    person = city.user(role)
    assert not Organisation.objects.visible_to(person).exists()
    assert list(User.objects.visible_to(person)) == [person]
    assert not User.objects.visible_to(person, "edit").exists()
    assert not Organisation.objects.visible_to(AnonymousUser()).exists()


@pytest.mark.django_db
def test_a_path_is_no_prefix_of_its_neighbour(city):
    Organisation._all.create(name="x", kind="street", place="3301/3301059/")
    admin = city.user("security_admin", "3301/330105/")
    assert not Organisation.objects.visible_to(admin).filter(place="3301/3301059/").exists()


def test_the_gate_has_no_other_way_in():
    assert isinstance(Organisation.objects, Gate)
    for name in ("all", "filter", "get"):
        assert not hasattr(Organisation.objects, name)
    with pytest.raises(AttributeError, match="not of a row"):
        _ = Organisation().objects


def test_no_place_at_all_is_nothing():
    from django.core.exceptions import EmptyResultSet

    with pytest.raises(EmptyResultSet):
        str(Organisation._all.filter(within((), "place")).query)


def test_views_and_forms_keep_away_from_the_raw_managers():
    """The linter refuses `_all` outside a list of modules (pyproject); views must not be on it."""
    for file in WEB.rglob("*.py"):
        if re.search(r"^(views|api|forms|lists|urls)", file.name):
            assert "._all" not in file.read_text(encoding="utf-8"), file


@pytest.mark.django_db
def test_what_is_decided_above_is_seen_and_not_acted_on(city):
    person = city.user("street", "3301/330105/330105011/")
    seen = scope_filter(Scope("surveys", above=True), person)
    paths = {one.place for one in Organisation._all.filter(seen)}
    assert {"3301/", "3301/330105/", "3301/330105/330105011/"} <= paths
    assert not {path for path in paths if path.startswith("3301/330106/")}
    assert "3301/330105/330105012/" not in paths
    acted = scope_filter(Scope("surveys", above=True), person, "review")
    assert all(one.place.startswith("3301/330105/330105011/") for one in Organisation._all.filter(acted))
