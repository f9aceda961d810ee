"""The maps of the report: classes by community, residents without, and the life circle of one community.

A *ground* is what all maps of a survey share: outlines, streets, buildings and facilities in metres, prepared once.
*Cells* are buildings drawn together where they would cover one another: one dot, its area is their residents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from linli.report.formats import Context, known
from linli.report.frame import HEAD, WIDTH, Key, View, area_paths, fit, inner_view, map_figure, street_path
from linli.report.palette import ACCENT, CLASS_COLOURS, GREYS, GROUP_COLOURS, LACKING, Classes, sort_into_classes
from linli.report.svg import dots, element, escaped, hatch, label, text_width

__all__ = ["Ground", "Outline", "choropleth", "circle_map", "coverage_map", "dot_scale"]

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

MAIN_STREETS = frozenset(
    {"motorway", "trunk", "primary", "secondary", "tertiary", "main", "arterial", "主干路", "次干路", "快速路"}
)
"""Kinds of street drawn on the map of a whole city."""

_CELL_PX = 4.0
_MARK_R = 8.0
_FEW_STREETS = 4000


@dataclass(frozen=True, slots=True)
class Outline:
    """One life-circle outline.

    Parameters
    ----------
    text
        What it is, e.g. «5 minutes».
    area
        Polygon, metric CRS.
    """

    text: str
    area: shapely.Geometry


@dataclass(frozen=True, eq=False)
class Ground:
    """What the maps of one survey share, metric CRS, metres.

    Parameters
    ----------
    community_ids, community_names, communities
        Id, name and outline of each community, same order.
    streets, street_kinds
        Walkable lines and the kind of each (may be empty text).
    xy, residents, owner
        Buildings: position, shape (n, 2); residents or m², shape (n,), NaN = unknown; row of their community, −1 = none.
    facility_xy, facility_type, facility_group, facility_name
        Facilities in use: position, type code, group code, name.
    view
        The view of the whole city.
    """

    community_ids: tuple[str, ...]
    community_names: tuple[str, ...]
    communities: Objects
    streets: Objects
    street_kinds: Objects
    xy: Floats
    residents: Floats
    owner: npt.NDArray[np.int64]
    facility_xy: Floats
    facility_type: Objects
    facility_group: Objects
    facility_name: Objects
    view: View
    tree: shapely.STRtree
    backdrop: str
    areas: tuple[str, ...]

    @classmethod
    def prepare(
        cls,
        communities: pd.DataFrame,
        streets: Objects,
        street_kinds: Objects,
        buildings: tuple[Floats, Floats, npt.NDArray[np.int64]],
        facilities: tuple[Floats, Objects, Objects, Objects],
    ) -> Ground:
        """Prepare the ground once.

        Parameters
        ----------
        communities
            Columns ``community_id``, ``name``, ``geometry`` (metric CRS).
        streets, street_kinds
            As the fields.
        buildings
            Position, residents and owner as the fields.
        facilities
            Position, type, group and name as the fields.

        Returns
        -------
        Ground
            Ready for every map.
        """
        areas = communities["geometry"].to_numpy(dtype=object)
        whole = shapely.total_bounds(areas)
        view = fit(tuple(whole) if np.isfinite(whole).all() else (0.0, 0.0, 1000.0, 1000.0))
        main = np.isin(street_kinds.astype(str), list(MAIN_STREETS))
        shown = streets[main] if main.any() else streets[: 0 if len(streets) > _FEW_STREETS else None]
        backdrop = element("path", d=street_path(shown, view), fill="none", stroke="#cfd6dc", stroke_width=8)
        return cls(
            tuple(communities["community_id"]),
            tuple(communities["name"].astype(str)),
            areas,
            streets,
            street_kinds,
            *buildings,
            *facilities,
            view,
            shapely.STRtree(streets),
            backdrop,
            tuple(area_paths(areas, view)),
        )


def _cells(view: View, xy: Floats, people: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Draw buildings together that would cover one another; return centres in tenths and people."""
    inside = np.isfinite(people) & (people > 0)
    tenths, people = view.tenths(xy[inside]), people[inside]
    size = int(_CELL_PX * 10)
    cell = tenths // size
    code = cell[:, 0] * 1_000_000 + cell[:, 1]
    _, where = np.unique(code, return_inverse=True)
    total = np.bincount(where, weights=people)
    centre = np.column_stack([np.bincount(where, weights=tenths[:, k] * people) / total for k in (0, 1)])
    return np.rint(centre).astype(np.int64).reshape(-1, 2), total


