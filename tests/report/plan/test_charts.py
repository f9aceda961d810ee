import math
import re

import pytest

from linli.report.plan.charts import (
    Parts,
    Point,
    Shift,
    Span,
    Tone,
    column_chart,
    dumbbell_chart,
    frontier_chart,
    parts_chart,
    span_chart,
)
from linli.report.svg import text_width

TONES = [Tone("a", "甲", "#0b5f66"), Tone("b", "乙", "#a4490c")]


def texts(root):
    return [(float(t.get("x")), float(t.get("y")), t.text, t) for t in root.iter("{http://www.w3.org/2000/svg}text")]


def boxes(root):
    """Estimate where every text stands."""
    found = []
    for x, y, text, node in texts(root):
        size = float(node.get("font-size", 12))
        wide = text_width(text, size) * 0.9
        left = {"end": x - wide, "middle": x - wide / 2}.get(node.get("text-anchor"), x)
        found.append((left, y - size * 0.75, left + wide, y, text))
    return found


def assert_apart(root):
    found = boxes(root)
    for i, a in enumerate(found):
        for b in found[i + 1 :]:
            over = a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
            assert not over, (a[4], b[4])


@pytest.fixture(params=["zh", "en"])
def context(contexts, request):
    return contexts[request.param]


def test_dumbbell_says_before_and_after(context, well_formed):
    rows = [Shift(f"requirement with a very long name, number {i}", 0.1 * i, 0.1 * i + 0.05, f"{i}") for i in range(9)]
    svg = dumbbell_chart(rows, context, name="d", title="T", axis="%", before="before", after="after")
    root = well_formed(svg)
    assert_apart(root)
    assert len(re.findall("<circle", svg)) == 2 * len(rows) + 2


def test_an_unknown_share_draws_no_mark(context, well_formed):
    svg = dumbbell_chart(
        [Shift("x", math.nan, math.nan, "?")], context, name="d", title="T", axis="%", before="b", after="a"
    )
    well_formed(svg)
    assert svg.count("<circle") == 2


def test_bars_are_as_long_as_their_parts(context, well_formed):
    rows = [Parts("one", {"a": 30.0, "b": 10.0}, "40"), Parts("two", {"a": 20.0}, "20")]
    root = well_formed(parts_chart(rows, TONES, context, name="p", title="T", axis="m²"))
    bars = [float(r.get("width")) for r in root.iter("{http://www.w3.org/2000/svg}rect") if r.get("height") == "16"]
    assert bars[0] == pytest.approx(3 * bars[1], rel=0.01)
    assert bars[2] == pytest.approx(2 * bars[1], rel=0.01)
    assert_apart(root)


def test_costs_lie_left_of_the_axis(context, well_formed):
    rows = [Parts("one", {"a": 30.0, "b": -60.0}, "-30")]
    root = well_formed(parts_chart(rows, TONES, context, name="p", title="T", axis="yuan"))
    right, left = (r for r in root.iter("{http://www.w3.org/2000/svg}rect") if r.get("height") == "16")
    assert float(left.get("x")) + float(left.get("width")) == pytest.approx(float(right.get("x")), abs=0.2)
    assert_apart(root)


def test_legend_names_only_what_is_there(context):
    svg = parts_chart([Parts("one", {"a": 1.0})], TONES, context, name="p", title="T", axis="x")
    assert "甲" in svg
    assert "乙" not in svg


@pytest.mark.parametrize("years", [3, 10, 20])
def test_columns_with_what_is_paid_back(context, well_formed, years):
    columns = [Parts(str(2026 + i), {"a": 100.0 * (i + 1), "b": -40.0}, f"{100 * i + 60}") for i in range(years)]
    root = well_formed(column_chart(columns, TONES, context, name="c", title="T", axis="yuan"))
    low = [r for r in root.iter("{http://www.w3.org/2000/svg}rect") if r.get("fill") == "#a4490c"]
    assert len(low) == years + 1


def test_three_years_have_legible_figures(context, well_formed):
    columns = [Parts(str(2026 + i), {"a": 1000.0, "b": 400.0}, "1,400") for i in range(3)]
    assert_apart(well_formed(column_chart(columns, TONES, context, name="c", title="T", axis="yuan")))


def test_a_tornado_stands_around_its_base(context, well_formed):
    rows = [Span("wages ±10 %", 8.0, 2.0, "8", "2"), Span("rent ±10 %", 4.0, 6.0, "4", "6")]
    svg = span_chart(rows, 5.0, "base 5", context, name="s", title="T", axis="yuan")
    root = well_formed(svg)
    widths = [float(r.get("width")) for r in root.iter("{http://www.w3.org/2000/svg}rect") if r.get("height") == "16"]
    assert widths[0] == pytest.approx(widths[1], rel=0.01) == pytest.approx(3 * widths[2], rel=0.01)
    assert_apart(root)


def test_a_frontier_keeps_its_bound_above(context, well_formed):
    points = [Point(i * 10.0, 100.0 * math.sqrt(i), 105.0 * math.sqrt(i), f"{i} projects") for i in range(12)]
    svg = frontier_chart(
        points, context, name="f", title="T", axis_x="x", axis_y="y", found="found", cannot="bound",
        mark=Point(35.0, 190.0, 190.0, "this"),
    )  # fmt: skip
    root = well_formed(svg)
    assert_apart(root)
    rim = root.find("{http://www.w3.org/2000/svg}polygon").get("points").split()
    upper, lower = rim[: len(points)], rim[len(points) :][::-1]
    for a, b in zip(upper, lower, strict=True):
        assert float(a.split(",")[1]) <= float(b.split(",")[1])


def test_points_close_together_lose_labels_not_legibility(context, well_formed):
    points = [Point(float(i), 100.0 + 0.01 * i, 101.0, f"{i} projects") for i in range(40)]
    svg = frontier_chart(points, context, name="f", title="T", axis_x="x", axis_y="y", found="found", cannot="bound")
    assert_apart(well_formed(svg))
