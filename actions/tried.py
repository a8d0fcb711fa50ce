"""The steps a customer was walked through, with what they said of each, for the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker

from actions.reading import Said, heard
from handoff.escalation import Reaction, Step, Tried
from kb.answering.steps import Heard
from kb.passages import plain

REACTIONS: Mapping[str, Reaction] = {Heard.DONE: "done", Heard.FAILED: "rejected", Heard.SOLVED: "helped"}
"""Going back says nothing of the step that is left."""

TELLING: tuple[Reaction, ...] = ("ignored", "done", "rejected", "helped")
"""What is said of one step at several times: the latter of two in this order is what a person must know."""

Key = tuple[str, int, int]  # article, revision, step


def steps_tried(here: tuple[Said, ...], tracker: Tracker) -> tuple[Tried, ...]:
    """Each step that was given, once: the most telling reaction counts, and the message of each is cited.

    here: the messages of this episode.
    """
    reactions = step_reactions(tracker)
    tried: dict[Key, Tried] = {}
    probabilities: dict[str, float] = {}
    at: Key | None = None
    for line in here:
        if line.answer is not None:
            probabilities[str(line.answer["article"])] = float(line.answer["probability"])
        if line.step is not None:
            at = _key(line.step)
            tried.setdefault(at, _given(line, line.step, probabilities.get(at[0], 0.0)))
        elif at in tried and (reaction := reactions.get(line.number, {}).get(at[2])):
            known = tried[at]
            most = max(known.reaction, reaction, key=TELLING.index)
            tried[at] = replace(known, reaction=most, messages=(*known.messages, line.number))
    return tuple(tried.values())


def walks(steps: Iterable[Tried]) -> dict[str, Reaction]:
    """What came of each article that was walked: the most telling that was said of any of its steps. It was
    followed, at the least."""
    found: dict[str, Reaction] = {}
    for each in steps:
        found[each.article] = max(found.get(each.article, "done"), each.reaction, key=TELLING.index)
    return found


def step_reactions(tracker: Tracker) -> dict[int, dict[int, Reaction]]:
    """What was said of which step, by the number of the customer's message."""
    found: dict[int, dict[int, Reaction]] = {}
    for number, event in heard(tracker):
        value: Any = event.get("value") if event.get("name") == "guide_heard" else None
        if isinstance(value, dict) and value.get("reaction") in REACTIONS:
            found.setdefault(number, {})[int(value["step"])] = REACTIONS[value["reaction"]]
    return found


def _key(step: Mapping[str, Any]) -> Key:
    return str(step["article"]), int(step["revision"]), int(step["number"])


def _given(line: Said, step: Mapping[str, Any], probability: float) -> Tried:
    return Tried(
        article=str(step["article"]),
        revision=int(step["revision"]),
        title=str(step["title"]),
        probability=probability,
        messages=(line.number,),
        reaction="ignored",
        step=Step(int(step["number"]), int(step["of"]), plain(str(step["text"]))),
    )
