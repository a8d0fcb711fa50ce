"""The card after a conversation, in a real browser: how it was, what is kept of it, and how to go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.bot.canned_cards import CannedCards
from tests.bot.canned_chat import BOT, answering

pytestmark = pytest.mark.browser

ENDED: dict[str, object] = {"holder": "none", "ended": {"by": "agent", "rate": ["bot", "agent"]}}


@pytest.fixture
def chat() -> Iterator[CannedCards]:
    with answering(CannedCards(state=BOT | ENDED)) as canned:
        yield canned


@pytest.fixture
def page(browser: Browser, chat: CannedCards) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    opened = context.new_page()
    opened.goto(f"{chat.address}/chat")
    expect(opened.locator("#card .card")).to_be_visible()
    yield opened
    context.close()


@pytest.fixture
def agent(page: Page) -> Locator:
    return page.get_by_role("group", name="How was the help from our colleague?")


@pytest.fixture
def assistant(page: Page) -> Locator:
    return page.get_by_role("group", name="How was the help from the assistant?")


def test_the_agent_and_the_assistant_are_rated_apart(
    page: Page, chat: CannedCards, agent: Locator, assistant: Locator
) -> None:
    words = ["Very bad", "Bad", "Okay", "Good", "Very good"]
    assert (
        agent.get_by_role("radio").evaluate_all("all => all.map((one) => one.labels[0].innerText)") == words
    )
    expect(agent.get_by_role("button", name="Send")).to_be_hidden()
    agent.get_by_text("Very good").click()
    agent.get_by_label("What should we know?").fill("Ines was quick")
    agent.get_by_role("button", name="Send").click()
    thanks = page.locator(".thanks")
    expect(thanks).to_contain_text("How was the help from our colleague? Very good")
    expect(thanks).to_be_focused()
    assistant.get_by_text("Bad", exact=True).click()
    assistant.get_by_role("button", name="Send").click()
    expect(page.get_by_text("How was the help from the assistant? Bad")).to_be_visible()
    assert chat.posts == [
        ("rating", {"of": "agent", "score": 5, "comment": "Ines was quick"}),
        ("rating", {"of": "bot", "score": 2}),
    ]


def test_a_rating_needs_no_mouse(page: Page, chat: CannedCards, agent: Locator) -> None:
    agent.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(agent.get_by_label("Okay")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Fine")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It helps us to do better")).to_be_visible()
    assert chat.posts == [("rating", {"of": "agent", "score": 3, "comment": "Fine"})]


def test_what_another_tab_rated_is_not_asked_again(
    page: Page, chat: CannedCards, agent: Locator, assistant: Locator
) -> None:
    chat.refuses["rating"] = 409
    agent.get_by_text("Okay").click()
    agent.get_by_role("button", name="Send").click()
    expect(page.get_by_text("How was the help from our colleague? Okay")).to_be_visible()
    chat.stands(ended={"by": "agent", "rate": []})
    expect(assistant).to_have_count(0)
    expect(page.get_by_text("How was the help from our colleague? Okay")).to_be_visible()


def test_a_rating_that_did_not_arrive_stays_as_it_was(page: Page, chat: CannedCards, agent: Locator) -> None:
    chat.refuses["rating"] = 429
    agent.get_by_text("Good", exact=True).click()
    agent.get_by_label("What should we know?").fill("It took a while")
    agent.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Wait a little, then try again.")).to_be_visible()
    expect(agent.get_by_label("What should we know?")).to_have_value("It took a while")
    expect(agent.get_by_label("Good", exact=True)).to_be_checked()


def test_the_transcript_is_mailed_or_saved(page: Page, chat: CannedCards) -> None:
    page.get_by_text("Keep the transcript").click()
    card = page.locator("#card")
    card.get_by_role("button", name="Send it by e-mail").click()
    expect(card.get_by_text("That is not a whole e-mail address")).to_be_visible()
    card.get_by_label("E-mail").fill("maya@example.com")
    card.get_by_role("button", name="Send it by e-mail").click()
    expect(card.get_by_text("It is on its way to maya@example.com.")).to_be_visible()
    assert chat.posts == [("transcript", {"email": "maya@example.com"})]
    chat.refuses["transcript"] = 404
    card.get_by_role("button", name="Send it by e-mail").click()
    expect(card.get_by_text("You can download it instead.")).to_be_visible()
    with page.expect_download() as saved:
        card.get_by_role("button", name="Download transcript").click()
    assert "Hello, I am the assistant." in Path(saved.value.path()).read_text()


def test_writing_again_takes_the_card_away(page: Page, chat: CannedCards) -> None:
    page.get_by_role("button", name="Write on").click()
    expect(page.get_by_label("Your message")).to_be_focused()
    chat.stands(**BOT, ended=None)
    expect(page.locator("#card .card")).to_have_count(0)


def test_the_chat_is_ended_from_the_menu_after_asking(page: Page, chat: CannedCards) -> None:
    chat.stands(**BOT, ended=None)
    expect(page.locator("#card .card")).to_have_count(0)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="End the chat").click()
    asked = page.get_by_role("dialog", name="End the chat?")
    expect(asked.get_by_role("button", name="Keep talking")).to_be_focused()
    asked.get_by_role("button", name="End the chat").click()
    expect(asked).to_be_hidden()
    assert chat.posts == [("end", {})]
    chat.stands(**ENDED)
    expect(page.locator("#card .card")).to_be_visible()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("button", name="End the chat")).to_be_hidden()
