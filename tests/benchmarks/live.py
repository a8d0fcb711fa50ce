"""How soon a desk shows what customers do: one real server, 200 open chats, several desks, steady traffic.

    python -m tests.benchmarks.live [--data FOLDER] [--chats 200] [--desks 8] [--seconds 60] [--rate 4]

Messages and escalations are sent when the clock says, whatever the server is at. A desk does what its page
does: it follows the stream and, at an event, reads the rows that changed and the thread of the case it has
open. The time ends when that answer has been read. Customers follow their own streams all the while.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from urllib.parse import quote

import aiohttp

from tests.benchmarks.machine import machine, processor_seconds
from tests.server import UNLIMITED, Server, add_staff, serving

PASSWORD = "a long enough password"
PERSON = ("I want to talk to a person", "Let me speak to a human please", "Get me an agent", "A real person")
ESCALATIONS = 0.5  # a second
GIVE_UP = 30.0  # seconds
TODAY = quote(datetime.now(UTC).date().isoformat() + "T00:00:00+00:00")
SAID = (
    "It still does not work, the lamp is orange.",
    "My order number is NT-10427.",
    "Are you there?",
    "I tried that yesterday and nothing changed.",
)

Row = Mapping[str, object]


@dataclass
class Times:
    """Seconds of each thing that was waited for; `lost` are those that never came."""

    took: list[float] = field(default_factory=list)
    lost: int = 0

    def __str__(self) -> str:
        if not self.took:
            return f"none seen, {self.lost} lost"
        order = sorted(self.took)
        p50, p95, p99 = (1_000 * order[min(int(q * len(order)), len(order) - 1)] for q in (0.5, 0.95, 0.99))
        told = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, max {1_000 * order[-1]:.0f} ms"
        return f"{told} ({len(order)} times{f', {self.lost} LOST' if self.lost else ''})"


class Desk:
    """One agent's page: its rows as they were last read, and the case it has open."""

    def __init__(self, http: aiohttp.ClientSession, address: str, email: str) -> None:
        self._http, self._address, self.email = http, f"{address}/desk", email
        self._csrf, self._cursor = "", 0
        self.rows: dict[int, Row] = {}
        self.opened: int | None = None
        self.thread_end = 0
        self._rung: list[tuple[int, str]] = []
        self._changed = asyncio.Condition()
        self.reads = 0

    async def sign_in(self) -> None:
        form = {"email": self.email, "password": PASSWORD, "next": "/desk/"}
        async with self._http.post(f"{self._address}/sign-in", data=form) as answer:
            page = await answer.text()
        csrf = re.search(r'"csrf": ?"([^"]+)"', page)
        cursor = re.search(r'"cursor": ?(\d+)', page)
        assert csrf and cursor, f"no desk behind the sign-in: {answer.url} {page[:2000]}"
        self._csrf, self._cursor = csrf[1], int(cursor[1])

    async def read(self, path: str) -> dict[str, object]:
        self.reads += 1
        async with self._http.get(f"{self._address}/api{path}") as answer:
            answer.raise_for_status()
            return cast("dict[str, object]", await answer.json())

    async def post(self, path: str, body: Mapping[str, object]) -> dict[str, object]:
        headers = {"X-CSRF-Token": self._csrf, "Origin": self._address.removesuffix("/desk")}
        async with self._http.post(f"{self._address}/api{path}", json=body, headers=headers) as answer:
            answer.raise_for_status()
            return cast("dict[str, object]", await answer.json())

    async def open(self, number: int) -> None:
        self.opened, found = number, await self.read(f"/cases/{number}")
        self.thread_end = int(str(cast(Row, found["case"])["last_seq"]))
        await self.post("/presence", {"case": number, "doing": "viewing"})

    async def catch_up(self) -> None:
        """Follow from here on."""
        async with self._http.get(f"{self._address}/") as answer:
            page = await answer.text()
        cursor = re.search(r'"cursor": ?(\d+)', page)
        assert cursor
        self._cursor = int(cursor[1])

    async def follow(self) -> None:
        """The live line: a case that rings is read again, all that rang meanwhile at once."""
        reading: asyncio.Task[None] | None = None
        try:
            async for name, data in events(self._http, f"{self._address}/api/events?after={self._cursor}"):
                if name != "case":
                    continue
                self._rung.append((int(str(data["case"])), str(data["what"])))
                if reading is None or reading.done():
                    reading = asyncio.create_task(self._read_again())
        finally:
            if reading is not None:
                reading.cancel()
                await asyncio.wait([reading])

    async def _read_again(self) -> None:
        """As `desk.js` has it: where only case files were written anew, the rows are as they were."""
        while self._rung:
            rung, self._rung = self._rung, []
            numbers = {number for number, _ in rung}
            if any(what != "summarised" for _, what in rung):
                await self.refresh(numbers)
            if self.opened in numbers:
                found = await self.read(f"/cases/{self.opened}?after={self.thread_end}")
                self.thread_end = int(str(cast(Row, found["case"])["last_seq"]))
            async with self._changed:
                self._changed.notify_all()

    async def refresh(self, rung: set[int]) -> None:
        """The rows that rang, where they are few, as `lists.js` has it."""
        if len(rung) > 50:
            found = await self.read(f"/cases?view=all&since={TODAY}&limit=500")
            self.rows |= {int(str(row["number"])): row for row in cast("list[Row]", found["cases"])}
            return
        only = ",".join(map(str, sorted(rung)))
        found = await self.read(f"/cases?view=all&since={TODAY}&only={only}")
        self.rows |= {int(str(row["number"])): row for row in cast("list[Row]", found["cases"])}

    async def until(self, shown: object) -> None:
        """Wait until `shown()` is true of what has been read."""
        async with self._changed:
            await self._changed.wait_for(shown)  # type: ignore[arg-type]


