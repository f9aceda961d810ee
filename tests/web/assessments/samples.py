"""What the matrix test asks the routes of this app for: runs of one community within the jurisdiction and one without.

Their folders hold nothing: pages say so instead of breaking, and who gets in does not depend on it.
"""

from pathlib import Path

from django.conf import settings

from linli.assess import AssessOptions
from linli.web.accounts.models import Place
from linli.web.assessments.models import ComparedCommunity, Comparison, Doubt, ItemRow, Run, ScoreRow
from linli.web.surveys.models import Round, Snapshot

INSIDE = "3301/330105/330105011/330105011001/"
OUTSIDE = "3301/330106/330106003/330106003001/"
FIGURES = ("assessment_scores", "assessment_items", "assessment_priority")
ITEM = ("complete_community", "nursery")


def make_run(path, code, number=1, **more):
    """Put a run there with the rows of one community and one item."""
    snapshot = Snapshot._all.filter(round__code=code).first()
    if snapshot is None:
        day = "2025-10-31"
        round_ = Round._all.create(
            code=code, name=code, place=path, surveyed_on=day, begins=day, due=day, state=Round.State.FROZEN
        )
        snapshot = Snapshot._all.create(round=round_, place=path, folder=f"none/{code}", digest=code, code_version="0")
    run = Run._all.create(
        snapshot=snapshot, place=path, number=number, state=more.pop("state", Run.State.DONE),
        options=AssessOptions(**more.pop("options", {})).model_dump(mode="json"), catalogue_version="old",
        folder=f"none/{code}", digest=f"{code}-{number}", rules_on="2025-10-31", **more,
    )  # fmt: skip
    community = Place.objects.get(path=path)
    ScoreRow._all.create(
        run=run, community=community, place=path, standard=ITEM[0], residents=1200, score=0.5, score_low=0.4,
        score_high=0.6, known_share=0.8, partly=1, priority_rank=1, priority_score=0.4,
        priority_parts={"old_estates": {"raw": 0.2, "part": 1.0}}, priority_reason={"zh": "第1位：因", "en": "No. 1: so"},
    )  # fmt: skip
    ItemRow._all.create(
        run=run, community=community, place=path, standard=ITEM[0], item="/".join(ITEM), group="basic_services",
        verb="must", status="partly", degree=0.5, degree_low=0.4, degree_high=0.6, shortfall=10,
        shortfall_unit="residents", residents=20, residents_without=10, certainty="recalled",
    )  # fmt: skip
    return run


def make_comparison(path, before, after):
    """Put a comparison there with one community and one doubt; its folder holds one file."""
    one = Comparison._all.create(
        place=path, before=before, after=after, before_digest=before.digest, after_digest=after.digest,
        state=Comparison.State.DONE, digest=f"c-{before.digest}", folder=f"comparisons/{before.digest}",
        standards=[ITEM[0]], circle_m=300,
    )  # fmt: skip
    community = Place.objects.get(path=path)
    ComparedCommunity._all.create(comparison=one, community=community, place=path)
    doubt = Doubt._all.create(
        comparison=one, community=community, place=path, layer="facilities", before_id="F1", after_id="F2",
        reason="far", text={"zh": "远", "en": "far"},
    )  # fmt: skip
    one.path.mkdir(parents=True, exist_ok=True)
    (one.path / "doubtful.csv").write_bytes(b"x")
    return one, doubt


def _choices():
    """A form of choices, filled in as they are but for whose walk counts."""
    from linli.web.assessments.forms import OptionsForm

    form = OptionsForm(options={"person": "elder"})
    initial = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in initial.items() if value is not None}


