"""The bot's words: checked, drafted, published in one step, rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import load_settings
from kb.coaching.wordings import (
    MOST_CHARACTERS,
    MOST_TITLE,
    RULES,
    BotText,
    Button,
    Variant,
    Wording,
    check,
    placeholders,
)
from kb.coaching.words import Words
from kb.errors import (
    NoTextError,
    NothingToPublishError,
    NoWordSetError,
    StaleSetError,
    StaleWordsError,
    WordsInvalidError,
)
from kb.opening import open_edits
from kb.store.editing import EditStores
from tests.fakes import FakeClock
from tests.kb.bot_fakes import GREETING, JOINED, SpokenTexts

pytestmark = pytest.mark.engines

HELLO = Variant(0, "Good day.", (Button("Where is it?", "/order"),))


@pytest.fixture
def stores(tmp_path: Path, environment: dict[str, str]) -> Iterator[EditStores]:
    opened = open_edits(load_settings(tmp_path, environment))
    yield opened
    opened.close()


@pytest.fixture
def words(stores: EditStores) -> Words:
    return Words(stores.words, SpokenTexts(), FakeClock())


def english(words: Words, name: str = "utter_greet") -> Wording:
    return next(each for each in words.of(name) if each.language == "en")


def save(words: Words, *variants: Variant, by: str = "ines") -> None:
    words.save("utter_greet", "en", variants, version=english(words).version, by=by)


def refused(variants: tuple[Variant, ...], *, text: BotText = JOINED) -> str:
    with pytest.raises(WordsInvalidError) as error:
        check(text, variants)
    return error.value.rule


def test_only_whole_names_in_braces_are_placeholders() -> None:
    assert placeholders("{agent} has {{no}} {queue}") == {"agent", "queue"}


def test_words_with_their_placeholders_are_taken() -> None:
    assert check(JOINED, (Variant(1, "  Here is {agent}. "),)) == (Variant(1, "Here is {agent}."),)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Somebody is here.", "missing"),
        ("{agent} of {company} is here.", "unknown"),
        ("{agent is here.", "brace"),
        ("", "empty"),
        ("{agent}" + "x" * MOST_CHARACTERS, "long"),
    ],
)
def test_a_text_the_bot_could_not_say_is_refused_with_the_reason(text: str, rule: str) -> None:
    assert refused((Variant(0, text),)) == RULES[rule]


def test_a_refusal_names_the_placeholder_and_those_that_are_known() -> None:
    with pytest.raises(WordsInvalidError, match=r"says \{company\}.*It knows: \{agent\}, \{queue\}"):
        check(JOINED, (Variant(0, "{agent} of {company}"),))


def test_a_text_without_placeholders_takes_none() -> None:
    said = replace(HELLO, text="Hello {name}.")
    assert refused((said,), text=GREETING) == RULES["unknown_none"]


@pytest.mark.parametrize(
    ("title", "rule"), [(" ", "title_empty"), ("x" * (MOST_TITLE + 1), "title_long"), ("{x}", "unknown_none")]
)
def test_a_button_needs_a_title_that_can_be_read(title: str, rule: str) -> None:
    assert refused((replace(HELLO, buttons=(Button(title, "/order"),)),), text=GREETING) == RULES[rule]


def test_the_payload_that_ships_stays_whatever_is_sent() -> None:
    sent = replace(HELLO, buttons=(Button("Where is it?", "/restart"),))
    assert check(GREETING, (sent,)) == (HELLO,)


def test_there_is_at_least_one_wording_and_none_twice() -> None:
    assert refused((), text=GREETING) == RULES["no_variant"]
    assert refused((HELLO, HELLO), text=GREETING) == RULES["twice"]


def test_a_wording_belongs_to_one_that_ships() -> None:
    assert refused((replace(HELLO, base=9),), text=GREETING) == RULES["unknown_base"]
    assert refused((replace(HELLO, buttons=()),), text=GREETING) == RULES["unknown_base"]


def test_a_draft_is_kept_and_not_live(words: Words) -> None:
    save(words, HELLO)
    here = english(words)
    assert here.variants == (HELLO,) and here.live == GREETING.shipped["en"]
    assert here.draft is not None and here.draft.author == "ines" and not here.changed
    assert words.live().number == 0


def test_all_drafts_go_live_in_one_step(words: Words) -> None:
    save(words, HELLO)
    words.save("utter_joined", "nb", [Variant(1, "{agent} er her.")], version=0, by="edda")
    published = words.publish(0, "Shorter", by="ines")
    assert published.number == words.live().number == 1
    assert published.words == {
        "utter_greet": {"en": (HELLO,)},
        "utter_joined": {"nb": (Variant(1, "{agent} er her."),)},
    }
    assert not any(each.draft for each in words.wordings())
    assert english(words).changed


def test_publishing_nothing_is_refused(words: Words) -> None:
    with pytest.raises(NothingToPublishError):
        words.publish(0, "", by="ines")


def test_two_editors_at_once_do_not_overwrite_each_other(words: Words) -> None:
    seen = english(words).version
    words.save("utter_greet", "en", [HELLO], version=seen, by="ines")
    with pytest.raises(StaleWordsError) as stale:
        words.save("utter_greet", "en", [Variant(1, "Late.")], version=seen, by="omar")
    assert stale.value.author == "ines" and english(words).variants == (HELLO,)
    words.save("utter_greet", "en", [Variant(1, "Late.")], version=stale.value.version, by="omar")
    assert english(words).variants == (Variant(1, "Late."),)


def test_nobody_publishes_over_a_set_they_have_not_seen(words: Words) -> None:
    save(words, HELLO)
    words.publish(0, "", by="ines")
    save(words, Variant(1, "Second."))
    with pytest.raises(StaleSetError, match="set 1"):
        words.publish(0, "", by="omar")
    assert words.live().number == 1


def test_any_earlier_set_comes_back_as_the_newest(words: Words) -> None:
    save(words, HELLO)
    words.publish(0, "", by="ines")
    save(words, Variant(1, "Second."))
    words.publish(1, "", by="ines")
    back = words.roll_back(1, 2, by="ada")
    assert (back.number, back.again) == (3, 1)
    assert english(words).live == (HELLO,)
    assert words.roll_back(0, 3, by="ada").words == {}
    assert english(words).live == GREETING.shipped["en"]
    with pytest.raises(NoWordSetError):
        words.roll_back(99, 4, by="ada")


def test_rolling_back_leaves_drafts_alone(words: Words) -> None:
    save(words, HELLO)
    words.publish(0, "", by="ines")
    save(words, Variant(1, "In the works."))
    words.roll_back(0, 1, by="ada")
    assert english(words).variants == (Variant(1, "In the works."),)


def test_what_ships_is_restored_as_a_draft(words: Words) -> None:
    save(words, HELLO)
    words.publish(0, "", by="ines")
    words.restore("utter_greet", "en", version=english(words).version, by="omar")
    assert english(words).variants == GREETING.shipped["en"] and english(words).draft is not None
    assert words.publish(1, "", by="omar").words == {}


def test_going_back_to_what_is_live_leaves_nothing_to_publish(words: Words) -> None:
    save(words, HELLO)
    save(words, *GREETING.shipped["en"])
    assert english(words).draft is None


def test_every_save_is_kept_with_its_author(words: Words) -> None:
    save(words, HELLO, by="ines")
    save(words, Variant(1, "Second."), by="omar")
    kept = words.history("utter_greet")
    assert [(each.author, each.variants) for each in kept] == [
        ("omar", (Variant(1, "Second."),)),
        ("ines", (HELLO,)),
    ]


def test_a_language_without_words_is_missing_until_it_has_some(words: Words) -> None:
    missing = [(each.text.name, each.language) for each in words.wordings() if each.missing]
    assert missing == [("utter_joined", "nb")]
    words.save("utter_joined", "nb", [Variant(1, "{agent} er her.")], version=0, by="ines")
    assert not any(each.missing for each in words.wordings())


def test_an_unknown_text_or_language_is_named(words: Words) -> None:
    for name, language in (("utter_nothing", "en"), ("utter_greet", "fi")):
        with pytest.raises(NoTextError, match=name):
            words.save(name, language, [HELLO], version=0, by="ines")


def test_the_audit_holds_what_was_there_before_and_after(words: Words, stores: EditStores) -> None:
    save(words, HELLO)
    words.publish(0, "", by="ines")
    published, drafted = stores.audit(2)
    assert (drafted.actor, drafted.verb, drafted.about) == ("ines", "draft_words", "utter_greet (en)")
    assert drafted.before is None and isinstance(drafted.after, list)
    assert drafted.after[0]["text"] == "Good day."
    assert published.before == {"set": 0, "changed": []}
    assert published.after == {"set": 1, "changed": ["utter_greet (en)"]}


def test_words_outlive_the_process(
    words: Words, stores: EditStores, tmp_path: Path, environment: dict[str, str]
) -> None:
    save(words, HELLO)
    words.publish(0, "", by="ines")
    stores.close()
    again = open_edits(load_settings(tmp_path, environment))
    assert again.words.live().words == {"utter_greet": {"en": (HELLO,)}}
    again.close()
