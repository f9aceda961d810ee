"""Items of acceptance by type, and what scores come to."""

import datetime as dt
from decimal import Decimal

import pytest

from linli.errors import InputError, UnknownRuleError
from linli.rules import load_catalogue
from linli.web.projects.acceptance import DIMENSIONS, PROJECT_TYPES, Score, list_items, sum_scores

ON = dt.date(2026, 11, 23)
NATIONAL = load_catalogue()

PACK = """\
id: future_community/{name}
values:
  {value}:
    dated:
      - value: {number}
        unit: {unit}
        valid_from: 2022-01-01
        reference: {{title: 市级验收细则}}
        certainty: published
        last_checked_on: 2026-11-23
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack")
    (folder / "pack.yaml").write_text("title: {zh: 市, en: City}\nauthor: 市\norder: 1\n", encoding="utf-8")
    (folder / "future_community").mkdir()
    weights = dict(zip(DIMENSIONS, (0.4, 0.2, 0.2, 0.2), strict=True))
    for name, weight in weights.items():
        text = PACK.format(name=f"dimension_{name}", value="weight", number=weight, unit="share")
        (folder / "future_community" / f"dimension_{name}.yaml").write_text(text, encoding="utf-8")
    text = PACK.format(name="acceptance", value="pass_mark", number=80, unit="points")
    (folder / "future_community" / "acceptance.yaml").write_text(text, encoding="utf-8")
    return load_catalogue(packs=[folder])


def scores(*points, experts=("甲", "乙")):
    return [Score(expert, name, Decimal(point)) for expert in experts for name, point in zip(DIMENSIONS, points)]  # noqa: B905


@pytest.mark.parametrize(("kind", "required"), list(zip(PROJECT_TYPES, (6, 9, 1), strict=True)))
def test_items_required_by_type(kind, required):
    items = list_items(kind, NATIONAL, on=ON)
    assert len(items) == 10
    assert sum(item.required for item in items) == required
    assert items[0].id == "future_community/base"
    assert all(item.clause for item in items)


def test_before_the_rule_there_is_nothing_to_look_up():
    with pytest.raises(UnknownRuleError):
        list_items("inclusive", NATIONAL, on=dt.date(2020, 1, 1))
    with pytest.raises(UnknownRuleError):
        list_items("grand", NATIONAL, on=ON)


def test_without_weights_there_are_means_and_people_decide():
    sheet = sum_scores(scores("80", "70.55", "60", "50"), NATIONAL, on=ON)
    assert sheet.means["digital_platform"] == Decimal("70.55")
    assert sheet.experts == dict.fromkeys(DIMENSIONS, 2)
    assert (sheet.total, sheet.pass_mark, sheet.passed) == (None, None, None)
    assert "future_community/acceptance.pass_mark" in sheet.unset


@pytest.mark.parametrize(
    ("points", "total", "passed"),
    [(("80", "80", "80", "80"), "80.00", True), (("79.98", "80", "80", "80"), "79.99", False)],
)
def test_with_weights_and_pass_mark_the_total_says(filled, points, total, passed):
    sheet = sum_scores(scores(*points), filled, on=ON)
    assert sheet.total == Decimal(total)
    assert sheet.passed is passed
    assert sheet.unset == ()


def test_the_total_is_rounded_once(filled):
    given = [
        Score(str(i), name, Decimal(point)) for name in DIMENSIONS for i, point in enumerate(("80", "80", "79.99"))
    ]
    # The exact mean is 79.99666…; a mean rounded first and weighted would be the same only by luck.
    assert sum_scores(given, filled, on=ON).total == Decimal("80.00")


def test_a_dimension_nobody_scored_leaves_the_total_open(filled):
    sheet = sum_scores(scores("80", "80", "80"), filled, on=ON)
    assert sheet.means["distinctive_features"] is None
    assert sheet.total is None


@pytest.mark.parametrize("points", ["-1", "100.01", "NaN"])
def test_scores_out_of_range_are_refused(points):
    with pytest.raises(InputError) as caught:
        sum_scores([Score("甲", "scene_response", Decimal(points))], NATIONAL, on=ON)
    assert caught.value.problems[0].value == points


def test_a_score_of_no_dimension_is_refused():
    with pytest.raises(InputError):
        sum_scores([Score("甲", "beauty", Decimal(1))], NATIONAL, on=ON)
