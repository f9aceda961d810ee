import pytest
from django.utils import translation

from linli.rules import load_catalogue
from linli.web.wishes.vocabulary import USUAL, band_title, group_of, grouped, plain_name, type_title
from linli.web.words import has_words


def test_every_type_of_the_catalogue_has_a_plain_name():
    assert [code for code in load_catalogue().facility_types if not has_words(f"wishes.type.{code}")] == []


def test_what_is_ticked_at_first_is_in_the_catalogue_and_in_its_order():
    codes = list(load_catalogue().facility_types)
    assert [codes.index(code) for code in USUAL if code in codes].__len__() == len(USUAL)


@pytest.mark.parametrize(
    ("code", "group"),
    [("nursery", "young"), ("children_playground", "young"), ("canteen", "old"), ("nursing_home", "old"),
     ("parking", "all"), ("no_such_type", "all")],
)  # fmt: skip
def test_whom_a_type_is_for_follows_from_its_age_bands(code, group):
    assert group_of(code) == group


def test_types_stand_under_whom_they_are_for_in_both_languages():
    found = grouped(["parking", "canteen", "nursery"])
    assert [title for title, _ in found] == ["给孩子的", "给老人的", "大家都用的"]
    assert found[0][1] == [("nursery", "托儿所（3 岁以下）")]
    with translation.override("en"):
        assert plain_name("nursery") == "nursery (under 3)"
        assert type_title("nursery") == "nursery"
        assert band_title("80_plus") == "80 and over"
    assert type_title("no_such_type") == plain_name("no_such_type") == "no_such_type"
