"""A form: it takes what the message gave, has it validated, and asks for the next slot that it needs.

Source: Rasa Open Source 3.6, `forms.py` and `loops.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.cast import Cast, Did, Perform, call, loop, slot
from bot.dialogue.assistant import Form
from bot.errors import ActionRejectedError
from bot.folding import ACTION_LISTEN, Json
from bot.slots import extract_slots
from bot.tracker import REQUESTED_SLOT, Tracker


def run_form(cast: Cast, form: Form, tracker: Tracker, did: Did, perform: Perform) -> Did:
    """One run of a form, until it has asked its question or is done.

    Raises ActionRejectedError where the message answers another question than the form's, so that rules and
    stories may take the turn, and ActionFailedError where its validation breaks.
    """
    run = replace(did, events=())
    if tracker.loop != form.name:
        run = _begin(cast, form, tracker, run)
    if not _is_done(run.events):
        run = _go_on(cast, form, tracker, run, perform)
    if _is_done(run.events):
        run = run.then(loop(cast, None))
    return replace(run, events=(*did.events, *run.events))


def _begin(cast: Cast, form: Form, tracker: Tracker, run: Did) -> Did:
    """Take what earlier messages, and this one, have filled already."""
    begun = loop(cast, form.name)
    tracker = tracker.after([begun])
    found = extract_slots(cast, tracker, run)
    extracted = [event for event in found.events if event["event"] == "slot"]
    run = replace(found, events=(begun,))
    if _validation(form) not in cast.assistant.domain.actions:
        return run.then(*extracted)
    tracker = tracker.after(found.events)
    filled = {name: tracker.slot(name) for name in form.required_slots if tracker.slot(name) is not None}
    run = _validate(cast, form, tracker, filled, run)
    valid = run.slots()
    return run.then(*(event for event in extracted if event["name"] not in valid))


def _go_on(cast: Cast, form: Form, tracker: Tracker, run: Did, perform: Perform) -> Did:
    begun = len(run.events)
    if all(event["event"] == "active_loop" for event in run.events):
        # Without a loop the form is being started; after an interruption nothing of the message is taken.
        interrupted = tracker.active_loop.get("is_interrupted")
        answered = tracker.latest_action == ACTION_LISTEN and not interrupted
        if not tracker.active_loop or answered:
            run = _take_answer(cast, form, tracker, run)
        else:
            run = _validate(cast, form, tracker, {}, run)
    if _was_rejected(run.events[begun:]):
        return run
    return _ask_next(cast, form, tracker, run, perform)


def _take_answer(cast: Cast, form: Form, tracker: Tracker, run: Did) -> Did:
    requested = _requested(form, tracker)
    wanted = {*form.required_slots, *((requested,) if requested else ())}
    given = {name: value for name, value in _slots_since(tracker).items() if name in wanted}
    before = len(run.events)
    run = _validate(cast, form, tracker, given, run)
    valid = run.events[before:]
    filled = any(event["event"] == "slot" and event["name"] != REQUESTED_SLOT for event in valid)
    if requested and not given and not filled and not _was_rejected(valid):
        raise ActionRejectedError(form.name, f"the message does not say what {requested!r} should be")
    return run


def _ask_next(cast: Cast, form: Form, tracker: Tracker, run: Did, perform: Perform) -> Did:
    if _is_done(run.events):
        return run.then(slot(cast, REQUESTED_SLOT, None))
    named = (event.get("value") for event in run.events if _asks(event))
    wanted = next(named, None)
    after = _passing(form, tracker, run.events)
    if not wanted:
        wanted = next((name for name in form.required_slots if after.slot(name) is None), None)
        run = run.then(slot(cast, REQUESTED_SLOT, wanted))
    if not wanted:
        return run
    question = _question(cast, form, str(wanted))
    return run if question is None else perform(cast, question, after, run)


def _question(cast: Cast, form: Form, name: str) -> str | None:
    """The action that asks for a slot; None where a custom action asks by itself."""
    ways = (
        f"action_ask_{form.name}_{name}",
        f"utter_ask_{form.name}_{name}",
        f"action_ask_{name}",
        f"utter_ask_{name}",
    )
    return next((way for way in ways if way in cast.memory.actions), None)


def _validate(cast: Cast, form: Form, tracker: Tracker, given: Mapping[str, Any], run: Did) -> Did:
    """Have slots validated by the form's own action, where it has one."""
    name = _validation(form)
    if name not in cast.assistant.domain.actions:
        return run
    candidates = tuple(slot(cast, each, value) for each, value in given.items())
    return call(cast, name, _passing(form, tracker, candidates), run)


def _passing(form: Form, tracker: Tracker, events: tuple[Json, ...]) -> Tracker:
    """The tracker for an action of the form: the candidates come last, after the form's own event."""
    asked = {"event": "slot", "timestamp": None, "name": REQUESTED_SLOT, "value": _requested(form, tracker)}
    ran = {"event": "action", "timestamp": None, "name": form.name, "policy": None, "confidence": None}
    return tracker.after((asked, ran, *events))


def _validation(form: Form) -> str:
    return f"validate_{form.name}"


def _requested(form: Form, tracker: Tracker) -> str | None:
    """The slot that this form has asked for; what another form asked for before it does not count."""
    name = tracker.slot(REQUESTED_SLOT) if tracker.loop == form.name else None
    return str(name) if name else None


def _slots_since(tracker: Tracker) -> dict[str, Any]:
    """The slots set since the customer's last message."""
    found: dict[str, Any] = {}
    for event in reversed(tracker.events):
        if event["event"] == "restart" or (event["event"] == "user" and event == tracker.user):
            break
        if event["event"] == "slot":
            found.setdefault(event["name"], event.get("value"))
    return dict(reversed(found.items()))


def _asks(event: Json) -> bool:
    return bool(event["event"] == "slot" and event["name"] == REQUESTED_SLOT)


def _was_rejected(events: tuple[Json, ...]) -> bool:
    return any(event["event"] == "action_execution_rejected" for event in events)


def _is_done(events: tuple[Json, ...]) -> bool:
    """Whether the form has no question left, or its validation has ended it."""
    if _was_rejected(events):
        return False
    asked = [event.get("value") for event in events if _asks(event)]
    loops = [event.get("name") for event in events if event["event"] in ("active_loop", "form")]
    return asked[-1:] == [None] or loops[-1:] == [None]
