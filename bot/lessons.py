"""Brings what agents' cases teach to the editors: durable, and the same however often it is done."""

from __future__ import annotations

from config.failpoints import failpoint
from handoff.learning.lesson import Lesson
from handoff.learning.lessons import Lessons
from kb.learned.lesson import Lesson as Learnt
from kb.learned.lesson import Reply
from kb.learned.proposals import Proposals


class Teaching:
    """A worker between the desk's log and the proposals; the place it has reached is kept too."""

    def __init__(self, lessons: Lessons, proposals: Proposals) -> None:
        self._lessons, self._proposals = lessons, proposals

    def work(self) -> bool:
        """Take the lessons of the cases that were resolved since; True if the log had anything new."""
        here = self._proposals.learnt_to()
        place, lessons = self._lessons.since(here)
        for lesson in lessons:
            self._proposals.take(_learnt(lesson))
            failpoint("bot.lesson.taken")
        if place != here:
            self._proposals.learnt(place)
        return place != here


def _learnt(lesson: Lesson) -> Learnt:
    """The same value as the editors' room speaks of it."""
    return Learnt(
        case=lesson.case,
        conversation=lesson.conversation_id,
        language=lesson.language,
        question=lesson.question,
        asked_in=lesson.asked_in,
        replies=tuple(Reply(each.number, each.agent, each.text, each.at) for each in lesson.replies),
        minutes=lesson.minutes,
        outcome=lesson.outcome,
        reason=lesson.reason,
        resolved_at=lesson.resolved_at,
    )
