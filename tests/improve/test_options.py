from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from linli.errors import InputError
from linli.improve.choices import ImproveOptions
from linli.improve.options import find_options, newly_together
from linli.improve.sites import REASONS
from linli.rules import load_catalogue
from linli.survey.demo import PACK


def only(options, kind="nursery"):
    return options.table[options.table["type"] == kind]


def why(options):
    return dict(
        zip(options.refused["place_id"] + ":" + options.refused["type"], options.refused["reason"], strict=True)
    )


def test_three_rooms_and_whom_they_would_serve(three):
    options = three.find(types=("nursery",))
    assert options.table["option_id"].tolist() == [f"room:{name}:nursery" for name in "abc"]
    assert options.table["newly"].tolist() == [20.0, 30.0, 20.0]
    assert options.table["newly_old_young"].tolist() == [20.0, 30.0, 20.0]
    assert options.table["community_id"].tolist() == ["A", "A", "B"]
    assert options.table["district"].tolist() == ["East", "East", "West"]
    assert options.table["items"].unique().tolist() == ["complete_community/nursery.reach"]
    reach = options.links.groupby("option")["building"].apply(list).tolist()
    assert reach == [[0, 1, 2, 3], [2, 3, 4, 5, 6, 7], [6, 7, 8, 9]]
    assert options.links["distance_m"].iloc[:4].tolist() == [50.0, 50.0, 150.0, 250.0]


def test_who_is_served_already_is_not_newly_served(town, kit):
    made = town(rooms=[kit.room("b", 500.0)], facilities=[kit.facility("n", "nursery", 100.0)])
    assert only(made.find())["newly"].tolist() == [20.0]


def test_nobody_is_counted_twice_for_two_requirements(town, kit):
    made = town(rooms=[kit.room("r", 500.0, floor_area_m2=400.0)])
    options = made.find(types=("elderly_day_care",), verbs=("must", "where_possible"))
    row = options.table.iloc[0]
    assert row["items"].split(";") == [
        "complete_community/elderly_station.reach",
        "complete_community/elderly_station.day_care",
    ]
    assert (row["newly"], row["newly_old_young"]) == (180.0, 180.0)
    assert len(options.links) == 12


def test_reasons_that_only_the_streets_can_tell(town, kit):
    made = town(
        rooms=[kit.room("far", 500.0, geometry=kit.at(500.0, 40.0)), kit.room("near", 100.0)],
        facilities=[kit.facility("n", "nursery", 100.0)],
        max_offset_m=30.0,
    )
    assert why(made.find(types=("nursery",))) == {"far:nursery": "off_street", "near:nursery": "nobody_new"}


def test_buildings_where_nobody_is_concerned(town, kit):
    none = [(i, {"residents_0_2": 0.0}) for i in range(4)]
    made = town(rooms=[kit.room("a", 100.0), kit.room("b", 500.0)], buildings=none)
    options = made.find(types=("nursery",))
    assert why(options) == {"a:nursery": "nobody_new"}
    assert options.links["building"].tolist() == [4, 5, 6, 7]
    assert options.dropped.empty


def test_too_few(three):
    options = three.find(types=("nursery",), min_newly=25.0)
    assert options.table["place_id"].tolist() == ["b"]
    assert why(options) == {"a:nursery": "too_few", "c:nursery": "too_few"}
    assert set(options.dropped["building"]) == {0, 1, 2, 3, 6, 7, 8, 9}


def test_every_refusal_has_words(demo):
    survey, assessment, catalogue = demo
    options = find_options(survey, assessment, catalogue, ImproveOptions())
    assert set(options.refused["reason"]) <= set(REASONS)
    pairs = len(options.table) + len(options.refused)
    assert pairs == options.refused.groupby(["place", "type"]).ngroups + len(options.table)
    for words in REASONS.values():
        assert set(words) == {"zh", "en"}


def test_costs_of_the_city_by_type_and_lever(three):
    costs = {"convert": {"nursery": 3000.0, "any": 1000.0}, "reallocate": {"any": 200.0}}
    table = three.find(types=("nursery", "library", "pharmacy"), unit_costs=costs).table
    by_type = table.groupby("type")["cost_yuan"].first()
    assert by_type["nursery"] == 600_000.0
    assert by_type["pharmacy"] == 40_000.0
    assert not table["note"].str.contains("cost_unset").any()


