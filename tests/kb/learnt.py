"""Customers who were not answered, and agents who did, for the tests of what is learnt from them."""

from __future__ import annotations

from kb.knowledge import NoAnswer
from kb.learned.gap import Gap, GapState
from kb.learned.lesson import Lesson, Reply
from kb.opening import Kb
from tests.fakes import MONDAY_MORNING

NOTHING = NoAnswer("nothing_close", (), 0.1)
ED = "ed@firstline.test"
STEPS = "Open Settings, choose Lights, and hold the plus sign until the lamp is listed."
PAINT = ("spray paint cameras?", "camera spray paint white", "spray paint my camera")


def fails(room: Kb, *questions: str, language: str = "en", case: int | None = None) -> None:
    """Each asked by another customer, and not answered."""
    outcomes = room.learning.outcomes
    for question in questions:
        name = f"who asked {question}"
        outcomes.asked(question, language=language, found=NOTHING, conversation=name, message=2)
        if case is not None:
            outcomes.handed_over(name, "no_answer", case=case)
    while room.learning.work():
        pass


def gaps(room: Kb, *states: GapState) -> tuple[Gap, ...]:
    return room.learning.gaps.list(*states)


def lesson(case: int, *replies: str, minutes: float = 9.0, question: str = "can I paint it?") -> Lesson:
    said = tuple(Reply(7 + 2 * place, "Ines", text, MONDAY_MORNING) for place, text in enumerate(replies))
    return Lesson(
        case, f"case-{case}", "en", question, (2,), said, minutes, "solved", "no_answer", MONDAY_MORNING
    )
