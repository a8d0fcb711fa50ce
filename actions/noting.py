"""Notes for the editors what the bot asked the base, and what came of it: never who asked.

A note that can't be written is logged and missed; the customer is answered all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from rasa_sdk import Tracker

from actions.reading import language, said
from actions.services import Services
from config.errors import ConfigError
from handoff.learning.impersonal import impersonal
from kb.knowledge import Answer, NoAnswer

_log = logging.getLogger(__name__)


def note_asked(
    services: Services, tracker: Tracker, asked: str, found: Answer | NoAnswer, *, again: bool = False
) -> None:
    """Keep the question, without what points to the customer, and what the base found.

    again: because an earlier answer to it was rejected. A turn that is taken again notes the same once more.
    """
    spoken = language(tracker)
    number = max((line.number for line in said(tracker) if line.author == "customer"), default=None)
    with _missed("question"):
        services.outcomes.asked(
            impersonal(asked, language=spoken),
            language=spoken,
            found=found,
            conversation=tracker.sender_id,
            message=number,
            again=again,
        )


def note_reaction(services: Services, tracker: Tracker, article: str, *, helped: bool) -> None:
    """Keep what the customer said of the article they were given last."""
    with _missed("reaction"):
        services.outcomes.reacted(tracker.sender_id, article, helped=helped)


def note_hand_over(services: Services, tracker: Tracker, reason: str, case: int) -> None:
    """Keep that a person takes over, why, and in which case."""
    with _missed("hand-over"):
        services.outcomes.handed_over(tracker.sender_id, reason, case=case)


@contextmanager
def _missed(what: str) -> Iterator[None]:
    try:
        yield
    except ConfigError:
        _log.exception("a %s was not noted for the editors", what)
