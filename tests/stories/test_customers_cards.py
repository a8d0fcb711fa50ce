"""A customer and the cards of the chat, over a real server: in line, corrected, gone on, ended, rated."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.chat_scenes import unfolded
from tests.scene import open_chat
from tests.screens import PATIENCE
from tests.server import Server
from tests.stage import Stage, View

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_the_queue_to_the_rating_and_back(browser: Browser, server: Server) -> None:
    stage = Stage(browser, server.address)
    with stage.context(View()) as context:
        page = context.new_page()
        chat = open_chat(stage, page, "my order NT-10427 came without the power supply")
        chat.wants_a_person()
        card = page.locator("#card")

        # What the agent will see is put right, and left as a line of the conversation.
        unfolded(page, "Check what the agent will see")
        card.get_by_role("button", name="Correct: Order number").click()
        card.get_by_role("textbox", name="Order number").fill("NT-10428")
        card.get_by_role("button", name="Save").click()
        expect(chat.mine.last).to_contain_text("NT-10428, not NT-10427", timeout=PATIENCE)
        expect(card.locator(".value").first).to_have_text("NT-10428 · corrected by you", timeout=PATIENCE)

        # An address is left, and the card says where the answer goes.
        unfolded(page, "Leave your e-mail or phone instead")
        card.get_by_role("textbox", name="E-mail").fill("maya.lind@example.com")
        card.get_by_role("button", name="Leave it with us").click()
        expect(card.locator("summary").last).to_have_text(
            "The answer also goes to maya.lind@example.com", timeout=PATIENCE
        )

        # The wait is given up, and the assistant answers again.
        card.get_by_role("button", name="Go on with the assistant").click()
        page.locator("#ask").get_by_role("button", name="Go on with the assistant").click()
        expect(card.locator(".card")).to_have_count(0, timeout=PATIENCE)
        chat.asks("how long do I have to return something")
        expect(chat.answers.last).to_contain_text("60 days")

        # It is over, and rated once.
        page.get_by_role("button", name="Menu").click()
        page.locator("#menu-end").click()
        page.locator("#ask").get_by_role("button", name="End the chat").click()
        rating = page.get_by_role("group", name="How was the help from the assistant?")
        rating.get_by_text("Very good").click(timeout=PATIENCE)
        rating.get_by_role("button", name="Send").click()
        expect(card.locator(".thanks")).to_contain_text("Very good", timeout=PATIENCE)
        page.reload()
        expect(card.locator(".ending")).to_be_visible(timeout=PATIENCE)
        expect(card.locator(".rating")).to_have_count(0)

        # Writing again opens it, and asks nothing of before again.
        chat.asks("thank you")
        expect(card.locator(".card")).to_have_count(0, timeout=PATIENCE)
        assert "NT-10427" not in chat.everything()[-1]
