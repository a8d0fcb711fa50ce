"""A stock rasa-sdk action server in a process of its own, on 127.0.0.1 and any free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

ROOT = Path(__file__).parents[1]
STOCK = ("rasa_sdk", "--actions", "actions")


@contextmanager
def action_server(*module: str, env: Mapping[str, str]) -> Iterator[str]:
    """`python -m MODULE...` until the `with` ends; its address, once it answers there."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", *module, "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, **env, "PYTHONUNBUFFERED": "1"},
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
        patient = HTTPAdapter(max_retries=Retry(connect=20, backoff_factor=0.05))  # it says so a little early
        with requests.Session() as http:
            http.mount("http://", patient)
            assert http.get(f"{address}/health", timeout=30).json() == {"status": "ok"}
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)


def listening_on(port: int) -> set[str]:
    """The addresses that anybody of this machine listens on at a port, as Linux writes them."""
    return {
        line.split()[1].partition(":")[0]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
