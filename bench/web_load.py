"""The site under load: ``python bench/web_load.py [--city whole|demo] [--users 30] [--seconds 60]``.

Makes a site with the invented whole city (1,250 communities, 50,000 facilities, 600,000 buildings) as
`bench/life_circle.py` does, puts its communities, estates, facilities and rooms into the register too, and serves it
by `linli serve`. So many people (of the city, its districts and its communities) are signed in at once; each asks for
pages as a person does: the overview, a community's profile, the list of communities, the list of facilities, and views
of maps of 12 tiles, one after the other. First with two to six seconds between what a person does (*at work*), then
*without a pause*: so many requests are always waiting. Every map is drawn as if no browser had kept a tile.

Medians and 95th percentiles of wall time by kind of request go to standard output, a line of JSON each, and with
``--write`` into `docs/load.md`; the bench's own clients take part of the same processors.
"""

# ruff: noqa: SLF001 - the bench puts its city there without the work of asking for it

import argparse
import datetime as dt
import json
import os
import platform
import random
import threading
import time
from pathlib import Path

from life_circle import FOLDER, TYPES, Server, site, tile, told

TILES, PAGES = 12, 20
KINDS = {
    "overview": 2,
    "profile": 4,
    "list of communities": 2,
    "list of facilities": 2,
    "tile, life circle": 2,
    "tile, register": 1,
}
"""How often each is asked for."""


def fill_register():
    """Put the city's records into the register, if they are not there."""
    from linli.survey import load_snapshot
    from linli.web.accounts.models import User
    from linli.web.audit.actor import Actor
    from linli.web.places.batch import rows_of_frame
    from linli.web.places.models import LAYERS, Record
    from linli.web.places.services import records_apply
    from linli.web.surveys.models import Snapshot

    survey = load_snapshot(Snapshot._all.get().path)
    office = User.objects.get(username="city_office")
    for layer in LAYERS:
        if layer in survey.layers and not Record._all.filter(layer=layer).exists():
            rows = rows_of_frame(layer, survey.layers[layer])
            begun = time.perf_counter()
            records_apply(actor=Actor(office, office.name, "console", "bench"), layer=layer, rows=rows, source="bench",
                          place="3301/", reason="bench")  # fmt: skip
            told(f"put into the register: {len(rows)} {layer}", [time.perf_counter() - begun], 0.0)


def sign_in(users):
    """Return a session for each of so many people: a third each of the city, its districts, its communities."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from linli.web.accounts.models import Grant, Organisation, Place, User

    rng = random.Random(3)
    levels = (("city", "city_office"), ("district", "district_office"), ("community", "community_worker"))
    found = []
    for number in range(users):
        level, role = levels[number % len(levels)]
        name = f"load-{number}"
        user = User.objects.filter(username=name).first()
        if user is None:
            place = rng.choice(list(Place.objects.filter(level=level).order_by("path")))
            office, _ = Organisation._all.get_or_create(name=f"{place.name}办公室", kind=level, place=place.path)
            user = User.objects.create(username=name, name=name, organisation=office, must_change_password=False)
            Grant._all.create(user=user, role=role, place=place.path, begins=timezone.localdate())
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "linli.web.accounts.backend.Backend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        found.append((session.session_key, user.rights.paths("assessments", "view")[0]))
    return found


class Person:
    """Somebody at work: what they ask for, and how long it took."""

    def __init__(self, server, session, path, places, homes, run, seed):
        self.server, self.session, self.path, self.run = server, session, path, run
        self.rng = random.Random(seed)
        inside = [one for one in places if one.startswith(path)]
        self.codes = [one.rstrip("/").rsplit("/", 1)[-1] for one in inside]
        self.homes = [homes[one.rstrip("/").rsplit("/", 1)[-1]] for one in inside]
        self.walls = {}

    def _addresses(self, kind):
        if kind == "overview":
            return ["/"]
        if kind == "profile":
            return [f"/communities/{self.rng.choice(self.codes)}/"]
        if kind == "list of communities":
            order = self.rng.choice(("rank", "-residents", "name", "score"))
            return [f"/communities/list/?sort={order}&page={self.rng.randint(1, max(len(self.codes) // 100, 1))}"]
        if kind == "list of facilities":
            return [f"/places/facilities/?page={self.rng.randint(1, PAGES)}"]
        z = self.rng.randint(10, 15)
        zoom, x, y = tile(*self.rng.choice(self.homes), z)
        squares = [f"{zoom}/{x + i % 4 - 2}/{y + i // 4 - 1}" for i in range(TILES)]
        if kind == "tile, register":
            return [f"/places/facilities/tiles/{one}/" for one in squares]
        base = f"/life-circle/{self.path.rstrip('/').rsplit('/', 1)[-1]}/tiles"
        asked = f"run={self.run}&type={self.rng.choice(TYPES)}&person=adult&minute=5"
        return [f"{base}/{one}?{asked}" for one in squares]

    def work(self, until, pause, failed):
        try:
            with self.server.client() as client:
                time.sleep(self.rng.uniform(0, pause[1]))
                while time.monotonic() < until:
                    kind = self.rng.choices(list(KINDS), list(KINDS.values()))[0]
                    for address in self._addresses(kind):
                        wall, _ = self.server.ask(client, address, self.session)
                        self.walls.setdefault(kind, []).append(wall)
                    time.sleep(self.rng.uniform(*pause))
        except (OSError, RuntimeError) as error:
            failed.append(f"{self.path} {error}")


def together(server, name, people, seconds, pause):
    """Let all of them work at once; say how long each kind of request took."""
    failed, begun, cpu = [], time.monotonic(), server.cpu_s()
    threads = [threading.Thread(target=one.work, args=(begun + seconds, pause, failed)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(failed[0])
    passed, everything = time.monotonic() - begun, []
    for kind in KINDS:
        walls = [wall for one in people for wall in one.walls.get(kind, ())]
        everything += walls
        if walls:
            yield kind, told(f"{name}: {kind}", walls, 0.0)
    cpu = server.cpu_s() - cpu
    yield "all", told(f"{name}: all", everything, cpu, users=len(people), per_s=round(len(everything) / passed, 1))


def size_of(files):
    """Say how large the city is."""
    from linli.survey import load_snapshot

    layers = load_snapshot(files / "snapshot").layers
    return {name: len(layers[name]) for name in ("communities", "facilities", "buildings")}


def machine():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


HEAD = """# Load 负载

