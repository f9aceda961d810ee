import pytest
import shapely
from django.http import QueryDict

from linli.web.places.forms import RecordForm
from linli.web.places.saving import asked_by, clashes_with, left_out, wavering
from linli.web.places.services import record_save

pytestmark = pytest.mark.django_db

HERE = '{"type":"Point","coordinates":[120.1215,30.2991]}'


def form_of(worker, record, query):
    form = RecordForm(QueryDict(query), layer="facilities", user=worker, record=record)
    assert form.is_valid(), form.errors
    return form


SAME = "type=nursery&name=和睦托育驿站&community_id=330105011001&floor_area_m2=260&status=in_use&version=1"


def test_only_what_was_changed_is_asked_for(nursery, worker):
    asked = asked_by(form_of(worker, nursery, f"{SAME}&shape={HERE}"))
    assert (asked.changed, asked.shape, asked.unreadable) == ({}, None, False)
    asked = asked_by(form_of(worker, nursery, SAME.replace("=260", "=") + "&capacity=40"))
    assert asked.changed == {"floor_area_m2": None, "capacity": "40"}
    assert asked.whole[0]["capacity"] == 40
    moved = asked_by(form_of(worker, nursery, f"{SAME}&shape={HERE.replace('120.1215', '120.13')}"))
    assert moved.shape.equals(shapely.Point(120.13, 30.2991))


def test_what_cannot_be_read_is_asked_for_so_that_the_service_says_so(nursery, worker):
    asked = asked_by(form_of(worker, nursery, f"{SAME}&storey=二"))
    assert asked.changed == {"storey": "二"}
    assert asked.unreadable
    assert wavering(worker, "facilities", asked, new=False) == ([], [])


def test_odd_values_and_likely_duplicates_make_one_waver(nursery, worker):
    odd = asked_by(form_of(worker, nursery, SAME.replace("=260", "=150000")))
    doubts, twins = wavering(worker, "facilities", odd, new=False)
    assert [one.code for one in doubts] == ["range.plausible"]
    assert twins == []
    new = asked_by(form_of(worker, None, f"type=nursery&name=和睦托育&status=in_use&shape={HERE}"))
    doubts, twins = wavering(worker, "facilities", new, new=True)
    assert (doubts, twins) == ([], [nursery])


def test_old_doubts_about_what_nobody_touches_are_not_raised_again(nursery, worker, as_actor):
    odd = record_save(actor=as_actor(worker), layer="facilities", key="F1", values={"floor_area_m2": 150_000}, shape=None,
                      base_version=1, source="form")  # fmt: skip
    query = SAME.replace("=260", "=150000").replace("version=1", "version=2")
    asked = asked_by(form_of(worker, odd, f"{query}&capacity=40"))
    assert wavering(worker, "facilities", asked, new=False)[0] == []


def test_a_change_is_compared_with_the_version_it_was_made_from(nursery, worker, as_actor):
    form = form_of(worker, nursery, f"{SAME}&capacity=40&storey=2")
    current = record_save(actor=as_actor(worker), layer="facilities", key="F1", values={"capacity": 60, "operator": "某公司"},
                          shape=None, base_version=1, source="phone")  # fmt: skip
    asked = asked_by(form)
    assert asked.changed == {"capacity": "40", "storey": "2"}
    found = {one.name: one.choice for one in clashes_with("facilities", asked, current)}
    assert found == {"capacity": "", "storey": "mine", "operator": "theirs"}
    assert left_out(asked, {"capacity": "mine"}) is None
    kept = left_out(asked, {"capacity": "theirs", "storey": "mine"})
    assert kept.changed == {"storey": "2"}
    assert kept.shape is None
