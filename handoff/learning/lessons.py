"""What resolved cases teach, read along the desk's log, so that whoever learns can stop and go on."""

from __future__ import annotations

import logging

from handoff.case import Case, CaseEvent, CaseStatus
from handoff.casefile.case_summary import CaseSummary
from handoff.errors import ShapeError, SourceMissingError
from handoff.learning.lesson import Lesson, lesson_of
from handoff.store import Store

_log = logging.getLogger(__name__)

# What may complete a lesson: the case's end, and a reply's delivery, which gives it its message number.
_COMPLETES = frozenset((CaseEvent.RESOLVED.value, CaseEvent.RETURNED.value, "delivered", "parked"))


class Lessons:
    """A read verb over the room: changes nothing, and gives the same again for the same place."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def since(self, place: int, limit: int = 200) -> tuple[int, tuple[Lesson, ...]]:
        """The place to go on from, and the cases that were resolved, or completed since, up to there.

        place: 0 for the beginning. A case comes again whenever there is more of it to know.
        """
        rows = self._store.log(place, limit)
        numbers = dict.fromkeys(row.case for row in rows if row.what in _COMPLETES)
        found = (self._lesson(self._store.case(number)) for number in numbers)
        return (rows[-1].seq if rows else place), tuple(each for each in found if each is not None)

    def _lesson(self, case: Case) -> Lesson | None:
        if (
            case.forgotten
            or case.status is not CaseStatus.RESOLVED
            or case.outcome is None
            or case.resolved_at is None
        ):
            return None
        try:
            summary = CaseSummary.stored(self._store.summary(case.number))
        except (ShapeError, SourceMissingError) as error:
            # Written by another version: this one case teaches nothing, the next ones do.
            _log.warning("case %s teaches nothing: %s", case.number, error)
            return None
        return lesson_of(case, summary, self._store.thread(case.number))
