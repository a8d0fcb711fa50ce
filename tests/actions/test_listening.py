"""`python -m actions`: rasa-sdk's server with our actions, for this machine alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The port of a running action server over an empty data folder."""
    chosen = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "actions", "--port", str(chosen)],
        cwd=ROOT,
        env={**os.environ, "FIRSTLINE_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # it has a child of its own, which has to end with it
    )
    assert process.stdout is not None
    try:
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if "up and running" in line:
                break
        assert process.poll() is None, "".join(said)
        yield chosen
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)


@pytest.mark.slow
def test_the_action_server_lists_our_actions_to_this_machine_only(port: int) -> None:
    patient = HTTPAdapter(max_retries=Retry(connect=20, backoff_factor=0.05))  # it says so a little early
    with requests.Session() as http:
        http.mount("http://", patient)
        names = [each["name"] for each in http.get(f"http://127.0.0.1:{port}/actions", timeout=10).json()]
    assert "action_escalate" in names
    listening = {
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    }
    assert listening == {f"0100007F:{port:04X}"}
