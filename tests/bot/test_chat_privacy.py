"""What customers see of their own data on the chat page: the notice, and "My data" in the menu."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.bot.canned_cards import CannedCards
from tests.bot.canned_chat import BOT, answering, greeted

pytestmark = pytest.mark.browser


@pytest.fixture
def chat() -> Iterator[CannedCards]:
    with answering(CannedCards(state=BOT | {"verified": True, "consented": False})) as canned:
        yield canned


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-GB")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, chat: CannedCards) -> Page:
    return greeted(context.new_page(), chat)


def open_mine(page: Page) -> None:
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="My data").click()


def test_a_verified_customer_reads_and_saves_their_data(page: Page, chat: CannedCards) -> None:
    open_mine(page)
    asked = page.get_by_role("dialog", name="My data")
    asked.get_by_role("button", name="Show my data").click()
    asked.get_by_text("2 November 2026").click()
    expect(asked.get_by_text("Assistant: Hello, I am the assistant.")).to_be_visible()
    with page.expect_download() as saved:
        asked.get_by_role("button", name="Save as a file").click()
    assert saved.value.suggested_filename.startswith("nettly-data-")
    assert json.loads(Path(saved.value.path()).read_text())["identity"] == [{"name": "Maya Lind"}]
    expect(asked.get_by_text("Your data is saved as a file on this device.")).to_be_visible()


def test_a_verified_customer_is_asked_twice_and_then_forgotten(page: Page, chat: CannedCards) -> None:
    open_mine(page)
    page.get_by_role("dialog", name="My data").get_by_role("button", name="Delete my data").click()
    sure = page.get_by_role("dialog", name="Delete everything about you?")
    expect(sure.get_by_role("button", name="Keep it")).to_be_focused()
    assert chat.posts == []
    with page.expect_navigation():
        sure.get_by_role("button", name="Delete my data").click()
    assert chat.posts == [("forget", {"confirm": True})]
    expect(page.get_by_text("Hello, I am the assistant.")).to_be_visible()
    assert chat.begun == 2


def test_who_is_not_known_for_certain_is_told_how_to_be(page: Page, chat: CannedCards) -> None:
    chat.stands(verified=False)
    expect(page.locator("#menu-mine[data-verified=false]")).to_be_attached()
    open_mine(page)
    asked = page.get_by_role("dialog", name="My data")
    expect(asked.get_by_text("Sign in on our site")).to_be_visible()
    assert asked.get_by_role("button").all_text_contents() == ["Close"]
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()


NOTICE: dict[str, object] = {
    "version": "v1",
    "text": "What you write is kept for 24 months.",
    "link": {"title": "Our privacy policy", "url": "https://nettly.example/privacy"},
    "ask": False,
}


def test_the_notice_stands_there_until_something_is_said_under_it(
    context: BrowserContext, chat: CannedCards
) -> None:
    chat.notice = NOTICE
    page = context.new_page()
    page.goto(f"{chat.address}/chat")
    notice = page.get_by_role("region", name="Privacy")
    expect(notice).to_contain_text("What you write is kept for 24 months.")
    expect(notice.get_by_role("link")).to_have_attribute("href", "https://nettly.example/privacy")
    expect(page.get_by_text("Hello, I am the assistant.")).to_be_visible()
    page.get_by_label("Your message").fill("Hello")
    page.get_by_label("Your message").press("Enter")
    expect(page.locator("#log .customer")).to_be_visible()
    chat.stands(typing=True)
    expect(notice).to_be_hidden()
    page.reload()
    expect(page.locator("#log .customer")).to_be_visible()
    expect(notice).to_be_hidden()
    assert chat.posts == [], "nobody was asked"
    chat.notice = NOTICE | {"version": "v2"}
    page.reload()
    expect(page.locator("#log .customer")).to_be_visible()
    expect(notice).to_be_visible()


def test_where_it_is_asked_for_nothing_is_sent_before_a_yes(
    context: BrowserContext, chat: CannedCards
) -> None:
    chat.notice = NOTICE | {"ask": True}
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{chat.address}/chat")
    yes = page.get_by_role("button", name="Agree and start")
    expect(yes).to_be_visible()
    expect(page.get_by_label("Your message")).to_be_hidden()
    expect(page.get_by_role("button", name="Talk to a person")).to_be_hidden()
    page.wait_for_load_state("networkidle")
    assert chat.begun == 0 and not any("/chat/api/" in address for address in asked)
    yes.click()
    expect(page.get_by_text("Hello, I am the assistant.")).to_be_visible()
    expect(page.get_by_label("Your message")).to_be_focused()
    assert chat.posts == [("consent", {"version": "v1"})]
    page.reload()
    expect(page.get_by_text("Hello, I am the assistant.")).to_be_visible()
    expect(yes).to_be_hidden()
