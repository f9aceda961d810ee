"""The studio in the browser: begun, filled in, solved; lists and layers."""

import csv
import io
import json

import pytest
from django.urls import reverse

from linli.web.accounts.models import Place
from linli.web.audit.models import Event
from linli.web.jobs.models import Job
from linli.web.plans.choices import StudyChoices, to_yaml
from linli.web.plans.fields import initial_of
from linli.web.plans.models import Measure, Study

pytestmark = pytest.mark.django_db

DISTRICT = "3301/330199/"


def address(name, *args):
    return reverse(f"plans:{name}", args=args)


def filled(study, **more):
    known = {**initial_of(StudyChoices()), "version": study.version, "name": study.name, **more}
    return {k: v for k, v in known.items() if v is not None and v is not False}


def test_a_study_is_begun_filled_in_and_asked_to_be_solved(studio, enter):
    planner = enter(studio.who["planner"])
    place = Place.objects.get(path=DISTRICT)
    sent = {"name": "北片", "place": place.pk, "run": studio.run.pk}
    answer = planner.post(address("new"), sent)
    one = Study._all.get()
    assert answer["Location"] == address("edit", one.number)
    page = planner.get(address("edit", one.number)).content.decode()
    assert "一老一小权重" in page
    assert "没有单位造价" in page  # the national catalogue has none, and that is said
    answer = planner.post(address("edit", one.number), filled(one, old_young_weight=2, unit_costs="建设，4000"))
    assert answer["Location"] == address("study", one.number)
    one.refresh_from_db()
    assert one.choices["improve"]["old_young_weight"] == 2.0
    assert "没有单位造价" not in planner.get(address("edit", one.number)).content.decode()
    planner.post(address("solve", one.number), {"version": one.version})
    one.refresh_from_db()
    assert one.state == "queued"
    waiting = planner.get(address("study", one.number)).content.decode()
    assert "hx-trigger" in waiting
    assert str(one.job) in waiting
    assert planner.get(address("edit", one.number)).status_code == 404
    Job._all.update(state="failed")
    assert "重新求解" in planner.get(address("study", one.number)).content.decode()


def test_what_cannot_be_solved_because_the_rules_changed_says_so_before(studio, enter):
    from linli.web.assessments.models import Run
    from linli.web.standards.catalogue import site_catalogue

    one, planner = studio.study(), enter(studio.who["planner"])
    again = reverse("assessments:new", args=[studio.run.pk])
    for name in ("edit", "study"):
        page = planner.get(address(name, one.number)).content.decode()
        assert "规则在这次评估之后已有变更" in page
        assert again in page
    Run._all.filter(pk=studio.run.pk).update(catalogue_version=site_catalogue().version)
    for name in ("edit", "study"):
        assert again not in planner.get(address(name, one.number)).content.decode()


def test_faults_of_the_form_come_back_all_at_once_with_what_was_typed(studio, enter):
    one = studio.study()
    sent = filled(one, budget="很多钱", unit_costs="拆，1", old_young_weight=-1)
    page = enter(studio.who["planner"]).post(address("edit", one.number), sent).content.decode()
    assert "有 3 处需要改正" in page
    assert "很多钱" in page
    assert page.count('class="field wrong') == 3
    one.refresh_from_db()
    assert one.version == 1


def test_who_looked_at_an_older_version_is_told(studio, enter):
    one = studio.study()
    planner = enter(studio.who["planner"])
    planner.post(address("edit", one.number), filled(one, max_projects=3))
    page = planner.post(address("edit", one.number), filled(one, max_projects=4)).content.decode()
    assert "已被他人改动" in page
    planner.post(address("solve", one.number), {"version": "x"})
    one.refresh_from_db()
    assert one.state == "draft"


def test_the_expert_view_and_the_form_are_the_same_choices(studio, enter):
    one = studio.study()
    planner = enter(studio.who["planner"])
    page = planner.get(address("expert", one.number)).content.decode()
    assert "old_young_weight: 1.0" in page
    text = to_yaml(StudyChoices()).replace("max_projects: null", "max_projects: 6")
    assert planner.post(address("expert", one.number), {"version": 1, "text": text}).status_code == 302
    assert 'name="max_projects" value="6"' in planner.get(address("edit", one.number)).content.decode()
    wrong = planner.post(address("expert", one.number), {"version": 2, "text": "improve: {max_projects: -1}"})
    assert "第 1 行" in wrong.content.decode()


def test_a_copy_is_a_draft_to_vary(studio, enter):
    one = studio.solved()
    planner = enter(studio.who["planner"])
    assert "（副本）" in planner.get(address("copy", one.number)).content.decode()
    answer = planner.post(address("copy", one.number), {"name": "乙", "run": studio.world.run.pk})
    copy = Study._all.get(name="乙")
    assert answer["Location"] == address("edit", copy.number)
    assert copy.run == studio.world.run


def test_a_person_of_a_district_begins_studies_of_that_district_alone(studio, enter):
    district = enter(studio.who["district"])
    other = Place.objects.get(path="3301/330106/")
    answer = district.post(address("new"), {"name": "x", "place": other.pk, "run": studio.run.pk})
    assert answer.status_code == 200
    assert not Study._all.exists()
    assert "还没有方案" in district.get(address("list")).content.decode()


def test_lists_are_exported_with_the_rows_of_the_screen(studio, enter):
    one = studio.solved()
    planner = enter(studio.who["planner"])
    answer = planner.get(address("measures_export", one.number, "csv") + "?lever=build")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert len(rows) - 1 == int(answer["X-Rows"]) == one.measures.filter(lever="build").count()
    answer = planner.get(address("measures_export", one.number, "geojson") + "?lever=build")
    found = json.loads(answer.content)
    assert len(found["features"]) == int(answer["X-Rows"]) == one.measures.filter(lever="build").count()
    assert Event._all.filter(event="pages.table.export", module="plans").count() == 2
    assert planner.get(address("measures_export", one.number, "pdf")).status_code == 404
    assert planner.get(address("list_export", "xlsx")).getvalue()[:2] == b"PK"


def test_measures_in_force_are_listed_for_those_below(studio, enter):
    one = studio.solved()
    street = enter(studio.who["street"])
    assert "还没有采用任何方案" in street.get(address("planned")).content.decode()
    Measure._all.update(in_force=True)
    page = street.get(address("planned")).content.decode()
    inside = one.measures.filter(place__startswith=f"{DISTRICT}330199001/").count()
    assert f"共 {inside} 条" in page
    assert "各年合计，不随下表筛选变化" in page
    assert street.get(address("planned_export", "geojson"))["X-Rows"] == str(inside)


def test_layers_are_given_to_who_sees_the_study(studio, enter):
    one = studio.solved()
    planner = enter(studio.who["planner"])
    assert planner.get(address("layer", one.number, "communities")).json()["type"] == "FeatureCollection"
    assert planner.get(address("layer", one.number, "secrets")).status_code == 404
    assert planner.get(address("layer", studio.study().number, "communities")).status_code == 404
    assert enter(studio.who["street"]).get(address("layer", one.number, "communities")).status_code == 404


def test_what_is_solved_is_not_edited(studio, enter):
    one = studio.solved()
    planner = enter(studio.who["planner"])
    assert planner.get(address("edit", one.number)).status_code == 404
    assert planner.get(address("expert", one.number)).status_code == 404
