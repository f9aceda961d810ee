"""What the matrix test asks the routes of this app for: the places themselves, within the jurisdiction and without."""

from linli.assess import AssessOptions
from linli.web.accounts.models import Place
from linli.web.assessments.models import Run, ScoreRow
from linli.web.communities.paper import paper_file
from linli.web.communities.work import bundle_file
from linli.web.jobs.models import Job
from linli.web.surveys.models import Round, Snapshot

ROUTES = {"city": "overview", "district": "district", "street": "street", "community": "profile"}


def samples(city):
    """Return, by route, the requests to make."""
    found = {
        "communities:list_export": [_ask(None, "csv")],
        "communities:parts_export": [_ask(None, "xlsx")],
    }
    run = make_run(city)
    for place in Place.objects.all():
        found.setdefault(f"communities:{ROUTES[place.level]}", []).append(_ask(place.path, place.code))
        if place.level == "district":
            for route in ("sheet", "bundle"):
                found.setdefault(f"communities:{route}", []).append(_ask(place.path, place.code))
            asked = {"events": 1, **_ask(place.path, place.code), "method": "post", "data": {"lang": "zh"}}
            found["communities:bundle"].append(asked)
            made = Job._all.create(kind="communities.bundle", place=place.path, state="done")
            _put(bundle_file(str(made.pk)), b"PK")
            found.setdefault("communities:bundle_export", []).append(_ask(place.path, made.pk))
        if place.level == "community":
            _put(paper_file(run, place.code, "zh"), b"%PDF")
            found.setdefault("communities:profile_export", []).append(_ask(place.path, place.code, "zh"))
            for layer in ("outline", "facilities", "people"):
                found.setdefault("communities:profile_map", []).append(_ask(place.path, place.code, layer))
    return found


def _ask(place, *args):
    return {"args": args, "place": place, "method": "get", "data": {}}


def _put(file, content):
    """Put a file where the routes look for one: what is asked is who gets in, not what is printed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def make_run(city):
    """Put a run there without its files: a figure for every community."""
    round_ = Round._all.create(
        code="2026", name="2026年体检", place="3301/", surveyed_on="2026-03-01", begins="2026-01-01", due="2026-02-01",
        state="frozen",
    )  # fmt: skip
    snapshot = Snapshot._all.create(
        round=round_, place="3301/", folder="snapshots/x", digest="d" * 64, code_version="0"
    )
    run = Run._all.create(
        snapshot=snapshot, place="3301/", number=1, state="done", current=True, digest="e" * 64,
        options=AssessOptions().model_dump(mode="json"),
    )  # fmt: skip
    for place in Place.objects.filter(level="community"):
        ScoreRow._all.create(
            run=run, community=place, place=place.path, standard="complete_community", residents=1000.0,
            score=0.6, score_low=0.5, score_high=0.7, grade="C", rank=1, met=12, partly=3, not_met=4, unknown=1,
            priority_rank=1, priority_score=0.5, priority_reason={"zh": "第1位：缺口大", "en": "No. 1: large gaps"},
        )  # fmt: skip
    return run
