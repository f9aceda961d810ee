import numpy as np
import pytest

from linli.report.charts import Bar, Curve, Stack, bar_chart, curve_chart, nice_limit, stacked_chart

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(("value", "limit"), [(0, 1), (3, 3), (8.7, 10), (1994, 2000), (0.07, 0.08)])
def test_axes_end_at_a_round_figure(value, limit):
    found, step = nice_limit(value)
    assert found >= value
    assert np.isclose(found / step, round(found / step))
    if value not in (0, 0.07):
        assert found == limit
    assert nice_limit(1, 1.0) == (1.0, 1.0)


def test_bars_begin_at_nought_and_say_their_figure(contexts, well_formed):
    bars = [Bar("托儿所", 50.0, "50", low=40.0, high=70.0), Bar("幼儿园", 100.0, "100"), Bar("未知", None, "待补")]
    root = well_formed(bar_chart(bars, contexts["zh"], name="b", title="T", axis="人", tick="老人"))
    rects = [r for r in root.iter(f"{SVG}rect") if r.get("height") == "14"]
    assert len({r.get("x") for r in rects}) == 1
    assert np.isclose(float(rects[1].get("width")), 2 * float(rects[0].get("width")), atol=0.2)
    assert rects[2].get("fill") == "url(#b-hatch)"
    text = "".join(root.itertext())
    for word in ("托儿所", "50", "待补", "人", "老人"):
        assert word in text
    assert "托儿所: 50" in root.find(f"{SVG}desc").text


def test_stacks_add_up(contexts, well_formed):
    rows = [Stack("one", {"met": 2, "partly": 1, "unknown": 1}), Stack("two", {"not_met": 4}, href="x.html")]
    root = well_formed(stacked_chart(rows, contexts["en"], name="s", title="T", axis="communities"))
    parts = [float(r.get("width")) for r in root.iter(f"{SVG}rect") if r.get("height") == "16"]
    assert np.isclose(sum(parts[:3]), parts[3], atol=0.3)
    assert root.find(f".//{SVG}a").get("href") == "x.html"


def test_curves_are_labelled_and_marked(contexts, well_formed):
    x = np.linspace(0, 1000, 11)
    curves = [Curve(f"type {i}", x, x / 1000 * 0.98) for i in range(6)]
    drawn = curve_chart(curves, contexts["en"], name="c", title="T", axis_x="m", axis_y="%", mark_m=300.0, mark="300 m")
    root = well_formed(drawn)
    labels = [t for t in root.iter(f"{SVG}text") if (t.text or "").startswith("type")]
    places = sorted(float(t.get("y")) for t in labels)
    assert len(places) == 6
    assert min(np.diff(places)) >= 13.9
    assert len(list(root.iter(f"{SVG}polyline"))) == 6


def test_an_empty_chart_is_still_a_chart(contexts, well_formed):
    well_formed(bar_chart([], contexts["en"], name="b", title="T", axis="m"))
    well_formed(curve_chart([], contexts["en"], name="c", title="T", axis_x="m", axis_y="%"))
    well_formed(stacked_chart([], contexts["en"], name="s", title="T", axis="n"))
