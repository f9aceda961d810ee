import pytest

from linli.errors import UnsetValueError
from linli.improve.programme import load_programme
from linli.improve.record import load_plan
from linli.pipeline import improve
from linli.survey.demo import write_demo

COSTS = (
    "improve:\n  types: [nursery]\n  unit_costs:\n"
    "    {{reallocate: {{nursery: 800}}, convert: {{nursery: 2000}}, build: {{nursery: 4000}}}}\n{}"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, seed=2, rounds=(1,))
    return folder / "round-1" / "linli.yaml"


def declare(demo, name, more):
    path = demo.parent / name
    path.write_text(demo.read_text(encoding="utf-8") + "\n" + more, encoding="utf-8")
    return path


def test_without_costs_the_plan_is_in_areas_and_says_so(demo, tmp_path):
    made = improve(demo, tmp_path)
    assert made.programme is None
    assert made.plan.meta.costed is False
    assert load_plan(tmp_path / "plan").meta.objective == made.plan.meta.objective
    assert len(made.plan.chosen) > 0
    assert made.plan.meta.bound >= made.plan.meta.objective


def test_a_budget_without_costs_names_what_is_unset(demo, tmp_path):
    path = declare(demo, "poor.yaml", "improve:\n  budget: [{yuan: 1000000}]\n")
    with pytest.raises(UnsetValueError, match="unit_cost"):
        improve(path, tmp_path)


def test_a_programme_spreads_the_projects_over_the_years(demo, tmp_path):
    more = "programme:\n  years: [2027, 2028]\n  budget: [{year: 2027, yuan: 500000}, {year: 2028, yuan: 500000}]\n"
    made = improve(declare(demo, "years.yaml", COSTS.format(more)), tmp_path)
    assert made.programme is not None
    assert load_programme(tmp_path / "programme").meta.status == made.programme.meta.status == "optimal"
