"""A real Synapse, in a virtual environment of its own: as its dependencies are none that Firstline has.

One for a test run. It is made ready for many application services; each test has one, with a lobby.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import hmac
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import requests

from tests.browser import do_without
from tests.mail_server import free_port
from tests.peers import Webhook
from tests.peers.matrix_fake import SERVER

WANTED = "matrix-synapse>=1.150,<2"
ENVIRONMENT = Path(__file__).parents[2] / ".cache" / "synapse"
PLACES = 60  # application services that are made beforehand
READY_WITHIN = 60.0  # seconds
ARRIVES_WITHIN = 30.0  # seconds, from Synapse to the application service
SECRET = "registration-shared-secret"


@dataclass(frozen=True)
class Place:
    """An application service that Synapse knows: its id and user, and its tokens."""

    name: str
    as_token: str
    hs_token: str


class Caught:
    """What Synapse sends to all of its application services, until somebody passes it on.

    forwards: by place, where its requests go at once instead of being kept.
    """

    def __init__(self) -> None:
        self.forwards: dict[str, str] = {}
        self._kept: dict[str, list[Webhook]] = {}
        self._seen: set[str] = set()
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def taken(self, place: str, events: set[str]) -> list[Webhook]:
        """What has come for a place since it was last asked for, once these events have."""
        wanted = frozenset(events)
        with self._arrived:
            self._arrived.wait_for(lambda: wanted <= self._seen, ARRIVES_WITHIN)
            events -= wanted
            return self._kept.pop(place, [])

    def takes(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        place, _, rest = path.removeprefix("/").partition("/")
        if to := self.forwards.get(place):
            answer = requests.request(method, f"{to}/{rest}", data=body, headers=headers, timeout=30)
            return answer.status_code, answer.content
        if method == "GET":
            return 404, b'{"errcode": "M_NOT_FOUND"}'  # whether a user or a room of ours exists
        with self._arrived:
            self._seen |= {event["event_id"] for event in json.loads(body or b"{}").get("events", ())}
            self._kept.setdefault(place, []).append(Webhook(method, f"/{rest}", headers, body))
            self._arrived.notify_all()
        return 200, b"{}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        takes = self.takes

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                kept = {key: value for key, value in self.headers.items() if key in _KEPT}
                status, said = takes(self.command, self.path, kept, body)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PUT

            def log_message(self, *args: object) -> None:
                """Tests print nothing of it."""

        return Handler


class Synapse:
    """A running Synapse. `caught` is the other side of its application services."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.caught = folder, free_port(), Caught()
        self.url = f"http://127.0.0.1:{self.port}"
        self.places = [
            Place(f"firstline{n}", f"as-token-of-{n}-0123", f"hs-token-of-{n}-4567") for n in range(PLACES)
        ]
        self.free = count()
        self._tokens: dict[str, str] = {}
        for place in self.places:
            (folder / f"{place.name}.yaml").write_text(json.dumps(self._registration(place)))
        # YAML takes JSON as it is.
        (folder / "homeserver.yaml").write_text(json.dumps(self._configuration()))
        (folder / "log.yaml").write_text(json.dumps(_LOG))
        subprocess.run([*self._command(), "--generate-keys"], check=True, capture_output=True, cwd=folder)
        log = (folder / "log").open("ab")
        self._process = subprocess.Popen(self._command(), stdout=log, stderr=log, cwd=folder)
        log.close()
        until = time.monotonic() + READY_WITHIN
        while not self._answers():
            if time.monotonic() > until or self._process.poll() is not None:
                raise AssertionError((folder / "log").read_text()[-2000:])
            time.sleep(0.1)

    def token(self, name: str) -> str:
        """The access token of somebody of the team, who is made when first needed."""
        if name not in self._tokens:
            at = f"{self.url}/_synapse/admin/v1/register"
            nonce = requests.get(at, timeout=30).json()["nonce"]
            user = localpart(name)
            said = "\0".join((nonce, user, "pw", "notadmin")).encode()
            mac = hmac.new(SECRET.encode(), said, hashlib.sha1).hexdigest()
            who = {"nonce": nonce, "username": user, "displayname": name, "password": "pw"}
            answer = requests.post(at, json={**who, "admin": False, "mac": mac}, timeout=30)
            assert answer.ok, answer.text
            self._tokens[name] = answer.json()["access_token"]
        return self._tokens[name]

    def make_lobby(self, alias: str) -> None:
        """A public room, made by Ada."""
        said = {"room_alias_name": alias[1:].partition(":")[0], "preset": "public_chat"}
        answer = requests.post(
            f"{self.url}/_matrix/client/v3/createRoom",
            json=said,
            headers={"Authorization": f"Bearer {self.token('Ada')}"},
            timeout=30,
        )
        assert answer.ok, answer.text

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def _registration(self, place: Place) -> dict[str, object]:
        return {
            "id": place.name,
            "url": f"{self.caught.url}/{place.name}",
            "as_token": place.as_token,
            "hs_token": place.hs_token,
            "sender_localpart": place.name,
            "rate_limited": False,
            "receive_ephemeral": True,
            "namespaces": {
                "users": [{"exclusive": True, "regex": f"@{place.name}(_.*)?:{SERVER}"}],
                "aliases": [{"exclusive": True, "regex": f"#{place.name}_.*:{SERVER}"}],
                "rooms": [],
            },
        }

    def _configuration(self) -> dict[str, object]:
        resources = [{"names": ["client"], "compress": False}]
        listener = {
            "port": self.port,
            "bind_addresses": ["127.0.0.1"],
            "type": "http",
            "resources": resources,
        }
        often = {"per_second": 1000, "burst_count": 1000}
        return {
            "server_name": SERVER,
            "listeners": [listener],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.db")}},
            "log_config": str(self.folder / "log.yaml"),
            "media_store_path": str(self.folder / "media"),
            "signing_key_path": str(self.folder / "signing.key"),
            "registration_shared_secret": SECRET,
            "macaroon_secret_key": "macaroon",
            "form_secret": "form",
            "report_stats": False,
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "app_service_config_files": [str(self.folder / f"{place.name}.yaml") for place in self.places],
            "rc_message": often,
            "rc_joins": {"local": often, "remote": often},
            "rc_invites": {"per_room": often, "per_user": often, "per_issuer": often},
            "rc_room_creation": often,
        }

    def _command(self) -> list[str]:
        python = ENVIRONMENT / "bin" / "python"
        return [str(python), "-m", "synapse.app.homeserver", "-c", str(self.folder / "homeserver.yaml")]

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/_matrix/client/versions", timeout=10).ok
        except requests.ConnectionError:
            return False


