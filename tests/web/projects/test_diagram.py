"""The drawing of a workflow: every state is there once, nothing overlaps, the words are its alternative."""

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from linli.web.projects import workflow as module
from linli.web.projects.diagram import describe_workflow, draw_workflow
from linli.web.projects.workflow import read_workflow

CREATION = read_workflow(Path(module.__file__).parent / "workflows" / "creation_2026.yaml")
NS = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module", params=["zh", "en"])
def drawn(request):
    return request.param, ET.fromstring(draw_workflow(CREATION, request.param, current="building"))


def boxes(root):
    return {
        group.get("data-state"): group.find(f"{NS}rect") for group in root.iter(f"{NS}g") if group.get("data-state")
    }


def edges(rect):
    x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def test_every_state_is_drawn_once_and_none_overlap(drawn):
    _, root = drawn
    found = boxes(root)
    assert set(found) == {state.id for state in CREATION.states}
    places = [edges(rect) for rect in found.values()]
    for i, (left, top, right, bottom) in enumerate(places):
        for other in places[i + 1 :]:
            assert right < other[0] or other[2] < left or bottom < other[1] or other[3] < top


def test_no_line_crosses_a_box(drawn):
    _, root = drawn
    places = [edges(rect) for rect in boxes(root).values()]
    for line in root.iter(f"{NS}polyline"):
        points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            for left, top, right, bottom in places:
                inside_x = max(min(x1, x2), left + 1) < min(max(x1, x2), right - 1) or left + 1 < x1 == x2 < right - 1
                inside_y = max(min(y1, y2), top + 1) < min(max(y1, y2), bottom - 1) or top + 1 < y1 == y2 < bottom - 1
                assert not (inside_x and inside_y), (line.get("points"), (left, top))


def test_all_lies_within_the_drawing(drawn):
    _, root = drawn
    width, height = map(float, root.get("viewBox").split()[2:])
    for line in root.iter(f"{NS}polyline"):
        for point in line.get("points").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_the_current_state_is_marked(drawn):
    _, root = drawn
    (mark,) = [rect for rect in root.iter(f"{NS}rect") if rect.get("class") == "current"]
    x, y = (float(boxes(root)["building"].get(name)) for name in ("x", "y"))
    assert float(mark.get("x")) < x
    assert float(mark.get("y")) < y


def test_it_says_in_words_what_it_draws(drawn):
    lang, root = drawn
    assert root.find(f"{NS}desc").text == describe_workflow(CREATION, lang)
    assert len(describe_workflow(CREATION, lang).splitlines()) == len(CREATION.transitions)


def test_it_needs_no_script_and_no_style():
    assert not re.search(r"<script|style=|href=", draw_workflow(CREATION, "zh"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_documentation_shows_the_workflow_as_it_is(lang):
    file = Path(__file__).parents[3] / "docs" / "images" / f"creation_2026.{lang}.svg"
    assert file.read_text(encoding="utf-8") == draw_workflow(CREATION, lang) + "\n"
