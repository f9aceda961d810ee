import pytest

from linli.web.accounts.models import User

pytestmark = pytest.mark.django_db


def test_the_desk_shows_what_is_mine(city, enter):
    page = enter(city.user("community_worker", city.at["community"])).get("/me/").content.decode()
    assert "和睦街道 › 和睦社区" in page
    assert "社区工作者" in page


def test_the_desk_of_nobody_says_what_to_do_and_is_their_home(city, enter):
    client = enter(city.user())
    for address in ("/", "/me/"):
        assert "还没有任何授权" in client.get(address).content.decode()


def test_the_language_is_kept_and_one_stays_where_one_was(city, enter):
    user = city.user("planner")
    client = enter(user)
    assert client.post("/language/", {"language": "en", "next": "/jobs/"})["Location"] == "/jobs/"
    assert "My desk" in client.get("/").content.decode()
    assert User.objects.get(pk=user.pk).language == "en"
    assert client.post("/language/", {"language": "zh", "next": "https://evil.example/"})["Location"] == "/"


def test_health_says_whether_the_site_works(client):
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_metrics_are_for_the_system_administrator(city, enter):
    assert "linli_jobs" in enter(city.user("system_admin")).get("/metrics").content.decode()
    assert enter(city.user("planner")).get("/metrics").status_code == 403
