"""Elements of an OpenStreetMap file as flat arrays: tagged points, walkable candidates among the ways, tagged areas.

What belongs here: getting what is needed out of ``.osm`` and ``.osm.pbf`` with pyosmium, in one streamed read, and
saying clearly when a file is broken. What the tags *mean* is decided in `osm_streets`, `osm_buildings` and
`osm_facilities`.

*Point*: a tagged node. *Way*: a line with its node numbers; a node outside the extract has no place (NaN). *Area*: a
closed way or multipolygon relation, assembled by libosmium. Ids are ``n1``, ``w1``, ``r1`` for node, way, relation 1.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium.filter import KeyFilter

from linli.errors import InputError, Problem

__all__ = ["Elements", "Tagged", "Ways", "ellipsoid_area", "read_elements"]

Progress = Callable[[str, float | None], None]

_UNPLACED = 2_147_483_647
"""What libosmium writes for the coordinate of a node that the file does not hold."""

_STEP = 1e7
"""Integer steps of a degree in OpenStreetMap's coordinates."""

_AXIS_M = 6_378_137.0
_FLATTENING = 1 / 298.257223563
"""WGS 84: semi-major axis (m) and flattening."""


@dataclass(frozen=True, slots=True, eq=False)
class Tagged:
    """Elements with a geometry of their own.

    Parameters
    ----------
    ids
        ``n…``, ``w…`` or ``r…``.
    tags
        The tags of each.
    geometry : ndarray of shapely geometries, EPSG:4326
        One for each.
    """

    ids: tuple[str, ...]
    tags: tuple[dict[str, str], ...]
    geometry: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Ways as one long list of vertices.

    Parameters
    ----------
    ids, tags
        As in `Tagged`; one for each way.
    way : ndarray of int64
        For each vertex, the row of its way.
    node : ndarray of int64
        For each vertex, the number of its OpenStreetMap node.
    lon, lat : ndarray of float64, degrees
        Its place; NaN if the file does not hold the node.
    """

    ids: tuple[str, ...]
    tags: tuple[dict[str, str], ...]
    way: NDArray[np.int64]
    node: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Elements:
    """Everything kept of one OpenStreetMap file.

    Parameters
    ----------
    file
        Its name, for messages.
    points, ways, areas
        Tagged nodes; ways with ``highway``, and rings of pedestrian multipolygons; closed ways and multipolygons.
    point_node : ndarray of int64
        Node number of each point.
    broken_relations
        How many multipolygons could not be assembled, their members being outside the file.
    """

    file: str
    points: Tagged
    ways: Ways
    areas: Tagged
    point_node: NDArray[np.int64]
    broken_relations: int


class _Collector:
    """Growing arrays of one read; `finish` turns them into `Elements`."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.wkb = osmium.geom.WKBFactory()
        self.point_ids: list[int] = []
        self.point_tags: list[dict[str, str]] = []
        self.point_xy = array("d")
        self.way_ids: list[str] = []
        self.way_tags: list[dict[str, str]] = []
        self.way_sizes: list[int] = []
        self.way_nodes = array("q")
        self.way_x = array("q")
        self.way_y = array("q")
        self.area_ids: list[str] = []
        self.area_tags: list[dict[str, str]] = []
        self.area_wkb: list[str] = []
        self.relations = 0
        self.assembled = 0

    def node(self, node: Any) -> None:
        self.point_ids.append(node.id)
        self.point_tags.append(dict(node.tags))
        self.point_xy.extend((node.location.lon, node.location.lat))

    def line(self, name: str, tags: dict[str, str], nodes: Any) -> None:
        self.way_ids.append(name)
        self.way_tags.append(tags)
        refs = list(nodes)
        self.way_sizes.append(len(refs))
        self.way_nodes.extend([node.ref for node in refs])
        self.way_x.extend([node.x for node in refs])
        self.way_y.extend([node.y for node in refs])

    def way(self, way: Any) -> None:
        self.line(f"w{way.id}", dict(way.tags), way.nodes)

    def area(self, area: Any) -> None:
        tags = dict(area.tags)
        from_way = area.from_way()
        self.assembled += not from_way
        if "highway" in tags and not from_way:
            for i, ring in enumerate(
                ring for outer in area.outer_rings() for ring in (outer, *area.inner_rings(outer))
            ):
                self.line(f"r{area.orig_id()}.{i + 1}", {**tags, "area": "yes"}, ring)
        self.area_ids.append(f"{'w' if from_way else 'r'}{area.orig_id()}")
        self.area_tags.append(tags)
        self.area_wkb.append(self.wkb.create_multipolygon(area))

    def relation(self, relation: Any) -> None:
        self.relations += relation.tags.get("type") == "multipolygon"

    def finish(self) -> Elements:
        xy = np.frombuffer(self.point_xy, dtype=np.float64).reshape(-1, 2)
        points = Tagged(
            tuple(f"n{i}" for i in self.point_ids), tuple(self.point_tags), np.asarray(shapely.points(xy), dtype=object)
        )
        areas = Tagged(tuple(self.area_ids), tuple(self.area_tags), _single_parts(shapely.from_wkb(self.area_wkb)))
        return Elements(
            self.file,
            points,
            self._ways(),
            areas,
            np.array(self.point_ids, dtype=np.int64),
            max(self.relations - self.assembled, 0),
        )

    def _ways(self) -> Ways:
        x = np.array(self.way_x, dtype=np.int64)
        y = np.array(self.way_y, dtype=np.int64)
        unplaced = (x == _UNPLACED) | (y == _UNPLACED)
        return Ways(
            tuple(self.way_ids),
            tuple(self.way_tags),
            np.repeat(np.arange(len(self.way_ids), dtype=np.int64), self.way_sizes),
            np.array(self.way_nodes, dtype=np.int64),
            np.where(unplaced, np.nan, x / _STEP),
            np.where(unplaced, np.nan, y / _STEP),
        )


