"""What the matrix test asks the routes of this app for: a batch within the jurisdiction and one without, by state."""

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.web.accounts.models import Place
from linli.web.imports.models import Batch, BatchRow, Finding
from linli.web.jobs.models import Job

INSIDE = "3301/330105/330105011/330105011001/"
OUTSIDE = "3301/330106/330106003/330106003001/"
TEXT = "设施编号,设施类型,建筑面积\nF9,nursery,大\n".encode()


def _sent():
    return SimpleUploadedFile("设施.csv", TEXT)


def _make(number, path, by, state):
    one = Batch(
        number=number, name="设施.csv", kind="csv", place=path, created_by=by, state=state, size=len(TEXT),
        sha256="0" * 64, counts={"facilities": {"read": 1, "new": 0, "changed": 0, "unchanged": 0, "conflict": 1,
                                                "error": 0, "left_out": 0, "missing": 0}},
        job=Job._all.create(kind="imports.check", state="done", place=path),
    )  # fmt: skip
    one.file.save(f"imports/{number}.csv", ContentFile(TEXT), save=False)
    one.save()
    Finding._all.create(
        batch=one, number=1, level="cells", code="number.text", severity="error", row=2, column="建筑面积", value="大",
        message={"zh": "应为数字", "en": "a number"}, allowed={"zh": "数字", "en": "a number"},
        fix={"zh": "请填数字。", "en": "Write one."},
    )  # fmt: skip
    return one


def samples(city):
    """Return, by route, the requests to make."""
    found = {}

    def add(route, place, *args, **more):
        found.setdefault(f"imports:{route}", []).append(
            {"args": args, "place": place, "method": "get", "data": None, **more}
        )

    def operate(route, place, *args, **more):
        asked = {"args": args, "place": place, "method": "get", "data": None, **more}
        found.setdefault(f"api:{route}", []).append(asked)

    batches, readies = [], []
    for kind in ("csv", "xlsx"):
        add("list_export", None, kind)
    for i, path in enumerate((INSIDE, OUTSIDE)):
        by = city.user("", path)
        made = {state: _make(f"IM-{i}{state}"[:20], path, by, state) for state in ("ready", "errors", "applied")}
        ready = made["ready"]
        row = BatchRow._all.create(
            batch=ready, layer="facilities", row=2, key="F9", action="conflict", seen_version=1,
            values={"capacity": 5}, changes={"capacity": [1, 5, 3]},
        )  # fmt: skip
        code = Place.objects.get(path=path).code
        add("template_export", path, code, right=("places", "export"))
        for route in ("batch", "progress", "findings", "rows", "file_export", "marked_export", "check_again", "decide",
                      "apply", "undo", "discard"):  # fmt: skip
            add(route, path, ready.number)
        for kind in ("csv", "xlsx"):
            add("findings_export", path, ready.number, kind)
            add("rows_export", path, ready.number, kind)
        add("start", path, method="post", data=lambda code=code: {"place": code, "file": _sent()}, events=3)
        reading = {"datum": "gcj02", "encoding": "auto", "layer": "", "version": 1}
        add("check_again", path, made["errors"].number, method="post", data=reading, events=3)
        add("decide", path, ready.number, method="post", data={"version": 1, f"row-{row.pk}": "out"})
        add("apply", path, made["applied"].number, method="post", data={"version": 1, "reason": ""}, events=0)
        add("undo", path, made["applied"].number, method="post", data={"version": 1, "reason": "填错了"})
        add("discard", path, made["errors"].number, method="post", data={"version": 1, "reason": "传错了"})
        for route in ("batch", "batch_findings"):
            operate(f"{route}:GET", path, ready.number)
        batches += [(path, one.number) for one in made.values()]
        readies.append((path, ready.number))
        # The batch and the job that checks it.
        operate("batches:POST", path, method="post", data=lambda code=code: {"place": code, "file": _sent()}, events=2)
    operate("batches:GET", None, holds=batches)
    operate("batches:GET", None, query={"state": "ready"}, holds=readies)
    return found
