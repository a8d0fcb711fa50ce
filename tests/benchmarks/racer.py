"""A process of `races`: agents at their desks who all claim the case they are told of, at the same moment.

    python -m tests.benchmarks.racer DATA FIRST AGENTS

It says "ready", reads one case's number after the other, and answers each with what its agents were told.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from flask.testing import FlaskClient

from config.clock import SystemClock
from config.identity import Role, open_identity
from config.pages import Brand
from config.settings import load_settings
from config.sign_in import COOKIE
from handoff.app import handoff_app
from handoff.opening import open_handoff
from tests.fakes import QUICK

PASSWORD = "a long enough password"


@dataclass(frozen=True, slots=True)
class Told:
    """What an agent was answered after so many seconds: 200, or another status and a sentence."""

    case: int
    agent: str
    status: int
    says: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Seat:
    """One agent's browser."""

    name: str
    client: FlaskClient
    csrf: str

    def claim(self, case: int) -> Told:
        began = time.perf_counter()
        path, headers = f"/desk/api/cases/{case}/claim", {"X-CSRF-Token": self.csrf}
        answer = self.client.post(path, json={}, headers=headers)
        took = time.perf_counter() - began
        says = "" if answer.status_code == 200 else str(answer.get_json()["error"]["message"])
        return Told(case, self.name, answer.status_code, says, took)


def main(data: Path, first: int, agents: int) -> None:
    """Race until there are no more cases."""
    clock, settings = SystemClock(), load_settings(data)
    handoff = open_handoff(settings, clock)
    identity = open_identity(settings.schema("house") or data, clock, QUICK)
    app = handoff_app(handoff, identity, Brand.load(), clock=clock)
    seats = []
    for name in (f"Agent{number:02}" for number in range(first, first + agents)):
        email = f"{name.lower()}@nettly.example"
        identity.add(email, name, (Role.AGENT,), PASSWORD)
        token = identity.sign_in(email, PASSWORD, "127.0.0.1")
        client = app.test_client()
        client.set_cookie(COOKIE, token)
        seats.append(Seat(name, client, identity.csrf(token)))
    print("ready", flush=True)
    for line in sys.stdin:
        told = claimed(seats, int(line))
        print(json.dumps([asdict(each) for each in told]), flush=True)
    identity.close()
    handoff.close()


def claimed(seats: list[Seat], case: int) -> list[Told]:
    """What each was told, all having asked at once."""
    told: list[Told] = []
    here = threading.Barrier(len(seats))

    def claim(seat: Seat) -> None:
        here.wait()
        told.append(seat.claim(case))

    threads = [threading.Thread(target=claim, args=(seat,)) for seat in seats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
