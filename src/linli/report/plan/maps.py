"""The maps of a plan: the chosen places, and who is newly served and who is still without.

A place is marked by how it is got (shape: circle, square, triangle) and by what comes there (colour and letter of the
facility's group). People are dots whose area is people, at the scale of the assessment's maps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from linli.report.formats import Context
from linli.report.frame import HEAD, Key, View, fit, inner_view, map_figure
from linli.report.ground import Ground, dot_cells, dot_radius
from linli.report.palette import GREYS, GROUP_COLOURS, LACKING
from linli.report.svg import dots, element, escaped, label, text_width

__all__ = ["LEVER_SHAPES", "Mark", "change_map", "ground_of", "place_marks", "places_map"]

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

LEVER_SHAPES: dict[str, str] = {"reallocate": "circle", "convert": "square", "build": "triangle"}
"""How each lever looks on a map."""

NEWLY = "#0b7a80"
_R = 8.0
_STEP = 19.0
_PER_ROW = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """One project on a map: where (metres), number, lever, group and its letter, and the words of its tip."""

    place: str
    x: float
    y: float
    number: int
    lever: str
    group: str
    letter: str
    tip: str
    href: str = ""


def ground_of(ground: Ground, community_ids: Sequence[str]) -> Ground:
    """Return the ground of some communities: their outlines and homes, and what lies around them.

    Parameters
    ----------
    ground
        The whole.
    community_ids
        Those to show; all of them gives the whole back.

    Returns
    -------
    Ground
        Fitted to them.
    """
    wanted = set(community_ids)
    rows = [i for i, key in enumerate(ground.community_ids) if key in wanted]
    if len(rows) == len(ground.community_ids) or not rows:
        return ground
    table = pd.DataFrame(
        {
            "community_id": [ground.community_ids[i] for i in rows],
            "name": [ground.community_names[i] for i in rows],
            "geometry": ground.communities[rows],
        }
    )
    new = np.full(len(ground.community_ids) + 1, -1, dtype=np.int64)
    new[rows] = np.arange(len(rows))
    owner = new[ground.owner]
    mine = owner >= 0
    whole = shapely.total_bounds(ground.communities[rows])
    view = fit(tuple(whole) if np.isfinite(whole).all() else ground.view.bounds)
    near = np.sort(ground.tree.query(shapely.box(*view.bounds)))
    left, bottom, right, top = view.bounds
    x, y = ground.facility_xy[:, 0], ground.facility_xy[:, 1]
    inside = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
    made = Ground.prepare(
        table,
        ground.streets[near],
        ground.street_kinds[near],
        (ground.xy[mine], ground.residents[mine], owner[mine]),
        (
            ground.facility_xy[inside],
            ground.facility_type[inside],
            ground.facility_group[inside],
            ground.facility_name[inside],
        ),
    )
    return replace(made, kept={})


def _shape(lever: str, x: float, y: float, colour: str, r: float = _R) -> str:
    look = {"fill": colour, "stroke": "#fff", "stroke_width": 1.5}
    kind = LEVER_SHAPES.get(lever, "circle")
    if kind == "square":
        return element("rect", x=x - r, y=y - r, width=2 * r, height=2 * r, rx=1, **look)
    if kind == "triangle":
        up, side = r * 1.5, r * 1.42
        path = f"M{x:.1f} {y - up:.1f}L{x + side:.1f} {y + r * 0.95:.1f}L{x - side:.1f} {y + r * 0.95:.1f}z"
        return element("path", d=path, stroke_linejoin="round", **look)
    return element("circle", cx=x, cy=y, r=r + 0.5, **look)


def _symbol(mark: Mark, x: float, y: float) -> str:
    colour = GROUP_COLOURS.get(mark.group, GREYS["text"])
    down = 6.0 if LEVER_SHAPES.get(mark.lever) == "triangle" else 4.0
    shown = element(
        "g",
        element("title", escaped(mark.tip)),
        _shape(mark.lever, x, y, colour),
        # as a style: a page colours the letters of links
        label(x, y + down, mark.letter, font_size=9.5, text_anchor="middle", style="fill:#fff", font_weight=600),
    )
    return element("a", shown, href=mark.href) if mark.href else shown


def _numbers(marks: Sequence[Mark]) -> str:
    """Write the numbers of a place: runs as ranges."""
    runs: list[list[int]] = []
    for number in sorted(mark.number for mark in marks):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _size(count: int) -> tuple[float, float]:
    return _STEP * min(count, _PER_ROW), _STEP * ((count - 1) // _PER_ROW + 1)


def _spots(x: float, y: float, wide: float, tall: float) -> Iterator[Box]:
    """Where the symbols of a place may stand: on it, else around it, ever farther."""
    yield (x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
    for far in (14.0, 26.0, 40.0, 56.0, 76.0, 100.0, 130.0, 165.0, 205.0):
        for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (0.7, -0.7), (-0.7, 0.7), (0.7, 0.7), (-0.7, -0.7)):
            cx, cy = x + dx * (far + wide / 2), y + dy * (far + tall / 2)
            yield (cx - wide / 2, cy - tall / 2, cx + wide / 2, cy + tall / 2)


def _clear(box: Box, taken: Sequence[Box], view: View) -> bool:
    if box[0] < 2 or box[1] < 2 or box[2] > view.width - 2 or box[3] > view.height - 2:  # noqa: PLR2004 - pixels
        return False
    return not any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken)


def _furniture(view: View) -> list[Box]:
    """Scale bar and north arrow."""
    return [
        (0.0, view.height - 42.0, view.width * 0.32, float(view.height)),
        (view.width - 38.0, 0.0, float(view.width), 50.0),
    ]


def place_marks(marks: Sequence[Mark], view: View) -> list[tuple[Box, list[Mark], tuple[float, float]]]:
    """Find room for the symbols of every place so that none covers another.

    Parameters
    ----------
    marks
        Projects, positions in metres.
    view
        Where they fall.

    Returns
    -------
    list of tuple
        Box (left, top, right, bottom; pixels of the map), the projects in it, and where the place is. A place for which
        no room is left stands where it is, over others.
    """
    places: dict[str, list[Mark]] = {}
    for mark in marks:
        places.setdefault(mark.place, []).append(mark)
    taken, found = _furniture(view), []
    for here in places.values():
        x, y = view.pixel(here[0].x, here[0].y)
        wide, tall = _size(len(here))
        text = text_width(_numbers(here), 10.5) + 4
        spots = list(_spots(x, y, wide + text, tall))
        box = next((spot for spot in spots if _clear(spot, taken, view)), spots[0])
        taken.append(box)
        found.append((box, here, (x, y)))
    return found


def _drawn(placed: Sequence[tuple[Box, list[Mark], tuple[float, float]]]) -> list[str]:
    out, leaders = [], []
    for box, here, (x, y) in placed:
        inside = box[0] <= x <= box[2] and box[1] <= y <= box[3]
        if not inside:
            nearest = (min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3]))
            path = f"M{x:.1f} {HEAD + y:.1f}L{nearest[0]:.1f} {HEAD + nearest[1]:.1f}"
            leaders.append(element("path", d=path, stroke=GREYS["ink"], stroke_width=0.9))
            leaders.append(element("circle", cx=x, cy=HEAD + y, r=2.2, fill=GREYS["ink"]))
        for i, mark in enumerate(here):
            cx = box[0] + _STEP * (i % _PER_ROW) + _STEP / 2
            cy = HEAD + box[1] + _STEP * (i // _PER_ROW) + _STEP / 2
            out.append(_symbol(mark, cx, cy))
        wide, tall = _size(len(here))
        text = _numbers(here)
        out.append(label(box[0] + wide + 2, HEAD + box[1] + tall / 2 + 4, text, halo=True, font_size=10.5))
    return [*leaders, *out]


def _outlines(ground: Ground) -> str:
    shapes = [element("path", d=path) for path in ground.areas]
    return element("g", *shapes, fill="#fff", stroke="#8a97a3", stroke_width=8)


def _lever_keys(context: Context, marks: Sequence[Mark]) -> list[Key]:
    counts = Counter(mark.lever for mark in marks)
    words = context.words
    return [
        Key(
            _shape(lever, 0, 0, GREYS["text"], 6.5), words("map.key", text=words(f"lever.{lever}"), count=counts[lever])
        )
        for lever in LEVER_SHAPES
        if counts[lever]
    ]


def _group_keys(context: Context, marks: Sequence[Mark]) -> list[Key]:
    counts = Counter(mark.group for mark in marks)
    letters = {mark.group: mark.letter for mark in marks}
    keys = []
    for group, colour in GROUP_COLOURS.items():
        if counts[group]:
            symbol = element("rect", x=-8, y=-8, width=16, height=16, rx=3, fill=colour) + label(
                0, 4, letters[group], font_size=10, text_anchor="middle", fill="#fff", font_weight=600
            )
            text = context.words("map.key", text=context.words(f"group.{group}"), count=counts[group])
            keys.append(Key(symbol, text))
    return keys


def places_map(
    ground: Ground, marks: Sequence[Mark], context: Context, *, name: str, title: str, described: str
) -> str:
    """Draw the chosen places: shape by lever, colour and letter by facility group, numbered as in the table.

    Parameters
    ----------
    ground
        Of the city or a district.
    marks
        Its projects.
    context
        Language, date, notes.
    name, title
        Of the figure.
    described
        What it shows, in one sentence.

    Returns
    -------
    str
        SVG document.
    """
    placed = place_marks(marks, ground.view)
    names = _names(ground, [*(box for box, _, _ in placed), *_furniture(ground.view)])
    body = [inner_view(ground.view, _outlines(ground), ground.backdrop), names, *_drawn(placed)]
    return map_figure(
        ground.view,
        body,
        name=name,
        title=title,
        subtitle=context.words("map.subtitle", place=context.place, dated=context.dated),
        description=described,
        lang=context.words.lang,
        north=context.words("map.north"),
        legend=[*_lever_keys(context, marks), *_group_keys(context, marks)],
        legend_title=context.words("map.places_legend"),
        notes=[context.words("map.places_note"), *context.notes],
    )


def _names(ground: Ground, taken: Sequence[Box], size: float = 11.0) -> str:
    """Name communities where the name fits and covers nothing: in the middle, else above or below it."""
    points = shapely.point_on_surface(ground.communities)
    boxes = shapely.bounds(ground.communities)
    used, out = list(taken), []
    for i in np.argsort(-shapely.area(ground.communities), kind="stable").tolist():
        if not np.isfinite(boxes[i]).all():
            continue
        x, y = ground.view.pixel(shapely.get_x(points[i]), shapely.get_y(points[i]))
        half = text_width(ground.community_names[i], size) / 2 + 2
        if 2 * half > 1.1 * (boxes[i, 2] - boxes[i, 0]) / ground.view.metres:
            continue
        for down in (0.0, 18.0, -18.0, 34.0, -34.0):
            box = (x - half, y + down - size, x + half, y + down + 4)
            if _clear(box, used, ground.view):
                used.append(box)
                text = ground.community_names[i]
                out.append(label(x, HEAD + y + down + 3, text, halo=True, font_size=size, text_anchor="middle"))
                break
    return element("g", *out, fill=GREYS["soft"])


def change_map(
    ground: Ground,
    people: tuple[Floats, Floats, Floats],
    marks: Sequence[Mark],
    types: Sequence[str],
    per_px2: float,
    context: Context,
    *,
    name: str,
    title: str,
    legend_title: str,
    described: str,
) -> str:
    """Draw who is newly served and who is still without: dots whose area is people.

    Parameters
    ----------
    ground
        Of the city or a district.
    people
        Position in metres, shape (n, 2); newly served and still without at each, shape (n,), residents or m².
    marks
        The projects that serve them; drawn small.
    types
        Facility types that serve already: drawn as small squares; none for needs of several kinds.
    per_px2
        People per px² of dot, > 0.
    context
        Language, date, notes.
    name, title, legend_title
        Of the figure.
    described
        The finding in one sentence.

    Returns
    -------
    str
        SVG document.
    """
    xy, newly, without = people
    view = ground.view
    centre_newly, amount_newly = dot_cells(view, xy, newly)
    centre_without, amount_without = dot_cells(view, xy, without)
    places = view.tenths(ground.facility_xy[np.isin(ground.facility_type.astype(str), list(types))])
    squares = "".join(f"M{x - 30} {y - 30}h60v60h-60z" for x, y in places.tolist())
    body = inner_view(
        view,
        _outlines(ground),
        ground.backdrop,
        dots(centre_without, dot_radius(amount_without, per_px2), stroke=LACKING, stroke_opacity=0.62),
        dots(centre_newly, dot_radius(amount_newly, per_px2), stroke=NEWLY, stroke_opacity=0.8),
        element("path", d=squares, fill=GREYS["text"], stroke="#fff", stroke_width=8) if squares else "",
    )
    small = [_shape_small(mark, view) for mark in marks]
    words = context.words
    fmt = context.fmt
    keys = [
        Key(element("circle", r=6, fill=NEWLY, fill_opacity=0.8), words("map.newly", people=fmt.folk(newly.sum()))),
        Key(
            element("circle", r=6, fill=LACKING, fill_opacity=0.62), words("map.still", people=fmt.folk(without.sum()))
        ),
    ]
    if types:
        square = element("path", d="M-4 -4h8v8h-8z", fill=GREYS["text"])
        keys.append(Key(square, words("map.existing", count=len(places))))
    if marks:
        keys.append(Key(element("path", d="M0 -7l7 7l-7 7l-7 -7z", fill="#a4490c"), words("map.new", count=len(marks))))
    keys += _dot_sizes(context, per_px2)
    return map_figure(
        view,
        [body, *small],
        name=name,
        title=title,
        subtitle=words("map.subtitle", place=context.place, dated=context.dated),
        description=described,
        lang=words.lang,
        north=words("map.north"),
        legend=keys,
        legend_title=legend_title,
        notes=context.notes,
    )


def _shape_small(mark: Mark, view: View) -> str:
    x, y = view.pixel(mark.x, mark.y)
    tip = element("title", escaped(mark.tip))
    path = f"M{x:.1f} {HEAD + y - 7:.1f}l7 7l-7 7l-7 -7z"
    return element("path", tip, d=path, fill="#a4490c", stroke="#fff", stroke_width=1.2)


def _dot_sizes(context: Context, per_px2: float) -> list[Key]:
    keys = []
    for rough in (2.0, 5.0):
        people = float(f"{per_px2 * np.pi * rough**2:.0e}")
        radius = float(np.sqrt(people / per_px2 / np.pi))
        dot = element("circle", r=round(radius, 1), fill="none", stroke=GREYS["text"])
        keys.append(Key(dot, context.fmt.folk(people), max(2 * radius, 8)))
    return keys