def test_without_costs_the_plan_is_in_square_metres_and_says_so(three):
    table = three.find(types=("nursery",)).table
    assert table["cost_yuan"].isna().all()
    assert table["note"].tolist() == ["cost_unset"] * 3


def test_a_budget_without_costs_refuses(three):
    options = three.find(types=("nursery",), budget=[{"yuan": 1e6}])
    assert options.table.empty
    assert set(why(options).values()) == {"cost_unset"}


def test_costs_of_a_pack(town, kit, tmp_path):
    dated = (
        "    dated:\n      - {value: 1500, unit: yuan_per_m2, valid_from: 2026-01-01, reference: {title: Notice},\n"
        "         certainty: published, last_checked_on: 2026-11-23}\n"
    )
    (tmp_path / "siting_needs").mkdir()
    (tmp_path / "pack.yaml").write_text("title: {zh: 市, en: City}\nauthor: Commission\norder: 20\n", encoding="utf-8")
    text = f"values:\n  convert:\n{dated}  convert_nursery:\n    title: {{zh: 托育改造, en: Nursery}}\n{dated}"
    text = text.replace("value: 1500", "value: 2500").replace("value: 2500", "value: 1500", 1)
    (tmp_path / "siting_needs" / "unit_cost.yaml").write_text(text, encoding="utf-8")
    made = town(rooms=[kit.room("r", 500.0)], catalogue=load_catalogue([tmp_path]))
    table = made.find(types=("nursery", "health_station")).table.set_index("type")
    assert table["cost_yuan"].to_dict() == {"health_station": 120 * 1500.0, "nursery": 200 * 2500.0}


def test_running_costs_include_the_rent(town, kit):
    made = town(rooms=[kit.room("r", 500.0, rent_yuan_m2_month=10.0)], plots=[kit.plot("p", 500.0)])
    options = made.find(types=("nursery",), yearly_cost={"any": 300.0}, yearly_income={"nursery": 250.0})
    table = options.table.set_index("place_kind")
    assert table["yearly_cost_yuan"].to_dict() == {"room": 200 * (300 + 120.0), "plot": 200 * 300.0}
    assert table["yearly_income_yuan"].to_dict() == {"room": 50_000.0, "plot": 50_000.0}
    assert made.find(types=("nursery",)).table["yearly_cost_yuan"].isna().all()


def test_a_cost_has_no_parts_of_a_fen(town, kit):
    made = town(rooms=[kit.room("r", 500.0, floor_area_m2=200.123)])
    table = made.find(
        types=("nursery",), unit_costs={"convert": {"any": 1000.001}}, areas_m2={"nursery": 200.123}
    ).table
    assert table["cost_yuan"].tolist() == [200123.2]


def test_running_by_the_template_of_the_type(town, kit):
    """A shop that is let: 90 yuan/m² × 0.9 a month, maintenance 20 yuan/m² a year; rent paid as the owner asks."""
    catalogue = load_catalogue([PACK])
    rooms = [kit.room("r", 500.0, rent_yuan_m2_month=10.0), kit.room("s", 500.0)]
    made = town(rooms=rooms, plots=[kit.plot("p", 500.0)], catalogue=catalogue)
    found = made.find(types=("laundry",), areas_m2={"laundry": 80.0}).table.set_index("place_id")
    values = {
        name: float(catalogue.value("operating/template_of_commerce", name, on=kit.ON).value)
        for name in ("rent_per_m2", "occupancy", "maintenance_per_m2", "room_rent_per_m2")
    }
    area = found["floor_area_m2"]
    earned = 12 * values["rent_per_m2"] * values["occupancy"] * area
    assert found["yearly_income_yuan"].to_dict() == pytest.approx(earned.to_dict())
    rent = pd.Series({"r": 120.0, "s": 12 * values["room_rent_per_m2"], "p": 0.0})
    paid = (values["maintenance_per_m2"] + rent) * area
    assert found["yearly_cost_yuan"].to_dict() == pytest.approx(paid.to_dict())


