"""The maps of the whole city: figures by community in classes, and who is out of reach of a facility type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from linli.report.formats import Context
from linli.report.frame import HEAD, Key, View, inner_view, map_figure
from linli.report.ground import Ground, dot_cells, dot_radius
from linli.report.palette import ACCENT, CLASS_COLOURS, GREYS, LACKING, Classes, sort_into_classes
from linli.report.svg import dots, element, escaped, hatch, label, text_width

__all__ = ["area_labels", "choropleth", "coverage_map"]

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]


def _round_sizes(per_px2: float) -> list[float]:
    """Three round numbers of people for the legend, with radii from about 2 to 9 pixels."""
    rough = [per_px2 * np.pi * r**2 for r in (1.2, 3.0, 6.0)]
    return [float(f"{value:.0e}") for value in rough]


def area_labels(ground: Ground, numbers: Mapping[str, str], size: float = 11) -> list[str]:
    """Name communities where the name fits, the largest first; where it does not, put the number instead.

    Parameters
    ----------
    ground
        The shared ground.
    numbers
        What stands for a name that does not fit, by community id.
    size
        Of the letters, pixels.

    Returns
    -------
    list of str
        SVG text in pixels.
    """
    points = shapely.point_on_surface(ground.communities)
    boxes = shapely.bounds(ground.communities)
    order = np.argsort(-shapely.area(ground.communities), kind="stable").tolist()
    taken: list[tuple[float, float, float, float]] = []
    out: list[str] = []
    for i in order:
        if not np.isfinite(boxes[i]).all():
            continue
        x, y = ground.view.pixel(shapely.get_x(points[i]), shapely.get_y(points[i]))
        room = 1.1 * (boxes[i, 2] - boxes[i, 0]) / ground.view.metres
        for text in (ground.community_names[i], numbers.get(ground.community_ids[i], "")):
            half = text_width(text, size) / 2 + 2
            box = (x - half, y - size, x + half, y + 4)
            if text and 2 * half < room and not _covers(box, taken, ground.view):
                taken.append(box)
                out.append(label(x, HEAD + y + 3, text, halo=True, font_size=float(size), text_anchor="middle"))
                break
    return out


def _covers(box: Box, taken: Sequence[Box], view: View) -> bool:
    """Whether a label would leave the map, cover the scale bar or north arrow, or cover another label."""
    if box[0] < 2 or box[2] > view.width - 2 or box[1] < 2 or box[3] > view.height - 2:  # noqa: PLR2004 - pixels
        return True
    bar = (0.0, view.height - 42.0, view.width * 0.32, float(view.height))
    arrow = (view.width - 38.0, 0.0, float(view.width), 50.0)
    return any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in (*taken, bar, arrow))


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


def _written(context: Context, value: float, write: str) -> str:
    if write == "plain":
        return context.fmt.n(value)
    return context.fmt.score(value) if write == "score" else context.fmt.pct(value)


def choropleth(
    ground: Ground,
    values: Mapping[str, float],
    context: Context,
    *,
    name: str,
    title: str,
    measure: str,
    write: str = "score",
    numbers: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    alike: Iterable[float] = (),
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
    numbers
        What stands for a name that does not fit, by community id; its place in the ranking, say.
    links
        Page of each community, or None for paper.
    alike
        Figures of another map, same unit, that is to have the same classes.

    Returns
    -------
    str
        SVG document.
    """
    pattern = f"{name}-hatch"
    found = np.array([float(values.get(i, np.nan)) for i in ground.community_ids], dtype="float64")
    classes = sort_into_classes(found.tolist(), ceiling=None if write == "plain" else 1.0, alike=alike)
    shapes = []
    for i, (key, path) in enumerate(zip(ground.community_ids, ground.areas, strict=True)):
        rank = classes.of(float(found[i]))
        fill = f"url(#{pattern}-map)" if rank is None else CLASS_COLOURS[rank]
        written = _written(context, float(found[i]), write)
        tip = element("title", escaped(context.words("map.tip", name=ground.community_names[i], value=written)))
        shape = element("path", tip, d=path, fill=fill, fill_rule="evenodd")
        shapes.append(element("a", shape, href=links[key]) if links and key in links else shape)
    big = element("g", *shapes, stroke="#ffffff", stroke_width=10, stroke_linejoin="round")
    body = [inner_view(ground.view, big), *area_labels(ground, numbers or {})]
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
        notes=[context.words("map.numbers"), *context.notes] if numbers else context.notes,
        defs=[hatch(pattern), hatch(f"{pattern}-map", scale=10)],
    )


def _everybody(ground: Ground, per_px2: float) -> str:
    """Draw all residents in grey and the outlines of the communities; kept, for every coverage map begins with it."""
    key = f"everybody-{per_px2!r}"
    if key not in ground.kept:
        centres, people = dot_cells(ground.view, ground.xy, ground.residents)
        outlines = [element("path", d=path) for path in ground.areas]
        ground.kept[key] = dots(centres, dot_radius(people, per_px2), stroke="#b4bec7", stroke_opacity=0.55) + element(
            "g", *outlines, fill="none", stroke="#8a97a3", stroke_width=8
        )
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
    lacking, people = dot_cells(ground.view, ground.xy, without)
    places = ground.view.tenths(ground.facility_xy[ground.facility_type == facility_type])
    squares = "".join(f"M{x - 35} {y - 35}h70v70h-70z" for x, y in places.tolist())
    marks = element("path", d=squares, fill=ACCENT, stroke="#fff", stroke_width=10)
    body = inner_view(
        ground.view,
        ground.backdrop,
        _everybody(ground, per_px2),
        dots(lacking, dot_radius(people, per_px2), stroke=LACKING, stroke_opacity=0.75),
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
        legend_title=context.words(
            "map.dots_m2" if context.fmt.people == "m2" else "map.dots", unit=context.fmt.folk_unit()
        ),
        notes=context.notes,
    )
