"""kill -9 anywhere on the road from the decision to hand over to the reply's delivery: nobody notices.

One hand-over goes its whole way over HTTP: out of hours, with an address left and a letter sent, two agents
who race, a reply, a note, a release, a round that gives the case to somebody else, a resolution and a
reopening. The server dies at failpoints on the way and is started again. Everybody tries again what was not
answered, as their pages do, and notices nothing else.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest
import requests

from bot.conversation import ConversationId, Holder
from bot.dialogue.assistant import Assistant
from bot.opening import House, open_house
from config.clock import SystemClock
from config.identity import Identity, Role, open_identity
from config.settings import load_settings
from config.sign_in import COOKIE
from handoff.case import CaseStatus
from handoff.store.audit import AuditStore
from tests.fakes import FakeClock
from tests.mail_server import Mailbox, mail_server
from tests.mortal import KILLED, Mortal, living

T = TypeVar("T")
Wire = dict[str, object]

WITHIN = 120.0  # seconds, for what takes a moment where the machine is not busy
PASSWORD = "a long enough password"
# Open on one weekday, which is neither today nor tomorrow.
OPEN_ON = f"{datetime.now(UTC) + timedelta(days=3):%A}".lower()
CLOSED = "".join(
    f'[hours.{name}]\nzone = "UTC"\n{OPEN_ON} = ["08:00-17:00"]\n\n' for name in ("office", "long")
)

ROAD = (
    "bot.message.stored",
    "bot.turn.decided",
    "handoff.event.half",
    "handoff.case.opened",
    "bot.turn.acted",
    "bot.turn.said",
    "handoff.contact.left",
    "config.mail.sent",
    "config.mail.marked",
    "handoff.case.changed",  # claimed
    "bot.relay.delivered",  # that somebody joined
    "bot.promise.told",
    "handoff.reply.written",
    "bot.relay.delivered",  # the reply
    "handoff.round.written",
    "handoff.case.changed",  # resolved
    "handoff.case.changed",  # reopened
)
"""Every failpoint between decision, case, summary, dispatch and delivery, in the order they are passed in."""

QUICK = (
    "bot.turn.decided",
    "handoff.event.half",
    "handoff.case.opened",
    "handoff.contact.left",
    "config.mail.sent",
    "handoff.case.changed",
    "bot.relay.delivered",
    "handoff.reply.written",
    "handoff.round.written",
)
"""One of each kind."""

LATER = (
    "handoff.case.changed:2",  # released
    "handoff.case.changed:3",  # resolved
    "handoff.case.changed:4",  # reopened
    "bot.relay.delivered:2",
    "bot.relay.delivered:3",
    "handoff.event.half:4",
)
"""Passes of a failpoint that a life which dies at the first never comes to."""


@dataclass
class Office:
    """A data folder with its staff signed in, outside of business hours; and where its mail arrives."""

    data: Path
    environment: dict[str, str]
    mailbox: Mailbox
    sign_ins: dict[str, tuple[str, str]]


@pytest.fixture
def office(data: Path, environment: dict[str, str]) -> Iterator[Office]:
    (data / "teams.toml").write_text(CLOSED, encoding="utf-8")
    with mail_server() as box:
        settings = {
            "FIRSTLINE_MAIL_HOST": "127.0.0.1",
            "FIRSTLINE_MAIL_PORT": str(box.port),
            "FIRSTLINE_MAIL_SECURITY": "none",
            "FIRSTLINE_MAIL_SENDER": "Nettly support <support@nettly.example>",
            "FIRSTLINE_BOT_BURST_MS": "0",
            **environment,
        }
        identity = open_identity(load_settings(data, settings).schema("house") or data, SystemClock())
        signed_in = {name: _sign_in(identity, name) for name in ("Ines", "Leo", "Kari")}
        identity.close()
        yield Office(data, settings, box, signed_in)


def _sign_in(identity: Identity, name: str) -> tuple[str, str]:
    email = f"{name.lower()}@nettly.example"
    identity.add(email, name, [Role.AGENT], PASSWORD)
    token = identity.sign_in(email, PASSWORD, "127.0.0.1")
    return token, identity.csrf(token)


def again_until_answered(send: Callable[[], requests.Response]) -> requests.Response:
    """What a page does: the same again while nobody answers, or the house says that it can't just now."""
    until = time.monotonic() + WITHIN
    while True:
        try:
            answer = send()
            if answer.status_code < 500:
                return answer
        except requests.RequestException:
            answer = None
        assert time.monotonic() < until, "no answer" if answer is None else answer.text
        time.sleep(0.05)


def eventually(look: Callable[[], T | None], told: Callable[[], object]) -> T:
    until = time.monotonic() + WITHIN
    while (found := look()) is None:
        assert time.monotonic() < until, told()
        time.sleep(0.05)
    return found