Written by `python bench/web_load.py --write`; do not edit. 由 `python bench/web_load.py --write` 生成，请勿手改。

{day}; {machine}; the clients ran on the same machine, load {load} at the start. SQLite, `linli serve` with {processes}
processes. The city has {communities:,} communities, {facilities:,} facilities and {buildings:,} buildings; all of it is
in the register too. {users} people were signed in at once: a third each of the city, its districts and its communities.

*At work*: two to six seconds between what a person does; a view of a map is 12 tiles, one after the other, as if no
browser had kept any. *Without a pause*: {users} requests are always waiting. Milliseconds of wall time.

| | at work: requests | median | 95 % | without a pause: requests | median | 95 % |
|---|---:|---:|---:|---:|---:|---:|
"""


def write(lines, about):
    """Write the page."""
    rows = []
    for kind in (*KINDS, "all"):
        cells = [f"{one['n']:,} | {one['median_ms']:,.0f} | {one['p95_ms']:,.0f}" for one in lines[kind]]
        rows.append(f"| {kind} | {' | '.join(cells)} |")
    rates = [one["per_s"] for one in lines["all"]]
    cpu = [one["server_cpu_ms"] for one in lines["all"]]
    tail = (
        f"\n{rates[0]} and {rates[1]} requests a second; {cpu[0]} and {cpu[1]} ms of the server's processors each. "
        f"Peak memory of all the server's processes together: {about['gb']} GB.\n"
    )
    page = Path(__file__).resolve().parents[1] / "docs" / "load.md"
    page.write_text(HEAD.format(**about) + "\n".join(rows) + "\n" + tail, encoding="utf-8")


def measure(folder, city, users, seconds, *, on_paper):
    load = round(os.getloadavg()[0], 1)
    where, session, run, files = site(folder, city)
    from django.conf import settings

    from linli.assess import load_assessment
    from linli.web.assessments.models import Run, ScoreRow
    from linli.web.communities.portrait import portraits_write
    from linli.web.serve import process_count

    fill_register()
    portraits_write(Run._all.select_related("snapshot__round").get(pk=run))  # as the worker does after a run
    sessions = sign_in(users)
    places = list(ScoreRow._all.filter(run=run).values_list("place", flat=True).distinct())
    buildings = load_assessment(files / "assessment").buildings
    middle = buildings.groupby("community_id")[["x", "y"]].first()
    homes = {str(code): (float(x), float(y)) for code, x, y in middle.itertuples()}
    del buildings
    server = Server(where, session)

    def crowd(seed):
        return [Person(server, key, path, places, homes, run, seed + i) for i, (key, path) in enumerate(sessions)]

    try:
        first = ("/", f"/communities/{next(iter(homes))}/", "/communities/list/", "/places/facilities/")
        with server.client() as client:
            for address in first:
                before = server.cpu_s()
                walls = [server.ask(client, address)[0] for _ in range(2)]
                told(f"after the start: {address}", walls[:1], server.cpu_s() - before)
        for address in first:
            with server.client() as client:
                before = server.cpu_s()
                walls = [server.ask(client, address)[0] for _ in range(20)]
                told(f"alone: {address}", walls, server.cpu_s() - before)
        dict(together(server, "warming", crowd(1000), seconds / 2, (1.0, 3.0)))
        at_work = dict(together(server, "at work", crowd(2000), seconds, (2.0, 6.0)))
        no_pause = dict(together(server, "without a pause", crowd(3000), seconds, (0.0, 0.0)))
        gb = round(server.peak_gb(), 1)
        print(json.dumps({"what": "the server's peak memory", "gb": gb}))
    finally:
        server.stop()
    if on_paper:
        about = {"day": f"{dt.date.today()}", "machine": machine(), "load": load, "users": users, "gb": gb,  # noqa: DTZ011
                 "processes": process_count(settings.SITE), **size_of(files)}  # fmt: skip
        write({kind: (at_work[kind], no_pause[kind]) for kind in at_work}, about)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", choices=("demo", "whole"), default="whole")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the city, its assessment and site are kept")
    parser.add_argument("--users", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--write", action="store_true", help="write docs/load.md")
    given = parser.parse_args()
    measure(given.folder.resolve(), given.city, given.users, given.seconds, on_paper=given.write)


if __name__ == "__main__":
    main()
