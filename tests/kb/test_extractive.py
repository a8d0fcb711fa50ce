from __future__ import annotations

import pytest

from kb.article import ArticleId
from kb.generators.extractive import LONGEST, ExtractiveGenerator
from kb.passages import Passage


def word(text: str) -> str:
    return ExtractiveGenerator().word("why?", Passage(ArticleId("a"), 1, 0, ("Heading",), text, "en"))


@pytest.mark.parametrize(
    ("passage", "answer"),
    [
        ("Plain **bold** `code` [link](https://x.test).", "Plain **bold** `code` [link](https://x.test)."),
        ("* one\n* two", "- one\n- two"),
        ("1) one\n2) two", "1. one\n2. two"),
        ("- one\n  goes on\n- two", "- one goes on\n- two"),
        ("An *important* and _small_ thing_with_names.", "An important and small thing_with_names."),
        ("> quoted", "quoted"),
        ("```sh\nmake run\n```", "`make run`"),
        ("| a | b |\n| - | - |\n| 1 | 2 |", "a - b\n1 - 2"),
        ("5 \\* 3", "5 * 3"),
    ],
)
def test_markdown_becomes_what_the_chat_shows(passage: str, answer: str) -> None:
    assert word(passage) == answer


def test_what_does_not_fit_is_left_out_by_whole_paragraphs() -> None:
    short, long = "Short one.", "word " * LONGEST
    assert word(f"{short}\n\n{long}") == short


def test_a_first_paragraph_that_is_too_long_ends_with_a_sentence() -> None:
    answer = word("This is one sentence of exactly eight words. " * 40)
    assert len(answer.split()) <= LONGEST and answer.endswith("words.")


def test_steps_are_never_cut() -> None:
    steps = "\n".join(f"{number}. " + "word " * 20 for number in range(1, 11))
    assert word(f"Do this:\n\n{steps}").count("\n") == 11


def test_an_announcement_without_what_it_announces_is_left_out() -> None:
    assert word(f"Short.\n\nThen this:\n\n{'word ' * LONGEST}") == "Short."


def test_there_is_always_something_to_say() -> None:
    assert word("---") and word("```\n```")
