import datetime as dt
from pathlib import Path

import pytest

from linli.rules import load_catalogue

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def small():
    return load_catalogue(folder=HERE / "small")


@pytest.fixture(scope="session")
def today():
    return dt.date(2026, 11, 23)


@pytest.fixture
def write_pack(tmp_path):
    """Write a pack: its files by place, `pack.yaml` made from name and order."""

    def write(files, name="city", order=20):
        folder = tmp_path / name
        files = {"pack.yaml": f"title: {{zh: 规则包, en: Pack}}\nauthor: A commission\norder: {order}\n", **files}
        for place, text in files.items():
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return folder

    return write


def value_text(name, value, valid_from, unit, certainty="published", title=""):
    value_line = "" if certainty == "unset" else f"\n        value: {value}"
    return (
        f"values:\n  {name}:\n{title}    dated:\n      - unit: {unit}{value_line}\n        valid_from: {valid_from}\n"
        f"        reference: {{title: City notice, clause: '2'}}\n        certainty: {certainty}\n"
        f"        last_checked_on: 2026-11-23\n"
    )


@pytest.fixture(scope="session")
def changes():
    """Text of a pack's file that gives one value."""
    return value_text