def dot_scale(ground: Ground) -> float:
    """Return people (or m²) per square pixel of dot, so that a dense city is full but not blotted out.

    Parameters
    ----------
    ground
        The ground of all maps.

    Returns
    -------
    float
        People per px², > 0; the same for all maps of a report, so that they compare.
    """
    _, people = _cells(ground.view, ground.xy, ground.residents)
    if not len(people):
        return 1.0
    return max(float(np.quantile(people, 0.98)) / (np.pi * 5.0**2), 1e-9)


def _radius(people: Floats, per_px2: float) -> Floats:
    return np.maximum(np.sqrt(people / per_px2 / np.pi), 0.5)


def _round_sizes(per_px2: float) -> list[float]:
    """Three round numbers of people for the legend, with radii from about 2 to 9 pixels."""
    rough = [per_px2 * np.pi * r**2 for r in (2.2, 5.0, 9.0)]
    return [float(f"{value:.0e}") for value in rough]


def _area_labels(ground: Ground, rows: Sequence[int], size: float = 11) -> list[str]:
    """Name communities where the name does not cover another one; the largest first."""
    points = shapely.point_on_surface(ground.communities)
    order = sorted(rows, key=lambda i: -shapely.area(ground.communities[i]))
    taken: list[tuple[float, float, float, float]] = []
    out: list[str] = []
    for i in order:
        if shapely.is_empty(points[i]):
            continue
        x, y = ground.view.pixel(shapely.get_x(points[i]), shapely.get_y(points[i]))
        name = ground.community_names[i]
        half = text_width(name, size) / 2 + 3
        box = (x - half, y - size, x + half, y + 5)
        off = box[0] < 2 or box[2] > ground.view.width - 2 or box[3] > ground.view.height - 34
        if off or any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken):
            continue
        taken.append(box)
        out.append(label(x, HEAD + y + 3, name, halo=True, font_size=float(size), text_anchor="middle"))
    return out


def _class_keys(context: Context, classes: Classes, pattern: str, write: str) -> list[Key]:
    scale = 100.0 if write != "plain" else 1.0
    digits = 0 if all(abs(b * scale - round(b * scale)) < 1e-6 for b in classes.breaks) else 1  # noqa: PLR2004
    limits = [f"{b * scale:,.{digits}f}" for b in classes.breaks]
    sign = "\u202f%" if write == "share" else ""
    keys = []
    for i, colour in enumerate(CLASS_COLOURS):
        box = element("rect", x=-10, y=-7, width=20, height=14, fill=colour, stroke=GREYS["line"])
        text = context.words("map.class", low=limits[i], high=limits[i + 1], sign=sign, count=classes.counts[i])
        keys.append(Key(box, text, 20))
    if classes.unknown:
        box = element("rect", x=-10, y=-7, width=20, height=14, fill=f"url(#{pattern})", stroke=GREYS["line"])
        keys.append(Key(box, context.words("map.unknown", count=classes.unknown), 20))
    return keys