class Customer:
    """One customer's chat page."""

    def __init__(self, http: aiohttp.ClientSession, address: str, name: str) -> None:
        self._http, self._address, self.name = http, f"{address}/chat/api/conversations", name
        self.id = ""
        self._headers: dict[str, str] = {}
        self._said = 0
        self.case = 0

    async def begin(self) -> None:
        async with self._http.post(self._address, json={"language": "en"}) as answer:
            begun = await answer.json()
        self.id = begun["conversation_id"]
        self._headers = {"Authorization": f"Bearer {begun['token']}"}

    async def say(self, text: str) -> None:
        self._said += 1
        body = {"client_id": f"{self.name}-{self._said}", "text": text}
        url = f"{self._address}/{self.id}/messages"
        async with self._http.post(url, json=body, headers=self._headers) as answer:
            answer.raise_for_status()

    async def follow(self) -> None:
        async for _ in events(self._http, f"{self._address}/{self.id}/events?after=0", self._headers):
            pass


async def events(
    http: aiohttp.ClientSession, url: str, headers: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[str, dict[str, object]]]:
    """The events of one stream, until it ends."""
    async with http.get(url, headers=headers) as answer:
        answer.raise_for_status()
        name = ""
        async for line in answer.content:
            if line.startswith(b"event: "):
                name = line[7:].strip().decode()
            elif line.startswith(b"data: "):
                yield name, json.loads(line[6:])


def main() -> None:
    """Serve a copy of the folder, fill it with open chats, and measure."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--data", type=Path, default=Path("data"))
    told.add_argument("--chats", type=int, default=200)
    told.add_argument("--desks", type=int, default=8)
    told.add_argument("--seconds", type=float, default=60)
    told.add_argument("--rate", type=float, default=4, help="customers' messages a second")
    given = told.parse_args()
    with tempfile.TemporaryDirectory(prefix="firstline-live-") as folder:
        data = Path(folder) / "data"
        shutil.copytree(given.data, data, ignore=shutil.ignore_patterns("*.lock", "bot.db*", "handoff.db*"))
        live(data, given.chats, given.desks, given.seconds, given.rate)


def live(data: Path, chats: int, desks: int, seconds: float, rate: float) -> None:
    """Over a data folder of one's own, which gets the desks' agents."""
    emails = [f"live{i}@nettly.example" for i in range(desks)]
    for email in emails:
        add_staff(data, email, PASSWORD, "agent")
    print(machine())
    with serving(data, env=UNLIMITED) as server:
        asyncio.run(_measure(server, emails, chats, seconds, rate))
    print(machine())


async def _measure(server: Server, emails: list[str], chats: int, seconds: float, rate: float) -> None:
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as streams:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=30)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout)
        )
        customers = [Customer(http, server.address, f"c{i}") for i in range(chats)]
        tasks = []
        for customer in customers:
            await customer.begin()
            tasks.append(streams.create_task(customer.follow()))
            await customer.say(random.choice(PERSON))
        desks = []
        for email in emails:
            jar = aiohttp.CookieJar(unsafe=True)
            session = await stack.enter_async_context(
                aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(limit=0),
                    cookie_jar=jar,
                    timeout=timeout,
                    headers={"Origin": server.address},
                )
            )
            desks.append(Desk(session, server.address, email))
            await desks[-1].sign_in()
        await _share_out(desks, customers)
        await asyncio.sleep(10)  # what the setting up has left to do
        for desk in desks:
            await desk.catch_up()
        tasks += [streams.create_task(desk.follow()) for desk in desks]
        await _traffic(server, http, desks, customers, seconds, rate, tasks, streams)
        for task in tasks:
            task.cancel()


async def _share_out(desks: list[Desk], customers: list[Customer]) -> None:
    """Every chat becomes a case that one of the desks holds; each desk opens its first."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        found = await desks[0].read("/cases?view=unassigned&limit=500")
        rows = cast("list[Row]", found["cases"])
        if len(rows) >= len(customers):
            break
        await asyncio.sleep(0.5)
    else:
        raise RuntimeError(f"{len(rows)} of {len(customers)} chats became cases within two minutes")
    known = {customer.id: customer for customer in customers}
    for place, row in enumerate(rows):
        desk, number = desks[place % len(desks)], int(str(row["number"]))
        known[str(row["conversation_id"])].case = number
        await desk.post(f"/cases/{number}/claim", {})
    for desk in desks:
        for row in cast("list[Row]", (await desk.read("/cases?view=mine"))["cases"]):
            desk.rows[int(str(row["number"]))] = row
        await desk.open(min(desk.rows))


