"""The pages of vacant rooms: list, one room with what it could do, and its steps."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.selectors import place_trail
from linli.web.audit.selectors import events_about
from linli.web.pages.asking import ask
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.table import show_table
from linli.web.places.models import Record
from linli.web.places.selectors import list_photos
from linli.web.places.vocabulary import facts_of
from linli.web.rooms.forms import StepForm
from linli.web.rooms.lists import ROOMS, type_text
from linli.web.rooms.matching import matches_of
from linli.web.rooms.models import Offer
from linli.web.rooms.selectors import count_states, list_rooms, offer_of, steps_of
from linli.web.rooms.services import room_step
from linli.web.rooms.steps import STEPS, open_steps
from linli.web.words import has_words, named, say

__all__ = ["list_all", "list_export", "room", "step"]

_LATEST = 20


def _room(request: HttpRequest, key: str, action: str = "view") -> Record:
    return get_object_or_404(list_rooms(user_of(request), action), key=key)


@require_GET
@access("places", "view")
def list_all(request: HttpRequest) -> HttpResponse:
    """List vacant rooms, with how many are in each state."""
    user = user_of(request)
    files = [(kind, reverse("rooms:list_export", args=[kind])) for kind in FORMATS]
    may = user.rights.may("places", "export")
    shown = show_table(ROOMS, list_rooms(user), request.GET, exports=files if may else ())
    counts = count_states(user)
    states = [(say(f"rooms.state.{code}"), counts.get(code, 0), "") for code in Offer.State.values]
    return render(request, "rooms/list.html", {"table": shown, "states": states})


@require_GET
@access("places", "export")
def list_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of vacant rooms as a file."""
    return export_table(request, ROOMS, list_rooms(user_of(request), "export"), kind, module="places")


@require_GET
@access("places", "view")
def room(request: HttpRequest, key: str) -> HttpResponse:
    """Show a room: what is known, how it stands, what it could do for those around it, what was done with it."""
    user, one = user_of(request), _room(request, key)
    offer, matches = offer_of(one), matches_of(user, one)
    steps = [verb for verb in open_steps(offer.state) if user.rights.may("places", verb.action, one.place)]
    why = f"rooms.match.{matches.why}"
    about = {
        "room": one, "offer": offer, "use": type_text(offer.facility_type), "steps": steps,
        "facts": facts_of("rooms", one.values),
        "matches": matches, "found": [(each, round(each.newly), round(each.within)) for each in matches.found],
        "round_name": named(matches.run.snapshot.round) if matches.run else "",
        "why": say(why) if has_words(why) else matches.why,
        "photos": list_photos(user).filter(record=one, withdrawn_at=None),
        "history": steps_of(user, one)[:_LATEST], "events": events_about(user, one)[:_LATEST],
        "places": place_trail(one.place),
    }  # fmt: skip
    return render(request, "rooms/room.html", about)


@require_http_methods(["GET", "POST"])
@access("places", "edit")
def step(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Take a step with a room."""
    if name not in STEPS:
        raise Http404
    verb, user = STEPS[name], user_of(request)
    one = _room(request, key, verb.action)
    version = offer_of(one).version
    form = StepForm(request.POST or None, verb=verb, room=one, user=user)

    def do(said: dict[str, Any]) -> None:
        room_step(
            actor=actor_of(request), room=one, base_version=version, step=name, reason=said.pop("reason"), said=said
        )

    back = reverse("rooms:room", args=[one.key])
    trail = [(say("rooms.list.title"), reverse("rooms:list")), (one.name or one.key, back)]
    return ask(request, form, do, title=f"{say(f'rooms.step.{name}')} · {one.name or one.key}",
               lead=say(f"rooms.lead.{name}"), back=back, said="rooms.said.done", about={"trail": trail})  # fmt: skip
