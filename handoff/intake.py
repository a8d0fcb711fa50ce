"""The way in: an escalation becomes exactly one case, and the case hears what the customer goes on to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from config.clock import Clock
from config.failpoints import failpoint
from handoff.case import Case, CaseEvent, CaseStatus
from handoff.casefile.case_summary import CaseSummary, Previous
from handoff.casefile.centrality import Encoder
from handoff.casefile.summary import summarise
from handoff.entry import Entry, NewEntry
from handoff.errors import NoCaseError
from handoff.escalation import Author, Escalation, Line
from handoff.finding.facts import FactRules
from handoff.floor.outlook import Outlook, Outlooks, Place
from handoff.floor.rules import Priority, Rules
from handoff.mail.contact import Contact, added_to, left, promised
from handoff.store import Change, Opening, Store
from handoff.values import JsonObject
from handoff.verbs.ending import turned_away

__all__ = ["Intake", "Outlook", "Place"]

# Characters that are kept of what customers call themselves, and of where they can be reached.
_NAME = 200
_CONTACT = 320


class Intake:
    """What the customers' side may ask of this room."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: Callable[[], Rules],
        fact_rules: Callable[[], FactRules],
        outlooks: Outlooks,
        *,
        encoder: Encoder | None = None,
        macros: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """encoder: tells how like each other sentences are; macros: the names of those an agent may run."""
        self._encoder, self._macros = encoder, macros
        self._store, self._clock = store, clock
        self._rules, self._fact_rules, self._outlooks = rules, fact_rules, outlooks

    def open(self, escalation: Escalation) -> Case:
        """The case of an escalation: made, with its summary, if its handoff id is new; else the one there is.

        Where the conversation has an open case already, that one takes the escalation. Of a blocked customer
        it is written down as ended, and nobody is asked to work on it. Raises NoLinesError.
        """
        try:
            return self._store.case(escalation.handoff_id)
        except NoCaseError:
            pass
        summary = self._summarise(escalation, 0)
        sentence = summary.reason.sentence
        opening = Opening(
            case=self._case(escalation, summary),
            document=summary.to_json(),
            escalation=escalation.to_json(),
            lines=escalation.lines,
            entry=NewEntry("event", "system", None, f"Handed over by the bot: {sentence}", self._clock.now()),
        )
        now = self._clock.now()
        if self._store.blocked(escalation.customer.id, now):
            opening = turned_away(opening, now)
        case = self._store.open(
            opening,
            escalated_again=lambda held, fresh: self._again(held, fresh, sentence),
        )
        failpoint("handoff.case.opened")
        return case

    def hear(self, handoff_id: str, lines: Sequence[Line]) -> Case:
        """Add later lines of the conversation to the case's thread; lines it holds are left out.

        A customer's line wakes a snoozed case and counts as unread. A resolved case keeps the lines and stays
        resolved: what was said then is the bot's to answer. Raises NoCaseError.
        """
        case = self.overhear(handoff_id, lines)
        if case.status is not CaseStatus.RESOLVED and any(line.author == "customer" for line in lines):
            case = self._told_more(case)
        return case

    def overhear(self, handoff_id: str, lines: Sequence[Line]) -> Case:
        """Only add the lines to the thread, for agents to read at once; `hear` them later all the same."""
        # What agents said stands in the thread already, as replies.
        said = [line for line in lines if line.author != "agent"]
        conversation = handoff_id.rpartition("-")[0]
        return self._store.hear(self._of(handoff_id).number, conversation, said, self._heard)

    def _told_more(self, case: Case) -> Case:
        """The case with its summary written again: what the customer added or corrected counts.

        Team, priority and deadlines stay as they were routed: only a person changes those. Worked out before
        the writer is asked, which it would hold up.
        """
        before = Escalation.from_json(self._store.escalation(case.number))
        lines = tuple(
            Line(
                entry.number,
                _author(entry),
                entry.text,
                entry.at,
                entry.name,
                tuple(file.address for file in entry.files),
            )
            for entry in sorted(self._store.thread(case.number), key=lambda entry: entry.number or 0)
            if entry.number is not None
        )
        summary = self._summarise(replace(before, lines=lines), case.number)

        def decide(now: Case, held: JsonObject) -> Change | None:
            document = added_to(held, summary.to_json())
            if document == held:
                return None
            told = replace(now, headline=summary.headline.text)
            return Change(told, "summarised", "bot", self._clock.now(), document=document)

        return self._with_summary(case.number, decide)

    def place(self, handoff_id: str) -> Place | None:
        """Where the customer stands in the queue; None once somebody has the case, or it is resolved."""
        return self._outlooks.place(self._of(handoff_id))

    def outlook(self, handoff_id: str) -> Outlook:
        """What the customer may be told of when somebody comes; raises NoCaseError."""
        return self._outlooks.of(self._of(handoff_id))

    def contact(
        self, handoff_id: str, name: str | None, email: str | None, message: str | None = None
    ) -> Case:
        """Keep how the customer is reached; what is None stays as it was. Raises NoCaseError."""
        given = Contact(email, name, message)
        number = self._of(handoff_id).number
        case = self._with_summary(number, lambda case, held: left(case, held, given, self._clock.now()))
        failpoint("handoff.contact.left")
        return case

    def promised(self, handoff_id: str, line: Line, by: datetime) -> Case:
        """Keep in the summary that a message promised the customer an answer by then; once.

        Raises NoCaseError.
        """
        number = self._of(handoff_id).number
        return self._with_summary(
            number, lambda case, held: promised(case, held, line, by, self._clock.now())
        )

    def _with_summary(self, number: int, decide: Callable[[Case, JsonObject], Change | None]) -> Case:
        """Change a case and its summary together, as both are at that moment."""
        while True:
            version, summary = self._store.case(number).version, self._store.summary(number)
            current = True

            def decided(case: Case, version: int = version, summary: JsonObject = summary) -> Change | None:
                nonlocal current
                current = case.version == version
                return decide(case, summary) if current else None

            case = self._store.change(number, decided)[0]
            if current:
                return case

    def open_case(self, conversation_id: str) -> Case | None:
        """The conversation's case that is not resolved, if there is one."""
        return self._store.open_case(conversation_id)

    def _of(self, handoff_id: str) -> Case:
        """The case of a hand-over, or the one in which its conversation goes on; raises NoCaseError."""
        held = self._store.open_case(handoff_id.rpartition("-")[0])
        return self._store.case(handoff_id) if held is None else held

    def _summarise(self, escalation: Escalation, number: int) -> CaseSummary:
        return summarise(
            escalation,
            number,
            self._rules(),
            self._fact_rules(),
            self._previous(escalation),
            encoder=self._encoder,
            macros=self._macros(),
        )

    def _previous(self, escalation: Escalation) -> Previous:
        count, last_outcome = self._store.previous(escalation.customer.id, escalation.conversation_id)
        return Previous(count, last_outcome)

    def _case(self, escalation: Escalation, summary: CaseSummary) -> Case:
        routing = summary.routing
        return Case(
            number=0,
            handoff_id=escalation.handoff_id,
            conversation_id=escalation.conversation_id,
            episode=escalation.episode,
            status=CaseStatus.OPEN,
            team=routing.team.value,
            priority=Priority(routing.priority.value),
            priority_because=routing.priority.because,
            skills=tuple(skill.value for skill in routing.skills),
            language=escalation.language,
            headline=summary.headline.text,
            reason=escalation.reason,
            channel=escalation.channel,
            customer_id=escalation.customer.id,
            customer_name=escalation.customer.name and escalation.customer.name[:_NAME],
            agent=None,
            agent_name=None,
            opened_at=self._clock.now(),
            waiting_since=escalation.escalated_at,
            first_reply_by=routing.first_reply_by.at,
            resolve_by=routing.resolve_by.at,
            claimed_at=None,
            first_replied_at=None,
            resolved_at=None,
            outcome=None,
            unread=len(escalation.said()),
            last_seq=0,
            version=0,
            customer_verified=escalation.customer.verified,
            contact=escalation.customer.address and escalation.customer.address[:_CONTACT],
        )

    def _heard(self, case: Case, fresh: tuple[Line, ...]) -> Change | None:
        if not fresh:
            return None
        said = [line for line in fresh if line.author == "customer"]
        actor, what = ("customer", "customer_wrote") if said else ("bot", "bot_wrote")
        if said and case.status is not CaseStatus.RESOLVED:
            case = replace(
                case.after(CaseEvent.CUSTOMER_WROTE),
                unread=case.unread + len(said),
                waiting_since=case.waiting_since or said[0].at,
            )
        return Change(case, what, actor, self._clock.now())

    def _again(self, held: Case, fresh: tuple[Line, ...], sentence: str) -> Change | None:
        """An escalation of a conversation that people hold already: the case is told, once."""
        heard = self._heard(held, fresh)
        if heard is None:
            return None
        told = NewEntry("event", "system", None, f"Handed over by the bot again: {sentence}", heard.at)
        return replace(heard, what="escalated_again", entries=(told,))


def _author(entry: Entry) -> Author:
    """Who said a thing of the thread, as the conversation has it."""
    if entry.kind == "reply":
        return "agent"
    return "customer" if entry.author == "customer" else "bot" if entry.author == "bot" else "system"
