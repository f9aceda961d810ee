import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from linli.web.imports.forms import ApplyForm, CheckAgainForm, EndForm, PlaceForm, SendForm, layer_titles

pytestmark = pytest.mark.django_db


def test_a_file_is_sent_in_for_a_place_of_ones_own(kit, street):
    def form(code, **more):
        files = {"file": SimpleUploadedFile("a.csv", b"x")} if more.pop("file", True) else {}
        return SendForm({"place": code, **more}, files, user=street)

    assert form("330105011").is_valid(), "datum and encoding have defaults"
    assert set(form("330106003", file=False).errors) == {"place", "file"}
    assert set(form("330105011", datum="mars", encoding="morse", layer="streets").errors) == {
        "datum",
        "encoding",
        "layer",
    }


def test_places_are_offered_as_a_tree_in_the_pages_language(street):
    labels = [label for _, label in PlaceForm(user=street).fields["place"].choices]
    assert [label.strip("\u3000") for label in labels] == ["和睦街道", "和睦社区", "华丰社区"]
    assert labels[1].startswith(labels[0][: len(labels[0]) - 4] + "\u3000")
    translation.activate("en")
    first = next(iter(PlaceForm(user=street).fields["place"].choices))
    assert first[1].strip("\u3000") == "Hemu Street"
    assert dict(layer_titles())["rooms"] == "Rooms"


def test_closing_is_offered_only_where_something_is_missing():
    form = ApplyForm(missing=3)
    assert "3" in form.fields["close_missing"].label
    assert "close_missing" not in ApplyForm(missing=0).fields
    assert set(ApplyForm({}, missing=3).errors) == {"reason", "version"}


def test_ending_and_checking_again_ask_for_what_they_need():
    assert set(EndForm({}).errors) == {"reason", "version"}
    assert set(CheckAgainForm({}).errors) == {"datum", "encoding", "version"}
    assert CheckAgainForm({"datum": "bd09", "encoding": "auto", "layer": "rooms", "version": 1}).is_valid()
