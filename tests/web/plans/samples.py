"""What the matrix test asks the routes of plans for: a solved study within the jurisdiction and one without."""

import json
from pathlib import Path

from django.conf import settings

from linli.web.accounts.models import Place
from linli.web.assessments.models import Run
from linli.web.plans.choices import StudyChoices, to_json
from linli.web.plans.models import DocumentSet, Instalment, Measure, Question, Study
from linli.web.surveys.models import Round, Snapshot

INSIDE = "3301/330105/"
OUTSIDE = "3301/330106/"
MARKS = ("FA-2026-1001", "FA-2026-2001", "FA-2026-3001")
"""What tells of the objects without."""
COMMUNITY = {INSIDE: "3301/330105/330105011/330105011001/", OUTSIDE: "3301/330106/330106003/330106003001/"}

SUMS = {
    "projects": 1, "by_lever": {"convert": 1}, "floor_area_m2": 80.0, "site_area_m2": 0.0, "cost_yuan": 1000.0,
    "subsidy_yuan": None, "other_yuan": 0.0, "own_yuan": None, "unpriced": 0, "gaining": 9.0,
    "gaining_old_young": None, "lacking_before": 9.0, "lacking_after": 0.0, "without": {},
    "needs": {"share_before": 0.0, "share_after": 1.0},
}  # fmt: skip


def _project(path):
    community = Place.objects.get(path=path)
    return {
        "number": 1, "option_id": "room:R1:nursery", "place_id": "R1", "place_kind": "room", "place_name": "原仓库",
        "community_id": community.code, "community": community.name, "lever": "convert", "type": "nursery",
        "floor_area_m2": 80.0, "site_area_m2": 0.0, "cost_yuan": 1000.0, "start_year": 2027, "open_year": 2028,
        "served": 9.0, "x": 120.1, "y": 30.3, "postponed": "",
    }  # fmt: skip


