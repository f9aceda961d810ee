"""The pages of likely duplicates: a list, and two of them side by side for a person to decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from linli.survey import layer_schema
from linli.web.accounts.access import access, actor_of, user_of
from linli.web.pages.asking import ask
from linli.web.pages.forms import ReasonForm
from linli.web.pages.maps import map_frame
from linli.web.places.differences import SHAPE, Difference, differences
from linli.web.places.features import bounds_of, map_layer
from linli.web.places.forms import MergeForm
from linli.web.places.lists import place_choices
from linli.web.places.models import Record
from linli.web.places.selectors import list_records, parted_pairs
from linli.web.places.twins.finding import LAYERS_WITH_TWINS, twins_among
from linli.web.places.twins.services import records_merge, twins_part
from linli.web.places.vocabulary import record_title
from linli.web.words import say

__all__ = ["list_all", "merge", "part"]

_MOST = 20_000
"""Of more records, duplicates are looked for place by place."""
_SHOWN = 200


def _trail(layer: str) -> list[tuple[str, str]]:
    return [
        (say("places.page.register"), reverse("places:register")),
        (say(f"places.layer.{layer}"), reverse("places:list", args=[layer])),
        (say("places.page.twins"), reverse("places:twins", args=[layer])),
    ]


@require_GET
@access("places", "edit")
def list_all(request: HttpRequest, layer: str) -> HttpResponse:
    """List the pairs of a layer that may be the same."""
    user, place = user_of(request), request.GET.get("place", "")
    rows = list_records(user, layer, "edit").filter(closed_at=None, place__startswith=place)
    too_many = layer in LAYERS_WITH_TWINS and rows.count() > _MOST
    known = list(rows) if layer in LAYERS_WITH_TWINS and not too_many else []
    found = twins_among(layer, known, parted_pairs(user, layer))
    pairs = [
        {"first": one.first, "second": one.second, "distance": round(one.distance_m), "titles": (
            record_title(one.first), record_title(one.second)), "alike": one.alike}
        for one in found[:_SHOWN]
    ]  # fmt: skip
    about = {
        "layer": layer, "pairs": pairs, "total": len(found), "shown": len(pairs), "place": place,
        "places": place_choices(user, place), "too_many": too_many, "trail": _trail(layer)[:-1],
    }  # fmt: skip
    return render(request, "places/twins.html", about)


def _pair(request: HttpRequest, layer: str, first: str, second: str) -> tuple[Record, Record]:
    rows = list_records(user_of(request), layer, "edit").filter(closed_at=None)
    return get_object_or_404(rows, key=first), get_object_or_404(rows, key=second)


def _taken(request: HttpRequest, unlike: list[Difference], other: Record) -> dict[str, Any]:
    """Return what the person chose to take over from the record that goes."""
    picked = [one.name for one in unlike if request.POST.get(f"pick-{one.name}") == other.key]
    return {name: other.values.get(name) for name in picked if name != SHAPE}


def _versions(text: str) -> Mapping[str, int]:
    """Read ``3:1``: the versions of both that the person looked at."""
    first, _, second = text.partition(":")
    return {"first": int(first), "second": int(second)} if first.isdecimal() and second.isdecimal() else {}


@require_http_methods(["GET", "POST"])
@access("places", "edit")
def merge(request: HttpRequest, layer: str, first: str, second: str) -> HttpResponse:
    """Show two records side by side, and put one into the other if the person says so."""
    one, two = _pair(request, layer, first, second)
    unlike = [
        each
        for each in differences(layer, one.values, two.values, one.shape, two.shape)
        if each.name != layer_schema(layer).key
    ]
    form = MergeForm(request.POST or None, initial={"versions": f"{one.version}:{two.version}"},
                     choices=[(each.key, f"{record_title(each)} · {each.key}") for each in (one, two)])  # fmt: skip

    def do(said: dict[str, Any]) -> None:
        kept, other = (one, two) if said["kept"] == one.key else (two, one)
        seen = _versions(said["versions"])
        looked_at = {one.pk: seen.get("first", 0), two.pk: seen.get("second", 0)}
        moved = request.POST.get(f"pick-{SHAPE}") == other.key
        records_merge(actor=actor_of(request), kept=kept, other=other, values=_taken(request, unlike, other),
                      shape=other.shape if moved else None, reason=said["reason"],
                      base_versions=(looked_at[kept.pk], looked_at[other.pk]))  # fmt: skip

    src = f"{reverse('places:features', args=[layer])}?{urlencode([('key', one.key), ('key', two.key)])}"
    config = {**map_frame(request, bounds=bounds_of([one.shape, two.shape])), "layers": [map_layer(layer, src=src)]}
    about = {"trail": _trail(layer), "one": one, "two": two, "unlike": unlike, "config": config, "layer": layer}
    return ask(request, form, do, title=say("places.page.merge"), lead=say("places.page.merge_lead"),
               back=reverse("places:twins", args=[layer]), said="places.said.merged", template="places/merge.html",
               about=about)  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("places", "edit")
def part(request: HttpRequest, layer: str, first: str, second: str) -> HttpResponse:
    """Say that two records are two."""
    one, two = _pair(request, layer, first, second)

    def do(said: dict[str, Any]) -> None:
        twins_part(actor=actor_of(request), first=one, second=two, reason=said["reason"])

    return ask(request, ReasonForm(request.POST or None), do, title=say("places.page.part"),
               lead=say("places.page.part_lead", first=record_title(one), second=record_title(two)),
               back=reverse("places:twins", args=[layer]), said="places.said.parted",
               about={"trail": _trail(layer)})  # fmt: skip
