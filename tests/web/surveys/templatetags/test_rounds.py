import pytest
from django.template import Context, Template
from django.utils import translation

pytestmark = pytest.mark.django_db


def draw(user, **more):
    return Template("{% load rounds %}{% round_in_force %}").render(Context({"user": user, **more}))


def test_the_top_bar_shows_the_round_that_concerns_me(case):
    assert "href" not in draw(case.who["worker"])
    case.open("3301/330106/", code="other", name="他区轮次")
    assert "href" not in draw(case.who["worker"])
    assert "href" not in draw(case.who["worker"], place_path="3301/330106/")
    assert "他区轮次" in draw(case.who["city"], place_path="3301/330106/")
    case.open("3301/330105/", code="own", name="本区轮次", name_en="Our round")
    shown = draw(case.who["worker"])
    assert "本区轮次" in shown
    assert "填报中" in shown
    with translation.override("en"):
        assert "Our round" in draw(case.who["worker"])


def test_nobody_sees_no_round():
    from django.contrib.auth.models import AnonymousUser

    assert "href" not in draw(AnonymousUser())
    assert "href" not in draw(None)
