"""What the shipped catalogue must hold: complete, cited, consistent with itself."""

import datetime as dt

import pytest

from linli.rules.records import CERTAINTIES
from linli.rules.requirements import CIRCLE, references
from linli.units import AGE_BANDS, OLD_AND_YOUNG

SCENES = (
    "neighbourhood",
    "education",
    "health",
    "enterprise",
    "building",
    "transport",
    "low_carbon",
    "service",
    "governance",
)
TYPES = {
    "governance": "service_station service_centre subdistrict_office judicial_office property_office",
    "education": "nursery kindergarten primary_school junior_school",
    "elderly": "elderly_station elderly_day_care canteen nursing_home elderly_care_home",
    "health": "health_station health_centre clinic pharmacy",
    "culture": "culture_station culture_centre library",
    "commerce": "supermarket convenience_store market community_shop restaurant bank barber laundry repair "
    "housekeeping",
    "sport": "fitness_ground small_sports_ground medium_sports_ground large_sports_ground sports_centre gym "
    "activity_ground children_playground pocket_park community_garden park",
    "convenience": "parcel_station post_office telecom public_toilet waste_station waste_point recycling_point "
    "bus_stop metro_station parking bicycle_parking charging",
}


def test_every_dated_value_is_cited_and_was_checked(catalogue):
    values = [value for rule in catalogue.rules.values() for series in rule.values.values() for value in series]
    assert len(values) > 400
    for value in values:
        assert value.reference["title"].strip(), value.id
        assert isinstance(value.last_checked_on, dt.date), value.id
        assert value.certainty in CERTAINTIES, value.id
        assert set(value.title) == {"zh", "en"}, value.id


def test_every_rule_says_where_its_words_come_from(catalogue):
    for rule in catalogue.rules.values():
        if rule.is_item or not rule.values:
            assert rule.body["reference"]["title"].strip(), rule.id


def test_what_is_published_says_who_says_so(catalogue):
    values = [value for rule in catalogue.rules.values() for series in rule.values.values() for value in series]
    for value in values:
        if value.certainty == "published":
            assert not value.unsure


def test_the_six_haves_hold_twenty_items(catalogue):
    groups = [item.group for item in catalogue.items("complete_community")]
    assert list(dict.fromkeys(groups)) == list(catalogue.families["complete_community"].groups)
    assert [groups.count(group) for group in dict.fromkeys(groups)] == [5, 3, 5, 2, 2, 3]


def test_every_level_has_items_and_levels_do_not_mix(catalogue):
    levels = {item.group for item in catalogue.items("living_circle")}
    assert levels == {"five_minute", "block", "ten_minute", "fifteen_minute"}
    for item in catalogue.items("living_circle"):
        assert item.group in item.body["levels"]


def test_the_vocabulary_is_the_one_agreed(catalogue):
    assert {code: rule.group for code, rule in catalogue.facility_types.items()} == {
        code: group for group, codes in TYPES.items() for code in codes.split()
    }


def test_every_type_serves_somebody_and_most_are_asked_for(catalogue):
    unasked = {code for code in catalogue.facility_types if not catalogue.asked_by(code)}
    assert unasked == {"library", "parking", "property_office"}
    for rule in catalogue.facility_types.values():
        assert set(rule.body["age_bands"]) <= {"all", *AGE_BANDS}


def test_needs_of_old_and_young_are_of_their_own_bands(catalogue):
    for standard in catalogue.standards:
        for item in catalogue.items(standard):
            for requirement in item.requirements:
                if {"nursery", "kindergarten", "elderly_station", "elderly_day_care"} & set(
                    requirement.get("facility_types", ())
                ) and requirement["kind"] == "reach":
                    assert set(requirement["age_bands"]) <= set(OLD_AND_YOUNG), item.id


def test_the_complete_community_is_reached_within_the_circle_chosen(catalogue):
    for item in catalogue.items("complete_community"):
        for requirement in item.requirements:
            if requirement["kind"] == "reach":
                assert requirement["distance"] in {CIRCLE, "walking/distance.ten_minute"}, item.id


