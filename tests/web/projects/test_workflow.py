"""Workflows read strictly, and cases that only ever move by declared transitions."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import ConfigError, InputError
from linli.web.projects import workflow as module
from linli.web.projects.workflow import Position, open_transitions, read_workflow, start, step

FILE = Path(module.__file__).parent / "workflows" / "creation_2026.yaml"
CREATION = read_workflow(FILE)

MINI = """\
id: mini
title: {zh: 小, en: Mini}
reference: {zh: 无, en: None}
lanes: [{id: only, title: {zh: 唯一, en: Only}}]
states:
  - {id: a, kind: initial, lane: only, title: {zh: 甲, en: A}, public: {zh: 甲, en: A}}
  - {id: b, kind: final, lane: only, title: {zh: 乙, en: B}, public: {zh: 乙, en: B}}
transitions:
  - {id: go, title: {zh: 去, en: Go}, from: [a], to: b, who: [{role: street}]}
"""


def twin_step(workflow, trail, transition):
    """Where a case goes, worked out from its whole trail instead of a stack: the slow way."""
    if transition.target != "previous":
        return transition.target
    kinds = {state.id: state.kind for state in workflow.states}
    depth = 1
    # Walk back to the state from which the aside that is being left was entered.
    for here, way in reversed(trail):
        if way.target == "previous":
            depth += 1
        elif kinds[way.target] == "aside":
            depth -= 1
            if depth == 0:
                return here
    raise AssertionError("nowhere to go back to")


@given(st.data())
def test_random_walks_take_only_declared_transitions_and_agree_with_the_twin(data):
    position, trail = start(CREATION), []
    for _ in range(data.draw(st.integers(0, 40))):
        ways = open_transitions(CREATION, position)
        if not ways:
            assert CREATION.state(position.state).kind == "final"
            break
        way = data.draw(st.sampled_from(ways))
        expected = twin_step(CREATION, trail, way)
        trail.append((position.state, way))
        assert position.state in way.sources
        position = step(CREATION, position, way.id)
        assert position.state == expected
        assert position.state in {state.id for state in CREATION.states}


@given(st.data())
def test_whatever_is_not_open_is_refused(data):
    position = start(CREATION)
    for _ in range(data.draw(st.integers(0, 15))):
        ways = open_transitions(CREATION, position)
        if not ways:
            break
        position = step(CREATION, position, data.draw(st.sampled_from(ways)).id)
    opened = {one.id for one in open_transitions(CREATION, position)}
    for closed in {one.id for one in CREATION.transitions} - opened:
        with pytest.raises(InputError) as caught:
            step(CREATION, position, closed)
        (problem,) = caught.value.problems
        assert problem.code == "workflow.not_open"
        assert problem.value == closed


def test_the_whole_way_from_application_to_naming():
    position = start(CREATION)
    for name in (
        "submit", "recommend", "return_application", "resubmit", "put_on_list", "submit_scheme", "approve_scheme",
        "suspend", "resume", "complete", "apply_for_acceptance", "pass_district_check", "require_changes", "put_right",
        "accept", "name", "begin_operation", "begin_recheck", "confirm_name",
    ):  # fmt: skip
        position = step(CREATION, position, name)
    assert position == Position("operating")


def test_an_aside_leads_back_to_where_it_was_entered_from():
    position = step(CREATION, Position("building"), "suspend")
    assert position == Position("suspended", ("building",))
    assert step(CREATION, position, "resume") == Position("building")


def test_withdrawing_from_an_aside_leaves_it_for_good():
    assert step(CREATION, Position("suspended", ("building",)), "withdraw") == Position("withdrawn")


def test_a_way_back_is_not_open_where_there_is_nowhere_to_go():
    assert "resume" not in {one.id for one in open_transitions(CREATION, Position("suspended"))}


def test_a_workflow_in_a_file_is_read(tmp_path):
    path = tmp_path / "mini.yaml"
    path.write_text(MINI, encoding="utf-8")
    workflow = read_workflow(path)
    assert workflow.initial.title["zh"] == "甲"
    assert workflow.transition("go").who[0].module == "projects"


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("kind: final", "kind: gone", 7),
        ("from: [a]", "from: []", 9),
        ("id: go,", "id: Go!,", 9),
        ("to: b,", "to: b, deadline: {days: 0},", 9),
        ("who: [{role: street}]", "who: [{role: street, may: all}]", 9),
        ("title: {zh: 甲, en: A}", "title: {zh: 甲}", 6),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, before, after, line):
    path = tmp_path / "mini.yaml"
    path.write_text(MINI.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_workflow(path)
    assert caught.value.problems[0].row == line


@pytest.mark.parametrize(("before", "after"), [("id: b,", "id: a,"), ("kind: final", "kind: initial")])
def test_names_twice_and_two_beginnings_are_refused(tmp_path, before, after):
    path = tmp_path / "mini.yaml"
    path.write_text(MINI.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ConfigError):
        read_workflow(path)
