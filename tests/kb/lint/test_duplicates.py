from __future__ import annotations

from kb.lint.duplicates import near_duplicates
from tests.kb.lint.bases import cases, found, hashed, text

LONG = (
    "Pull the power plug out of the hub, wait for thirty seconds and put it in again. Wait about three "
    "minutes until the light is steady white. You can also choose restart in the app when you are not at "
    "home, and the network comes back by itself a little later."
)
OTHER = (
    "A gift card is sent by e-mail within fifteen minutes of the time you chose. It is valid for five years "
    "and can be used in several purchases; what is left stays on the code until you need it for something "
    "else."
)


def test_large_parts_in_common_are_found_once_for_all_copies() -> None:
    copies = [text(f"Restart {name}", f"{LONG} This is about {name}.") for name in ("one", "two", "three")]
    (finding,) = found(near_duplicates, *copies, text("Gift cards", OTHER))
    assert (finding.case, len(finding.places)) == ("copied", 3)


ONE_WAY = text("Restart the hub", "Restart the hub: pull the plug, wait half a minute, plug in the hub.")
ANOTHER = text("Restart your hub", "Pull the hub plug, then plug it in half a minute later: it will restart.")


def test_the_same_ground_in_other_words_is_found() -> None:
    findings = found(near_duplicates, ONE_WAY, ANOTHER, embed=lambda texts: hashed(["one"] * len(texts)))
    assert cases(findings) == ["alike"]


def test_the_encoder_has_a_say_in_it() -> None:
    words = ("winter", "coffee")
    assert not found(near_duplicates, ONE_WAY, ANOTHER, embed=lambda texts: hashed(words[: len(texts)]))


def test_two_subjects_are_no_duplicates() -> None:
    assert not found(near_duplicates, text("Restart", LONG), text("Gift cards", OTHER), embed=hashed)


def test_a_translation_is_no_duplicate() -> None:
    assert not found(
        near_duplicates, text("Restart", LONG), text("Omstart", LONG, language="nb", of="restart")
    )


def test_a_question_kept_for_two_articles_is_found_whatever_its_marks() -> None:
    one = text("Restart", LONG, questions=("How do I restart it?",))
    other = text("Gift cards", OTHER, questions=("how do i restart it",))
    (finding,) = found(near_duplicates, one, other)
    assert (finding.case, finding.places[1].article) == ("question", "gift-cards")


def test_an_accepted_duplicate_opens_again_once_a_text_changes() -> None:
    pair = [text(f"Restart {name}", LONG) for name in ("one", "two")]
    changed = [pair[0], text("Restart two", f"{LONG} And more.")]
    (before,), (after,) = found(near_duplicates, *pair), found(near_duplicates, *changed)
    assert before.key != after.key
