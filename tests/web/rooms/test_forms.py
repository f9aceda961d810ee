import pytest

from linli.web.rooms.forms import StepForm
from linli.web.rooms.steps import STEPS

pytestmark = pytest.mark.django_db


def test_a_step_asks_for_what_it_needs_and_offers_only_what_the_owner_allows(desk):
    form = StepForm(verb=STEPS["reserve"], room=desk.room, user=desk.who["street"])
    assert list(form.fields) == ["facility_type", "until", "project", "reason"]
    assert [code for code, _ in form.fields["facility_type"].choices if code] in (
        ["nursery", "canteen"],
        ["canteen", "nursery"],
    )
    assert list(StepForm(verb=STEPS["check"], room=desk.room, user=desk.who["street"]).fields) == ["reason"]
    assert set(StepForm({}, verb=STEPS["use"], room=desk.room, user=desk.who["street"]).errors) == {
        "facility_type", "opened_on", "reason"}  # fmt: skip
