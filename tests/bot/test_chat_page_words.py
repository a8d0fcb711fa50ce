"""Words of every kind on the chat page: emoji, other scripts, long ones, addresses, and very many of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.canned_chat import CannedChat, answering, greeted

pytestmark = pytest.mark.browser

PUNYCODE = "https://\u0430\u0440\u0440le.com/login"
"""Reads like a well-known name, and begins with three letters of another alphabet."""


@pytest.fixture
def chat() -> Iterator[CannedChat]:
    with answering(CannedChat()) as canned:
        yield canned


@pytest.fixture
def page(browser: Browser, chat: CannedChat) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", bypass_csp=True, viewport={"width": 390, "height": 844})
    yield greeted(context.new_page(), chat)
    context.close()


def overflows(page: Page) -> bool:
    """Whether the page, or its thread, is wider than the window."""
    return bool(
        page.evaluate(
            "[document.documentElement, document.getElementById('thread')]"
            ".some(({scrollWidth, clientWidth}) => scrollWidth > clientWidth)"
        )
    )


@pytest.mark.parametrize("text", ["👍", "👩🏽‍🚒", "🇳🇴", "❤️ 😀", "👍👍👍"])
def test_a_few_emoji_stand_for_themselves(page: Page, chat: CannedChat, text: str) -> None:
    chat.says(text, "customer")
    expect(page.locator(".bubble.emoji")).to_have_text(text)


@pytest.mark.parametrize("text", ["👍👍👍👍", "ok 👍", "1", "#", "*"])
def test_more_than_a_few_emoji_are_text(page: Page, chat: CannedChat, text: str) -> None:
    chat.says(text, "customer")
    expect(page.locator(".customer .bubble")).to_have_text(text)
    expect(page.locator(".bubble.emoji")).to_have_count(0)


def test_a_name_that_begins_with_an_emoji_keeps_it_whole(page: Page, chat: CannedChat) -> None:
    chat.says("Hello", "agent", name="👩🏽‍🚒 Åse-Marie")
    expect(page.locator(".group.agent .face")).to_have_text("👩🏽‍🚒Å")


def test_each_paragraph_and_list_runs_in_its_own_direction(page: Page, chat: CannedChat) -> None:
    chat.says("مرحبا بك\n\nHello\n\n1. أولا: router\n2. ثانيا", "agent", name="Ines")
    blocks = page.locator(".agent .bubble > *")
    directions = blocks.evaluate_all("all => all.map((each) => getComputedStyle(each).direction)")
    assert directions == ["rtl", "ltr", "rtl"]
    chat.says("שלום", "customer")
    expect(page.locator(".customer .bubble")).to_have_css("direction", "rtl")


@pytest.mark.parametrize(
    ("written", "host"),
    [
        (PUNYCODE, "(xn--le-6kc8da.com)"),
        (f"[apple.com]({PUNYCODE})", "(xn--le-6kc8da.com)"),
        ("[nettly.example](https://nettly.example.evil.example/)", "(nettly.example.evil.example)"),
        ("[https://nettly.example](https://evil.example/nettly.example)", "(evil.example)"),
        ("[nettly.example\u202e](https://evil.example/)", "(evil.example)"),
        ("https://evil.example\u202e/moc.elpmaxe.yltten", None),
        ("https://ok.example/a?b=c", None),
    ],
)
def test_an_address_shows_the_host_it_leads_to(
    page: Page, chat: CannedChat, written: str, host: str | None
) -> None:
    chat.says(written)
    link = page.locator("#log a")
    expect(link).to_have_count(1)
    if host is None:
        expect(link.locator(".host")).to_have_count(0)
        assert "\u202e" not in (link.text_content() or "")
    else:
        expect(link.locator(".host")).to_have_text(host)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 8_000,
        "https://ok.example/" + "a" * 900,
        "z\u0334" + "\u0334\u0335\u0336" * 3_000,
        "👩🏽‍🚒" * 900,
    ],
)
def test_long_words_stay_inside_their_bubble(page: Page, chat: CannedChat, text: str) -> None:
    source = {"title": text, "url": "/help/en/a", "heading": "", "updated": None}
    for author in ("customer", "bot", "system", "agent"):
        chat.says(text, author, name=text[:60], source=source if author == "bot" else None)
    chat.stands(holder="agent", agent={"name": text[:60]})
    chat.says("The last one.")
    # A long answer is read from its top, so the end may be further down.
    page.get_by_text("The last one.").scroll_into_view_if_needed()
    assert not overflows(page)


def test_a_long_answer_is_read_from_its_top(page: Page, chat: CannedChat) -> None:
    chat.says("The beginning.\n\n" + "One more line.\n\n" * 60 + "The end.")
    expect(page.get_by_text("The beginning.")).to_be_in_viewport()
    expect(page.get_by_text("The end.")).not_to_be_in_viewport()


def test_five_thousand_missed_messages_are_read_once_and_in_order(page: Page, chat: CannedChat) -> None:
    chat.hangs_up()
    for number in range(2_500):
        chat.says(f"question {number}", "customer")
        chat.says(f"answer {number}", buttons=[{"title": "Fine", "payload": "/fine"}])
    chat.fails_with = 0
    chat.streams = False
    page.reload()
    expect(page.get_by_text("answer 2499")).to_be_in_viewport(timeout=20_000)
    texts = page.locator("#log .bubble").all_text_contents()
    assert texts[1:] == [f"{what} {number}" for number in range(2_500) for what in ("question", "answer")]
    expect(page.locator(".choices")).to_have_count(1)


def test_who_lost_the_same_server_does_not_come_back_at_the_same_moment(page: Page) -> None:
    waits = page.evaluate(
        """async () => {
          const { backOff } = await import('/chat/static/line.js');
          return [1, 3, 8, 9, 20].map((misses) => Array.from({length: 400}, () => backOff(misses)));
        }"""
    )
    for some, middle in zip(waits, (1_000, 4_000, 4_000, 8_000, 30_000), strict=True):
        assert middle * 0.5 <= min(some) < middle * 0.6
        assert middle * 1.4 < max(some) <= middle * 1.5
