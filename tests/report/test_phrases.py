import math

import pytest

from linli.report import phrases


def test_gaps_come_worst_first(book):
    community = book.communities[0]
    found = phrases.gaps(community)
    assert all(result.status in ("not_met", "partly") for result in found)
    assert [r.status for r in found] == sorted((r.status for r in found), key=["not_met", "partly"].index)
    one = phrases.gaps(community, "complete_community", most=2)
    assert len(one) <= 2
    assert all(result.item.standard == "complete_community" for result in one)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_result_can_be_put_into_words(book, contexts, lang):
    fmt = contexts[lang].fmt
    for community in book.communities:
        assert phrases.community_lead(book, community, fmt)
        for results in community.results.values():
            for result in results:
                assert isinstance(phrases.shortfall_text(result, fmt, book.unit), str)
                phrases.weakest_text(result, fmt)
                for requirement in result.requirements:
                    texts = [
                        phrases.measured(requirement, fmt),
                        phrases.required(requirement, fmt),
                        phrases.requirement_shortfall(requirement, fmt, book.unit),
                        *phrases.evidence_lines(requirement, fmt, {}),
                    ]
                    assert not any("nan" in text.lower().split() for text in texts)
    assert contexts[lang].place in phrases.city_lead(book, fmt, contexts[lang].place)


def test_what_is_met_lacks_nothing(book, contexts):
    fmt = contexts["zh"].fmt
    results = [r for c in book.communities for found in c.results.values() for r in found]
    assert all(phrases.shortfall_text(r, fmt, "residents") == "" for r in results if r.status == "met")
    unknown = [r for r in results if r.status == "unknown"]
    assert unknown
    assert all(phrases.shortfall_text(r, fmt, "residents") for r in unknown)


def test_reasons_do_not_repeat_the_rank(book, contexts):
    for lang in ("zh", "en"):
        for community in book.communities:
            text = phrases.reason(community.priority, contexts[lang].fmt)
            assert text
            assert not text.startswith(("No.", "第"))


def test_share_of_old_and_young(book):
    assert 0 < phrases.old_young_share(book.communities[0]) < 1
    assert math.isnan(phrases.old_young_share(book.communities[3]))


def test_parts_have_their_units(contexts):
    fmt = contexts["en"].fmt
    assert phrases.part_text("old_estates", 0.5, fmt) == "50\u202f%"
    assert phrases.part_text("spare_rooms", 500.0, fmt) == "500\u202fm²"
    assert phrases.part_text("residents_without", 500.0, fmt) == "500\u202fresidents"
    assert phrases.part_text("wishes", float("nan"), fmt) == fmt.unknown
