"""What is read once while a request lasts."""

import itertools

from linli.web.moment import forget, moment, once


def test_within_a_moment_it_is_made_once_of_each_key():
    numbers = itertools.count()
    with moment():
        assert [once("n", 1, numbers.__next__), once("n", 1, numbers.__next__)] == [0, 0]
        assert once("n", 2, numbers.__next__) == 1
        with moment():
            assert once("n", 1, numbers.__next__) == 2
        assert once("n", 1, numbers.__next__) == 0
    assert once("n", 1, numbers.__next__) == 3
    assert once("n", 1, numbers.__next__) == 4


def test_what_was_changed_is_made_again():
    numbers = itertools.count()
    forget("n")  # outside of a moment there is nothing to forget
    with moment():
        once("n", 1, numbers.__next__)
        once("other", 1, numbers.__next__)
        forget("n")
        assert once("n", 1, numbers.__next__) == 2
        assert once("other", 1, numbers.__next__) == 1
