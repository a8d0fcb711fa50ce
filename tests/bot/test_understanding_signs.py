from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.understanding.language import LanguageReader
from bot.understanding.mood import MoodReader
from bot.understanding.person import PersonDetector
from bot.understanding.sensitive import SensitiveReader
from bot.understanding.words import LanguageWords, Words, read_words
from config.handover import load_handover

MOODS = LanguageWords.shipped(("en", "nb")).moods
TOPICS = {each.name: each.words for each in load_handover().sensitive}


@pytest.fixture(scope="module")
def words() -> Mapping[str, Words]:
    return read_words(("en", "nb"))


@pytest.fixture(scope="module")
def person(words: Mapping[str, Words]) -> PersonDetector:
    return PersonDetector(words.values())


@pytest.mark.parametrize(
    "text",
    [
        "human",
        "AGENT!!!",
        "A human, please.",
        "Can I speak to somebody about my invoice?",
        "get me a real person",
        "I don't want to talk to a bot, I want a human",
        "why can't I talk to a human?",
        "not talking to a bot anymore get me a person",
        "put me through to your manager",
        "is there a human I can chat with",
        "please transfer me",
        "can someone call me back",
        "my wifi is down\nlet me talk to a person",
        "Jeg vil snakke med et menneske",
        "kundeservice",
        "menneske, takk",
        "kan jeg ikke få snakke med en kundebehandler?",
        "nei, jeg vil ha en ekte person",
        "orker ikke bot, sett meg over",
        "kan noen ringe meg?",
        "I want to talk to a humna",
        "get me an agnet please",
        "a represenative please",
        "jeg vil snakke med en kundebehandlre",
        "I don't want that please let me speak with someone else",
        "can I speak with the reception?",
    ],
)
def test_asking_for_a_person_is_heard_in_many_words(person: PersonDetector, text: str) -> None:
    assert (person.look(text).probability or 0.0) > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "I don't need a human",
        "no need for an agent, just tell me how",
        "please don't transfer me to anyone",
        "I'd rather fix it without talking to a person",
        "Are you a human?",
        "am I talking to a real person",
        "how many people can use the app",
        "the person at the door rang twice",
        "somebody stole my parcel",
        "I have a complaint about your customer service",
        "I need a refund because your staff broke it",
        "jeg har en klage på kundeservice",
        "where is my order",
        "I want to talk about my invoice",
        "jeg trenger ikke et menneske",
        "ikke sett meg over til noen",
        "er du et menneske?",
        "snakker jeg med en robot eller en person?",
        "kan noen andre hente pakken",
        "hvordan kobler jeg til kameraet",
        "how do I manage my account",
        "connect me to the wifi",
        "do I have to ring someone before I can move my booking, or does it work here",
        "must I go through an agent to get the discount",
        "må jeg ringe noen for å flytte timen, eller går det her",
        "can two people use one ticket",
        "kan flere personer dele rom",
        "where do I change the contact person for the office",
        "had a chat with your support, they told me to wait",
        "har prata med kundeservice, de ba meg sende kvitteringen",
    ],
)
def test_not_asking_for_a_person_is_heard_too(person: PersonDetector, text: str) -> None:
    assert (person.look(text).probability or 0.0) < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "operator",
        "rådgiver, takk",
        "overfør meg",
        "patch me through to customer service",
        "this is hard to write down, I must explain it to a person",
        "kan jeg få menneskelig hjelp",
        "nei, ikke du, et menneske",
        "how long do I have to wait to speak to an agent",
    ],
)
def test_who_is_asked_for_by_role_or_alone_is_heard(person: PersonDetector, text: str) -> None:
    assert (person.look(text).probability or 0.0) > 0.5


def test_a_denial_is_told_from_silence(person: PersonDetector) -> None:
    assert person.look("I don't want an agent").probability is not None
    assert person.look("where is my order").probability is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("where is my order", "calm"),
        ("is it still possible to return this?", "calm"),
        ("my reception is bad upstairs, but no problem", "annoyed"),
        ("I am really disappointed", "annoyed"),
        ("This is ridiculous!!! third time I ask", "upset"),
        ("WHERE IS MY PARCEL, this is a disgrace", "upset"),
        ("useless, I'm switching to another provider", "upset"),
    ],
)
def test_moods_are_read_from_their_signs(words: Mapping[str, Words], text: str, label: str) -> None:
    assert MoodReader(MOODS["en"]).read(text).label == label


def test_a_mood_points_at_its_evidence(words: Mapping[str, Words]) -> None:
    mood = MoodReader(MOODS["nb"]).read("Dette er LATTERLIG!! Tredje gang jeg spør. Jeg bytter leverandør.")
    assert mood.evidence == (
        "words “LATTERLIG”",
        "repetition “Tredje gang”",
        "a threat to leave “bytter leverandør”",
        "marks “Dette er LATTERLIG!!”",
    )


def test_a_threat_to_leave_is_marked(words: Mapping[str, Words]) -> None:
    assert MoodReader(MOODS["en"]).read("I will never buy from you again").leaving
    assert MoodReader(MOODS["nb"]).read("da handler jeg et annet sted").leaving


