"""A solved study of the demo city, made once for all tests, and people around it."""

import hashlib
import shutil
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from linli.improve.choices import BudgetLine, CoFunding, ImproveOptions, ProgrammeOptions, ProposalOptions
from linli.web.accounts.models import Place
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import tables_of
from linli.web.assessments.services import run_store
from linli.web.audit.actor import Actor
from linli.web.plans import services
from linli.web.plans.choices import StudyChoices, to_json
from linli.web.plans.order import Order

DISTRICT = "3301/330199/"
YEARS = (2027, 2028, 2029)
MONEY = tuple(BudgetLine(yuan=8e6, year=year) for year in YEARS)


def choices(communities, **improve):
    """Return choices that ask for everything, quickly."""
    return StudyChoices(
        improve=ImproveOptions(budget=MONEY, **improve),
        programme=ProgrammeOptions(years=YEARS, budget=MONEY),
        proposal=ProposalOptions(
            creation_list=tuple(communities[:6]), points=4, draws=200,
            co_funding=(CoFunding(source="operator", share=0.2, types=("nursery",)),),
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def solved_files(demo_files, tmp_path_factory):
    """The demo city assessed with the illustrative pack and two studies of it solved: `plan`, `other`, `order`."""
    from linli.assess import AssessOptions, assess, save_assessment
    from linli.rules import load_catalogue
    from linli.survey import load_snapshot
    from linli.survey.demo import PACK
    from linli.web.plans.solver import obey

    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "popen-gw" in base.name else base) / "demo-plans"
    survey, catalogue = load_snapshot(demo_files.snapshot), load_catalogue([PACK])
    communities = [str(one) for one in survey.layers["communities"]["community_id"]]
    chosen = choices(communities)
    order = Order(
        "solve", str(demo_files.snapshot), str(folder / "assessment"), (str(PACK),), catalogue.version, to_json(chosen),
        {"code": "330199", "name": "邻里示范区"}, tuple(communities), str(folder / "plan"),
    )  # fmt: skip
    poorer = chosen.model_copy(
        update={
            "improve": chosen.improve.model_copy(update={"budget": (BudgetLine(yuan=3e6),), "old_young_weight": 3.0}),
            "programme": None,
            "proposal": ProposalOptions(subsidy=False, frontier=False, order=False, alternatives=(), appraisal=False),
        }
    )
    other = replace(order, choices=to_json(poorer), out=str(folder / "other"))
    made = SimpleNamespace(folder=folder, plan=folder / "plan", other=folder / "other", order=order, other_order=other)
    try:
        folder.mkdir()
    except FileExistsError:
        while not (folder / "ready").exists():
            time.sleep(0.2)
        return made
    save_assessment(assess(survey, catalogue, AssessOptions()), folder / "assessment")
    made.done = obey(order, lambda *_: None)
    obey(other, lambda *_: None)
    (folder / "ready").touch()
    return made


def actor(user):
    return Actor(user, user.username, "127.0.0.1", "test")


@pytest.fixture
def studio(world, solved_files, settings):
    """The demo city with people, an assessment by the pack's rules, and `solved(which)` to have a study at once."""
    city = world.city
    who = {
        "planner": city.user("planner", "3301/"),
        "office": city.user("city_office", "3301/"),
        "district": city.user("district_office", DISTRICT, **_at(city, DISTRICT)),
        "street": city.user("street", f"{DISTRICT}330199001/", **_at(city, f"{DISTRICT}330199001/")),
        "finance": city.user("finance", "3301/"),
    }
    assessment = solved_files.folder / "assessment"
    digest = hashlib.sha256((assessment / "assessment.json").read_bytes()).hexdigest()
    run = Run._all.create(snapshot=world.snapshot, place="3301/", number=2, folder=str(assessment), digest=digest)
    run = run_store(run=run, assessment=tables_of(run), folder=assessment, digest=digest)
    run = Run._all.select_related("snapshot__round").get(pk=run.pk)

    def study(name="北片提升", by="planner", path=DISTRICT, chosen=None, **more):
        place = Place.objects.get(path=path)
        return services.study_create(
            actor=actor(who[by]), place=place, run=more.pop("run", run), name=name, choices=chosen
        )

    def solved(which="plan", **more):
        one = study(**more)
        order = solved_files.order if which == "plan" else solved_files.other_order
        type(one)._all.filter(pk=one.pk).update(state="queued", choices=order.choices)
        folder = Path(settings.MEDIA_ROOT) / "plans" / f"{one.number}-{which}"
        shutil.copytree(solved_files.folder / which, folder)
        done = {"status": "optimal", "clash": [], "catalogue_version": solved_files.order.catalogue_version}
        return services.study_store(study=one, done=done, folder=folder, code="330199")

    return SimpleNamespace(
        world=world, city=city, who=who, run=run, study=study, solved=solved, actor=actor, paths=world.paths,
        files=solved_files,
    )  # fmt: skip


def _at(city, path):
    """Make an office at a place of the demo city, for its people to belong to."""
    from linli.web.accounts.models import Organisation

    if path not in city.offices:
        place = Place.objects.get(path=path)
        city.offices[path] = Organisation._all.create(name=f"{place.name}办公室", kind=place.level, place=path)
    return {}
