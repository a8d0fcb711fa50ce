"""An article's steps walked one at a time, from the button to the case, and all that may come between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actions.tried import walks
from bot.opening import House, open_house
from config.settings import load_settings
from handoff.escalation import Reaction, Step, Tried
from handoff.verbs.agent import Agent
from kb.article import ArticleId
from tests.actions.played import Customer
from tests.driver import Driver
from tests.fakes import FakeClock

WALK = "guide_form"
BODY = "Mind the cat.\n\n1. Open the **flap**.\n2. Press the pin.\n3. Wait a minute.\n\nIt may hum."

LEAD = Agent("liv@nettly.example", "Liv", frozenset({"supervisor"}))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house without models: the readings are given, and the button names the steps."""
    room = open_house(load_settings(tmp_path_factory.mktemp("walks"), {}), clock=FakeClock())
    yield room
    room.close()


@pytest.fixture(scope="module")
def article(house: House) -> ArticleId:
    return Driver(house).publishes("Reset the feeder", BODY, questions=("the feeder is stuck",)).id


@pytest.fixture
def kari(house: House, request: pytest.FixtureRequest) -> Iterator[Customer]:
    customer = Customer(house, sender=request.node.name)
    yield customer
    customer.actions.close()
    # Whoever comes next is to be the first in line, who is told no place.
    for case in house.handoff.desk.queue():
        house.handoff.desk.spam(case.number, LEAD)


def begins(kari: Customer, article: ArticleId) -> None:
    assert kari.taps(f'/inform{{"guide":"{article}#0"}}') == ["an article", "utter_guide_first_step"]
    assert kari.form == WALK


def tried(house: House, kari: Customer) -> tuple[Tried, ...]:
    return house.handoff.desk.summary(kari.slot("handoff")["handoff_id"]).tried


def test_steps_come_one_at_a_time_and_end_with_a_question(kari: Customer, article: ArticleId) -> None:
    begins(kari, article)
    assert kari.said == ["Mind the cat.", "**Step 1 of 3**\n\nOpen the **flap**."]
    assert kari.taps('/inform{"guide":"done"}') == ["utter_guide_step"]
    assert kari.says("ok next", "nlu_fallback") == ["utter_guide_step"]
    assert kari.said == ["**Step 3 of 3**\n\nWait a minute.\n\nIt may hum."]
    assert kari.says("yes", "affirm") == ["utter_guide_done", "utter_did_this_help"]
    assert (kari.form, kari.slot("last_article"), kari.slot("guide_open")) == (None, article, None)


def test_going_back_shows_the_step_before_and_never_leaves_the_first(
    kari: Customer, article: ArticleId
) -> None:
    begins(kari, article)
    kari.says("done", "affirm")
    assert kari.says("go back", "nlu_fallback") == ["utter_guide_first_step"]
    assert kari.taps('/inform{"guide":"back"}') == ["utter_guide_first", "utter_guide_first_step"]


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("how long does delivery take", "delivery_time", ["utter_guide_unclear"]),
        ("hm, a red thing", "nlu_fallback", ["utter_guide_unclear"]),
        ("thanks", "thank", ["utter_welcome", "utter_guide_again"]),
        ("hello", "greet", ["utter_greet_again"]),
        ("are you a bot", "bot_challenge", ["utter_iam_a_bot", "utter_guide_again"]),
    ],
)
def test_the_step_comes_back_after_what_comes_between(
    kari: Customer, article: ArticleId, text: str, intent: str, said: list[str]
) -> None:
    begins(kari, article)
    kari.says("done", "affirm")
    assert kari.says(text, intent) == [*said, "utter_guide_step"]
    assert (kari.form, kari.slot("guide_step")) == (WALK, 2)
    assert kari.says("that didn't work", "did_not_help") == ["utter_guide_step"]


