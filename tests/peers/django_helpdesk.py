"""The real django-helpdesk from PyPI behind a door, and its people. It is installed once, under .cache."""

from __future__ import annotations

import atexit
import fcntl
import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import requests

from tests.browser import do_without
from tests.peers import SeenBy, SeenCase, SeenFile, SeenPost, Webhook
from tests.peers.door import Door

VERSION = "2.6.1"
ROOT = Path(__file__).parents[2]
OPEN, REOPENED, RESOLVED = 1, 2, 3
PRIORITIES = {1: "urgent", 2: "high", 3: "normal", 4: "low"}
_PLACES = itertools.count(1)


class DjangoServer:
    """The one server of a test run, with a queue for each test."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder = folder
        environment = {**os.environ, "HELPDESK_FOLDER": str(folder), "DJANGO_SETTINGS_MODULE": "settings"}
        admin = [str(python), "-W", "ignore", "-m", "django"]
        site = Path(__file__).with_name("django_site")
        subprocess.run([*admin, "migrate", "-v0"], cwd=site, env=environment, check=True, timeout=300)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [*admin, "runserver", "--noreload", f"127.0.0.1:{self.port}"]
        with (folder / "log").open("w") as log:
            self._process = subprocess.Popen(command, cwd=site, env=environment, stdout=log, stderr=log)
        self.url = f"http://127.0.0.1:{self.port}"
        self._await()

    def get(self, path: str) -> Any:
        answer = requests.get(f"{self.url}/hands/{path}", timeout=60)
        assert answer.ok, answer.text[:500]
        return answer.json()

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(30)

    def _await(self) -> None:
        for _ in range(600):
            try:
                requests.get(f"{self.url}/hands/queues/general", timeout=10)
                return
            except requests.ConnectionError:
                assert self._process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.1)
        raise AssertionError("django-helpdesk does not answer")


@cache
def running() -> DjangoServer:
    """The server of this test run; where it can't be installed tests are skipped, and fail where CI=true."""
    folder = Path(tempfile.mkdtemp(prefix="firstline-django-"))
    server = DjangoServer(folder, _installed())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.end)
    return server


def _installed() -> Path:
    """The Python that has it, in a virtual environment of its own; one process makes it, the others wait."""
    home = ROOT / ".cache" / f"django-helpdesk-{VERSION}"
    home.parent.mkdir(exist_ok=True)
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "ready").exists():
            venv.create(home, clear=True, with_pip=True)
            wanted = [str(home / "bin" / "pip"), "install", "-q", f"django-helpdesk=={VERSION}"]
            done = subprocess.run(wanted, capture_output=True, text=True, timeout=600)
            if done.returncode != 0:
                do_without(f"django-helpdesk can't be installed: {done.stderr[-300:]}")
            (home / "ready").write_text(sys.version)
    return home / "bin" / "python"


class DjangoHelpdeskPeer:
    """A queue of its own, and people whom Firstline's settings name."""

    def __init__(self, server: DjangoServer) -> None:
        self._server = server
        self._queue = server.get(f"queues/q{next(_PLACES)}")["id"]
        us, self._omar, aase = (server.get(f"people/{name}") for name in ("firstline", "Omar", "Åse Øyen"))
        self._us, self._headers = us["id"], {"Authorization": f"Token {us['token']}"}
        self.door = Door(server.port)
        self.settings: dict[str, str | int | bool | list[str] | dict[str, str]] = {
            "url": f"{self.door.url}/helpdesk",
            "token": us["token"],
            "account": us["id"],
            "queue": self._queue,
            "names": {str(self._omar["id"]): "Omar", str(aase["id"]): "Åse Øyen"},
        }

    def cases(self) -> Sequence[SeenCase]:
        address = f"{self._server.url}/helpdesk/api/tickets/?page_size=10000"
        found = requests.get(address, headers=self._headers, timeout=60).json()["results"]
        return [self._seen(each) for each in found if each["queue"] == self._queue]

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        self._does(key, files, name=name, comment=text, public="yes")

    def notes(self, key: str, text: str, name: str) -> None:
        self._does(key, (), name=name, comment=text)

    def resolves(self, key: str) -> None:
        self._does(key, (), name="Omar", status=str(RESOLVED))

    def reopens(self, key: str) -> None:
        self._does(key, (), name="Omar", status=str(REOPENED))

    def assigns(self, key: str, name: str) -> None:
        self._does(key, (), name="Omar", owner=str(self._server.get(f"people/{name}")["id"]))

    def merges(self, key: str, into: str) -> None:
        """It merges, and tells no program of it."""

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        return ()

    def forge(self, webhook: Webhook) -> Webhook:
        return webhook

    def close(self) -> None:
        self.door.close()

    def _does(self, key: str, files: Sequence[SeenFile], **form: str) -> None:
        sent = [("files", (file.name, file.content)) for file in files]
        answer = requests.post(f"{self._server.url}/hands/tickets/{key}", form, files=sent, timeout=60)
        assert answer.ok, answer.text[:500]

    def _seen(self, ticket: dict[str, Any]) -> SeenCase:
        return SeenCase(
            handoff_id=ticket["description"].rpartition(" ")[2],
            key=str(ticket["id"]),
            # The first one repeats the description.
            posts=tuple(self._post(each) for each in ticket["followup_set"][1:] if each["comment"]),
            status="open" if ticket["status"] in (OPEN, REOPENED) else "resolved",
            priority=PRIORITIES[ticket["priority"]],
            team=str(ticket["queue"]),
            assignee=str(ticket["assigned_to"] or "") or None,
        )

    def _post(self, follow_up: dict[str, Any]) -> SeenPost:
        by: SeenBy = "us" if follow_up["user"] == self._us else "agent"
        files = tuple(
            SeenFile(each["filename"], requests.get(each["file"], timeout=60).content)
            for each in follow_up["followupattachment_set"]
        )
        return SeenPost(follow_up["comment"], not follow_up["public"], by, str(follow_up["id"]), files)


def start(folder: Path) -> DjangoHelpdeskPeer:
    return DjangoHelpdeskPeer(running())
