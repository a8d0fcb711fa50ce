"""A real `firstline serve` in a process of its own, to be talked to and to be killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

UNLIMITED = {"FIRSTLINE_LIMITS_MESSAGES_10_SECONDS": "0", "FIRSTLINE_LIMITS_MESSAGES_MINUTE": "0"}
"""The environment of a server whose customers write faster than people do."""


@dataclass
class Server:
    """One running server; `lines` is what it has printed so far."""

    process: subprocess.Popen[str]
    address: str
    lines: list[str]

    def kill(self) -> None:
        """kill -9: no farewell, no flush."""
        self.process.send_signal(signal.SIGKILL)
        self._gone()

    def stop(self) -> int:
        """Ask it to finish; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self._gone()

    def _gone(self) -> int:
        status = self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def sign_in(self) -> tuple[str, str]:
        """The first sign-in it printed."""
        text = "\n".join(self.lines)
        found = re.search(r"first sign-in: (\S+) with password (\S+)", text)
        assert found, text
        return found[1], found[2]


def start(data: Path, *, port: int = 0, env: Mapping[str, str] | None = None) -> Server:
    """Start it and wait until it says where it is; its log goes to DATA/server.log."""
    log = open(data / "server.log", "a", encoding="utf-8")  # noqa: SIM115 - the process keeps it
    command = [sys.executable, "-m", "bot.cli", "serve", "--data", str(data), "--port", str(port)]
    environment = {**os.environ, **(env or {}), "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
    )
    log.close()
    try:
        return Server(process, *ready(process))
    except AssertionError as error:
        raise AssertionError(f"{error}; {(data / 'server.log').read_text()[-2000:]}") from None


def ready(process: subprocess.Popen[str]) -> tuple[str, list[str]]:
    """Where a starting server says it is, and all it has said until then."""
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip())
        if "studio" in line:
            break
    address = re.search(r"http://127\.0\.0\.1:\d+", "\n".join(lines))
    assert address, f"the server said {lines}"
    return address[0], lines


def add_staff(data: Path, email: str, password: str, *roles: str) -> None:
    """Give somebody a sign-in, as an operator would."""
    command = [sys.executable, "-m", "bot.cli", "staff", "add", email, "--name", email.split("@")[0].title()]
    for role in roles:
        command += ["--role", role]
    command += ["--password-stdin", "--data", str(data)]
    subprocess.run(command, cwd=ROOT, input=password + "\n", text=True, check=True, capture_output=True)


@contextmanager
def serving(data: Path, **how: object) -> Iterator[Server]:
    """A server for the length of a `with`."""
    server = start(data, **how)  # type: ignore[arg-type]
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