@pytest.mark.parametrize(("text", "intent", "said"), [
    ("stop", "stop", ["utter_guide_left"]),
    ("bye", "goodbye", ["utter_goodbye"]),
])  # fmt: skip
def test_a_walk_that_was_left_is_taken_up_where_it_was(
    kari: Customer, article: ArticleId, text: str, intent: str, said: list[str]
) -> None:
    begins(kari, article)
    kari.says("done", "affirm")
    assert kari.says(text, intent) == said and kari.form is None
    assert kari.says("hello", "greet") == ["utter_greet_again", "utter_guide_offer"]
    assert "step 2 of 3" in kari.said[1]
    assert kari.says("yes please", "affirm") == ["utter_guide_step"] and kari.form == WALK


@pytest.mark.parametrize("text", ["continue", "where were we?", "fortsett", "done"])
def test_a_walk_is_taken_up_by_words_too(kari: Customer, article: ArticleId, text: str) -> None:
    begins(kari, article)
    kari.says("done", "affirm")
    kari.says("stop", "stop")
    assert kari.says(text, "nlu_fallback") == ["utter_guide_step"]
    assert kari.slot("guide_step") == 2


@pytest.mark.parametrize("intent", ["stop", "affirm"])
def test_a_wish_to_go_on_is_heard_however_it_is_read(kari: Customer, article: ArticleId, intent: str) -> None:
    begins(kari, article)
    kari.says("stop", "stop")
    assert kari.says("continue", intent) == ["utter_guide_first_step"]


def test_a_walk_that_is_stopped_twice_is_forgotten(kari: Customer, article: ArticleId) -> None:
    begins(kari, article)
    kari.says("stop", "stop")
    assert kari.says("stop", "stop")[0] == "utter_nothing_to_stop"
    assert kari.slot("guide_open") is None


def test_yes_to_something_else_takes_no_walk_up(kari: Customer, article: ArticleId) -> None:
    begins(kari, article)
    kari.says("stop", "stop")
    kari.says("thanks", "thank")
    assert kari.says("yes", "affirm") == ["utter_affirm"] and kari.form is None


def test_what_works_again_ends_the_walk_and_one_tap_goes_on(kari: Customer, article: ArticleId) -> None:
    begins(kari, article)
    assert kari.says("it works now", "helped") == ["utter_guide_solved"] and kari.form is None
    assert kari.taps('/inform{"guide":"go_on"}') == ["utter_guide_step"]
    assert kari.slot("guide_step") == 2


def test_a_last_step_that_does_not_help_leads_to_a_person_who_sees_them_all(
    house: House, kari: Customer, article: ArticleId
) -> None:
    begins(kari, article)
    kari.says("done", "affirm")
    kari.says("no luck", "deny")
    said = kari.says("still nothing", "did_not_help")
    assert said == ["utter_guide_no_steps_left", "action_escalate", "utter_handoff_answer_rejected"]
    steps = [(each.step.number, each.step.text, each.reaction) for each in tried(house, kari) if each.step]
    assert steps == [
        (1, "Open the flap.", "done"),
        (2, "Press the pin.", "rejected"),
        (3, "Wait a minute.", "rejected"),
    ]


def test_every_step_cites_its_message_and_the_reaction(
    house: House, kari: Customer, article: ArticleId
) -> None:
    begins(kari, article)
    kari.says("didn't help", "did_not_help")
    kari.says("how long does delivery take", "delivery_time")
    kari.says("back", "nlu_fallback")
    kari.says("done", "affirm")
    kari.says("a person please", "human_handoff")
    [first, second] = tried(house, kari)
    assert (first.article, first.revision, first.reaction) == (article, 1, "rejected")
    assert second.reaction == "ignored" and second.step is not None and second.step.of == 3
    lines = {
        line.number: line.text for line in house.handoff.desk.summary(kari.slot("handoff")["case"]).transcript
    }
    assert [lines[number][:13] for number in first.messages] == ["**Step 1 of 3", "didn't help", "done"]
    assert [lines[number][:13] for number in second.messages] == ["**Step 2 of 3"]


