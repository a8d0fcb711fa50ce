"""What the bot says as plain text, and what a customer means by a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.plain import in_plain, meant, numbered, pieces, short, units
from bot.conversation import Author, Button, Message
from tests.fakes import MONDAY_MORNING

HELP = (Button("Yes", "/helped"), Button("No", "/did_not_help"))
OURS = "https://support.nettly.example"


def message(text: str, author: Author = "bot", **more: object) -> Message:
    return Message(3, author, text, MONDAY_MORNING, **more)  # type: ignore[arg-type]


def test_the_marks_of_our_own_pages_are_words_elsewhere() -> None:
    said = message("**Hold** it, see [the guide](/help/en/reset) or [theirs](https://hub.example/a).")
    assert in_plain(said, OURS) == (
        f"Hold it, see the guide: {OURS}/help/en/reset or theirs: https://hub.example/a."
    )


def test_what_is_shown_beside_the_words_is_an_address() -> None:
    data = {
        "image": "https://pictures.example/a.png",
        "attachment": {"type": "file", "payload": {"title": "label", "src": "/files/x/label.pdf"}},
        "elements": [{"title": "Lamp", "subtitle": "It shines"}, "odd"],
    }
    assert in_plain(message("Look.", data=data), OURS) == (
        f"Look.\n\nhttps://pictures.example/a.png\n\n{OURS}/files/x/label.pdf\n\nLamp\nIt shines\n\nodd"
    )


def test_a_message_is_never_nothing() -> None:
    assert in_plain(message("", data={"custom": {"type": "map"}}), OURS) == "…"


def test_only_a_persons_words_begin_with_their_name() -> None:
    assert in_plain(message("Hello.", "agent", name="Ines"), OURS) == "Ines: Hello."
    assert in_plain(message("Ines has joined.", "system", name="Ines"), OURS) == "Ines has joined."


def test_a_page_to_open_has_no_number() -> None:
    link = Button("Track it", "Track it", {"url": "https://post.example/7"})
    said = message("On its way.", buttons=(link, *HELP))
    assert numbered(said, OURS) == "On its way.\n\nTrack it: https://post.example/7\n\n1. Yes\n2. No"
    chosen = meant("2", [said])
    assert chosen is not None and chosen.payload == "/did_not_help"


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("1", "/helped"),
        (" 2. ", "/did_not_help"),
        ("(1)", "/helped"),
        ("2)", "/did_not_help"),
        ("YES", "/helped"),
        ("3", None),
        ("0", None),
        ("yes please", None),
        ("", None),
        ("²", None),
    ],
)
def test_a_number_or_the_very_words_mean_a_reply(text: str, payload: str | None) -> None:
    chosen = meant(text, [message("Did this help?", buttons=HELP), message("Take your time.")])
    assert (chosen.payload if chosen else None) == payload


def test_the_last_that_was_offered_counts() -> None:
    later = message("Which hub?", buttons=(Button("Old", "/old"), Button("New", "/new")))
    chosen = meant("1", [message("Did this help?", buttons=HELP), later])
    assert chosen is not None and chosen.payload == "/old"


@given(st.text(alphabet=st.sampled_from("ab. \n🦔é"), max_size=300), st.integers(4, 40))
def test_pieces_lose_nothing_but_blanks_and_fit(text: str, most: int) -> None:
    parts = pieces(text, most)
    assert all(units(part) <= most and part.strip() for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_piece_ends_where_a_reader_would_pause() -> None:
    assert pieces("First of all. Then the rest of it", 20) == ["First of all. ", "Then the rest of it"]


@given(st.text(max_size=60), st.integers(2, 30))
def test_what_is_cut_short_fits(text: str, most: int) -> None:
    cut = short(text, most)
    assert units(cut) <= most and (cut == text or cut.endswith("…"))
