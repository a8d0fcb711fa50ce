"""The chat page in a real browser, against a server that can be told to fail."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from tests.bot.canned_chat import CannedChat, answering, greeted, listening, mine, write

pytestmark = pytest.mark.browser


@pytest.fixture
def chat() -> Iterator[CannedChat]:
    with answering(CannedChat()) as canned:
        yield canned


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-GB")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, chat: CannedChat) -> Page:
    return greeted(context.new_page(), chat)


def test_a_message_is_sent_once_and_said_to_be(page: Page, chat: CannedChat) -> None:
    write(page, "My Wi-Fi is slow")
    expect(page.locator(".sent")).to_be_visible()
    assert mine(page) == chat.heard() == ["My Wi-Fi is slow"]


def test_shift_enter_makes_a_line_and_does_not_send(page: Page, chat: CannedChat) -> None:
    page.get_by_label("Your message").fill("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    assert chat.heard() == []
    page.keyboard.press("Enter")
    expect(page.locator(".sent")).to_be_visible()
    assert chat.heard() == ["one\ntwo"]


def test_history_comes_back_after_a_reload_in_order_and_once(page: Page, chat: CannedChat) -> None:
    for text in ("one", "two", "three"):
        write(page, text)
    expect(page.locator("#log .customer .bubble")).to_have_count(3)
    page.reload()
    expect(page.locator("#log .customer .bubble")).to_have_count(3)
    assert mine(page) == ["one", "two", "three"]


def test_what_is_written_offline_goes_out_in_order_once(page: Page, chat: CannedChat) -> None:
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    for text in ("one", "two", "three"):
        write(page, text)
    expect(page.locator(".kept")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator("#log .customer .bubble")).to_have_count(3, timeout=15_000)
    assert mine(page) == chat.heard() == ["one", "two", "three"]


def test_what_was_not_acknowledged_is_sent_again_after_a_reload_but_kept_once(
    page: Page, chat: CannedChat
) -> None:
    chat.loses_acknowledgements = chat.mute = True
    write(page, "Where is my order?")
    expect(page.locator(".kept")).to_be_visible()
    assert chat.heard() == ["Where is my order?"]
    chat.loses_acknowledgements = chat.mute = False
    page.reload()
    expect(page.locator("#log .customer .bubble")).to_have_count(1)
    expect(page.locator("#outgoing > *")).to_have_count(0)
    assert mine(page) == chat.heard() == ["Where is my order?"]


def test_a_message_that_comes_back_unacknowledged_is_not_sent_again(page: Page, chat: CannedChat) -> None:
    chat.loses_acknowledgements = True
    write(page, "Where is my order?")
    expect(page.locator("#log .customer .bubble")).to_have_count(1)
    expect(page.locator("#outgoing > *")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('outbox'))") == []


def test_a_refused_message_can_be_sent_again_or_taken_away(page: Page, chat: CannedChat) -> None:
    chat.refuses_with = 422
    write(page, "first")
    expect(page.locator(".failed")).to_have_count(1)
    write(page, "second")
    expect(page.locator(".failed")).to_have_count(2)
    chat.refuses_with = 0
    page.locator(".failed").nth(1).get_by_role("button", name="Remove").click()
    page.locator(".failed").get_by_role("button", name="Try again").click()
    expect(page.locator("#log .customer .bubble")).to_have_count(1)
    assert mine(page) == chat.heard() == ["first"]


@pytest.mark.slow
def test_a_lost_server_is_told_and_found_again(page: Page, chat: CannedChat) -> None:
    chat.hangs_up()
    expect(page.get_by_text("We lost the connection")).to_be_visible(timeout=15_000)
    chat.fails_with = 0
    chat.says("I am back.")
    expect(page.get_by_text("I am back.")).to_have_count(1, timeout=40_000)
    expect(page.locator("#banner")).to_be_empty()


def test_the_page_polls_where_streams_are_used_up(context: BrowserContext, chat: CannedChat) -> None:
    chat.streams = False
    page = context.new_page()
    greeted(page, chat)
    chat.says("Are you still there?", "agent", name="Ines")
    expect(page.get_by_text("Are you still there?")).to_have_count(1, timeout=20_000)
    expect(page.locator("#banner")).to_be_empty()


def test_a_conversation_the_server_forgot_begins_anew_with_what_was_unsent(
    page: Page, chat: CannedChat
) -> None:
    chat.forgets()
    write(page, "Hello?")
    expect(page.locator("#log .customer .bubble")).to_have_count(1, timeout=20_000)
    assert chat.heard() == ["Hello?"]


def test_two_tabs_show_the_same_conversation(page: Page, context: BrowserContext, chat: CannedChat) -> None:
    other = context.new_page()
    other.goto(f"{chat.address}/chat")
    write(page, "from one")
    expect(other.locator("#log .customer .bubble")).to_have_count(1)
    write(other, "from the other")
    expect(page.locator("#log .customer .bubble")).to_have_count(2)
    assert mine(page) == mine(other) == chat.heard()


def test_quick_replies_vanish_when_one_is_used(page: Page, chat: CannedChat) -> None:
    chat.says("Which one?", buttons=[{"title": "Hub 3", "payload": "/a"}, {"title": "Mesh", "payload": "/b"}])
    page.get_by_role("group", name="Suggested replies").get_by_role("button", name="Mesh").click()
    expect(page.locator(".choices")).to_have_count(0)
    expect(page.locator(".sent")).to_be_visible()
    assert chat.heard() == ["Mesh"]
    expect(page.get_by_label("Your message")).to_be_focused()


def test_an_answer_names_its_article_and_asks_whether_it_helped(page: Page, chat: CannedChat) -> None:
    source = {"title": "Reset your router", "url": "/help/en/reset", "heading": "", "updated": "2026-11-03"}
    chat.says("Hold the button.", source=source, feedback=True)
    line = page.locator(".source")
    expect(line).to_have_text(re.compile(r"^From Reset your router.* · updated 3 Nov$"))
    expect(line.get_by_role("link")).to_have_attribute("href", f"{chat.address}/help/en/reset")
    asked = page.get_by_role("group", name="Did this help?").get_by_role("button")
    assert asked.all_text_contents() == ["Yes", "No", "Talk to a person"]


def test_an_answer_of_two_parts_names_both_articles_and_offers_its_steps(
    page: Page, chat: CannedChat
) -> None:
    one = {"title": "Return it", "url": "/help/en/return", "heading": "Send it back", "updated": "2026-11-03"}
    other = {"title": "Your money", "url": "/help/en/money", "heading": "", "updated": "2026-11-02"}
    steps = {"title": "Step by step", "payload": '/inform{"guide":"return#1"}'}
    plain = {"title": "Yes, it did", "payload": "/helped"}
    data = {"custom": {"also": [other, {"url": "/no/title"}, None]}}
    chat.says("First, then.", source=one, data=data, feedback=True, buttons=[plain, steps])
    lines = page.locator(".source")
    expect(lines).to_have_count(2)
    expect(lines.first).to_have_text(re.compile(r"^From Return it.* › Send it back · updated 3 Nov$"))
    expect(lines.last).to_have_text(re.compile(r"^From Your money.* · updated 2 Nov$"))
    asked = page.get_by_role("group", name="Did this help?").get_by_role("button")
    assert asked.all_text_contents() == ["Yes", "No", "Talk to a person", "Step by step"]


def test_waiting_and_being_helped_are_told(page: Page, chat: CannedChat) -> None:
    chat.stands(holder="queue", place={"position": 2, "wait": [60, 240]})
    expect(page.locator(".card")).to_contain_text("1–4 min")
    expect(page.locator("#person")).to_be_hidden()
    chat.stands(holder="agent", agent={"name": "Ines Holm"}, place=None)
    expect(page.get_by_role("heading", name="Ines Holm")).to_be_visible()
    expect(page.locator(".card")).to_have_count(0)


def test_the_language_changes_and_the_conversation_stays(page: Page, chat: CannedChat) -> None:
    write(page, "Hi")
    expect(page.locator(".sent")).to_be_visible()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Norsk bokmål").click()
    expect(page.get_by_placeholder("Skriv en melding …")).to_be_visible()
    expect(page.locator("#log .customer .bubble")).to_have_text("Hi")


def test_who_changes_the_language_without_a_network_keeps_the_page(page: Page) -> None:
    with page.expect_event("requestfinished", lambda request: "/menu.js" in request.url):
        page.reload()
    page.context.set_offline(True)
    page.get_by_role("button", name="Menu").click()
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/language")):
        page.get_by_role("button", name="Norsk bokmål").click()
    page.get_by_label("Your message").fill("still here")
    expect(page.get_by_text("Hello, I am the assistant.")).to_be_visible()


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "**<svg onload=alert(1)>** `<b onclick=alert(1)>`",
    "[<img src=x onerror=alert(1)>](https://ok.example/)",
    "[x](javascript:alert(1))",
    "[x](JaVa&#9;ScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:alert(1))",
    "[x](blob:http://127.0.0.1/1)",
    "https://nettly.example@evil.example/",
)


@pytest.mark.parametrize("author", ["bot", "agent", "customer", "system"])
def test_nothing_anybody_writes_becomes_markup(page: Page, chat: CannedChat, author: str) -> None:
    asked: list[str] = []

    def executed(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", executed)
    source = {"title": "<img src=x onerror=alert(2)>", "url": "javascript:alert(2)", "updated": None}
    for text in HOSTILE:
        chat.says(text, author, name=text, source=source, buttons=[{"title": text, "payload": "/x"}])
    chat.says("The last one.")
    expect(page.get_by_text("The last one.")).to_be_visible()
    assert page.locator("#log :is(img, script, svg[onload], [onclick], [onerror])").count() == 0
    links = page.locator("#log a").evaluate_all("links => links.map(({ href }) => href)")
    assert set(links) <= {"https://ok.example/"}
    assert asked == []


def test_a_link_that_leads_elsewhere_shows_its_real_host(page: Page, chat: CannedChat) -> None:
    chat.says("[nettly.example](https://evil.example/login)")
    link = page.locator("#log a")
    expect(link).to_contain_text("nettly.example (evil.example)")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def host_page(chat: CannedChat) -> Flask:
    """Somebody's site: styles that hide everything, a policy that allows our snippet and our frame alone."""
    app = Flask("host")
    policy = (
        f"default-src 'none'; script-src {chat.address}; frame-src {chat.address}; "
        "style-src 'nonce-theirs'; require-trusted-types-for 'script'"
    )
    html = (
        "<!doctype html><title>A site</title><style nonce='theirs'>"
        "* { display: none !important; all: unset !important } html, body { display: block !important } "
        "div { display: none !important; opacity: 0 !important }"
        f'</style><script async src="{chat.address}/embed.js"></script>'
    )

    @app.get("/")
    def site() -> Response:
        return Response(html, headers={"Content-Security-Policy": policy})

    return app


def test_the_widget_opens_on_a_hostile_page_and_gives_the_focus_back(
    context: BrowserContext, chat: CannedChat
) -> None:
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    with listening(host_page(chat)) as site:
        page.goto(site)
        expect(page.locator("html > div[lang]")).to_be_attached()
        assert len(page.frames) == 1, "the frame waits for the first opening"
        with page.expect_event("frameattached") as attached:
            page.evaluate("firstline.open()")
        frame = attached.value
        expect(frame.get_by_text("Hello, I am the assistant.")).to_be_visible()
        expect(frame.get_by_label("Your message")).to_be_focused()
        page.keyboard.press("Escape")
        expect(frame.get_by_label("Your message")).not_to_be_focused()
        expect(page.locator("div:focus")).to_have_count(1)
    assert [each for each in complaints if "favicon" not in each and "404" not in each] == []
