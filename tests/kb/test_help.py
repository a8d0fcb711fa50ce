"""The public help centre: its pages, search, topics, sitemap and the readers' yes or no."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from config.identity import open_identity
from config.pages import Brand
from config.settings import load_settings
from kb.app import kb_app
from kb.article import ArticleId, Draft
from kb.opening import Kb, open_kb
from kb.store.pages import Pages
from tests.fakes import FakeClock

MANUAL = """In short: hold the button.

## Before you begin

Find a pin.

## Reset it

1. Hold the button for ten seconds.

## Afterwards

Set it up again.
"""
LATER = date(2000, 1, 1)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Kb]:
    room = open_kb(load_settings(tmp_path, {}), FakeClock())
    drafts = [
        Draft("Reset your hub", MANUAL, category="router", id=ArticleId("reset")),
        Draft(
            "Nullstill huben",
            MANUAL,
            "nb",
            category="router",
            id=ArticleId("reset-nb"),
            translation_of=ArticleId("reset"),
        ),
        *(Draft(f"Way {number} to pay", "Pay.", category="payment") for number in range(8)),
        Draft("How refunds are checked", "Quietly.", public=False),
    ]
    room.editorial.take_in(drafts, by="ada", publish=True)
    yield room
    room.close()


@pytest.fixture
def reader(base: Kb, tmp_path: Path) -> FlaskClient:
    return kb_app(base, open_identity(tmp_path, FakeClock()), Brand.load()).test_client()


def test_a_long_page_lists_its_sections_and_links_to_them(reader: FlaskClient) -> None:
    page = reader.get("/help/en/reset-your-hub").text
    anchors = re.findall(r'<a href="#([\w-]+)">', page)
    assert {"before-you-begin", "reset-it", "afterwards"} <= set(anchors)
    assert '<h2 id="reset-it">Reset it</h2>' in page


def test_a_short_page_has_no_contents(reader: FlaskClient) -> None:
    assert "On this page" not in reader.get("/help/en/way-1-to-pay").text


def test_a_large_topic_shows_some_and_has_a_page_with_all(reader: FlaskClient) -> None:
    index = reader.get("/help/en/").text
    assert index.count("to pay</a>") == 6 and "All 8 about Payment" in index
    assert reader.get("/help/en/?topic=payment").text.count("to pay</a>") == 8


def test_a_topic_that_nobody_has_is_not_found(reader: FlaskClient) -> None:
    assert reader.get("/help/en/?topic=weather").status_code == 404


def test_the_sitemap_names_every_public_page_and_its_translations(reader: FlaskClient) -> None:
    reply = reader.get("/help/sitemap.xml")
    tree = ElementTree.fromstring(reply.text)
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    addresses = [str(one.text) for one in tree.findall("s:url/s:loc", spaces)]
    assert "http://localhost/help/en/reset-your-hub" in addresses and len(addresses) == 10
    assert not any("refunds" in one for one in addresses)
    (family,) = (one for one in tree if one.findtext("s:loc", "", spaces).endswith("reset-your-hub"))
    assert {link.get("hreflang") for link in family.findall("x:link", spaces)} == {"en", "nb"}


def test_a_readers_yes_or_no_is_counted_and_thanked_for(base: Kb, reader: FlaskClient) -> None:
    reply = reader.post("/help/en/reset-your-hub/helped", data={"helped": "no"})
    assert reply.status_code == 303
    assert "Thanks for telling us" in reader.get(reply.headers["Location"]).text
    reader.post("/help/en/reset-your-hub/helped", data={"helped": "yes"})
    reader.post("/help/en/reset-your-hub/helped", data={"helped": "no"})
    assert Pages(base.database).votes(LATER) == {"reset": (1, 2)}


@pytest.mark.parametrize("said", ["", "maybe", "yes\x00"])
def test_another_answer_is_not_counted(base: Kb, reader: FlaskClient, said: str) -> None:
    assert reader.post("/help/en/reset-your-hub/helped", data={"helped": said}).status_code == 404
    assert Pages(base.database).votes(LATER) == {}


def test_an_internal_article_can_not_be_voted_on(reader: FlaskClient) -> None:
    reply = reader.post("/help/en/how-refunds-are-checked/helped", data={"helped": "yes"})
    assert reply.status_code == 404


def test_a_search_gives_the_short_answer_first(base: Kb, reader: FlaskClient) -> None:
    base.indexer.work()
    page = reader.get("/help/en/?q=reset+your+hub").text
    assert "The short answer" in page and "hold the button" in page
    assert 'content="noindex"' in page


def test_one_word_names_a_subject_and_is_not_answered(base: Kb, reader: FlaskClient) -> None:
    base.indexer.work()
    page = reader.get("/help/en/?q=hub").text
    assert "The short answer" not in page and "Reset your hub</a>" in page


def test_a_search_shows_nothing_internal(base: Kb, reader: FlaskClient) -> None:
    base.indexer.work()
    assert "Quietly" not in reader.get("/help/en/?q=how+refunds+are+checked").text


def test_markup_in_a_search_is_shown_as_text(reader: FlaskClient) -> None:
    assert "<script>alert" not in reader.get("/help/en/?q=<script>alert(1)</script>").text


def test_an_earlier_address_leads_to_the_new_one(base: Kb, reader: FlaskClient) -> None:
    article = base.editorial.article(ArticleId("reset"))
    renamed = base.editorial.revise(
        article.id, version=article.version, title="Reset it", body=MANUAL, slug="reset", by="ada"
    )
    base.editorial.publish(renamed.id, by="ada")
    reply = reader.get("/help/en/reset-your-hub")
    assert reply.status_code == 301 and reply.headers["Location"] == "/help/en/reset"
