"""The server killed at random moments while people import, pay, freeze and assess: nothing lost, nothing half done.

`linli serve` answers three people over HTTP, with its worker inside or with `linli site worker` beside it, and is killed
without warning, children and all. Then another process looks whether every batch and run is whole, the ledger balanced
and the chain of events unbroken, and whether what was answered with success is there. People whom nobody answered do
what people do: they try again. At last a server does the jobs that were left. `LINLI_KILLS` says how often.
"""

import http.client
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from contextlib import closing
from itertools import count
from pathlib import Path
from socket import socket
from urllib.parse import urlencode

import openpyxl
import pytest

BUILT = Path(__file__).parents[2] / "src" / "linli" / "web" / "static" / "linli" / "app.js"
KILLS = int(os.environ.get("LINLI_KILLS", "2"))
MAKE = Path(__file__).with_name("kill_make.py")
CHECK = Path(__file__).with_name("kill_check.py")
LINLI = "from linli.cli import main; main()"
TOKEN = "t" * 32
ROWS = 120
HEAD = ("设施编号", "设施类型", "设施名称", "所属社区编号", "经度", "纬度")
BUSY_S = 5.0
"""A kill comes within so many seconds after everybody was answered; every fifth one may come later, after long work."""

pytestmark = [pytest.mark.slow]


