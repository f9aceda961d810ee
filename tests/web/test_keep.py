import threading

import pytest

from linli.web.keep import Keep


def test_what_is_held_is_not_made_again_and_the_least_asked_for_is_let_go():
    made = []
    keep = Keep(2)

    def make(key):
        return keep.get(key, lambda: made.append(key) or key.upper())

    assert [make(key) for key in ("a", "b", "a", "c", "a")] == ["A", "B", "A", "C", "A"]
    assert made == ["a", "b", "c"]
    assert len(keep) == 2
    make("b")
    assert made == ["a", "b", "c", "b"]
    keep.clear()
    assert len(keep) == 0


def test_what_cannot_be_made_is_not_held_and_can_be_tried_again():
    keep = Keep(1)

    def fail():
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        keep.get("a", fail)
    assert keep.get("a", lambda: 1) == 1


def test_many_threads_make_one_value_once():
    keep, made, start = Keep(2), [], threading.Barrier(8)

    def make():
        made.append(1)
        return object()

    found = []

    def ask():
        start.wait()
        found.append(keep.get("a", make))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(set(map(id, found))) == 1
