from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from linli.web.accounts.models import Place
from linli.web.audit.actor import Actor
from linli.web.communities import around
from linli.web.places.models import Record
from linli.web.plans.models import Measure, Study
from linli.web.projects.models import Attachment, Project
from linli.web.surveys.models import Return, Round
from linli.web.wishes.models import Questionnaire

pytestmark = pytest.mark.django_db
HEMU = "3301/330105/330105011/330105011001/"


@pytest.fixture
def place(city):
    return Place.objects.get(path=HEMU)


@pytest.fixture
def office(city):
    return city.user("city_office")


def _record(layer, key, values, **more):
    kind, name = values.get("type", ""), values.get("name", "")
    return Record._all.create(layer=layer, key=key, place=HEMU, values=values, kind=kind, name=name, **more)


def test_the_register_is_told_by_layer(city, place, office):
    _record("estates", "E1", {"name": "和睦新村", "old_estate": True})
    for number in range(3):
        _record("facilities", f"F{number}", {"type": "nursery", "operator": "甲" if number else None})
    _record("facilities", "F9", {"type": "no_such"})
    _record("rooms", "R1", {"floor_area_m2": 120.0})
    found = around.register_of(office, place)
    assert [str(one) for one in found.estates] == ["和睦新村"]
    assert found.facilities == [("nursery", "托儿所", 3), ("no_such", "no_such", 1)]
    assert found.operators == [("甲", 2)]
    assert (len(found.rooms), found.plots, found.counts["facilities"]) == (1, [], 4)
    assert found.changed_at is not None
    assert around.register_of(city.user("security_admin"), place) is None
    assert around.register_of(city.user("district_office", "3301/330106/"), place) is None


def test_wishes_with_the_share_of_households(city, place, office):
    _record("wishes", "W1", {"type": "canteen", "count": 30, "households_asked": 100})
    _record("wishes", "W2", {"type": "nursery", "count": 50})
    _record("wishes", "W3", {"households_asked": 100})
    wished, asked = around.wishes_of(office, place)
    assert [(one.title, one.count, one.share) for one in wished] == [
        ("托儿所", 50, "待补"),
        ("社区食堂", 30, "30\u202f%"),
    ]
    assert asked == []
    round_ = _round()
    Questionnaire._all.create(
        round=round_,
        community=place,
        place=HEMU,
        code="abcdef",
        created_by=office,
        begins="2026-01-01",
        ends="2026-02-01",
    )
    ((_, share),) = around.wishes_of(office, place)[1]
    assert (share.asked, share.households) == (0, None)
    assert around.wishes_of(city.user("finance"), place) is None


def _round():
    return Round._all.create(
        code="r", name="轮", place="3301/", surveyed_on="2026-03-01", begins="2026-01-01", due="2026-02-01"
    )


def _project(city, place, **more):
    return Project._all.create(
        number="P1", name="x", community=place, place=HEMU, year=2026, state="listed", operator="甲",
        organisation=city.offices[HEMU], project_type="inclusive", workflow="creation_2026",
        created_by=city.user("", HEMU), **more,
    )  # fmt: skip


def test_projects_come_with_money_only_for_those_who_may_see_it(city, place, office):
    from linli.web.funds.services import budget_add, commitment_add

    project = _project(city, place)
    actor = Actor(office, "x")
    budget_add(actor=actor, place=Place.objects.get(path="3301/330105/"), year=2026, amount=Decimal(100), memo="文")
    commitment_add(actor=actor, project=project, year=2026, amount=Decimal(60), memo="排")
    (case,) = around.cases_of(office, place)
    assert (case.state, case.money.allocated) == ("列入创建名单、编制方案", Decimal("60.00"))
    assert around.cases_of(city.user("planner"), place)[0].money is None
    assert around.cases_of(city.user("security_admin"), place) is None


def test_measures_are_of_the_adopted_plan(city, world, office):
    path = next(iter(world.paths.values()))
    place = Place.objects.get(path=path)
    for number, state in (("1", "solved"), ("2", "adopted")):
        study = Study._all.create(number=number, name="x", run=world.run, place="3301/", state=state)
        Measure._all.create(
            study=study, community=place, place=path, number=1, in_force=state == "adopted", option="o", lever="convert", facility_type="nursery",
            place_kind="room", place_key="R1",
        )  # fmt: skip
    assert [one.study.number for one in around.measures_here(office, place)] == ["2"]
    assert around.measures_here(city.user("security_admin"), place) is None


def test_the_survey_says_what_is_still_to_be_found_out(city, place, office):
    assert around.survey_state(office, place) is None
    Return._all.create(round=_round(), community=place, place=HEMU)
    found = around.survey_state(office, place)
    assert found.return_.state == "filling"
    assert found.complete.missing == len(found.missing) + found.more
    assert around.survey_state(city.user("finance"), place) is None


def test_documents_and_events_are_those_one_may_see(city, place, office):
    project = _project(city, place)
    one = Attachment(
        project=project, purpose="document", code="scheme", name="a.pdf", kind="pdf", sha256="0" * 64, size=1,
        by=office,
    )  # fmt: skip
    one.file.save("a.pdf", ContentFile(b"%PDF"), save=False)
    one.save()
    assert [file.name for file in around.latest_of(office, place).files] == ["a.pdf"]
    nobody = around.latest_of(city.user("security_admin"), place)
    assert (nobody.photos, nobody.files, nobody.events) == ([], [], [])
