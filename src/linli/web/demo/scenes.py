"""Work of the demo that waits for somebody: returns to judge, rooms to check, values to review, wishes coming in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.demo.cast import CITY_PATH, Cast
from linli.web.places.allowed import allowed_types
from linli.web.places.models import Record
from linli.web.places.selectors import list_records
from linli.web.rooms.selectors import offer_of
from linli.web.rooms.services import room_step
from linli.web.standards import services as standards
from linli.web.surveys import services as surveys
from linli.web.surveys.models import Round
from linli.web.surveys.selectors import returns_of
from linli.web.wishes import services as wishes
from linli.web.wishes.models import Questionnaire

__all__ = ["make_scenes"]

_WHY = "演示：已核对"
_TYPES = ("canteen", "nursery", "elderly_day_care", "convenience_store", "fitness_ground", "health_station")
_REPLIES: tuple[tuple[str, ...], ...] = (
    ("canteen", "elderly_day_care"),
    ("nursery",),
    (),
    ("canteen", "fitness_ground"),
)


def _step(cast: Cast, room: Record, step: str, **said: object) -> None:
    room.refresh_from_db()
    room_step(
        actor=cast.acts(cast.street_of(room.place)), room=room, base_version=offer_of(room).version, step=step,
        reason=_WHY, said=said,
    )  # fmt: skip


def _rooms(cast: Cast) -> None:
    """Bring rooms to every state: most are only offered."""
    rows = list_records(cast.people["city_office"], "rooms").filter(closed_at=None).order_by("place", "key")
    rooms = list(rows[:6])
    for room in rooms[:4]:
        _step(cast, room, "check")
    kinds = [next(iter(allowed_types(room.values.get("allowed_types"))), "canteen") for room in rooms]
    until = timezone.localdate() + dt.timedelta(days=90)
    for room, kind in zip(rooms[1:3], kinds[1:3], strict=True):
        _step(cast, room, "reserve", facility_type=kind, until=until)
    _step(cast, rooms[2], "use", facility_type=kinds[2])
    _step(cast, rooms[4], "withdraw")


def _standards(cast: Cast) -> None:
    """Have one value of the city's pack in force, one under review, and waivers granted and proposed."""
    day = timezone.localdate().replace(month=1, day=1)
    for number, value in enumerate((0.5, 0.6)):
        one = standards.change_create(
            actor=cast.acts("planner"), place=CITY_PATH, rule="subsidy/ratio", value_name="ratio",
            values={"value": value, "valid_from": day + dt.timedelta(days=number), "reference_title": "演示用虚构数字",
                    "certainty": "recalled", "checked_on": timezone.localdate()},
        )  # fmt: skip
        one = standards.change_submit(actor=cast.acts("planner"), change=one, base_version=one.version)
        if number == 0:
            standards.change_decide(actor=cast.acts("city_office"), change=one, base_version=one.version,
                                    decision="approve", reason=_WHY)  # fmt: skip
    for number, path in enumerate(cast.communities[:2]):
        waiver = standards.waiver_propose(
            actor=cast.acts(cast.district_of(path)), place=Place.objects.get(path=path),
            item="complete_community/kindergarten", reason="演示：建成区无用地，就近共享", begins=day,
            ends=day.replace(year=day.year + 2),
        )  # fmt: skip
        if number == 0:
            standards.waiver_decide(actor=cast.acts("city_office"), waiver=waiver, base_version=waiver.version,
                                    decision="grant", reason=_WHY)  # fmt: skip


def _wishes(cast: Cast, round_: Round) -> None:
    """Open questionnaires in the first street, with some answers in one of its communities."""
    actor = cast.acts("street")
    today = timezone.localdate()
    opened: Sequence[Questionnaire] = wishes.questionnaires_open(
        actor=actor, round_=round_, place=Place.objects.get(path=cast.streets[0]), types=_TYPES,
        values={"begins": today, "ends": today + dt.timedelta(days=30)},
    )  # fmt: skip
    wishes.slips_make(actor=actor, questionnaire=opened[0], count=60)
    for number in range(1, 25):
        types = _REPLIES[number % len(_REPLIES)]
        comment = "希望食堂早点开" if number % 8 == 0 else ""
        wishes.reply_on_paper(
            actor=actor, questionnaire=opened[0], number=number, answer=wishes.Answer(types, {}, comment)
        )


def _returns(cast: Cast, round_: Round) -> None:
    """Leave returns in every state."""
    rows = list(returns_of(cast.people["city_office"], round_).order_by("place")[:6])
    for number, one in enumerate(rows):
        done = surveys.return_submit(
            actor=cast.acts(cast.street_of(one.place)), return_=one, base_version=one.version, note=_WHY
        )
        actor = cast.acts(cast.district_of(one.place))
        if number < 2:  # noqa: PLR2004 - two of each
            surveys.return_accept(actor=actor, return_=done, base_version=done.version)
        elif number < 4:  # noqa: PLR2004 - two of each
            surveys.return_send_back(
                actor=actor, return_=done, base_version=done.version, reason="演示：请补充设施面积"
            )


def make_scenes(cast: Cast, round_: Round) -> None:
    """Fill the demo with work in progress.

    Parameters
    ----------
    cast
        The people.
    round_
        A round that is open.
    """
    _rooms(cast)
    _standards(cast)
    _wishes(cast, round_)
    _returns(cast, round_)
