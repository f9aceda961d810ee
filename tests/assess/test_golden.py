"""Golden cases a planner can read: a situation and what it must come to. A test proves that none is missing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from shapely import LineString

from linli.assess import AssessOptions, assess
from linli.assess.evaluate import evaluate
from linli.assess.ground import prepare
from linli.rules import load_catalogue
from linli.survey import SourceNote

FOLDER = Path(__file__).parent / "golden"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    if path.stem != "whole"
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
WHOLE = yaml.safe_load((FOLDER / "whole.yaml").read_text(encoding="utf-8"))
AGES = {"0_2": 10, "3_5": 5, "6_14": 10, "15_59": 50, "60_79": 20, "80_plus": 5}
TYPICAL = {"at": 50, "residents": 100, "ages": AGES}
SIZES = {"floor_area_short": "floor_area_short_m2", "site_area_short": "site_area_short_m2"}
OF_REQUIREMENT = {"value": "value", "required": "required", "distance": "distance_m"}
WORDS = {"weakest": "weakest_requirement", "advice": "advice", "verb": "verb", "shortfall_unit": "shortfall_unit"}


def _place(kit, row):
    if "from" in row:
        return kit.box(row["from"], 20, row["to"], 80)
    return kit.at(row["at"], row.get("aside", 0.0))


def _row(kit, row):
    plain = {name: value for name, value in row.items() if name not in {"at", "aside", "from", "to", "ages"}}
    if "ages" in row:
        plain |= {name: 0.0 for name in kit.people(0, {}) if name != "residents"}
        plain |= {f"residents_{band}": float(count) for band, count in row["ages"].items()}
    somewhere = "at" in row or "from" in row
    return {**plain, "geometry": _place(kit, row) if somewhere else kit.box(0, 0, 10, 10)}


def _rows(kit, rows, key, **fixed):
    return [{key: f"{key[0]}{i}", **fixed, **_row(kit, row)} for i, row in enumerate(rows)]


def _streets(kit, situation):
    """The ladder, and any paths beside it that nobody drew the connection of."""
    if situation.get("streets") == "none":
        return []
    paths = situation.get("paths", [])
    lines = [LineString([kit.at(path["from"], path["aside"]), kit.at(path["to"], path["aside"])]) for path in paths]
    return [*kit.ladder(12), *({"street_id": f"p{i}", "geometry": line} for i, line in enumerate(lines))]


def make(kit, situation):
    community = {"community_id": "C", "name": "C", "kind": situation.get("kind", "existing")}
    community |= {key: situation[key] for key in ("households", "residents", "project_type") if key in situation}
    buildings = situation.get("buildings", [TYPICAL])
    answers = situation.get("answers", {})
    sources = ()
    if situation.get("open_map"):
        sources = (SourceNote(file="city.osm.pbf", sha256="", layer="facilities"),)
    return kit.survey_of(
        communities=[{**community, "geometry": kit.box(-100, -300, 1100, 300)}],
        buildings=_rows(kit, buildings, "building_id", community_id="C"),
        facilities=_rows(kit, situation.get("facilities", []), "facility_id"),
        estates=_rows(kit, situation.get("estates", []), "estate_id", community_id="C"),
        answers=[{"community_id": "C", "item": item, "value": value} for item, value in answers.items()],
        streets=_streets(kit, situation),
        unit=situation.get("unit", "residents"),
        sources=sources,
    )


def run(kit, catalogue, situation, standards):
    options = AssessOptions(standards=standards, **situation.get("options", {}))
    return assess(make(kit, situation), catalogue, options)


def _close(found, wanted):
    return np.isclose(found, wanted, atol=5e-5)


def check(expect, item, requirement):
    """`requirement` is the row looked at for what only requirements have: value, required, notes, distance."""
    row = requirement if expect.get("of_requirement") else item
    assert row["status"] == expect["status"]
    assert np.isnan(row["degree"]) == (expect["status"] in {"unknown", "not_applicable"})
    found = {"degree": row["degree"], "range": [row["degree_low"], row["degree_high"]]}
    found |= {key: row[key] for key in ("shortfall", "residents", "residents_without")}
    found |= {key: row[column] for key, column in SIZES.items()}
    found |= {key: requirement[column] for key, column in OF_REQUIREMENT.items()}
    for key in expect.keys() & found.keys():
        assert _close(found[key], expect[key]).all(), key
    for key in expect.keys() & WORDS.keys():
        assert row[WORDS[key]] == expect[key], key
    if "note" in expect:
        assert expect["note"] in requirement["notes"].split(";")


@pytest.mark.parametrize("case", CASES)
def test_case(case, city_kit, catalogue):
    standard = case["item"].partition("/")[0]
    options = AssessOptions(standards=(standard,), **case["situation"].get("options", {}))
    ground = prepare(make(city_kit, case["situation"]), catalogue, options, lambda *_: None)
    whole = ground.standards[0]
    only = replace(whole, items=tuple(item for item in whole.items if item.id == case["item"]))
    items, requirements, _ = evaluate(ground, only)
    item, rows = items.iloc[0], requirements.set_index("requirement")
    name = case.get("requirement") or item["weakest_requirement"] or rows.index[0]
    expect = {**case["expect"], "of_requirement": "requirement" in case}
    check(expect, item, rows.loc[name])


def _spelt_out(situation, catalogue):
    """Write out «every type» of facility and «every item» of the answers."""
    full = dict(situation)
    if "every_type" in full:
        alike = full.pop("every_type")
        full["facilities"] = [{"type": kind, **alike} for kind in catalogue.facility_types]
    if "every_answer" in full:
        items = [rule.id for standard in catalogue.standards for rule in catalogue.items(standard)]
        full["answers"] = dict.fromkeys(items, full.pop("every_answer"))
    return full


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: case["name"])
def test_whole_community_against_every_item_of_every_standard(case, city_kit, catalogue):
    found = run(city_kit, catalogue, _spelt_out(case["situation"], catalogue), catalogue.standards)
    wanted = {item: status for status, items in case["expect"].items() for item in items}
    assert dict(zip(found.items["item"], found.items["status"], strict=True)) == wanted


def test_no_item_of_any_standard_is_without_a_case():
    catalogue = load_catalogue()
    items = {rule.id for standard in catalogue.standards for rule in catalogue.items(standard)}
    for case in WHOLE:
        assert items == {item for named in case["expect"].values() for item in named}
    assert {status for case in WHOLE for status in case["expect"]} >= {"met", "not_met", "unknown"}


def test_every_kind_of_requirement_has_a_case_of_every_status():
    catalogue = load_catalogue()
    kinds = {}
    for param in CASES:
        case = param.values[0]
        rule = catalogue.rule(case["item"])
        name = case.get("requirement") or case["expect"].get("weakest")
        of_item = [body for body in rule.requirements if name in (None, body["id"])]
        for kind in {body["kind"] for body in of_item}:
            kinds.setdefault(kind, set()).add(case["expect"]["status"])
    asked = {body["kind"] for rule in catalogue.rules.values() for body in rule.requirements}
    assert asked <= set(kinds)
    for kind in asked:
        assert kinds[kind] >= {"met", "partly", "not_met", "unknown"}, kind
