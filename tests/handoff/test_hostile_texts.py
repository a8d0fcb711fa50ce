"""No text makes the room think for long: the longest that is taken, the worst for patterns, in 50 ms."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from config.logs import masked
from config.mail import as_html, one_line, plain
from handoff.aids.mentions import mentioned
from handoff.aids.reasks import reasks
from handoff.aids.search_words import index_words, query_of
from handoff.finding.masking import mask
from handoff.verbs.sentences import TEXT_CHARACTERS, blanks

WITHIN = 0.05  # seconds of this thread's own time: a busy machine makes none slower

READERS: dict[str, Callable[[str], object]] = {
    "log": masked,
    "mask": mask,
    "index": lambda text: index_words([text]),
    "query": query_of,
    "check": lambda text: reasks(text, ()),
    "mentions": lambda text: mentioned(text, {"ada@nettly.example": "Ada Lind"}),
    "blanks": blanks,
    "mail": lambda text: as_html(plain(text), one_line(text)),
}
PIECES = (
    *"aA1 .-@\n\"(é{<",
    *("a ", "1 ", "1.", "1-", "a.", "a@", "A1-", "1:1 ", "+47 ", "12 34 ", "@ab ", "http://", "{{a.", "?\n"),
)  # fmt: skip


def seconds(reader: Callable[[str], object], text: str) -> float:
    """The best of three, if the first is slow."""
    best = float("inf")
    for _ in range(3):
        began = time.thread_time()
        reader(text)
        best = min(best, time.thread_time() - began)
        if best <= WITHIN:
            break
    return best


@pytest.mark.parametrize("reader", READERS)
def test_no_text_takes_long(reader: str) -> None:
    for piece in PIECES:
        text = (piece * TEXT_CHARACTERS)[: TEXT_CHARACTERS - 1]
        for end in ("", "!"):
            assert seconds(READERS[reader], text + end) <= WITHIN, (piece, end)
