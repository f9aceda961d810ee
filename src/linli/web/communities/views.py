"""The pages of the city, its districts and streets, and the lists of communities: parse, call a selector, render."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from linli.web.accounts.access import access, user_of
from linli.web.accounts.models import Place
from linli.web.accounts.selectors import place_names
from linli.web.assessments.models import Run
from linli.web.communities import panels
from linli.web.communities.areas import MEASURES, area_layer, areas
from linli.web.communities.figures import Look, item_sums, look_at, look_rows, look_sums, runs_shown, score_rows
from linli.web.communities.lists import community_table, part_table
from linli.web.communities.overview import first_ones, parts_of, sheet_of, trend
from linli.web.communities.selectors import branch_of, children_of, list_places
from linli.web.communities.writing import item_title, standard_title
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.maps import map_frame
from linli.web.pages.rows import Rows
from linli.web.pages.table import Shown, Table, show_table
from linli.web.pages.todo import todos_of
from linli.web.pages.views import desk
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import current_language, say

__all__ = [
    "area_data",
    "district",
    "home",
    "list_all",
    "list_export",
    "overview",
    "parts_export",
    "sheet",
    "street",
    "tree",
]

_PAGE, _WHOLE = 100, 400
"""Communities on a page of the long list; a district's stand on one, to be printed."""

_FIRST = 10
"""So many of those who come first are named."""


def _place(request: HttpRequest, level: str, code: str) -> Place:
    return get_object_or_404(list_places(user_of(request), level), code=code)


def _asked_place(request: HttpRequest) -> Place | None:
    """Return the place that the address asks for by its path; ``None`` = wherever one may see."""
    path = request.GET.get("place", "")
    return get_object_or_404(list_places(user_of(request)), path=path) if path else None


def _look(request: HttpRequest, place: Place | None, action: str = "view") -> tuple[Look | None, list[Run]]:
    user, path = user_of(request), place.path if place else None
    runs = runs_shown(user, path)
    asked = {"code": request.GET.get("round", ""), "standard": request.GET.get("standard", "")}
    look = look_at(user, runs, place=path or "", **asked)
    return (replace(look, action=action) if look else None), runs


def _measure(request: HttpRequest, look: Look) -> str:
    asked = request.GET.get("measure", "")
    known = (*MEASURES, *(rule.id for rule in site_catalogue().items(look.standard)))
    return asked if asked in known else MEASURES[0]


def _measures(look: Look) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a map can show, in groups."""
    items = [(rule.id, item_title(rule.id)) for rule in site_catalogue().items(look.standard)]
    return [
        (say("communities.map.figures"), [(one, say(f"communities.measure.{one}")) for one in MEASURES]),
        (standard_title(look.standard), items),
    ]


def _query(look: Look, **more: str) -> str:
    asked = {"place": look.place, "round": look.run.snapshot.round.code, "standard": look.standard, **more}
    return urlencode({key: value for key, value in asked.items() if value}, safe="/")


def _map(request: HttpRequest, look: Look) -> dict[str, Any]:
    measure = _measure(request, look)
    title = say(f"communities.measure.{measure}") if measure in MEASURES else item_title(measure)
    src = f"{reverse('communities:areas')}?{_query(look, measure=measure)}"
    round_ = look.run.snapshot.round
    frame = map_frame(request, title=title, data_on=round_.surveyed_on, source=panels.round_name(round_))
    return {"measure": measure, "measures": _measures(look),
            "config": {**frame, "layers": [area_layer(look, measure, title, src)]}}  # fmt: skip


def _parts(request: HttpRequest, look: Look) -> Shown | None:
    parts = parts_of(look)
    if not parts:
        return None
    files = [(kind, f"{address}?{_query(look)}") for kind, address in _exports(request, "communities:parts_export")]
    return show_table(part_table(look), Rows.of(parts), QueryDict(), exports=files)


def _head(look: Look) -> dict[str, Any]:
    """Return what says which round, standard and rules a page is about."""
    round_ = look.run.snapshot.round
    return {
        "look": look,
        "round": round_,
        "round_name": panels.round_name(round_),
        "standard": standard_title(look.standard),
    }


def _run_panels(request: HttpRequest, look: Look, runs: list[Run]) -> dict[str, Any]:
    items, sums, moments = item_sums(look), look_sums(look)[""], trend(look, runs)
    return {
        **_head(look),
        "rounds": _rounds(runs),
        "standards": [(one, standard_title(one)) for one in look.options.standards],
        "figures": panels.main_figures(look, sums),
        "map": _map(request, look),
        "parts": _parts(request, look),
        "first": first_ones(look, _FIRST),
        "items": panels.items_chart(look, items),
        "reach": panels.reach_chart(look, items),
        "moments": moments,
        "trend": panels.trend_chart(look, moments),
        "list_query": _query(look),
    }


def _overview(request: HttpRequest, place: Place | None) -> HttpResponse:
    user, path = user_of(request), place.path if place else ""
    look, runs = _look(request, place)
    below = place is not None and place.level in {"district", "street"}
    about = {
        "place": place,
        "path": path,
        "todos": todos_of(user) if place is None else (),
        "money": panels.money_of(user, path),
        "projects": panels.projects_of(user, path),
        "rooms": panels.rooms_of(user, path),
        "survey": panels.survey_of_place(user, path or None),
        "children": children_of(user, place) if look is None else (),
        "communities": _community_list(request, look, runs) if look and below else None,
        **(_run_panels(request, look, runs) if look else {}),
    }
    return render(request, "communities/overview.html", about)


@require_GET
@access("assessments", "view")
def overview(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show the city, or as much of it as lies within one's jurisdiction."""
    return _overview(request, _place(request, "city", code) if code else None)


