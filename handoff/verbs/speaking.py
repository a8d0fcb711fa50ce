"""What agents say: to the customer, or to each other. Pure decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handoff.case import Case, CaseEvent
from handoff.entry import NewDispatch, NewEntry
from handoff.errors import NotYoursError
from handoff.file import FileRef
from handoff.verbs.agent import Agent, held, working_on
from handoff.verbs.change import Change


def replied(
    case: Case, by: Agent, text: str, client_id: str, files: Sequence[FileRef], now: datetime
) -> Change:
    """By its holder, or by a supervisor who joins in; in nobody's case nobody speaks."""
    if case.agent is None:
        raise NotYoursError(case.number, "reply to", None)
    answered = replace(
        held(case, by, "reply to").after(CaseEvent.REPLIED),
        first_reply_by=None,
        first_replied_at=case.first_replied_at or now,
        waiting_since=None,
        unread=0,
        due_warned=case.due_warned and case.first_reply_by is None,
    )
    entry = NewEntry("reply", by.email, by.name, text, now, client_id=client_id, files=tuple(files))
    told = NewDispatch("reply", by.name, text, client_id, files=tuple(files))
    return Change(answered, CaseEvent.REPLIED, by.email, now, (entry,), told)


def noted(
    case: Case, by: Agent, text: str, client_id: str | None, files: Sequence[FileRef], now: datetime
) -> Change:
    """To colleagues only; anybody at the desk may, in whatever case."""
    said = working_on(case, by).after(CaseEvent.NOTED)
    entry = NewEntry("note", by.email, by.name, text, now, client_id=client_id, files=tuple(files))
    return Change(said, CaseEvent.NOTED, by.email, now, (entry,))
