"""The life circle as its pages ask for it: ``python bench/life_circle.py [--city demo|whole] [--users 30]``.

Makes a site of its own with the demo city (594 buildings) or the invented whole city (1,250 communities, 600,000
buildings), its round frozen and assessed (kept in ``--folder`` for the next run), and serves it by `linli serve`.
Then, over HTTP with a session:

- what-ifs: a facility dropped at a building, its distances, and the figures by community and age after it;
- ways from buildings;
- tiles: so many users at once, each asking for tiles of zoom 10 to 15 around buildings, one after the other without a
  pause, and with a pause of a second between views of 12 tiles.

Medians and 95th percentiles of wall time and the server's CPU time go to standard output, a line of JSON each.
"""

# ruff: noqa: SLF001 - the bench puts its city there without the work of asking for it

import argparse
import contextlib
import gzip
import http.client
import json
import math
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent / "build" / "life-circle"
TYPES = ("pharmacy", "elderly_station", "kindergarten", "canteen")
TICK = os.sysconf("SC_CLK_TCK")


def made(folder, city):
    """Freeze and assess the city, if that was not done before; return its folder."""
    from linli.assess import AssessOptions, assess, save_assessment
    from linli.rules import load_catalogue
    from linli.survey import freeze, load_snapshot
    from linli.survey.demo import WHOLE_CITY, demo_survey

    place = folder / city
    if not (place / "assessment" / "assessment.json").exists():
        place.mkdir(parents=True, exist_ok=True)
        survey = demo_survey() if city == "demo" else demo_survey(1, plan=WHOLE_CITY)
        freeze(survey, place / "snapshot", replace=True)
        save_assessment(
            assess(load_snapshot(place / "snapshot"), load_catalogue(), AssessOptions()), place / "assessment"
        )
    return place


def site(folder, city):
    """A site with the city's tree, its round and run, and a person of the city office; return the session's key."""
    import hashlib

    from linli.web.site import init_site, open_site, upgrade_site

    where = folder / f"site-{city}"
    fresh = not (where / "linli-site.yaml").exists()
    if fresh:
        init_site(where)
    open_site(where)
    if fresh:
        upgrade_site()

    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from linli.assess import load_assessment
    from linli.survey import load_snapshot
    from linli.web.accounts.models import Grant, Organisation, Place, User
    from linli.web.assessments.models import Run
    from linli.web.assessments.services import run_store
    from linli.web.places.tree import tree_of
    from linli.web.surveys.models import Round, Snapshot

    files = made(folder, city)
    if not Run._all.exists():
        communities = load_snapshot(files / "snapshot").layers["communities"].to_dict("records")
        for one in tree_of(communities, "示范市"):
            Place._all.create(path=one.path, code=one.path.rstrip("/").split("/")[-1], level=one.level, name=one.name)
        office = Organisation._all.create(name="住房和城乡建设局", kind="city", place="3301/")
        user = User.objects.create(
            username="city_office", name="陈示市", organisation=office, must_change_password=False
        )
        Grant._all.create(user=user, role="city_office", place="3301/", begins="2025-01-01")
        day = "2025-10-31"
        round_ = Round._all.create(
            code="bench", name="bench", place="3301/", surveyed_on=day, begins=day, due=day, state="frozen"
        )
        snapshot = Snapshot._all.create(
            round=round_, place="3301/", folder=str(files / "snapshot"), digest=f"bench-{city}", code_version="0"
        )
        digest = hashlib.sha256((files / "assessment" / "assessment.json").read_bytes()).hexdigest()
        run = Run._all.create(
            snapshot=snapshot, place="3301/", number=1, folder=str(files / "assessment"), digest=digest
        )
        tables = load_assessment(files / "assessment")
        run_store(run=run, assessment=tables, folder=files / "assessment", digest=digest)
    user, session = User.objects.get(username="city_office"), SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "linli.web.accounts.backend.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return where, session.session_key, Run._all.get(current=True).pk, files


