"""Begin to walk an article's steps one at a time, or go on where the walk was left."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.reading import intent, question, said
from actions.services import ServicesSource, open_services
from actions.walking import (
    FORM,
    Walking,
    beginning,
    ending,
    named,
    offer_to_go_on,
    place_named,
    walking,
    was_offered,
)
from actions.walks import wants_walk
from kb.answering.steps import Guide
from kb.article import ArticleId


class ActionGuide(Action):
    """A button names the steps; words mean those of the latest answer, or the walk that was left.

    "Yes" goes on only where that was asked, a greeting has it asked, and "stop" forgets a walk that was left.
    """

    def __init__(self, services: ServicesSource = open_services) -> None:
        self._services = services

    def name(self) -> str:
        return "action_guide"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        left = walking(tracker)
        wanted = place_named(named(tracker))
        if wanted is None and left is not None:
            return self._go_on(dispatcher, tracker, left)
        if wanted is None and intent(tracker) in ("affirm", "greet"):
            return []
        wanted = wanted or _last_answered(tracker)
        guide = None if wanted is None else self._services().knowledge.guide(*wanted)
        if guide is None:
            dispatcher.utter_message(response="utter_guide_nothing")
            return []
        return [*beginning(guide), FollowupAction(FORM)]

    def _go_on(self, dispatcher: CollectingDispatcher, tracker: Tracker, left: Walking) -> list[EventType]:
        said_so = named(tracker) is not None or wants_walk(question(tracker))
        if intent(tracker) == "affirm" and not (said_so or was_offered(tracker)):
            dispatcher.utter_message(response="utter_affirm")
            return []
        if intent(tracker) == "stop" and not said_so:
            dispatcher.utter_message(response="utter_nothing_to_stop")
            return ending()
        if intent(tracker) == "greet":
            offer_to_go_on(dispatcher, left)
            return []
        now = self._services().knowledge.guide(ArticleId(left.article), left.passage)
        if now is None:
            dispatcher.utter_message(response="utter_guide_gone")
            return ending()
        if _is_changed(now, left):
            dispatcher.utter_message(response="utter_guide_changed")
            return [*beginning(now), FollowupAction(FORM)]
        return [SlotSet("guide_reaction", None), SlotSet("last_article", None), FollowupAction(FORM)]


def _is_changed(now: Guide, left: Walking) -> bool:
    return (now.revision, now.steps.items) != (left.revision, left.steps)


def _last_answered(tracker: Tracker) -> tuple[ArticleId, int] | None:
    """What the latest answer in this conversation cites."""
    for line in reversed(said(tracker)):
        if line.answer is not None:
            return ArticleId(str(line.answer["article"])), int(line.answer["passage"])
    return None
