"""Carries what happened at the desk to the customer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from actions.moments import SHIPPED, Files, moment_in_words
from bot.conversation import (
    WITH_PEOPLE,
    Conversation,
    ConversationId,
    Draft,
    Event,
    Holder,
    Message,
    carrying,
)
from bot.errors import ConversationEndedError, NoConversationError
from bot.resuming import over, paused_again, resumed
from bot.store import JsonObject, Outcome, Store
from bot.tracker import bot_event, slot_event
from config.clock import Clock
from config.failpoints import failpoint
from handoff.dispatch import Dispatch, Dispatches
from handoff.entry import DispatchKind
from handoff.entry import Holder as DeskHolder
from handoff.intake import Intake

_log = logging.getLogger(__name__)

# What each instruction of the desk is to the conversation, by who holds it then, and how customers are told.
HAPPENED: Mapping[tuple[DispatchKind, DeskHolder | None], tuple[Event | None, str]] = {
    ("joined", "agent"): (Event.JOINED, "utter_joined"),
    ("released", "queue"): (Event.RELEASED, "utter_released"),
    ("requeued", "queue"): (Event.REQUEUED, "utter_requeued"),
    ("transferred", "agent"): (Event.JOINED, "utter_transferred"),
    ("transferred", "queue"): (Event.REQUEUED, "utter_transferred_to_team"),
    ("reopened", "agent"): (Event.REOPENED, "utter_reopened"),
    ("reopened", "queue"): (Event.REOPENED_IN_QUEUE, "utter_reopened_in_queue"),
    ("returned", "bot"): (Event.RETURNED, "utter_returned"),
    ("resolved", "bot"): (Event.RESOLVED, "utter_resolved"),
    ("ended", "none"): (Event.ENDED, "utter_ended"),
    ("late", None): (None, "utter_late"),
    ("taken_over", None): (None, "utter_taken_over"),
    ("taken_over", "queue"): (Event.REQUEUED, "utter_taken_over"),
}
# What is told only to who waits: nobody else was promised anything.
_OF_A_WAIT = ("late", "taken_over")
# After these a person has it again who had left it.
_AGAIN = (Event.REOPENED, Event.REOPENED_IN_QUEUE)


class Relay:
    """Works off the desk's dispatches; at least once, and once is all that shows."""

    def __init__(
        self,
        store: Store,
        dispatches: Dispatches,
        intake: Intake,
        *,
        phrase: Callable[[str, str, dict[str, str]], str],
        clock: Clock,
        house: str = "",
        moments: Files = SHIPPED,
        shows_files: Callable[[str], bool] = lambda channel: False,
    ) -> None:
        """phrase: a response's words in a language. house: the address that customers know it by, empty if
        none. moments: how one is told in each language. shows_files: whether a channel does; elsewhere they
        are links."""
        self._store, self._dispatches, self._intake = store, dispatches, intake
        self._phrase, self._clock = phrase, clock
        self._house, self._moments, self._shows_files = house.rstrip("/"), moments, shows_files

    def deliver(self) -> bool:
        """Tell customers what the desk did; True if there was anything to tell."""
        due = self._dispatches.lease()
        for dispatch in due:
            try:
                if self._too_early(dispatch):
                    self._dispatches.failed(dispatch.id, "the hand-over itself is not written yet")
                    continue
                message = self._deliver(dispatch)
            except NoConversationError:
                self._dispatches.park(dispatch.id, "its customer is not in a conversation of this house")
                continue
            except Exception as error:
                # Kept and tried again later; the other conversations' instructions go on.
                _log.exception("dispatch %s could not be delivered", dispatch.id)
                self._dispatches.failed(dispatch.id, str(error))
                continue
            failpoint("bot.relay.delivered")
            self._dispatches.done(dispatch.id, message.number if message else None)
        return bool(due)

    def _too_early(self, dispatch: Dispatch) -> bool:
        """True while the turn that opened the case is not stored: an agent was quicker than its last step."""
        conversation = self._store.get(ConversationId(dispatch.conversation_id))
        return dispatch.handoff_id == conversation.next_handoff

    def _deliver(self, dispatch: Dispatch) -> Message | None:
        conversation = ConversationId(dispatch.conversation_id)
        known = self._store.get(conversation)
        key, now = f"dispatch-{dispatch.id}", self._clock.now()
        if dispatch.kind in _OF_A_WAIT and known.holder not in WITH_PEOPLE:
            return None  # nobody waits for what was promised
        if dispatch.kind == "reply":
            outcome = self._reply(dispatch, known.channel, key, now)
        else:
            outcome = self._change(dispatch, known, key, now)
        try:
            written = self._store.write(conversation, outcome)
        except ConversationEndedError:
            # The conversation ended or went back to the bot meanwhile: there is nobody to tell.
            return None
        return written[0] if written else None

    def _reply(self, dispatch: Dispatch, channel: str, key: str, now: datetime) -> Outcome:
        """What an agent says, with their files."""
        name, files = dispatch.author_name, carrying(dispatch.files)
        text = dispatch.text if self._shows_files(channel) else self._with_links(dispatch)
        said = {**files, **({"reply": dispatch.client_id} if dispatch.client_id else {})}
        draft = Draft("agent", text, name=name, client_id=key, data=said)
        who = {"author": "agent", "name": name, "draft": 0, **files}
        return Outcome(drafts=(draft,), events=(bot_event(text, {}, who, at=now),), actor=name)

    def _with_links(self, dispatch: Dispatch) -> str:
        """A reply's words, and below them a line for each file to get it by.

        With the house's address any channel shows a link; without it our own pages do.
        """
        lines = [dispatch.text] if dispatch.text else []
        for file in dispatch.files:
            named = file.name.replace("[", "(").replace("]", ")")
            address = f"{self._house}{file.address}"
            lines.append(f"{named}: {address}" if self._house else f"[{named}]({address})")
        return "\n".join(lines)

    def _change(self, dispatch: Dispatch, known: Conversation, key: str, now: datetime) -> Outcome:
        """What happened at the desk: the customer hears of it, and the conversation changes hands."""
        name = dispatch.author_name
        event, response = HAPPENED[dispatch.kind, dispatch.holder]
        again = event in _AGAIN and known.holder not in WITH_PEOPLE
        words = self._words(dispatch, response, known, now)
        # What happened, for channels that tell only what is news to somebody who is not in the chat.
        told = Draft("system", words, name=name, client_id=key, data={"happened": dispatch.kind})
        return Outcome(
            drafts=(told,),
            events=_remembered(event, known.holder, name, now),
            event=event,
            actor=name,
            agent=name,
            reopens=dispatch.handoff_id if again else None,
            ended_by=("agent" if name else "house") if event in (Event.RESOLVED, Event.ENDED) else None,
            # Who was sent away is not asked how it was.
            rates=event is Event.RESOLVED,
        )

    def _words(self, dispatch: Dispatch, response: str, known: Conversation, now: datetime) -> str:
        blanks = {"agent": dispatch.author_name}
        if dispatch.kind == "late":
            zone = self._intake.outlook(dispatch.handoff_id).zone
            by = datetime.fromisoformat(dispatch.text)
            blanks["when"] = moment_in_words(by, now, zone, known.language, self._moments)
        if dispatch.kind == "ended" and not dispatch.author_name:
            response = "utter_ended_by_house"
        return self._phrase(response, known.language, blanks)


def _remembered(event: Event | None, holder: Holder, name: str, now: datetime) -> tuple[JsonObject, ...]:
    """What the bot keeps in mind of a change at the desk, the conversation being held by `holder` so far."""
    if event is Event.RESOLVED and holder in WITH_PEOPLE:
        return resumed(now, solved_by=name)
    if event is Event.RETURNED and holder in WITH_PEOPLE:
        return resumed(now)
    if event is Event.ENDED:
        return over(now)
    paused = (paused_again(now),) if event in _AGAIN and holder not in WITH_PEOPLE else ()
    # Where somebody is there, what was asked for the time without is not waited for any more.
    here = (slot_event("contact", None, at=now),) if event in (Event.JOINED, Event.REOPENED) else ()
    return (*paused, *here)
