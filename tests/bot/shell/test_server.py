from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

SERVES = """
from bot.shell import Shell, run
from tests.bot.shell.harness import Limits, Log, LogStream, echo

shell = Shell({"/": echo}, [LogStream(Log())], settings=Limits())
run(shell, "127.0.0.1", 0, lambda port: print(port, flush=True))
print("closed", flush=True)
"""


@pytest.fixture
def server() -> Iterator[tuple[subprocess.Popen[str], int]]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVES], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
        process.kill()


def test_it_serves_on_a_real_port_without_naming_itself(server: tuple[subprocess.Popen[str], int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server[1], timeout=10)
    connection.request("POST", "/x?y=z", body=b"hello")
    response = connection.getresponse()
    assert response.status == 200
    assert json.loads(response.read())["body"] == "hello"
    assert response.getheader("Server") is None
    connection.close()


def test_it_stops_in_order_while_a_stream_is_open(server: tuple[subprocess.Popen[str], int]) -> None:
    process, port = server
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/log/mine")
    response = connection.getresponse()
    assert response.readline() == b"retry: 2000\n"
    os.kill(process.pid, signal.SIGTERM)
    assert response.read().decode().endswith("retry: 1000\n\n")
    connection.close()
    out, _ = process.communicate(timeout=20)
    assert (out, process.returncode) == ("closed\n", 0)


def test_a_port_that_is_taken_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        script = SERVES.replace('"127.0.0.1", 0,', f'"127.0.0.1", {port},')
        failed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert f"can't listen on 127.0.0.1:{port}" in failed.stderr
    assert "choose another port with --port" in failed.stderr
