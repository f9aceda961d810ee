"""Role × route × object: everybody is let in exactly where roles.yaml and their grants say, and told of nothing else.

Each app brings a `samples.py`: for every route with arguments and every operation of the API (``api:<name>:<METHOD>``),
objects at places within and without. A sample is a dictionary: ``args``, ``place`` (path of the object, or None for
lists), ``method``, ``data`` (or ``json``; callable where it holds files, which are read once), ``query`` of a reading,
``right`` where the view itself asks for a right on the object (`module`, `action`), ``events`` where a change leaves
more than one event (a job that it asks for has one of its own), and ``without`` where an operation answers something else
than 404 for a place without.

Nothing that is shown to who may see nothing of the other district tells of it: not a page, an export, a map or a tile. An
app whose objects are told by something else than their place's name or code says by what: ``MARKS``.

A list of the API also says what there is: ``holds``, pairs of the path of a row (None if it is for everybody) and of a
value that marks it. Who asks gets the marks of the rows that they may see and of no others, and a total of just so many.
"""

import gzip
import importlib.util
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import reverse

from linli.web.accounts.access import list_routes
from linli.web.api import describe
from linli.web.audit.models import Event
from linli.web.pages.export import FORMATS

OUTSIDE = ("邻接", "西溪", "文三", "330106")
"""What tells of the district without: the names of its places, and the beginning of every code and path there."""

WITHOUT = "3301/330106/330106003/330106003001/"

OWN = {"mfa_remove_webauthn", "mfa_edit_webauthn", "accounts:deputy_end"}
"""Routes with arguments that only ever show what is one's own; each has a test of its own."""


