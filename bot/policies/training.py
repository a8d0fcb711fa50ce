"""Rules and stories into the conversations they stand for, as Rasa writes them out.

Steps between two checkpoints (an `or` is one too) are a piece; pieces are laid end to end in every way that
their checkpoints allow. Source: Rasa Open Source 3.6, `generator.py` and `structures.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.dialogue.assistant import (
    ActionStep,
    Assistant,
    BotTextStep,
    CheckpointStep,
    Domain,
    LoopStep,
    OrStep,
    Place,
    Rule,
    SlotCondition,
    SlotStep,
    Step,
    Story,
    UserStep,
)
from bot.dialogue.errors import AssistantError, Problem
from bot.folding import ACTION_LISTEN, NOT_SET, Fold, Json
from bot.policies.states import Senses, State
from bot.tracker import Tracker, initial_slots, list_slots

# Whatever came before: the action that stands in rules for a conversation's unknown past.
ANYTHING = "..."
START = ""
# Checkpoints and `or` multiply; more conversations than this were hardly meant.
MOST_TRAILS = 5_000

# A checkpoint that a piece begins at, and what the slots must be there.
Start = tuple[str, tuple[SlotCondition, ...]]


@dataclass(frozen=True, slots=True)
class Trail:
    """One conversation that a rule or a story stands for, with the state before each of its actions.

    seen holds the states as each action was about to run, those of a form's repeated runs among them.
    """

    names: tuple[str, ...]
    place: Place
    is_rule: bool
    tracker: Tracker
    seen: tuple[State, ...] = ()

    @property
    def name(self) -> str:
        return " > ".join(self.names)


@dataclass(slots=True)
class _Piece:
    """The steps from one checkpoint to the next."""

    owner: Rule | Story
    starts: tuple[Start, ...]
    events: list[Json] = field(default_factory=list)
    ends: tuple[str, ...] = ()


def trails(assistant: Assistant, senses: Senses) -> tuple[list[Trail], list[Trail]]:
    """The conversations of all rules and those of all stories.

    Raises AssistantError where checkpoints and `or` multiply into more than can be learnt.
    """
    return (
        _lay_out(assistant, senses, assistant.rules, is_rule=True),
        _lay_out(assistant, senses, assistant.stories, is_rule=False),
    )


def begun(domain: Domain, *, unset: bool = False) -> Tracker:
    """A conversation's beginning; `unset` leaves the slots without the values that they start with."""
    initial = dict.fromkeys(initial_slots(domain)) if unset else initial_slots(domain)
    return Tracker("", initial, initial, lists=list_slots(domain))


def _lay_out(
    assistant: Assistant, senses: Senses, owners: Sequence[Rule | Story], *, is_rule: bool
) -> list[Trail]:
    pieces = _ordered([piece for number, each in enumerate(owners) for piece in _pieces(each, number)])
    waiting: dict[str, list[Trail]] = {START: [Trail((), Place("", 0, ""), is_rule, begun(assistant.domain))]}
    finished: list[Trail] = []
    known: set[object] = set()
    used: set[str] = set()
    first: dict[str, int] = {}
    for index, piece in enumerate(pieces):
        for name, _ in piece.starts:
            first.setdefault(name, index)
    # What a checkpoint circle leads back to is gone through once more, as in Rasa, and then let be.
    for _ in range(2):
        back: dict[str, list[Trail]] = {}
        for index, piece in enumerate(pieces):
            reached = _distinct(_starting(piece, waiting), senses)
            used.update(name for name, _ in piece.starts if waiting.get(name))
            if not reached:
                continue
            if len(finished) + len(reached) > MOST_TRAILS:
                raise _too_many(piece.owner)
            after = [_along(trail, piece, assistant.domain, senses) for trail in reached]
            if not piece.ends:
                finished += _distinct(after, senses, known)
            for end in piece.ends:
                waiting.setdefault(end, []).extend(after)
                if first.get(end, index + 1) <= index:
                    back.setdefault(end, []).extend(after)
        loose = [name for name in waiting if name and name not in used and name not in back]
        for name in loose:
            finished += _distinct(waiting[name], senses, known)
        used.update(loose)
        if not back:
            break
        waiting = back
    return finished


