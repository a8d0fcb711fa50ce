"""The desk's list and its search over a desk that has been open for years, through its own routes.

    python -m tests.benchmarks.desk [--cases 100000] [--messages 10] [--postgres] [--data FOLDER]

Seeds a database (with the very code that indexes a case as it is written), then asks the routes as the desk's
page does, one request after the other in this process. `--data` keeps the seeded folder for another time.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.identity import Role, open_identity
from config.pages import Brand
from config.settings import load_settings
from config.sign_in import COOKIE
from handoff.app import handoff_app
from handoff.opening import Handoff, open_handoff
from handoff.store.rows import row_of, row_of_entry
from handoff.store.search import index
from handoff.store.tables import CASE_LABELS, CASES, ENTRIES, SUMMARIES
from tests.benchmarks.machine import machine
from tests.benchmarks.threads import AGENTS, NOW, Made, conversations
from tests.fakes import FakeClock
from tests.postgres import running

BATCH = 500
TIMES = 12
WHO = AGENTS[3]

LISTS: Mapping[str, Mapping[str, str]] = {
    "all": {"view": "all"},
    "mine": {"view": "mine"},
    "unassigned": {"view": "unassigned"},
    "snoozed": {"view": "snoozed"},
    "breaching": {"view": "breaching"},
    "resolved, the last 200 of them": {"view": "resolved"},
    "all of a team": {"view": "all", "team": "billing"},
    "all with a label": {"view": "all", "label": "vip"},
    "all in Bokmål": {"view": "all", "language": "nb"},
}
SEARCHES: Mapping[str, Sequence[Mapping[str, str]]] = {
    "one word that a third of all have": ({"q": "ordrenummeret"}, {"q": "refund"}, {"q": "order"}),
    "a word's beginning": ({"q": "ordr"}, {"q": "ref"}, {"q": "garan"}, {"q": "bad"}),
    "three common words": ({"q": "talk person warranty"}, {"q": "frakoblet lampen lyser"}),
    "a sentence": ({"q": "my hub 3 has been offline since monday and i was charged twice"},),
    "an order number": tuple({"q": f"NT-{100_000 + 7919 * i}"} for i in range(8)),
    "a name": ({"q": "maya lind"}, {"q": "Nguyen"}, {"q": "ola nord"}),
    "an e-mail address": ({"q": "ingrid.moen77@example.com"}, {"q": "example.com"}),
    "a phrase": ({"q": '"has been opened"'}, {"q": '"what does that mean" error'}),
    "rare words": ({"q": "badernis"}, {"q": "ketlomtek"}, {"q": "silvorhal"}),
    "nothing has it": ({"q": "qqxxzz"}, {"q": "qqxxzz order refund"}),
    "a common word, one team": ({"q": "order", "team": "billing"}, {"q": "refund", "team": "orders"}),
    "a common word, a rare label": ({"q": "order", "label": "vip"}, {"q": "refund", "label": "press"}),
    "a common word, open only": ({"q": "order", "status": "open"}, {"q": "takk", "status": "snoozed"}),
    "a common word, four years ago": (
        {"q": "order", "to": "2024-12-01T00:00:00+00:00"},
        {"q": "refund", "from": "2025-01-01T00:00:00+00:00", "to": "2025-01-03T00:00:00+00:00"},
    ),
    "a filter alone": ({"label": "press"}, {"team": "security", "language": "nb"}),
    "8,000 characters": ({"q": "refund my order please " * 348}, {"q": "z̸̧" * 2_600}),
}


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of each request: by the clock, and of this process's own processor time."""

    all: tuple[tuple[float, float], ...]

    def quantile(self, share: float, of: int = 0) -> float:
        times = sorted(each[of] for each in self.all)
        return times[min(int(share * len(times)), len(times) - 1)]

    def __str__(self) -> str:
        p50, p95, most = self.quantile(0.5), self.quantile(0.95), self.quantile(1)
        own = self.quantile(0.95, of=1)
        return f"p50 {p50:6.1f} ms, p95 {p95:6.1f} ms, max {most:6.1f} ms (processor p95 {own:5.1f} ms)"


