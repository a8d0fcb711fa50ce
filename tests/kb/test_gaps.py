from __future__ import annotations

from kb.opening import Kb
from tests.fakes import MONDAY_MORNING


def test_an_unanswered_question_is_kept_in_the_customers_words(room: Kb) -> None:
    room.gaps.note("Do you ship to Svalbard?", "en", "nothing_close", "c1")
    room.gaps.note("Sender dere til Svalbard?", "nb", "other_language")
    newest, first = room.gaps.latest()
    assert (newest.question, newest.language, newest.conversation) == (
        "Sender dere til Svalbard?",
        "nb",
        None,
    )
    assert (first.reason, first.conversation, first.at) == ("nothing_close", "c1", MONDAY_MORNING)
