import re

from linli.report.outcome.charts import Balance, Step, balance_chart, step_chart

KEYS = ["before", "up", "down", "same", "hoped"]
STEP = {"name": "s", "title": "t", "axis": "share (%)", "keys": KEYS}


def test_a_step_points_where_it_goes(made, well_formed):
    context = made.figures["en"].context
    rows = [
        Step("up", 0.2, 0.6, "20 → 60"),
        Step("down", 0.6, 0.2, "60 → 20"),
        Step("same", 0.5, 0.502, "50"),
        Step("unknown", None, None, "unknown"),
    ]
    svg = step_chart(rows, context, **STEP)
    root = well_formed(svg)
    assert "l-9 -5.5" in svg
    assert "l9 -5.5" in svg
    assert "hoped" not in "".join(root.itertext())  # nobody hoped for anything
    assert "20 → 60" in svg


def test_what_was_hoped_for_is_a_tick_of_its_own(made):
    context = made.figures["en"].context
    svg = step_chart([Step("a", 0.2, 0.3, "x", hoped=0.9)], context, **STEP)
    assert "hoped" in svg
    assert svg.count("#a4490c") == 2  # in the legend and in the row


def test_an_empty_chart_is_a_chart(made, well_formed):
    well_formed(step_chart([], made.figures["zh"].context, **STEP))
    well_formed(balance_chart([], made.figures["zh"].context, name="b", title="t", axis="x", sides=("l", "g")))


def test_balance_has_zero_in_between(made, well_formed):
    rows = [Balance("a", 100.0, 0.0, "+100"), Balance("b", 0.0, 50.0, "−50")]
    svg = balance_chart(rows, made.figures["en"].context, name="b", title="t", axis="people", sides=("lost", "gained"))
    well_formed(svg)
    boxes = [(float(x), float(w)) for x, w in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', svg)]
    (gain_x, gain_w), (loss_x, loss_w) = boxes
    assert abs((loss_x + loss_w) - gain_x) < 0.2  # losses end where gains begin
    assert abs(gain_w - 2 * loss_w) < 0.3
