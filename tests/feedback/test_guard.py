"""Whether two rounds may be compared: every refusal and every warning, one case each."""

import dataclasses
import datetime as dt
from types import SimpleNamespace

import pytest

from linli.assess import AssessOptions
from linli.errors import InputError
from linli.feedback.guard import REFUSED_OPTIONS, TOLD_OPTIONS, check_plan, check_rounds, common_standards


@pytest.fixture(scope="module")
def pair(make):
    return make.round(make.town()), make.round(make.town(day=dt.date(2026, 10, 31)))


def meta(one, **changes):
    """A round whose assessment says something else about itself."""
    return one[0], dataclasses.replace(one[1], meta=one[1].meta.model_copy(update=changes))


def manifest(one, **changes):
    return dataclasses.replace(one[0], manifest=one[0].manifest.model_copy(update=changes)), one[1]


def layer(one, name, frame):
    return dataclasses.replace(one[0], layers={**one[0].layers, name: frame}), one[1]


def codes(before, after):
    return [problem.code for problem in check_rounds(before, after)]


def refused(before, after):
    with pytest.raises(InputError) as caught:
        check_rounds(before, after)
    problems = caught.value.problems
    assert all(problem.message["zh"] and problem.message["en"] and problem.fix["zh"] for problem in problems)
    return {problem.code for problem in problems if problem.severity == "error"}


def test_two_rounds_of_one_city_say_nothing(pair):
    assert codes(*pair) == []


def test_other_units(pair):
    assert refused(pair[0], meta(pair[1], unit="m2")) == {"compare.unit"}


def test_an_assessment_of_another_survey(pair):
    assert refused(pair[0], meta(pair[1], survey_digest="abc")) == {"compare.other_survey"}


def test_an_assessment_that_does_not_say_of_which_survey_it_is(pair):
    assert codes(pair[0], manifest(pair[1], digest="abc")) == ["compare.unproven"]


def test_no_standard_in_common(pair):
    options = AssessOptions(standards=("living_circle",), absent_types="none")
    assert refused(pair[0], meta(pair[1], options=options)) == {"compare.no_standard"}


def test_more_standards_than_the_other(pair):
    options = pair[1][1].meta.options.model_copy(update={"standards": ("living_circle", "complete_community")})
    other = meta(pair[1], options=options)
    assert codes(pair[0], other) == ["compare.standards"]
    assert common_standards(pair[0][1], other[1]) == ("complete_community",)


OTHER = {
    "circle": "ten_minute", "person": "elder", "met_share": 0.5, "ages_unknown": "unknown", "absent_types": "unknown",
    "max_offset_m": 90.0, "island_m": 20.0, "weights": "equal", "grades": {"A": 0.5}, "catchment": "gaussian",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED_OPTIONS)
def test_choices_that_decide_what_a_degree_is(pair, name):
    options = pair[1][1].meta.options.model_copy(update={name: OTHER[name]})
    assert refused(pair[0], meta(pair[1], options=options)) == {"compare.option"}


@pytest.mark.parametrize("name", TOLD_OPTIONS)
def test_choices_that_shift_scores(pair, name):
    options = pair[1][1].meta.options.model_copy(update={name: OTHER[name]})
    assert codes(pair[0], meta(pair[1], options=options)) == ["compare.option"]


def test_other_rules_and_another_version(pair):
    assert codes(pair[0], meta(pair[1], catalogue_version="x")) == ["compare.catalogue"]
    assert codes(pair[0], meta(pair[1], code_version="9.9")) == ["compare.code"]


def test_dates(pair):
    assert codes(pair[1], pair[0]) == ["compare.order"]
    same = [meta(manifest(pair[0], digest="d"), survey_digest="d")] * 2
    assert codes(*same) == ["compare.same"]


def test_communities(pair):
    ids = pair[1][1].communities.copy()
    ids["community_id"] = ["A", "C"]
    other = pair[1][0], dataclasses.replace(pair[1][1], communities=ids)
    found = check_rounds(pair[0], other)
    assert [(p.code, p.value) for p in found] == [("compare.communities", "B"), ("compare.communities", "C")]
    ids = ids.assign(community_id=["C", "D"])
    assert refused(pair[0], (other[0], dataclasses.replace(other[1], communities=ids))) == {"compare.no_community"}


def test_boundaries(pair, make):
    moved = make.town(
        communities=[{"community_id": "A", "name": "A", "geometry": make.box(0, -50, 450, 50)},
                     {"community_id": "B", "name": "B", "geometry": make.box(500, -50, 1000, 50)}]
    )  # fmt: skip
    found = check_rounds(pair[0], layer(pair[1], "communities", moved.layers["communities"]))
    assert [(p.code, p.value) for p in found] == [("compare.boundaries", "A (1)")]


def test_residents_placed_by_another_method(pair):
    note = pair[1][0].manifest.residents.model_copy(update={"method": "total"})
    assert codes(pair[0], manifest(pair[1], residents=note)) == ["compare.residents_method"]


def test_other_sources_of_facilities(pair):
    def source(file):
        from linli.survey.record import SourceNote

        return (SourceNote(file=file, sha256="", layer="facilities"),)

    one, other = (manifest(pair[i], sources=source(f)) for i, f in enumerate(("a.pbf", "a.xlsx")))
    assert codes(one, other) == ["compare.sources"]
    assert codes(one, manifest(pair[1], sources=source("b.gpkg"))) == []


def test_ids_given_anew(pair):
    buildings = pair[1][0].layers["buildings"]
    renamed = buildings.assign(building_id="x" + buildings["building_id"].astype(str))
    found = check_rounds(pair[0], layer(pair[1], "buildings", renamed))
    assert [(p.code, p.layer) for p in found] == [("compare.ids", "buildings")]


def test_other_streets(pair):
    streets = pair[1][0].layers["streets"]
    assert codes(pair[0], layer(pair[1], "streets", streets.iloc[1:])) == ["compare.streets"]
    assert codes(pair[0], layer(pair[1], "streets", streets.iloc[::-1])) == []


def test_a_plan_of_another_survey(pair):
    def plan(digest):
        return SimpleNamespace(meta=SimpleNamespace(survey_digest=digest))

    survey = manifest(pair[0], digest="abc")[0]
    assert [p.code for p in check_plan(plan("other"), survey)] == ["compare.other_plan"]
    assert check_plan(plan("abc"), survey) == ()
    assert check_plan(None, survey) == ()


def test_every_problem_is_told_at_once(pair):
    options = pair[1][1].meta.options.model_copy(update={"person": "elder", "circle": "ten_minute"})
    with pytest.raises(InputError) as caught:
        check_rounds(pair[0], meta(pair[1], options=options, unit="m2"))
    assert len(caught.value.problems) == 3
