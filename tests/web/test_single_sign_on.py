"""Single sign-on against an identity service that speaks OpenID Connect, over HTTP as in a city hall."""

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import ClassVar

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

BUILT = Path(__file__).parents[2] / "src" / "linli" / "web" / "static" / "linli" / "app.js"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EMAIL = "zhang@city.example"

pytestmark = pytest.mark.slow


class IdentityService(BaseHTTPRequestHandler):
    """Lets in whoever `claims` names, at once; tells what it was asked."""

    claims: ClassVar[dict] = {}
    nonces: ClassVar[dict] = {}

    def _json(self, body):
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        url = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/.well-known/openid-configuration":
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            self._json(
                {
                    "issuer": here,
                    "jwks_uri": f"{here}/jwks",
                    **{f"{k}_endpoint": f"{here}/{v}" for k, v in names.items()},
                }
            )
        elif url.path == "/jwks":
            self._json(
                {
                    "keys": [
                        {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "1", "use": "sig"}
                    ]
                }
            )
        elif url.path == "/authorize":
            assert asked["code_challenge_method"] == "S256"
            type(self).nonces["code"] = asked.get("nonce")
            self.send_response(302)
            back = urllib.parse.urlencode({"code": "code", "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        elif url.path == "/userinfo":
            self._json(self.claims)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        here = f"http://127.0.0.1:{self.server.server_port}"
        now = int(time.time())
        token = {
            **self.claims,
            "iss": here,
            "aud": "linli",
            "iat": now,
            "exp": now + 60,
            "nonce": self.nonces.get("code"),
        }
        signed = jwt.encode(token, KEY, algorithm="RS256", headers={"kid": "1"})
        self._json({"access_token": "a", "token_type": "Bearer", "id_token": signed})

    def log_message(self, *_):
        pass


@contextmanager
def _identity_service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), IdentityService)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def _run(code, environment):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


MAKE = """
from pathlib import Path
from linli.web.site import create_administrator, init_site, open_site, upgrade_site
folder = Path({folder!r})
init_site(folder); open_site(folder); upgrade_site()
create_administrator("zhang", "security_admin", city="示范市")
from linli.web.accounts.models import User
User.objects.filter(username="zhang").update(email={email!r}, must_change_password=False)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A site with one person and single sign-on, being served."""
    if not BUILT.is_file():
        pytest.skip("the browser's part is not built (make frontend)")
    folder = tmp_path_factory.mktemp("sso") / "site"
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with _identity_service() as service:
        provider = {"id": "city", "name": "市统一身份认证", "server_url": f"http://127.0.0.1:{service}",
                    "client_id": "linli", "client_secret": "s"}  # fmt: skip
        environment = {
            k: v for k, v in os.environ.items() if k not in {"LINLI_SITE", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        }
        environment["LINLI_OIDC"] = json.dumps([provider])
        _run(MAKE.format(folder=str(folder), email=EMAIL), environment)
        code = f"from linli.cli import main; import sys; sys.argv = ['linli', 'serve', {str(folder)!r}, '--port', '{port}']; main()"
        log = (folder / "out.txt").open("w")
        server = subprocess.Popen([sys.executable, "-c", code], stdout=log, stderr=log, env=environment)
        try:
            limit = time.monotonic() + 60
            while time.monotonic() < limit:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5)
                    break
                except OSError:
                    time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)
            log.close()


def _sign_in(address, claims):
    """Press the button of the identity service; return where one ends up and what the page says."""
    IdentityService.claims = claims
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = browser.open(f"{address}/account/sign-in/").read().decode()
    assert "市统一身份认证" in page
    action = re.search(r'action="(/account/sso/city/[^"]*)"', page)[1].replace("&amp;", "&")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    data = urllib.parse.urlencode({"csrfmiddlewaretoken": token}).encode()
    request = urllib.request.Request(f"{address}{action}", data, headers={"Referer": address})
    with browser.open(request) as answer:
        return urllib.parse.urlsplit(answer.url).path, answer.read().decode()


def test_who_has_an_account_with_that_address_is_signed_in(served):
    path, page = _sign_in(served, {"sub": "1", "email": EMAIL, "email_verified": True, "name": "张"})
    assert path == "/", page
    assert "zhang" in page
    again, page = _sign_in(served, {"sub": "1", "email": EMAIL, "email_verified": True, "name": "张"})
    assert again == "/"


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "2", "email": "stranger@city.example", "email_verified": True},
        {"sub": "3", "email": EMAIL, "email_verified": False},
        {"sub": "4"},
    ],
    ids=["no account", "address not verified", "no address"],
)
def test_nobody_else_is_and_no_account_is_made(served, claims):
    path, page = _sign_in(served, claims)
    assert path != "/"
    assert "zhang" not in page
