import pytest

from linli.report.outcome.model import CommunityChange


def community(**changes):
    return CommunityChange("1", "1", "甲", "", (1.0, 2.0), {}, {"s": changes}, 0, 0, 0.0, 0.0, 0.0, 0)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "alone"),
        ({"same": 3}, "same"),
        ({"better": 1, "same": 2}, "better"),
        ({"worse": 1}, "worse"),
        ({"better": 2, "worse": 1}, "mixed"),
        ({"now_known": 4}, "same"),
    ],
)
def test_verdict(changes, verdict):
    assert community(**changes).verdict("s") == verdict


def test_counts_are_of_one_standard_or_of_all():
    changes = {"s": {"better": 1}, "t": {"better": 2}}
    two = CommunityChange("1", "1", "甲", "", (1.0, 2.0), {}, changes, 0, 0, 0.0, 0.0, 0.0, 0)
    assert two.count("better", "s") == 1
    assert two.count("better") == 3
    assert two.count("worse") == 0


def test_what_is_asked_of_the_whole(made):
    book = made.book
    assert book.main == "complete_community"
    assert book.total("opened")["value"] == 4
    assert book.total("no such line")["value"] != book.total("no such line")["value"]
    assert book.community("330199001004").name == "葭亭社区"
    assert book.community("no such") is None
