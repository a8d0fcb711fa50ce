"""The agents' room with one helpdesk, worked by hand: nothing happens there until it `works`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from werkzeug.test import TestResponse

from config.outbound import Outbound
from config.settings import load_settings
from handoff.bridges import Capabilities
from handoff.bridges.none import NoBridge
from handoff.bridges.opening import Mirror, open_mirror
from handoff.case import Case
from handoff.desk import Agent
from handoff.entry import Dispatch, Entry
from handoff.escalation import Line
from handoff.opening import open_handoff
from handoff.web.bridges_api import bridges_app
from tests.blank import furnish
from tests.fakes import FakeClock
from tests.handoff.conversations import MONDAY, escalation
from tests.peers import Peer, SeenCase, SeenPost, Webhook
from tests.peers.none import NonePeer
from tests.toml_tables import toml

INES = Agent("ines@nettly.example", "Ines", frozenset({"agent", "supervisor"}))
_CONVERSATIONS = count(os.getpid() * 1000)  # a real peer outlives a test, and a test run
ROUND = timedelta(seconds=5)  # of our clock, between two looks


class House:
    """`name`: the bridge's. at: when it is. common: what is set in `[bridge]`, over what the suite sets."""

    def __init__(self, folder: Path, name: str, peer: Peer, at: datetime = MONDAY, **common: object) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "firstline.toml").write_text(settings_table(name, peer.settings, common), encoding="utf-8")
        self.name, self.peer, self.clock = name, peer, FakeClock(at)
        settings = load_settings(furnish(folder, ["handoff"]), {})
        self.handoff = open_handoff(settings, self.clock)
        self._outbound = Outbound()
        self.mirror: Mirror | None = open_mirror(self.handoff, settings, self._outbound, self.clock)
        if isinstance(peer, NonePeer):
            peer.sits_at(self.handoff)
        self.door = bridges_app(self.mirror.receiving) if self.mirror else None
        self._told: list[Dispatch] = []
        self._line = 0

    @property
    def can(self) -> Capabilities:
        return self.mirror.bridge.capabilities if self.mirror else NoBridge.capabilities

    def escalates(self, *said: str, customer: str = "") -> Case:
        """A customer asks for a person, each in a conversation that no other test has."""
        conversation = f"conv{next(_CONVERSATIONS)}"
        customer = customer or f"visitor of {conversation}"
        opened = escalation(*said, conversation=conversation, customer=customer, at=self.clock.now())
        self._line = max(self._line, len(opened.lines))
        return self.handoff.intake.open(opened)

    def writes(self, case: Case, *texts: str) -> None:
        """The customer goes on writing."""
        for text in texts:
            self._line += 1
            self.handoff.intake.hear(case.handoff_id, (Line(self._line, "customer", text, self.clock.now()),))

    def works(self, *, push: bool = True, rounds: int = 60) -> None:
        """Everything that is due on either side, and what comes of it, until nothing is left to do.

        push: whether the peer's webhooks arrive; where they don't, polling has to find what they tell.
        """
        quiet = 0
        for _ in range(rounds):
            quiet = 0 if self.turns(push=push) or self.owes() else quiet + 1
            if quiet >= 3:
                return
            self.clock.moves(ROUND)
        raise AssertionError(f"after {rounds * ROUND} there is still something to do")

    def turns(self, *, push: bool = True) -> bool:
        """Each worker once; whether any of them had anything to do."""
        busy = False
        if self.mirror is not None:
            busy = self.mirror.sending.work()
            for webhook in self.peer.webhooks(self.clock.now()) if push else ():
                assert self.takes(webhook).status_code < 300
                busy = True
            busy = self.mirror.polling.work() or busy
            busy = self.mirror.applying.work() or busy
            busy = self.mirror.erasing.work() or busy
        for dispatch in self.handoff.dispatches.lease():
            self._told.append(dispatch)
            self.handoff.dispatches.done(dispatch.id)
            busy = True
        return busy

    def owes(self) -> bool:
        """Whether the peer is still to be told something."""
        standing = self.handoff.helpdesk.standing()
        return standing is not None and standing.backlog.waiting > 0

    def takes(self, webhook: Webhook) -> TestResponse:
        """A webhook as it comes in from outside."""
        assert self.door is not None
        path = f"/bridges/{self.name}{webhook.path}"
        client, carried = self.door.test_client(), dict(webhook.headers)
        return client.open(path, method=webhook.method, headers=carried, data=webhook.body)

    def brings(self, webhooks: Iterable[Webhook]) -> None:
        for webhook in webhooks:
            assert self.takes(webhook).status_code < 300

    def heard(self, case: Case | None = None) -> list[str]:
        """What customers were told by people, in order; of one case, or of all."""
        return [each.text for each in self.told("reply", case)]

    def told(self, kind: str, case: Case | None = None) -> list[Dispatch]:
        """What the customers' side was told of that kind, of one case or of all."""
        numbers = {each.case for each in self._told} if case is None else {case.number}
        return [each for each in self._told if each.kind == kind and each.case in numbers]

    def seen(self, case: Case) -> SeenCase:
        """The one case at the peer that is ours."""
        [found] = [each for each in self.peer.cases() if each.handoff_id == case.handoff_id]
        return found

    def posts(self, case: Case) -> tuple[SeenPost, ...]:
        return self.seen(case).posts

    def now(self, case: Case) -> Case:
        return self.handoff.desk.case(case.number)

    def thread(self, case: Case) -> tuple[Entry, ...]:
        return self.handoff.desk.thread(case.number)

    def close(self) -> None:
        if self.mirror is not None:
            self.mirror.close()
        self.handoff.close()
        self._outbound.close()


def settings_table(name: str, settings: Mapping[str, object], common: Mapping[str, object]) -> str:
    shared = {"private_networks": ["127.0.0.0/8"], "poll_seconds": 5, "give_up_minutes": 10_080, **common}
    tables = {"handoff": {"bridge": f".{name}"}, "bridge": shared, f"bridges.{name}": settings}
    return toml(tables)