def test_figures_of_one_standard_are_never_taken_from_another(catalogue):
    shared = {"walking"}
    for standard in catalogue.standards:
        for item in catalogue.items(standard):
            for requirement in item.requirements:
                for _, _, reference in references(requirement):
                    family = reference.partition("/")[0] if "/" in reference else standard
                    assert family in {standard, *shared}, (item.id, reference)


def test_conflicts_are_told_on_both_sides(catalogue):
    told = {(rule.id, entry["rule"]) for rule in catalogue.rules.values() for entry in rule.body.get("conflicts", ())}
    assert told
    assert {pair for pair in told if pair[::-1] not in told} == set()


def test_numeric_rules_for_new_communities_bind_no_existing_one(catalogue):
    new_only = {"parking": {"spaces", "charging"}, "activity_ground": {"sports_field"}, "public_green": {"garden"}}
    new_only |= {"parcel_facilities": {"reach", "answer"}, "property_service": {"rooms"}, "sanitation": {"toilet"}}
    for name, ids in new_only.items():
        bound = {
            requirement["id"]: requirement["kinds"]
            for requirement in catalogue.rule(f"complete_community/{name}").requirements
        }
        assert all(bound[one] == ("new",) for one in ids), name


def test_every_item_binds_some_community_and_questions_are_asked_in_both_languages(catalogue):
    for standard in catalogue.standards:
        for item in catalogue.items(standard):
            for requirement in item.requirements:
                if requirement["kind"] == "answer":
                    assert set(requirement["question"]) == {"zh", "en"}


def test_nine_scenes_thirty_three_indicators_four_dimensions(catalogue):
    roles = [rule.body.get("role") for rule in catalogue.family("future_community")]
    assert [rule.name for rule in catalogue.family("future_community") if rule.body["role"] == "scene"] == list(SCENES)
    assert (roles.count("indicator"), roles.count("dimension"), roles.count("project_type")) == (33, 4, 3)
    split = [
        sum(rule.group == scene and rule.body["role"] == "indicator" for rule in catalogue.family("future_community"))
        for scene in SCENES
    ]
    assert split == [3, 4, 4, 3, 5, 5, 3, 3, 3]


@pytest.mark.parametrize("project", ["leading_renewal", "leading_new", "inclusive"])
def test_scenes_bind_as_the_table_of_project_types_says(catalogue, project):
    table = catalogue.rule(f"future_community/type_{project}").values
    for scene in SCENES:
        said = table[scene][-1].value
        verbs = [
            requirement["verb"]
            for requirement in catalogue.rule(f"future_community/{scene}").requirements
            if project in requirement["project_types"]
        ]
        assert verbs == ["must" if said in {"standard", "required"} else "where_possible"], (scene, said)


def test_what_nobody_published_is_unset(catalogue):
    for name in ("subsidy/ratio", "subsidy/stages", "future_community/acceptance", "operating/rent"):
        assert catalogue.rule(name).certainty == "unset"
    for rule in catalogue.family("future_community"):
        if rule.body["role"] == "indicator":
            assert {
                series[-1].certainty for name, series in rule.values.items() if name in {"threshold", "weight"}
            } == {"unset"}


def test_the_crosswalk_leaves_nothing_out(catalogue):
    links = [link for rule in catalogue.family("crosswalk") for link in rule.body["links"]]
    from_scenes = {link["to"] for link in links if link["from"].startswith("future_community/")}
    from_haves = {link["to"] for link in links if link["from"].startswith("complete_community/")}
    items = {item.id for item in catalogue.items("complete_community")}
    facilities = {item.id for item in catalogue.items("living_circle")}
    assert items | facilities == from_scenes
    assert facilities == from_haves
    assert {link["from"] for link in links if link["from"].startswith("future_community/")} == {
        f"future_community/{scene}" for scene in SCENES
    }
    pairs = [(link["from"], link["to"]) for link in links]
    assert len(pairs) == len(set(pairs))


def test_a_scene_s_links_start_at_the_scene_and_a_have_s_in_its_group(catalogue):
    for rule in catalogue.family("crosswalk"):
        for link in rule.body["links"]:
            if rule.group == "scenes":
                assert link["from"] == f"future_community/{rule.name}"
            else:
                assert catalogue.rule(link["from"]).group == rule.name.removeprefix("have_")