def _environment(**more):
    kept = {k: v for k, v in os.environ.items() if k not in {"LINLI_SITE", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    return {**kept, "LINLI_REAUTHENTICATION_MINUTES": "240", **more}


def _say(script, *arguments):
    command = [sys.executable, "-W", "ignore", str(script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=_environment(), timeout=540, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def _linli(log, *arguments, **environment):
    """Run a command in a process group of its own."""
    command = [sys.executable, "-W", "ignore", "-c", LINLI, *map(str, arguments)]
    return subprocess.Popen(command, stdout=log, stderr=log, env=_environment(**environment), start_new_session=True)


def _free_port():
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class GoneError(Exception):
    """The server does not answer any more."""


class Person:
    """Somebody who is signed in: asks one thing after the other."""

    def __init__(self, port, session):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.answered = False
        self.cookies = {"Cookie": f"linli_session={session}; linli_csrf={TOKEN}", "X-CSRFToken": TOKEN}

    def ask(self, method, address, body=None, kind=""):
        """Return the text of an answer, or where it sends one."""
        try:
            self.connection.request(method, address, body, {**self.cookies, **({"Content-Type": kind} if kind else {})})
            answer = self.connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise GoneError(address) from error
        self.answered = True
        assert answer.status in {200, 302}, (address, answer.status, text[:2000])
        where = answer.headers.get("Location", "")
        assert not where.startswith("/account/"), (address, where)
        return where or text

    def read(self, address):
        return json.loads(self.ask("GET", address))

    def fill(self, address, sent):
        """Send a form; return where it leads, or nothing if it comes back."""
        where = self.ask("POST", address, urlencode(sent, doseq=True), "application/x-www-form-urlencoded")
        return where if where.startswith("/") else ""

    def send(self, address, sent, name, data):
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in sent.items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = "".join([*parts, head]).encode() + data + f"\r\n--{edge}--\r\n".encode()
        return self.ask("POST", address, body, f"multipart/form-data; boundary={edge}")


def _workbook(number, made):
    """Facilities of a community in a grid of its own, so that none is taken for another."""
    book = openpyxl.Workbook()
    book.active.title = "设施"
    book.active.append(HEAD)
    east, north = made["spot"]
    for i in range(ROWS):
        place = (east + (i % 12) * 2e-5, north + (i // 12) * 2e-5)
        book.active.append([f"K{number}-{i}", "barber", f"{uuid.uuid4().hex[:8]}", made["community"], *place])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _import(person, made, said, mine):
    """Send a workbook in, see it checked, apply it; what nobody answered is sent or applied again."""
    while True:
        if "batch" not in mine:
            data = mine.setdefault("book", _workbook(len(said["sent"]), made))
            where = person.send("/imports/", {"place": made["community"]}, "设施.xlsx", data)
            mine["batch"] = re.fullmatch(r"/imports/batches/(IM-\d+)/", where)[1]
            said["sent"].append(mine["batch"])
        number = mine["batch"]
        state = person.read(f"/api/v1/batches/{number}")["state"]
        if state == "checking":
            time.sleep(0.2)
            continue
        assert state in {"ready", "applied"}, (number, state)
        if state == "ready":
            page = person.ask("GET", f"/imports/batches/{number}/apply/")
            version = re.search(r'name="version" value="(\d+)"', page)[1]
            assert person.fill(f"/imports/batches/{number}/apply/", {"version": version, "reason": "街道填报"})
        said["applied"].append(number)
        mine.clear()


def _pay(person, made, said, mine):
    """Pay, one voucher after the other; what nobody answered is paid again, and refused if it was paid."""
    for i in count(len(said["paid"])):
        sent = {"amount": "1.00", "voucher": f"PZ-{i}", "on": f"{made['today']}", "memo": "付款"}
        again = mine.get("voucher") == sent["voucher"]
        mine["voucher"] = sent["voucher"]
        where = person.fill(f"/funds/applications/{made['application']}/pay/", sent)
        assert where or again, sent
        said["paid"].append(sent["voucher"])


def _survey(person, made, said, mine):
    """Close a round, freeze it, assess it twice in other ways, open the next; all as far as nobody did it before."""
    from linli.web.assessments.forms import OptionsForm

    form = OptionsForm(options={})
    choices = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    choices = {name: value for name, value in choices.items() if value is not None}
    while True:
        newest = person.read("/api/v1/rounds?limit=1")["items"][0]
        code, why = newest["code"], {"version": newest["version"], "reason": "已齐"}
        if newest["state"] == "open":
            assert person.fill(f"/surveys/rounds/{code}/review/", why)
        elif newest["state"] == "review":
            if person.fill(f"/surveys/rounds/{code}/freeze/", why):
                said["frozen"].append(code)
            time.sleep(0.3)  # it is being frozen
        else:
            runs = [run for run in person.read("/api/v1/assessments/runs")["items"] if run["round"] == code]
            if any(run["state"] in {"queued", "running"} for run in runs):
                time.sleep(0.3)
            elif sum(run["state"] == "done" for run in runs) < 3:
                where = person.fill(
                    f"/assessments/runs/{runs[0]['id']}/again/", {**choices, "met_share": 0.5 + len(runs) / 100}
                )
                said["asked"].append(int(re.fullmatch(r"/assessments/runs/(\d+)/", where)[1]))
            else:
                code = f"k{len(said['opened'])}-{uuid.uuid4().hex[:6]}"
                days = dict.fromkeys(("surveyed_on", "begins", "due"), made["today"])
                assert person.fill("/surveys/new/", {"place": made["city"], "code": code, "name": code, **days})
                said["opened"].append(code)


ACTS = {_import: "city_office", _pay: "finance_2", _survey: "city_office"}
"""Who does what."""


def _work(act, person, ended, faults, *about):
    try:
        act(person, *about)
    except GoneError as error:
        if not ended.is_set():
            faults.append(f"the server died by itself: {error!r}")
    except Exception as error:  # noqa: BLE001 - told by the test's own thread
        faults.append(f"{act.__name__}: {error!r}")
    finally:
        person.connection.close()


def _wait_for(port, process):
    patience = time.monotonic() + 120
    while time.monotonic() < patience:
        assert process.poll() is None, "the server does not start"
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as asked:
            try:
                asked.request("GET", "/health")
                if asked.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.2)
    raise AssertionError


def _start(folder, log, *, beside):
    """Start the server and, if its worker shall be beside it, that; return the port and the processes."""
    port = _free_port()
    environment = {"LINLI_WORKER": "false"} if beside else {}
    started = [_linli(log, "serve", folder, "--port", port, **environment)]
    _wait_for(port, started[0])
    if beside:
        started.append(_linli(log, "site", "worker", folder))
    return port, started


def _kill(processes):
    for process in processes:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def _until(condition, faults):
    patience = time.monotonic() + 240
    while not condition() and not faults and time.monotonic() < patience:
        time.sleep(0.05)
    assert condition(), faults


def _work_until_killed(folder, log, made, said, unanswered, moments, number):
    """Let three people work and kill the server meanwhile; return what went wrong before."""
    port, processes = _start(folder, log, beside=number % 2 == 1)
    ended, faults = threading.Event(), []
    people = {act: Person(port, made["sessions"][name]) for act, name in ACTS.items()}
    threads = [
        threading.Thread(target=_work, args=(act, person, ended, faults, made, said, unanswered[act]), daemon=True)
        for act, person in people.items()
    ]
    try:
        for one in threads:
            one.start()
        _until(lambda: all(person.answered for person in people.values()), faults)
        _until(lambda: all(said[name] for name in ("sent", "paid", "frozen")), faults)  # the first time
        time.sleep(moments.uniform(0, BUSY_S * (6 if number % 5 == 4 else 1)))
    finally:
        ended.set()
        moments.shuffle(processes)  # the other of two outlives the first for a moment
        _kill(processes[:1])
        time.sleep(moments.uniform(0, 1) if processes[1:] else 0)
        _kill(processes[1:])
        for one in threads:
            one.join(150)
    return faults


def test_nothing_is_lost_and_nothing_half_done(tmp_path):
    if not BUILT.is_file():
        pytest.skip("the browser's part is not built (make frontend)")
    folder, told = tmp_path / "site", tmp_path / "said.json"
    made = _say(MAKE, folder)
    said = {"rows": ROWS, **{name: [] for name in ("sent", "applied", "paid", "opened", "frozen", "asked")}}
    unanswered = {act: {} for act in ACTS}
    moments = random.Random(int(os.environ.get("LINLI_SEED", "7")))
    events = made["events"]
    with (tmp_path / "server.log").open("w") as log:
        for number in range(KILLS):
            faults = _work_until_killed(folder, log, made, said, unanswered, moments, number)
            assert faults == [], (number, faults)
            told.write_text(json.dumps(said), encoding="utf-8")
            found = _say(CHECK, folder, told)
            assert found["wrong"] == [], (number, found)
            assert found["events"] >= events
            events = found["events"]
        _, processes = _start(folder, log, beside=False)
        try:
            last = _say(CHECK, folder, told, "finish")
        finally:
            _kill(processes)
    assert last["wrong"] == []
    assert last["paid"] > 0
    if "failed" not in last["jobs"]:  # work that was killed three times is given up, and said to be
        assert min(last["frozen"], last["runs"]) > 0
