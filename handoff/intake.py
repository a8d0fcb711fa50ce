"""The way in: an escalation becomes exactly one case, and the case hears what the customer goes on to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from config.clock import Clock
from config.failpoints import failpoint
from handoff.case import Case, CaseEvent, CaseStatus
from handoff.casefile.case_summary import CaseSummary, Previous
from handoff.casefile.centrality import Encoder
from handoff.casefile.showing import ShownCase, shown
from handoff.casefile.signs import SHIPPED
from handoff.casefile.summary import card_of, summarise
from handoff.entry import Entry, NewDispatch, NewEntry
from handoff.errors import NoCaseError
from handoff.escalation import Author, Customer, Escalation, Line, Told, conversation_of
from handoff.finding.facts import FactRules
from handoff.floor.outlook import Outlook, Outlooks, Place, Wait, milliseconds
from handoff.floor.rules import Priority, Rules
from handoff.mail.contact import Contact, added_to, left, promised
from handoff.store import Change, Opening, Store
from handoff.values import JsonObject, as_object
from handoff.verbs.change import Helper
from handoff.verbs.delivering import Delivered, sentence, undelivered
from handoff.verbs.ending import CustomerLeft, customer_left, turned_away
from handoff.verbs.introducing import introduced
from handoff.verbs.rating import rated

__all__ = ["Intake", "Outlook", "Place", "Wait"]

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
        moods: Sequence[Path] = SHIPPED,
    ) -> None:
        """encoder: tells how like each other sentences are; macros: the names of those an agent may run.

        moods: the mood.toml of each language that customers write in.
        """
        self._encoder, self._macros, self._moods = encoder, macros, moods
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
            escalated_again=lambda held, fresh: self._again(held, fresh, sentence, escalation.handoff_id),
        )
        failpoint("handoff.case.opened")
        return case

    def hear(
        self, handoff_id: str, lines: Sequence[Line], told: Sequence[Told] = (), *, overheard: int = 0
    ) -> Case:
        """Add later lines of the conversation to the case's thread; lines it holds are left out.

        A customer's line wakes a snoozed case and counts as unread. A resolved case keeps the lines and stays
        resolved: what was said then is the bot's to answer. told: what the customer filled in with these
        lines. overheard: the number of the last that the thread is known to hold. Raises NoCaseError.
        """
        later = [line for line in lines if line.number > overheard]
        case = self.overhear(handoff_id, later) if later else self._of(handoff_id)
        if case.status is not CaseStatus.RESOLVED and any(line.author == "customer" for line in lines):
            # Of a conversation that was merged into another's case, the numbers mean nothing there.
            own = case.conversation_id == conversation_of(handoff_id)
            case = self._told_more(case, told if own else ())
        return case

    def overhear(self, handoff_id: str, lines: Sequence[Line]) -> Case:
        """Only add the lines to the thread, for agents to read at once; `hear` them later all the same."""
        # What agents said stands in the thread already, as replies.
        said = [line for line in lines if line.author != "agent"]
        conversation = conversation_of(handoff_id)
        return self._store.hear(self._of(handoff_id).number, conversation, said, self._heard)

    def _told_more(self, case: Case, told: Sequence[Told]) -> Case:
        """The case with its summary written again: what the customer added or corrected counts.

        Team, priority and deadlines stay as they were routed: only a person changes those. Worked out before
        the writer is asked, which it would hold up.
        """
        before = Escalation.from_json(self._store.escalation(case.number))
        filled_in = tuple(dict.fromkeys((*before.told, *told)))
        lines = tuple(
            Line(
                entry.number,
                _author(entry),
                entry.text,
                entry.at,
                entry.name,
                files=entry.files,
            )
            for entry in sorted(self._store.thread(case.number), key=lambda entry: entry.number or 0)
            if entry.number is not None
        )
        summary = self._summarise(replace(before, lines=lines, told=filled_in), case.number)
        escalation = replace(before, told=filled_in).to_json() if filled_in != before.told else None

        def decide(now: Case, held: JsonObject) -> Change | None:
            document = added_to(held, summary.to_json())
            if document == held:
                return None
            about = replace(now, headline=summary.headline.text)
            at = self._clock.now()
            # Who only has its row before them need not look again, unless it is another.
            what = "summarised" if about.headline == now.headline else "retitled"
            return Change(about, what, "bot", at, document=document, escalation=escalation)

        return self._with_summary(case.number, decide)

    def outlook(self, handoff_id: str) -> Outlook:
        """What the customer may be told of when somebody comes; raises NoCaseError."""
        return self._outlooks.of(self._of(handoff_id))

    def wait(self, handoff_id: str) -> Wait:
        """The case a customer waits with and what they may be told of it; raises NoCaseError."""
        waits = self._outlooks.wait(conversation_of(handoff_id))
        if waits is not None:
            return waits
        case = self._of(handoff_id)
        version = milliseconds(self._store.told_at(case.number))
        return Wait(case.number, version, self._outlooks.of(case))

    def anybody_waits(self) -> bool:
        """Whether there is a case that nobody holds."""
        return self._outlooks.anybody_waits()

    def shown(self, handoff_id: str) -> ShownCase:
        """What the customer may see of their case; raises NoCaseError."""
        case = self._of(handoff_id)
        return shown(case, CaseSummary.stored(self._store.summary(case.number)))

    def left(self, handoff_id: str, what: CustomerLeft, after: int) -> Case:
        """Its customer no longer waits for anybody: the case ends, and its agent is told.

        after: the number of the message at which they left. Where the case has heard them since, they have
        come back to it, and nothing changes. Raises NoCaseError.
        """
        conversation, number = conversation_of(handoff_id), self._of(handoff_id).number

        def decide(case: Case) -> Change | None:
            back = self._store.heard_up_to(number, conversation) > after
            return None if back else customer_left(case, conversation, what, self._clock.now())

        return self._unless_changed(number, decide)

    def rated(
        self, handoff_id: str, helper: Helper, ending: int, score: int, comment: str | None = None
    ) -> Case:
        """Keep what the customer gave the bot or the agent, from 1 to 5; told again, it counts once.

        ending: its number in the conversation. Raises NoCaseError.
        """
        number = self._store.case(handoff_id).number

        def decide(case: Case) -> Change | None:
            if self._store.is_rated(number, helper, ending):
                return None
            return rated(case, helper, ending, score, comment, self._clock.now())

        return self._unless_changed(number, decide)

    def undelivered(
        self, handoff_id: str, what: Delivered, said: str, why: str, key: str, *, by_agent: bool
    ) -> Case:
        """Write into the thread how something that was said to the customer fares; with the same key once.

        said: how it begins; why: what its channel says. Raises NoCaseError.
        """
        number, now = self._of(handoff_id).number, self._clock.now()
        return self._store.change(
            number,
            lambda case: undelivered(case, what, said, why, key, now, by_agent=by_agent),
            client_id=key,
            text=sentence(what, said, why),
        )[0]

    def contact(
        self,
        handoff_id: str,
        name: str | None = None,
        email: str | None = None,
        message: str | None = None,
        phone: str | None = None,
    ) -> Case:
        """Keep how the customer is reached; what is None stays as it was. Raises NoCaseError."""
        given = Contact(email, name, message, phone)
        number = self._of(handoff_id).number
        case = self._with_summary(number, lambda case, held: left(case, held, given, self._clock.now()))
        failpoint("handoff.contact.left")
        return case

    def introduce(self, conversation_id: str, customer: Customer) -> None:
        """Tell the conversation's cases who their customer is, and what they are looking at.

        The resolved ones, too: they are this customer's history from now on. What is known already is not
        told again.
        """
        previous = Previous(*self._store.previous(customer.id, conversation_id))
        card = card_of(customer, previous)

        def decide(case: Case, held: JsonObject) -> Change | None:
            asked = {**self._store.escalation(case.number), "customer": as_object(customer)}
            return introduced(case, held, asked, card, self._clock.now())

        for case in self._store.of_conversation(conversation_id):
            self._with_summary(case.number, decide)

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
        return self._unless_changed(number, lambda case: decide(case, self._store.summary(number)))

    def _unless_changed(self, number: int, decide: Callable[[Case], Change | None]) -> Case:
        """Change a case as `decide` says, which may look at all that belongs to it, as it is at that moment.

        It looks before the writer is asked, and again where the case has changed meanwhile.
        """
        while True:
            before = self._store.case(number)
            # Nothing is added to what was forgotten.
            change = None if before.forgotten else decide(before)
            current = True

            def decided(case: Case, before: Case = before, change: Change | None = change) -> Change | None:
                nonlocal current
                current = case.version == before.version
                return change if current else None

            case = self._store.change(number, decided)[0]
            if current:
                return case

    def open_case(self, conversation_id: str) -> Case | None:
        """The conversation's case that is not resolved, if there is one."""
        return self._store.open_case(conversation_id)

    def _of(self, handoff_id: str) -> Case:
        """The case of a hand-over, or the one in which its conversation goes on; raises NoCaseError."""
        held = self._store.open_case(conversation_of(handoff_id))
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
            moods=self._moods,
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
        if not fresh or case.forgotten:
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

    def _again(self, held: Case, fresh: tuple[Line, ...], sentence: str, handoff_id: str) -> Change | None:
        """An escalation of a conversation that people hold already: the case is told, once.

        A customer who had left an agent, and is back before the desk heard of it, is with them again.
        """
        heard = self._heard(held, fresh)
        if heard is None:
            return None
        told = NewEntry("event", "system", None, f"Handed over by the bot again: {sentence}", heard.at)
        agent = held.agent_name or held.agent
        joined = None if agent is None else NewDispatch("joined", agent, handoff_id=handoff_id)
        return replace(heard, what="escalated_again", entries=(told,), dispatch=joined)


def _author(entry: Entry) -> Author:
    """Who said a thing of the thread, as the conversation has it."""
    if entry.kind == "reply":
        return "agent"
    return "customer" if entry.author == "customer" else "bot" if entry.author == "bot" else "system"
