"""A round, a community with 10 households, its questionnaire, and the people about it."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.audit.actor import Actor
from linli.web.places.models import Record
from linli.web.surveys.models import Round
from linli.web.wishes import services
from linli.web.wishes.services import Answer
from linli.web.wishes.tokens import slip_token

TYPES = ["nursery", "canteen", "parking"]


def actor(user):
    return Actor(user, user.username, "127.0.0.1", "test", None)


@pytest.fixture
def case(city):
    """`round`, `people`, and `open`, `slips`, `answer` to bring a questionnaire where a test needs it."""
    today = timezone.localdate()
    round_ = Round._all.create(code="2026a", name="2026 年调查", place="3301/", surveyed_on=today, begins=today,
                               due=today + dt.timedelta(days=30))  # fmt: skip
    who = {
        "worker": city.user("community_worker", city.at["community"]),
        "street": city.user("street", city.at["street"]),
        "city": city.user("city_office", city.at["city"]),
    }
    home = Place.objects.get(path=city.at["community"])

    def households(n=10, place=home):
        return Record._all.create(layer="communities", key=place.code, name=place.name, place=place.path,
                                  values={"community_id": place.code, "name": place.name, "households": n})  # fmt: skip

    def opened(place=home, by="worker", types=TYPES, **settings):
        values = {"begins": today, "ends": today + dt.timedelta(days=14), "ask_people": True, "ask_comment": True,
                  **settings}  # fmt: skip
        return services.questionnaires_open(
            actor=actor(who[by]), round_=round_, place=place, types=types, values=values
        )[0]

    def slips(one, count=10):
        return services.slips_make(actor=actor(who["worker"]), questionnaire=one, count=count)

    def answer(one, number, *types, **more):
        services.reply_by_slip(token=slip_token(one.code, number), answer=Answer(types, **more))

    return SimpleNamespace(round=round_, who=who, home=home, households=households, open=opened, slips=slips,
                           answer=answer, today=today, actor=lambda name: actor(who[name]))  # fmt: skip
