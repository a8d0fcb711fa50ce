"""The blueprints of the bot's words and examples, with a bot beside this room or without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Blueprint

from config.clock import Clock
from kb.coaching.examples import BotExamples, Examples
from kb.coaching.words import BotTexts, Words
from kb.store.editing import EditStores
from kb.web.examples import example_pages
from kb.web.examples_api import examples_api
from kb.web.spoken_api import spoken_words_api, taught_api
from kb.web.words import word_pages
from kb.web.words_api import words_api


def words_and_examples(
    stores: EditStores,
    texts: BotTexts | None,
    bot: BotExamples | None,
    clock: Clock,
    name_of: Callable[[str], str],
) -> Iterator[Blueprint]:
    """texts, bot: None where no bot runs beside this room; then the pages say so."""
    words = None if texts is None else Words(stores.words, texts, clock)
    examples = None if bot is None else Examples(stores.examples, stores.candidates, bot, clock)
    yield word_pages(words, name_of)
    yield example_pages(examples, name_of)
    if words is not None:
        yield words_api(words, name_of)
        yield spoken_words_api(words, name_of)
    if examples is not None:
        yield examples_api(examples)
        yield taught_api(examples, name_of)
