"""The linter of workflows: each mistake is found at its line."""

from pathlib import Path

import pytest

from linli.web.accounts.roles import role_matrix
from linli.web.projects import workflow as module
from linli.web.projects.guards import GUARDS
from linli.web.projects.lint import check_workflow, reachable_states
from linli.web.projects.workflow import read_workflow

FOLDER = Path(module.__file__).parent / "workflows"
ROLES = ("street", "city_office")

GOOD = """\
id: mini
title: {zh: 小, en: Mini}
reference: {zh: 无, en: None}
lanes: [{id: only, title: {zh: 唯一, en: Only}}]
documents: [{id: form, title: {zh: 表, en: Form}}]
states:
  - {id: a, kind: initial, lane: only, title: {zh: 甲, en: A}, public: {zh: 甲, en: A}, can_withdraw: true}
  - {id: r, kind: aside, lane: only, title: {zh: 退, en: R}, public: {zh: 退, en: R}}
  - {id: b, kind: final, lane: only, title: {zh: 乙, en: B}, public: {zh: 乙, en: B}}
transitions:
  - {id: withdraw, title: {zh: 撤, en: W}, from: [a], to: b, who: [{role: street}]}
  - {id: return, title: {zh: 退, en: R}, from: [a], to: r, who: [{role: city_office}], notify: [applicant]}
  - {id: again, title: {zh: 再, en: A}, from: [r], to: previous, who: [{role: street}]}
"""


def codes(tmp_path, text):
    path = tmp_path / "mini.yaml"
    path.write_text(text, encoding="utf-8")
    return [(problem.code, problem.row) for problem in check_workflow(path, GUARDS, ROLES)]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_workflow_shipped_is_sound(path):
    assert check_workflow(path, GUARDS, role_matrix().roles) == ()
    assert read_workflow(path).id == path.stem


def test_every_guard_is_used_by_a_workflow():
    used = {name for path in FOLDER.glob("*.yaml") for one in read_workflow(path).transitions for name in one.guards}
    assert used == set(GUARDS)


def test_a_sound_one_has_no_findings(tmp_path):
    assert codes(tmp_path, GOOD) == []


LONELY = "  - {id: c, lane: only, title: {zh: 丙, en: C}, public: {zh: 丙, en: C}}\n"


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("to: b,", "to: x,", "unknown_state", 11),
        ("from: [r]", "from: [r, x]", "unknown_state", 13),
        ("kind: final, lane: only", "kind: final, lane: other", "unknown_lane", 9),
        ("from: [a], to: r,", "from: [a], to: r, not_by: [x],", "unknown_transition", 12),
        ("from: [a], to: r,", "from: [a], to: r, asks: {documents: [x]}, guards: [documents_attached],",
         "unknown_document", 12),
        ("from: [a], to: r,", "from: [a], to: r, asks: {documents: [form]},", "unguarded_documents", 12),
        ("from: [a], to: r,", "from: [a], to: r, guards: [x],", "unknown_guard", 12),
        ("{role: city_office}", "{role: mayor}", "unknown_role", 12),
        ("notify: [applicant]", "notify: [mayor]", "unknown_role", 12),
        ("transitions:\n", LONELY + "transitions:\n", "unreachable", 10),
        ("transitions:\n", LONELY + "transitions:\n", "dead_end", 10),
        ("from: [a], to: b", "from: [a, b], to: b", "final_with_way_out", 9),
        ("to: previous", "to: a", "no_way_back", 8),
        ("kind: aside,", "", "back_from_main", 8),
        (", can_withdraw: true", "", "withdrawal", 7),
        ("from: [a], to: r,", "from: [a], to: r, deadline: {days: 5},", "no_basis", 12),
    ],
)  # fmt: skip
def test_each_mistake_is_found_at_its_line(tmp_path, before, after, code, line):
    assert before in GOOD
    assert (f"workflow.{code}", line) in codes(tmp_path, GOOD.replace(before, after, 1))


def test_from_a_returned_case_the_way_goes_on(tmp_path):
    path = tmp_path / "mini.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert reachable_states(read_workflow(path), "r") == {"r", "a", "b"}
