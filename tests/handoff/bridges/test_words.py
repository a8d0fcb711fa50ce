"""What a helpdesk outside reads: everything that was found, and nothing that could be taken for markup."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from handoff.bridges.words import as_html, markdown, pieces, plain, subject, title, transcript
from handoff.casefile.summary import summarise
from handoff.entry import Entry
from handoff.file import FileRef
from tests.handoff.bridges.test_owing import CASE
from tests.handoff.conversations import MONDAY, RULES, escalation

HOSTILE = "<script>alert(1)</script> [click](javascript:alert(1)) **bold** `code` <b>\n# head"
SUMMARY = summarise(escalation(f"c: {HOSTILE}", "c: a person please", name="<i>Maya</i> *x*"), 1001, RULES)


class Tags(HTMLParser):
    """The tags of a fragment, and whether any has an attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: list[object] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if attrs:
            self.attributes.append(attrs)


def test_the_three_forms_say_the_same() -> None:
    labels = ("Why", "Wants", "Mood", "Urgency", "Routed", "Customer", "Reply")
    for label in labels:
        assert label.upper() in plain(SUMMARY)
        assert f"**{label}**" in markdown(SUMMARY)
        assert f"<strong>{label}</strong>" in as_html(SUMMARY)


def test_a_customers_words_are_never_markup() -> None:
    tags = Tags()
    tags.feed(as_html(SUMMARY))
    assert tags.seen == {"p", "strong", "br", "ul", "li"} and not tags.attributes
    said = markdown(SUMMARY)
    assert "<script>" not in said.replace("\\<", "") and r"\[click\](javascript" in said
    assert r"\*\*bold\*\*" in said and r"\`code\`" in said
    assert not [line for line in said.splitlines() if line.startswith("#")]


def test_labels_come_in_the_readers_language() -> None:
    said = markdown(SUMMARY, lambda text: {"Why": "Hvorfor"}.get(text, text))
    assert "**Hvorfor**" in said


def test_the_transcript_has_what_the_customer_has_seen_and_nothing_else() -> None:
    file = FileRef("f", "lamp.png", "image/png", 3)
    thread = [
        Entry(1, "line", "customer", "Maya", "Hello\nthere", MONDAY),
        Entry(2, "line", "bot", None, "Hi!", MONDAY),
        Entry(3, "event", "system", None, "Handed over", MONDAY),
        Entry(4, "note", "i@x.example", "Ines", "rude", MONDAY),
        Entry(5, "reply", "i@x.example", "Ines", "Yes?", MONDAY),
        Entry(6, "line", "customer", "Maya", "", MONDAY, files=(file,)),
    ]
    assert transcript(thread) == (
        "2026-11-23 09:40 Maya:\nHello\nthere\n\n2026-11-23 09:40 Bot:\nHi!\n\n"
        "2026-11-23 09:40 Ines:\nYes?\n\n2026-11-23 09:40 Maya:\n[lamp.png]"
    )


def test_the_subject_is_one_line() -> None:
    said = subject(replace(CASE, headline="A\r\nBcc: everybody\u2028" + "x" * 300))
    assert said.startswith("[#1001] A Bcc: everybody x") and "\n" not in said and len(said) == 120


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("short", 10, ("short",)),
        ("one two three", 8, ("one two", "three")),
        ("first\nsecond", 9, ("first", "second")),
        ("x" * 10, 4, ("xxxx", "xxxx", "xx")),
        ("", 4, ("",)),
    ],
)
def test_a_long_text_is_cut_where_it_may_be(text: str, most: int, cut: tuple[str, ...]) -> None:
    assert pieces(text, most) == cut


def test_helpdesks_are_called_as_people_call_them() -> None:
    assert (title("zammad"), title("rt"), title("my_desk")) == ("Zammad", "Request Tracker", "My Desk")
