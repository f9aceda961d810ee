"""The maps of the report: classes by community, residents without, and the life circle of one community.

A *ground* is what all maps of a survey share: outlines, streets, buildings and facilities in metres, prepared once.
*Cells* are buildings drawn together where they would cover one another: one dot, its area is their residents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from linli.report.formats import Context, known
from linli.report.frame import HEAD, WIDTH, Key, View, area_paths, fit, inner_view, map_figure, street_path
from linli.report.palette import ACCENT, CLASS_COLOURS, GREYS, GROUP_COLOURS, LACKING, Classes, sort_into_classes
from linli.report.svg import dots, element, escaped, hatch, label, text_width

__all__ = ["Ground", "Outline", "Scene", "choropleth", "circle_map", "coverage_map", "dot_scale", "set_scene"]

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

MAIN_STREETS = frozenset(
    {"motorway", "trunk", "primary", "secondary", "tertiary", "main", "arterial", "主干路", "次干路", "快速路"}
)
"""Kinds of street drawn on the map of a whole city."""

_CELL_PX = 4.0
_MARK_R = 8.0
_SIGNS = 110
_FEW_STREETS = 4000


@dataclass(frozen=True, slots=True)
class Outline:
    """One life-circle outline in a legend: what it is, e.g. «300 m on foot»."""

    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """The life-circle map of a community without its words.

    Parameters
    ----------
    view
        Where metres fall.
    drawn
        SVG text.
    signs
        Rows of the facilities that get a sign.
    groups
        Facility groups in sight, in the order of the legend.
    """

    view: View
    drawn: str
    signs: tuple[int, ...]
    groups: tuple[str, ...]


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
    kept: dict[str, str] = field(default_factory=dict, repr=False)

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


def _everybody(ground: Ground, per_px2: float) -> str:
    """Draw all residents in grey and the outlines of the communities; kept, for every coverage map begins with it."""
    key = f"everybody-{per_px2!r}"
    if key not in ground.kept:
        centres, people = _cells(ground.view, ground.xy, ground.residents)
        outlines = [element("path", d=path) for path in ground.areas]
        ground.kept[key] = dots(
            centres, _radius(people, per_px2), stroke="#b4bec7", stroke_opacity=0.55
        ) + element("g", *outlines, fill="none", stroke="#8a97a3", stroke_width=8)
    return ground.kept[key]


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
    lacking, people = _cells(ground.view, ground.xy, without)
    places = ground.view.tenths(ground.facility_xy[ground.facility_type == facility_type])
    squares = "".join(f"M{x - 35} {y - 35}h70v70h-70z" for x, y in places.tolist())
    marks = element("path", d=squares, fill=ACCENT, stroke="#fff", stroke_width=10)
    body = inner_view(
        ground.view,
        ground.backdrop,
        _everybody(ground, per_px2),
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


def _sign(x: float, y: float, group: str) -> str:
    return f'<use href="#sign-{group}" x="{x:.1f}" y="{y:.1f}"/>'


def _sign_shapes(context: Context, groups: Iterable[str]) -> list[str]:
    """The sign of each group, drawn once and used many times."""
    out = []
    for group in groups:
        circle = element("circle", r=_MARK_R, fill=GROUP_COLOURS.get(group, GREYS["soft"]), stroke="#fff")
        glyph = label(0, 3.8, context.words(f"glyph.{group}"), font_size=10.5, text_anchor="middle", fill="#fff", font_weight=600)
        out.append(element("g", circle, glyph, id=f"sign-{group}"))
    return out


def _shown_signs(view: View, xy: Floats, types: Objects) -> tuple[list[int], list[int]]:
    """Choose which facilities get a sign: the rarest types first, none over another; the rest are dots."""
    left, bottom, right, top = view.bounds
    near = np.flatnonzero((xy[:, 0] > left) & (xy[:, 0] < right) & (xy[:, 1] > bottom) & (xy[:, 1] < top))
    rare = pd.Series(types[near]).value_counts()
    order = sorted(near.tolist(), key=lambda i: (rare[types[i]], i))
    pixels = np.column_stack([(xy[:, 0] - view.left) / view.metres, (view.top - xy[:, 1]) / view.metres])
    taken: dict[tuple[int, int], list[tuple[float, float]]] = {}
    signs: list[int] = []
    small: list[int] = []
    for i in order:
        x, y = pixels[i].tolist()
        cell = (int(x // 16), int(y // 16))
        around = (p for dx in (-1, 0, 1) for dy in (-1, 0, 1) for p in taken.get((cell[0] + dx, cell[1] + dy), ()))
        if len(signs) >= _SIGNS or any((x - px) ** 2 + (y - py) ** 2 < (2 * _MARK_R) ** 2 for px, py in around):
            small.append(i)
        else:
            taken.setdefault(cell, []).append((x, y))
            signs.append(i)
    return signs, small


def _markers(ground: Ground, scene: Scene, context: Context, titles: Mapping[str, str]) -> str:
    """Mark facilities with the sign of their group; hovering says which one it is."""
    view, xy = scene.view, ground.facility_xy
    parts = []
    for i in scene.signs:
        x, y = view.pixel(xy[i, 0], xy[i, 1])
        kind = titles.get(str(ground.facility_type[i]), str(ground.facility_type[i]))
        called = str(ground.facility_name[i]) if known(ground.facility_name[i]) else ""
        tip = context.words("map.facility_tip", kind=kind, name=called) if called else kind
        parts.append(f"<g><title>{escaped(tip)}</title>{_sign(x, HEAD + y, str(ground.facility_group[i]))}</g>")
    box = f"0 {HEAD} {view.width} {view.height}"
    return element("svg", *parts, x=0, y=HEAD, width=view.width, height=view.height, viewBox=box)


def _circle_view(ground: Ground, row: int, outlines: Sequence[shapely.Geometry]) -> View:
    areas = [ground.communities[row], *outlines[:1]]
    bounds = shapely.total_bounds(np.asarray([a for a in areas if not shapely.is_empty(a)], dtype=object))
    return fit(tuple(bounds), width=WIDTH, least=380, most=560)


def _outline_layers(view: View, outlines: Sequence[shapely.Geometry]) -> list[str]:
    dashes = (None, "60 30", "20 30")
    layers = []
    for i, path in enumerate(area_paths(outlines, view)):
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


def _circle_keys(context: Context, outlines: Sequence[Outline], groups: Iterable[str]) -> list[Key]:
    dashed = element("path", d="M-9 0h18", stroke="#3e4c59", stroke_width=2.4, stroke_dasharray="6 2 1.5 2")
    keys = [Key(dashed, context.words("map.boundary"), 18)]
    for i, outline in enumerate(outlines):
        dash, opacity = (None, "6 3", "2 3")[min(i, 2)], 0.1 if i == 0 else 0.0
        look = {"fill": ACCENT, "fill_opacity": opacity, "stroke": ACCENT, "stroke_dasharray": dash}
        keys.append(Key(element("rect", x=-9, y=-6, width=18, height=12, **look), outline.text, 18))
    keys.append(Key(element("circle", r=3, fill="#8a97a3"), context.words("map.homes"), 10))
    keys += [Key(_sign(0, 0, group), context.words(f"group.{group}"), 18) for group in groups]
    return keys


def set_scene(ground: Ground, row: int, areas: Sequence[shapely.Geometry], per_px2: float) -> Scene:
    """Draw what the life-circle map of a community shows, without words, once for every language.

    Parameters
    ----------
    ground
        The shared ground.
    row
        Which community.
    areas
        Life-circle outlines, metric CRS, the nearest first; may be empty.
    per_px2
        People per px² of dot on the map of the whole city.

    Returns
    -------
    Scene
        View, drawing, and the facilities that get a sign.
    """
    view = _circle_view(ground, row, areas)
    near = ground.tree.query(shapely.box(*view.bounds))
    lines = ground.streets[np.sort(near)]
    # what is shorter than a pixel would be a speck
    lines = lines[shapely.length(lines) > view.metres]
    streets = element("path", d=street_path(lines, view), fill="none", stroke="#c5cdd4", stroke_width=9)
    left, bottom, right, top = view.bounds
    x, y = ground.xy[:, 0], ground.xy[:, 1]
    seen = np.isfinite(ground.residents) & (x > left) & (x < right) & (y > bottom) & (y < top)
    scale = per_px2 * (view.metres / ground.view.metres) ** 2 * 1.5
    own = ground.owner == row
    homes = []
    for chosen, colour in ((seen & ~own, "#c9d1d8"), (seen & own, "#7d8b97")):
        centres, people = _cells(view, ground.xy[chosen], ground.residents[chosen])
        homes.append(dots(centres, np.minimum(_radius(people, scale), 7.0), stroke=colour, stroke_opacity=0.9))
    dashes = {"stroke_width": 24, "stroke_dasharray": "60 20 15 20"}
    edge = element("path", d=area_paths([ground.communities[row]], view)[0], fill="none", stroke="#3e4c59", **dashes)
    signs, small = _shown_signs(view, ground.facility_xy, ground.facility_type)
    groups = [group for group in GROUP_COLOURS if group in set(ground.facility_group[[*signs, *small]])]
    specks = [_specks(ground, view, small, group) for group in groups]
    drawn = inner_view(view, streets, *homes, *_outline_layers(view, areas), edge, *specks)
    return Scene(view, drawn, tuple(signs), tuple(groups))


def _specks(ground: Ground, view: View, rows: Sequence[int], group: str) -> str:
    chosen = [i for i in rows if ground.facility_group[i] == group]
    centres = view.tenths(ground.facility_xy[chosen])
    return dots(centres, np.full(len(chosen), 2.2), stroke=GROUP_COLOURS[group])


def circle_map(
    ground: Ground,
    row: int,
    scene: Scene,
    outlines: Sequence[Outline],
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
    scene
        From `set_scene`, with the same outlines.
    outlines
        Life-circle outlines, the nearest first; may be empty.
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
    return map_figure(
        scene.view,
        [scene.drawn, _markers(ground, scene, context, titles)],
        name=name,
        title=context.words("map.circle_title", name=ground.community_names[row]),
        subtitle=context.words("map.subtitle", place=context.place, dated=context.dated),
        description=context.words("map.circle_description", name=ground.community_names[row]),
        lang=context.words.lang,
        north=context.words("map.north"),
        legend=_circle_keys(context, outlines, scene.groups),
        notes=context.notes,
        defs=_sign_shapes(context, scene.groups),
    )
