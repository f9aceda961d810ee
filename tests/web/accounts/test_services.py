"""Changes to people and grants: what is refused, and that each leaves its event."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.web.accounts import services
from linli.web.accounts.models import Deputy, Grant, Place
from linli.web.audit.actor import Actor, system_actor
from linli.web.audit.models import Event
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db
ROOT = system_actor("test")
DISTRICT, STREET, OTHER = "3301/330105/", "3301/330105/330105011/", "3301/330106/"


@pytest.fixture
def admin(city):
    user = city.user("security_admin", DISTRICT)
    return Actor(user, user.username)


def _refused(key, call, **arguments):
    before = Event._all.count()
    with pytest.raises(Refused) as caught:
        call(**arguments)
    assert caught.value.key == f"accounts.refuse.{key}"
    assert str(caught.value)
    assert Event._all.count() == before


def test_a_person_is_made_granted_and_closed(city, admin):
    user, password = services.user_create(
        actor=admin, username="李四", name="李四", organisation=city.offices[STREET], reason="新人"
    )
    assert user.check_password(password)
    assert user.must_change_password
    grant = services.grant_create(actor=admin, user=user, role="street", place=STREET, reason="分工")
    assert user.rights.may("surveys", "submit", STREET)
    ends = timezone.localdate() + timedelta(days=3)
    grant = services.grant_end(actor=admin, grant=grant, ends=ends, reason="借调", version=1)
    services.grant_revoke(actor=admin, grant=grant, reason="调离", version=2)
    assert not user.rights.rights
    assert not services.user_deactivate(actor=admin, user=user, reason="离职").is_active
    assert services.user_activate(actor=admin, user=user, reason="返岗").is_active
    services.user_update(actor=admin, user=user, values={"title": "主任"}, reason="任命")
    new = services.password_renew(actor=admin, user=user, reason="忘记")
    user.refresh_from_db()
    assert user.check_password(new)
    assert user.title == "主任"
    assert [e.event.removeprefix("accounts.") for e in Event._all.order_by("number")] == [
        "user.create", "grant.create", "grant.end", "grant.revoke", "user.deactivate", "user.activate", "user.update",
        "password.renew",
    ]  # fmt: skip
    assert all(event.reason for event in Event._all.all())
    assert password not in "".join(Event._all.values_list("after", flat=True))


def test_grants_that_are_refused(city, admin):
    person = city.user("", STREET)
    give = services.grant_create
    base = {"actor": admin, "user": person, "role": "street", "place": STREET, "reason": "r"}
    _refused("reason", give, **base | {"reason": " "})
    _refused("oneself", give, **base | {"user": admin.user})
    _refused("outside", give, **base | {"place": OTHER})
    _refused("outside", give, **base | {"place": "3301/", "role": "city_office"})
    _refused("level", give, **base | {"role": "district_office"})
    _refused("role", give, **base | {"role": "king"})
    _refused("place", give, **base | {"place": STREET + "0/"})
    _refused("module", give, **base | {"module": "audit"})
    _refused("ends", give, **base | {"ends": timezone.localdate() - timedelta(days=1)})
    give(**base)
    _refused("held", give, **base)


def test_administrators_are_kept_apart(city):
    person = city.user("audit_admin")
    base = {"actor": ROOT, "user": person, "place": "3301/", "reason": "r"}
    for role in ("security_admin", "system_admin"):
        _refused("separation", services.grant_create, **base, role=role)
    services.grant_create(**base, role="planner")


def test_a_grant_changed_meanwhile_is_not_overwritten(city, admin):
    grant = city.give(city.user("", STREET), "street", STREET)
    services.grant_end(actor=admin, grant=grant, ends=None, reason="r", version=1)
    _refused("changed", services.grant_end, actor=admin, grant=grant, ends=None, reason="r", version=1)
    services.grant_revoke(actor=admin, grant=grant, reason="r")
    _refused("revoked", services.grant_revoke, actor=admin, grant=grant, reason="r")
    own = Grant._all.get(user=admin.user)
    _refused("oneself", services.grant_end, actor=admin, grant=own, ends=None, reason="r")


def test_accounts_that_are_refused(city, admin):
    office = city.offices[STREET]
    city.user("", STREET, username="Zhang", email="z@example.cn")
    base = {"actor": admin, "username": "new", "name": "n", "organisation": office, "reason": "r"}
    _refused("username", services.user_create, **base | {"username": "zhang"})
    _refused("email", services.user_create, **base | {"email": "Z@example.cn"})
    _refused("outside", services.user_create, **base | {"organisation": city.offices[OTHER]})
    _refused("oneself", services.user_deactivate, actor=admin, user=admin.user, reason="r")
    _refused("outside", services.user_update, actor=admin, user=city.user("", OTHER), values={}, reason="r")
    person = city.user("", STREET)
    _refused("password", services.password_renew, actor=admin, user=person, reason="r", password="12345678901")


def test_closing_an_account_ends_its_sessions(city, client, admin):
    person = city.user("", STREET)
    client.force_login(person)
    assert client.get("/").status_code == 200
    services.user_deactivate(actor=admin, user=person, reason="r")
    assert client.get("/").status_code == 302


def test_one_names_a_deputy_and_ends_it(city):
    boss, helper = city.user("planner"), city.user()
    actor, today = Actor(boss, "boss"), timezone.localdate()
    base = {"actor": actor, "principal": boss, "deputy": helper, "begins": today, "ends": today, "reason": "r"}
    _refused("deputy", services.deputy_create, **base | {"deputy": boss})
    _refused("ends", services.deputy_create, **base | {"ends": today - timedelta(days=1)})
    _refused("outside", services.deputy_create, **base | {"principal": city.user("planner")})
    row = services.deputy_create(**base)
    assert helper.rights.may("plans", "edit")
    _refused("outside", services.deputy_end, actor=Actor(helper, "h"), deputy=row, reason="r")
    services.deputy_end(actor=actor, deputy=row, reason="r")
    _refused("revoked", services.deputy_end, actor=actor, deputy=row, reason="r")
    assert Deputy._all.get().state == "revoked"


def test_places_are_added_once_and_in_order(city):
    new = [
        services.NewPlace("3301/330107/330107001/", "street", "甲"),
        services.NewPlace("3301/330107/", "district", "乙"),
    ]
    assert services.places_add(actor=ROOT, places=new, reason="r") == 2
    assert services.places_add(actor=ROOT, places=new, reason="r") == 0
    assert (
        services.places_add(actor=ROOT, places=[services.NewPlace("3301/330107/", "district", "丙")], reason="r") == 1
    )
    assert Place._all.get(path="3301/330107/").name == "丙"
    for path, level in (("3301/330109/1/", "street"), ("3301/33", "district"), ("3301/330108/", "street")):
        _refused("path", services.places_add, actor=ROOT, places=[services.NewPlace(path, level, "x")], reason="r")


def test_organisations(city, admin):
    base = {"actor": admin, "name": "运营公司", "kind": "operator", "place": STREET, "reason": "r"}
    made = services.organisation_create(**base)
    _refused("organisation_name", services.organisation_create, **base)
    _refused("place", services.organisation_create, **base | {"place": STREET + "0/", "name": "x"})
    changed = services.organisation_update(actor=admin, organisation=made, values={"is_active": False}, reason="r")
    assert not changed.is_active


def test_the_chosen_language_is_kept(city):
    person = city.user()
    services.language_choose(user=person, language="en")
    person.refresh_from_db()
    assert person.language == "en"


def test_what_follows_the_adding_of_places_is_told_of_new_ones_only(city, monkeypatch):
    told = []
    monkeypatch.setattr(services, "AFTER_PLACES", [lambda _, places: told.append([one.path for one in places])])
    new = services.NewPlace("3301/330105/330105011/330105011009/", "community", "新社区")
    renamed = services.NewPlace("3301/330105/", "district", "改名区")
    services.places_add(actor=system_actor("test"), places=[new, renamed], reason="新设")
    assert told == [[new.path]]
