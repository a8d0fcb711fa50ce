"""Pictures, files and cards on the chat page, in a real browser, and what must not pass for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.bot.canned_chat import CannedChat, answering

pytestmark = pytest.mark.browser

PICTURE = "https://pictures.example/a.svg"
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"></svg>'


@pytest.fixture
def chat() -> Iterator[CannedChat]:
    with answering(CannedChat()) as canned:
        yield canned


@pytest.fixture
def page(browser: Browser, chat: CannedChat) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", bypass_csp=True)
    opened = context.new_page()

    def draw(route: Route) -> None:
        route.fulfill(body=DRAWN, content_type="image/svg+xml")

    opened.route("https://pictures.example/**", draw)
    opened.goto(f"{chat.address}/chat")
    expect(opened.get_by_text("Hello, I am the assistant.")).to_be_visible()
    yield opened
    context.close()


def test_a_picture_is_shown_with_the_text_as_its_words(page: Page, chat: CannedChat) -> None:
    chat.says("Your router", data={"image": PICTURE})
    chat.says("", data={"image": PICTURE})
    expect(page.get_by_role("img", name="Your router", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="Picture", exact=True)).to_be_visible()
    expect(page.locator(".bubble", has_text="Your router")).to_have_count(1)
    expect(page.locator("#log .bubble:empty")).to_have_count(0)


def test_a_picture_that_comes_late_does_not_push_the_last_words_away(page: Page, chat: CannedChat) -> None:
    held: list[Route] = []
    page.route("https://pictures.example/tall.svg", lambda route: held.append(route))
    with page.expect_request("https://pictures.example/tall.svg"):
        chat.says("The back of it", data={"image": "https://pictures.example/tall.svg"})
    chat.says("These are the last words.")
    last = page.get_by_text("These are the last words.")
    expect(last).to_be_in_viewport()
    tall = DRAWN.replace('height="8"', 'height="2000"')
    held[0].fulfill(body=tall, content_type="image/svg+xml")
    expect(page.get_by_role("img", name="The back of it")).to_have_js_property("complete", True)
    expect(last).to_be_in_viewport()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:image/svg+xml,<svg/>",
        "/chat",
        "//evil.example/a",
        "https://",
        7,
        {"a": 1},
    ],
)
def test_only_an_address_on_the_web_is_a_picture_or_a_link(
    page: Page, chat: CannedChat, address: object
) -> None:
    chat.says(
        "odd",
        data={"image": address, "attachment": address, "elements": [{"title": "Lamp", "image_url": address}]},
        buttons=[{"title": "Go", "payload": "/go", "url": address}],
    )
    expect(page.get_by_text("Lamp")).to_be_visible()
    expect(page.get_by_role("button", name="Go", exact=True)).to_be_visible()
    expect(page.locator("#log img, #log a")).to_have_count(0)


def test_a_file_is_a_link_that_names_its_host(page: Page, chat: CannedChat) -> None:
    file = {"type": "file", "payload": {"title": "Your bill", "src": "https://files.example/bill.pdf"}}
    chat.says("Here", data={"attachment": file})
    link = page.get_by_role("link", name="Your bill")
    expect(link).to_have_attribute("href", "https://files.example/bill.pdf")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_contain_text("files.example")


def test_cards_are_shown_as_text_and_their_buttons_speak(page: Page, chat: CannedChat) -> None:
    card = {
        "title": "<b>Lamp</b>",
        "subtitle": "It <script>shines</script>",
        "image_url": PICTURE,
        "buttons": [
            {"title": "Buy it", "payload": "/buy"},
            {"title": "Read more", "type": "web_url", "url": "https://shop.example/lamp"},
        ],
    }
    chat.says("Choose", data={"elements": [card, {"title": "Chair"}, "odd", None], "custom": {"type": "map"}})
    expect(page.locator(".item")).to_have_count(2)
    expect(page.get_by_text("<b>Lamp</b>", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="<b>Lamp</b>")).to_be_visible()
    expect(page.get_by_role("link", name="Read more")).to_be_visible()
    page.get_by_role("button", name="Buy it").click()
    expect(page.locator("#log .customer .bubble")).to_have_text("Buy it")
    assert chat.heard() == ["Buy it"]


def test_a_picture_that_cannot_be_had_leaves_its_words(page: Page, chat: CannedChat) -> None:
    page.route("https://gone.example/**", lambda route: route.abort())
    chat.says("Your router", data={"image": "https://gone.example/a.png"})
    expect(page.get_by_text("[Your router]")).to_be_visible()