@dataclass
class Customer:
    """One customer's page, and their journal: what was sent, what was acknowledged, what was read."""

    address: str
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    read: list[Wire] = field(default_factory=list)

    def comes(self) -> None:
        begun = again_until_answered(
            lambda: requests.post(
                f"{self.address}/chat/api/conversations", json={"language": "en"}, timeout=10
            )
        ).json()
        self.path = f"{self.address}/chat/api/conversations/{begun['conversation_id']}/messages"
        self.headers = {"Authorization": f"Bearer {begun['token']}"}

    @property
    def conversation(self) -> ConversationId:
        return ConversationId(self.path.split("/")[-2])

    def says(self, text: str) -> None:
        key = f"m{len(self.sent) + 1}"
        self.sent[key] = text
        body = {"client_id": key, "text": text}
        answer = again_until_answered(
            lambda: requests.post(self.path, json=body, headers=self.headers, timeout=10)
        )
        assert answer.status_code == 202, answer.text
        self.acknowledged[key] = answer.json()["number"]

    def hears(self, part: str) -> None:
        """Read on until somebody else has said it."""
        since = len(self.read)

        def said() -> bool | None:
            self.reads_on()
            return (
                any(each["author"] != "customer" and part in str(each["text"]) for each in self.read[since:])
                or None
            )

        eventually(said, lambda: (part, self.read))

    def reads_on(self) -> None:
        last = max((int(str(each["number"])) for each in self.read), default=0)
        answer = again_until_answered(
            lambda: requests.get(self.path, params={"after": last}, headers=self.headers, timeout=10)
        )
        assert answer.ok, (answer.status_code, answer.text)
        self.read += answer.json()["messages"]


@dataclass
class AtTheDesk:
    """One agent's page. `told` is every answer that was final, with its status."""

    address: str
    name: str
    token: str
    csrf: str
    keys: Iterator[int] = field(default_factory=count)

    def get(self, path: str) -> Wire:
        found: Wire = again_until_answered(
            lambda: requests.get(f"{self.address}/desk/api{path}", cookies={COOKIE: self.token}, timeout=10)
        ).json()
        return found

    def post(self, path: str, **body: str) -> requests.Response:
        return again_until_answered(
            lambda: requests.post(
                f"{self.address}/desk/api{path}",
                json=body,
                cookies={COOKIE: self.token},
                headers={"X-CSRF-Token": self.csrf},
                timeout=10,
            )
        )

    def does(self, case: int, verb: str, status: str, agent: str | None, **body: str) -> None:
        """Press a button. Where the answer was lost the page shows what became of it."""
        answer = self.post(f"/cases/{case}/{verb}", **body)
        shown = self.case(case)
        assert (shown["status"], shown["agent"] and shown["agent"]["email"]) == (status, agent), answer.text  # type: ignore[index]

    def says(self, case: int, verb: str, text: str) -> None:
        answer = self.post(f"/cases/{case}/{verb}", text=text, client_id=f"{self.name}-{next(self.keys)}")
        assert answer.status_code in (200, 201), answer.text

    def case(self, case: int) -> Wire:
        shown = self.get(f"/cases/{case}")["case"]
        assert isinstance(shown, dict)
        return shown

    def case_that_says(self, part: str) -> int:
        def found() -> int | None:
            cases = self.get("/cases?view=all")["cases"]
            assert isinstance(cases, list)
            return next((int(each["number"]) for each in cases if part in json.dumps(each)), None)

        return eventually(found, lambda: self.get("/cases?view=all"))


@dataclass(frozen=True)
class Told:
    """How the hand-over went for those outside."""

    maya: Customer
    case: int
    claims: dict[str, requests.Response]
    replies: tuple[str, ...]


def hand_over(office: Office, server: Mortal) -> Told:
    """The whole way."""
    maya = Customer(server.address)
    agents = [AtTheDesk(server.address, name, *keys) for name, keys in office.sign_ins.items()]
    ines, leo, kari = agents
    maya.comes()
    maya.says("I want to talk to a human about order NT-10427")
    maya.hears("e-mail address")
    case = ines.case_that_says("NT-10427")
    maya.says("maya@example.org")
    maya.hears("your name")
    eventually(lambda: bool(office.mailbox.received) or None, lambda: "no letter came")
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda agent: agent.post(f"/cases/{case}/claim"), (ines, leo)))
    claims = {"Ines": answers[0], "Leo": answers[1]}
    first = ines if answers[0].status_code == 200 else leo
    maya.hears("has joined")
    maya.says("it is the blue one")
    eventually(
        lambda: "the blue one" in json.dumps(ines.get(f"/cases/{case}")) or None,
        lambda: ines.get(f"/cases/{case}"),
    )
    first.says(case, "note", "She may have a gift receipt.")
    first.says(case, "reply", "Hello Maya, I am looking into it.")
    maya.hears("I am looking into it.")
    first.does(case, "release", "open", None)
    maya.hears("")
    kari.post("/me/status", status="online")
    maya.hears("Kari")
    kari.says(case, "reply", "It leaves us today.")
    maya.hears("It leaves us today.")
    kari.does(case, "resolve", "resolved", "kari@nettly.example", outcome="solved")
    maya.hears("")
    kari.does(case, "reopen", "open", "kari@nettly.example")
    maya.hears("Kari")
    maya.says("thank you all")
    kari.says(case, "reply", "You are welcome.")
    maya.hears("You are welcome.")
    kari.does(case, "resolve", "resolved", "kari@nettly.example", outcome="not_solved")
    maya.hears("marked this as resolved")
    replies = ("Hello Maya, I am looking into it.", "It leaves us today.", "You are welcome.")
    return Told(maya, case, claims, replies)