async def _traffic(
    server: Server,
    http: aiohttp.ClientSession,
    desks: list[Desk],
    customers: list[Customer],
    seconds: float,
    rate: float,
    tasks: list[asyncio.Task[None]],
    streams: asyncio.TaskGroup,
) -> None:
    messages, opened, cases, posts, decided = Times(), Times(), Times(), Times(), Times()
    chance = random.Random(7)
    waited: list[asyncio.Task[None]] = []
    holders = {number: desk for desk in desks for number in desk.rows}
    open_cases = [customer for customer in customers if holders[customer.case].opened == customer.case]

    async def message(customer: Customer) -> None:
        desk = holders[customer.case]
        before = int(str(desk.rows[customer.case]["last_seq"]))
        began = time.perf_counter()
        await customer.say(chance.choice(SAID))
        posts.took.append(time.perf_counter() - began)
        at_thread = desk.opened == customer.case

        def shown() -> bool:
            end = desk.thread_end if at_thread else int(str(desk.rows[customer.case]["last_seq"]))
            return end > before

        times = opened if at_thread else messages
        try:
            await asyncio.wait_for(desk.until(shown), GIVE_UP)
            times.took.append(time.perf_counter() - began)
        except TimeoutError:
            times.lost += 1

    async def escalation(number: int) -> None:
        customer = Customer(http, server.address, f"n{number}")
        await customer.begin()
        tasks.append(streams.create_task(customer.follow()))
        desk = desks[number % len(desks)]

        def shown() -> bool:
            return any(row["conversation_id"] == customer.id for row in desk.rows.values())

        began = time.perf_counter()
        await customer.say(chance.choice(PERSON))
        try:
            await asyncio.wait_for(desk.until(shown), GIVE_UP)
            cases.took.append(time.perf_counter() - began)
            row = next(row for row in desk.rows.values() if row["conversation_id"] == customer.id)
            decided.took.append(time.time() - datetime.fromisoformat(str(row["waiting_since"])).timestamp())
        except TimeoutError:
            cases.lost += 1

    for desk in desks:
        desk.reads = 0
    used, began = processor_seconds(server.process.pid), time.perf_counter()
    due = sorted(
        [(i / rate, "message", i) for i in range(int(seconds * rate))]
        + [((i + 0.37) / ESCALATIONS, "escalation", i) for i in range(int(seconds * ESCALATIONS))]
    )
    for at, what, number in due:
        await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
        if what == "escalation":
            waited.append(asyncio.create_task(escalation(number)))
            continue
        # Every second message is of a chat that an agent has in front of them.
        customer = chance.choice(open_cases if number % 2 else customers)
        waited.append(asyncio.create_task(message(customer)))
    await asyncio.gather(*waited)
    spent, wall = processor_seconds(server.process.pid) - used, time.perf_counter() - began
    reads = sum(desk.reads for desk in desks)
    print(
        f"{len(customers)} open chats and {len(desks)} desks, each with its stream; "
        f"{rate:g} messages and {ESCALATIONS:g} escalations a second for {seconds:.0f} s, open loop, "
        f"client on the same machine"
    )
    print(f"  a customer's message in the thread that an agent has open: {opened}")
    print(f"  a customer's message in the row of its case:               {messages}")
    print(f"  a new case at a desk after the bot's decision to escalate: {decided}")
    print(f"  … after the customer's message, its pause and turn included: {cases}")
    print(f"  the customer's own POST:                                   {posts}")
    print(
        f"  the server used {spent:.1f} s of processor time in {wall:.1f} s ({100 * spent / wall:.0f} % of a "
        f"core), {reads / wall:.1f} reads of desks a second"
    )


if __name__ == "__main__":
    main()