def write_sheets(study, code, path):
    """Write the sheets of a study with one project, by hand: the matrix asks who gets in, not what was solved."""
    folder = Path(settings.MEDIA_ROOT) / "plans" / study.number
    (folder / "sheets").mkdir(parents=True)
    project = _project(path)
    empty = ("requirements", "frontier", "shadow", "order", "alternatives", "limits", "refused", "notes", "assumed",
             "left_out", "unplanned", "tornado", "range", "worth", "modes")  # fmt: skip
    plan = {"status": "optimal", "sense": "maximise", "objective": 9.0, "bound": 9.0, "gap": 0.0, "method": "compact",
            "solver": "HiGHS", "seed": 0, "standard": "complete_community", "catalogue_version": "v",
            "survey_digest": "d", "code_version": "0"}  # fmt: skip
    book = {
        "unit": "residents", "costed": True, "surveyed_on": "2026-10-31", "on": "2026-10-31", "programme": None,
        "plan": plan, "proposal": {"packs": [], "step_yuan": 1e7}, "parts": [{"code": code, "name": ""}],
        "types": {"nursery": {"title": {"zh": "托儿所", "en": "nursery"}, "group": "education"}}, **{n: [] for n in empty},
    }  # fmt: skip
    community = {"id": project["community_id"], "name": project["community"], "residents": 9.0, "gaining": 9.0,
                 "lacking_before": 9.0, "lacking_after": 0.0, "projects": [1], "without": [],
                 "changes": {"": {"share_before": 0.0, "share_after": 1.0}}}  # fmt: skip
    lists = ("without", "years", "cash", "funds", "subsidies", "operating", "streams", "changes", "facility_accounts")
    part = {"place": {"code": code, "name": ""}, "sums": SUMS, "projects": [project], "communities": [community],
            **{name: [] for name in lists}}  # fmt: skip
    nothing = {"type": "FeatureCollection", "features": []}
    sheets = {
        "book": book,
        f"part-{code}": part,
        f"options-{code}": [],
        f"areas-{code}": nothing,
        f"without-{code}": nothing,
    }
    for name, content in sheets.items():
        (folder / "sheets" / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return folder.relative_to(settings.MEDIA_ROOT).as_posix()


def make_run(path):
    """Put an assessment of a place there without its work."""
    code = path.rstrip("/").rpartition("/")[2]
    round_ = Round._all.create(
        code=f"plans-{code}", name="轮次", place=path, surveyed_on="2026-10-31", begins="2026-10-01", due="2026-10-31"
    )
    snapshot = Snapshot._all.create(round=round_, place=path, folder="x", digest="d", code_version="0")
    return Run._all.create(snapshot=snapshot, place=path, number=1, state="done", current=True, digest="d")


def make_study(run, number, path, state="solved", **more):
    """Put a study there without a service."""
    return Study._all.create(
        number=number, name="方案", place=path, run=run, choices=to_json(StudyChoices()), state=state, gap=0.0,
        solver_status="optimal" if state == "solved" else "", **more,
    )  # fmt: skip


def _solved(run, number, path):
    one = make_study(run, number, path)
    place = Place.objects.get(path=path)
    one.folder = write_sheets(one, place.code, COMMUNITY[path])
    one.save()
    project = _project(COMMUNITY[path])
    Measure._all.create(
        study=one, place=COMMUNITY[path], community=Place.objects.get(path=COMMUNITY[path]), number=1,
        option=project["option_id"], lever="convert", facility_type="nursery", place_kind="room", place_key="R1",
        in_force=True,
    )  # fmt: skip
    values = {"study": one, "community": Place.objects.get(path=COMMUNITY[path]), "event": "accepted", "year": 2027}
    Instalment._all.create(place=COMMUNITY[path], amount_yuan=100, in_force=True, **values)
    return one


def _documents(one, path):
    folder = Path(settings.MEDIA_ROOT) / "plans" / f"{one.number}-documents"
    folder.mkdir()
    (folder / "plan.xlsx").write_bytes(b"PK")
    files = [{"name": "plan.xlsx", "size": 2, "sha256": "0" * 64}]
    return DocumentSet._all.create(study=one, place=path, state="done", folder=f"plans/{folder.name}", files=files)


def samples(city):
    """Return, by route, the requests to make."""
    found = {
        "plans:list_export": [_ask(None, "csv"), _ask(None, "xlsx")],
        "plans:planned_export": [_ask(None, "csv"), _ask(None, "geojson")],
    }
    studies, measures, districts = [], [], []
    for i, path in enumerate((INSIDE, OUTSIDE)):
        run = make_run(path)
        one = _solved(run, f"FA-2026-100{i}", path)
        draft = make_study(run, f"FA-2026-200{i}", path, state="draft")
        adopted = make_study(run, f"FA-2026-300{i}", path, state="adopted", folder=one.folder)
        code, community = path.rstrip("/").rpartition("/")[2], COMMUNITY[path].rstrip("/").rpartition("/")[2]
        question = Question._all.create(study=one, number=1, forbid=["a"])
        documents = _documents(one, path)
        number = one.number

        def add(route, *args, place=path, **more):
            found.setdefault(f"plans:{route}", []).append(_ask(place, *args, **more))

        for route in ("study", "measures", "ask", "documents", "copy", "adopt"):
            add(route, number)
        for name in ("coverage", "money", "programme", "budgets", "operation", "method"):
            add("section", number, name)
        add("layer", number, "communities")
        add("answer", number, question.number)
        add("measures_export", number, "xlsx")
        add("measures_export", number, "geojson")
        add("revoke", adopted.number)
        for route in ("study", "edit", "expert"):
            add(route, draft.number)
        add("district", code)
        add("district_layer", code, "places-convert")
        add("document_export", documents.pk, 0)
        for route in ("begin_project", "link_project", "unlink_project"):
            add(route, community, place=COMMUNITY[path])
        add("solve", draft.number, method="post", data={"version": 1}, events=2)
        add("ask", number, method="post", data={"ask_out": "room:R1:nursery"}, events=2)
        add("copy", number, method="post", data={"name": "副本", "run": run.pk})
        add("adopt", number, method="post", data={"reason": "通过", "version": 1})
        add("documents_write", code, method="post", data={"study": number}, events=2)
        for route in ("plan", "plan_measures"):
            found.setdefault(f"api:{route}:GET", []).append(_ask(path, number))
        studies += [(path, each.number) for each in (one, draft, adopted)]
        measures.append((COMMUNITY[path], number))
        districts.append((COMMUNITY[path], path))
    found["api:plans:GET"] = [_ask(None, holds=studies)]
    found["api:plans_in_force:GET"] = [_ask(None, holds=measures)]
    found["api:plans_planned:GET"] = [_ask(None, holds=districts)]
    seen = {"study": ["FA-2026-1000", number]}
    for route, kind in (("compare_export", "csv"), ("compare_layer", "shared")):
        found[f"plans:{route}"] = [_ask("3301/", kind, query=seen)]
    return found


def _ask(place, *args, method="get", data=None, **more):
    return {"args": args, "place": place, "method": method, "data": data, **more}
