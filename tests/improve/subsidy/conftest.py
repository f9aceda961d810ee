import datetime as dt
from decimal import Decimal

import pytest

from linli.improve.subsidy import Project
from linli.rules import load_catalogue

ROW = """id: subsidy/{name}
title: {{zh: {name}, en: {name}}}
order: {order}
group: {group}
values:
"""
VALUE = """  {name}:
    title: {{zh: {name}, en: {name}}}
    dated:
      - {value}unit: {unit}
        valid_from: {since}
        reference: {{title: 市里的通知 City notice, clause: '{clause}'}}
        certainty: {certainty}
        last_checked_on: 2026-11-23
"""
UNITS = {
    "ratio": "share",
    "share": "share",
    "before_completion": "share",
    "after_completion": "share",
    "unit_cap": "yuan_per_m2",
    "project_cap": "yuan",
    "rate": "yuan_per_m2",
    "stackable": "yes_no",
    "old_estate": "yes_no",
    "creation_list": "yes_no",
}


def value_text(name, value, since="2022-03-01", clause="1", certainty="published"):
    unit = UNITS.get(name, "text")
    text = f"'{value}'" if unit == "text" else str(value).lower() if isinstance(value, bool) else value
    line = "" if certainty == "unset" else f"value: {'null' if value is None else text}\n        "
    return VALUE.format(name=name, value=line, unit=unit, since=since, clause=clause, certainty=certainty)


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """Make a catalogue with a city's pack: overlays by rule, rows of ratios, stages."""

    made = {}

    def make(overlays=None, rows=(), stages=()):
        key = repr((overlays, rows, stages))
        if key not in made:
            made[key] = load_catalogue([write(overlays, rows, stages)])
        return made[key]

    def write(overlays, rows, stages):
        folder = tmp_path_factory.mktemp("packs") / "city"
        (folder / "subsidy").mkdir(parents=True)
        (folder / "pack.yaml").write_text("title: {zh: 包, en: Pack}\nauthor: City\norder: 20\n", encoding="utf-8")
        files = {}
        for rule, values in (overlays or {}).items():
            files[rule] = f"id: subsidy/{rule}\nvalues:\n" + "".join(value_text(n, v) for n, v in values.items())
        for kind, group, entries in (("ratio", "ratio", rows), ("stage", "stage", stages)):
            for i, entry in enumerate(entries):
                name = f"{kind}_{i}"
                order = (100 if kind == "ratio" else 200) + i
                files[name] = ROW.format(name=name, order=order, group=group)
                files[name] += "".join(value_text(n, v) for n, v in entry.items())
        for name, text in files.items():
            (folder / "subsidy" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture(scope="session")
def half(city):
    """A city that pays half."""
    return city({"ratio": {"ratio": 0.5}})


@pytest.fixture(scope="session")
def on():
    return dt.date(2023, 5, 16)


@pytest.fixture(scope="session")
def project():
    """Make a project that qualifies; keywords change it, money as text."""

    def make(**changes):
        fields = {
            "project_id": "P1",
            "old_estate": True,
            "on_creation_list": True,
            "area_m2": "10000",
            "average_cost_yuan_m2": "350",
            **changes,
        }
        if "input_cost_yuan" in changes:
            fields.pop("average_cost_yuan_m2")
        numbers = ("area_m2", "input_cost_yuan", "average_cost_yuan_m2", "ordinary_subsidy_yuan")
        for name in numbers:
            if isinstance(fields.get(name), str):
                fields[name] = Decimal(fields[name])
        return Project(**fields)

    return make
