"""What the actions write down for the editors: each question once, what came of it, never who asked."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from actions.escalate import ActionEscalate
from actions.feedback import ActionFeedback
from actions.services import Services
from bot.opening import House
from kb.learned.outcomes import Outcome
from tests.actions.trackers import bot, tracked, user

PAIRING = "how do I pair a Nettly Bulb?"
NONSENSE = "glorp the fizzle wibbly"


@pytest.fixture
def services(shared: House) -> Services:
    return Services(
        shared.kb.knowledge, shared.kb.learning.outcomes, shared.handoff.intake, shared.clock, misses=2
    )


def run(action: Any, tracker: Tracker) -> dict[str, Any]:
    """The slots it set."""
    events = action.run(CollectingDispatcher(), tracker, {})
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def of(services: Services, conversation: str) -> list[Outcome]:
    """What is known of a conversation, newest first."""
    return [each for each in services.outcomes.latest() if each.conversation == conversation]


def test_an_answered_question_is_noted_with_its_article(services: Services) -> None:
    asked = tracked(user(PAIRING, "general_question"), sender="answered")
    slots = run(ActionAnswer(lambda: services), asked)
    [noted] = of(services, "answered")
    assert (noted.question, noted.article, noted.reason) == (PAIRING, slots["last_article"], None)


def test_a_turn_that_is_taken_again_notes_its_question_once(services: Services) -> None:
    for _ in range(2):
        run(ActionAnswer(lambda: services), tracked(user(NONSENSE, number=2), sender="again"))
    [noted] = of(services, "again")
    assert noted.reason is not None


def test_the_customer_is_taken_out_of_what_is_noted(services: Services) -> None:
    said = "my name is Maya Berg and maya@example.com, glorp my order NT-10427"
    run(ActionAnswer(lambda: services), tracked(user(said, None), sender="maya-berg"))
    [noted] = of(services, "maya-berg")
    assert noted.question == "my name is [name] and [e-mail], glorp my order [order number]"


@pytest.mark.parametrize(("intent", "reaction"), [("helped", "helped"), ("did_not_help", "rejected")])
def test_a_reaction_is_noted_on_the_answer_it_is_about(
    services: Services, intent: str, reaction: str
) -> None:
    sender = f"reacted-{intent}"
    asked = user(PAIRING, "general_question", number=2)
    slots = run(ActionAnswer(lambda: services), tracked(asked, sender=sender))
    given = bot("Hold the button.", answer={"article": slots["last_article"]}, number=3)
    judged = tracked(
        asked,
        given,
        user("yes or no", intent, number=4),
        sender=sender,
        last_article=slots["last_article"],
        question=PAIRING,
    )
    for _ in range(2):
        run(ActionFeedback(lambda: services), judged)
    first = of(services, sender)[-1]
    assert (first.question, first.reaction) == (PAIRING, reaction)
    assert len(of(services, sender)) == 1  # the second search of a "no" is the same question


def test_a_hand_over_is_noted_with_its_reason_and_its_case(services: Services, shared: House) -> None:
    asked = user(NONSENSE, None, number=2)
    run(ActionAnswer(lambda: services), tracked(asked, sender="handed"))
    wants = tracked(asked, user("a person please", "human_handoff", number=4), sender="handed")
    for _ in range(2):
        slots = run(ActionEscalate(lambda: services), wants)
    [noted] = of(services, "handed")
    assert (noted.handoff, noted.case) == ("asked_for_person", slots["handoff"]["case"])


def test_a_customer_is_answered_though_nothing_can_be_noted(
    services: Services, opened: House, caplog: pytest.LogCaptureFixture
) -> None:
    lost = opened.kb.learning.outcomes
    opened.kb.database.close()
    broken = Services(services.knowledge, lost, services.intake, services.clock, misses=2)
    with caplog.at_level(logging.ERROR):
        slots = run(ActionAnswer(lambda: broken), tracked(user(PAIRING, "general_question"), sender="lost"))
    assert slots["last_article"] and "question was not noted" in caplog.text
