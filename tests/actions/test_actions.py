"""What each action does with a tracker, over real articles and a real desk."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from actions.feedback import ActionFeedback
from actions.services import Services
from bot.opening import House
from tests.actions.trackers import tracked, user

RETURNS = "how long do I have to send something back?"
NONSENSE = "glorp the fizzle wibbly"


@pytest.fixture
def services(shared: House) -> Services:
    return Services(
        shared.kb.knowledge, shared.kb.learning.outcomes, shared.handoff.intake, shared.clock, misses=2
    )


def run(
    action: Any, tracker: Tracker, domain: dict[str, Any] | None = None
) -> tuple[list[dict[str, Any]], dict[str, Any], list[str]]:
    """What it said, the slots it set, and the actions it wants next."""
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, domain or {})
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    followups = [event["name"] for event in events if event["event"] == "followup"]
    return dispatcher.messages, slots, followups


def responses(said: list[dict[str, Any]]) -> list[str]:
    return [each["response"] for each in said if each["response"]]


def test_an_answer_quotes_an_article_and_asks_whether_it_helped(services: Services) -> None:
    [answer, question], slots, followups = run(
        ActionAnswer(lambda: services), tracked(user(RETURNS, "return_item"))
    )
    source = answer["custom"]["answer"]
    assert "60 days" in answer["text"] and source["url"].startswith("/help/en/")
    assert 0.6 <= source["probability"] <= 1 and source["generation"] >= 1
    assert question["response"] == "utter_did_this_help"
    assert slots == {"last_article": source["article"], "question": RETURNS, "misses": 0}
    assert followups == []


def test_an_answer_inside_a_form_leaves_the_asking_to_the_form(services: Services) -> None:
    tracker = tracked(user(RETURNS, "return_policy"))
    tracker.active_loop = {"name": "return_form"}
    [answer], slots, _ = run(ActionAnswer(lambda: services), tracker)
    assert "60 days" in answer["text"] and slots == {"misses": 0}


def test_an_answer_in_bokmal_comes_from_a_bokmal_article(services: Services) -> None:
    asked = tracked(user("hvor lenge har jeg på meg til å returnere noe?", "return_item"), language="nb")
    [answer, _], _, _ = run(ActionAnswer(lambda: services), asked)
    assert answer["custom"]["answer"]["url"].startswith("/help/nb/")


def test_a_tapped_suggestion_is_asked_in_its_own_words(services: Services) -> None:
    tapped = tracked(user("/return_item", "return_item", shown=RETURNS))
    _, slots, _ = run(ActionAnswer(lambda: services), tapped)
    assert slots["question"] == RETURNS


def test_an_article_that_was_rejected_is_not_given_again(services: Services) -> None:
    action = ActionAnswer(lambda: services)
    _, slots, _ = run(action, tracked(user(RETURNS, "return_item")))
    said, _, _ = run(action, tracked(user(RETURNS, "return_item"), rejected=[slots["last_article"]]))
    assert slots["last_article"] not in str(said)


@pytest.mark.parametrize(
    ("intent", "response"), [(None, "utter_ask_rephrase"), ("general_question", "utter_no_answer")]
)
def test_a_first_miss_says_what_it_is(services: Services, intent: str | None, response: str) -> None:
    said, slots, followups = run(ActionAnswer(lambda: services), tracked(user(NONSENSE, intent)))
    assert (responses(said), followups) == ([response], [])
    assert (slots["misses"], slots["last_article"]) == (1, None)


@pytest.mark.parametrize(("intent", "reason"), [(None, "not_understood"), ("wifi_slow", "no_answer")])
def test_a_second_miss_in_a_row_fetches_a_person(services: Services, intent: str | None, reason: str) -> None:
    said, slots, followups = run(ActionAnswer(lambda: services), tracked(user(NONSENSE, intent), misses=1))
    assert (said, followups) == ([], ["action_escalate"])
    assert (slots["handoff_reason"], slots["misses"]) == (reason, 2)
    assert "2 questions" in slots["handoff_because"]


def test_a_question_without_an_answer_is_noted_for_the_editors(services: Services, shared: House) -> None:
    run(ActionAnswer(lambda: services), tracked(user("zibble zabble", None), sender="omar"))
    latest = shared.kb.learning.outcomes.latest(1)[0]
    assert latest.question == "zibble zabble"


@pytest.mark.parametrize("intent", ["helped", "affirm"])
def test_help_is_thanked_for_and_the_slate_is_clean(services: Services, intent: str) -> None:
    said, slots, followups = run(
        ActionFeedback(lambda: services), tracked(user("yes", intent), last_article="a", rejected=["b"])
    )
    assert (responses(said), followups) == (["utter_glad_it_helped"], [])
    assert slots == {"last_article": None, "rejected": [], "misses": 0}


@pytest.mark.parametrize("intent", ["did_not_help", "deny"])
def test_a_first_no_gets_the_next_best_answer_or_a_person(services: Services, intent: str) -> None:
    _, first, _ = run(ActionAnswer(lambda: services), tracked(user(RETURNS, "return_item")))
    rejecting = tracked(user("no", intent), last_article=first["last_article"], question=RETURNS)
    said, slots, followups = run(ActionFeedback(lambda: services), rejecting)
    assert slots["rejected"] == [first["last_article"]]
    if followups:
        assert slots["handoff_reason"] == "answer_rejected"
    else:
        assert responses(said)[0] == "utter_sorry_try_another"
        assert slots["last_article"] not in (None, first["last_article"])


def test_a_second_no_fetches_a_person(services: Services) -> None:
    rejecting = tracked(user("no", "deny"), last_article="b", rejected=["a"], question=RETURNS)
    said, slots, followups = run(ActionFeedback(lambda: services), rejecting)
    assert (said, followups) == ([], ["action_escalate"])
    assert (slots["rejected"], slots["handoff_reason"]) == (["a", "b"], "answer_rejected")
    assert "2 answers" in slots["handoff_because"]


def test_what_does_not_work_is_asked_for_where_no_answer_was_given(services: Services) -> None:
    tracker = tracked(user("it doesn't work", "did_not_help"))
    said, slots, followups = run(ActionFeedback(lambda: services), tracker)
    assert [each["response"] for each in said] == ["utter_what_is_wrong"]
    assert (slots, followups) == ({"misses": 1}, [])


def test_the_second_time_a_person_asks_what_does_not_work(services: Services) -> None:
    tracker = tracked(user("it doesn't work", "did_not_help"), misses=1)
    _, slots, followups = run(ActionFeedback(lambda: services), tracker)
    assert followups == ["action_escalate"] and slots["handoff_reason"] == "not_understood"


CANCELLING = {
    "responses": {
        "utter_choose_cancel_order": [
            {"text": "Cancel it"},
            {"text": "Avbestille", "condition": [{"type": "slot", "name": "language", "value": "nb"}]},
        ]
    }
}


def unsure(*ranking: tuple[str, float], text: str = NONSENSE) -> dict[str, Any]:
    """A message that was not surely understood, and what it was nearest to."""
    said = user(text, "nlu_fallback")
    named = [{"name": name, "confidence": sure} for name, sure in ranking]
    said["parse_data"]["intent_ranking"] = [{"name": "nlu_fallback", "confidence": 0.5}, *named]
    return said


@pytest.mark.parametrize(("spoken", "title"), [("en", "Cancel it"), ("nb", "Avbestille")])
def test_a_wish_that_is_likely_but_not_sure_is_offered(services: Services, spoken: str, title: str) -> None:
    guessed = tracked(unsure(("cancel_order", 0.4), ("order_status", 0.3)), language=spoken)
    [offer], slots, _ = run(ActionAnswer(lambda: services), guessed, CANCELLING)
    assert offer["response"] in ("utter_is_it_this", "utter_did_you_mean")
    assert offer["buttons"][0] == {"title": title, "payload": "/cancel_order"}
    assert "/order_status" not in str(offer["buttons"])  # it has no title to be offered under
    assert slots["misses"] == 1


def test_an_unlikely_wish_is_not_offered(services: Services) -> None:
    said, _, _ = run(ActionAnswer(lambda: services), tracked(unsure(("cancel_order", 0.09))), CANCELLING)
    assert responses(said) == ["utter_ask_rephrase"]


def test_what_was_surely_understood_offers_no_other_wish(services: Services) -> None:
    said, _, _ = run(ActionAnswer(lambda: services), tracked(user(NONSENSE, "general_question")), CANCELLING)
    assert responses(said) == ["utter_no_answer"]
