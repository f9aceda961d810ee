import pytest

from linli.web.accounts.forms import DeputyForm, GrantForm, NewUserForm

pytestmark = pytest.mark.django_db


def test_places_offered_are_those_where_one_may_grant(city):
    form = GrantForm(user=city.user("security_admin", "3301/330105/"))
    offered = [path for path, _ in form.fields["place"].choices if path]
    assert offered == [path for path in city.offices if path.startswith("3301/330105/")]


def test_organisations_offered_are_those_one_may_edit(city):
    form = NewUserForm(user=city.user("security_admin", "3301/330106/"))
    assert {o.place for o in form.fields["organisation"].queryset} == {p for p in city.offices if "330106" in p}


def test_a_deputy_is_found_by_user_name(city):
    city.user(username="li")
    said = {"begins": "2026-11-23", "ends": "2026-11-30", "reason": "r"}
    assert DeputyForm({"deputy": "LI", **said}).is_valid()
    assert "deputy" in DeputyForm({"deputy": "nobody", **said}).errors
