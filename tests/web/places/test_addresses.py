import pytest
from django.urls import resolve, reverse
from hypothesis import given
from hypothesis import strategies as st

from linli.web.places.addresses import KeyConverter, LayerConverter


@given(st.text(min_size=1))
def test_any_key_comes_back_from_its_address(key):
    written = KeyConverter().to_url(key)
    assert "/" not in written
    assert KeyConverter().to_python(written) == key


@pytest.mark.parametrize("key", ["F1", "330105011001|complete_community/parking", "a~1b", "食堂 1", "new"])
def test_records_have_an_address_by_layer_and_key(key):
    from urllib.parse import unquote

    found = resolve(unquote(reverse("places:record", args=["answers", key])))
    assert (found.view_name, found.kwargs) == ("places:record", {"layer": "answers", "key": key})


def test_only_layers_of_the_register_have_addresses():
    assert LayerConverter().to_python("rooms") == LayerConverter().to_url("rooms") == "rooms"
    assert "streets" not in LayerConverter.regex.split("|")