def samples(city):
    """Return, by route, the requests to make."""
    kinds = ("csv", "xlsx")
    found = {
        f"assessments:{name}_export": [_ask(None, kind) for kind in kinds] for name in ("items", "runs", "comparisons")
    }
    for name in ("matrix", "priority"):
        found[f"assessments:{name}_export"] = [_ask(None, kind) for kind in (*kinds, "geojson")]
    runs = []
    for path, code in ((INSIDE, "inside"), (OUTSIDE, "outside")):
        run, other = make_run(path, code, current=True), make_run(path, code, 2, options={"met_share": 0.9})
        community = path.rstrip("/").rpartition("/")[2]
        folder = Path(settings.MEDIA_ROOT) / "assessments" / "files" / run.digest
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "results.gpkg").write_bytes(b"x")
        for route in ("run", "new", "make_current"):
            found.setdefault(f"assessments:{route}", []).append(_ask(path, run.pk))
        found.setdefault("assessments:file_export", []).append(_ask(path, run.pk, "results.gpkg"))
        found["assessments:new"].append(_ask(path, run.pk, method="post", data=_choices(), events=2))
        found["assessments:make_current"].append(_ask(path, other.pk, method="post", data={"reason": "更合适"}))
        found.setdefault("assessments:prepare", []).append(
            _ask(path, run.pk, "assessment-zh.xlsx", method="post", data={}, events=2)
        )
        found.setdefault("assessments:community", []).append(_ask(path, community))
        for route, asked in _compared(path, community, run, other):
            found.setdefault(f"assessments:{route}", []).append(asked)
        for route in ("item", "explanation"):
            found.setdefault(f"assessments:{route}", []).append(_ask(path, community, *ITEM))
        found.setdefault("assessments:item_part", []).append(_ask(path, community, *ITEM, "area"))
        for name in FIGURES:
            found.setdefault(f"api:{name}:GET", []).append(_ask(path, query={"run": run.pk}))
        runs += [(path, run.digest), (path, other.digest)]
    whole = _city_run()
    found["api:assessment_runs:GET"] = [_ask(None, holds=[*runs, (None, whole.digest)])]
    for name in FIGURES:
        holds = [(path, path) for path in (INSIDE, OUTSIDE)]
        found[f"api:{name}:GET"].append(_ask(None, query={"run": whole.pk}, holds=holds))
    return found


def _city_run():
    """The newest run, of the whole city: everybody reads of it, but only the figures of their own communities."""
    day = "2025-12-31"
    round_ = Round._all.create(
        code="whole", name="whole", place="3301/", surveyed_on=day, begins=day, due=day, state=Round.State.FROZEN
    )
    snapshot = Snapshot._all.create(round=round_, place="3301/", folder="none/whole", digest="whole", code_version="0")
    run = Run._all.create(snapshot=snapshot, place="3301/", number=1, state=Run.State.DONE, digest="whole-1", current=True,
                          options=AssessOptions().model_dump(mode="json"))  # fmt: skip
    for path in (INSIDE, OUTSIDE):
        values = {"run": run, "community": Place.objects.get(path=path), "place": path, "standard": ITEM[0]}
        ScoreRow._all.create(priority_rank=1, **values)
        ItemRow._all.create(item="/".join(ITEM), group="basic_services", verb="must", status="partly", **values)
    return run


def _compared(path, community, run, other):
    one, doubt = make_comparison(path, run, other)
    for route in ("comparison", "losses", "changed", "compared", "decide"):
        yield route, _ask(path, one.pk)
    for route in ("losses", "changed", "compared"):
        yield f"{route}_export", _ask(path, one.pk, "csv")
    yield "comparison_community", _ask(path, one.pk, community)
    yield "comparison_file_export", _ask(path, one.pk, "doubtful.csv")
    yield "comparison_again", _ask(path, one.pk, method="post", data={}, events=2)
    said = {"base_version": one.version, f"doubt-{doubt.pk}": "same"}
    yield "decide", _ask(path, one.pk, method="post", data=said, events=2)


def _ask(place, *args, method="get", data=None, **more):
    return {"args": args, "place": place, "method": method, "data": data, **more}
