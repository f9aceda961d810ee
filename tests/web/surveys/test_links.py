from linli.web.surveys.completeness import Fact
from linli.web.surveys.links import fact_address, record_address

CODE = "330105011001"


def fact(part, layer, key="", what="x"):
    return Fact(part, layer, key, what, False)


def test_a_record_has_a_page_and_a_bulk_row_none():
    assert record_address("facilities", "F1").endswith("/F1/")
    assert record_address("streets", "S1") == ""
    assert record_address("facilities", "") == ""


def test_what_is_missing_leads_to_its_form():
    assert "F1" in fact_address(fact("sizes", "facilities", "F1"), CODE)
    assert CODE in fact_address(fact("community", "communities", CODE), CODE)
    new = fact_address(fact("facilities", "facilities", what="nursery"), CODE)
    assert new.endswith(f"?community_id={CODE}&type=nursery")
    assert "item=complete_community%2Fparking" in fact_address(
        fact("answers", "answers", what="complete_community/parking"), CODE
    )
    assert f"community_id={CODE}" in fact_address(fact("rooms", "rooms", what="any"), CODE)