def choropleth(
    ground: Ground,
    values: Mapping[str, float],
    context: Context,
    *,
    name: str,
    title: str,
    measure: str,
    write: str = "score",
    links: Mapping[str, str] | None = None,
) -> str:
    """Draw one figure per community in five classes; what is unknown is hatched.

    Parameters
    ----------
    ground
        The shared ground.
    values
        Figure by community id, in the unit of `write`; absent or NaN = unknown.
    context
        Language, date, notes.
    name, title
        Of the figure.
    measure
        What the classes are of, with unit.
    write
        ``score`` (0–1, written as points of 100), ``share`` (0–1, written in %), ``plain``.
    links
        Page of each community, or None for paper.

    Returns
    -------
    str
        SVG document.
    """
    pattern = f"{name}-hatch"
    found = np.array([float(values.get(i, np.nan)) for i in ground.community_ids], dtype="float64")
    classes = sort_into_classes(found.tolist(), ceiling=None if write == "plain" else 1.0)
    shapes = []
    for i, (key, path) in enumerate(zip(ground.community_ids, ground.areas, strict=True)):
        rank = classes.of(float(found[i]))
        fill = f"url(#{pattern}-map)" if rank is None else CLASS_COLOURS[rank]
        written = {"score": context.fmt.score, "share": context.fmt.pct}.get(write, context.fmt.n)(float(found[i]))
        tip = element("title", escaped(context.words("map.tip", name=ground.community_names[i], value=written)))
        shape = element("path", tip, d=path, fill=fill, fill_rule="evenodd")
        shapes.append(element("a", shape, href=links[key]) if links and key in links else shape)
    big = element("g", *shapes, stroke="#ffffff", stroke_width=10, stroke_linejoin="round")
    body = [inner_view(ground.view, big), *_area_labels(ground, range(len(ground.areas)))]
    return map_figure(
        ground.view,
        body,
        name=name,
        title=title,
        subtitle=context.words("map.subtitle", place=context.place, dated=context.dated),
        description=context.words("map.choropleth_description", measure=measure, count=len(found)),
        lang=context.words.lang,
        north=context.words("map.north"),
        legend=_class_keys(context, classes, pattern, write),
        legend_title=measure,
        notes=context.notes,
        defs=[hatch(pattern), hatch(f"{pattern}-map", scale=10)],
    )


def _outlines_of_communities(ground: Ground) -> str:
    paths = [element("path", d=path) for path in ground.areas]
    return element("g", *paths, fill="none", stroke="#8a97a3", stroke_width=8)


def _dot_keys(context: Context, per_px2: float) -> list[Key]:
    keys = []
    for people in _round_sizes(per_px2):
        radius = float(np.sqrt(people / per_px2 / np.pi))
        dot = element("circle", r=round(radius, 1), fill=LACKING, fill_opacity=0.75)
        keys.append(Key(dot, context.fmt.folk(people), max(2 * radius, 8)))
    return keys


def coverage_map(
    ground: Ground,
    without: Floats,
    facility_type: str,
    per_px2: float,
    context: Context,
    *,
    name: str,
    title: str,
    described: str,
) -> str:
    """Draw who has no facility of a type within the distance: dots whose area is people.

    Parameters
    ----------
    ground
        The shared ground.
    without
        Residents (or m²) without, by building, shape (buildings,); 0 or NaN = none.
    facility_type
        Code of the type, for its places on the map.
    per_px2
        People per px² of dot, from `dot_scale`.
    context
        Language, date, notes.
    name, title
        Of the figure.
    described
        The finding in one sentence.

    Returns
    -------
    str
        SVG document.
    """
    everyone, all_people = _cells(ground.view, ground.xy, ground.residents)
    lacking, people = _cells(ground.view, ground.xy, without)
    places = ground.view.tenths(ground.facility_xy[ground.facility_type == facility_type])
    squares = "".join(f"M{x - 35} {y - 35}h70v70h-70z" for x, y in places.tolist())
    marks = element("path", d=squares, fill=ACCENT, stroke="#fff", stroke_width=10)
    body = inner_view(
        ground.view,
        ground.backdrop,
        dots(everyone, _radius(all_people, per_px2), stroke="#b4bec7", stroke_opacity=0.55),
        _outlines_of_communities(ground),
        dots(lacking, _radius(people, per_px2), stroke=LACKING, stroke_opacity=0.75),
        marks,
    )
    grey = element("circle", r=5, fill="#b4bec7", fill_opacity=0.7)
    square = element("path", d="M-4 -4h8v8h-8z", fill=ACCENT)
    keys = [
        *_dot_keys(context, per_px2),
        Key(grey, context.words("map.within"), 12),
        Key(square, context.words("map.places", count=len(places)), 12),
    ]
    return map_figure(
        ground.view,
        [body],
        name=name,
        title=title,
        subtitle=context.words("map.subtitle", place=context.place, dated=context.dated),
        description=described,
        lang=context.words.lang,
        north=context.words("map.north"),
        legend=keys,
        legend_title=context.words("map.dots", unit=context.fmt.folk_unit()),
        notes=context.notes,
    )


