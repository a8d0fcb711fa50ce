"""Macros: several deeds in one go, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Literal, Protocol, TypeAlias

from pydantic import Field

from config.clock import Clock
from handoff.aids.canned import checked_texts, checked_title, fill, in_language, words_of_case
from handoff.aids.wording import DEEDS
from handoff.case import OUTCOMES, Case
from handoff.desk import Desk
from handoff.errors import HandoffError, MacroRefusedError, NoAidError, NotKeptError
from handoff.floor.rules import Priority
from handoff.verbs.agent import Agent, working

_MOST_DEEDS = 10
_LONGEST_SNOOZE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ReplyDeed:
    """Answer the customer, in their language."""

    texts: Mapping[str, str]
    do: Literal["reply"] = "reply"


@dataclass(frozen=True, slots=True)
class InsertDeed:
    """Put a text into the reply box, for the agent to finish and send."""

    texts: Mapping[str, str]
    do: Literal["insert"] = "insert"


@dataclass(frozen=True, slots=True)
class NoteDeed:
    """Leave a note for colleagues."""

    text: str
    do: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class LabelDeed:
    """Put labels on the case, and take others off."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    do: Literal["label"] = "label"


@dataclass(frozen=True, slots=True)
class PriorityDeed:
    """Set the priority, with the note that says why."""

    priority: str
    note: str
    do: Literal["priority"] = "priority"


@dataclass(frozen=True, slots=True)
class HandOverDeed:
    """Hand the case over to a team, with a note."""

    team: str
    note: str = ""
    do: Literal["hand_over"] = "hand_over"


@dataclass(frozen=True, slots=True)
class SnoozeDeed:
    """Let the case sleep for so many minutes, or, with None, until the customer writes."""

    minutes: int | None = None
    do: Literal["snooze"] = "snooze"


@dataclass(frozen=True, slots=True)
class ResolveDeed:
    """Close the case with an outcome and one line for colleagues."""

    outcome: str
    line: str = ""
    do: Literal["resolve"] = "resolve"


Deed: TypeAlias = Annotated[
    ReplyDeed | InsertDeed | NoteDeed | LabelDeed | PriorityDeed | HandOverDeed | SnoozeDeed | ResolveDeed,
    Field(discriminator="do"),
]

_ENDS = (HandOverDeed, SnoozeDeed, ResolveDeed)


@dataclass(frozen=True, slots=True)
class Macro:
    """Several deeds under one name, in their order. `id` is 0 until it is kept."""

    id: int
    name: str
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a macro made of a case; `inserted` is for the reply box."""

    case: Case
    inserted: str
    deeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What a macro may name."""

    teams: Sequence[str]
    labels: Sequence[str]


class MacroRows(Protocol):
    """Where they are kept; `handoff.store.aids.MacroStore` is one."""

    def all(self) -> tuple[Macro, ...]: ...

    def save(self, macro: Macro, by: str) -> Macro: ...

    def remove(self, id: int, by: str) -> bool: ...


Together: TypeAlias = Callable[[int, Callable[[Desk], None]], Case]
"""Runs a work in one transaction over a case, on a desk of its own: what the work raises undoes all of it."""


