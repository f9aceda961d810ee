"""The pages of results: matrix, map, list of items, one community, one item with its evidence, who comes first."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from linli.assess.options import PRIORITY_COMPONENTS
from linli.assess.priority import COMPONENT_TITLES
from linli.assess.status import STATUSES
from linli.errors import LinliError, SnapshotError
from linli.web.accounts.access import access, user_of
from linli.web.accounts.models import Place, User
from linli.web.assessments.about import KEEP, About, about, run_asked
from linli.web.assessments.areas import Areas
from linli.web.assessments.evidence import evidence_of
from linli.web.assessments.geo import export_geojson, map_features, shapes_of
from linli.web.assessments.lists import items_table, priority_table
from linli.web.assessments.matrix import Matrix, item_address, status_of_mean
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.assessments.selectors import list_items, list_scores, run_items
from linli.web.assessments.titles import (
    figures_in,
    group_title,
    item_title,
    items_of_scene,
    scene_title,
    scenes_in_order,
)
from linli.web.assessments.walks import PARTS, explained, part_features
from linli.web.geometry import feature_collection
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.maps import map_frame
from linli.web.pages.table import show_table
from linli.web.standards.catalogue import site_catalogue
from linli.web.standards.selectors import waivers_on
from linli.web.words import both, named, pick, say

__all__ = [
    "community",
    "explanation",
    "item",
    "item_part",
    "items",
    "items_export",
    "map_data",
    "map_page",
    "matrix",
    "matrix_export",
    "priority",
    "priority_export",
]

_EMPTY = "assessments/empty.html"


def _exports(user: User, route: str, *more: str) -> list[tuple[str, str]]:
    if not user.rights.may("assessments", "export"):
        return []
    return [(kind, reverse(route, args=[kind])) for kind in (*FORMATS, *more)]


# ----------------------------------------------------------------------------------------------------------- matrix
@require_GET
@access("assessments", "view")
def matrix(request: HttpRequest) -> HttpResponse:
    """Show communities × items."""
    user, shown = user_of(request), about(request)
    if shown is None:
        return render(request, _EMPTY, {"title": say("assessments.matrix.title")})
    grid = Matrix(user, shown, request.GET)
    table = show_table(
        grid.table(),
        grid.rows(),
        request.GET,
        exports=_exports(user, "assessments:matrix_export", "geojson"),
        keep=KEEP,
        prepare=grid.prepare,
    )
    return render(request, "assessments/matrix.html", {"about": shown, "table": table, "legend": STATUSES})


@require_GET
@access("assessments", "export")
def matrix_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Give the matrix as a file: each item as a word, a degree and its range."""
    shown = about(request)
    if shown is None:
        return redirect("assessments:matrix")
    grid = Matrix(user_of(request), shown, request.GET)
    grid.prepare_all()
    rows = grid.rows("export")
    if kind == "geojson":
        return export_geojson(request, grid.file(), rows, shapes_of(shown.run), module="assessments")
    return export_table(request, grid.file(), rows, kind, module="assessments")


