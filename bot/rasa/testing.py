"""An assistant's test conversations replayed, as `rasa test` does: what was understood, and what came next.

The conversation goes on as the test wrote it, whatever was predicted: slots and forms are set by the test,
and no custom action runs. Source: Rasa Open Source 3.6, `rasa.core.test`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from bot.dialogue.assistant import Assistant, CheckpointStep, OrStep, Story, UserStep
from bot.folding import ACTION_LISTEN, Json
from bot.policies import Memory, Prediction, predict
from bot.policies.states import Senses
from bot.policies.training import Trail, begun, trails
from bot.tracker import Tracker

# A message's text to its parse result.
Parse = Callable[[str], Json]
Kind = Literal["intent", "entities", "action"]

# So many predictions without listening mean that the bot would talk for ever.
MOST_PREDICTIONS = 10
TRIPPED = "nothing: it talks without end"


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that came otherwise than the test says; `after` is what the customer had said."""

    kind: Kind
    expected: str
    predicted: str
    because: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test conversation and what went wrong in it. `compared` counts intents, entities and actions."""

    story: str
    file: str
    line: int
    compared: int
    misses: tuple[Miss, ...]

    @property
    def passed(self) -> bool:
        return not self.misses

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "passed": self.passed}


def replay_tests(memory: Memory, tests: Sequence[Story], parse: Parse | None = None) -> Iterator[Outcome]:
    """Each test conversation in turn; `parse` reads its messages, without it they mean what the test says."""
    senses = Senses(memory.assistant.domain)
    for story, trail, steps in _written_out(memory.assistant, senses, tests):
        run = _Run(memory, parse, list(steps))
        run.follow(trail.tracker.events)
        yield Outcome(story.name, story.place.file, story.place.line, run.compared, tuple(run.misses))


def _written_out(
    assistant: Assistant, senses: Senses, tests: Sequence[Story]
) -> Iterator[tuple[Story, Trail, tuple[UserStep, ...]]]:
    """Each conversation that the tests stand for, with what its customer says; an `or` makes several."""
    joined = [story for story in tests if any(isinstance(step, CheckpointStep) for step in story.steps)]
    for story in tests:
        if story not in joined:
            for trail in trails(replace(assistant, rules=(), stories=(story,)), senses)[1]:
                yield story, trail, _said(trail, (story,))
    by_name = {story.name: story for story in joined}
    for trail in trails(replace(assistant, rules=(), stories=tuple(joined)), senses)[1]:
        owners = tuple(by_name[name] for name in trail.names if name in by_name)
        if owners:
            yield replace(owners[-1], name=trail.name), trail, _said(trail, owners)


def _said(trail: Trail, owners: Sequence[Story]) -> tuple[UserStep, ...]:
    """The customer's steps along a trail; of an `or`, the one that was taken."""
    events = [event for event in trail.tracker.events if event["event"] == "user"]
    steps = [step for owner in owners for step in owner.steps]
    asking = [
        options
        for step in steps
        if (options := [each for each in _options(step) if isinstance(each, UserStep)])
    ]
    return tuple(_taken(options, event) for options, event in zip(asking, events, strict=False))


def _options(step: object) -> Sequence[object]:
    return step.options if isinstance(step, OrStep) else (step,)


def _taken(options: Sequence[UserStep], event: Json) -> UserStep:
    intent = event["parse_data"]["intent"]["name"]
    return next((each for each in options if each.intent == intent), options[0])


