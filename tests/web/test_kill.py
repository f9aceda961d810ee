"""Killed at random moments while importing, freezing, assessing and paying: nothing lost, nothing half done.

A process works for a few seconds and is killed without warning; then another looks whether every batch is whole, the
ledger balanced and the chain of events unbroken, and finishes the jobs that were left. `LINLI_KILLS` says how often.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

BUILT = Path(__file__).parents[2] / "src" / "linli" / "web" / "static" / "linli" / "app.js"
KILLS = int(os.environ.get("LINLI_KILLS", "3"))
ACT = Path(__file__).with_name("kill_act.py")
CHECK = Path(__file__).with_name("kill_check.py")

pytestmark = [pytest.mark.slow]


def _environment():
    return {k: v for k, v in os.environ.items() if k not in {"LINLI_SITE", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}


def _python(script, *arguments):
    command = [sys.executable, "-W", "ignore", str(script), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment())


def _say(process):
    out, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors[-3000:]
    return json.loads(out.splitlines()[-1])


def test_nothing_is_lost_and_nothing_half_done(tmp_path):
    if not BUILT.is_file():
        pytest.skip("the browser's part is not built (make frontend)")
    folder = tmp_path / "site"
    made = _say(_python(ACT, folder, "make"))
    assert made["facilities"] > 0
    moments = random.Random(int(os.environ.get("LINLI_SEED", "7")))
    worked = 0
    for number in range(KILLS):
        process = _python(ACT, folder, "act", number)
        # It says `ready` once it begins to work; the kill comes at any moment after that.
        assert process.stdout.readline().strip() == "ready"
        time.sleep(moments.uniform(0.5, 9.0))
        assert process.poll() is None, process.communicate()[1][-2000:]  # it works until it is killed
        process.kill()
        process.communicate()
        found = _say(_python(CHECK, folder))
        assert found["wrong"] == [], (number, found)
        assert found["events"] >= worked
        worked = found["events"]
    assert worked > made["events"]
    last = _say(_python(CHECK, folder, "finish"))
    assert last["wrong"] == []
    assert last["paid"] > 0
    assert last["jobs"] == {"done": last["jobs"].get("done", 0)} | {
        state: n for state, n in last["jobs"].items() if state == "failed"
    }
