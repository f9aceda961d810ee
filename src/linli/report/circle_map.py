"""The map of one community: its life circle, streets, homes, and facilities by the sign of their group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from linli.report.formats import Context, known
from linli.report.frame import HEAD, WIDTH, Key, View, area_paths, fit, inner_view, map_figure, street_path
from linli.report.ground import Ground, dot_cells, dot_radius
from linli.report.palette import ACCENT, GREYS, GROUP_COLOURS
from linli.report.svg import dots, element, escaped, label

__all__ = ["Outline", "Scene", "circle_map", "set_scene"]

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

MINOR_STREETS = frozenset(
    {"service", "footway", "path", "track", "steps", "cycleway", "corridor", "园路", "巷弄", "小区道路", "小区出入口"}
)
"""Kinds of street left out where a community is so large that they would run together."""

_COARSE_M = 3.5
_MARK_R = 8.0
_SIGNS = 60


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


def _sign(x: float, y: float, group: str) -> str:
    return f'<use href="#sign-{group}" x="{x:.1f}" y="{y:.1f}"/>'


def _sign_shapes(context: Context, groups: Iterable[str]) -> list[str]:
    """Draw the sign of each group once, to be used many times."""
    out = []
    for group in groups:
        circle = element("circle", r=_MARK_R, fill=GROUP_COLOURS.get(group, GREYS["soft"]), stroke="#fff")
        glyph = label(
            0, 3.8, context.words(f"glyph.{group}"), font_size=10.5, text_anchor="middle", fill="#fff", font_weight=600
        )
        out.append(element("g", circle, glyph, id=f"sign-{group}"))
    return out


def _shown_signs(view: View, xy: Floats, types: Objects) -> tuple[list[int], list[int]]:
    """Choose which facilities get a sign: the rarest types first, none over another; the rest are dots."""
    left, bottom, right, top = view.bounds
    near = np.flatnonzero((xy[:, 0] > left) & (xy[:, 0] < right) & (xy[:, 1] > bottom) & (xy[:, 1] < top))
    rare = {str(kind): int(count) for kind, count in pd.Series(types[near]).value_counts().items()}
    order = sorted(near.tolist(), key=lambda i: (rare[str(types[i])], i))
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
    if view.metres > _COARSE_M:
        lines = lines[~np.isin(ground.street_kinds[np.sort(near)].astype(str), list(MINOR_STREETS))]
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
        centres, people = dot_cells(view, ground.xy[chosen], ground.residents[chosen])
        homes.append(dots(centres, np.minimum(dot_radius(people, scale), 7.0), stroke=colour, stroke_opacity=0.9))
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