@pytest.mark.parametrize(
    ("said", "of_all"),
    [
        (("done", "ignored"), "done"),
        (("done", "rejected", "done"), "rejected"),
        (("rejected", "helped"), "helped"),
        (("ignored",), "done"),
    ],
)
def test_an_article_that_was_walked_is_told_by_what_was_said_of_its_steps(
    said: tuple[Reaction, ...], of_all: Reaction
) -> None:
    steps = [
        Tried("reset", 1, "Reset", 0.9, (number,), each, Step(number, len(said), "Press it."))
        for number, each in enumerate(said, 1)
    ]
    assert walks(steps) == {"reset": of_all}


def test_a_person_may_interrupt_a_walk_and_the_bot_offers_to_go_on(
    house: House, kari: Customer, article: ArticleId
) -> None:
    begins(kari, article)
    kari.says("done", "affirm")
    kari.says("a person please", "human_handoff")
    assert kari.form is None
    kari.returned()
    assert kari.says("well then", "nlu_fallback") == ["utter_guide_offer"]
    assert kari.says("yes", "affirm") == ["utter_guide_step"] and kari.slot("guide_step") == 2


def test_once_a_person_has_solved_it_nothing_is_offered(kari: Customer, article: ArticleId) -> None:
    begins(kari, article)
    kari.says("a person please", "human_handoff")
    kari.returned(solved=True)
    assert "utter_guide_offer" not in kari.says("well then", "nlu_fallback")
    assert kari.taps('/inform{"guide":"go_on"}') == ["utter_guide_nothing"]


def test_a_changed_article_is_walked_from_its_first_step(house: House, kari: Customer) -> None:
    driver = Driver(house)
    changing = driver.publishes("Fill the feeder", BODY)
    begins(kari, changing.id)
    kari.says("done", "affirm")
    kari.says("stop", "stop")
    editorial = house.kb.editorial
    body = BODY.replace("Press", "Turn")
    editorial.revise(changing.id, version=changing.version, title=changing.title, body=body, by="Edda")
    editorial.publish(changing.id, by="Edda")
    house.workers.drain()
    said = kari.taps('/inform{"guide":"go_on"}')
    assert said == ["utter_guide_changed", "an article", "utter_guide_first_step"]
    editorial.archive(changing.id, by="Edda")
    house.workers.drain()
    kari.says("stop", "stop")
    assert kari.taps('/inform{"guide":"go_on"}') == ["utter_guide_gone"]
    assert kari.slot("guide_open") is None


@pytest.mark.parametrize("value", ["nope#0", "#", "done", "x#y", "feeder#999"])
def test_a_button_that_names_nothing_is_answered_kindly(
    kari: Customer, article: ArticleId, value: str
) -> None:
    assert kari.taps(f'/inform{{"guide":"{value}"}}') == ["utter_guide_nothing"]
    assert kari.form is None


def test_another_wish_that_has_a_form_is_not_held_up(kari: Customer, article: ArticleId) -> None:
    begins(kari, article)
    said = kari.says("where is my order", "order_status")
    assert said == ["utter_order_status_intro", "utter_ask_order_number"]
    assert kari.form == "order_status_form" and kari.slot("guide_open")


def test_a_walk_speaks_bokmal(house: House, article: ArticleId) -> None:
    ola = Customer(house, language="nb", sender="ola-walks")
    ola.taps(f'/inform{{"guide":"{article}#0"}}')
    assert ola.said[-1].startswith("**Steg 1 av 3**")
    ola.says("ferdig", "nlu_fallback")
    assert ola.says("det hjalp ikke", "nlu_fallback") == ["utter_guide_step"]
    assert ola.says("tilbake", "nlu_fallback") == ["utter_guide_step"]
    ola.actions.close()
