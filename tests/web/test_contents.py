import sqlite3
from contextlib import closing

from linli.web.contents import contents_of_sqlite, what_differs


def _base(path, rows, heads):
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE t (x)")
        base.executemany("INSERT INTO t VALUES (?)", [(i,) for i in range(rows)])
        base.execute("CREATE TABLE audit_event (number, hash)")
        base.executemany("INSERT INTO audit_event VALUES (?, ?)", heads)
    return contents_of_sqlite(path)


def test_rows_and_the_head_are_told_and_held_against_each_other(tmp_path):
    one = _base(tmp_path / "a", 3, [(1, "x"), (2, "y")])
    assert one == {"rows": {"audit_event": 2, "t": 3}, "audit_head": {"number": 2, "hash": "y"}}
    assert what_differs(one, one) == ()
    two = _base(tmp_path / "b", 2, [(1, "x"), (2, "z")])
    assert [text.split(":")[0] for text in what_differs(one, two)] == ["t", "audit"]
    none = _base(tmp_path / "c", 0, [])
    assert none["audit_head"] is None
