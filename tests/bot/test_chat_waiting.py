"""The card of a customer who waits, in a real browser: what it says, what is put right, the ways out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.bot.canned_cards import AWAY, LATE, WAITS, CannedCards
from tests.bot.canned_chat import BOT, answering

pytestmark = pytest.mark.browser


@pytest.fixture
def chat() -> Iterator[CannedCards]:
    with answering(CannedCards(state=BOT | WAITS)) as canned:
        yield canned


@pytest.fixture
def page(browser: Browser, chat: CannedCards) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Oslo")
    opened = context.new_page()
    opened.goto(f"{chat.address}/chat")
    expect(opened.locator("#card .card")).to_be_visible()
    yield opened
    context.close()


@pytest.fixture
def card(page: Page) -> Locator:
    return page.get_by_role("region", name="You are in line for a person")


def test_it_tells_the_place_an_honest_range_and_the_case(
    page: Page, chat: CannedCards, card: Locator
) -> None:
    assert card.locator("dt").all_text_contents() == ["Place in line", "Expected wait"]
    assert card.locator("dd").all_text_contents() == ["2", "1–4 mins"]
    expect(card.get_by_text("Case #1004")).to_be_visible()
    chat.stands(place={"position": 1, "wait": None})
    expect(card.locator("dd").first).to_have_text("You are next")
    expect(card.locator("dt").last).to_have_text("Answer at the latest")
    expect(card.locator("dd").last).to_have_text("Sunday 4 January at 15:00")
    chat.stands(outlook=AWAY | {"open": True, "promised_by": None})
    expect(card.get_by_text("Hard to say right now")).to_be_visible()


def test_a_screen_reader_hears_what_changes_once(page: Page, chat: CannedCards) -> None:
    news = page.locator("#card-news")
    expect(news).to_have_text("You are in line for a person. Place in line: 2. Expected wait: 1–4 mins.")
    chat.stands(place={"position": 2, "wait": [60, 180]})
    expect(page.locator("#card dd").nth(1)).to_have_text("1–3 mins")
    expect(news).to_contain_text("1–4 mins")
    chat.stands(place={"position": 1, "wait": [0, 60]})
    expect(news).to_contain_text("You are next. Expected wait: 1 min.")


def test_outside_hours_the_promise_is_told_and_an_address_is_asked_for(page: Page, chat: CannedCards) -> None:
    chat.stands(outlook=AWAY)
    card = page.get_by_role("region", name="Our people are not at work right now")
    expect(card.locator("dd").first).to_have_text("Monday 5 January at 09:00")
    expect(card.locator("dt").nth(1)).to_have_text("Answer at the latest")
    expect(card.locator("dd").nth(1)).to_have_text("Monday 5 January at 13:00")
    expect(card.get_by_role("textbox", name="E-mail")).to_be_visible()


def test_a_promise_that_was_not_kept_is_called_late(page: Page, chat: CannedCards) -> None:
    expect(page.locator("#card .chip")).to_be_hidden()
    chat.stands(outlook=LATE)
    card = page.get_by_role("region", name="This takes longer than we promised")
    expect(card.get_by_text("Late", exact=True)).to_be_visible()
    assert "Answer at the latest" not in card.locator("dt").all_text_contents(), "it is over"


def test_a_fact_is_corrected_before_the_agent_comes(page: Page, chat: CannedCards, card: Locator) -> None:
    card.get_by_text("Check what the agent will see").click()
    expect(card.locator("blockquote")).to_have_text("My <b>order</b> came without the power supply.")
    expect(card.get_by_text("Reset your hub · did not help")).to_be_visible()
    card.get_by_role("button", name="Correct: Order number").first.click()
    box = card.get_by_role("textbox", name="Order number")
    expect(box).to_be_focused()
    box.fill("NT-10428")
    chat.stands(place={"position": 1, "wait": None})
    expect(card.get_by_text("You are next")).to_be_visible()
    expect(box).to_have_value("NT-10428")
    box.press("Enter")
    expect(card.locator(".value").first).to_have_text("NT-10428 · corrected by you")
    expect(card.get_by_role("button", name="Correct: Order number").first).to_be_focused()
    assert card.locator(".value").all_text_contents()[1:] == ["NT-10500", "•••• 4242"]
    assert chat.posts == [("case/facts", {"name": "order", "value": "NT-10428", "message": 2})]


def test_a_correction_that_did_not_arrive_stays_written(page: Page, chat: CannedCards, card: Locator) -> None:
    card.get_by_text("Check what the agent will see").click()
    card.get_by_role("button", name="Correct: Order number").first.click()
    chat.refuses["case/facts"] = 500
    card.get_by_role("textbox", name="Order number").fill("NT-10428")
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_role("alert").filter(has_text="Something went wrong on our side")).to_be_visible()
    expect(card.get_by_role("textbox", name="Order number")).to_have_value("NT-10428")
    page.keyboard.press("Escape")
    expect(card.locator(".value").first).to_have_text("NT-10427")


def test_a_secret_is_not_shown_and_not_asked_for_again(page: Page, chat: CannedCards, card: Locator) -> None:
    card.get_by_text("Check what the agent will see").click()
    expect(card.locator(".fact").last).to_have_text("Card•••• 4242")
    expect(card.locator(".fact").last.get_by_role("button")).to_have_count(0)


def test_the_case_is_read_again_when_it_has_changed(page: Page, chat: CannedCards, card: Locator) -> None:
    card.get_by_text("Check what the agent will see").click()
    chat.case |= {"reason": "Something on our side is not working."}
    chat.stands(case={"number": 1004, "version": 2})
    expect(card.get_by_text("Something on our side is not working.")).to_be_visible()


def test_an_address_is_left_and_asked_for_once(page: Page, chat: CannedCards, card: Locator) -> None:
    card.get_by_text("Leave your e-mail or phone instead").click()
    leave = card.get_by_role("button", name="Leave it with us")
    leave.click()
    expect(card.get_by_text("Write an e-mail address or a phone number.")).to_be_visible()
    expect(card.get_by_role("textbox", name="E-mail")).to_be_focused()
    card.get_by_role("textbox", name="E-mail").fill("maya@")
    leave.click()
    expect(card.get_by_text("That is not a whole e-mail address")).to_be_visible()
    card.get_by_role("textbox", name="E-mail").fill("maya@example.com")
    card.get_by_label("Anything to add?").fill("I leave on Friday")
    leave.click()
    expect(card.locator("summary").last).to_have_text("The answer also goes to maya@example.com")
    expect(card.get_by_role("textbox", name="E-mail")).to_be_hidden()
    assert chat.posts == [("contact", {"email": "maya@example.com", "message": "I leave on Friday"})]


def test_an_address_that_is_known_is_told(page: Page, chat: CannedCards, card: Locator) -> None:
    chat.contact = {"email": "kim@example.com", "phone": "+47 22 00 00 00"}
    chat.stands(case={"number": 1004, "version": 2})
    expect(card.locator("summary").last).to_have_text(
        "The answer also goes to kim@example.com, +47 22 00 00 00"
    )


def test_the_wait_is_given_up_only_after_asking(page: Page, chat: CannedCards, card: Locator) -> None:
    card.get_by_role("button", name="Go on with the assistant").click()
    asked = page.get_by_role("dialog", name="Give up your place in line?")
    asked.get_by_role("button", name="Keep my place").click()
    expect(asked).to_be_hidden()
    assert chat.posts == []
    card.get_by_role("button", name="Go on with the assistant").click()
    asked.get_by_role("button", name="Go on with the assistant").click()
    expect(asked).to_be_hidden()
    assert chat.posts == [("leave_queue", {})]
    chat.stands(**BOT, outlook=None, case=None)
    expect(page.locator("#card .card")).to_have_count(0)
    expect(page.get_by_label("Your message")).to_be_focused()
