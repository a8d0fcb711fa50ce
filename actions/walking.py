"""A walk through an article's steps, as the slots keep it: what is walked, and where the customer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import active_form
from actions.reading import Said, said
from kb.answering.steps import Guide, Walk
from kb.article import ArticleId

FORM = "guide_form"
GO_ON = "go_on"
OFFERS = ("utter_guide_offer", "utter_guide_left")
"""What says how to take a walk up again."""


@dataclass(frozen=True, slots=True)
class Walking:
    """The walk that is under way or was left. `step` counts from 1; `heading` is that of the steps."""

    article: str
    revision: int
    passage: int
    title: str
    steps: tuple[str, ...]
    lead: str
    after: str
    step: int

    @property
    def place(self) -> Walk:
        return Walk(len(self.steps), self.step)

    @property
    def text(self) -> str:
        """The step at hand; the last one with what stands behind the list."""
        text = self.steps[self.step - 1]
        return f"{text}\n\n{self.after}" if self.after and self.step == len(self.steps) else text


def walking(tracker: Tracker) -> Walking | None:
    """The walk that the slots hold; None where none was begun, or it has come to its end."""
    kept = tracker.get_slot("guide")
    if not isinstance(kept, dict) or not tracker.get_slot("guide_open"):
        return None
    steps = tuple(str(step) for step in kept["steps"])
    step = int(tracker.get_slot("guide_step") or 1)
    return Walking(
        article=str(kept["article"]),
        revision=int(kept["revision"]),
        passage=int(kept["passage"]),
        title=str(kept["title"]),
        steps=steps,
        lead=str(kept["lead"]),
        after=str(kept["after"]),
        step=min(max(1, step), len(steps)),
    )


def beginning(guide: Guide, step: int = 1) -> list[EventType]:
    """The slots of a walk that begins at this step."""
    kept = {
        "article": guide.article,
        "revision": guide.revision,
        "passage": guide.passage,
        "title": guide.title,
        "lead": guide.steps.lead,
        "steps": list(guide.steps.items),
        "after": guide.steps.after,
    }
    return [
        SlotSet("guide", kept),
        SlotSet("guide_step", step),
        SlotSet("guide_open", True),
        SlotSet("guide_reaction", None),
        SlotSet("last_article", None),
        SlotSet("misses", 0),
    ]


def ending() -> list[EventType]:
    """The slots once nothing is left to walk."""
    return [SlotSet(name, None) for name in ("guide", "guide_step", "guide_open", "guide_reaction")]


def is_walked_through(domain: dict[str, Any]) -> bool:
    """Whether the assistant has what a walk needs."""
    return FORM in (domain.get("forms") or {})


def is_walking(tracker: Tracker) -> bool:
    """Whether the customer was given a step and is expected to say how it went."""
    return active_form(tracker) == FORM


def payload(guide: Guide) -> str:
    """What the button that begins the walk says, in Rasa's literal form."""
    return f'/inform{{"guide":"{guide.article}#{guide.passage}"}}'


def named(tracker: Tracker) -> str | None:
    """The value of the button that was tapped: a reaction, `GO_ON`, or which steps to begin with."""
    found = tracker.latest_message.get("entities") or ()
    return next((str(each["value"]) for each in found if each.get("entity") == "guide"), None)


def place_named(value: str | None) -> tuple[ArticleId, int] | None:
    """The article and the passage that a button names; article ids hold no `#`."""
    article, mark, passage = (value or "").rpartition("#")
    return (ArticleId(article), int(passage)) if mark and article and passage.isdecimal() else None


def offer_to_go_on(dispatcher: CollectingDispatcher, walk: Walking) -> None:
    """Say where the walk was left, with a button to go on."""
    dispatcher.utter_message(
        response="utter_guide_offer", step=walk.step, of=len(walk.steps), title=walk.title
    )


def owes_offer(tracker: Tracker) -> bool:
    """Whether a person has been here since the walk was last spoken of: they may have interrupted it."""
    if walking(tracker) is None or active_form(tracker) is not None:
        return False
    for event in reversed(tracker.events):
        spoken_of = (event.get("metadata") or {}).get("utter_action")
        if event["event"] == "resume" or spoken_of in OFFERS:
            return bool(event["event"] == "resume")
    return False


def was_offered(tracker: Tracker) -> bool:
    """Whether going on with the walk was the last thing that was said before the customer's message."""
    lines = list(said(tracker))
    while lines and lines[-1].author != "customer":
        lines.pop()
    return len(lines) > 1 and _offers(lines[-2])


def _offers(line: Said) -> bool:
    return line.response in OFFERS
