import datetime as dt
from decimal import Decimal

import pytest

from linli.improve.subsidy import Project


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