class Macros:
    """Those of the house."""

    def __init__(self, rows: MacroRows, desk: Desk, together: Together, clock: Clock) -> None:
        self._rows, self._desk, self._together, self._clock = rows, desk, together, clock

    def all(self) -> tuple[Macro, ...]:
        """By name."""
        return self._rows.all()

    def macro(self, id: int) -> Macro:
        """Raises NoAidError."""
        found = next((macro for macro in self._rows.all() if macro.id == id), None)
        if found is None:
            raise NoAidError("macro", id)
        return found

    def save(self, macro: Macro, by: Agent, known: Known) -> Macro:
        """Keep a new one, or what became of one that is there; raises NotKeptError and NoAidError."""
        name = checked_title("macro", "name", macro.name)
        for other in self._rows.all():
            if other.name.casefold() == name.casefold() and other.id != macro.id:
                raise NotKeptError("macro", "name", f"there is one called “{other.name}” already")
        if not 1 <= len(macro.deeds) <= _MOST_DEEDS:
            raise NotKeptError("macro", "steps", f"give it 1 to {_MOST_DEEDS} steps")
        deeds = tuple(_checked(deed, f"step {i}", known) for i, deed in enumerate(macro.deeds, 1))
        for deed in deeds[:-1]:
            if isinstance(deed, _ENDS):
                raise NotKeptError("macro", "steps", f"{_said(deed)} must be the last step")
        if sum(isinstance(deed, ReplyDeed) for deed in deeds) > 1:
            raise NotKeptError("macro", "steps", "one reply is enough; write it in one step")
        return self._rows.save(replace(macro, name=name, deeds=deeds), by.email)

    def remove(self, id: int, by: Agent) -> None:
        """Raises NoAidError."""
        if not self._rows.remove(id, by.email):
            raise NoAidError("macro", id)

    def run(self, ref: int | str, by: Agent, macro: Macro, client_id: str) -> Ran:
        """Do all that the macro says in one transaction, or nothing; the same `client_id` does it once.

        Raises MacroRefusedError naming the step that can't be done.
        """
        case = self._desk.case(ref)
        working(by)
        words = words_of_case(case, by, self._desk.summary(case.number))
        planned = [self._planned(deed, i, macro, case, words) for i, deed in enumerate(macro.deeds, 1)]
        inserted = "\n\n".join(text for deed, text in planned if isinstance(deed, InsertDeed))
        done = tuple(deed.do for deed, _ in planned)
        if self._has_run(case, client_id):
            return Ran(case, inserted, done)

        def work(desk: Desk) -> None:
            for step, (deed, text) in enumerate(planned, 1):
                try:
                    self._do(desk, case.number, by, deed, text, f"{client_id}/{step}")
                except HandoffError as error:
                    raise MacroRefusedError(macro.name, step, _said(deed), str(error)) from error

        if all(isinstance(deed, InsertDeed) for deed, _ in planned):
            return Ran(case, inserted, done)
        return Ran(self._together(case.number, work), inserted, done)

    def _planned(
        self, deed: Deed, step: int, macro: Macro, case: Case, words: Mapping[str, str]
    ) -> tuple[Deed, str]:
        """A deed and its text for this case; what is sent must be complete, what is inserted need not."""
        if isinstance(deed, ReplyDeed | InsertDeed):
            text, empty = fill(in_language(deed.texts, case.language)[1], words)
            if empty and isinstance(deed, ReplyDeed):
                why = f"the case has no {', '.join(empty)}; write the reply by hand"
                raise MacroRefusedError(macro.name, step, _said(deed), why)
            return deed, text
        if isinstance(deed, NoteDeed):
            return deed, fill(deed.text, words)[0]
        return deed, ""

    def _has_run(self, case: Case, client_id: str) -> bool:
        keys = (entry.client_id or "" for entry in self._desk.thread(case.number))
        return any(key.startswith(f"{client_id}/") for key in keys)

    def _do(self, desk: Desk, number: int, by: Agent, deed: Deed, text: str, client_id: str) -> None:
        match deed:
            case ReplyDeed():
                desk.reply(number, by, text, client_id)
            case NoteDeed():
                desk.note(number, by, text, client_id)
            case LabelDeed(add, remove):
                labels = [each for each in desk.case(number).labels if each not in remove]
                desk.label(number, by, (*labels, *(each for each in add if each not in labels)))
            case PriorityDeed(priority, note):
                desk.set_priority(number, by, priority, note)
            case HandOverDeed(team, note):
                desk.hand_over(number, by, to_team=team, note=note)
            case SnoozeDeed(minutes):
                until = None if minutes is None else self._clock.now() + timedelta(minutes=minutes)
                desk.snooze(number, by, until=until, until_reply=True)
            case ResolveDeed(outcome, line):
                desk.resolve(number, by, outcome, line)
            case InsertDeed():
                return


def _said(deed: Deed) -> str:
    return DEEDS[deed.do]


def _checked(deed: Deed, step: str, known: Known) -> Deed:
    """The deed as it is kept; raises NotKeptError naming the step."""
    match deed:
        case ReplyDeed(texts) | InsertDeed(texts):
            return replace(deed, texts=checked_texts(f"macro ({step})", texts))
        case NoteDeed(text):
            return replace(deed, text=checked_texts(f"macro ({step})", {"en": text})["en"])
        case LabelDeed(add, remove):
            for label in (*add, *remove):
                if label not in known.labels:
                    raise NotKeptError("macro", step, f"there is no label {label!r:.60}")
            if not add and not remove:
                raise NotKeptError("macro", step, "choose a label")
        case PriorityDeed(priority, note):
            if priority not in list(Priority):
                raise NotKeptError("macro", step, f"choose a priority of {', '.join(Priority)}")
            if not note.strip():
                raise NotKeptError("macro", step, "write why the priority is set: it becomes a note")
        case HandOverDeed(team, _):
            if team not in known.teams:
                raise NotKeptError("macro", step, f"there is no team {team!r:.60}")
        case SnoozeDeed(minutes):
            longest = int(_LONGEST_SNOOZE.total_seconds() // 60)
            if minutes is not None and not 1 <= minutes <= longest:
                raise NotKeptError("macro", step, f"snooze for 1 to {longest:,} minutes")
        case ResolveDeed(outcome, _):
            if outcome not in OUTCOMES:
                raise NotKeptError("macro", step, f"choose an outcome of {', '.join(OUTCOMES)}")
    return deed