def _marker(x: float, y: float, group: str, glyph: str, tip: str) -> str:
    return element(
        "g",
        element("title", escaped(tip)),
        element("circle", cx=x, cy=y, r=_MARK_R, fill=GROUP_COLOURS.get(group, GREYS["soft"]), stroke="#fff"),
        label(x, y + 3.8, glyph, font_size=10.5, text_anchor="middle", fill="#fff", font_weight=600),
    )


def _markers(ground: Ground, view: View, context: Context, titles: Mapping[str, str]) -> tuple[list[str], set[str]]:
    """Mark facilities with the sign of their group; where signs would cover one another, a small dot."""
    left, bottom, right, top = view.bounds
    xy = ground.facility_xy
    near = np.flatnonzero((xy[:, 0] > left) & (xy[:, 0] < right) & (xy[:, 1] > bottom) & (xy[:, 1] < top))
    rare = pd.Series(ground.facility_type[near]).value_counts()
    order = sorted(near.tolist(), key=lambda i: (rare[ground.facility_type[i]], i))
    taken: dict[tuple[int, int], list[tuple[float, float]]] = {}
    signs: list[str] = []
    small: list[str] = []
    groups: set[str] = set()
    for i in order:
        x, y = view.pixel(xy[i, 0], xy[i, 1])
        group = str(ground.facility_group[i])
        groups.add(group)
        cell = (int(x // 16), int(y // 16))
        around = [p for dx in (-1, 0, 1) for dy in (-1, 0, 1) for p in taken.get((cell[0] + dx, cell[1] + dy), ())]
        if any((x - px) ** 2 + (y - py) ** 2 < (2 * _MARK_R) ** 2 for px, py in around):
            colour = GROUP_COLOURS.get(group, GREYS["soft"])
            small.append(element("circle", cx=x, cy=HEAD + y, r=2.2, fill=colour, stroke="#fff", stroke_width=0.5))
            continue
        taken.setdefault(cell, []).append((x, y))
        kind = titles.get(str(ground.facility_type[i]), str(ground.facility_type[i]))
        called = str(ground.facility_name[i]) if known(ground.facility_name[i]) else ""
        tip = context.words("map.facility_tip", kind=kind, name=called) if called else kind
        signs.append(_marker(x, HEAD + y, group, context.words(f"glyph.{group}"), tip))
    clip = element("svg", *small, *signs, x=0, y=HEAD, width=view.width, height=view.height, viewBox=f"0 {HEAD} {view.width} {view.height}")
    return [clip], groups


def _circle_view(ground: Ground, row: int, outlines: Sequence[Outline]) -> View:
    areas = [ground.communities[row], *(outline.area for outline in outlines[:1])]
    bounds = shapely.total_bounds(np.asarray([a for a in areas if not shapely.is_empty(a)], dtype=object))
    return fit(tuple(bounds), width=WIDTH, least=380, most=560)


def _outline_layers(view: View, outlines: Sequence[Outline]) -> list[str]:
    dashes = (None, "60 30", "20 30")
    layers = []
    for i, path in enumerate(area_paths([outline.area for outline in outlines], view)):
        opacity = 0.1 if i == 0 else 0.0
        layers.append(
            element(
                "path",
                d=path,
                fill=ACCENT,
                fill_opacity=opacity,
                fill_rule="evenodd",
                stroke=ACCENT,
                stroke_width=18 if i == 0 else 12,
                stroke_dasharray=dashes[min(i, 2)],
            )
        )
    return layers


def _circle_keys(context: Context, outlines: Sequence[Outline], groups: set[str]) -> list[Key]:
    keys = [Key(element("path", d="M-9 0h18", stroke="#3e4c59", stroke_width=2.4, stroke_dasharray="6 2 1.5 2"), context.words("map.boundary"), 18)]
    for i, outline in enumerate(outlines):
        dash = (None, "6 3", "2 3")[min(i, 2)]
        fill = element("rect", x=-9, y=-6, width=18, height=12, fill=ACCENT, fill_opacity=0.1 if i == 0 else 0.0, stroke=ACCENT, stroke_dasharray=dash)
        keys.append(Key(fill, outline.text, 18))
    keys.append(Key(element("circle", r=3, fill="#8a97a3"), context.words("map.homes"), 10))
    for group in (g for g in GROUP_COLOURS if g in groups):
        keys.append(Key(_marker(0, 0, group, context.words(f"glyph.{group}"), ""), context.words(f"group.{group}"), 18))
    return keys


def circle_map(
    ground: Ground,
    row: int,
    outlines: Sequence[Outline],
    per_px2: float,
    context: Context,
    *,
    name: str,
    titles: Mapping[str, str],
) -> str:
    """Draw the life circle of one community: outline, streets, homes, and facilities by the sign of their group.

    Parameters
    ----------
    ground
        The shared ground.
    row
        Which community.
    outlines
        Life-circle outlines, the nearest first; may be empty.
    per_px2
        People per px² of dot on the map of the whole city.
    context
        Language, date, notes.
    name
        Of the figure, unique in a page.
    titles
        Word for each facility type.

    Returns
    -------
    str
        SVG document.
    """
    view = _circle_view(ground, row, outlines)
    near = ground.tree.query(shapely.box(*view.bounds))
    streets = element("path", d=street_path(ground.streets[np.sort(near)], view), fill="none", stroke="#c5cdd4", stroke_width=9)
    left, bottom, right, top = view.bounds
    x, y = ground.xy[:, 0], ground.xy[:, 1]
    seen = np.isfinite(ground.residents) & (x > left) & (x < right) & (y > bottom) & (y < top)
    scale = per_px2 * (view.metres / ground.view.metres) ** 2 * 1.5
    own = ground.owner == row
    homes = []
    for chosen, colour in ((seen & ~own, "#c9d1d8"), (seen & own, "#7d8b97")):
        centres, people = _cells(view, ground.xy[chosen], ground.residents[chosen])
        homes.append(dots(centres, np.minimum(_radius(people, scale), 7.0), stroke=colour, stroke_opacity=0.9))
    edge = element("path", d=area_paths([ground.communities[row]], view)[0], fill="none", stroke="#3e4c59", stroke_width=24, stroke_dasharray="60 20 15 20")
    markers, groups = _markers(ground, view, context, titles)
    body = [inner_view(view, streets, *homes, *_outline_layers(view, outlines), edge), *markers]
    title = context.words("map.circle_title", name=ground.community_names[row])
    return map_figure(
        view,
        body,
        name=name,
        title=title,
        subtitle=context.words("map.subtitle", place=context.place, dated=context.dated),
        description=context.words("map.circle_description", name=ground.community_names[row]),
        lang=context.words.lang,
        north=context.words("map.north"),
        legend=_circle_keys(context, outlines, groups),
        notes=context.notes,
    )