def test_what_is_declared_for_a_type_goes_before_its_template_and_any_after(town, kit):
    made = town(rooms=[kit.room("r", 500.0, rent_yuan_m2_month=0.0)], catalogue=load_catalogue([PACK]))

    def figures(**choices):
        table = made.find(types=("laundry", "health_station"), **choices).table.set_index("type")
        return table["yearly_cost_yuan"], table["yearly_income_yuan"]

    cost, income = figures()
    both = {"yearly_cost": {"laundry": 5.0, "any": 1.0}, "yearly_income": {"any": 1.0}}
    declared, earned = figures(**both)
    assert declared["laundry"] == 5.0 * 200
    assert declared["health_station"] == cost["health_station"]
    assert earned.to_dict() == income.to_dict()


def test_the_income_of_a_template_holds_the_operating_subsidy(town, kit):
    catalogue = load_catalogue([PACK])
    made = town(rooms=[kit.room("r", 500.0)], catalogue=catalogue)
    table = made.find(types=("health_station",)).table
    month = float(catalogue.value("operating/template_health_station", "subsidy_per_month", on=kit.ON).value)
    assert table["yearly_income_yuan"].tolist() == [12 * month]


def test_residents_are_counted_once_however_many_requirements(three):
    options = three.find()
    ids = list(options.table["option_id"])
    total, elders = newly_together(options, ids)
    assert total <= 1000.0
    assert elders <= total
    assert newly_together(options, []) == (0.0, 0.0)
    for row in options.table.itertuples():
        assert newly_together(options, [row.option_id]) == (row.newly, row.newly_old_young)


def test_capacity(three):
    assert three.find(types=("nursery",)).table["capacity"].isna().all()
    table = three.find(types=("nursery",), area_per_place_m2={"nursery": 9.0}).table
    assert table["capacity"].tolist() == [22.0] * 3


def test_closing_a_facility(town, kit):
    made = town(rooms=[kit.room("b", 500.0)], facilities=[kit.facility("n", "nursery", 100.0)])
    assert only(made.find(close=("n",)))["newly"].tolist() == [30.0]


def test_names_that_do_not_exist_are_all_told(three):
    with pytest.raises(InputError) as caught:
        three.find(close=("x",), types=("nurserie",), areas_m2={"shop": 1.0})
    assert [one.value for one in caught.value.problems] == ["nurserie", "shop", "x"]


def test_an_assessment_of_something_else(three):
    other = replace(
        three.assessment,
        meta=three.assessment.meta.model_copy(update={"catalogue_version": "x", "survey_digest": "y"}),
    )
    with pytest.raises(InputError) as caught:
        find_options(three.survey, other, three.catalogue, ImproveOptions())
    assert [one.code for one in caught.value.problems] == ["improve.other_survey", "improve.other_rules"]


def test_a_town_without_rooms_or_needs(town, three):
    assert town().find().table.empty
    assert three.find(types=()).table.empty
    nothing = town(communities=[("A", "East", "existing", 5000.0, 6000.0)])
    assert nothing.find().table.empty


def test_inputs_stay_as_they_are(three):
    before = {name: frame.copy() for name, frame in three.survey.layers.items()}
    three.find(types=("nursery",), close=())
    for name, frame in before.items():
        assert frame.equals(three.survey.layers[name]), name


def test_the_order_of_rows_does_not_matter(town, kit):
    rooms = [kit.room(name, x) for name, x in (("a", 100.0), ("b", 500.0), ("c", 900.0))]
    one, other = town(rooms=rooms).find(), town(rooms=rooms[::-1]).find()
    assert one.table.equals(other.table)
    assert one.links.equals(other.links)


def test_dates_default_to_the_start(town, kit):
    made = town(rooms=[kit.room("r", 500.0, available_from=None)], plots=[kit.plot("p", 500.0)])
    table = made.find(types=("nursery",)).table
    assert [str(day.date()) for day in table["available_from"]] == ["2026-11-23"] * 2
    assert table["note"].tolist() == ["available_unknown;cost_unset", "cost_unset"]


def test_progress_is_told(three):
    told = []
    find_options(three.survey, three.assessment, three.catalogue, ImproveOptions(), lambda text, _: told.append(text))
    assert "options" in told
    assert np.isfinite(three.find().nearest_place_m).all()