def test_codes_in_capitals_are_not_shouting(words: Mapping[str, Words]) -> None:
    assert MoodReader(MOODS["en"]).read("INV-2026-00318 and NT-10427, PDF please").label == "calm"


def test_a_language_without_words_is_always_calm() -> None:
    assert MoodReader(None).read("das ist doof").label == "calm"


@pytest.mark.parametrize(
    ("language", "text", "topic"),
    [
        ("en", "I think my account was hacked", "fraud"),
        ("en", "there is a burning smell from the plug", "safety"),
        ("en", "you will hear from my lawyer", "legal"),
        ("en", "I want to kill myself", "self harm"),
        ("en", "I'm a journalist and have some questions", "press"),
        ("en", "this is a subject access request", "data protection"),
        ("nb", "noen har hacket kontoen min", "fraud"),
        ("nb", "det ryker av pluggen", "safety"),
        ("nb", "jeg kontakter advokat", "legal"),
        ("nb", "jeg vil ikke leve lenger", "self harm"),
        ("nb", "jeg er journalist", "press"),
        ("nb", "jeg klager til Datatilsynet", "data protection"),
    ],
)
def test_sensitive_topics_are_found(language: str, text: str, topic: str) -> None:
    assert [each.topic for each in SensitiveReader(TOPICS, language).read(text)] == [topic]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "does it work with a fire stick behind a firewall"),
        ("en", "what personal data do you keep"),
        ("en", "I stole a look at the manual, the light is red"),
        ("nb", "jeg har fire enheter og en brannmur"),
        ("nb", "hvilke personopplysninger lagrer dere"),
    ],
)
def test_ordinary_words_are_no_sensitive_topic(language: str, text: str) -> None:
    assert SensitiveReader(TOPICS, language).read(text) == ()


@pytest.mark.parametrize(
    ("text", "current", "expected"),
    [
        ("hei", "en", "nb"),
        ("hello", "nb", "en"),
        ("takk", "en", "nb"),
        ("nettet er nede", "en", "nb"),
        ("my router is down", "nb", "en"),
        ("ok", "nb", "nb"),
        ("wifi", "nb", "nb"),
        ("mesh", "nb", "nb"),
        ("12345", "nb", "nb"),
        ("???", "en", "en"),
        ("ja", "en", "nb"),
        ("no", "nb", "nb"),
        ("no", "en", "en"),
        ("yes", "nb", "en"),
        ("NT-10427", "nb", "nb"),
        ("Hi, jeg får ikke logga inn på my account", "en", "nb"),
        ("hei can you help me with my order", "nb", "en"),
        ("the faktura is wrong", "en", "en"),
        ("Jeg har et problem med my router, it keeps blinking red", "nb", "nb"),
    ],
)
def test_the_language_changes_only_for_plain_words_of_another(
    words: Mapping[str, Words], text: str, current: str, expected: str
) -> None:
    assert LanguageReader(("en", "nb"), words).read(text, current) == expected


def test_other_languages_are_told_apart_when_they_are_named(words: Mapping[str, Words]) -> None:
    reader = LanguageReader(("en", "nb", "de"), words)
    assert reader.read("wo bleibt meine Bestellung, ich warte seit zwei Wochen", "en") == "de"
    assert reader.read("hvor blir det av bestillingen min", "de") == "nb"


def test_an_everyday_word_is_not_taken_for_a_misspelt_person(words: Mapping[str, Words]) -> None:
    text = "I want a hunan chicken"
    assert (PersonDetector(words.values()).look(text).probability or 0.0) > 0.5
    assert PersonDetector(words.values(), {"hunan"}.__contains__).look(text).probability is None


def test_with_one_language_there_is_nothing_to_tell(words: Mapping[str, Words]) -> None:
    assert LanguageReader(("en",), words).read("hvor er pakken min", "en") == "en"


NEAR = ("en", "nb", "da")


@pytest.mark.parametrize(
    ("text", "current", "read"),
    [
        ("wifi virker ikke", "nb", "nb"),
        ("wifi virker ikke", "da", "da"),
        ("når kommer bestillingen min", "nb", "nb"),
        ("jeg har glemt min adgangskode", "nb", "da"),
        ("jeg har glemt passordet mitt", "da", "nb"),
        ("where is my parcel", "da", "en"),
    ],
)
def test_near_languages_are_told_apart_by_words_that_only_one_has(text: str, current: str, read: str) -> None:
    assert LanguageReader(NEAR, read_words(NEAR)).read(text, current) == read


def test_a_language_whose_sound_was_not_learnt_is_judged_by_its_words_alone() -> None:
    detector = PersonDetector(read_words(NEAR).values())
    assert detector.look("kan nogen ringe til mig", "da").probability == 0.97
    assert detector.look("jeg vil ikke tale med et menneske", "da").probability == 0.02
    assert detector.look("hvornår har kundeservice åbent", "da").probability is None