# -------------------------------------------------------------------------------------------------------------- map
def _choices(shown: About) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a map can show: score, items, groups, scenes; each with the value that asks for it."""
    every = run_items(shown.run, shown.standard)
    groups = dict.fromkeys(group for _, group in every)
    return [
        (say("assessments.map.score"), [("score:", say("assessments.map.score"))]),
        (say("assessments.by.item"), [(f"item:{one}", item_title(one)) for one, _ in every]),
        (say("assessments.by.group"), [(f"groups:{one}", group_title(shown.standard, one)) for one in groups]),
        (say("assessments.by.scene"), [(f"scenes:{one}", scene_title(one)) for one in scenes_in_order()]),
    ]


def _what(request: HttpRequest, shown: About) -> tuple[str, str, str]:
    """Return what a map shows, which one, and what that is called."""
    asked = request.GET.get("what", "score:")
    titles = {value: title for _, entries in _choices(shown) for value, title in entries}
    if asked not in titles:
        raise Http404
    what, _, code = asked.partition(":")
    return what, code, titles[asked]


def _map_fields() -> list[dict[str, Any]]:
    return [
        {"key": "status", "label": both("assessments.items.column.status"), "format": "status"},
        {"key": "range", "label": both("assessments.items.column.degree"), "format": "text"},
        {"key": "without", "label": both("assessments.items.column.without"), "format": "number", "digits": 0},
    ]


@require_GET
@access("assessments", "view")
def map_page(request: HttpRequest) -> HttpResponse:
    """Show one item, group, scene or the score on a map of communities: by status, or by degree."""
    shown = about(request)
    if shown is None:
        return render(request, _EMPTY, {"title": say("assessments.map.title")})
    what, code, title = _what(request, shown)
    by_degree = request.GET.get("draw", "degree" if what == "score" else "status") == "degree"
    layer = {
        "id": "communities",
        "label": title,
        "kind": "areas" if by_degree else "status",
        "src": f"{reverse('assessments:map_data')}?{shown.query}&what={what}:{code}",
        "value": "degree" if by_degree else "status",
        "format": "share" if by_degree else "status",
        "fields": _map_fields() if what == "item" else _map_fields()[:2],
    }
    round_ = shown.run.snapshot.round
    frame = map_frame(request, title=title, data_on=round_.surveyed_on, source=named(round_))
    page = {"about": shown, "config": {**frame, "layers": [layer]}, "title": title, "by_degree": by_degree,
            "what": f"{what}:{code}", "choices": _choices(shown)}  # fmt: skip
    return render(request, "assessments/map.html", page)


@require_GET
@access("assessments", "view")
def map_data(request: HttpRequest) -> HttpResponse:
    """Give what a map draws: the communities that one may see."""
    shown = about(request)
    if shown is None:
        return JsonResponse({"type": "FeatureCollection", "features": []})
    what, code, _ = _what(request, shown)
    return JsonResponse(map_features(user_of(request), shown, what, code))


# ------------------------------------------------------------------------------------------------------------ items
@require_GET
@access("assessments", "view")
def items(request: HttpRequest) -> HttpResponse:
    """List items of communities, a row each."""
    user, shown = user_of(request), about(request)
    if shown is None:
        return render(request, _EMPTY, {"title": say("assessments.items.title")})
    areas = Areas()
    table = show_table(
        items_table(user, shown, areas),
        list_items(user, shown.run, shown.standard),
        request.GET,
        exports=_exports(user, "assessments:items_export"),
        keep=KEEP,
        prepare=areas.read,
    )
    return render(request, "assessments/items.html", {"about": shown, "table": table})


@require_GET
@access("assessments", "export")
def items_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Give the list of items as a file."""
    user, shown = user_of(request), about(request)
    if shown is None:
        return redirect("assessments:items")
    areas, rows = Areas(), list_items(user, shown.run, shown.standard, "export")
    areas.read(list_scores(user, shown.run, shown.standard, "export"))
    return export_table(request, items_table(user, shown, areas), rows, kind, module="assessments")


# -------------------------------------------------------------------------------------------------- one community
def _score(request: HttpRequest, code: str) -> tuple[About, ScoreRow]:
    """Return what the page of a community is about, and its row."""
    place = get_object_or_404(Place.objects.filter(level="community"), code=code)
    shown = about(request, place.path)
    if shown is None:
        raise Http404
    rows = list_scores(user_of(request), shown.run, shown.standard)
    return shown, get_object_or_404(rows, community=place)


