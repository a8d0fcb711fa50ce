"""Keeps our record of what Chatwoot's people do with a conversation, where our assistant is its agent bot.

The case is opened here as any case. Handing over makes the conversation `open` there and gives the case to
Chatwoot's people, who are one agent to us. While Chatwoot can't be reached, the case stays in our own queue.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.channels import Channel
from bot.channels.chatwoot import CHANNEL, OURS, ChatwootChannel
from bot.channels.chatwoot_reading import Deed, Told, as_told, deeds_in, told_in
from bot.channels.hearing import Hearing
from bot.chat import Chat
from bot.conversation import WITH_PEOPLE, ConversationId
from bot.errors import NotDeliveredError
from config.clock import Clock
from handoff.bridges.json_values import JsonValue, number_at, text_at
from handoff.bridges.words import markdown
from handoff.case import Case
from handoff.desk import Desk
from handoff.errors import HandoffError
from handoff.intake import Intake
from handoff.verbs.agent import Agent
from handoff.verbs.queue import Filters

THERE = Agent("people@chatwoot.outside", "Chatwoot", frozenset({"agent", "supervisor"}))
"""Chatwoot's people, as our desk has them; they lead, so that what they say is taken whoever has the case."""

LOOK_EVERY = 60.0
"""Seconds between two looks at what its webhook may have lost."""

_LOOK_BACK = timedelta(hours=1)  # the first time; what was said before nobody waits for any more
_OVERLAP = timedelta(minutes=2)  # between two looks: its clock is not ours
_AT_ONCE = 20
_RETRY_AT_MOST = timedelta(minutes=5)

_log = logging.getLogger(__name__)


def agent_bot_of(
    channels: Sequence[Channel],
    chat: Chat,
    hearing: Hearing,
    desk: Desk,
    intake: Intake,
    clock: Clock,
    settle: Callable[[], object],
) -> AgentBot | None:
    """Where one of the channels is Chatwoot's."""
    channel = next((each for each in channels if isinstance(each, ChatwootChannel)), None)
    return None if channel is None else AgentBot(channel, chat, hearing, desk, intake, clock, settle)


class AgentBot:
    """What passes between Chatwoot's people and our record, beside the customers' words."""

    def __init__(
        self,
        channel: ChatwootChannel,
        chat: Chat,
        hearing: Hearing,
        desk: Desk,
        intake: Intake,
        clock: Clock,
        settle: Callable[[], object],
    ) -> None:
        """settle: carries to the conversation what has just happened at the desk."""
        self.channel = channel
        self._chat, self._hearing = chat, hearing
        self._desk, self._intake, self._clock, self._settle = desk, intake, clock, settle
        self._not_before: dict[int, tuple[datetime, int]] = {}
        self._looked = clock.now() - _LOOK_BACK

    def hear(self, told: Sequence[Told]) -> None:
        """Take in what a customer says, if the bot has their conversation there, or our record has it with
        people. What is said to Chatwoot's people without us is theirs alone."""
        for each in told:
            known = self._chat.find(CHANNEL, each.said.address)
            if each.pending and known is not None:
                self._is_the_bots(known.id)
            people = known is not None and known.holder in WITH_PEOPLE
            if each.pending or people:
                self._hearing.take(self.channel, [each.said])

    def note(self, deeds: Sequence[Deed], *, at: datetime | None = None) -> None:
        """Write down what Chatwoot's people did in conversations that were handed to them; once.

        at: when they did it, where that may be before there was a case.
        """
        for deed in deeds:
            known = self._chat.find(CHANNEL, deed.address)
            case = None if known is None else self._intake.open_case(known.id)
            if case is not None and (at is None or at >= case.opened_at.replace(microsecond=0)):
                self._note(case, deed)

    def work(self) -> bool:
        """Hand over the cases that nobody has; True if one was."""
        handed = False
        for case in self._desk.queue("unassigned", filters=Filters(channel=CHANNEL), limit=_AT_ONCE):
            not_before, _ = self._not_before.get(case.number, (case.opened_at, 0))
            if self._clock.now() >= not_before:
                handed = self._hand_over(case) or handed
        return handed

    def look(self) -> bool:
        """Ask Chatwoot what has happened, and take in what its webhook has lost; True if it had."""
        began, since, found = self._clock.now(), self._looked, False
        try:
            for conversation in self.channel.active(since):
                found = self._catch_up(conversation, since) or found
        except NotDeliveredError as error:
            _log.warning("Chatwoot can't be asked what its webhook has lost: %s", error)
            return False
        self._looked = began - _OVERLAP
        return found

    def _catch_up(self, conversation: dict[str, JsonValue], since: datetime) -> bool:
        """What our record lacks of one conversation; one that is neither ours nor the bot's is left alone."""
        address, stamp = text_at(conversation, "id"), since.timestamp()
        known = self._chat.find(CHANNEL, address)
        if known is None and text_at(conversation, "status") != "pending":
            return False
        before = 0 if known is None else known.waiting
        for message in self.channel.messages(address):
            created, told = number_at(message, "created_at") or 0, as_told(message, conversation)
            if created >= stamp:
                self.note(deeds_in(told), at=datetime.fromtimestamp(created, UTC))
                self.hear(told_in(told))
        if text_at(conversation, "status") == "resolved":
            last = text_at(conversation, "last_activity_at")
            self.note([Deed(address, "resolved", f"resolved:{last}")])
        now = self._chat.find(CHANNEL, address)
        missed = now is not None and now.waiting > before
        if missed:
            _log.warning("Chatwoot's webhook had not told all of conversation %s; it was asked", address)
        return missed

    def _hand_over(self, case: Case) -> bool:
        known = self._chat.by_id(ConversationId(case.conversation_id))
        if known is None:
            return False
        try:
            self.channel.hand_over(known.address, markdown(self._desk.summary(case.number)), case.priority)
        except NotDeliveredError as error:
            self._later(case, str(error))
            return False
        self._not_before.pop(case.number, None)
        try:
            self._desk.claim(case.number, THERE)
        except HandoffError as error:
            _log.info("case %d went to Chatwoot, and somebody here has it: %s", case.number, error)
        return True

    def _later(self, case: Case, why: str) -> None:
        """Our own desk has the case meanwhile."""
        _, failures = self._not_before.get(case.number, (case.opened_at, 0))
        wait: timedelta = min(timedelta(seconds=1) * (1 << min(failures, 16)), _RETRY_AT_MOST)
        self._not_before[case.number] = (self._clock.now() + wait, failures + 1)
        _log.warning("case %d can't be handed to Chatwoot yet: %s", case.number, why)

    def _note(self, case: Case, deed: Deed) -> None:
        by = Agent(THERE.email, deed.name, THERE.roles) if deed.name else THERE
        key = f"{OURS}{deed.id}"
        try:
            if deed.kind == "note":
                self._desk.note(case.number, by, deed.text, key)
                return
            if case.agent is None:
                # They were quicker than our note of having handed over.
                self._desk.claim(case.number, THERE)
            if deed.kind == "reply":
                self._desk.reply(case.number, by, deed.text, key)
            else:
                self._desk.resolve(case.number, THERE, "solved", "")
        except HandoffError as error:
            _log.warning("case %d does not have what Chatwoot tells (%s): %s", case.number, deed.kind, error)

    def _is_the_bots(self, conversation: ConversationId) -> None:
        """The bot has it again there: a case that Chatwoot's people had is over, if we were not told."""
        case = self._intake.open_case(conversation)
        if case is not None and case.agent == THERE.email:
            self._note(case, Deed("", "resolved", "pending"))
            self._settle()