def _starting(piece: _Piece, waiting: Mapping[str, list[Trail]]) -> Iterator[Trail]:
    for name, conditions in piece.starts:
        for trail in waiting.get(name, ()):
            if all(trail.tracker.slot(each.name) == each.value for each in conditions):
                yield trail


def _distinct(reached: Iterable[Trail], senses: Senses, known: set[object] | None = None) -> list[Trail]:
    """Without those that look the same at every moment as one before them."""
    known = set() if known is None else known
    found = []
    for trail in reached:
        looks = (*trail.seen, _state(trail.tracker, senses))
        if looks not in known:
            known.add(looks)
            found.append(trail)
    return found


def _along(trail: Trail, piece: _Piece, domain: Domain, senses: Senses) -> Trail:
    """The trail with a piece laid to its end."""
    owner = piece.owner
    names = trail.names if owner.name in trail.names else (*trail.names, owner.name)
    seen = list(trail.seen)

    def watch(fold: Fold, event: Json) -> None:
        if event["event"] == "action":
            seen.append(senses.state(fold.user, fold.slots, fold.action, fold.loop.get("name")))

    events = [_as_rule(event) if trail.is_rule else event for event in _written_out(piece, domain)]
    tracker = trail.tracker.after(events, watch)
    return Trail(names, owner.place, trail.is_rule, tracker, tuple(seen))


def _as_rule(event: Json) -> Json:
    """In rules, null is more than nothing: the slot or the loop must not be set."""
    if event["event"] == "active_loop" and event["name"] is None:
        return {**event, "name": NOT_SET}
    if event["event"] == "slot" and event["value"] is None:
        return {**event, "value": NOT_SET}
    return event


def _state(tracker: Tracker, senses: Senses) -> State:
    loop = tracker.active_loop.get("name")
    return senses.state(tracker.user, tracker.slots, tracker.latest_action, loop)


def _written_out(piece: _Piece, domain: Domain) -> Iterator[Json]:
    """The events with those that nobody writes: listening before a message, and the slots it fills."""
    listening = False
    for event in piece.events:
        if event["event"] == "user":
            if not listening:
                yield _action(ACTION_LISTEN)
            yield event
            yield from _filled(event["parse_data"]["entities"], domain)
            listening = False
        elif event["event"] == "slot":
            yield _slot(event["name"], _mentioned(event["name"], domain)) if event["bare"] else event
            listening = False
        else:
            yield event
            listening = event["event"] == "action" and event["name"] == ACTION_LISTEN
    if not piece.ends and not listening:
        yield _action(ACTION_LISTEN)


def _mentioned(name: str, domain: Domain) -> Any:
    """The value of a slot that a story only names."""
    kind = domain.slots[name].type if name in domain.slots else None
    return {"text": "filled", "list": ["filled"]}.get(kind or "")


def _filled(entities: Sequence[Json], domain: Domain) -> Iterator[Json]:
    if not entities or not _stores_entities(domain):
        return
    for slot in domain.slots.values():
        values = [
            entity.get("value")
            for mapping in slot.mappings
            if mapping.kind == "from_entity"
            and not (mapping.conditions and mapping.conditions[0].active_loop is not None)
            for entity in entities
            if (mapping.entity, mapping.role, mapping.group)
            == (entity["entity"], entity.get("role"), entity.get("group"))
        ]
        if values:
            yield _slot(slot.name, values if slot.type == "list" else values[-1])


def _stores_entities(domain: Domain) -> bool:
    config = domain.written.get("config")
    return not isinstance(config, dict) or config.get("store_entities_as_slots", True) is not False


