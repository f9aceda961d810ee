"""Whatever is asked of the API, as its description allows it or not: no fault of ours, and every answer as described."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from linli.web.api import describe

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]
SCHEMA = schemathesis.openapi.from_dict(describe())
SCHEMA.app = get_wsgi_application()
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
ASKED = [
    pytest.param(label, mode, id=f"{label} {mode.value}")
    for label, operation in sorted(OPERATIONS.items())
    for mode in GenerationMode
    # Where nothing is sent, nothing can be sent wrongly.
    if mode is GenerationMode.POSITIVE or list(operation.iter_parameters()) or operation.body
]


@pytest.fixture(autouse=True)
def _keep_the_connection():
    """A real handler closes the database's connection after each request, which is the test's own."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def caller(city, enter):
    """The cookies and the token of somebody who may do most things."""
    from django.middleware.csrf import _get_new_csrf_string

    client = enter(city.user("city_office"))
    token = _get_new_csrf_string()
    cookies = {"linli_session": client.cookies["linli_session"].value, "linli_csrf": token}
    return {"cookies": cookies, "headers": {"X-CSRFToken": token}}


def test_there_is_something_to_ask():
    assert len(OPERATIONS) >= 8


@pytest.mark.parametrize(("label", "mode"), ASKED)
def test_every_operation_answers_as_it_is_described(label, mode, caller):
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def ask(case):
        answer = case.call(**caller)
        assert answer.status_code < 500, answer.text[:500]
        case.validate_response(answer, checks=CHECKS)

    ask()
