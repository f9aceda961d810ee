import pytest

from linli.web.places.allowed import allowed_types, is_allowed


@pytest.mark.parametrize(
    ("said", "types"),
    [
        (None, ()),
        ("", ()),
        ([], ()),
        ("canteen；nursery", ("canteen", "nursery")),
        (["canteen"], ("canteen",)),
        (3, ()),
    ],
)
def test_none_named_is_any(said, types):
    assert allowed_types(said) == types
    assert is_allowed(said, "canteen") is (not types or "canteen" in types)
    assert not is_allowed(said, "")
