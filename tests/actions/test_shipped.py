"""The shipped assistant as a whole: its parts know each other, and every wish leads somewhere."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from bot.acting.shipped import ACTIONS, FORM_ACTIONS
from bot.dialogue.assistant import ActionStep, Assistant, OrStep, UserStep
from bot.dialogue.loading import load_assistant
from bot.understanding.literal import read_literal
from kb.importing import drafts_below
from tests.actions.played import SHIPPED

SAMPLES = Path(__file__).parents[2] / "kb" / "samples"
ANYWHERE = frozenset(("general_question", "nlu_fallback"))
"""Wishes that no one article is about: whichever answers is right."""


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return load_assistant(SHIPPED)


def test_it_knows_forty_five_intents(assistant: Assistant) -> None:
    assert len(assistant.domain.intents.keys() - {"nlu_fallback"}) == 45


def test_no_example_is_given_twice(assistant: Assistant) -> None:
    given: dict[tuple[str, str], list[str]] = defaultdict(list)
    for example in assistant.nlu.examples:
        given[example.language, " ".join(example.text.casefold().split())].append(example.intent)
    assert {text: intents for text, intents in given.items() if len(intents) > 1} == {}


def test_every_button_says_something_that_is_understood(assistant: Assistant) -> None:
    domain = assistant.domain
    for name, variants in domain.responses.items():
        for button in (button for variant in variants for button in variant.buttons):
            payload = str(button.payload).replace("{{", "{").replace("}}", "}")
            literal = read_literal(payload, domain)
            assert literal is not None, (name, payload)
            assert bool(literal[1]) is ("{" in payload), (name, payload)


def test_every_intent_has_an_outcome_of_its_own(assistant: Assistant) -> None:
    answered = set()
    for rule in assistant.rules:
        if any(isinstance(step, ActionStep) for step in rule.steps):
            for step in rule.steps:
                options = step.options if isinstance(step, OrStep) else (step,)
                answered |= {each.intent for each in options if isinstance(each, UserStep)}
    assert assistant.domain.intents.keys() - {"out_of_scope"} <= answered


def test_what_the_articles_answer_has_an_article_in_english(assistant: Assistant) -> None:
    labels = {
        label for draft in drafts_below(SAMPLES) if draft.language == "en" for label in draft.labels or ()
    }
    searched = {
        step.intent
        for rule in assistant.rules
        if any(isinstance(each, ActionStep) and each.action == "action_answer" for each in rule.steps)
        for step in rule.steps
        if isinstance(step, UserStep)
    }
    assert searched - labels == ANYWHERE


def test_every_action_is_there(assistant: Assistant) -> None:
    made = {make(lambda: None).name() for make in ACTIONS} | {make().name() for make in FORM_ACTIONS}  # type: ignore[arg-type,return-value]
    assert set(assistant.domain.actions) == made
