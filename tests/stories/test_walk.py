"""An article's steps as a customer with a broken hub is taken through them, in both languages."""

from __future__ import annotations

import pytest

from bot.conversation import Holder, Message
from bot.opening import House
from handoff.casefile.case_summary import CaseSummary
from tests.driver import Customer, Driver

WALK_ME = {"en": "Take me through it step by step", "nb": "Ta meg gjennom det steg for steg"}
BROKEN = {
    "en": "my hub is broken, the light is amber and nothing is online",
    "nb": "det kommer ikke internett til huben, lyset er oransje",
}


def begins(house: House, language: str = "en") -> Customer:
    """A customer who has asked, been answered, and taken up the offer of a walk."""
    customer = Driver(house).customer(language)
    customer.says(BROKEN[language])
    customer.taps(WALK_ME[language])
    return customer


def step(heard: tuple[Message, ...]) -> str:
    """The last message's first line, without its marks: "Step 2 of 6"."""
    return heard[-1].text.splitlines()[0].strip("*")


def titles(heard: tuple[Message, ...]) -> list[str]:
    return [button.title for button in heard[-1].buttons]


def case_of(house: House, customer: Customer) -> CaseSummary:
    queue = house.handoff.desk.queue("all", include_resolved=True)
    [case] = [case for case in queue if case.conversation_id == customer.conversation]
    return house.handoff.desk.summary(case.number)


def test_steps_are_walked_by_taps_and_by_words_to_the_end(shared: House) -> None:
    maya = begins(shared)
    assert step(maya.last) == "Step 1 of 6"
    assert titles(maya.last) == ["Done", "Didn't help", "Talk to a person"]
    assert step(maya.taps("Done")) == "Step 2 of 6"
    assert step(maya.says("ok, did that")) == "Step 3 of 6"
    assert step(maya.taps("Go back")) == "Step 2 of 6"
    assert step(maya.says("next")) == "Step 3 of 6"
    for text in ("done", "that didn't work", "done"):
        maya.says(text)
    *_, asked = maya.says("done")
    assert [button.payload for button in asked.buttons][:2] == ["/helped", "/did_not_help"]
    assert not maya.says("yes it did")[-1].buttons and maya.holder is Holder.BOT


def test_a_question_in_between_is_answered_and_the_walk_goes_on(shared: House) -> None:
    maya = begins(shared)
    maya.says("done")
    heard = maya.says("how long does delivery to Bergen take?")
    assert any(message.source is not None and message.source.article == "delivery-times" for message in heard)
    assert step(heard) == "Step 2 of 6"
    assert step(maya.says("still amber")) == "Step 3 of 6"


def test_a_walk_that_does_not_help_is_handed_over_with_every_step(shared: House) -> None:
    maya = begins(shared)
    for text in ("done", "done", "no luck", "done", "that didn't work", "nope, still nothing"):
        heard = maya.says(text)
    # Another article is close enough to be tried, once.
    assert any(message.source is not None for message in heard) and maya.holder is Holder.BOT
    maya.says("no, that is not it either")
    assert maya.holder is Holder.QUEUE
    summary = case_of(shared, maya)
    assert summary.reason.code == "answer_rejected"
    reactions = [(each.step.number, each.reaction) for each in summary.tried if each.step]
    assert reactions == [
        (1, "done"), (2, "done"), (3, "rejected"), (4, "done"), (5, "rejected"), (6, "rejected"),
    ]  # fmt: skip
    said = {line.number: line.text for line in summary.transcript}
    for each in summary.tried:
        if each.step is not None:
            shown, heard = each.messages
            assert said[shown].startswith(f"**Step {each.step.number} of 6**") and said[heard]


def test_a_person_is_had_at_any_step_and_the_bot_goes_on_where_they_were(house: Driver) -> None:
    maya = begins(house.opened)
    maya.says("done")
    maya.says("can I talk to someone?")
    assert maya.holder is Holder.QUEUE
    ines = house.agent("Ines")
    case = ines.claims(ines.queue()[0])
    ines.replies(case, "Your line is fine, Maya. Please go on with the steps.")
    ines.returns(case)
    heard = maya.says("hello again")
    assert "step 2 of 6" in heard[-1].text
    assert step(maya.says("yes please")) == "Step 2 of 6"


def test_a_walk_that_was_left_is_gone_on_with_when_asked(shared: House) -> None:
    maya = begins(shared)
    maya.says("done")
    [left] = maya.says("stop")
    assert left.buttons and maya.holder is Holder.BOT
    maya.says("what does express delivery cost?")
    assert step(maya.says("continue")) == "Step 2 of 6"


def test_a_walk_is_spoken_in_bokmal(shared: House) -> None:
    ola = begins(shared, "nb")
    assert step(ola.last) == "Steg 1 av 6"
    assert titles(ola.last) == ["Ferdig", "Hjalp ikke", "Snakk med et menneske"]
    assert step(ola.says("ferdig")) == "Steg 2 av 6"
    assert step(ola.says("det hjalp ikke")) == "Steg 3 av 6"
    assert step(ola.says("tilbake")) == "Steg 2 av 6"
    heard = ola.says("hvor lang er garantien på huben?")
    assert any(message.source is not None for message in heard) and step(heard) == "Steg 2 av 6"
    ola.says("kan jeg få snakke med et menneske")
    tried = [each for each in case_of(shared, ola).tried if each.step is not None]
    assert [(each.step.number, each.reaction) for each in tried if each.step] == [
        (1, "done"),
        (2, "rejected"),
        (3, "ignored"),
    ]


@pytest.mark.parametrize(
    ("language", "question", "articles"),
    [
        ("en", "how do I return it and when do I get my money?", ["return-something", "refund-times"]),
        (
            "nb",
            "hvordan returnerer jeg noe, og når får jeg pengene?",
            ["return-something-nb", "refund-times-nb"],
        ),
    ],
)
def test_a_question_of_two_parts_is_answered_from_two_articles(
    shared: House, language: str, question: str, articles: list[str]
) -> None:
    customer = Driver(shared).customer(language)
    [answer] = [message for message in customer.says(question) if message.source is not None]
    custom = answer.data["custom"]
    assert answer.source is not None and isinstance(custom, dict)
    assert [answer.source.article, *(each["article"] for each in custom["also"])] == articles
    assert all(each["title"] in answer.text for each in custom["also"])
    customer.says("no, that did not help", "/did_not_help")
    customer.says("person", "/human_handoff")
    tried = case_of(shared, customer).tried
    assert [(each.article, each.reaction) for each in tried][:2] == [(name, "rejected") for name in articles]
