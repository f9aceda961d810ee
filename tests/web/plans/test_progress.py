from decimal import Decimal
from types import SimpleNamespace

import pytest

from linli.web.plans import services
from linli.web.plans.models import Measure
from linli.web.plans.progress import STAGES, follow, stage_of
from linli.web.plans.selectors import list_measures
from linli.web.projects.models import Move, Project


@pytest.mark.parametrize(
    ("state", "taken", "stage"),
    [
        ("draft", (), "preparing"),
        ("scheme_review", ("submit", "put_on_list"), "preparing"),
        ("building", ("submit", "approve_scheme"), "building"),
        ("suspended", ("approve_scheme", "suspend"), "building"),
        ("acceptance", ("approve_scheme", "complete"), "built"),
        ("name_removed", ("approve_scheme", "complete"), "built"),
        ("withdrawn", ("withdraw",), "stopped"),
        ("declined", ("submit", "decline"), "stopped"),
    ],
)
def test_the_stage_of_a_measure_is_that_of_its_project(state, taken, stage):
    assert stage_of(SimpleNamespace(workflow="creation_2026", state=state), taken) == stage


def test_without_a_project_a_measure_is_open():
    assert stage_of(None, ()) == "open"


@pytest.mark.django_db
def test_a_plan_is_followed_year_by_year(studio):
    one = studio.solved()
    services.study_adopt(actor=studio.actor(studio.who["office"]), study=one, base_version=one.version, reason="x")
    some = list(one.measures.filter(place=one.measures.first().place)[:2])
    project = services.measures_begin_project(
        actor=studio.actor(studio.who["district"]), measures=some, organisation=studio.who["district"].organisation,
        name="x", project_type="inclusive", year=2027,
    )  # fmt: skip
    Project._all.filter(pk=project.pk).update(state="building")
    Move._all.create(
        project=project, number=1, transition="approve_scheme", before="a", after="building", by=studio.who["office"]
    )
    Measure._all.filter(pk=one.measures.last().pk).update(cost_yuan=None, open_year=None)
    found = follow(list(list_measures(studio.who["office"]).filter(in_force=True)))
    assert found.total.total == one.projects == sum(row.total for row in found.years)
    assert found.total.counts == {"open": one.projects - 2, "preparing": 0, "building": 2, "built": 0, "stopped": 0}
    assert len(found.total.cells) == len(STAGES)
    assert found.years[-1].year is None
    assert found.total.unpriced == 1
    assert sum(row.cost_yuan for row in found.years) == found.total.cost_yuan < one.cost_yuan
    assert found.ledger.allocated == Decimal(0)
    assert follow([]).total.total == 0
