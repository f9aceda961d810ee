import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from linli.improve.proposal import load_proposal
from linli.web.plans import sheet
from linli.web.plans.sheet import plain, read_sheet


@dataclass(frozen=True)
class _Row:
    a: float
    b: tuple


def test_values_become_json_and_what_is_not_known_is_null():
    found = plain({("x", "y"): _Row(float("nan"), (np.int64(3), float("inf"), pd.NA, dt.date(2027, 1, 2)))})
    assert found == {"x|y": {"a": None, "b": [3, None, None, "2027-01-02"]}}
    assert plain({"t": True, "s": "文"}) == {"t": True, "s": "文"}


def test_the_sheets_say_what_the_records_say(solved_files):
    proposal = load_proposal(solved_files.plan)
    book, part = read_sheet(solved_files.plan, "book"), read_sheet(solved_files.plan, "part-330199")
    chosen = proposal.plan.chosen
    assert book["plan"]["objective"] == proposal.plan.meta.objective
    assert book["parts"] == [{"code": "330199", "name": "邻里示范区"}]
    assert sorted(one["option_id"] for one in part["projects"]) == sorted(chosen["option_id"])
    assert part["sums"]["cost_yuan"] == pytest.approx(float(chosen["cost_yuan"].sum()))
    assert part["sums"]["gaining"] == proposal.meta.residents
    needs = proposal.plan.coverage[proposal.plan.coverage["band"] == "need"]
    assert part["sums"]["needs"]["after"] == pytest.approx(float(needs["after"].sum()))
    assert sum(one["changes"][""]["after"] for one in part["communities"]) == pytest.approx(float(needs["after"].sum()))
    assert set(part["communities"][0]["changes"]) <= {"", *(one["key"] for one in book["requirements"])}


def test_every_option_is_listed_and_homes_lack_what_the_sums_say(solved_files):
    options = read_sheet(solved_files.plan, "options-330199")
    part = read_sheet(solved_files.plan, "part-330199")
    assert sum(one["chosen"] for one in options) == len(part["projects"])
    homes = read_sheet(solved_files.plan, "without-330199")["features"]
    lacking = sum(one["properties"].get("lacking_after", 0) for one in homes)
    assert lacking == pytest.approx(part["sums"]["lacking_after"], abs=len(homes) * 0.05)
    areas = read_sheet(solved_files.plan, "areas-330199")["features"]
    assert {one["properties"]["id"] for one in areas} == {one["id"] for one in part["communities"]}


def test_homes_too_many_to_draw_are_put_together_and_nobody_is_lost(monkeypatch):
    table = pd.DataFrame({"x": [0.0001, 0.0002, 0.5], "y": [0.0, 0.0, 0.5], "lacking_before": [1.0, 2.0, 4.0]})
    assert len(sheet._squares(table)) == 3
    monkeypatch.setattr(sheet, "_MOST_POINTS", 2)
    found = sheet._squares(table)
    assert len(found) == 2
    assert found["lacking_before"].sum() == 7.0


def test_a_sheet_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_sheet(tmp_path, "part-000000")
