"""The agents' verbs. Each is one transaction: the case, its thread, whom to tell, the log and the audit.

What a verb makes of a case is decided in the modules beside this one, by what they are about: handing,
speaking, sleeping, sorting, following, ending.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from config.clock import Clock
from config.failpoints import failpoint
from handoff.case import OUTCOMES, Case, Outcome
from handoff.casefile.case_summary import CaseSummary
from handoff.entry import Entry, LogRow
from handoff.errors import (
    NotBlockedError,
    NoTeamError,
    ShapeError,
    UnknownOutcomeError,
    UnknownPriorityError,
)
from handoff.file import FileRef
from handoff.finding.announced import masked
from handoff.floor.rules import Priority, Rules
from handoff.store import Store
from handoff.store.following import FollowingStore
from handoff.store.glance import Glance, GlanceStore
from handoff.verbs.agent import Agent
from handoff.verbs.change import Block, Change, Follower, FollowUp, FollowUpKind
from handoff.verbs.custom_fields import CustomFields
from handoff.verbs.ending import blocked, ended_with, merged, reopened, resolved, returned, spam, unblocked
from handoff.verbs.following import followed, kept, promised
from handoff.verbs.handing import assigned, claimed, escalated, handed_to, handed_to_team, released
from handoff.verbs.queue import PAGE, UNFILTERED, Filters, Mark, View
from handoff.verbs.sentences import (
    CLIENT_ID_CHARACTERS,
    TEXT_CHARACTERS,
    WORDS_CHARACTERS,
    complete,
    words,
    words_or_none,
)
from handoff.verbs.sleeping import ahead, snoozed, woken
from handoff.verbs.sorting import filled_in, labelled, pressing
from handoff.verbs.speaking import noted, replied

__all__ = ["TEXT_CHARACTERS", "Agent", "Desk", "Entry", "LogRow", "View"]

_PREVIOUS = 20  # of a customer's other cases


class Desk:
    """The queue, its cases, and what agents do with them. A `ref` is a case's number or its handoff id.

    A verb raises NotYoursError where another holds the case and `by` does not lead, NotAllowedError where the
    case's status refuses it, and ReadOnlyError for who only reads.
    """

    def __init__(
        self,
        store: Store,
        following: FollowingStore,
        glances: GlanceStore,
        fields: CustomFields,
        clock: Clock,
        rules: Callable[[], Rules],
    ) -> None:
        self._store, self._following, self._glances, self._fields = store, following, glances, fields
        self._clock, self._rules = clock, rules

    # Reading

    def queue(
        self,
        view: View = "all",
        *,
        agent: str | None = None,
        team: str | None = None,
        filters: Filters = UNFILTERED,
        after: Mark | None = None,
        limit: int | None = PAGE,
        include_resolved: bool = False,
    ) -> tuple[Case, ...]:
        """The cases of a view, by deadline, priority and age; `agent` is whose view it is, an e-mail.

        after: the place to read on from. include_resolved: sleeping and resolved ones after those.
        """
        narrowed = replace(filters, team=team) if team is not None else filters
        views: Sequence[View] = (view, "snoozed", "resolved") if include_resolved else (view,)
        found: tuple[Case, ...] = ()
        for each in dict.fromkeys(views):
            left = None if limit is None else limit - len(found)
            found += self._store.queue(
                each, narrowed, agent=agent or "", now=self._clock.now(), after=after, limit=left
            )
        return found

    def glance(
        self,
        numbers: Collection[int],
        view: View,
        agent: str,
        filters: Filters = UNFILTERED,
        since: datetime | None = None,
    ) -> Glance:
        """These cases as they are now, as far as there are any, beside an agent's view and counts.

        since: when the agent's day began, for its figures.
        """
        now = self._clock.now()
        return self._glances.glance(numbers, view, filters, agent=agent, now=now, since=since)

    def counts(self, agent: str, filters: Filters = UNFILTERED) -> Mapping[View, int]:
        """How many cases each of an agent's views holds; `resolved`, which only grows, up to COUNTED."""
        return self._glances.counts(filters, agent=agent, now=self._clock.now())

    def case(self, ref: int | str) -> Case:
        """Raises NoCaseError."""
        return self._store.case(ref)

    def summary(self, ref: int | str) -> CaseSummary:
        """The case file as it was handed over; raises NoCaseError."""
        return CaseSummary.stored(self._store.summary(ref))

    def thread(self, ref: int | str, after: int = 0) -> tuple[Entry, ...]:
        """The entries after a place in the thread, in order; the secrets in customers' lines are masked."""
        # A secret may stand in several lines, so what is shown depends on those before.
        return tuple(entry for entry in masked(self._store.thread(ref)) if entry.seq > after)

    def previous(self, ref: int | str) -> tuple[Case, ...]:
        """The customer's other cases, the latest first."""
        return self._store.others(self._store.case(ref), _PREVIOUS)

    def followers(self, ref: int | str) -> tuple[Follower, ...]:
        """Who takes part besides its holder."""
        return self._following.followers(self._store.case(ref).number)

    def follow_ups(
        self, *, agent: str | None = None, team: str | None = None, case: int | None = None
    ) -> tuple[FollowUp, ...]:
        """What is promised and not done, an agent's, a team's or everybody's; the first due on top."""
        return self._following.follow_ups(agent=agent, team=team, case=case)

    def blocks(self) -> tuple[Block, ...]:
        """The customers who are kept away now, the latest first."""
        return self._following.blocks(self._clock.now())

    def block_of(self, case: Case) -> Block | None:
        """Whether and why a case's customer is kept away."""
        return next(iter(self._following.blocks(self._clock.now(), customer_id=case.customer_id)), None)

    def log(self, after: int, limit: int = 500) -> tuple[LogRow, ...]:
        """What changed at the desk after a place in its log, in order."""
        return self._store.log(after, limit)

    def log_end(self) -> int:
        """The place in the log after which nothing has happened yet."""
        return self._store.log_end()

    def day(self, since: datetime) -> tuple[int, int]:
        """Cases opened and cases resolved since a moment."""
        return self._glances.day(since)

    # Whose it is

    def claim(self, ref: int | str, by: Agent) -> Case:
        """Take a case; again by its holder, nothing changes. Raises TakenError naming who was faster."""
        return self._change(ref, lambda case, now: claimed(case, by, now))

    def release(self, ref: int | str, by: Agent) -> Case:
        """Put a case back into the queue."""
        return self._change(ref, lambda case, now: released(case, by, now))

    def assign(self, ref: int | str, by: Agent, to: Agent) -> Case:
        """Give a case to a colleague; a supervisor who gives it to themselves takes it over.

        Raises CannotHoldError for somebody who only reads.
        """
        return self._change(ref, lambda case, now: assigned(case, by, to, now))

    def hand_over(
        self,
        ref: int | str,
        by: Agent,
        note: str = "",
        *,
        to_agent: Agent | None = None,
        to_team: str | None = None,
    ) -> Case:
        """Give a case to a colleague (a supervisor is one), or into a team's queue, with a note for them.

        Raises NoTeamError and CannotHoldError.
        """
        said = words_or_none(note, "note")
        if (to_agent is None) is (to_team is None):
            raise ShapeError("hand_over", "name one colleague or one team")
        if to_agent is not None:
            to = to_agent
            return self._change(ref, lambda case, now: handed_to(case, by, to, said, now))
        teams = {team.name: team for team in self._rules().teams}
        if to_team not in teams:
            raise NoTeamError(str(to_team), tuple(teams))
        team = teams[to_team]
        return self._change(ref, lambda case, now: handed_to_team(case, by, team, said, now))

    def escalate_to_lead(self, ref: int | str, by: Agent, problem: str, steps: str, lead: Agent) -> Case:
        """Write down the problem and the steps taken, and give the case to a lead, who is told.

        Its customer is transferred; who had it goes on taking part in its notes. Raises EmptyTextError for a
        problem or steps that nobody wrote down.
        """
        said = words(problem, "problem", TEXT_CHARACTERS // 2)
        tried = words(steps, "list of steps taken", TEXT_CHARACTERS // 2)
        return self._change(ref, lambda case, now: escalated(case, by, lead, said, tried, now))

    # What is said

    def reply(
        self, ref: int | str, by: Agent, text: str, client_id: str, files: Sequence[FileRef] = ()
    ) -> Entry:
        """Answer the customer: the reply and its dispatch are one; the same `client_id` gives the same entry.

        Raises EmptyTextError where there are no files either, TextTooLongError, NotFilledError for a
        {{variable}} left in it, and ClientIdReusedError.
        """
        said = complete(words(text, "reply", needed=not files))
        key = words(client_id, "client_id", CLIENT_ID_CHARACTERS)
        entry = self._say(ref, key, said, lambda case, now: replied(case, by, said, key, files, now))
        failpoint("handoff.reply.written")
        return entry

    def note(
        self,
        ref: int | str,
        by: Agent,
        text: str,
        client_id: str | None = None,
        files: Sequence[FileRef] = (),
    ) -> Entry:
        """Write to colleagues only; anyone at the desk may. Nothing of it leaves the room."""
        said = words(text, "note", needed=not files)
        key = None if client_id is None else words(client_id, "client_id", CLIENT_ID_CHARACTERS)
        return self._say(ref, key, said, lambda case, now: noted(case, by, said, key, files, now))

    # When, and how it is sorted

    def snooze(
        self, ref: int | str, by: Agent, until: datetime | None = None, *, until_reply: bool = False
    ) -> Case:
        """Put a case away until a moment, or until its customer writes, which wakes it in any case.

        Raises MomentError for a moment that has passed or is more than a year ahead.
        """
        return self._change(ref, lambda case, now: snoozed(case, by, until, until_reply, now))

    def wake(self, ref: int | str, by: Agent) -> Case:
        """Take a case up again before its time."""
        return self._change(ref, lambda case, now: woken(case, by, now))

    def label(self, ref: int | str, by: Agent, labels: Sequence[str]) -> Case:
        """Give a case these labels and no others; raises LabelError."""
        return self._change(ref, lambda case, now: labelled(case, by, labels, now))

    def set_fields(self, ref: int | str, by: Agent, values: Mapping[str, str]) -> Case:
        """Fill in custom fields, an empty value empties one; raises FieldError."""
        checked = self._fields.checked(values)
        return self._change(ref, lambda case, now: filled_in(case, by, checked, now))

    def set_priority(self, ref: int | str, by: Agent, priority: str, note: str) -> Case:
        """Change what triage decided, with a reason; deadlines follow. Raises UnknownPriorityError."""
        said = words(note, "note", WORDS_CHARACTERS)
        if priority not in tuple(Priority):
            raise UnknownPriorityError(priority, tuple(Priority))
        rules = self._rules()
        return self._change(ref, lambda case, now: pressing(case, by, Priority(priority), said, rules, now))

    # What is promised, and who takes part

    def follow_up(
        self,
        ref: int | str,
        by: Agent,
        due: datetime,
        text: str,
        kind: FollowUpKind = "follow_up",
        phone: str | None = None,
    ) -> Case:
        """Promise something for a day; it stays visible until it is done. Raises MomentError, PhoneError."""
        said = words(text, "follow-up", WORDS_CHARACTERS)
        return self._change(ref, lambda case, now: promised(case, by, due, said, kind, phone, now))

    def follow_up_done(self, promise: int, by: Agent) -> FollowUp:
        """Say that a promise was kept; a second time changes nothing. Raises NoFollowUpError."""
        found = self._following.follow_up(promise)
        self._change(found.case, lambda case, now: kept(case, by, found, now))
        return self._following.follow_up(promise)

    def follow(self, ref: int | str, by: Agent, follows: bool = True) -> Case:
        """Take part in a case that somebody else holds, or no longer."""
        takes_part = by.email in (each.agent for each in self.followers(ref))
        if takes_part is follows:
            return self._store.case(ref)
        return self._change(ref, lambda case, now: followed(case, by, follows, now))

    # How it ends, and begins again

    def resolve(self, ref: int | str, by: Agent, outcome: str, line: str = "") -> Case:
        """Close a case with an outcome and one line for colleagues; the conversation is the bot's again.

        Raises UnknownOutcomeError.
        """
        if outcome not in OUTCOMES:
            raise UnknownOutcomeError(outcome, OUTCOMES)
        said = words_or_none(line, "line")
        return self._change(ref, lambda case, now: resolved(case, by, Outcome(outcome), said, now))

    def return_to_bot(self, ref: int | str, by: Agent, note: str = "") -> Case:
        """Give the conversation back to the bot, which goes on."""
        said = words_or_none(note, "line")
        return self._change(ref, lambda case, now: returned(case, by, said, now))

    def reopen(self, ref: int | str, by: Agent, note: str = "") -> Case:
        """Go on with a resolved case; it is theirs who reopens it.

        Raises OpenElsewhereError where the customer's conversation has gone on in another case.
        """
        said = words_or_none(note, "note")
        rules = self._rules()

        def decide(case: Case, now: datetime) -> Change:
            elsewhere = self._store.open_case(case.conversation_id)
            return reopened(case, by, said, rules, elsewhere, now)

        return self._change(ref, decide)

    def merge(self, ref: int | str, by: Agent, into: int | str, *, same_person: bool = False) -> Case:
        """End a duplicate, which goes on in the case named; that one. Raises MergeError.

        same_person: the agent knows that the two customers are one, whatever their addresses say.
        """
        return self._store.merge(
            ref,
            into,
            lambda case, other: merged(case, other, by, same_person=same_person, now=self._clock.now()),
        )

    def spam(self, ref: int | str, by: Agent) -> Case:
        """End a case that is no customer's; they are told only that the conversation has ended."""
        return self._change(ref, lambda case, now: spam(case, by, None, now))

    def block(self, ref: int | str, by: Agent, because: str, until: datetime | None = None) -> Case:
        """Keep a case's customer away, for ever or until a moment; all their open cases end.

        Raises EmptyTextError without a reason, and MomentError.
        """
        said = words(because, "reason", WORDS_CHARACTERS)
        number = self._store.case(ref).number

        def decide(case: Case) -> Change:
            now = self._clock.now()
            if case.number != number:
                return ended_with(case, by, number, now)
            return blocked(case, by, said, ahead(until, now, "until") if until is not None else None, now)

        return self._store.change_with_others(number, decide)

    def unblock(self, ref: int | str, by: Agent) -> Case:
        """Let a case's customer in again; raises NotBlockedError."""

        def decide(case: Case, now: datetime) -> Change:
            if self.block_of(case) is None:
                raise NotBlockedError(case.number)
            return unblocked(case, by, now)

        return self._change(ref, decide)

    def _change(self, ref: int | str, decide: Callable[[Case, datetime], Change | None]) -> Case:
        case, _ = self._store.change(ref, lambda case: decide(case, self._clock.now()))
        failpoint("handoff.case.changed")
        return case

    def _say(
        self, ref: int | str, client_id: str | None, text: str, decide: Callable[[Case, datetime], Change]
    ) -> Entry:
        _, entry = self._store.change(
            ref, lambda case: decide(case, self._clock.now()), client_id=client_id, text=text
        )
        assert entry is not None
        return entry
