"""What the desk is told of a conversation, whoever keeps its tracker."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.escalate import ActionEscalate, escalation_of
from actions.reading import episode, resumed_at, said
from actions.services import Services
from bot.opening import House
from handoff.escalation import Escalation, Reason
from tests.actions.trackers import bot, did, tracked, user

ANSWER = {"article": "return-window", "revision": 1, "title": "Return something", "probability": 0.8}


@pytest.fixture
def services(shared: House) -> Services:
    return Services(
        shared.kb.knowledge, shared.kb.learning.outcomes, shared.handoff.intake, shared.clock, misses=2
    )


def told(services: Services, *events: dict[str, Any], **slots: object) -> Escalation:
    return escalation_of(tracked(*events, **slots), services)


def run(services: Services, tracker: Tracker) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    dispatcher = CollectingDispatcher()
    events = ActionEscalate(lambda: services).run(dispatcher, tracker, {})
    return dispatcher.messages, events


def test_a_case_is_opened_and_the_customer_told_by_reason(services: Services, shared: House) -> None:
    tracker = tracked(user("a person please", "human_handoff"), sender="one")
    [message], events = run(services, tracker)
    case = shared.handoff.desk.case("one-1")
    assert message["response"] == "utter_handoff_asked_for_person" and message["case"] == case.number
    assert [event["event"] for event in events] == ["slot", "pause", "action"]
    assert events[0]["value"] == {
        "handoff_id": "one-1",
        "case": case.number,
        "reason": "asked_for_person",
        "because": "the wish is one for a person (asked_for_person)",
    }


def test_a_form_is_left_behind(services: Services) -> None:
    tracker = tracked(user("a person please", "human_handoff"), sender="form", return_product="Bulb")
    tracker.active_loop = {"name": "return_form"}
    _, events = run(services, tracker)
    assert [event["event"] for event in events] == ["active_loop", "slot", "slot", "slot", "pause", "action"]
    assert [(each["name"], each["value"]) for each in events[1:3]] == [
        ("requested_slot", None),
        ("return_product", None),
    ]


def test_what_is_said_to_a_form_is_not_the_wish(services: Services) -> None:
    escalation = told(
        services,
        user("I want to return it", "return_item"),
        {"event": "active_loop", "name": "return_form"},
        user("it's far too slow", "wifi_slow"),
        {"event": "active_loop", "name": None},
    )
    assert escalation.intents[0].name == "return_item"


def test_running_again_opens_no_second_case(services: Services) -> None:
    tracker = tracked(user("a person please", "human_handoff"), sender="again")
    (first, _), (second, _) = run(services, tracker), run(services, tracker)
    assert first[0]["case"] == second[0]["case"]


def test_a_stock_rasas_messages_are_counted(services: Services) -> None:
    escalation = told(
        services,
        did("session_started"),
        user("hello", "greet"),
        bot("Hello.", "utter_greet"),
        bot(""),
        user("a person please", "human_handoff"),
    )
    assert [(line.number, line.author, line.text) for line in escalation.lines] == [
        (1, "customer", "hello"),
        (2, "bot", "Hello."),
        (4, "customer", "a person please"),
    ]
    assert escalation.trigger == (4,)


def test_our_own_messages_keep_their_numbers(services: Services) -> None:
    escalation = told(services, bot("Hello.", number=1), user("a person", "human_handoff", number=7))
    assert [line.number for line in escalation.lines] == [1, 7]


def test_each_message_of_a_burst_is_a_line(services: Services) -> None:
    burst = [{"number": 2, "text": "order NT-10427"}, {"number": 3, "text": "a person!"}]
    escalation = told(services, user("order NT-10427\na person!", "human_handoff", number=3, burst=burst))
    assert [(line.number, line.text) for line in escalation.lines] == [
        (2, "order NT-10427"),
        (3, "a person!"),
    ]


def test_a_burst_that_ends_with_a_tap_shows_its_title(services: Services) -> None:
    burst = [{"number": 2, "text": "it is broken"}, {"number": 3, "text": "Talk to a person"}]
    tapped = user("/human_handoff", "human_handoff", number=3, burst=burst, shown="Talk to a person")
    assert [line.text for line in told(services, tapped).lines] == ["it is broken", "Talk to a person"]


def test_a_tapped_reply_reads_as_its_title(services: Services) -> None:
    escalation = told(services, user("/human_handoff", "human_handoff", shown="Talk to a person"))
    assert escalation.lines[0].text == "Talk to a person"


@pytest.mark.parametrize(
    ("slots", "intent", "reason"),
    [
        ({"handoff_reason": "upset"}, "complaint", Reason.UPSET),
        ({}, "human_handoff", Reason.ASKED_FOR_PERSON),
        ({}, "cancel_order", Reason.POLICY),
    ],
)
def test_the_reason_is_the_policys_or_else_the_wishs(
    services: Services, slots: dict[str, str], intent: str, reason: Reason
) -> None:
    assert told(services, user("well", intent), **slots).reason is reason


def test_the_wish_is_what_was_wanted_and_not_the_request_for_a_person(services: Services) -> None:
    escalation = told(
        services,
        user("my wifi is slow", "wifi_slow"),
        bot("Restart it.", answer=ANSWER),
        user("no", "did_not_help"),
        user("a person", "human_handoff"),
    )
    assert [guess.name for guess in escalation.intents] == ["wifi_slow"]


def test_answers_that_were_tried_say_how_they_were_taken(services: Services) -> None:
    escalation = told(
        services,
        user("returns?", "return_item", number=1),
        bot("Sixty days.", answer=ANSWER, number=2),
        user("no", "did_not_help", number=3),
        bot("Print the label.", answer={**ANSWER, "article": "label"}, number=4),
        user("a person", "human_handoff", number=5),
    )
    assert [(each.article, each.reaction, each.messages) for each in escalation.tried] == [
        ("return-window", "rejected", (2, 3)),
        ("label", "ignored", (4,)),
    ]


def test_messages_that_were_missed_say_what_they_were_nearest_to(services: Services) -> None:
    escalation = told(
        services,
        user("glorp", None, number=1),
        bot("Say it differently?", "utter_ask_rephrase", number=2),
        user("a person", "human_handoff", number=3),
    )
    assert [miss.message for miss in escalation.misses] == [1]


def test_articles_that_were_given_are_not_suggested(services: Services) -> None:
    asked = user("how long do i have to send something back?", "return_item")
    fresh = told(services, asked, user("a person", "human_handoff")).suggested
    given = [{**ANSWER, "article": each.article} for each in fresh]
    answers = [bot("Well.", answer=answer) for answer in given]
    again = told(services, asked, *answers, user("a person", "human_handoff")).suggested
    assert fresh and not {each.article for each in fresh} & {each.article for each in again}


def test_a_second_hand_over_begins_after_the_first(services: Services) -> None:
    events = (
        user("a person", "human_handoff", number=1),
        did("pause"),
        bot("Hello, Ines here.", author="agent", name="Ines", number=2),
        did("resume"),
        user("my camera is broken", "warranty", number=3),
    )
    escalation = told(services, *events)
    assert (escalation.episode, escalation.since, escalation.handoff_id) == (2, 3, "maya-2")
    assert [(line.author, line.name) for line in escalation.lines][1] == ("agent", "Ines")
    assert [line.text for line in escalation.said()] == ["my camera is broken"]


def test_a_paused_tracker_is_in_the_episode_that_it_counts() -> None:
    assert episode(tracked()) == 1
    assert episode(tracked(did("pause"))) == 1
    assert episode(tracked(did("pause"), did("resume"))) == 2


def test_what_was_said_before_a_person_left_is_another_episodes() -> None:
    assert resumed_at(tracked(user("a"), bot("b"))) == 1
    assert resumed_at(tracked(user("a"), bot("b"), did("resume"), user("c"))) == 3


def test_the_page_and_the_channel_are_the_conversations(services: Services) -> None:
    escalation = told(services, user("hi", "greet", page="/hub"), user("a person", "human_handoff"))
    assert (escalation.page, escalation.channel) == ("/hub", "rest")


def test_who_the_customer_says_to_be_is_not_taken_for_proven(services: Services) -> None:
    customer = told(services, user("a person"), customer_name="Maya", email="maya@example.com").customer
    assert (customer.name, customer.address, customer.verified) == ("Maya", "maya@example.com", False)


def test_a_conversation_without_messages_has_no_lines() -> None:
    assert said(tracked(did("session_started"))) == ()


def annoyed(text: str, label: str) -> dict[str, Any]:
    event = user(text, "wifi_slow")
    event["parse_data"]["firstline"] = {"mood": {"label": label}}
    return event


def test_a_hand_over_cites_every_message_that_led_to_it(services: Services) -> None:
    miss = bot("Could you say that in other words?", "utter_ask_rephrase")
    lost = told(services, user("blorp"), miss, user("blorp blorp"), handoff_reason="not_understood")
    assert lost.trigger == (1, 3)
    answered = bot("Here is how.", answer=ANSWER)
    rejected = told(
        services,
        user("how do I return it", "return_policy"),
        answered,
        user("no", "did_not_help"),
        answered,
        user("no again", "deny"),
        handoff_reason="answer_rejected",
    )
    assert rejected.trigger == (3, 5)
    upset = told(
        services,
        annoyed("it is slow", "calm"),
        annoyed("still slow, how annoying", "annoyed"),
        annoyed("THIS IS A JOKE", "upset"),
        handoff_reason="upset",
    )
    assert upset.trigger == (2, 3)
    asked = told(services, user("hello", "greet"), user("a person please", "human_handoff"))
    assert asked.trigger == (2,)


def test_a_rule_of_the_files_is_told_from_the_houses_own_judgement(services: Services) -> None:
    by_rule = told(services, user("x"), handoff_because="the rule 'cancelling takes a person' says so")
    assert by_rule.decided_by == "rule"
    assert told(services, user("x"), handoff_because="the topic is fraud: “x”").decided_by == "policy"


def test_what_the_operator_has_customers_told_comes_in_place_of_the_response(services: Services) -> None:
    tracker = tracked(user("there is smoke"), sender="smoke", handoff_says="Keep away from it.")
    [message], _ = run(services, tracker)
    assert message["text"] == "Keep away from it." and not message["response"]
