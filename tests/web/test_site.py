"""A site from the console: made, administered, looked at, served, backed up, destroyed, restored."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path
from socket import socket

import pytest

from linli.web.site import SiteError, init_site, set_read_only

BUILT = Path(__file__).parents[2] / "src" / "linli" / "web" / "static" / "linli" / "app.js"


def linli(*arguments, ok=True):
    environment = {
        k: v for k, v in os.environ.items() if k not in {"LINLI_SITE", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    command = [sys.executable, "-W", "ignore", "-c", "from linli.cli import main; main()", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=540, check=False)
    assert (done.returncode == 0) is ok, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_folder_is_made_once_with_a_key_of_its_own(tmp_path):
    init_site(tmp_path / "a")
    init_site(tmp_path / "b")
    keys = [(tmp_path / name / "secret.key") for name in "ab"]
    assert keys[0].read_text() != keys[1].read_text()
    assert stat.S_IMODE(keys[0].stat().st_mode) == 0o600
    with pytest.raises(SiteError):
        init_site(tmp_path / "a")


def test_read_only_is_a_note(tmp_path, settings):
    site = settings.SITE.model_copy(update={"folder": tmp_path})
    set_read_only(site, why="验收")
    assert site.is_read_only
    set_read_only(site, why=None)
    assert not site.is_read_only


@pytest.mark.slow
def test_the_life_of_a_site(tmp_path, demo_site):
    if not BUILT.is_file():
        pytest.skip("the browser's part is not built: make frontend")
    folder, archive = tmp_path / "city", tmp_path / "city.tar.gz"
    assert len(re.findall(r"^  \w+ +\w{14}$", demo_site.said.read_text(), re.MULTILINE)) == 23
    shutil.copytree(demo_site.folder, folder)
    linli("site", "createadmin", folder, "--username", "second", "--role", "audit_admin")
    assert "✗" not in linli("site", "doctor", folder, "--lang", "en").replace("✗ fonts", "")
    before = json.loads(linli("audit", "verify", folder, "--json"))
    assert before["whole"]
    linli("site", "backup", folder, "-o", archive)
    assert "whole" in linli("site", "restore", archive, "--verify", "--lang", "en")
    linli("site", "restore", archive, tmp_path / "again")
    assert json.loads(linli("audit", "verify", tmp_path / "again", "--json")) == before
    raw = bytearray(archive.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    (tmp_path / "broken.tar.gz").write_bytes(raw)
    linli("site", "restore", tmp_path / "broken.tar.gz", tmp_path / "never", ok=False)
    (folder / "log" / "audit-heads.jsonl").write_text('{"number": 999999, "hash": "0"}\n')
    linli("audit", "verify", folder, ok=False)
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = f"from linli.cli import main; import sys; sys.argv = ['linli', 'serve', {str(folder)!r}, '--port', '{port}']; main()"
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert _wait_for(f"http://127.0.0.1:{port}/health")["status"] == "ok"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/sign-in/") as page:
            style = re.search(r'href="(/static/linli/app\.[0-9a-f]{12}\.css)"', page.read().decode())[1]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{style}") as answer:
            assert "immutable" in answer.headers["Cache-Control"]
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(address):
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.3)
    raise AssertionError(address)
