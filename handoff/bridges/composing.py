"""Writes what a helpdesk outside is told: a whole case, one thing said in it, or how it is from now on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from handoff.bridges import Changes, Customer, NewCase, Outgoing, OutgoingFile, OutgoingKind
from handoff.bridges.words import as_html, markdown, plain, said, speaker, subject, transcript
from handoff.case import Case, CaseStatus
from handoff.casefile.case_summary import CaseSummary
from handoff.entry import Entry
from handoff.errors import NoAidError
from handoff.file import FileRef
from handoff.finding.announced import masked
from handoff.floor.rules import Priority
from handoff.store.peer_queue import Item
from handoff.values import JsonObject
from handoff.wording import Say, entry_in_words, in_words


class Cases(Protocol):
    """What is told of a case."""

    def case(self, ref: int | str) -> Case: ...

    def thread(self, ref: int | str, after: int = 0) -> tuple[Entry, ...]: ...

    def summary(self, ref: int | str) -> JsonObject: ...


@dataclass(frozen=True, slots=True)
class Names:
    """What a helpdesk calls our teams and people, by name and by e-mail; where there is none, it decides."""

    teams: Mapping[str, str]
    people: Mapping[str, str]


FileBytes = Callable[[FileRef], bytes]
"""The bytes of a file that an entry carries; raises NoAidError where it is gone."""


class Composing:
    """One helpdesk's words, each made when it is told: what was masked or forgotten since is not in them."""

    def __init__(
        self, cases: Cases, files: FileBytes, names: Names, our_url: str, most_file: int, say: Say = str
    ) -> None:
        """our_url: "" where nobody has said. most_file: bytes; a file that is larger is only named."""
        self._cases, self._files, self._names = cases, files, names
        self._our_url, self._most_file, self._say = our_url.rstrip("/"), most_file, say

    def new_case(self, item: Item) -> NewCase:
        """All of a case up to the entry with which it was handed over; what was said later is told later."""
        case = self._cases.case(item.case)
        summary = CaseSummary.stored(self._cases.summary(item.case))
        thread = [entry for entry in self._thread(item.case) if entry.seq <= (item.seq or 0)]
        contact = case.contact or ""
        return NewCase(
            handoff_id=item.handoff_id,
            number=case.number,
            customer=Customer(
                id=case.customer_id,
                name=case.customer_name,
                email=contact if "@" in contact else None,
                phone=contact if contact and "@" not in contact else None,
                language=case.language,
                verified=case.customer_verified,
            ),
            subject=subject(case),
            summary=summary,
            note=plain(summary, self._say),
            note_markdown=markdown(summary, self._say),
            note_html=as_html(summary, self._say),
            transcript=transcript(thread, self._say),
            priority=case.priority,
            labels=case.labels,
            team=self._names.teams.get(case.team),
            assignee=None,
            language=case.language,
            opened_at=case.opened_at,
            desk_url=f"{self._our_url}/desk/cases/{case.number}" if self._our_url else None,
            files=tuple(self._outgoing(file for entry in thread for file in entry.files)),
        )

    def outgoing(self, item: Item) -> Outgoing | None:
        """One thing said; None if it is not there any more."""
        if item.seq is None:
            words = in_words(str(item.payload.get("note", "")), self._say)
            return Outgoing("note", self._say("Our own desk"), words, item.at)
        entry = next((each for each in self._thread(item.case) if each.seq == item.seq), None)
        if entry is None:
            return None
        shown = entry_in_words(entry, self._say)
        left = [file.name for file in entry.files if file.size > self._most_file]
        text = "\n".join((shown.text, *left)).strip() if left else said(shown, self._say)
        kind, files = _kind(entry), tuple(self._outgoing(entry.files))
        return Outgoing(kind, speaker(entry, self._say), text, entry.at, files)

    def changes(self, item: Item) -> Changes:
        """How the case is from now on, as far as the helpdesk has a word for it."""
        told = item.payload
        status, priority, labels = told.get("status"), told.get("priority"), told.get("labels")
        return Changes(
            status=None if status is None else CaseStatus(str(status)),
            priority=None if priority is None else Priority(str(priority)),
            labels=tuple(map(str, labels)) if isinstance(labels, Sequence) else None,
            team=self._names.teams.get(str(told.get("team"))),
            assignee=self._assignee(told),
        )

    def _assignee(self, told: JsonObject) -> str | None:
        """Whom the helpdesk is to give it to; "" for nobody, where it was given to somebody by us."""
        people = self._names.people
        if "assignee" not in told:
            return None
        if told["assignee"] is None and str(told.get("was_assignee")) in people:
            return ""
        return people.get(str(told["assignee"]))

    def _thread(self, number: int) -> Sequence[Entry]:
        return masked(self._cases.thread(number))

    def _outgoing(self, files: Iterator[FileRef] | Sequence[FileRef]) -> Iterator[OutgoingFile]:
        for file in files:
            if file.size <= self._most_file:
                yield OutgoingFile(file, partial(self._files, file))


def _kind(entry: Entry) -> OutgoingKind:
    if entry.kind == "line":
        return "customer" if entry.author == "customer" else "bot"
    return "agent" if entry.kind == "reply" else "note"


def files_from(*sources: Callable[[str], bytes | None]) -> FileBytes:
    """The bytes of a file from the first of these that has it: customers' files and agents' lie apart."""

    def read(file: FileRef) -> bytes:
        for source in sources:
            content = source(file.id)
            if content is not None:
                return content
        raise NoAidError("file", file.name)

    return read