def _groups(user: User, shown: About, score: ScoreRow) -> list[dict[str, Any]]:
    """Return a community's items under its groups (or scenes), each with its mean."""
    rows = {row.item: row for row in list_items(user, shown.run, shown.standard).filter(community=score.community_id)}
    fmt = figures_in(shown.run.unit)
    every = run_items(shown.run, shown.standard)
    if shown.by == "scene":
        sections = [(one, scene_title(one), items_of_scene(one)) for one in scenes_in_order()]
    else:
        codes = dict.fromkeys(group for _, group in every)
        sections = [(one, group_title(shown.standard, one), tuple(i for i, of in every if of == one)) for one in codes]
    means = score.scenes if shown.by == "scene" else score.groups
    found = []
    for code, title, names in sections:
        mean = means.get(code) or {}
        own = [_line(rows[name], fmt, shown) for name in names if name in rows]
        applies = any(mean.get(status) for status in STATUSES if status != "not_applicable")
        about_it = {
            "code": code, "title": title, "rows": own, "required": mean.get("required", ""),
            "degree": fmt.degree(mean.get("score"), mean.get("score_low"), mean.get("score_high")),
            "status": status_of_mean(mean.get("score"), shown.met_share, applies=applies),
        }  # fmt: skip
        found.append(about_it)
    return [one for one in found if one["rows"]]


def _line(row: ItemRow, fmt: Any, shown: About) -> dict[str, Any]:
    unit = shown.run.unit if row.shortfall_unit == "residents" else row.shortfall_unit
    short = fmt.area(row.shortfall) if unit == "m2" else fmt.unit(row.shortfall, unit)
    return {
        "title": item_title(row.item),
        "address": item_address(row.community.code, row.item, shown.run_query),
        "status": row.status,
        "degree": "" if row.status == "not_applicable" else fmt.degree(row.degree, row.degree_low, row.degree_high),
        "without": "" if row.residents_without is None else fmt.folk(row.residents_without),
        "short": short if row.shortfall else (fmt.unknown if row.status == "unknown" else ""),
        "certainty": row.certainty,
    }


@require_GET
@access("assessments", "view")
def community(request: HttpRequest, code: str) -> HttpResponse:
    """Show the items of one community, under the six haves, the levels, or the scenes."""
    shown, score = _score(request, code)
    fmt = figures_in(shown.run.unit)
    page = {
        "about": shown,
        "score": score,
        "place": score.community,
        "groups": _groups(user_of(request), shown, score),
        "points": fmt.score(score.score, score.score_low, score.score_high),
        "known": fmt.pct(score.known_share),
        "counts": [(one, getattr(score, one)) for one in STATUSES],
    }
    return render(request, "assessments/community.html", page)


# ------------------------------------------------------------------------------------------------------- one item
def _item(request: HttpRequest, code: str, standard: str, name: str) -> tuple[Run, ItemRow]:
    place = get_object_or_404(Place.objects.filter(level="community"), code=code)
    run = run_asked(request, place.path)
    if run is None:
        raise Http404
    rows = list_items(user_of(request), run, standard)
    return run, get_object_or_404(rows, community=place, item=f"{standard}/{name}")


def _beside(run: Run, row: ItemRow, query: str) -> dict[str, Any]:
    """Return the items before and after one, in the standard's order."""
    every = [item for item, _ in run_items(run, row.standard)]
    here = every.index(row.item)
    near = {"before": every[here - 1] if here else "", "after": every[here + 1] if here + 1 < len(every) else ""}
    code = row.community.code
    return {
        end: {"title": item_title(item), "address": item_address(code, item, query)} if item else None
        for end, item in near.items()
    }


@require_GET
@access("assessments", "view")
def item(request: HttpRequest, code: str, standard: str, name: str) -> HttpResponse:
    """Show one item of a community with all that stands behind it."""
    run, row = _item(request, code, standard, name)
    fmt = figures_in(run.unit)
    query = f"run={run.pk}" if request.GET.get("run") else ""
    made_on = run.rules_on or timezone.localdate(run.at)
    page: dict[str, Any] = {
        "run": run, "row": row, "name": name, "place": row.community, "query": query, "title": item_title(row.item),
        "group": group_title(row.standard, row.group), "beside": _beside(run, row, query),
        "degree": fmt.degree(row.degree, row.degree_low, row.degree_high),
        "without": None if row.residents_without is None else fmt.folk(row.residents_without),
        "residents": None if row.residents is None else fmt.folk(row.residents),
        "other_rules": run.catalogue_version != site_catalogue().version,
        "waivers": [one for one in waivers_on(row.place, made_on) if one.item == row.item],
    }  # fmt: skip
    try:
        page["asked"] = evidence_of(user_of(request), run, code, row.item)
    except SnapshotError as error:
        page["broken"] = str(error)
    return render(request, "assessments/item.html", page)


