"""An assistant that was written for Rasa and knows nothing of Firstline, in Firstline's house."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation import Holder
from bot.heard import PERSON_PAYLOAD
from bot.opening import House, open_house
from config.settings import load_settings
from handoff.casefile.case_summary import CaseSummary
from handoff.escalation import Reason
from tests.bot.rasa_projects import project
from tests.driver import Customer, Driver
from tests.fakes import FakeClock, FirstChoice

FILES = {
    "domain": """
intents: [greet, human_handoff, print_label, buy]
entities: [size]
slots:
  size: {type: text, mappings: [{type: from_entity, entity: size}]}
actions: [action_hand_over, action_break]
responses:
  utter_hi: [{text: "Hello."}]
  utter_size:
  - text: "Which size?"
    buttons: [{title: The large one, payload: '/buy{"size": "L"}'}]
""",
    "data__rules": """
rules:
- {rule: hello, steps: [{intent: greet}, {action: utter_hi}]}
- {rule: person, steps: [{intent: human_handoff}, {action: action_hand_over}]}
- {rule: label, steps: [{intent: print_label}, {action: action_break}]}
- {rule: buy, steps: [{intent: buy}, {action: utter_size}]}
""",
    "endpoints": "action_endpoint: {actions_module: tests.bot.own_actions}\n",
}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[House]:
    """The house untrained: what is said here are payloads, which need no model."""
    settings = load_settings(tmp_path / "data", {"FIRSTLINE_BOT_ASSISTANT": str(project(tmp_path, **FILES))})
    house = open_house(settings, clock=FakeClock(), rng=FirstChoice())
    yield house
    house.close()


def summary(house: House) -> CaseSummary:
    """That of the one case there is."""
    house.workers.drain()
    [case] = house.handoff.desk.queue("all")
    return house.handoff.desk.summary(case.number)


def lines(told: CaseSummary) -> list[str]:
    return [line.text for line in told.transcript if line.author == "customer"]


@pytest.fixture
def maya(own: House) -> Customer:
    return Driver(own).customer()


def test_a_bot_that_pauses_opens_one_case_that_says_why(own: House, maya: Customer) -> None:
    heard = maya.says("/human_handoff")
    assert [message.text for message in heard] == ["Somebody will come."]
    assert maya.holder is Holder.QUEUE
    told = summary(own)
    assert told.reason.code is Reason.ASKED_FOR_PERSON
    assert "action_hand_over paused the bot: the rule 'person' says so" in told.reason.sentence
    promise = own.store.promise_of(maya.conversation)
    assert promise is not None and promise.case == told.case


def test_a_broken_action_offers_a_person_who_then_comes(own: House, maya: Customer) -> None:
    [sorry] = maya.says("/print_label")
    assert [button.title for button in sorry.buttons] == ["Talk to a person"]
    maya.says(sorry.buttons[0].payload)
    told = summary(own)
    assert "the customer tapped the offer of a person" in told.reason.sentence
    assert lines(told)[-1] == "Talk to a person"


def test_the_pages_own_button_fetches_a_person_whatever_the_assistant_understands(
    own: House, maya: Customer
) -> None:
    maya.says("A person, please", PERSON_PAYLOAD)
    assert maya.holder is Holder.QUEUE
    told = summary(own)
    assert told.reason.code is Reason.ASKED_FOR_PERSON
    assert lines(told) == ["A person, please"]


def test_people_read_what_was_on_a_button_that_a_front_end_sent(own: House, maya: Customer) -> None:
    maya.says("/buy")
    maya.says('/buy{"size": "L"}')
    maya.says("/human_handoff")
    assert lines(summary(own)) == ["/buy", "The large one", "/human_handoff"]


def test_a_bot_without_words_for_files_says_the_houses_own(own: House, maya: Customer) -> None:
    file = own.files.keep(maya.conversation, "label.pdf", b"%PDF-1.7")
    own.chat.receive(maya.conversation, "f", "", None, [file])
    own.turns.now(maya.conversation)
    [told] = maya.hears()
    assert "a person can" in told.text and maya.holder is Holder.BOT
    assert [message.text for message in maya.says("/buy")] == ["Which size?"]
    maya.says("/human_handoff")
    assert next(line.attachments for line in summary(own).transcript) == (file.address,)