@cache
def running() -> Synapse:
    """The server of this test run; a test without one is skipped, and fails with CI=true."""
    try:
        installed()
    except subprocess.CalledProcessError as error:
        do_without(f"no Synapse: pip install '{WANTED}' into {ENVIRONMENT} failed: {error.stderr[-300:]}")
    server = Synapse(Path(tempfile.mkdtemp(prefix="firstline-synapse-")))
    atexit.register(server.end)
    atexit.register(shutil.rmtree, server.folder, ignore_errors=True)
    return server


def installed() -> None:
    """Make the environment where there is none; a minute, once. Raises CalledProcessError."""
    python, ready = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "ready"
    ENVIRONMENT.mkdir(parents=True, exist_ok=True)
    with (ENVIRONMENT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker of the test run does it
        if ready.exists():
            return
        for command in (
            [sys.executable, "-m", "venv", str(ENVIRONMENT)],
            [str(python), "-m", "pip", "install", "--quiet", WANTED],
        ):
            subprocess.run(command, check=True, capture_output=True, text=True)
        ready.touch()


_KEPT = ("Authorization", "Content-Type")

_LOG = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
}


if __name__ == "__main__":
    installed()


def localpart(name: str) -> str:
    """A user's name there. Source: Matrix's specification, "Mapping from other character sets"."""
    each = (chr(byte) for byte in name.lower().encode())
    return "".join(one if one.isascii() and one.isalnum() else f"={ord(one):02x}" for one in each)