def _item_map(request: HttpRequest, run: Run, row: ItemRow) -> dict[str, Any]:
    """Return the configuration of the map of an item."""
    standard, _, name = row.item.partition("/")
    kinds = {"area": "lines", "facilities": "facilities", "walks": "outline"}
    layers: list[dict[str, Any]] = []
    for part in PARTS:
        address = reverse("assessments:item_part", args=[row.community.code, standard, name, part])
        layers.append({"id": part, "label": both(f"assessments.item.map_{part}"), "kind": kinds[part],
                       "src": f"{address}?run={run.pk}"})  # fmt: skip
    layers[1]["fields"] = [
        {"key": key, "label": both(f"assessments.item.map_{key}"), "format": "text"} for key in ("type", "role")
    ]
    round_ = run.snapshot.round
    return {**map_frame(request, title=item_title(row.item), data_on=round_.surveyed_on, source=named(round_)),
            "layers": layers}  # fmt: skip


@require_GET
@access("assessments", "view")
def explanation(request: HttpRequest, code: str, standard: str, name: str) -> HttpResponse:
    """Give an item in words, with two walks as examples on a map."""
    run, row = _item(request, code, standard, name)
    page: dict[str, Any] = {"place": row.community, "title": item_title(row.item),
                            "back": item_address(code, row.item, f"run={run.pk}")}  # fmt: skip
    try:
        page |= {"text": explained(run, code, row.item).text, "config": _item_map(request, run, row)}
    except LinliError as error:
        page["broken"] = str(error)
    return render(request, "assessments/explanation.html", page)


@require_GET
@access("assessments", "view")
def item_part(request: HttpRequest, code: str, standard: str, name: str, part: str) -> HttpResponse:
    """Give one part of the map of an item."""
    run, row = _item(request, code, standard, name)
    if part not in PARTS:
        raise Http404
    try:
        return JsonResponse(part_features(run, code, row.item, part))
    except LinliError:  # the page itself says what is wrong
        return JsonResponse(feature_collection([]))


# --------------------------------------------------------------------------------------------------------- priority
def _weights(run: Run) -> list[tuple[str, str]]:
    """Return the weight of each component, in words."""
    weights = run.options.get("priority", {})
    return [(pick(COMPONENT_TITLES[name]), f"{weights.get(name, 0):g}") for name in PRIORITY_COMPONENTS]


@require_GET
@access("assessments", "view")
def priority(request: HttpRequest) -> HttpResponse:
    """Show who comes first, why, and what that rests on."""
    user, shown = user_of(request), about(request)
    if shown is None:
        return render(request, _EMPTY, {"title": say("assessments.priority.title")})
    areas = Areas()
    table = show_table(
        priority_table(user, shown, areas),
        list_scores(user, shown.run, shown.standard),
        request.GET,
        exports=_exports(user, "assessments:priority_export", "geojson"),
        keep=KEEP,
        prepare=areas.read,
    )
    page = {"about": shown, "table": table, "weights": _weights(shown.run)}
    return render(request, "assessments/priority.html", page)


@require_GET
@access("assessments", "export")
def priority_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Give the priority list as a file."""
    user, shown = user_of(request), about(request)
    if shown is None:
        return redirect("assessments:priority")
    areas, rows = Areas(), list_scores(user, shown.run, shown.standard, "export")
    areas.read(rows)
    table = priority_table(user, shown, areas)
    if kind == "geojson":
        return export_geojson(request, table, rows, shapes_of(shown.run), module="assessments")
    return export_table(request, table, rows, kind, module="assessments")
