"""The demo city a year later: its second round, with one facility that may or may not be the same as before."""

import hashlib
import json
import time
from types import SimpleNamespace

import pytest


@pytest.fixture(scope="session")
def second_files(tmp_path_factory, demo_files):
    """The second round, frozen and assessed once for all test processes; a canteen has another name and id."""
    from linli.assess import AssessOptions, assess, save_assessment
    from linli.rules import load_catalogue
    from linli.survey import freeze, make_survey
    from linli.survey.demo import demo_survey

    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "popen-gw" in base.name else base) / "demo-city-2"
    made = SimpleNamespace(snapshot=folder / "snapshot", assessment=folder / "assessment")
    try:
        folder.mkdir()
    except FileExistsError:
        while not (folder / "ready").exists():
            time.sleep(0.2)
        return made
    survey = demo_survey(round_=2)
    facilities = survey.layers["facilities"].copy()
    odd = facilities.index[facilities["type"] == "pharmacy"][0]
    facilities.loc[odd, "facility_id"], facilities.loc[odd, "name"] = "F999999", "康宁大药房"
    survey = freeze(make_survey({**survey.layers, "facilities": facilities}, survey.manifest), made.snapshot)
    save_assessment(assess(survey, load_catalogue(), AssessOptions()), made.assessment)
    (folder / "ready").touch()
    return made


@pytest.fixture
def later(world, second_files):
    """`world`, and a run of the second round: `second`."""
    from linli.web.assessments.models import Run
    from linli.web.assessments.selectors import tables_of
    from linli.web.assessments.services import run_store
    from linli.web.surveys.models import Round, Snapshot

    manifest = json.loads((second_files.snapshot / "manifest.json").read_text(encoding="utf-8"))
    day = manifest["surveyed_on"]
    round_ = Round._all.create(
        code="2026", name="2026年体检", place="3301/", surveyed_on=day, begins=day, due=day, state=Round.State.FROZEN
    )
    snapshot = Snapshot._all.create(
        round=round_, place="3301/", folder=str(second_files.snapshot), digest=manifest["digest"],
        rows=manifest["rows"], code_version=manifest["code_version"],
    )  # fmt: skip
    digest = hashlib.sha256((second_files.assessment / "assessment.json").read_bytes()).hexdigest()
    run = Run._all.create(
        snapshot=snapshot, place="3301/", number=1, folder=str(second_files.assessment), digest=digest
    )
    world.second = run_store(run=run, assessment=tables_of(run), folder=second_files.assessment, digest=digest)
    return world


@pytest.fixture
def compared(later):
    """`later`, the office that asked, and both rounds side by side: `office`, `comparison`."""
    from linli.web.assessments.compare.services import comparison_request
    from linli.web.assessments.models import Comparison
    from linli.web.audit.actor import Actor
    from linli.web.jobs.runner import perform

    later.office = later.city.user("city_office", "3301/")
    actor = Actor(later.office, later.office.username, "127.0.0.1", "test")
    asked = comparison_request(actor=actor, before=later.run, after=later.second)
    perform(str(asked.job))
    later.comparison, later.actor = Comparison._all.get(pk=asked.pk), actor
    return later
