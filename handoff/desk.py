"""The agents' verbs. Each is one transaction: the case, its thread, whom to tell, the log and the audit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from config.clock import Clock
from config.failpoints import failpoint
from handoff.case import OUTCOMES, Case, CaseEvent, CaseStatus, Outcome
from handoff.case_summary import CaseSummary
from handoff.entry import Entry, LogRow, NewDispatch, NewEntry
from handoff.errors import EmptyTextError, NotYoursError, TakenError, TextTooLongError, UnknownOutcomeError
from handoff.masking import mask
from handoff.store import Change, Store

__all__ = ["TEXT_CHARACTERS", "Agent", "Desk", "Entry", "LogRow", "View"]

View = Literal["mine", "unassigned", "all"]

TEXT_CHARACTERS = 8_000
"""The longest reply, note or closing line."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Someone of the staff at the desk; the e-mail is who they are, the name what customers see."""

    email: str
    name: str
    roles: frozenset[str] = frozenset({"agent"})


class Desk:
    """The queue, its cases, and what agents do with them. A `ref` is a case's number or its handoff id."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def queue(
        self,
        view: View = "all",
        *,
        agent: str | None = None,
        team: str | None = None,
        include_resolved: bool = False,
    ) -> tuple[Case, ...]:
        """The cases of a view, by deadline, priority and age; `mine` are those of `agent`, an e-mail."""
        return self._store.queue(
            agent=(agent or "") if view == "mine" else None,
            unassigned=view == "unassigned",
            team=team,
            include_resolved=include_resolved,
        )

    def case(self, ref: int | str) -> Case:
        """Raises NoCaseError."""
        return self._store.case(ref)

    def summary(self, ref: int | str) -> CaseSummary:
        """The case file as it was handed over; raises NoCaseError."""
        return CaseSummary.from_json(self._store.summary(ref))

    def thread(self, ref: int | str, after: int = 0) -> tuple[Entry, ...]:
        """The entries after a place in the thread, in order; the secrets in customers' lines are masked."""
        return tuple(
            replace(entry, text=mask(entry.text)) if entry.kind == "line" else entry
            for entry in self._store.thread(ref, after)
        )

    def log(self, after: int, limit: int = 500) -> tuple[LogRow, ...]:
        """What changed at the desk after a place in its log, in order."""
        return self._store.log(after, limit)

    def log_end(self) -> int:
        """The place in the log after which nothing has happened yet."""
        return self._store.log_end()

    def day(self, since: datetime) -> tuple[int, int]:
        """Cases opened and cases resolved since a moment."""
        return self._store.count(since)

    def claim(self, ref: int | str, by: Agent) -> Case:
        """Take a case; again by its holder, nothing changes. Raises TakenError naming who was faster."""

        def decide(case: Case) -> Change | None:
            claimed = case.after(CaseEvent.CLAIMED)
            if case.agent == by.email:
                return None
            if case.agent is not None:
                raise TakenError(case.number, case.agent, case.agent_name or case.agent)
            now = self._clock.now()
            taken = replace(claimed, agent=by.email, agent_name=by.name, claimed_at=case.claimed_at or now)
            return _change(
                taken, CaseEvent.CLAIMED, by, now, "claimed the case", NewDispatch("joined", by.name)
            )

        return self._store.change(ref, decide)[0]

    def release(self, ref: int | str, by: Agent) -> Case:
        """Put a case back into the queue; raises NotYoursError."""

        def decide(case: Case) -> Change:
            released = _held(case, by, "release").after(CaseEvent.RELEASED)
            now = self._clock.now()
            back = replace(released, agent=None, agent_name=None, waiting_since=case.waiting_since or now)
            told = NewDispatch("released", by.name)
            return _change(back, CaseEvent.RELEASED, by, now, "put the case back into the queue", told)

        return self._store.change(ref, decide)[0]

    def reply(self, ref: int | str, by: Agent, text: str, client_id: str) -> Entry:
        """Answer the customer: the reply and its dispatch are one; the same `client_id` gives the same entry.

        Raises NotYoursError (claim first), EmptyTextError, TextTooLongError and ClientIdReusedError.
        """
        said = _words(text, "reply")

        def decide(case: Case) -> Change:
            now = self._clock.now()
            replied = replace(
                _held(case, by, "reply to").after(CaseEvent.REPLIED),
                first_reply_by=None,
                first_replied_at=case.first_replied_at or now,
                waiting_since=None,
                unread=0,
            )
            entry = NewEntry("reply", by.email, by.name, said, now, client_id=client_id)
            told = NewDispatch("reply", by.name, said, client_id)
            return Change(replied, CaseEvent.REPLIED, by.email, now, (entry,), told)

        _, entry = self._store.change(ref, decide, client_id=client_id, text=said)
        failpoint("handoff.reply.written")
        assert entry is not None
        return entry

    def note(self, ref: int | str, by: Agent, text: str, client_id: str | None = None) -> Entry:
        """Write to colleagues only; anyone at the desk may. Nothing of it leaves the room."""
        said = _words(text, "note")

        def decide(case: Case) -> Change:
            now = self._clock.now()
            entry = NewEntry("note", by.email, by.name, said, now, client_id=client_id)
            return Change(case.after(CaseEvent.NOTED), CaseEvent.NOTED, by.email, now, (entry,))

        _, entry = self._store.change(ref, decide, client_id=client_id, text=said)
        assert entry is not None
        return entry

    def resolve(self, ref: int | str, by: Agent, outcome: str, line: str = "") -> Case:
        """Close a case with an outcome and one line for colleagues; the conversation is the bot's again.

        Raises NotYoursError, NotAllowedError and UnknownOutcomeError.
        """
        if outcome not in OUTCOMES:
            raise UnknownOutcomeError(outcome, OUTCOMES)
        return self._end(ref, by, CaseEvent.RESOLVED, Outcome(outcome), line)

    def return_to_bot(self, ref: int | str, by: Agent, note: str = "") -> Case:
        """Give the conversation back to the bot, which goes on; raises NotYoursError and NotAllowedError."""
        return self._end(ref, by, CaseEvent.RETURNED, Outcome.RETURNED, note)

    def _end(self, ref: int | str, by: Agent, event: CaseEvent, outcome: Outcome, line: str) -> Case:
        said = _words(line, "line") if line.strip() else ""

        def decide(case: Case) -> Change:
            _held(case, by, "return" if event is CaseEvent.RETURNED else "resolve")
            now = self._clock.now()
            ended = replace(case.after(event), outcome=outcome, resolved_at=now, waiting_since=None, unread=0)
            returned = event is CaseEvent.RETURNED
            what = "returned the conversation to the bot" if returned else f"resolved the case: {outcome}"
            told = NewDispatch("returned" if returned else "resolved", by.name, said, outcome=outcome)
            change = _change(ended, event, by, now, what, told)
            note = (NewEntry("note", by.email, by.name, said, now),) if said else ()
            return replace(change, entries=(*note, *change.entries))

        return self._store.change(ref, decide)[0]


def _held(case: Case, by: Agent, verb: str) -> Case:
    if case.agent != by.email and case.status is not CaseStatus.RESOLVED:
        raise NotYoursError(case.number, verb, case.agent_name or case.agent)
    return case


def _change(case: Case, event: CaseEvent, by: Agent, at: datetime, what: str, told: NewDispatch) -> Change:
    entry = NewEntry("event", by.email, by.name, f"{by.name} {what}", at)
    return Change(case, event, by.email, at, (entry,), told)


def _words(text: str, what: str) -> str:
    """What an agent wrote, without blanks around it and without NUL, which PostgreSQL does not store."""
    words = text.replace("\0", "").strip()
    if not words:
        raise EmptyTextError(what)
    if len(words) > TEXT_CHARACTERS:
        raise TextTooLongError(what, len(words), TEXT_CHARACTERS)
    return words
