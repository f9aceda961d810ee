"""What the matrix test asks the routes of this app for: a questionnaire within the jurisdiction and one without."""

import datetime as dt

from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.places.models import Record
from linli.web.surveys.models import Round
from linli.web.wishes.models import Option, Questionnaire, Reply, Slip
from linli.web.wishes.tokens import slip_token, token_digest

PUBLIC = {"wishes:open", "wishes:thanks", "wishes:household"}
"""Households answer without an account."""

INSIDE = "3301/330105/330105011/330105011001/"
OUTSIDE = "3301/330106/330106003/330106003001/"


def _made(city, path, round_, number):
    by = city.user("", path)
    today = timezone.localdate()
    one = Questionnaire._all.create(
        code=f"code-{number}", round=round_, community=Place.objects.get(path=path), place=path, created_by=by,
        begins=today, ends=today + dt.timedelta(days=9),
    )  # fmt: skip
    option = Option._all.create(questionnaire=one, type="canteen", position=0)
    for n in (1, 2, 3):
        digest = token_digest(slip_token(one.code, n))
        Slip._all.create(questionnaire=one, number=n, digest=digest, made_by=by, used_on=today if n == 3 else None)
    reply = Reply._all.create(questionnaire=one, channel="slip", on=today, comment="好", comment_state="waiting")
    reply.options.add(option)
    code = one.community.code
    Record._all.create(layer="communities", key=code, name=one.community.name, place=path,
                       values={"community_id": code, "name": one.community.name, "households": 10})  # fmt: skip
    return one, reply


def samples(city):
    """Return, by route, the requests to make."""
    found = {}

    def add(route, place, *args, **more):
        found.setdefault(f"wishes:{route}", []).append(
            {"args": args, "place": place, "method": "get", "data": None, **more}
        )

    today = timezone.localdate()
    round_ = Round._all.create(code="r1", name="一轮", place="3301/", surveyed_on=today, begins=today, due=today)
    for kind in ("csv", "xlsx"):
        add("list_export", None, kind)
    for number, path in enumerate((INSIDE, OUTSIDE)):
        one, reply = _made(city, path, round_, number)
        for route in ("questionnaire", "edit", "close", "reopen", "poster", "slips", "slips_make", "void", "enter",
                      "results", "comments", "take_over"):  # fmt: skip
            add(route, path, one.pk)
        add("qr", path, one.pk, "svg")
        add("comment", path, reply.pk)
        for route in ("slips_export", "results_export", "comments_export"):
            add(route, path, one.pk, "csv")
        add("slips_file_export", path, one.pk, 1, "xlsx")
        add("slips_file_export", path, one.pk, 1, "pdf")
        add("close", path, one.pk, method="post", data={"reason": "够了", "version": 1})
        add("slips_make", path, one.pk, method="post", data={"count": 5})
        add("void", path, one.pk, method="post", data={"number": 1, "reason": "遗失"})
        add("enter", path, one.pk, method="post", data={"number": 2, "types": ["canteen"], "website": ""})
        add("comment", path, reply.pk, method="post", data={"show": "yes"})
        settings = {"begins": today.isoformat(), "ends": today.isoformat(), "types": ["canteen"], "version": 1,
                    "note": "新"}  # fmt: skip
        add("edit", path, one.pk, method="post", data=settings)
        # The register tells of the rows that it wrote, the questionnaire of its counts.
        add("take_over", path, one.pk, method="post", data={"reason": "首轮", "version": 1}, events=2,
            right=("places", "edit"))  # fmt: skip
    return found
