"""Serving itself is in test_site; here is what the server is told, and that its processes are begun anew."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path
from socket import socket

import pytest

from linli.web.serve import make_server, process_count
from linli.web.site import init_site

BUILT = Path(__file__).parents[2] / "src" / "linli" / "web" / "static" / "linli" / "app.js"
SERVE = [sys.executable, "-W", "ignore", "-c", "from linli.cli import main; main()", "serve"]


def _with(settings, **config):
    return settings.SITE.model_copy(update={"config": settings.SITE.config.model_copy(update=config)})


def test_only_the_proxy_that_is_trusted_is_believed(settings):
    with closing(socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = make_server(_with(settings, trusted_proxy="10.0.0.1", upload_mb=3), listening)
        assert server.adj.trusted_proxy == "10.0.0.1"
        assert server.adj.max_request_body_size == 3 * 1024 * 1024
        server.close()


def test_there_are_as_many_processes_as_settings_say_or_processors_are_there(settings):
    assert process_count(_with(settings, processes=3)) == 3
    assert 1 <= process_count(settings.SITE) <= 4


def _children(pid):
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in told.read_text().split()]


def _answers(port):
    limit = time.monotonic() + 90
    while time.monotonic() < limit:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return json.load(answer)["status"]
        except OSError:
            time.sleep(0.2)
    raise AssertionError(port)


def _until(holds):
    limit = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="asks Linux which processes there are")
def test_what_was_killed_is_begun_anew_and_nothing_outlives_the_first_process(tmp_path):
    if not BUILT.is_file():
        pytest.skip("the browser's part is not built: make frontend")
    init_site(tmp_path / "site")
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    hidden = {"LINLI_SITE", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    command = [*SERVE, str(tmp_path / "site"), "--port", str(port)]
    server = subprocess.Popen(command, **quiet)
    try:
        assert _answers(port) == "ok"
        before = _children(server.pid)
        for child in before:
            os.kill(child, signal.SIGKILL)
        _until(lambda: len(set(_children(server.pid)) - set(before)) >= len(before) - 1)
        assert _answers(port) == "ok"
        again = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=90, check=False)
        assert again.returncode == 1
        assert "--port" in again.stdout + again.stderr
        after = _children(server.pid)
    finally:
        server.kill()
        server.wait(30)
    _until(lambda: not any(Path(f"/proc/{child}").exists() for child in after))
