"""How often customers of the shipped company are answered, and rightly: floors, not goals.

`unseen_messages.csv` holds messages by somebody who had only the articles' titles: neither their texts and
phrasings nor the assistant's examples. The article is empty where none of them answers.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.opening import House
from bot.replay import Replayed, Row, read_messages, replay
from kb.article import ArticleId
from kb.importing import drafts_below
from kb.opening import SAMPLES

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parents[2] / "config" / "rasa"
MESSAGES = Path(__file__).with_name("unseen_messages.csv")

ROWS = 250
RIGHT_SHARE = 0.25
RIGHT_OR_OFFERED = 0.65  # answered from the right article, or the right article among the choices
WRONG_AMONG_ANSWERED = 0.18


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return read_messages(MESSAGES)


@pytest.fixture(scope="module")
def replayed(rows: list[Row], shared: House) -> Replayed:
    known = shared.kb.editorial.articles()
    original = {each.id: each.translation_of or each.id for each in known}
    titles = {each.title: each.id for each in known}
    result = Replayed()
    for so_far in replay(
        rows,
        shared.chat,
        shared.store,
        original=lambda article: original.get(ArticleId(article), article),
        titled=lambda title: titles.get(title, ""),
    ):
        result = so_far
    return result


def plain(text: str) -> str:
    """The text as it is compared: without case, spaces at its ends, or a mark that closes it."""
    return text.casefold().strip().rstrip("?!.").rstrip()


def test_the_file_is_well_formed(rows: list[Row]) -> None:
    assert len(rows) >= ROWS
    assert all(row.text.strip() and row.articles is not None for row in rows)
    languages = Counter(row.language for row in rows)
    assert set(languages) == {"en", "nb"}
    assert {row.language for row in rows if not row.articles} == {"en", "nb"}
    assert [text for text, times in Counter(plain(row.text) for row in rows).items() if times > 1] == []


def test_every_article_named_is_shipped_and_every_one_shipped_is_asked_for(rows: list[Row]) -> None:
    drafts = drafts_below(SAMPLES)
    shipped = {str(draft.id) for draft in drafts if draft.id is not None}
    named = {article for row in rows for article in row.articles or ()}
    assert named - shipped == set()
    assert {str(draft.id) for draft in drafts if draft.translation_of is None} - named == set()


def test_no_message_is_a_phrasing_or_an_example(rows: list[Row]) -> None:
    shown = {plain(example.text) for example in load_assistant(SHIPPED).nlu.examples}
    for draft in drafts_below(SAMPLES):
        shown |= {plain(text) for text in (draft.title, *(draft.questions or ()))}
    assert [row.text for row in rows if plain(row.text) in shown] == []


@pytest.mark.timeout(900)
def test_most_are_led_to_the_right_article_and_few_to_a_wrong_one(
    replayed: Replayed, rows: list[Row]
) -> None:
    told = replayed.to_json()
    judged = told["judged"]
    assert isinstance(judged, dict)
    assert told["n"] == len(rows) and told["errors"] == 0, told
    assert judged["right_share"] >= RIGHT_SHARE, judged
    assert judged["right"] + judged["offered"] >= RIGHT_OR_OFFERED * judged["answerable"], judged
    assert judged["wrong_among_answered"] <= WRONG_AMONG_ANSWERED, judged
