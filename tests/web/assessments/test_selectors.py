import pytest

from linli.errors import SnapshotError
from linli.web.assessments import selectors
from linli.web.assessments.models import Run
from linli.web.surveys.models import Round, Snapshot

pytestmark = pytest.mark.django_db


def make_run(place, code, day, **more):
    round_ = Round._all.create(code=code, name=code, place=place, surveyed_on=day, begins=day, due=day)
    snapshot = Snapshot._all.create(round=round_, place=place, folder="x", digest=code, code_version="0")
    return Run._all.create(
        snapshot=snapshot, place=place, number=1, state=more.get("state", Run.State.DONE), current=True
    )


def test_a_citys_run_concerns_the_people_of_its_places_but_figures_pass_the_gate(world):
    street = world.city.user("street", "3301/330199/330199001/")
    elsewhere = world.city.user("street", "3301/330105/330105011/")
    assert selectors.current_run(street) == world.run
    seen = selectors.list_scores(street, world.run, "complete_community")
    assert {row.place[:22] for row in seen} == {"3301/330199/330199001/"}
    assert seen.count() == len([p for p in world.paths.values() if p.startswith("3301/330199/330199001/")])
    assert selectors.list_items(street, world.run).count() == seen.count() * 70
    assert selectors.list_items(street, world.run, "living_circle").count() == seen.count() * 50
    assert selectors.current_run(elsewhere) == world.run
    assert not selectors.list_scores(elsewhere, world.run).exists()


def test_who_has_no_right_sees_no_run(world):
    for person in (world.city.user("", "3301/"), world.city.user("operator", "3301/330199/330199001/")):
        assert selectors.current_run(person) is None
        assert not selectors.runs_of(person).exists()


def test_runs_of_a_sister_district_are_not_seen(world):
    other = make_run("3301/330105/", "sister", "2026-01-01")
    officer = world.city.user("district_office", "3301/330199/")
    assert list(selectors.runs_of(officer)) == [world.run]
    assert other in selectors.runs_of(world.city.user("city_office", "3301/"))


def test_the_current_run_is_the_newest_that_holds_all_of_ones_places(world):
    pilot = make_run("3301/330199/", "pilot", "2026-01-01")
    make_run("3301/", "coming", "2027-01-01", state=Run.State.QUEUED)
    assert selectors.current_run(world.city.user("city_office", "3301/")) == world.run
    assert selectors.current_run(world.city.user("district_office", "3301/330199/")) == pilot
    assert selectors.current_run(world.city.user("district_office", "3301/330105/")) == world.run
    mayor = world.city.user("city_office", "3301/")
    assert selectors.current_run(mayor, "3301/330199/330199001/") == pilot
    assert selectors.current_run(mayor, "3301/") == world.run
    assert selectors.current_run(mayor, "3302/") is None
    assert selectors.latest_run("3301/330199/330199001/") == pilot
    assert selectors.latest_run("3301/") == world.run
    assert selectors.latest_run("") is None


def test_tables_and_survey_are_read_once(world):
    assert selectors.tables_of(world.run) is selectors.tables_of(world.run)
    assert len(selectors.tables_of(world.run).communities) == 12
    assert selectors.survey_of(world.run) is selectors.survey_of_snapshot(world.snapshot)
    assert selectors.run_at_work(world.run.pk).snapshot.round == world.round


def test_files_that_were_changed_are_refused(world, tmp_path):
    lost = make_run("3301/", "lost", "2026-01-01")
    lost.folder, lost.digest = str(tmp_path), "nothing"
    with pytest.raises(SnapshotError):
        selectors.tables_of(lost)
    with pytest.raises(SnapshotError):
        selectors.survey_of(lost)