def _below(pid):
    """Return a process and all that it began."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            children.setdefault(int(stat.read_text().rsplit(")", 1)[1].split()[1]), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


class Server:
    """The site as `linli serve` serves it, until `stop`."""

    def __init__(self, where, session):
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port, self.session = probe.getsockname()[1], session
        command = [sys.executable, "-W", "ignore", "-c", "from linli.cli import main; main()"]
        environment = {name: value for name, value in os.environ.items() if name != "LINLI_SITE"}
        self.process = subprocess.Popen(
            [*command, "serve", str(where), "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
        while True:
            with contextlib.suppress(OSError), self.client() as client:
                client.request("GET", "/health")
                client.getresponse().read()
                return
            time.sleep(0.2)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def cpu_s(self):
        ticks = 0
        for pid in _below(self.process.pid):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICK

    def peak_gb(self):
        """Return the peak memory of all its processes together."""
        found = 0
        for pid in _below(self.process.pid):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            found += next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
        return found / 2**20

    def client(self):
        return contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=300))

    def ask(self, client, address, session=""):
        headers = {"Cookie": f"linli_session={session or self.session}", "Accept-Encoding": "gzip"}
        begun = time.perf_counter()
        client.request("GET", address, headers=headers)
        answer = client.getresponse()
        body = answer.read()
        wall = time.perf_counter() - begun
        if answer.status != 200:
            msg = f"{answer.status} {address}: {body[:200]!r}"
            raise RuntimeError(msg)
        return wall, gzip.decompress(body) if answer.getheader("Content-Encoding") == "gzip" else body


def told(name, walls, cpu_s, **more):
    ordered = sorted(walls)
    line = {
        "what": name, "n": len(walls), "median_ms": round(statistics.median(walls) * 1000, 1),
        "p95_ms": round(ordered[min(math.ceil(0.95 * len(walls)), len(walls)) - 1] * 1000, 1),
        "server_cpu_ms": round(cpu_s / len(walls) * 1000, 1), "load": round(os.getloadavg()[0], 1), **more,
    }  # fmt: skip
    print(json.dumps(line, ensure_ascii=False), flush=True)
    return line


def one_by_one(server, name, addresses):
    with server.client() as client:
        before = server.cpu_s()
        walls = [server.ask(client, address)[0] for address in addresses]
        told(name, walls, server.cpu_s() - before)


def tile(lon, lat, z):
    n = 2**z
    return z, int((lon + 180) / 360 * n), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)


def together(server, name, users, views, base, homes, pause_s):
    """So many users at once, each with views of 12 tiles around a building at some zoom, tile after tile."""
    walls, failed, lock = [], [], threading.Lock()

    def user(seed):
        rng = np.random.default_rng(seed)
        try:
            with server.client() as client:
                for _ in range(views):
                    z, kind = int(rng.integers(10, 16)), str(rng.choice(TYPES))
                    zoom, x, y = tile(*homes[rng.integers(len(homes))], z)
                    for i in range(12):
                        where = f"{zoom}/{x + i % 4 - 2}/{y + i // 4 - 1}"
                        wall, _ = server.ask(client, base.format(where=where, kind=kind))
                        with lock:
                            walls.append(wall)
                    time.sleep(pause_s)
        except (OSError, RuntimeError) as error:
            failed.append(str(error))

    before, begun = server.cpu_s(), time.perf_counter()
    threads = [threading.Thread(target=user, args=(seed,)) for seed in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(failed[0])
    seconds = time.perf_counter() - begun
    told(name, walls, server.cpu_s() - before, users=users, per_s=round(len(walls) / seconds, 1))


def measure(folder, city, users):
    where, session, run, files = site(folder, city)
    from linli.assess import load_assessment

    buildings = load_assessment(files / "assessment").buildings
    homes = buildings[["x", "y"]].sample(400, random_state=3).to_numpy()
    ids = buildings["building_id"].sample(40, random_state=4).tolist()
    del buildings
    server = Server(where, session)
    page = f"/life-circle/3301/what-if.json?run={run}&type=pharmacy"
    try:
        one_by_one(server, "the first page: everything read", ["/life-circle/3301/?type=pharmacy"])
        drops = [f"drop={lon:.7f},{lat:.7f}" for lon, lat in homes[:40]]
        one_by_one(server, "the first what-if: streets laid, kernels loaded", [f"{page}&{drops[0]}"])
        one_by_one(server, "what-if: a facility dropped", [f"{page}&{drop}" for drop in drops[1:]])
        figures = page.replace("what-if", "summary") + "&person=elder&minute=5"
        one_by_one(server, "its figures by community and age", [f"{figures}&{drop}" for drop in drops[1:]])
        way = page.replace("what-if", "way")
        one_by_one(server, "the way from a building", [f"{way}&building={one}" for one in ids])
        tiles = f"/life-circle/3301/tiles/{{where}}?run={run}&type={{kind}}&person=adult&minute=5"
        together(server, "tiles, without a pause", users, 4, tiles, homes, 0.0)
        together(server, "tiles, a second between views", users, 4, tiles, homes[::-1], 1.0)
        print(json.dumps({"what": "the server's peak memory", "gb": round(server.peak_gb(), 2)}))
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", choices=("demo", "whole"), default="demo")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the city, its assessment and site are kept")
    parser.add_argument("--users", type=int, default=30)
    given = parser.parse_args()
    measure(given.folder.resolve(), given.city, given.users)


if __name__ == "__main__":
    main()
