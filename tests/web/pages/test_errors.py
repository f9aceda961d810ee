import pytest
from django.test import Client

from linli.web.pages import errors

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.not_found, 404),
        (errors.server_error, 500),
        (errors.csrf_failure, 403),
    ],
)
def test_pages_say_what_and_what_next(rf, view, status):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/")
    request.user = AnonymousUser()
    answer = view(request)
    assert answer.status_code == status
    assert "pages.error" not in answer.content.decode()


def test_a_form_from_elsewhere_is_refused(city):
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_nothing_of_the_inside_is_shown(city, enter, monkeypatch):
    from linli.web.pages import views

    def breaks(*_):
        raise RuntimeError("secret thing")

    monkeypatch.setattr(views, "jobs_of", breaks)
    client = enter(city.user("planner"))
    client.raise_request_exception = False
    answer = client.get("/me/")
    assert answer.status_code == 500
    assert "secret thing" not in answer.content.decode()


def test_what_is_not_there(city, enter):
    assert enter(city.user("planner")).get("/nowhere/").status_code == 404
