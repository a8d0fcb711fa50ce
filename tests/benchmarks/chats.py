"""Thousands of open chats on one server: how soon what is said is shown, and what a restart does to them.

    python -m tests.benchmarks.chats [--data FOLDER] [--chats 2000] [--rate 20] [--seconds 60] [--lasting]

Every chat holds its stream open and comes back as the page does: by its cursor, later and later, never all at
the same moment. Messages are sent when the clock says, whatever the server is at, and each chat's own in
order. In the middle the server is stopped and started again (not with --lasting). At the end each chat is
compared with what it has sent and with what the server keeps. Chats have addresses of their own, as behind a
proxy.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

import aiohttp

from tests.benchmarks.chat_client import Chat, Journal
from tests.benchmarks.machine import machine, processor_seconds, resident_bytes
from tests.mail_server import free_port
from tests.server import Server, start

SAID = (
    "How long do I have to return something?",
    "My Hub 3 blinks orange and I am offline",
    "hvor er pakken min?",
    "Do you deliver to Sweden?",
    "ok thanks",
    "Can I pay in instalments?",
)
WARM = 20  # chats that come before memory is called idle, so that what is loaded once is loaded
OPENING = 100  # chats that are opened at the same time
SETTLES = 5.0  # seconds of quiet before and after
QUIET = 2.0  # a chat that was heard so long ago has caught up
GIVE_UP = 60.0  # seconds for what still has to come at the end
MB = 2**20


def main() -> None:
    """Serve a copy of the folder, fill it with open chats, and measure."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--data", type=Path, default=Path("data"))
    told.add_argument("--chats", type=int, default=2000)
    told.add_argument("--rate", type=float, default=20, help="customers' messages a second, of all together")
    told.add_argument("--seconds", type=float, default=60)
    told.add_argument("--lasting", action="store_true", help="without the restart in the middle")
    given = told.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="firstline-chats-") as folder:
        data = Path(folder) / "data"
        shutil.copytree(given.data, data, ignore=shutil.ignore_patterns("*.lock", "bot.db*", "handoff.db*"))
        print(machine())
        asyncio.run(Load(data, given.chats, given.rate, given.seconds, restarts=not given.lasting).run())
        print(machine())