def _pieces(owner: Rule | Story, number: int) -> list[_Piece]:
    """A rule or a story cut at its checkpoints and at each `or`."""
    done: list[_Piece] = []
    open_: list[_Piece] = []
    starts: list[Start] = []
    for place, step in enumerate(_steps(owner)):
        if isinstance(step, CheckpointStep):
            if not open_:
                starts.append((step.name, step.slots))
                continue
            ended = [replace(each, ends=(step.name,)) for each in open_ if each.ends]
            for each in open_:
                each.ends = each.ends or (step.name,)
            open_ += ended
            continue
        done += [each for each in open_ if each.ends]
        following = [each for each in open_ if not each.ends]
        if not following:
            ends = dict.fromkeys(end for each in open_ for end in each.ends)
            after: list[Start] = [(end, ()) for end in ends] or starts or [(START, ())]
            following = [_Piece(owner, tuple(after))]
        open_ = following
        alternatives = list(_alternatives(step))
        if isinstance(step, OrStep) and len(alternatives) > 1:
            here = f"\0{number}.{place}"
            open_ = [
                replace(each, events=[*each.events, event], ends=(here,))
                for each in open_
                for event in alternatives
            ]
        else:
            for each in open_:
                each.events.extend(alternatives)
    done += open_
    for piece in done:
        _mark_unpredictable(piece)
    return done


def _steps(owner: Rule | Story) -> Iterator[Step]:
    if isinstance(owner, Story):
        yield from owner.steps
        return
    yield from owner.conditions
    if not owner.at_start:
        yield ActionStep(ANYTHING)
    yield from owner.steps
    if not owner.waits:
        yield ActionStep(ANYTHING)


def _alternatives(step: Step) -> Iterator[Json]:
    """A step's events; those of an `or` are alternatives, each slot of it for itself."""
    if isinstance(step, OrStep):
        for option in step.options:
            yield from _alternatives(option)
    elif isinstance(step, UserStep):
        yield _said(step)
    elif isinstance(step, ActionStep):
        yield _action(step.action)
    elif isinstance(step, BotTextStep):
        yield {**_action(None), "action_text": step.text}
    elif isinstance(step, LoopStep):
        yield {"event": "active_loop", "name": step.loop}
    elif isinstance(step, SlotStep):
        for each in step.slots:
            yield {**_slot(each.name, each.value), "bare": each.bare}


def _said(step: UserStep) -> Json:
    # What a story gives as text alone can't be an intent's name, so nothing that is understood equals it.
    intent = step.intent.partition("/")[0] if step.intent else f'"{step.text}"'
    entities = [
        {
            "entity": each.name,
            "value": "" if each.value is None else each.value,
            **({"role": each.role} if each.role else {}),
            **({"group": each.group} if each.group else {}),
        }
        for each in step.entities
    ]
    return {"event": "user", "parse_data": {"intent": {"name": intent}, "entities": entities}}


def _action(name: str | None) -> Json:
    return {"event": "action", "name": name}


def _slot(name: str, value: Any) -> Json:
    return {"event": "slot", "name": name, "value": value}


def _mark_unpredictable(piece: _Piece) -> None:
    """An action that a conversation begins with can't be learnt: there is nothing to tell it by."""
    if START not in (name for name, _ in piece.starts):
        return
    for index, event in enumerate(piece.events):
        if event["event"] == "user":
            return
        if event["event"] == "action":
            piece.events[index] = {**event, "unpredictable": True}
            return


def _ordered(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces so that each comes after those that lead to it; a circle is cut where it closes."""
    by_start: dict[str, list[int]] = {}
    for index, piece in enumerate(pieces):
        for name, _ in piece.starts:
            by_start.setdefault(name, []).append(index)
    order: list[int] = []
    seen: set[int] = set()
    for first in range(len(pieces) - 1, -1, -1):
        if first in seen:
            continue
        seen.add(first)
        path = [(first, _next(pieces[first], by_start))]
        while path:
            index, following = path[-1]
            for each in following:
                if each not in seen:
                    seen.add(each)
                    path.append((each, _next(pieces[each], by_start)))
                    break
            else:
                path.pop()
                order.append(index)
    return [pieces[index] for index in reversed(order)]


def _next(piece: _Piece, by_start: Mapping[str, list[int]]) -> Iterator[int]:
    return iter([index for end in piece.ends for index in reversed(by_start.get(end, []))])


def _too_many(owner: Rule | Story) -> AssistantError:
    kind = "rule" if isinstance(owner, Rule) else "story"
    message = (
        f"{kind} {owner.name!r}: checkpoints and `or` multiply into more than {MOST_TRAILS:,} conversations; "
        "use fewer `or` in one story, or write what follows a checkpoint as a rule"
    )
    return AssistantError([Problem(owner.place.file, owner.place.line, owner.place.key, message)])
