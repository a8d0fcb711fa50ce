"""Carries what happened at the desk to the customer, and what the customer says to the case."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from actions.moments import moment_in_words
from bot.conversation import ConversationId, Draft, Event, Holder, Message, in_words
from bot.errors import ConversationEndedError, NoConversationError
from bot.store import JsonObject, Outcome, Promise, Store
from bot.tracker import ACTION_LISTEN, action_event, bare_event, bot_event, slot_event
from config.clock import Clock
from config.failpoints import failpoint
from handoff.dispatch import Dispatch, Dispatches
from handoff.entry import DispatchKind
from handoff.entry import Holder as DeskHolder
from handoff.escalation import Line
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
    ("reopened", "queue"): (Event.REQUEUED, "utter_reopened_in_queue"),
    ("returned", "bot"): (Event.RETURNED, "utter_returned"),
    ("resolved", "bot"): (Event.RESOLVED, "utter_resolved"),
    ("ended", "none"): (Event.ENDED, "utter_ended"),
    ("late", None): (None, "utter_late"),
}
# After these the bot begins afresh.
_BOT_AGAIN = (Event.RETURNED, Event.RESOLVED, Event.ENDED)


class Relay:
    """Works off the desk's dispatches and this room's promises; at least once, and once is all it shows."""

    def __init__(
        self,
        store: Store,
        dispatches: Dispatches,
        intake: Intake,
        *,
        phrase: Callable[[str, str, dict[str, str]], str],
        open_case: Callable[[ConversationId], int],
        clock: Clock,
        house: str = "",
    ) -> None:
        """phrase: a response's words in a language; open_case: runs the escalation again for a promise
        without a case and gives its number. house: the address that customers know it by, empty if none."""
        self._store, self._dispatches, self._intake = store, dispatches, intake
        self._phrase, self._open_case, self._clock = phrase, open_case, clock
        self._house = house.rstrip("/")

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

    def keep_promises(self) -> bool:
        """Open the cases that must exist and let open cases hear the customer; True if one was kept.

        What customers wrote comes to their threads first: working out anew what a case is about takes longer,
        and what others write meanwhile does not wait for it.
        """
        kept = False
        brought: dict[str, int] = {}
        for promise in self._bring(brought):
            self._bring(brought)
            try:
                self.keep(promise)
            except Exception as error:
                # Owed as before and tried again with the next round; the other promises are kept.
                _log.error("the promise %s waits: %s", promise.handoff_id, error)
                continue
            kept = True
        return kept

    def _bring(self, brought: dict[str, int]) -> tuple[Promise, ...]:
        """Let cases hear what was written since `brought`, by hand-over, which grows; what is promised."""
        owed = self._store.promises()
        for promise in owed:
            after = max(promise.forwarded, brought.get(promise.handoff_id, 0))
            if promise.case is None or promise.last <= after:
                continue
            unheard = self._store.messages(promise.conversation, after)
            lines = tuple(_line(message) for message in unheard if message.author in ("customer", "bot"))
            try:
                if lines:
                    self._intake.overhear(promise.handoff_id, lines)
            except Exception as error:
                # Tried again, and spoken of, when the promise is kept.
                _log.info("what %s goes on with waits: %s", promise.handoff_id, error)
            if unheard:
                brought[promise.handoff_id] = unheard[-1].number
        return owed

    def keep(self, promise: Promise) -> None:
        """One promise: its case exists and has heard everything said so far."""
        case = promise.case if promise.case is not None else self._open_case(promise.conversation)
        unheard = self._store.messages(promise.conversation, promise.forwarded)
        lines = tuple(_line(message) for message in unheard if message.author in ("customer", "bot"))
        if lines:
            self._intake.hear(promise.handoff_id, lines)
        for message in unheard:
            by = _promised_by(message)
            if by is not None:
                self._intake.promised(promise.handoff_id, _line(message), by)
        heard = unheard[-1].number if unheard else promise.forwarded
        failpoint("bot.promise.told")
        self._store.keep(promise.handoff_id, case=case, forwarded=heard)

    def _too_early(self, dispatch: Dispatch) -> bool:
        """True while the turn that opened the case is not stored: an agent was quicker than its last step."""
        conversation = self._store.get(ConversationId(dispatch.conversation_id))
        return dispatch.handoff_id == conversation.next_handoff

    def _deliver(self, dispatch: Dispatch) -> Message | None:
        conversation = ConversationId(dispatch.conversation_id)
        language = self._store.get(conversation).language
        name = dispatch.author_name
        key = f"dispatch-{dispatch.id}"
        now = self._clock.now()
        if dispatch.kind == "reply":
            draft = Draft("agent", self._with_links(dispatch), name=name, client_id=key)
            who = {"author": "agent", "name": name, "draft": 0}
            spoken: JsonObject = bot_event(draft.text, {}, who, at=now)
            outcome = Outcome(drafts=(draft,), events=(spoken,), actor=name)
        else:
            outcome = self._change(dispatch, language, key, now)
        try:
            written = self._store.write(conversation, outcome)
        except ConversationEndedError:
            # The conversation ended or went back to the bot meanwhile: there is nobody to tell.
            return None
        return written[0] if written else None

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

    def _change(self, dispatch: Dispatch, language: str, key: str, now: datetime) -> Outcome:
        """What happened at the desk: the customer hears of it, and the conversation changes hands."""
        name = dispatch.author_name
        event, response = HAPPENED[dispatch.kind, dispatch.holder]
        blanks = {"agent": name}
        if dispatch.kind == "late":
            zone = self._intake.outlook(dispatch.handoff_id).zone
            blanks["when"] = moment_in_words(datetime.fromisoformat(dispatch.text), now, zone, language)
        holder = self._store.get(ConversationId(dispatch.conversation_id)).holder
        again = event in (Event.REOPENED, Event.REQUEUED) and holder in (Holder.BOT, Holder.NONE)
        events: tuple[JsonObject, ...] = (_paused_again(now),) if again else ()
        if event in (Event.JOINED, Event.REOPENED):
            # Somebody is there: what was asked for the time without is not waited for any more.
            events = (*events, slot_event("contact", None, at=now))
        if event in _BOT_AGAIN and holder is not Holder.BOT:
            events = resumed(now, solved_by=name if event is Event.RESOLVED else None)
        return Outcome(
            drafts=(Draft("system", self._phrase(response, language, blanks), name=name, client_id=key),),
            events=events,
            event=event,
            actor=name,
            agent=name,
            reopens=dispatch.handoff_id if again else None,
        )


def _paused_again(now: datetime) -> JsonObject:
    """A person takes up what was resolved: no new hand-over, so it does not count as one."""
    return {"event": "pause", "timestamp": now.timestamp(), "metadata": {"reopened": True}}


def resumed(now: datetime, *, solved_by: str | None = None) -> tuple[JsonObject, ...]:
    """The bot starts afresh: a wish from before a person came is not read again as a new one.

    solved_by: who has solved it; the steps that were being walked are not gone on with, either.
    """
    fresh: dict[str, object] = {
        "handoff": None,
        "handoff_reason": None,
        "handoff_because": None,
        "handoff_topic": None,
        "handoff_says": None,
        "contact": None,
        "misses": 0,
        "rejected": [],
        "last_article": None,
        "question": None,
        "apologised": False,
        "solved_by": solved_by,
        **({"guide": None, "guide_open": None} if solved_by is not None else {}),
    }
    return (
        bare_event("resume", at=now),
        *(slot_event(name, value, at=now) for name, value in fresh.items()),
        action_event(ACTION_LISTEN, "a person gave the conversation back", at=now),
    )


def _promised_by(message: Message) -> datetime | None:
    """The time by which a message of the bot promises an answer, if it does."""
    custom = message.data.get("custom")
    by = custom.get("promised_by") if isinstance(custom, dict) else None
    return datetime.fromisoformat(by) if isinstance(by, str) and message.author != "customer" else None


def _line(message: Message) -> Line:
    return Line(message.number, message.author, in_words(message), message.sent_at, message.name)
