"""What the matrix test asks the routes of this app for: money of a district within the jurisdiction and one without."""

import importlib.util
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from linli.web.funds.book import book_entry
from linli.web.funds.models import Application, Statement

_SPEC = importlib.util.spec_from_file_location(
    "projects_samples", Path(__file__).parents[1] / "projects" / "samples.py"
)
_PROJECTS = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_PROJECTS)


def samples(city):
    """Return, by route, the requests to make."""
    found, districts = {}, []
    today = timezone.localdate()

    def add(route, place, *args, **more):
        found.setdefault(f"funds:{route}", []).append(
            {"args": args, "place": place, "method": "get", "data": None, **more}
        )

    for kind in ("csv", "xlsx"):
        add("applications_export", None, kind)
        add("ledger_export", None, kind)
    for i, path in enumerate((_PROJECTS.INSIDE, _PROJECTS.OUTSIDE)):
        project = _PROJECTS.make_project(city, path, f"CJ-2027-000{i + 1}", state="listed")
        district = "/".join(path.split("/")[:2]) + "/"
        by = city.user("", path)
        with transaction.atomic():
            values = {"on": today, "place": district, "year": 2026, "memo": "文", "by": by}
            book_entry("budget", Decimal(100), **values)
            booked = book_entry("commit", Decimal(50), project=project, **values)
        asked = Application._all.create(
            number=f"{project.number}-2026-1", project=project, year=2026, place=path, district=district,
            asked_yuan=Decimal(10), computed_yuan=Decimal(10), catalogue_version="x", applied_by=by,
        )  # fmt: skip
        sheet = Statement._all.create(name="11月", begins=today, ends=today, agrees=True, by=by, place=district)
        for route in ("application", "decide"):
            add(route, path, asked.number)
        for route in ("withdraw", "pay", "give_back"):
            add(route, path, asked.number)
        add("withdraw", path, asked.number, method="post", data={"reason": "材料有误"})
        add("apply", path, project.number)
        add("commit", district, project.number)
        money = {"year": 2026, "amount": "1", "memo": "文"}
        add("commit", district, project.number, method="post", data=money)
        add("reverse", district, booked.number)
        add("reverse", district, booked.number, method="post", data={"reason": "错"})
        add("statement", district, sheet.pk)
        districts.append((district, district))
    asked = {"args": (), "place": None, "method": "get", "data": None}
    found["api:fund_totals:GET"] = [{**asked, "holds": districts}]
    found["api:ledger:GET"] = [{**asked, "holds": districts * 2}]  # the budget and what is committed of it
    return found
