import re

import pytest

from linli.report.outcome.figures import points


@pytest.mark.parametrize(
    ("change", "text"), [(0.1, "+10"), (-0.256, "−26"), (0.0, ""), (0.004, ""), (float("nan"), "")]
)
def test_points(change, text):
    assert points(change) == text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_is_well_formed_and_titled(made, well_formed, lang):
    figures = made.figures[lang]
    drawn = [
        figures.reach(),
        figures.opened(),
        figures.happened(),
        figures.explained(),
        *figures.scores("complete_community"),
    ]
    for standard in ("complete_community", "living_circle"):
        drawn += [figures.verdicts(standard), figures.steps(standard), figures.steps(standard, changed_only=True)]
    names = set()
    for svg in drawn:
        root = well_formed(svg)
        assert root[0].tag.endswith("title")
        assert root[0].text
        assert root.get("lang") == {"zh": "zh-Hans", "en": "en"}[lang]
        names.add(root[0].text)
    assert len(names) >= len(drawn) - 2  # steps of a standard are drawn twice


def test_steps_tell_both_degrees(made):
    line = next(x for x in made.book.lines["complete_community"] if x.item.endswith("/health_station"))
    svg = made.figures["en"].steps("complete_community")
    before, after = (f"{round(one * 100)}\u202f%" for one in line.degree)
    assert f"Community health station: {before} → {after} (−{round((line.degree[0] - line.degree[1]) * 100)})" in svg


def test_both_score_maps_have_the_same_classes(made):
    limits = [re.findall(r">(\d+)–(\d+) \(\d+\)<", svg) for svg in made.figures["en"].scores("complete_community")]
    assert limits[0]
    assert limits[0] == limits[1]


def test_reach_tells_who_lost(made, outcome):
    table = outcome.coverage
    near = table[table["distance_m"] == outcome.meta.circle_m]
    lost = near.groupby("type")["lost"].sum()
    svg = made.figures["en"].reach()
    assert f"−{lost['canteen']:,.0f}" in svg
    assert lost["canteen"] > 0


def test_without_a_forecast_there_is_no_chart(made):
    assert made.figures["zh"].forecast() == ""


def test_what_the_plan_explains(made, outcome):
    totals = outcome.totals.set_index("line")["value"]
    assert totals["explained_floor"] == 278 + 169
    assert f"{totals['explained_floor']:,.0f}\u202fm²" in made.figures["en"].explained()