def main() -> None:
    """Seed where there is nothing yet, then print the figures."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--cases", type=int, default=100_000)
    told.add_argument("--messages", type=int, default=10)
    told.add_argument("--postgres", action="store_true")
    told.add_argument("--data", type=Path)
    given = told.parse_args()
    with ExitStack() as stack:
        data = given.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="firstline-desk-")))
        data.mkdir(parents=True, exist_ok=True)
        settings: dict[str, str] = {}
        if given.postgres:
            settings["FIRSTLINE_SERVER_DATABASE_URL"] = stack.enter_context(running(data / "postgres")).uri
        handoff = open_handoff(load_settings(data, settings), FakeClock(NOW))
        stack.callback(handoff.close)
        engine = "PostgreSQL" if given.postgres else "SQLite"
        print(machine())
        seed(handoff, given.cases, given.messages)
        print(f"{engine}, {count(handoff, CASES):,} conversations, {count(handoff, ENTRIES):,} messages")
        measure(handoff, data)


def seed(handoff: Handoff, cases: int, messages: int) -> None:
    """Write the conversations in batches, each indexed as it would be by the verb that writes it."""
    if count(handoff, CASES) >= cases:
        return
    began = time.perf_counter()
    made = conversations(cases, messages)
    while batch := list(itertools.islice(made, BATCH)):
        handoff.database.write(lambda tx, batch=batch: write(tx, batch))  # type: ignore[misc]
    print(f"seeded in {time.perf_counter() - began:.0f} s")


def count(handoff: Handoff, table: sa.Table) -> int:
    """How many rows there are."""
    with handoff.database.read() as tx:
        return int(tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def write(tx: Connection, batch: Sequence[Made]) -> None:
    """Keep these conversations, each indexed."""
    tx.execute(sa.insert(CASES), [row_of(made.case) for made in batch])
    tx.execute(
        sa.insert(SUMMARIES),
        [
            {
                "case_number": made.case.number,
                "document": made.document,
                "escalation": {},
                "at": made.case.opened_at,
            }
            for made in batch
        ],
    )
    rows = [row_of_entry(made.case.number, entry) for made in batch for entry in made.entries]
    tx.execute(sa.insert(ENTRIES), rows)
    labels = [{"case_number": made.case.number, "label": name} for made in batch for name in made.case.labels]
    if labels:
        tx.execute(sa.insert(CASE_LABELS), labels)
    for made in batch:
        index(tx, made.case, made.entries, made.document)


def measure(handoff: Handoff, data: Path) -> None:
    """Each list and each search, as an agent's page asks for them."""
    identity = open_identity(data, FakeClock(NOW))
    if WHO[0] not in {staff.email for staff in identity.list()}:
        identity.add(*WHO, (Role.AGENT,), "a long enough password")
    client = handoff_app(handoff, identity, Brand.load(), clock=FakeClock(NOW)).test_client()
    client.set_cookie(COOKIE, identity.sign_in(WHO[0], "a long enough password", "127.0.0.1"))

    def took(path: str, query: Mapping[str, str]) -> tuple[float, float]:
        began, used = time.perf_counter(), time.thread_time()
        answer = client.get(f"/desk/api/{path}?{urlencode(query)}")
        spent = 1_000 * (time.perf_counter() - began), 1_000 * (time.thread_time() - used)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} {query} answered {answer.status_code}: {answer.data[:200]!r}")
        return spent

    def timed(path: str, queries: Sequence[Mapping[str, str]]) -> Iterator[tuple[float, float]]:
        for _ in range(TIMES):
            for query in queries:
                yield took(path, query)

    took("cases", {"view": "all"})
    took("search", {"q": "hello"})
    lists = {name: Times(tuple(timed("cases", [query]))) for name, query in LISTS.items()}
    searches = {name: Times(tuple(timed("search", queries))) for name, queries in SEARCHES.items()}
    for what, kinds in (("list", lists), ("search", searches)):
        every = Times(tuple(itertools.chain.from_iterable(times.all for times in kinds.values())))
        print(f"{what}: {len(every.all)} requests, one after the other:\n  {'every':34} {every}")
        for name, times in kinds.items():
            print(f"  {name:34} {times}")
    print(machine())
    identity.close()


if __name__ == "__main__":
    main()