def check_invariants(house: House, told: Told, mailbox: Mailbox) -> None:
    """I1 to I8 of one hand-over that Kari has resolved."""
    desk, maya = house.handoff.desk, told.maya
    messages = house.store.messages(maya.conversation)
    mine = {message.client_id: message for message in messages if message.author == "customer"}
    for key, number in maya.acknowledged.items():
        assert (mine[key].number, mine[key].text) == (number, maya.sent[key]), "I1"
    assert set(mine) == set(maya.sent), "I2"
    assert len(mine) == sum(message.author == "customer" for message in messages), "I1: doubled"
    assert tuple(message.text for message in messages if message.author == "agent") == told.replies, (
        "I1, I2, I3"
    )
    assert [message.number for message in messages] == list(range(1, len(messages) + 1)), "I3"
    assert [each["number"] for each in maya.read] == [message.number for message in messages], "I4"
    assert "gift receipt" not in json.dumps(maya.read), "I4: a note was read by the customer"

    every = desk.queue("all", limit=None) + desk.queue("resolved", limit=None)
    [case] = [each for each in every if each.conversation_id == maya.conversation]
    standing = house.store.get(maya.conversation)
    assert (case.number, case.status, case.agent) == (
        told.case,
        CaseStatus.RESOLVED,
        "kari@nettly.example",
    ), "I5"
    assert (standing.holder, standing.agent) == (Holder.BOT, None), "I5"
    assert standing.handled == max(message.number for message in mine.values()), "I6"
    summary = desk.summary(case.number)
    assert "NT-10427" in {str(fact.value) for fact in summary.facts}, "I5: the summary came with its case"
    assert summary.customer.address == case.contact == "maya@example.org"

    thread = desk.thread(case.number)
    assert [entry.seq for entry in thread] == list(range(1, len(thread) + 1)), "I3"
    heard = [entry.text for entry in thread if entry.kind == "line" and entry.author == "customer"]
    assert heard == list(maya.sent.values()), "I6: the case has heard the customer"
    assert tuple(entry.text for entry in thread if entry.kind == "reply") == told.replies
    assert all(entry.number is not None for entry in thread if entry.kind == "reply"), "I7"
    assert [entry.text for entry in thread if entry.kind == "note"] == ["She may have a gift receipt."]
    happened = Counter(entry.text for entry in thread if entry.kind == "event")
    assert max(happened.values()) == 1, f"I7: {happened}"
    changes = [message.text for message in messages if message.author == "system" and message.name]
    assert len(changes) == 6, f"joined, released, joined, resolved, reopened, resolved: {changes}"
    assert house.handoff.dispatches.lease() == (), "I7: all is delivered"
    assert len({mail["Message-ID"] for mail in mailbox.received}) == 1, "I7: sent twice, it is one letter"

    statuses = sorted(answer.status_code for answer in told.claims.values())
    [winner] = [name for name, answer in told.claims.items() if answer.status_code == 200]
    [loser] = [answer for answer in told.claims.values() if answer.status_code != 200]
    assert statuses == [200, 409] and winner in loser.text, "I8"
    verbs = [row.what for row in desk.log(0) if row.case == case.number]
    assert verbs.count("claimed") == 1, "I8"
    assert AuditStore(house.handoff.database).verify().broken_at is None, "I10"


def lived_through(office: Office, shipped: Assistant, *dies_at: str) -> None:
    with living(office.data, office.environment, *dies_at) as server:
        told = hand_over(office, server)
        told.maya.reads_on()
        assert server.deaths == [KILLED] * len(dies_at), f"it was to die at {dies_at}"
    # What a dead worker had taken is free again after a while, which nobody waits for here.
    later = FakeClock(datetime.now(UTC) + timedelta(minutes=5))
    house = open_house(load_settings(office.data, office.environment), clock=later, base=shipped)
    try:
        house.workers.drain()
        check_invariants(house, told, office.mailbox)
    finally:
        house.close()


@pytest.mark.slow
def test_a_hand_over_is_killed_at_many_a_step_and_nobody_notices(office: Office, shipped: Assistant) -> None:
    lived_through(office, shipped, *QUICK)


@pytest.mark.slow
@pytest.mark.engines
@pytest.mark.parametrize("at", (*dict.fromkeys(ROAD), *LATER))
def test_a_hand_over_goes_on_after_a_kill(office: Office, shipped: Assistant, at: str) -> None:
    lived_through(office, shipped, at)
