import datetime as dt
from decimal import Decimal

import pytest

from linli.operate import Facility, open_accounts
from linli.rules import load_catalogue
from linli.survey.demo import PACK


@pytest.fixture(scope="session")
def on():
    return dt.date(2026, 11, 23)


@pytest.fixture(scope="session")
def nation():
    return load_catalogue()


@pytest.fixture(scope="session")
def demo():
    """The catalogue with the illustrative pack."""
    return load_catalogue([PACK])


@pytest.fixture(scope="session")
def with_pack(tmp_path_factory):
    """Lay a pack over the illustrative one: text by file."""

    def lay(files):
        folder = tmp_path_factory.mktemp("packs") / "city"
        files = {"pack.yaml": "title: {zh: 包, en: Pack}\nauthor: City\norder: 95\n", **files}
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return load_catalogue([PACK, folder])

    return lay


@pytest.fixture(scope="session")
def dated():
    """Text of a value in a pack's file."""

    def text(name, value, unit, title=""):
        return (
            f"  {name}:\n{title}    dated:\n      - value: {value}\n        unit: {unit}\n"
            "        valid_from: 2023-01-01\n        reference: {title: City notice}\n"
            "        certainty: published\n        last_checked_on: 2026-11-23\n"
        )

    return text


@pytest.fixture(scope="session")
def facility():
    """Make a facility; measures as text or numbers."""

    def make(facility_id="F1", type="canteen", community_id="C1", given=None, **measures):  # noqa: A002
        numbers = {name: Decimal(str(number)) for name, number in measures.items()}
        figures = {name: Decimal(str(number)) for name, number in (given or {}).items()}
        return Facility(facility_id, community_id, type, **numbers, given=figures)

    return make


@pytest.fixture(scope="session")
def several(facility):
    return [
        facility("F1", "canteen", floor_area_m2=600, places=120),
        facility("F2", "nursery", floor_area_m2=400, places=60),
        facility("F3", "elderly_day_care", "C2", floor_area_m2=350, places=40),
        facility("F4", "convenience_store", "C2", floor_area_m2=120),
        facility("F5", "property_office", "C2", floor_area_m2=60, managed_area_m2=80000),
        facility("F6", "parking", "C1", floor_area_m2=2000, places=150),
    ]


@pytest.fixture(scope="session")
def accounts(several, demo, on):
    return open_accounts(several, demo, on=on)
