"""Our own desk as if it were somebody else's: what the others are measured by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from handoff.bridges.words import plain, transcript
from handoff.case import Case
from handoff.desk import Agent
from handoff.entry import Entry
from handoff.opening import Handoff
from tests.peers import Garbage, SeenBy, SeenCase, SeenFile, SeenPost, Webhook

LEADS = frozenset({"agent", "supervisor"})


class NonePeer:
    """Its cases are the cases, and its people's hands the desk's verbs. It can't be broken."""

    settings: Mapping[str, str | int | bool | list[str] | dict[str, str]] = {}

    def sits_at(self, handoff: Handoff) -> None:
        self._handoff = handoff

    def cases(self) -> Sequence[SeenCase]:
        desk = self._handoff.desk
        cases = sorted(desk.queue("all", limit=None, include_resolved=True), key=lambda case: case.number)
        return [self._seen(case) for case in cases]

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        desk, by = self._handoff.desk, _agent(name)
        if desk.case(int(key)).agent is None:
            desk.claim(int(key), by)
        kept = [
            self._handoff.aids.files.keep(desk.case(int(key)), by, file.name, file.content).ref
            for file in files
        ]
        desk.reply(int(key), by, text, str(uuid4()), kept)

    def notes(self, key: str, text: str, name: str) -> None:
        self._handoff.desk.note(int(key), _agent(name), text)

    def resolves(self, key: str) -> None:
        self._handoff.desk.resolve(int(key), _agent("Omar"), "solved")

    def reopens(self, key: str) -> None:
        self._handoff.desk.reopen(int(key), _agent("Omar"))

    def assigns(self, key: str, name: str) -> None:
        self._handoff.desk.assign(int(key), _agent("Omar"), _agent(name))

    def merges(self, key: str, into: str) -> None:
        self._handoff.desk.merge(int(key), _agent("Omar"), int(into), same_person=True)

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        return ()

    def forge(self, webhook: Webhook) -> Webhook:
        return webhook

    @property
    def door(self) -> NonePeer:
        """There is none: it breaks by itself."""
        return self

    def lose_next_answer(self) -> None:
        """A function's answer can't be lost."""

    def refuse(self, times: int, status: int, retry_after: int | None = None) -> None:
        """It refuses nothing."""

    def garbage(self, kind: Garbage) -> None:
        """It has no wire to send any."""

    def down(self) -> None:
        """It is up as long as the house is."""

    def up(self) -> None:
        """It is."""

    def close(self) -> None:
        """The house closes it."""

    def _seen(self, case: Case) -> SeenCase:
        desk = self._handoff.desk
        entries = desk.thread(case.number)
        told = [entry for entry in entries if entry.kind != "event"]
        opened = next(entry.seq for entry in entries if entry.kind == "event")
        so_far = [entry for entry in told if entry.seq < opened]
        note = SeenPost(plain(desk.summary(case.number)), True, "us", "summary")
        said = SeenPost(transcript(so_far), True, "us", "transcript")
        return SeenCase(
            handoff_id=case.handoff_id,
            key=str(case.number),
            posts=(note, said, *(_post(entry) for entry in told if entry not in so_far)),
            status=case.status.value,
            priority=case.priority,
            labels=case.labels,
            team=case.team,
            assignee=case.agent_name,
        )


def start(folder: Path) -> NonePeer:
    return NonePeer()


def _post(entry: Entry) -> SeenPost:
    by: SeenBy = "customer" if entry.author == "customer" else "agent"
    return SeenPost(entry.text, entry.kind == "note", by, str(entry.seq))


def _agent(name: str) -> Agent:
    return Agent(f"{name.casefold()}@nettly.example", name, LEADS)
