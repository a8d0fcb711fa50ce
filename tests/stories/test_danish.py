"""A third language is a folder and a word in the settings: a customer is met in it from end to end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.conversation import Holder, Message
from bot.dialogue.opening import read_assistant
from bot.opening import House, open_house
from config.settings import load_settings
from tests.conftest import own_copy
from tests.driver import Customer, Driver
from tests.fakes import FakeClock, FirstChoice

SUNDAY = datetime(2026, 11, 8, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Its model was trained without Danish: what is shown here needs no training."""
    data = own_copy(prepared, tmp_path_factory.mktemp("danish") / "data")
    (data / "firstline.toml").write_text('[bot]\nlanguages = ["en", "nb", "da"]\n', encoding="utf-8")
    settings = load_settings(data, {})
    base = read_assistant(settings, examples=False)
    opened = open_house(settings, clock=FakeClock(), rng=FirstChoice(), base=base)
    yield opened
    opened.close()


@pytest.fixture
def freja(house: House) -> Customer:
    return Driver(house).customer("da-DK")


def words(heard: tuple[Message, ...]) -> str:
    return " ".join(message.text for message in heard)


def test_the_greeting_and_its_buttons_are_danish(freja: Customer) -> None:
    assert "Jeg kan hjælpe med ordrer" in words(freja.last)
    assert [button.title for button in freja.last[-1].buttons][-1] == "Tal med et menneske"


def test_a_form_asks_and_corrects_in_danish(freja: Customer) -> None:
    assert "Hvad er dit ordrenummer?" in words(freja.taps("Hvor er min ordre?"))
    assert "et ordrenummer har fem" in words(freja.says("NT-104271"))
    assert "hvilken e-mailadresse" in words(freja.says("NT-10427"))


def test_a_person_is_asked_for_in_danish_and_joins_in_danish(house: House, freja: Customer) -> None:
    told = freja.says("det er jo ubrugeligt, må jeg snakke med en af jeres medarbejdere?")
    assert freja.holder is Holder.QUEUE and "jeg henter et menneske" in words(told)
    [case] = [each for each in house.handoff.desk.queue("all") if each.conversation_id == freja.conversation]
    assert case.language == "da"
    ines = Driver(house).agent("Ines")
    ines.claims(case)
    assert words(freja.hears()) == "Ines er kommet med i samtalen."
    assert ines.reads(case).mood.evidence[0].text == "ubrugeligt"


def test_out_of_hours_the_promise_is_danish_and_a_plain_nej_is_taken(house: House, freja: Customer) -> None:
    assert isinstance(house.clock, FakeClock)
    house.clock.moves(SUNDAY - house.clock.now())
    assert "de er tilbage i morgen klokken" in words(freja.says("jeg vil tale med et menneske"))
    assert words(freja.says("nej tak")).startswith("Det er i orden.")


def test_what_a_person_must_see_to_is_known_by_danish_words(freja: Customer) -> None:
    told = freja.says("jeg har fået stød af opladeren, og det ryger fra den")
    assert freja.holder is Holder.QUEUE and "ring 112, hvis noget brænder" in words(told)


@pytest.mark.parametrize(
    ("written", "answered"),
    [
        (
            "hej, hvornår bliver jeres kundeservice åbnet igen? jeg vil gerne tale med et menneske",
            "jeg henter",
        ),
        (
            "hei, jeg vil gjerne snakke med et menneske hos dere, er noen der?",
            "jeg henter et menneske. De kan",
        ),
        ("hi there, I would like to talk to a person please", "I'll get you a person"),
    ],
)
def test_the_language_changes_by_writing_in_another(house: House, written: str, answered: str) -> None:
    for begun in ("en", "nb", "da"):
        customer = Driver(house).customer(begun)
        told = words(customer.says(written))
        language = house.chat.standing(customer.conversation).language
        assert (language, answered.casefold() in told.casefold()) == (
            {"hej": "da", "hei": "nb", "hi ": "en"}[written[:3]],
            True,
        ), f"begun in {begun}: {told}"


def test_the_language_changes_by_the_menu_at_any_moment(house: House, freja: Customer) -> None:
    freja.taps("Hvor er min ordre?")
    for language, asked in (
        ("nb", "Hva er ordrenummeret ditt"),
        ("en", "order number"),
        ("da", "ordrenummer"),
    ):
        house.chat.speak(freja.conversation, language)
        assert house.chat.standing(freja.conversation).language == language
        assert asked in words(freja.says("12")), language
