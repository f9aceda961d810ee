"""What the tests of the survey floor share."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def shared_data():
    """Return a function that gives the path of a real data file, or skips the test if it is not on this machine."""

    def find(name):
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"real data not on this machine: {name}")
        return path

    return find


@pytest.fixture
def write_osm(tmp_path):
    """Return a function that writes a small OpenStreetMap file.

    Nodes are ``{id: (lon, lat)}`` or ``{id: (lon, lat, tags)}`` in steps of 0.001 degree from 120 E 30 N; ways are
    ``{id: ([nodes], tags)}``; relations are multipolygons ``{id: ([(way, role)], tags)}``.
    """

    def tag(tags):
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())

    def write(nodes, ways=None, relations=None, name="town.osm"):
        lines = ['<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">']
        for i, (x, y, *rest) in sorted(nodes.items()):
            lines.append(f'<node id="{i}" version="1" lon="{120 + x / 1000:.7f}" lat="{30 + y / 1000:.7f}">')
            lines.append(tag(rest[0] if rest else {}) + "</node>")
        for i, (refs, tags) in sorted((ways or {}).items()):
            members = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            lines.append(f'<way id="{i}" version="1">{members}{tag(tags)}</way>')
        for i, (members, tags) in sorted((relations or {}).items()):
            inner = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members)
            lines.append(f'<relation id="{i}" version="1">{inner}{tag({"type": "multipolygon", **tags})}</relation>')
        path = tmp_path / name
        path.write_text("".join([*lines, "</osm>"]), encoding="utf-8")
        return path

    return write


@pytest.fixture
def square():
    """Return a function that gives four nodes and the ring of a square, ready for `write_osm`."""

    def make(first, x, y, size):
        corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
        nodes = {first + i: corner for i, corner in enumerate(corners)}
        return nodes, [first, first + 1, first + 2, first + 3, first]

    return make