@require_GET
@access("assessments", "view")
def district(request: HttpRequest, code: str) -> HttpResponse:
    """Show a district."""
    return _overview(request, _place(request, "district", code))


@require_GET
@access("assessments", "view")
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Show the communities of a district with every item, made to be printed on A3."""
    place = _place(request, "district", code)
    look, _ = _look(request, place)
    about = {"place": place, "sheet": sheet_of(look) if look else None}
    return render(request, "communities/sheet.html", {**about, **(_head(look) if look else {})})


@require_GET
@access("assessments", "view")
def street(request: HttpRequest, code: str) -> HttpResponse:
    """Show a street."""
    return _overview(request, _place(request, "street", code))


@require_GET
@access(signed_in=True)
def home(request: HttpRequest) -> HttpResponse:
    """Show the overview to those who may see assessments, and everybody else their desk."""
    return overview(request) if user_of(request).rights.may("assessments", "view") else desk(request)


@require_GET
@access("assessments", "view")
def tree(request: HttpRequest) -> HttpResponse:
    """Show the tree of places to choose from; asked from within a page, only the next branches of it."""
    place = _asked_place(request)
    about = {"branches": branch_of(user_of(request), place)}
    return render(request, f"communities/{'branch' if request.GET.get('part') else 'tree'}.html", about)


@require_GET
@access("assessments", "view")
def area_data(request: HttpRequest) -> HttpResponse:
    """Give the communities of a map."""
    place = _asked_place(request)
    look, _ = _look(request, place)
    body = areas(look, _measure(request, look)) if look else '{"type":"FeatureCollection","features":[]}'
    return HttpResponse(body, content_type="application/geo+json; charset=utf-8")


def _communities(look: Look, runs: list[Run]) -> Table:
    above = {step for row in look_rows(look) for step in _steps(row.place)}
    return community_table(
        look, place_names(above, current_language()), _rounds(runs), size=_WHOLE if look.place else _PAGE
    )


def _steps(path: str) -> list[str]:
    """Return the paths of district and street above a community."""
    parts = path.split("/")
    return ["".join(f"{part}/" for part in parts[:depth]) for depth in range(2, len(parts) - 1)]


def _rounds(runs: list[Run]) -> list[tuple[str, str]]:
    return [(run.snapshot.round.code, panels.round_name(run.snapshot.round)) for run in runs]


def _exports(request: HttpRequest, route: str) -> list[tuple[str, str]]:
    if not user_of(request).rights.may("assessments", "export"):
        return []
    return [(kind, reverse(route, args=[kind])) for kind in FORMATS]


def _community_list(request: HttpRequest, look: Look, runs: list[Run]) -> Shown:
    asked = request.GET.copy()
    if look.place and "place" not in asked:
        asked["place"] = look.place
    files = _exports(request, "communities:list_export")
    return show_table(_communities(look, runs), score_rows(look), asked, exports=files)


@require_GET
@access("assessments", "view")
def list_all(request: HttpRequest) -> HttpResponse:
    """List communities with their figures."""
    look, runs = _look(request, None)
    if look is None:
        return render(request, "communities/list.html", {})
    return render(request, "communities/list.html", {"table": _community_list(request, look, runs), **_head(look)})


@require_GET
@access("assessments", "export")
def list_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of communities as a file."""
    look, runs = _look(request, None, "export")
    if look is None:
        raise Http404
    return export_table(request, _communities(look, runs), score_rows(look), kind, module="assessments")


@require_GET
@access("assessments", "export")
def parts_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of districts (or streets) as a file."""
    look, _ = _look(request, _asked_place(request), "export")
    if look is None:
        raise Http404
    return export_table(request, part_table(look), Rows.of(parts_of(look)), kind, module="assessments")
