"""Scripts that run from right to left: the page as a whole in such a language, and each message by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.bot.canned_chat import CannedChat, answering

pytestmark = pytest.mark.browser

CATALOGUE = """
msgid ""
msgstr ""
"Language: ar\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Write a message…"
msgstr "اكتب رسالة…"

msgid "Your message"
msgstr "رسالتك"
"""
ARABIC, ENGLISH = "أين طلبي رقم NT-10427؟", "Your order NT-10427 is on its way!"


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[CannedChat]:
    catalogue = tmp_path / "pages.po"
    catalogue.write_text(CATALOGUE, encoding="utf-8")
    with answering(CannedChat(further={"ar": catalogue})) as canned:
        yield canned


def opened(browser: Browser, chat: CannedChat, language: str) -> Page:
    page = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{chat.address}/chat?lang={language}")
    expect(page.locator("#log .bot .bubble")).to_be_visible()
    page.locator("#text").fill(ARABIC)
    page.keyboard.press("Enter")
    expect(page.locator(".sent")).to_be_visible()
    chat.says(ENGLISH)
    expect(page.locator("#log .bot .bubble")).to_have_count(2)
    return page


def runs(element: Locator) -> str:
    """The direction in which an element's text runs."""
    return str(element.evaluate("element => getComputedStyle(element).direction"))


def middle(element: Locator) -> float:
    """Where it stands, in pixels from the left edge."""
    expect(element).to_be_visible()
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2


def test_a_page_in_such_a_language_is_mirrored(browser: Browser, chat: CannedChat) -> None:
    page = opened(browser, chat, "ar")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    # Whose words they are shows on the other side, and so do the picture, the menu and the button that sends.
    assert middle(page.get_by_text(ARABIC)) < middle(page.get_by_text(ENGLISH))
    assert middle(page.locator("#face")) > middle(page.locator("#menu-button"))
    assert middle(page.locator(".send")) < middle(page.locator("#text"))
    page.locator("#menu-button").click()
    expect(page.locator("#menu")).to_be_visible()
    menu = page.locator("#menu").bounding_box()
    assert menu is not None and menu["x"] < 390 - menu["x"] - menu["width"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_each_message_runs_as_its_own_words_do(browser: Browser, chat: CannedChat, language: str) -> None:
    page = opened(browser, chat, language)
    assert runs(page.get_by_text(ARABIC)) == "rtl"
    assert runs(page.get_by_text(ENGLISH)) == "ltr"
    # What is being written finds its side by itself, too, and an empty box has the page's.
    box = page.locator("#text")
    assert box.evaluate("element => getComputedStyle(element).unicodeBidi") == "plaintext"
    assert runs(box) == {"en": "ltr", "ar": "rtl"}[language]
