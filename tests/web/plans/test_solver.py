import io
import json
from dataclasses import replace

import pytest

from linli.errors import InputError, Problem, UnsetValueError
from linli.improve.proposal import load_proposal
from linli.improve.siting import SolverError
from linli.report.plan.build import build_plan_book
from linli.web.plans import solver
from linli.web.plans.choices import from_json, to_json
from linli.web.plans.order import write_order
from linli.web.plans.solver import load_material, main, obey, one_part, trouble_of


def quiet(*_):
    return None


def test_a_result_that_is_there_is_taken_as_it_is(solved_files):
    told = []
    assert obey(solved_files.order, lambda *one: told.append(one))["status"] == "optimal"
    assert told == []


def test_the_rules_stay_with_the_result(solved_files):
    kept = solved_files.plan / "packs"
    assert json.loads((kept / "order.json").read_text()) == ["illustrative"]
    assert (kept / "illustrative" / "pack.yaml").is_file()


def test_rules_that_have_changed_since_the_assessment_are_refused(solved_files, tmp_path):
    with pytest.raises(InputError) as caught:
        obey(replace(solved_files.order, packs=(), out=str(tmp_path / "x")), quiet)
    assert caught.value.problems[0].code == "plans.other_rules"
    assert not (tmp_path / "x").exists()
    assert list(tmp_path.iterdir()) == []


def test_conditions_that_contradict_each_other_are_named(solved_files, tmp_path):
    chosen = from_json(solved_files.other_order.choices)
    money = chosen.improve.budget[0].model_copy(update={"yuan": 1e5})
    poor = chosen.improve.model_copy(update={"floor_share": 0.95, "budget": (money,)})
    content = to_json(chosen.model_copy(update={"improve": poor}))
    done = obey(replace(solved_files.other_order, choices=content, out=str(tmp_path / "x")), quiet)
    assert done["status"] == "infeasible"
    floor = done["clash"][0]
    assert floor["kind"] == "floor"
    assert floor["name"]["zh"].endswith("社区")


def test_a_what_if_compares_two_plans(solved_files):
    order = solved_files.other_order
    chosen = load_proposal(solved_files.other).plan.chosen
    out = str(chosen["option_id"].iloc[0])
    found = obey(replace(order, task="ask", question={"forbid": [out], "force_in": [], "budget_yuan": 4e6}), quiet)
    assert found["before"]["projects"] == len(chosen)
    assert found["before"]["residents"] == load_proposal(solved_files.other).meta.residents
    assert out in {one["option_id"] for one in found["gone"]}
    assert found["after"]["cost_yuan"] <= 4e6
    change = found["after"]["projects"] - found["before"]["projects"]
    assert change == len(found["added"]) - len(found["gone"])
    assert {"title", "community", "lever"} <= set(found["gone"][0])


def test_without_a_budget_another_one_can_be_asked_for_all_the_same(solved_files):
    chosen = from_json(solved_files.other_order.choices)
    free = to_json(chosen.model_copy(update={"improve": chosen.improve.model_copy(update={"budget": ()})}))
    order = replace(solved_files.other_order, task="ask", choices=free, question={"budget_yuan": 1e6})
    found = obey(order, quiet)
    assert found["after"]["cost_yuan"] <= 1e6 < found["before"]["cost_yuan"]


def test_a_part_stands_for_itself(solved_files):
    material = load_material(solved_files.order)
    book = build_plan_book(load_proposal(solved_files.plan), material.survey, material.assessment, material.catalogue)
    assert one_part(book, None) is book
    assert one_part(book, material.communities) is book
    halves = [book.communities[:5], book.communities[5:]]
    parts = tuple(replace(book.city, key=name, communities=half) for name, half in zip("东西", halves, strict=True))
    ids = [one.id for one in halves[0]]
    found = one_part(replace(book, districts=parts), ids)
    assert (found.city.key, len(found.districts)) == ("东", 1)
    assert set(found.buildings["community_id"]) <= set(ids)
    with pytest.raises(KeyError):
        one_part(replace(book, districts=parts), ids[:2])


def test_communities_that_only_the_tree_knows_do_not_matter(solved_files):
    more = (*solved_files.order.communities, "330199999999")
    assert load_material(replace(solved_files.order, communities=more)).communities == solved_files.order.communities


def test_trouble_is_told_in_both_languages():
    problem = Problem("x", "error", {"zh": "错", "en": "wrong"}, {"zh": "改", "en": "mend"})
    assert trouble_of(InputError([problem])) == {"kind": "input", "zh": "错。改", "en": "wrong. mend"}
    assert trouble_of(UnsetValueError("budget"))["kind"] == "unset"
    assert trouble_of(SolverError("no"))["kind"] == "solver"


def test_the_process_reads_an_order_and_says_what_came_of_it(solved_files, monkeypatch, capsys):
    monkeypatch.setattr(solver, "_end_with_the_caller", quiet)
    monkeypatch.setattr("sys.stdin", io.StringIO(write_order(solved_files.order) + "\n"))
    main()
    assert json.loads(capsys.readouterr().out)["done"]["status"] == "optimal"
    wrong = replace(solved_files.order, packs=(), out="nowhere/x")
    monkeypatch.setattr("sys.stdin", io.StringIO(write_order(wrong) + "\n"))
    main()
    assert "规则" in json.loads(capsys.readouterr().out)["problem"]["zh"]


def test_it_ends_when_nobody_waits_any_more(monkeypatch):
    """The end of the input ends it, with the processes that it began where it leads a group of its own."""
    ended = []
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    monkeypatch.setattr("os._exit", ended.append)
    monkeypatch.setattr("os.getpgrp", lambda: 7, raising=False)
    monkeypatch.setattr("os.getpid", lambda: 7)
    monkeypatch.setattr("os.killpg", lambda group, _: ended.append(group), raising=False)
    solver._end_with_the_caller()
    monkeypatch.setattr("os.getpid", lambda: 8)
    solver._end_with_the_caller()
    assert ended[-3:] == [7, 3, 3]
