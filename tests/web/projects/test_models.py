"""Tables of projects: what they are called, and what the database refuses."""

import pytest
from django.db import IntegrityError, transaction

from linli.web.projects.models import Milestone, Move, Score
from linli.web.projects.workflow import Position

pytestmark = pytest.mark.django_db


def test_a_project_says_its_number_name_and_position(case):
    project = case.project()
    assert str(project) == "CJ-2026-0001 和睦未来社区"
    assert project.position == Position("draft")


def test_what_happens_twice_is_refused(case):
    project = case.bring(case.project(), "district_review")
    move = project.moves.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Move._all.create(project=project, number=move.number, transition="x", before="a", after="b", by=move.by)
    Milestone._all.create(project=project, title="开工", planned_on="2026-01-01")
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone._all.create(project=project, title="开工", planned_on="2026-02-01")


def test_points_out_of_range_are_refused(case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Score._all.create(project=case.project(), expert=case.who["expert"], dimension="scene_response", points=101)
