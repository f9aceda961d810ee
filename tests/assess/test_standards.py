import datetime as dt

import pytest

from linli.assess.options import AssessOptions
from linli.assess.standards import LIMITS, limit_of, read_standard
from linli.errors import UnknownRuleError
from linli.rules import load_catalogue
from linli.rules.requirements import REFERENCE_UNITS

ON = dt.date(2026, 11, 23)


def test_every_figure_a_requirement_may_name_is_read():
    assert set(LIMITS) == set(REFERENCE_UNITS)


def test_figures_come_with_clause_and_date(catalogue):
    found = limit_of(catalogue, "complete_community/nursery", "floor_area_min", ON, "min_floor_area")
    assert (found.value, found.unit, found.certainty, found.missing) == (200.0, "m2", "recalled", "")
    assert found.valid_from == dt.date(2020, 8, 18)
    assert "第3项" in found.clause
    assert limit_of(catalogue, "any/rule", "complete_community/nursery.floor_area_min", ON).value == 200.0


def test_what_is_missing_says_why_instead_of_raising(catalogue):
    unset = limit_of(catalogue, "living_circle/residents_parking", "spaces_per_dwelling", ON)
    early = limit_of(catalogue, "complete_community/nursery", "floor_area_min", dt.date(2019, 1, 1))
    assert (unset.value, unset.missing) == (None, "unset")
    assert (early.value, early.missing) == (None, "not_in_force")
    assert unset.as_dict()["rule"] == "living_circle/residents_parking.spaces_per_dwelling"


def test_circle_means_what_the_options_say(catalogue):
    for level, metres in (("five_minute", 300.0), ("ten_minute", 500.0), ("fifteen_minute", 1000.0)):
        standard = read_standard(catalogue, "complete_community", AssessOptions(circle=level), ON)
        nursery = next(item for item in standard.items if item.id == "complete_community/nursery")
        assert nursery.requirements[0].value("distance") == metres


def test_items_keep_their_order_and_requirements(catalogue):
    standard = read_standard(catalogue, "complete_community", AssessOptions(), ON)
    assert [item.order for item in standard.items] == list(range(1, 21))
    market = next(item for item in standard.items if item.id == "complete_community/supermarket").requirements[0]
    assert market.alternatives[0].limits["min_count"].value == 2.0
    assert market.alternatives[0].kinds == ("existing",)
    assert market.missing == ()
    assert market.value("min_capacity") is None


def test_a_pack_fills_what_is_unset_and_sets_weights(tmp_path):
    pack = tmp_path / "city"
    (pack / "living_circle").mkdir(parents=True)
    dated = """
        dated:
          - value: {value}
            unit: {unit}
            valid_from: 2020-01-01
            reference: {{title: City rule}}
            certainty: published
            last_checked_on: 2026-11-23
"""
    (pack / "pack.yaml").write_text("title: {zh: 市, en: City}\nauthor: city\norder: 20\n", encoding="utf-8")
    (pack / "living_circle" / "residents_parking.yaml").write_text(
        "id: living_circle/residents_parking\nvalues:\n      spaces_per_dwelling:"
        + dated.format(value=0.8, unit="per_dwelling")
        + "      weight:\n        title: {zh: 权重, en: weight}"
        + dated.format(value=3, unit="factor"),
        encoding="utf-8",
    )
    standard = read_standard(load_catalogue([pack]), "living_circle", AssessOptions(), ON)
    item = next(item for item in standard.items if item.id == "living_circle/residents_parking")
    assert item.weight == 3.0
    assert item.requirements[0].value("min") == 0.8


def test_a_family_without_items_is_no_standard(catalogue):
    with pytest.raises(UnknownRuleError, match="items to assess"):
        read_standard(catalogue, "walking", AssessOptions(), ON)
