"""What a case is sorted by: its labels, its fields, its priority. Pure decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from handoff.case import Case, CaseEvent
from handoff.errors import LabelError
from handoff.floor.rules import Priority, Rules
from handoff.verbs.agent import Agent, steered
from handoff.verbs.change import Change
from handoff.verbs.sentences import happened, storable

LABELS = 20
"""Labels that a case may have."""

LABEL_CHARACTERS = 60


def labelled(case: Case, by: Agent, labels: Sequence[str], now: datetime) -> Change | None:
    """These and no others, in their order; raises LabelError."""
    sorted_by = steered(case, by, "label").after(CaseEvent.LABELLED)
    given = tuple(dict.fromkeys(" ".join(storable(label).split()) for label in labels))
    if len(given) > LABELS:
        raise LabelError(f"{len(given)} labels are too many; a case has {LABELS} at most")
    if wrong := next((label for label in given if not 0 < len(label) <= LABEL_CHARACTERS), None):
        raise LabelError(f"{wrong[:20]!r} is too long; a label has {LABEL_CHARACTERS} characters at most")
    if "" in given:
        raise LabelError("a label is empty; leave it out")
    if given == case.labels:
        return None
    what = f"labelled the case {', '.join(given)}" if given else "took the labels off the case"
    return happened(replace(sorted_by, labels=given), CaseEvent.LABELLED, by, now, what)


def filled_in(case: Case, by: Agent, values: Mapping[str, str], now: datetime) -> Change | None:
    """The fields by name, each checked before; an empty value empties its field."""
    filled = steered(case, by, "fill in").after(CaseEvent.FIELDS_SET)
    fields = {name: value for name, value in {**case.fields, **values}.items() if value}
    changed = {name: value for name, value in values.items() if case.fields.get(name, "") != value}
    if not changed:
        return None
    said = ", ".join(f"{name}: {value or '-'}" for name, value in changed.items())
    return happened(replace(filled, fields=fields), CaseEvent.FIELDS_SET, by, now, f"filled in {said}")


def pressing(
    case: Case, by: Agent, priority: Priority, note: str, rules: Rules, now: datetime
) -> Change | None:
    """Another priority, with a colleague's reason; its deadlines count from when the case was opened."""
    moved = steered(case, by, "set the priority of").after(CaseEvent.PRIORITY_SET)
    if priority is case.priority:
        return None
    target, calendar = rules.targets[priority], rules.team(case.team).calendar
    pressed = replace(
        moved,
        priority=priority,
        priority_because=f"{priority.capitalize()}: {by.name} set it: “{note}”.",
        first_reply_by=case.first_reply_by and calendar.due(case.opened_at, target.first_reply_within),
        resolve_by=calendar.due(case.opened_at, target.resolve_within),
        due_warned=False,
    )
    what = f"set the priority to {priority}"
    return happened(pressed, CaseEvent.PRIORITY_SET, by, now, what, note=note)