def _samples():
    found = {}
    for file in sorted(Path(__file__).parent.glob("*/samples.py")):
        spec = importlib.util.spec_from_file_location(f"samples_{file.parent.name}", file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found[file.parent.name] = module
    return found


def _routes():
    return [route for route in list_routes() if not route.access.public]


def _is_operation(route):
    return route.startswith("api:")


def _let_go(answer):
    """Read a file to its end, which closes it (and not the test's database connection, as `close` would)."""
    answer.whole = answer.getvalue()
    return answer


def _ask(client, route, sample):
    address = reverse(route.rpartition(":")[0] if _is_operation(route) else route, args=sample["args"])
    if sample["method"] == "get":
        return _let_go(client.get(address, sample.get("query")))
    if "json" in sample:
        return getattr(client, sample["method"])(address, sample["json"], content_type="application/json")
    data = sample["data"]
    return client.post(address, data() if callable(data) else data)


def _expected(route, rule, person, sample):
    """403 without the right anywhere; 404 for an object outside its places; else let in."""
    module, action = sample.get("right") or (rule.module, rule.action)
    if rule.module and not person.rights.may(rule.module, rule.action):
        return {403}
    if sample["place"] is not None and module and not person.rights.may(module, action, sample["place"]):
        # A new object at a place outside is not missing: the form comes back and says so.
        return {sample.get("without", 404)} if sample["args"] or _is_operation(route) else {404, 200}
    return {200, 201} if _is_operation(route) else {200, 302}


def _text(answer):
    """What an answer tells, out of its workbook or compressed tile."""
    raw = answer.whole
    if raw.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            raw = b"".join(book.read(name) for name in book.namelist())
    if raw.startswith(b"\x1f\x8b"):
        raw = gzip.decompress(raw)
    return raw.decode(errors="replace")


def _tells(answer, marks):
    """Whether an answer tells of what is without; a refusal may repeat what was asked for."""
    return answer.status_code == 200 and any(mark in text for text in [_text(answer)] for mark in marks)


def _rows(body):
    """The rows of a list of the API, and how many it says there are."""
    if isinstance(body, list):
        return body, sum(one.get("open", 1) + one.get("closed", 0) for one in body)
    rows = next(body[name] for name in ("items", "records", "features") if name in body)
    total = body["numberMatched"] if "numberMatched" in body else body["total"]
    assert len(rows) == total
    return rows, total


def _holds_what_is_seen(body, sample, rule, person):
    rows, total = _rows(body)
    text = json.dumps(rows)
    visible = [mark for path, mark in sample["holds"] if path is None or person.rights.may(rule.module, "view", path)]
    marks = {mark for _, mark in sample["holds"]} - {None}
    return total == len(visible) and {mark for mark in marks if json.dumps(mark) in text} == set(visible) - {None}


@pytest.mark.django_db
def test_every_route_with_arguments_and_every_operation_has_a_sample(city):
    known = {name for app in _samples().values() for name in app.samples(city)}
    asked = {route.name for route in _routes() if "<" in route.pattern or _is_operation(route.name)}
    missing = asked - known - OWN
    assert not missing, f"add these routes to the app's samples.py: {sorted(missing)}"
    described = sum(len(operations) for operations in describe()["paths"].values())
    public = {
        (route.pattern, route.name) for route in list_routes() if _is_operation(route.name) and route.access.public
    }
    assert len({name for name in known if _is_operation(name)}) + len(public) == described + 1  # and the description


def _lists(app):
    """The pages of an app that have no arguments."""
    rows = [one for one in _routes() if one.access.module and "<" not in one.pattern and not _is_operation(one.name)]
    return [one for one in rows if (one.name.partition(":")[0] == app if app else ":" not in one.name)]


@pytest.mark.django_db
def test_lists_let_in_who_holds_the_right(people, enter):
    for route in _lists(""):
        for name, person in people.items():
            answer = _let_go(enter(person).get(reverse(route.name)))
            may = person.rights.may(route.access.module, route.access.action)
            assert (answer.status_code == 200) is may, (route.name, name, answer.status_code)
            if not may:
                assert answer.status_code == 403, (route.name, name)


@pytest.fixture
def asking(people):
    """Everybody; on the second database, which holds the same rules, somebody of each level and of each office."""
    few = {"city_office@city", "district_office@district", "street@street", "community_worker@community",
           "security_admin@city", "system_admin@city", "auditor@city", "nobody"}  # fmt: skip
    return people if connection.vendor == "sqlite" else {name: people[name] for name in few & set(people)}


@pytest.mark.django_db
@pytest.mark.parametrize("app", sorted(_samples()))
def test_objects_are_shown_and_changed_within_and_not_without(app, city, asking, enter):
    rules = {route.name: route.access for route in _routes()}
    brought = _samples()[app]
    samples, marks = brought.samples(city), (*OUTSIDE, *getattr(brought, "MARKS", ()))
    marks += tuple(json.dumps(mark)[1:-1] for mark in marks)  # as JSON says it
    for route in _lists(app):
        samples.setdefault(route.name, []).append({"args": (), "place": None, "method": "get", "data": None})
    told = set()
    for name, person in asking.items():
        client = enter(person)
        for route, asked in samples.items():
            for sample in asked:
                before = Event._all.count()
                point = transaction.savepoint()
                answer = _ask(client, route, sample)
                wrote = Event._all.count() - before
                transaction.savepoint_rollback(point)
                rule = rules[route]
                expected = _expected(route, rule, person, sample)
                assert answer.status_code in expected, (route, name, sample, answer.status_code)
                let_in = expected <= {200, 201, 302}
                changes = sample["method"] != "get" or route.endswith("_export")
                assert wrote == (sample.get("events", 1) if let_in and changes else 0), (route, name, sample, wrote)
                if sample["method"] == "get" and _tells(answer, marks):
                    module, _ = sample.get("right") or (rule.module, "")
                    assert person.rights.may(module, "view", WITHOUT), (route, name, sample)
                    told.add(route)
                if "holds" in sample and let_in:
                    assert _holds_what_is_seen(answer.json(), sample, rule, person), (route, name, answer.json())
    assert told or app in {"pages", "standards"}  # who may see what is without is told of it


@pytest.mark.django_db
def test_nobody_gets_nowhere(client, city):
    for app in _samples().values():
        for route, asked in app.samples(city).items():
            for sample in asked:
                answer = _ask(client, route, sample)
                if _is_operation(route):
                    assert answer.status_code == 401, route
                else:
                    assert answer.status_code == 302, route
                    assert answer["Location"].startswith("/account/sign-in/"), route


def test_formats_are_those_that_samples_ask_for():
    assert FORMATS == ("xlsx", "csv")