def _single_parts(geometry: NDArray[Any]) -> NDArray[Any]:
    """Return multipolygons of one part as that part."""
    geometry = np.asarray(geometry, dtype=object)
    single = shapely.get_num_geometries(geometry) == 1
    geometry[single] = shapely.get_geometry(geometry[single], 0)
    return geometry


def _only_street(tags: Any, keys: Sequence[str]) -> bool:
    """Say whether an area is nothing but a closed street, which `Ways` already holds."""
    return "highway" in tags and not any(key in tags for key in keys if key != "highway")


def _collect(path: Path, keys: Sequence[str]) -> Elements:
    collector = _Collector(path.name)
    wanted = KeyFilter("highway", *keys)
    streets = KeyFilter("highway")
    streets.enable_for(osmium.osm.WAY)
    element: Any  # a node, way, relation or area: the stubs allow for changesets, which hold no tags of ours
    reader = osmium.FileProcessor(str(path)).with_locations().with_areas(wanted)
    for element in reader.with_filter(wanted).with_filter(streets):
        if element.is_node():
            collector.node(element)
        elif element.is_way():
            collector.way(element)
        elif element.is_relation():
            collector.relation(element)
        elif not (element.from_way() and _only_street(element.tags, keys)):
            collector.area(element)
    return collector.finish()


def _broken(path: Path, error: Exception) -> InputError:
    message = {
        "zh": f"无法读取 OpenStreetMap 文件({error})",
        "en": f"the OpenStreetMap file cannot be read ({error})",
    }
    fix = {
        "zh": "文件可能不完整或并非该格式；请重新下载 .osm.pbf 或 .osm 文件。",
        "en": "It may be cut short or not be of this format; download the .osm.pbf or .osm file again.",
    }
    return InputError([Problem("osm.unreadable", "error", message, fix, file=path.name)])


def read_elements(path: Path, keys: Iterable[str], progress: Progress | None = None) -> Elements:
    """Read the tagged points, the ways with ``highway`` and the tagged areas of an OpenStreetMap file.

    Parameters
    ----------
    path
        ``.osm``, ``.osm.pbf`` (or compressed ``.osm.gz``, ``.osm.bz2``).
    keys
        Tag keys; an element is kept if it has at least one of them, or ``highway``.
    progress
        Called with a text and a fraction.

    Returns
    -------
    Elements
        In the order of the file, EPSG:4326.

    Raises
    ------
    InputError
        If the file is missing, cut short, of another format, or holds coordinates that are not numbers.
    """
    if progress:
        progress(f"OpenStreetMap: {path.name}", None)
    if not path.is_file():
        raise _broken(path, FileNotFoundError("no such file"))
    try:
        return _collect(path, sorted(set(keys)))
    except (RuntimeError, ValueError, OSError, OverflowError, osmium.InvalidLocationError) as error:
        raise _broken(path, error) from error


def ellipsoid_area(geometry: NDArray[Any]) -> NDArray[np.float64]:
    """Return the area of small polygons in longitude and latitude, on the WGS 84 ellipsoid.

    The area in square degrees times the metres of a degree of latitude and of longitude at the polygon's middle; exact
    in the limit of small polygons, better than 1 in 10 000 for polygons of up to 10 km.

    Parameters
    ----------
    geometry : ndarray of shapely polygons, EPSG:4326 (degrees)
        The polygons.

    Returns
    -------
    ndarray of float64, m², ≥ 0
        Their areas; 0 for points and lines.

    References
    ----------
    Radii of curvature in the meridian and prime vertical, e.g. Snyder (1987), Map Projections, USGS PP 1395, ch. 3.
    """
    bounds = shapely.bounds(geometry).reshape(-1, 4)
    phi = np.radians((bounds[:, 1] + bounds[:, 3]) / 2)
    e2 = _FLATTENING * (2 - _FLATTENING)
    w2 = 1 - e2 * np.sin(phi) ** 2
    meridian = _AXIS_M * (1 - e2) / w2**1.5
    parallel = _AXIS_M / np.sqrt(w2) * np.cos(phi)
    area = shapely.area(geometry) * np.radians(1) ** 2 * meridian * parallel
    return np.asarray(area, dtype=np.float64)