class _Run:
    """One test conversation on its way."""

    def __init__(self, memory: Memory, parse: Parse | None, steps: list[UserStep]) -> None:
        self.memory, self.parse = memory, parse
        self.steps = steps
        self.misses: list[Miss] = []
        self.compared = 0
        self.tracker: Tracker = begun(memory.assistant.domain)
        self.heard = ""
        self.predictions = 0

    def follow(self, events: Sequence[Json]) -> None:
        # How it begins is given: nothing is predicted before the first event.
        self.tracker = self.tracker.after(events[:1])
        for event in events[1:]:
            if event["event"] == "user":
                self.hear(event)
            elif event["event"] == "action" and event["name"] is not None:
                self.expect(event["name"])
            else:
                self.tracker = self.tracker.after([event])

    def hear(self, event: Json) -> None:
        """The customer's message: read and compared, then taken to mean what the test says."""
        step = self.steps.pop(0) if self.steps else UserStep(event["parse_data"]["intent"]["name"])
        self.heard = step.text or f"/{step.intent}"
        self.predictions = 0
        parsed: Json = {}
        if self.parse is not None and step.text:
            parsed = self.parse(step.text)
            self.compare_reading(step, parsed)
        selected = parsed.get("response_selector") or _selector(step)
        said = {
            **event,
            "text": step.text,
            "parse_data": {**event["parse_data"], "response_selector": selected},
        }
        self.tracker = self.tracker.after([said])

    def compare_reading(self, step: UserStep, parsed: Json) -> None:
        because = str((parsed.get("firstline") or {}).get("because") or "")
        wanted = step.response_key or step.intent or "no intent"
        found = str((parsed.get("intent") or {}).get("name"))
        if wanted != found:
            found = _answer_key(parsed.get("response_selector") or {}, found) or found
        self.compare("intent", wanted, found, because)
        marked = {(each.start, each.end, each.entity, each.value) for each in step.annotations}
        read = {
            (int(each["start"]), int(each["end"]), str(each["entity"]), str(each.get("value")))
            for each in parsed.get("entities") or ()
        }
        if not (step.text or "").startswith("/"):
            self.compare("entities", _listed(marked), _listed(read), because)

    def expect(self, action: str) -> None:
        """The bot's turn: what would come next, against what the test says."""
        self.predictions += 1
        if self.predictions > MOST_PREDICTIONS:
            self.compare("action", action, TRIPPED, "")
        else:
            prediction = predict(self.memory, self.tracker)
            if self.might_be_rejected(prediction, action):
                # A custom action may refuse what the form was told; then something else comes.
                rejection = {"event": "action_execution_rejected", "name": prediction.action}
                self.tracker = self.tracker.after([rejection])
                prediction = predict(self.memory, self.tracker)
            shown = self.shown(prediction.action, action)
            self.compare("action", action, shown, _because(prediction))
            if shown == action:
                # An answer's full name is the test's; the conversation knows the action alone.
                action = prediction.action
        self.tracker = self.tracker.after([{"event": "action", "name": action}])
        if action == ACTION_LISTEN:
            self.predictions = 0

    def might_be_rejected(self, prediction: Prediction, action: str) -> bool:
        name = prediction.action
        return name not in (action, None) and name == self.tracker.loop and name in self.forms

    @property
    def forms(self) -> Mapping[str, object]:
        return self.memory.assistant.domain.forms

    def shown(self, predicted: str, expected: str) -> str:
        """A retrieval action under its full name where the test gives that of the answer."""
        base = predicted.removeprefix("utter_")
        if predicted == expected or not self.memory.assistant.domain.retrieves(base):
            return predicted
        key = _answer_key(self.tracker.latest_message.get("response_selector") or {}, base)
        return f"utter_{key}" if key else predicted

    def compare(self, kind: Kind, expected: str, predicted: str, because: str) -> None:
        self.compared += 1
        if expected != predicted:
            self.misses.append(Miss(kind, expected, predicted, because, self.heard))


def _listed(marks: set[tuple[int, int, str, str]]) -> str:
    """Entities in the order of the text; the same one twice counts once."""
    return (
        ", ".join(f"{name}={value!r} at {start}-{end}" for start, end, name, value in sorted(marks)) or "none"
    )


def _because(prediction: Prediction) -> str:
    return prediction.because or f"{prediction.policy} is sure to {prediction.confidence:.2f}"


def _selector(step: UserStep) -> Json:
    """What the response selector would have said of a step that names its answer."""
    if step.response_key is None or step.intent is None:
        return {}
    return {step.intent: {"response": {"intent_response_key": step.response_key}}}


def _answer_key(selected: Mapping[str, Json], intent: str) -> str | None:
    """The answer chosen for a retrieval intent, such as faq/opening."""
    chosen = selected.get(intent) or selected.get("default") or {}
    key = (chosen.get("response") or {}).get("intent_response_key")
    return str(key) if key and str(key).partition("/")[0] == intent else None
