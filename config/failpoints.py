"""Named places where a crash test may stop the process dead."""

from __future__ import annotations

import itertools
import os

from config.errors import ConfigError

FAILPOINTS: tuple[str, ...] = (
    "bot.message.stored",  # the customer's message is durable; nothing has been done about it
    "bot.turn.decided",  # the next action is known; it has not run
    "bot.turn.acted",  # the action has run; what it said is not stored
    "bot.turn.said",  # the turn is durable; nobody has been told
    "handoff.event.half",  # an event's case is changed, its thread and dispatch are not; nothing is durable
    "handoff.case.opened",  # the case is durable; the bot has not noted that it is
    "handoff.contact.left",  # the case knows how to reach the customer; the bot has not told them so
    "handoff.case.changed",  # what an agent did is durable, with its dispatch; they have not been answered
    "handoff.reply.written",  # reply and dispatch are durable; the agent has not been answered
    "handoff.round.written",  # what the round over the desk decided is durable; nobody has been told
    "bridge.dispatch.written",  # what a helpdesk is to be told is durable; nobody has taken it
    "bridge.dispatch.sending",  # somebody has taken it; nothing has been asked of the helpdesk
    "bridge.dispatch.answered",  # the helpdesk has done it; its row does not say so
    "bridge.dispatch.marked",  # its row says so; the next has not been looked for
    "bridge.event.kept",  # what a helpdesk told us is durable; it has not been answered
    "bot.promise.told",  # the case has heard the customer; the bot has not noted that it has
    "bot.relay.delivered",  # the customer has the reply; the dispatch is not marked as done
    "bot.erasure.asked",  # a conversation is gone from its room; the others still have their part of it
    "bot.erasure.emptied",  # no room has a row of it; the bytes are not overwritten yet
    "config.mail.sent",  # the mail has left; its row does not say so
    "config.mail.marked",  # its row says so; the next mail has not been looked for
    "kb.change.written",  # the change is durable; the index does not know it
    "kb.index.written",  # the next generation is on disk; the old one still answers
    "kb.gap.placed",  # a failed question is in its gap; its neighbours are not
    "bot.lesson.taken",  # a case's lesson is kept; the desk's log will be read from before it
    "kb.words.published",  # the bot's new words are durable; it still says the old ones
    "kb.model.promised",  # another model is promised; the old one still reads
    "bot.model.written",  # the promised model is in place; nobody has noted that it is
    "kb.index.swapped",  # the next generation answers; the change rows are still there
)

ENVIRONMENT = "FIRSTLINE_FAILPOINT"
"""Names the armed failpoint as `name` or `name:nth`; unset in production."""

_passes = itertools.count(1)  # of the armed failpoint only; a process arms one and dies at it


class UnknownFailpointError(ConfigError):
    """A name that is not in FAILPOINTS."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"no failpoint {name!r}; config/failpoints.py lists them")


def failpoint(name: str) -> None:
    """Die here like `kill -9` (exit status 137) if this failpoint is armed, the nth time it is passed.

    Raises UnknownFailpointError for a name that FAILPOINTS does not list, armed or not.
    """
    if name not in FAILPOINTS:
        raise UnknownFailpointError(name)
    setting = os.environ.get(ENVIRONMENT)
    if not setting:
        return
    armed, _, nth = setting.partition(":")
    if armed not in FAILPOINTS:
        raise UnknownFailpointError(armed)
    if armed == name and next(_passes) == int(nth or 1):
        os._exit(137)
