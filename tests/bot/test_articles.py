"""The knowledge base as the agents' room asks for it."""

from __future__ import annotations

from bot.articles import KnowledgeArticles
from bot.opening import House


def test_an_article_comes_with_its_page_and_the_words_to_insert(opened: House) -> None:
    found = KnowledgeArticles(opened.kb).search("how do I return something", "en", 3)
    assert 0 < len(found) <= 3
    best = found[0]
    assert best.language == "en" and best.title and best.text and 0 <= best.probability <= 1
    assert best.url is not None and best.url.startswith("/help/en/") and not best.internal
    assert "](" not in best.text or "](/help/" in best.text


def test_those_of_the_language_come_first(opened: House) -> None:
    found = KnowledgeArticles(opened.kb).search("hvordan returnerer jeg noe", "nb", 5)
    assert found[0].language == "nb"


def test_any_question_will_do(opened: House) -> None:
    articles = KnowledgeArticles(opened.kb)
    for odd in ("", "\u202e", "<script>", "z\u0336" * 1_000, "\0"):
        articles.search(odd, "xx", 2)


def test_an_internal_article_is_marked_and_has_no_page(opened: House) -> None:
    text = "Zeppelin deliveries are checked by two people before the money goes out."
    drafted = opened.kb.editorial.draft(
        "How zeppelin refunds are checked", text, language="en", by="edda@nettly.example", public=False
    )
    opened.kb.editorial.publish(drafted.id, by="edda@nettly.example")
    opened.kb.indexer.work()
    best = KnowledgeArticles(opened.kb).search("zeppelin refunds", "en", 1)[0]
    assert (best.internal, best.url, best.text) == (True, None, text)
