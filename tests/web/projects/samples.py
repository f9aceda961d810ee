"""What the matrix test asks the routes of this app for: a project within the jurisdiction and one without."""

from django.core.files.base import ContentFile

from linli.web.accounts.models import Place
from linli.web.projects.models import Attachment, Milestone, Project

INSIDE = "3301/330105/330105011/330105011001/"
OUTSIDE = "3301/330106/330106003/330106003001/"


def make_project(city, path, number, **more):
    """Put a draft there without a service: the matrix asks who gets in, not what the steps do."""
    return Project._all.create(
        number=number, name="和睦", community=Place.objects.get(path=path), place=path, year=2026,
        organisation=city.offices[path], project_type="inclusive", workflow="creation_2026",
        state=more.pop("state", "draft"), created_by=city.user("", path), **more,
    )  # fmt: skip


def samples(city):
    """Return, by route, the requests to make."""
    found = {"projects:list_export": [_ask(None, "csv"), _ask(None, "xlsx")]}
    holds = []
    for i, path in enumerate((INSIDE, OUTSIDE)):
        project = make_project(city, path, f"CJ-2026-000{i + 1}")
        by = city.user("", path)
        values = {"project": project, "kind": "png", "sha256": "0" * 64, "size": 1, "by": by, "name": "p.png"}
        proof = Attachment(purpose="evidence", code="future_community/base", **values)
        proof.file.save("p.png", ContentFile(b"\x89PNG"), save=False)
        proof.save()
        stone = Milestone._all.create(project=project, title="开工", planned_on="2026-03-01")
        number = project.number
        for route in ("project", "update", "milestone_new", "expert", "visit", "scores", "sheet"):
            found.setdefault(f"projects:{route}", []).append(_ask(path, number))
        for route in ("project", "project_moves"):
            found.setdefault(f"api:{route}:GET", []).append(_ask(path, number))
        holds.append((path, number))
        found.setdefault("projects:move", []).append(_ask(path, number, "submit"))
        found.setdefault("projects:attach_document", []).append(_ask(path, number, "scheme"))
        for route in ("statement", "attach_evidence"):
            found.setdefault(f"projects:{route}", []).append(_ask(path, number, "base"))
        found.setdefault("projects:milestone", []).append(_ask(path, number, stone.pk))
        for route in ("file", "file_withdraw", "file_judge"):
            found.setdefault(f"projects:{route}", []).append(_ask(path, proof.pk))
        said = {"answer": "yes", "text": "已建成"}
        found["projects:statement"].append(_ask(path, number, "base", method="post", data=said))
        planned = {"title": "竣工", "planned_on": "2026-12-01", "done_on": "", "note": ""}
        found["projects:milestone_new"].append(_ask(path, number, method="post", data=planned))
        seen = {"on": "2026-11-01", "people": "专家组", "found": "属实"}
        found["projects:visit"].append(_ask(path, number, method="post", data=seen))
        verdict = {"verdict": "accepted", "reason": ""}
        found["projects:file_judge"].append(_ask(path, proof.pk, method="post", data=verdict))
    found["api:projects:GET"] = [_ask(None, holds=holds), _ask(None, query={"state": "draft"}, holds=holds)]
    return found


def _ask(place, *args, method="get", data=None, **more):
    return {"args": args, "place": place, "method": method, "data": data, **more}
