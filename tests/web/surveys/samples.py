"""What the matrix test asks the routes of this app for: rounds, layers and snapshots within the jurisdiction and without."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from linli.survey import Manifest, ResidentsNote, empty_frame, freeze, make_survey
from linli.survey.raw import file_sha256
from linli.survey.schema import Words
from linli.web.accounts.models import Place
from linli.web.surveys.models import BulkLayer, BulkUpload, Return, Round, Snapshot

INSIDE = "3301/330105/330105011/330105011001/"
OUTSIDE = "3301/330106/330106003/330106003001/"


class _Samples:
    """Requests by route."""

    def __init__(self):
        self.found = {}
        self.held = {"rounds": [], "snapshots": []}

    def add(self, route, place, *args, **more):
        sample = {"args": args, "place": place, "method": "get", "data": None, **more}
        self.found.setdefault(f"surveys:{route}", []).append(sample)

    def operate(self, name, place, *args, **more):
        """Add an operation of the API."""
        sample = {"args": args, "place": place, "method": "get", "data": None, **more}
        self.found.setdefault(f"api:{name}:GET", []).append(sample)

    def ask(self, route, place, *args, data, **more):
        """Add a page that asks, and the answer to it."""
        self.add(route, place, *args)
        self.add(route, place, *args, method="post", data=data, **more)


def _make_round(code, path, state):
    today = timezone.localdate()
    return Round._all.create(code=code, place=path, name=code, surveyed_on=today, begins=today, due=today, state=state)


def _rounds(to, code, path):
    round_ = _make_round(code, path, "review")
    place = Place.objects.get(path=path)
    one = Return._all.create(round=round_, community=place, place=path, state="submitted")
    for route in ("round", "edit", "options", "review", "map", "findings", "late", "remind"):
        to.add(route, path, code)
    for route in ("returns_export", "findings_export", "late_export"):
        to.add(route, path, code, "csv")
    for route in ("return", "none", "submit"):
        to.add(route, path, code, place.code)
    to.ask("reopen", path, code, data={"version": 1, "reason": "补报"})
    to.ask("freeze", path, code, data={"version": 1, "reason": "已齐"})
    to.ask("check", path, code, data={"version": 1})
    to.ask("accept", path, code, place.code, data={"version": one.version, "note": ""})
    to.ask("send_back", path, code, place.code, data={"version": one.version, "reason": "补正"})
    to.add("complete", path, code, method="post", events=0)
    to.operate("round", path, code)
    to.operate("returns", path, code)
    to.held["rounds"] += [(path, code), (path, f"{code}-done")]


def _layers(to, code, path):
    file = Path(settings.MEDIA_ROOT) / f"bulk/{code}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    empty_frame("streets").to_parquet(file)
    values = {"layer": "streets", "place": path, "title": "住建局", "data_on": timezone.localdate()}
    kept = {**values, "file": f"bulk/{code}.parquet", "sha256": file_sha256(file), "rows": 0}
    layer = BulkLayer._all.create(number=1, **kept)
    older = BulkLayer._all.create(number=2, active=False, **kept)
    folder = Path(settings.MEDIA_ROOT) / f"bulk/sent/{code}"
    folder.mkdir(parents=True)
    (folder / "built.parquet").write_bytes(file.read_bytes())
    (folder / "preview.json").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    sent = BulkUpload._all.create(
        **values, datum="wgs84", name="a.gpkg", sha256="0" * 64, folder=f"bulk/sent/{code}", state="ready",
        summary={"rows": 0, "counts": {}},
    )  # fmt: skip
    to.add("upload", path, sent.pk)
    to.add("upload_map", path, sent.pk)
    to.add("upload_findings_export", path, sent.pk, "csv")
    to.ask("keep", path, sent.pk, data={"reason": "更新"})
    to.ask("discard", path, sent.pk, data={"sure": "yes"})
    for route in ("layer", "layer_map"):
        to.add(route, path, "streets", layer.pk)
    to.add("layer_export", path, "streets", layer.pk, "csv")
    to.ask("stop", path, "streets", layer.pk, data={"reason": "有误"})
    to.ask("use", path, "streets", older.pk, data={"reason": "换回"})


def _snapshots(to, code, path):
    done = _make_round(f"{code}-done", path, "frozen")
    today, words = timezone.localdate(), Words(zh="甲", en="a")
    note = ResidentsNote(method="none", text=words)
    manifest = Manifest(name=words, surveyed_on=today, created_at="2026-01-01", metric_crs="EPSG:4549",
                        residents=note, code_version="0")  # fmt: skip
    folder = Path(settings.MEDIA_ROOT) / f"snapshots/{code}"
    digest = freeze(make_survey({}, manifest), folder, replace=True).manifest.digest
    Snapshot._all.create(round=done, place=path, folder=f"snapshots/{code}", digest=digest, code_version="0")
    to.add("snapshot", path, done.code)
    to.add("verify", path, done.code, method="post")
    to.add("snapshot_layer_export", path, done.code, "answers", "csv")
    to.operate("snapshot", path, done.code)
    to.held["snapshots"].append((path, done.code))


def _city_round(to):
    """A round of the whole city: everybody reads of it, but only of the returns of their own communities."""
    round_ = _make_round("whole-city", "3301/", "frozen")
    for path in (INSIDE, OUTSIDE):
        Return._all.create(round=round_, community=Place.objects.get(path=path), place=path)
    to.held["rounds"].append((None, "whole-city"))
    to.operate("returns", None, "whole-city", holds=[(path, path) for path in (INSIDE, OUTSIDE)])


def samples(city):
    """Return, by route, the requests to make."""
    to = _Samples()
    for route in ("rounds_export", "layers_export", "uploads_export", "snapshots_export"):
        to.add(route, None, "csv")
    to.add("outlines", None, INSIDE)
    for code, path in (("in", INSIDE), ("out", OUTSIDE)):
        for make in (_rounds, _layers, _snapshots):
            make(to, code, path)
    _city_round(to)
    for name, holds in to.held.items():
        to.operate(name, None, holds=holds)
    return to.found
