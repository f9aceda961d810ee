"""The facts of guards, read from what hangs on a project."""

from decimal import Decimal

import pytest

from linli.web.projects.facts import APPLICATION_FIELDS, documents_asked, facts_of, items_of, sheet_of
from linli.web.projects.standards import get_workflow

pytestmark = pytest.mark.django_db


def test_facts_of_a_draft(case):
    project = case.project()
    project.summary = ""
    facts = facts_of(project)
    assert facts.fields[APPLICATION_FIELDS["summary"]] is False
    assert facts.fields[APPLICATION_FIELDS["old_estate"]] is True
    assert facts.items == items_of(project)
    assert (facts.paid_yuan, facts.operator, facts.documents, facts.other_cases) == (Decimal(0), "", frozenset(), ())


def test_no_is_an_answer(case):
    project = case.project()
    project.old_estate = False
    assert facts_of(project).fields[APPLICATION_FIELDS["old_estate"]] is True


def test_facts_of_a_project_in_acceptance(case):
    project = case.bring(case.project(), "acceptance")
    case.prepare(project, "accept")
    facts = facts_of(project)
    assert facts.evidenced == {item.id for item in facts.items}
    assert (facts.site_visits, facts.experts_asked) == (1, 1)
    assert sheet_of(project).means["scene_response"] == Decimal("85.50")
    accept = get_workflow(project.workflow).transition("accept")
    assert set(documents_asked(project, accept)) == {"acceptance_opinion", "site_visit_record"}


def test_points_of_who_is_not_on_the_panel_do_not_count(case):
    project = case.bring(case.project(), "acceptance")
    case.prepare(project, "accept")
    project.panel.all().delete()
    assert sheet_of(project).means["scene_response"] is None
