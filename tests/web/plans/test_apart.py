import json
import os
import queue
from dataclasses import replace

import pytest

from linli.web.jobs.runner import CancelledError
from linli.web.plans import apart
from linli.web.plans.apart import TroubleError, do_apart, stage_key
from linli.web.plans.order import Order
from linli.web.words import has_words, say

NOTHING = Order("solve", "nowhere", "nowhere", (), "", {}, {"code": "1", "name": "区"}, None, "nowhere/x")


def test_a_study_is_solved_in_a_process_of_its_own_that_tells_what_it_does(solved_files, tmp_path):
    told = []
    done = do_apart(replace(solved_files.other_order, out=str(tmp_path / "x")), lambda *one: told.append(one))
    assert done["status"] == "optimal"
    assert (tmp_path / "x" / "sheets" / "book.json").is_file()
    same = json.loads((solved_files.other / "plan" / "plan.json").read_text())
    assert json.loads((tmp_path / "x" / "plan" / "plan.json").read_text())["objective"] == same["objective"]
    assert "求解选址" in {say(stage) for stage, _ in told if has_words(stage)}
    fractions = [fraction for _, fraction in told if fraction is not None]
    assert fractions == sorted(fractions)


def test_cancelling_ends_the_process_at_once(monkeypatch, tmp_path):
    """The process does nothing but wait: what is held is that it is gone when the job was cancelled."""
    started = []
    begin = apart._start

    def start(order):
        started.append(begin(order))
        return started[0]

    def stop(*_):
        raise CancelledError

    monkeypatch.setattr(apart, "_start", start)
    with pytest.raises(CancelledError):
        do_apart(NOTHING, stop)
    assert started[0].returncode is not None
    if hasattr(os, "killpg"):
        with pytest.raises(ProcessLookupError):
            os.kill(started[0].pid, 0)


def test_trouble_comes_back_in_both_languages(tmp_path):
    with pytest.raises(TroubleError) as caught:
        do_apart(replace(NOTHING, snapshot=str(tmp_path), out=str(tmp_path / "x" / "y")), lambda *_: None)
    assert caught.value.texts["en"]
    assert str(caught.value) == caught.value.texts["zh"]
    assert list(tmp_path.iterdir()) == []


def test_what_is_unset_is_said_in_chinese_too():
    told = apart._told({"kind": "unset", "zh": "x", "en": "`budget` needs unit costs"})
    assert told["zh"].startswith("有数值待填")
    assert "`budget`" in told["zh"]
    assert apart._told({"kind": "input", "zh": "错", "en": "wrong"})["zh"] == "错"


def test_a_process_that_ends_without_a_word_is_told_of(monkeypatch):
    class Gone:
        stdin = stdout = stderr = None
        pid = returncode = 0

        def poll(self):
            return 1

        def wait(self):
            return 1

    monkeypatch.setattr(apart, "_start", lambda _: Gone())
    with pytest.raises(TroubleError, match="意外结束"):
        do_apart(NOTHING, lambda *_: None)


def test_the_stage_is_told_again_while_nothing_happens(monkeypatch):
    monkeypatch.setattr(apart, "_LOOK_EVERY_S", 0.01)
    lines, told = queue.Queue(), []
    lines.put({"stage": "plan", "fraction": 0.4})

    def progress(*one):
        told.append(one)
        if len(told) == 3:
            lines.put({"done": {"ok": True}})
            lines.put(None)

    assert apart._follow(lines, progress) == {"done": {"ok": True}}
    assert told[:3] == [("plans.stage.plan", 0.4)] * 3


def test_a_stage_without_words_is_itself():
    assert stage_key("something new") == "something new"
