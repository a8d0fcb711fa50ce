from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import Assistant, ResponseVariant
from bot.dialogue.responses import choose, fill, filled

TINY = Path(__file__).parent / "assistants" / "tiny"


@pytest.fixture(scope="module")
def tiny() -> Assistant:
    return load_assistant(TINY)


def said(tiny: Assistant, name: str, slots: dict[str, object], channel: str = "web") -> set[str | None]:
    """All that a hundred tries say."""
    tries = (choose(tiny, name, slots, channel, Random(seed)) for seed in range(100))  # type: ignore[arg-type]
    return {each.text for each in tries if each is not None}


def test_every_variant_without_a_condition_has_its_turn(tiny: Assistant) -> None:
    texts = said(tiny, "utter_greet", {"language": "en"})
    assert texts == {"Hello from the tiny shop.", "Hi, the tiny shop here."}


def test_a_variant_whose_condition_holds_goes_before_those_without(tiny: Assistant) -> None:
    assert said(tiny, "utter_greet", {"language": "NB"}) == {"Hei fra den lille butikken."}


def test_a_variant_for_the_channel_goes_before_all(tiny: Assistant) -> None:
    assert said(tiny, "utter_greet", {"language": "nb"}, "sms") == {"Hi."}


def test_the_same_seed_says_the_same(tiny: Assistant) -> None:
    first, second = (choose(tiny, "utter_greet", {}, "web", Random(7)) for _ in range(2))
    assert first == second


def test_what_was_just_said_is_not_said_again(tiny: Assistant) -> None:
    for seed in range(20):
        chosen = choose(tiny, "utter_greet", {}, "web", Random(seed), ["Hello from the tiny shop."])
        assert chosen is not None and chosen.text == "Hi, the tiny shop here."


def test_an_only_variant_may_be_said_again(tiny: Assistant) -> None:
    chosen = choose(tiny, "utter_glad", {}, "web", Random(1), ["Glad to hear."])
    assert chosen is not None and chosen.text == "Glad to hear."


def test_an_unknown_response_is_none(tiny: Assistant) -> None:
    assert choose(tiny, "utter_nothing", {}, "web", Random(1)) is None


def test_slots_fill_text_and_payload_and_doubled_braces_are_literal(tiny: Assistant) -> None:
    chosen = choose(tiny, "utter_parcel", {"order_number": "TS-7"}, "web", Random(1))
    assert chosen is not None
    assert chosen.text == "Parcel TS-7 is on its way."
    assert chosen.buttons[0].payload == '/parcel{"order_number":"TS-7"}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a} and {b}", "1 and None"),
        ("{a} and {unknown}", "{a} and {unknown}"),
        ("{{a}}", "{a}"),
        ("no blanks", "no blanks"),
        ("{a.__class__}", "{a.__class__}"),
    ],
)
def test_blanks_are_filled_as_rasa_does(text: str, expected: str) -> None:
    assert filled(text, {"a": 1, "b": None}) == expected


def test_custom_json_is_filled_at_every_depth() -> None:
    variant = ResponseVariant(custom={"a": [{"b": "{x}"}, 3]})
    assert fill(variant, {"x": "y"}).custom == {"a": [{"b": "y"}, 3]}