class Load:
    """One measurement, from an idle server to the comparison of every chat."""

    def __init__(self, data: Path, chats: int, rate: float, seconds: float, *, restarts: bool) -> None:
        self._data, self._count, self._rate, self._seconds = data, chats, rate, seconds
        self._restarts = restarts
        self._port = free_port()
        self._server: Server = start(data, port=self._port)
        self._journal = Journal()
        self._chats: list[Chat] = []
        self._following: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Measure and print; the server is gone in the end, whatever happens."""
        limit = aiohttp.TCPConnector(limit=0, keepalive_timeout=20)
        try:
            async with aiohttp.ClientSession(connector=limit) as http:
                await self._measure(http)
        finally:
            for task in self._following:
                task.cancel()
            if self._server.process.poll() is None:
                self._server.stop()

    async def _measure(self, http: aiohttp.ClientSession) -> None:
        await self._open(http, WARM)
        for chat in self._chats:
            await chat.say(SAID[chat.number % len(SAID)])
        await asyncio.sleep(SETTLES)
        idle = resident_bytes(self._server.process.pid)
        began = time.perf_counter()
        await self._open(http, self._count - WARM)
        took = time.perf_counter() - began
        await asyncio.sleep(SETTLES)
        opened = resident_bytes(self._server.process.pid)
        self._journal.clear()
        used, began = processor_seconds(self._server.process.pid), time.perf_counter()
        await self._traffic(self._seconds / 2 if self._restarts else self._seconds)
        spent, wall = processor_seconds(self._server.process.pid) - used, time.perf_counter() - began
        busy = resident_bytes(self._server.process.pid)
        print(
            f"{self._count} open chats on one process, {self._rate:g} messages a second for {wall:.0f} s, "
            f"open loop, clients on the same machine; the bot answers each"
        )
        self._tell()
        print(f"  processor of the server: {100 * spent / wall:.0f} % of a core")
        print(
            f"  memory: idle {idle / MB:.0f} MB, all chats open +{(opened - idle) / MB:.0f} MB, under load "
            f"+{(busy - idle) / MB:.0f} MB; {len(self._chats) / took:.0f} chats opened a second"
        )
        if self._restarts:
            await self._restart()
        await self._compare(http)

    def _tell(self) -> None:
        """How soon things were shown since the journal was cleared."""
        journal = self._journal
        print(f"  a customer's message on its page's stream, from when it was due:  {journal.shown}")
        print(f"  the bot's words on the page's stream, from when they were written: {journal.pushed}")
        print(f"  the first of them, from when the message was due, pause included:  {journal.answered}")
        print(f"  the customer's own POST:                                           {journal.posted}")

    async def _open(self, http: aiohttp.ClientSession, count: int) -> None:
        """Begin so many chats, a few at a time, and follow each."""
        address = f"http://127.0.0.1:{self._port}"
        gate = asyncio.Semaphore(OPENING)

        async def begin(chat: Chat) -> None:
            async with gate:
                await chat.begin()
                self._following.append(asyncio.create_task(chat.follow()))
                await chat.connected()

        first = len(self._chats)
        fresh = [Chat(first + place, http, address, self._journal) for place in range(count)]
        self._chats += fresh
        await asyncio.gather(*(begin(chat) for chat in fresh))

    async def _traffic(self, seconds: float) -> None:
        """Messages of chats that chance picks, each sent when it is due; ends when all are acknowledged."""
        chance = random.Random(20261122)
        began, sent = time.perf_counter(), []
        for place in range(int(self._rate * seconds)):
            due = began + place / self._rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            chat = chance.choice(self._chats)
            sent.append(asyncio.create_task(chat.say(chance.choice(SAID), due)))
        await asyncio.gather(*sent)

    async def _restart(self) -> None:
        """Stop the server in the middle of everything, start it again, and see when everybody is back."""
        await asyncio.sleep(SETTLES)
        self._journal.clear()
        traffic = asyncio.create_task(self._traffic(self._seconds / 2))
        await asyncio.sleep(self._seconds / 8)
        stopped = time.perf_counter()
        await asyncio.to_thread(self._server.stop)
        gone = time.perf_counter()
        self._server = await asyncio.to_thread(start, self._data, port=self._port)
        ready = time.perf_counter()
        self._journal.ready = ready
        await traffic
        await self._settled()
        back = sorted(chat.back_at - ready for chat in self._chats)
        journal = self._journal
        print(
            f"restart with all of them: stopped in {gone - stopped:.1f} s, up {ready - gone:.1f} s later; "
            f"half of the chats were back {back[len(back) // 2]:.1f} s after that, the last {back[-1]:.1f} s"
        )
        print(f"  messages from before, during and after: {journal.shown}")
        print(
            f"  tries again: {journal.retries}; answered with 5xx once it was up: "
            f"{dict(journal.refused_when_up) or 'none'}"
        )

    async def _settled(self) -> None:
        """Wait until everything that was sent has come back and nobody says anything any more."""
        until = time.perf_counter() + GIVE_UP
        while time.perf_counter() < until:
            quiet = time.perf_counter() - self._journal.heard_at > QUIET
            if quiet and not any(chat.missing() for chat in self._chats):
                return
            await asyncio.sleep(0.2)

    async def _compare(self, http: aiohttp.ClientSession) -> None:
        """Each chat's stream against what it has sent, and against what the server keeps."""
        await self._settled()
        wrong: Counter[str] = Counter()
        gate = asyncio.Semaphore(OPENING)

        async def compare(chat: Chat) -> None:
            async with gate:
                wrong.update(chat.faults(await chat.kept()))

        await asyncio.gather(*(compare(chat) for chat in self._chats))
        sent = sum(len(chat.sent) for chat in self._chats)
        shown = sum(len(chat.numbers) for chat in self._chats)
        told = ", ".join(f"{wrong[what]} {what}" for what in ("lost", "doubled", "out of order"))
        print(f"  {sent} messages sent and {shown} shown: {told}")


if __name__ == "__main__":
    main()
