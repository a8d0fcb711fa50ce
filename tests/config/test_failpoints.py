from __future__ import annotations

import os
import subprocess
import sys

import pytest

from config.failpoints import ENVIRONMENT, FAILPOINTS, UnknownFailpointError, failpoint

PASSES = """
from config.failpoints import failpoint
for number in range(3):
    failpoint("bot.turn.decided")
    failpoint("bot.message.stored")
    print(number, flush=True)
"""


def run(armed: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {ENVIRONMENT: armed}
    return subprocess.run([sys.executable, "-c", PASSES], env=environment, capture_output=True, text=True)


def test_nothing_happens_when_none_is_armed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    for name in FAILPOINTS:
        failpoint(name)


def test_an_armed_failpoint_kills_the_process() -> None:
    died = run("bot.message.stored")
    assert (died.returncode, died.stdout) == (137, "")


def test_it_can_wait_for_the_nth_pass() -> None:
    died = run("bot.message.stored:3")
    assert (died.returncode, died.stdout) == (137, "0\n1\n")


def test_a_name_that_is_not_listed_is_an_error() -> None:
    with pytest.raises(UnknownFailpointError, match=r"no failpoint .bot\.tea\.spilt."):
        failpoint("bot.tea.spilt")


def test_arming_a_name_that_is_not_listed_is_an_error() -> None:
    assert "UnknownFailpointError" in run("bot.tea.spilt").stderr
