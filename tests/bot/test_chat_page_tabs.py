"""Two tabs of one browser on one conversation: what is done in one is done in both, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.bot.canned_chat import CannedChat, answering, greeted, mine, write

pytestmark = pytest.mark.browser

COUNT_SOUNDS = """
window.sounds = 0;
window.AudioContext = class {
  constructor() { this.currentTime = 0; this.destination = {}; }
  resume() { window.sounds += 1; }
};
const node = { connect: () => node, start() {}, stop() {}, gain: {
  linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} } };
window.OscillatorNode = window.GainNode = function () { return node; };
"""


@pytest.fixture
def chat() -> Iterator[CannedChat]:
    with answering(CannedChat()) as canned:
        yield canned


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-GB", bypass_csp=True)  # a page that is waited for is evaluated
    opened.add_init_script(COUNT_SOUNDS)
    yield opened
    opened.close()


def tab(context: BrowserContext, chat: CannedChat) -> Page:
    return greeted(context.new_page(), chat)


def hide(page: Page, hidden: bool = True) -> None:
    """Put a tab behind the others, or in front of them."""
    state = "hidden" if hidden else "visible"
    page.evaluate(
        "state => { Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')) }",
        state,
    )


def test_both_show_what_waits_and_it_goes_out_once(context: BrowserContext, chat: CannedChat) -> None:
    one, other = tab(context, chat), tab(context, chat)
    chat.fails_with = 500
    for text in ("first", "second"):
        write(one, text)
    expect(one.locator(".kept")).to_have_count(1)
    expect(other.locator("#outgoing .bubble")).to_have_count(2)
    write(other, "third")
    expect(one.locator("#outgoing .bubble")).to_have_count(3)
    assert mine(one) == mine(other) == ["first", "second", "third"]
    chat.fails_with = 0
    for page in (one, other):
        expect(page.locator("#log .customer .bubble")).to_have_count(3, timeout=20_000)
        expect(page.locator("#outgoing > *")).to_have_count(0)
    assert mine(one) == mine(other) == chat.heard() == ["first", "second", "third"]


def test_what_is_taken_back_in_one_is_gone_in_both(context: BrowserContext, chat: CannedChat) -> None:
    one, other = tab(context, chat), tab(context, chat)
    chat.refuses_with = 422
    write(one, "not this")
    expect(other.locator(".failed")).to_have_count(1)
    other.get_by_role("button", name="Remove").click()
    expect(one.locator(".failed")).to_have_count(0)
    assert chat.heard() == []


def test_a_message_of_a_tab_that_was_closed_is_sent_by_the_other(
    context: BrowserContext, chat: CannedChat
) -> None:
    one, other = tab(context, chat), tab(context, chat)
    chat.fails_with = 500
    write(one, "Do not lose this")
    expect(other.locator("#outgoing .bubble")).to_have_count(1)
    one.close()
    chat.fails_with = 0
    expect(other.locator("#log .customer .bubble")).to_have_text("Do not lose this", timeout=20_000)
    assert chat.heard() == ["Do not lose this"]


def test_a_draft_is_one_draft(context: BrowserContext, chat: CannedChat) -> None:
    one, other = tab(context, chat), tab(context, chat)
    other.evaluate("document.hasFocus = () => false")  # one window has the focus; here every page says it has
    one.get_by_label("Your message").fill("half a sen")
    expect(other.get_by_label("Your message")).to_have_value("half a sen")
    write(one, "half a sentence")
    expect(other.get_by_label("Your message")).to_have_value("")
    expect(other.locator("#log .customer .bubble")).to_have_text("half a sentence")
    assert chat.heard() == ["half a sentence"]


def test_what_is_read_in_one_is_unread_in_none(context: BrowserContext, chat: CannedChat) -> None:
    one, other = tab(context, chat), tab(context, chat)
    hide(one)
    hide(other)
    chat.says("Are you there?", "agent", name="Ines")
    for page in (one, other):
        expect(page).to_have_title("(1) Chat with Nettly")
    hide(other, hidden=False)
    for page in (one, other):
        expect(page).to_have_title("Chat with Nettly")


def test_starting_again_in_one_starts_again_in_both(context: BrowserContext, chat: CannedChat) -> None:
    one, other = tab(context, chat), tab(context, chat)
    write(one, "an old story")
    expect(other.locator("#log .customer .bubble")).to_have_count(1)
    one.get_by_role("button", name="Menu").click()
    one.get_by_role("button", name="Start again").click()
    one.get_by_role("dialog").get_by_role("button", name="Start again").click()
    for page in (one, other):
        expect(page.locator("#log .customer")).to_have_count(0)
        expect(page.get_by_text("Hello, I am the assistant.")).to_be_visible()
    assert chat.begun == 2


def test_what_was_deleted_is_deleted_in_both(context: BrowserContext, chat: CannedChat) -> None:
    one, other = tab(context, chat), tab(context, chat)
    write(one, "my secret")
    expect(other.locator("#log .customer .bubble")).to_have_count(1)
    one.get_by_label("Your message").fill("and one more secret")
    chat.forgets_for_good()
    for page in (one, other):
        expect(page.locator("#log .customer")).to_have_count(0, timeout=20_000)
        expect(page.get_by_text("Hello, I am the assistant.")).to_be_visible(timeout=20_000)
        page.wait_for_function("!JSON.stringify(localStorage).includes('secret')", timeout=20_000)
        expect(page.get_by_label("Your message")).to_have_value("")


def test_the_sound_is_off_until_it_is_switched_on(context: BrowserContext, chat: CannedChat) -> None:
    page = tab(context, chat)
    hide(page)
    chat.says("Hello?", "agent", name="Ines")
    expect(page).to_have_title("(1) Chat with Nettly")
    switch_on(page)
    assert page.evaluate("sounds") == 1, "it is heard once as it is switched on"
    chat.says("Anybody?", "agent", name="Ines")
    expect(page).to_have_title("(2) Chat with Nettly")
    page.wait_for_function("sounds === 2")


def test_two_tabs_make_one_sound_and_none_when_somebody_reads(
    context: BrowserContext, chat: CannedChat
) -> None:
    one, other = tab(context, chat), tab(context, chat)
    switch_on(one)
    for page in (one, other):
        page.evaluate("sounds = 0")
        hide(page)
    chat.says("Are you there?", "agent", name="Ines")
    one.wait_for_function("localStorage['firstline.sounded'] === '2'")
    expect(other).to_have_title("(1) Chat with Nettly")
    hide(other, hidden=False)
    chat.says("I see you are.", "agent", name="Ines")
    expect(other.get_by_text("I see you are.")).to_be_visible()
    hide(other)
    chat.says("Still?", "agent", name="Ines")
    one.wait_for_function("localStorage['firstline.sounded'] === '4'")
    for page in (one, other):
        page.evaluate("navigator.locks.request('firstline.sound', () => {})")
    assert one.evaluate("sounds") + other.evaluate("sounds") == 2


def test_who_forbids_storage_keeps_the_conversation_through_a_reload(
    context: BrowserContext, chat: CannedChat
) -> None:
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    page = tab(context, chat)
    write(page, "remember me")
    expect(page.locator("#log .customer .bubble")).to_have_count(1)
    page.get_by_label("Your message").fill("and this")
    page.reload()
    expect(page.locator("#log .customer .bubble")).to_have_text("remember me")
    expect(page.get_by_label("Your message")).to_have_value("and this")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Norsk bokmål").click()
    expect(page.get_by_label("Meldingen din")).to_have_value("and this")
    expect(page.locator("#log .customer .bubble")).to_have_text("remember me")
    assert chat.begun == 1


def switch_on(page: Page) -> None:
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("switch", name="Sound").click()
    expect(page.get_by_role("switch", name="Sound")).to_be_checked()
    page.keyboard.press("Escape")


def test_no_module_is_fetched_at_an_address_that_changes_silently() -> None:
    """What one module takes from another is in the page's import map, so that it can be cached for ever."""
    web = Path(__file__).parents[2] / "bot" / "web"
    shared = (web / "templates" / "chat.html").read_text().split("{% set shared", 1)[1].split("%}", 1)[0]
    for script in (web / "static").glob("*.js"):
        for line in script.read_text().splitlines():
            if line.startswith("import "):
                assert line.rsplit("'", 2)[1].removeprefix("./") in shared, (script.name, line)


def test_what_has_come_is_not_shown_again_because_the_other_notes_it_as_sent_only_then(
    context: BrowserContext, chat: CannedChat
) -> None:
    one, other = tab(context, chat), tab(context, chat)
    write(one, "from one")
    expect(other.locator("#log .customer .bubble")).to_have_count(1)
    entry = {"at": 1, "text": "from one", "payload": None, "files": [], "refused": 0, "number": 1}
    [id] = [each["client_id"] for each in chat.messages if each["author"] == "customer"]
    one.evaluate(
        "entry => localStorage.setItem(`firstline.outbox.${entry.client_id}`, JSON.stringify(entry))",
        {**entry, "client_id": id},
    )
    write(one, "and more")
    expect(other.get_by_text("and more")).to_be_visible()
    assert mine(other) == ["from one", "and more"]
