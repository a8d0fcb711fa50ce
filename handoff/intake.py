"""The way in: an escalation becomes exactly one case, and the case hears what the customer goes on to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from config.clock import Clock
from config.failpoints import failpoint
from handoff.case import Case, CaseEvent, CaseStatus
from handoff.case_summary import CaseSummary, Previous
from handoff.entry import Entry, NewEntry
from handoff.errors import NoCaseError
from handoff.escalation import Author, Escalation, Line
from handoff.facts import FactRules
from handoff.store import Change, Opening, Store
from handoff.summary import summarise
from handoff.triage import Priority, Rules
from handoff.values import JsonObject

_WAITS = 50  # the team's last cases that a wait is told from
_ENOUGH = 5  # of them, before one is told at all
_LEAST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A customer's place in their team's queue, 1 being next, and how long it may take: least and most.

    `wait` is None where there is too little to tell it from.
    """

    position: int
    wait: tuple[timedelta, timedelta] | None


class Intake:
    """What the customers' side may ask of this room."""

    def __init__(self, store: Store, clock: Clock, rules: Rules, fact_rules: FactRules) -> None:
        self._store, self._clock = store, clock
        self._rules, self._fact_rules = rules, fact_rules

    def open(self, escalation: Escalation) -> Case:
        """The case of an escalation: made, with its summary, if its handoff id is new; else the one there is.

        Where the conversation has an open case already, that one takes the escalation. Raises NoLinesError.
        """
        try:
            return self._store.case(escalation.handoff_id)
        except NoCaseError:
            pass
        summary = summarise(escalation, 0, self._rules, self._fact_rules, self._previous(escalation))
        sentence = summary.reason.sentence
        case = self._store.open(
            Opening(
                case=self._case(escalation, summary),
                document=summary.to_json(),
                escalation=escalation.to_json(),
                lines=escalation.lines,
                entry=NewEntry(
                    "event", "system", None, f"Handed over by the bot: {sentence}", self._clock.now()
                ),
            ),
            escalated_again=lambda held, fresh: self._again(held, fresh, sentence),
        )
        failpoint("handoff.case.opened")
        return case

    def hear(self, handoff_id: str, lines: Sequence[Line]) -> Case:
        """Add later lines of the conversation to the case's thread; lines it holds are left out.

        A customer's line wakes a snoozed case and counts as unread. A resolved case keeps the lines and stays
        resolved: what was said then is the bot's to answer. Raises NoCaseError.
        """
        # What agents said stands in the thread already, as replies.
        said = [line for line in lines if line.author != "agent"]
        case = self._store.hear(self._of(handoff_id).number, said, self._heard)
        if case.status is not CaseStatus.RESOLVED and any(line.author == "customer" for line in said):
            case = self._told_more(case)
        return case

    def _told_more(self, case: Case) -> Case:
        """The case with its summary written again: what the customer added or corrected counts.

        Team, priority and deadlines stay as they were routed: only a person changes those. Worked out before
        the writer is asked, which it would hold up.
        """
        before = Escalation.from_json(self._store.escalation(case.number))
        lines = tuple(
            Line(entry.number, _author(entry), entry.text, entry.at, entry.name)
            for entry in sorted(self._store.thread(case.number), key=lambda entry: entry.number or 0)
            if entry.number is not None
        )
        told = replace(before, lines=lines)
        summary = summarise(told, case.number, self._rules, self._fact_rules, self._previous(told))
        held = self._store.summary(case.number)
        document: JsonObject = {**summary.to_json(), "routing": held["routing"]}
        if document == held:
            return case

        def decide(now: Case) -> Change:
            headline = summary.headline.text
            return Change(
                replace(now, headline=headline), "summarised", "bot", self._clock.now(), document=document
            )

        return self._store.change(case.number, decide)[0]

    def place(self, handoff_id: str) -> Place | None:
        """Where the customer stands in the queue; None once somebody has the case, or it is resolved."""
        case = self._of(handoff_id)
        if case.agent is not None or case.status is CaseStatus.RESOLVED:
            return None
        waiting = self._store.queue(unassigned=True, team=case.team)
        position = next((i for i, each in enumerate(waiting, 1) if each.number == case.number), 1)
        return Place(position, self._wait(case))

    def open_case(self, conversation_id: str) -> Case | None:
        """The conversation's case that is not resolved, if there is one."""
        return self._store.open_case(conversation_id)

    def _of(self, handoff_id: str) -> Case:
        """The case of a hand-over, or the one that took it because it was open already."""
        try:
            return self._store.case(handoff_id)
        except NoCaseError:
            held = self._store.open_case(handoff_id.rpartition("-")[0])
            if held is None:
                raise
            return held

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
            customer_name=escalation.customer.name,
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

    def _wait(self, case: Case) -> tuple[timedelta, timedelta] | None:
        """The range that three in five of the team's last cases waited, less the time already waited.

        Outside the team's hours, the time until they open comes on top.
        """
        waits = sorted(self._store.waits(case.team, _WAITS))
        if len(waits) < _ENOUGH:
            return None
        now = self._clock.now()
        opens = self._rules.team(case.team).calendar.next_open(now) or now
        waited = now - case.opened_at
        least, most = (
            max(timedelta(), waits[round(share * (len(waits) - 1))] - waited) for share in (0.2, 0.8)
        )
        return opens - now + least, opens - now + max(most, least, _LEAST)


def _author(entry: Entry) -> Author:
    """Who said a thing of the thread, as the conversation has it."""
    if entry.kind == "reply":
        return "agent"
    return "customer" if entry.author == "customer" else "bot" if entry.author == "bot" else "system"
