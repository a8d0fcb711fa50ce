"""Two servers over one PostgreSQL and one data folder are one house: whoever serves, everybody is heard."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
import requests

from config.clock import SystemClock
from config.database import Schema
from config.identity import Role, open_identity
from config.sign_in import COOKIE
from tests.conftest import own_copy
from tests.furnishing import never_closed
from tests.postgres import Postgres
from tests.server import Server, start

WITHIN = 60.0  # seconds; what takes a moment takes longer while the machine is busy
PASSWORD = "a long enough password"


@dataclass
class House:
    first: Server
    second: Server
    url: str


@pytest.fixture(scope="module")
def house(prepared: Path, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Both start at once, over a database in which there is nothing yet; somebody is always at work."""
    data = never_closed(own_copy(prepared, tmp_path_factory.mktemp("two") / "data"))
    with postgres.database() as url, ExitStack() as running, ThreadPoolExecutor(2) as pool:
        env = {"FIRSTLINE_SERVER_DATABASE_URL": url}
        servers = list(pool.map(lambda _: start(data, env=env), range(2)))
        for server in servers:
            running.callback(lambda server=server: server.process.poll() is None and server.stop())
        yield House(*servers, url)


class Customer:
    """Writes at one server and reads the stream of, perhaps, another."""

    def __init__(self, server: Server, reading: Server) -> None:
        begun = requests.post(f"{server.address}/chat/api/conversations", json={"language": "en"}, timeout=30)
        self._path = f"/chat/api/conversations/{begun.json()['conversation_id']}"
        self._auth = {"Authorization": f"Bearer {begun.json()['token']}"}
        self._count = 0
        self.heard: list[dict[str, object]] = []
        self.told: dict[str, object] = {}  # how their conversation stands, as they were last told
        self._stream = requests.get(
            f"{reading.address}{self._path}/events", headers=self._auth, stream=True, timeout=WITHIN
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def says(self, server: Server, text: str) -> None:
        self._count += 1
        body = {"client_id": f"m{self._count}", "text": text}
        sent = requests.post(
            f"{server.address}{self._path}/messages", json=body, headers=self._auth, timeout=30
        )
        assert sent.status_code == 202, sent.text

    def hears(self, author: str, part: str = "") -> str:
        def found() -> str | None:
            said = [str(each["text"]) for each in self.heard if each.get("author") == author]
            return next((text for text in said if part in text), None)

        return eventually(found, lambda: self.heard)

    def leave(self) -> None:
        self._stream.close()

    def _listen(self) -> None:
        event = ""
        with suppress(requests.RequestException, AttributeError, ValueError):
            for line in self._stream.iter_lines(decode_unicode=True):
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                elif name == "data" and event == "message":
                    self.heard.append(json.loads(value))
                elif name == "data" and event == "state":
                    self.told = json.loads(value)


class AtTheDesk:
    def __init__(self, house: House, name: str) -> None:
        identity = open_identity(Schema(house.url, "house"), SystemClock())
        email = f"{name.lower()}@nettly.example"
        identity.add(email, name, [Role.AGENT], PASSWORD)
        token = identity.sign_in(email, PASSWORD, "127.0.0.1")
        self._how = {"cookies": {COOKIE: token}, "headers": {"X-CSRF-Token": identity.csrf(token)}}
        identity.close()

    def get(self, server: Server, path: str) -> requests.Response:
        return requests.get(f"{server.address}/desk/api{path}", timeout=30, **self._how)  # type: ignore[arg-type]

    def post(self, server: Server, path: str, **body: object) -> requests.Response:
        return requests.post(f"{server.address}/desk/api{path}", json=body, timeout=30, **self._how)  # type: ignore[arg-type]

    def sees(self, server: Server, case: int) -> list[str]:
        """Who is at a case, and what they do there."""
        at = self.get(server, "/presence").json()["presence"]
        return [
            f"{who['name']} is {who['doing']}"
            for each in at
            if each["case"] == case
            for who in each["people"]
        ]

    def hears_of(self, server: Server, case: int) -> Callable[[], str | None]:
        """Listens at a server for who comes to a case; the last thing heard of it."""
        address = f"{server.address}/desk/api/events"
        stream = requests.get(address, stream=True, timeout=WITHIN, **self._how)  # type: ignore[arg-type]
        heard: list[str] = []

        def listen() -> None:
            with suppress(requests.RequestException, AttributeError, ValueError):
                heard.extend(
                    line for line in stream.iter_lines(decode_unicode=True) if f'"case": {case}' in line
                )

        threading.Thread(target=listen, daemon=True).start()
        return lambda: next((line for line in reversed(heard) if '"people"' in line), None)

    def case_that_says(self, server: Server, part: str) -> int:
        def found() -> int | None:
            cases = self.get(server, "/cases?view=all").json()["cases"]
            return next((int(each["number"]) for each in cases if part in json.dumps(each)), None)

        return eventually(found, lambda: self.get(server, "/cases?view=all").text)


T = TypeVar("T")


def eventually(look: Callable[[], T | None], told: Callable[[], object]) -> T:
    until = time.monotonic() + WITHIN
    while (found := look()) is None:
        assert time.monotonic() < until, told()
        time.sleep(0.05)
    return found


@pytest.mark.slow
def test_a_customer_at_one_server_is_helped_by_an_agent_at_the_other(house: House) -> None:
    maya = Customer(house.first, reading=house.first)
    ines, leo = AtTheDesk(house, "Ines"), AtTheDesk(house, "Leo")
    maya.says(house.first, "I want to talk to a human about order NT-10427")
    case = ines.case_that_says(house.second, "NT-10427")
    assert ines.post(house.second, f"/cases/{case}/claim").status_code == 200
    refused = leo.post(house.first, f"/cases/{case}/claim")
    assert refused.status_code == 409 and "Ines" in refused.text
    sent = ines.post(house.second, f"/cases/{case}/reply", text="Hello Maya, this is Ines.", client_id="r1")
    assert sent.status_code in (200, 201), sent.text
    assert maya.hears("agent") == "Hello Maya, this is Ines."
    maya.says(house.first, "thank you, it is the blue one")

    def arrived() -> bool | None:
        return "the blue one" in ines.get(house.second, f"/cases/{case}").text or None

    eventually(arrived, lambda: ines.get(house.second, f"/cases/{case}").text)
    maya.leave()


def test_who_writes_at_one_server_is_seen_at_the_other(house: House) -> None:
    maya = Customer(house.first, reading=house.first)
    ida, odd = AtTheDesk(house, "Ida"), AtTheDesk(house, "Odd")
    maya.says(house.first, "I want to talk to a human about order NT-30417")
    case = ida.case_that_says(house.second, "NT-30417")
    heard = odd.hears_of(house.first, case)
    assert ida.post(house.second, f"/cases/{case}/claim").status_code == 200
    assert ida.post(house.second, "/presence", case=case, doing="replying").status_code == 200
    assert odd.sees(house.first, case) == ["Ida is replying"]
    assert "replying" in eventually(heard, lambda: "nothing was heard")
    eventually(lambda: maya.told.get("typing") or None, lambda: maya.told)
    assert ida.post(house.second, "/presence", case=case, doing=None).status_code == 200
    assert odd.sees(house.first, case) == []
    maya.leave()


@pytest.mark.slow
def test_a_conversation_goes_on_at_the_other_server_message_by_message(house: House) -> None:
    omar = Customer(house.first, reading=house.second)
    for server, text in ((house.second, "hello"), (house.first, "hello again"), (house.second, "and again")):
        before = len(omar.heard)
        omar.says(server, text)
        eventually(
            lambda before=before: [each for each in omar.heard[before:] if each["author"] == "bot"] or None,
            lambda: omar.heard,
        )
    numbers = [each["number"] for each in omar.heard]
    assert numbers == sorted(set(numbers))
    omar.leave()


@pytest.mark.slow
def test_when_one_server_is_killed_the_other_goes_on(house: House) -> None:
    nora = Customer(house.first, reading=house.second)
    nora.says(house.first, "hello")
    house.first.kill()
    nora.says(house.second, "I want to talk to a human about order NT-20538")
    case = AtTheDesk(house, "Kari").case_that_says(house.second, "NT-20538")
    assert case
    nora.leave()
