import geopandas as gpd
import pytest
import shapely

from linli.survey.schema import empty_frame
from linli.web.accounts.models import Place
from linli.web.imports import selectors
from linli.web.imports.models import Batch
from linli.web.imports.selectors import (
    SiteRegister,
    findings_of,
    list_batches,
    outcomes_of,
    places_for_uploads,
    register_counts,
    rows_of,
    same_files,
    undecided,
    versions_now,
)
from linli.web.imports.services import batch_apply
from linli.web.surveys.models import BulkLayer

pytestmark = pytest.mark.django_db


def test_batches_are_seen_within_the_jurisdiction_and_by_who_sent_them(kit, register, street, send):
    batch = send(street, kit.book(kit.line("N1", area="大")))
    seen = {"street": True, "city_office": True, "auditor": True, "finance": False}
    for role, sees in seen.items():
        user = register.user(role, kit.STREET if role == "street" else "3301/")
        assert (list_batches(user).first() == batch) is sees, role
        assert findings_of(user, batch).exists() is sees
        assert rows_of(user, batch).exists() is sees
    elsewhere = register.user("street", "3301/330105/330105012/")
    assert not list_batches(elsewhere).exists()
    assert not findings_of(elsewhere, batch).exists()
    assert not outcomes_of(elsewhere, batch).exists()
    street.grants.all().update(ends="2020-01-01")
    assert list_batches(street).get() == batch, "one's own are always seen"
    assert not list_batches(street, "edit").exists()
    assert list_batches(street).get().place_name == "和睦街道"


def test_files_are_sent_in_for_places_whose_survey_one_edits(kit, street, register):
    assert set(places_for_uploads(street).values_list("path", flat=True)) == {kit.STREET, kit.HEMU, kit.HUAFENG}
    assert not places_for_uploads(register.user("auditor", "3301/")).exists()


def test_the_same_file_that_was_applied_before_is_found(kit, street, send, as_actor):
    first = send(street, kit.book(kit.line("N1")))
    second = send(street, kit.book(kit.line("N1")))
    assert not same_files(street, second).exists()
    batch_apply(actor=as_actor(street), batch=first, base_version=first.version, reason="x")
    assert [one.pk for one in same_files(street, second)] in ([first.pk], [])  # the same bytes, if made in one second
    Batch._all.filter(pk=second.pk).update(sha256=first.sha256)
    assert [one.pk for one in same_files(street, Batch._all.get(pk=second.pk))] == [first.pk]


def test_counts_are_of_what_one_may_take_out(kit, street, register):
    assert register_counts(street, kit.STREET)["facilities"] == 3
    assert register_counts(street, "3301/")["facilities"] == 3
    assert register_counts(register.user("auditor", "3301/"), "3301/")["facilities"] == 0


def test_the_register_as_the_check_sees_it(kit, register):
    site = SiteRegister(kit.STREET)
    held = site.held("facilities", ["X1", "no"])
    assert set(held) == {"F1", "F2", "G1", "X1"}
    assert (held["X1"].place, held["F2"].cells["capacity"], held["F1"].shape) == (
        kit.XIAOHE, 40, shapely.Point(120.1215, 30.3051),
    )  # fmt: skip
    kit.put("facilities", kit.facility("F1", floor_area_m2=999))
    bases = site.bases("facilities", {"F1": 1, "F2": 9})
    assert set(bases) == {"F1"}
    assert (bases["F1"].version, bases["F1"].cells["floor_area_m2"]) == (1, 260)
    assert site.place_name.zh.endswith("和睦街道")
    assert site.paths([kit.CODES["hemu"], "999"]) == {kit.CODES["hemu"]: kit.HEMU}
    assert site.paths_at([shapely.Point(120.1355, 30.3051), None]) == [kit.HUAFENG, None]
    assert versions_now("facilities", ["F1", "F2", "no"]) == {"F1": 2, "F2": 1}


def test_undecided_conflicts_are_counted(kit, street, send):
    batch = send(street, kit.book(kit.line("N1")))
    batch.rows.filter(key="N1").update(action="conflict")
    assert undecided(batch).count() == 1


def test_streets_around_the_file_are_looked_at_too(kit, street, send, settings, tmp_path, register):
    lines = empty_frame("streets").reindex(range(2))
    lines["street_id"] = ["s1", "far"]
    shapes = [shapely.LineString([(120.12, 30.3051), (120.13, 30.3051)]), shapely.LineString([(121, 31), (121.1, 31)])]
    folder = tmp_path / "files"
    folder.mkdir(exist_ok=True)
    gpd.GeoDataFrame(lines, geometry=shapes, crs="EPSG:4326").to_parquet(folder / "streets.parquet")
    BulkLayer._all.create(layer="streets", number=1, title="x", data_on="2026-01-01", file="streets.parquet",
                          sha256="0" * 64, rows=2, place="3301/")  # fmt: skip
    batch = send(street, kit.book(kit.line("N1", north=30.3052), kit.line("N2", north=30.3091)))
    assert kit.found(batch) == [("place.no_street", 3)]
    assert Place.objects.filter(path=kit.STREET).exists()
    assert selectors.list_batches(street).get().state == "ready"
