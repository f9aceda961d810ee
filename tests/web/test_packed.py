import gzip
import math
import threading

import pytest

from linli.web.packed import Shelf, json_bytes, packed


def test_a_shelf_holds_so_many_bytes_and_lets_go_of_what_was_asked_for_least_lately():
    shelf, made = Shelf(10), []

    def ask(key, size):
        return shelf.get(key, lambda: made.append(key) or bytes(size))

    ask("a", 4), ask("b", 4), ask("a", 4), ask("c", 4)
    assert (made, shelf.held) == (["a", "b", "c"], 8)
    assert len(ask("a", 4)) == 4
    ask("b", 4)
    assert made == ["a", "b", "c", "b"]
    assert len(ask("huge", 11)) == 11, "what is too large for it is given, not held"
    assert shelf.held == 0


def test_what_many_ask_for_at_once_is_made_once_and_a_failure_is_not_kept():
    shelf, made = Shelf(100), []

    def slow():
        made.append(1)
        begun.wait(5)
        return b"body"

    begun = threading.Event()
    threads = [threading.Thread(target=lambda: answers.append(shelf.get("a", slow))) for _ in range(6)]
    answers = []
    for thread in threads:
        thread.start()
    begun.set()
    for thread in threads:
        thread.join()
    assert (answers, made) == ([b"body"] * 6, [1])
    with pytest.raises(ZeroDivisionError):
        shelf.get("b", lambda: 1 // 0)
    assert shelf.get("b", lambda: b"x") == b"x"


def test_unknown_is_null_and_never_nan():
    assert json_bytes({"n": None, "名": 1}) == '{"n":null,"名":1}'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_bytes([math.nan])


def test_an_answer_is_packed_for_who_can_unpack_it_and_not_sent_twice(rf):
    made = []

    def make():
        made.append(1)
        return b"x" * 1000

    first = packed(rf.get("/", headers={"Accept-Encoding": "gzip, br"}), ["test", 1], make)
    assert (first["Content-Encoding"], gzip.decompress(first.content)) == ("gzip", b"x" * 1000)
    plain = packed(rf.get("/"), ["test", 1], make)
    assert (plain.get("Content-Encoding"), plain.content, plain["ETag"]) == (None, b"x" * 1000, first["ETag"])
    assert "private" in plain["Cache-Control"]
    assert made == [1]
    for said in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}'):
        again = packed(rf.get("/", headers={"If-None-Match": said}), ["test", 1], make)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert packed(rf.get("/", headers={"If-None-Match": first["ETag"]}), ["test", 2], make).status_code == 200
    assert packed(rf.get("/"), ["test", 1], make, kind="text/plain")["ETag"] != first["ETag"]
