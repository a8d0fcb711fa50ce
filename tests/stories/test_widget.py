"""The widget on a page of another origin: strict policy, hostile styles, no cookies, known customers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from playwright.sync_api import Error as PlaywrightError

import bot.web
from config.pages import Brand, dress
from config.texts import Texts
from tests.bot.canned_chat import listening
from tests.conftest import own_copy
from tests.furnishing import never_closed
from tests.identities import ENVIRONMENT, OMAR, signed
from tests.screens import PATIENCE, ChatScreen
from tests.server import Server, serving
from tests.stage import staffed

pytestmark = pytest.mark.browser

LOCALE = Path(bot.web.__path__[0]) / "locale"
NONCE = "only-the-shops-own"
HOSTILE = """
  html { font-size: 3px; }
  body { transform: rotate(3deg) scale(0.7); filter: blur(1px); overflow: hidden; }
  div, iframe, button { display: none !important; position: static !important; visibility: hidden !important;
    transform: scale(0) !important; opacity: 0 !important; pointer-events: none !important; }
  .veil { display: block !important; visibility: visible !important; position: fixed !important; inset: 0;
    z-index: 2147483647; opacity: 1 !important; background: red; }
"""


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A house that believes what the shop signs."""
    data = never_closed(own_copy(prepared, tmp_path_factory.mktemp("widget") / "data"))
    with serving(staffed(data), env=ENVIRONMENT) as running:
        yield running


@dataclass
class Shop:
    """A page on another site than the chat's, whose policy allows nothing but the snippet and its frame."""

    chat: str
    style: str = ""
    attributes: str = ""
    script: str = ""
    address: str = ""
    broken: list[str] = field(default_factory=list)

    def app(self) -> Flask:
        app = Flask("shop")

        @app.get("/<path:_page>")
        def page(_page: str) -> Response:
            html = (
                f'<!doctype html><html lang="en"><title>A shop</title>'
                f'<style nonce="{NONCE}">{self.style}</style>'
                f'<body><h1>Good Wi-Fi</h1><div class="veil"></div>'
                f'<script src="{self.chat}/embed.js" defer {self.attributes}></script>'
                f'<script type="module" nonce="{NONCE}">{self.script}</script>'
            )
            answer = Response(html)
            answer.headers["Content-Security-Policy"] = (
                f"default-src 'none'; script-src {self.chat} 'nonce-{NONCE}'; frame-src {self.chat}; "
                f"style-src 'nonce-{NONCE}'; require-trusted-types-for 'script'"
            )
            return answer

        return app


@pytest.fixture
def shop(server: Server) -> Iterator[Shop]:
    made = Shop(server.address)
    with listening(made.app()) as address:
        made.address = address.replace(
            "127.0.0.1", "localhost"
        )  # another site, and Chromium denies it storage
        yield made


@pytest.fixture
def neighbour(shop: Shop) -> Shop:
    """The shop on another origin of the chat's own site, where its frame may keep what it likes."""
    shop.address = shop.address.replace("localhost", "127.0.0.1")
    return shop


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, shop: Shop) -> Page:
    opened = context.new_page()

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "favicon" not in message.text:
            shop.broken.append(message.text)

    opened.on("console", heard)
    opened.on("pageerror", lambda error: shop.broken.append(str(error)))
    return opened


def token(sub: str, **more: object) -> str:
    return signed(now=datetime.now(UTC), sub=sub, **more)  # type: ignore[arg-type]


def visits(page: Page, shop: Shop, place: str = "hub") -> None:
    page.goto(f"{shop.address}/{place}?email=maya@mail.example")
    page.wait_for_function("window.firstline")


def widget(page: Page) -> ChatScreen:
    """The chat in its frame, greeted."""
    if len(page.frames) == 1:
        page.wait_for_event("frameattached", timeout=PATIENCE)
    screen = ChatScreen(page.frames[-1])
    screen.is_greeted()
    return screen


KEPT = """() => {
  try {
    return JSON.parse(localStorage.getItem('firstline.conversation'));
  } catch {
    return history.state?.conversation ?? null;
  }
}"""


CLOSED_TO = """async ({ id, token }) => {
  const headers = { Authorization: `Bearer ${token}` };
  return (await fetch(`/chat/api/conversations/${id}/messages`, { headers })).status === 404;
}"""
"""Whether a token that once opened a conversation does so no more."""


def conversation(page: Page) -> dict[str, str]:
    """What the chat's frame knows of its conversation."""
    kept: dict[str, str] = page.frames[-1].wait_for_function(KEPT).json_value()
    return kept


def state(page: Page) -> dict[str, object]:
    """Where the server says that the conversation stands."""
    told: dict[str, object] = page.frames[-1].evaluate(
        """async ({ id, token }) => {
          const address = `/chat/api/conversations/${id}/messages`;
          const answer = await fetch(address, { headers: { Authorization: `Bearer ${token}` } });
          return (await answer.json()).state;
        }""",
        conversation(page),
    )
    return told


def test_the_launcher_opens_the_chat_under_a_strict_policy_and_hostile_styles(
    page: Page, shop: Shop, context: BrowserContext
) -> None:
    shop.style = HOSTILE
    visits(page, shop)
    page.mouse.click(1280 - 48, 800 - 48)
    screen = widget(page)
    box = page.frames[-1].frame_element().bounding_box()
    assert box is not None
    assert [round(box[side]) for side in ("x", "y", "width", "height")] == [860, 32, 400, 680]
    screen.asks("how long do i have to send something back?")
    expect(screen.answers).to_have_count(1)
    assert shop.broken == [] and context.cookies() == []


def test_the_page_says_who_its_customer_is_and_what_they_look_at(page: Page, shop: Shop) -> None:
    shop.script = f"""
      window.heard = [];
      for (const name of ['ready', 'message', 'escalated', 'resolved']) {{
        firstline.on(name, (detail) => heard.push([name, Object.keys(detail ?? {{}}).sort().join()]));
      }}
      firstline.run({{
        identity: async () => ({{ token: '{token("w1")}' }}),
        context: {{ page: location.href, product: 'Hub 3', order: 'NT-10427' }},
      }});
    """
    visits(page, shop)
    page.evaluate("firstline.open()")
    screen = widget(page)
    assert (state(page)["verified"], state(page)["customer_name"]) == (
        True,
        "Maya Lind",
    )
    screen.wants_a_person()
    page.wait_for_function("heard.some(([name]) => name === 'escalated')")
    heard = page.evaluate("heard")
    assert ["ready", ""] in heard and ["message", "author,number"] in heard and ["escalated", "case"] in heard
    assert shop.broken == []


def test_who_signs_in_keeps_what_was_said_and_finds_it_again_elsewhere(
    page: Page, shop: Shop, browser: Browser
) -> None:
    visits(page, shop)
    page.evaluate("firstline.open()")
    widget(page).says("My Hub 3 is slow")
    expect(page.frames[-1].locator("#log .customer .bubble")).to_have_text(
        "My Hub 3 is slow", timeout=PATIENCE
    )
    with page.expect_response("**/identity") as answer:
        page.evaluate(f"firstline.setUser({{ token: '{token('w2')}' }})")
    assert answer.value.status == 200 and state(page)["customer_name"] == "Maya Lind"
    shop.script = f"firstline.run({{ token: '{token('w2')}' }}); firstline.open();"
    with browser.new_context() as phone:
        other = phone.new_page()
        visits(other, shop)
        bubble = widget(other).page.locator("#log .customer .bubble")
        expect(bubble).to_have_text("My Hub 3 is slow", timeout=PATIENCE)


def test_a_token_that_proves_nobody_leaves_an_anonymous_customer_and_a_warning(
    page: Page, shop: Shop
) -> None:
    shop.script = f"firstline.run({{ token: '{token('w3', aud='another-house')}' }}); firstline.open();"
    with page.expect_console_message(lambda message: "(identity) is not taken" in message.text):
        visits(page, shop)
    widget(page)
    assert state(page)["verified"] is False


def test_signing_out_leaves_nothing_for_who_comes_next(page: Page, neighbour: Shop) -> None:
    neighbour.script = f"firstline.run({{ token: '{token('w4')}' }}); firstline.open();"
    visits(page, neighbour)
    widget(page).says("This is between us")
    first = conversation(page)
    with page.expect_event("framedetached", timeout=PATIENCE):
        page.evaluate("firstline.reset()")
    neighbour.script = "firstline.open();"
    visits(page, neighbour)
    screen = widget(page)
    assert conversation(page)["id"] != first["id"] and screen.mine.count() == 0
    assert state(page)["verified"] is False
    page.frames[-1].wait_for_function(CLOSED_TO, arg=first)


def test_another_customer_on_the_same_machine_gets_a_conversation_of_their_own(
    page: Page, neighbour: Shop
) -> None:
    neighbour.script = f"firstline.run({{ token: '{token('w5')}' }}); firstline.open();"
    visits(page, neighbour)
    widget(page)
    first = conversation(page)
    neighbour.script = f"firstline.run({{ token: '{token(**{**OMAR, 'sub': 'w6'})}' }}); firstline.open();"  # type: ignore[arg-type]
    visits(page, neighbour)
    page.frames[-1].wait_for_function(f"id => (({KEPT})() ?? {{ id }}).id !== id", arg=first["id"])
    assert state(page)["customer_name"] == "Omar Berg"


def test_where_a_frame_may_keep_nothing_the_conversation_is_there_on_the_next_page(
    page: Page, shop: Shop, context: BrowserContext
) -> None:
    shop.script = "firstline.open();"
    visits(page, shop)
    widget(page).says("My Hub 3 is slow")
    first = conversation(page)
    expect(page.frames[-1].locator("#log .customer .bubble")).to_have_count(1, timeout=PATIENCE)
    with pytest.raises(PlaywrightError, match="Access is denied"):
        page.frames[-1].evaluate("localStorage.length")
    visits(page, shop, "mesh")
    bubble = widget(page).page.locator("#log .customer .bubble")
    expect(bubble).to_have_text("My Hub 3 is slow", timeout=PATIENCE)
    assert conversation(page) == first and context.cookies() == []


def test_a_page_may_hold_the_launcher_back_and_speak_another_language(page: Page, shop: Shop) -> None:
    shop.attributes = "data-manual"
    visits(page, shop)
    assert page.locator("html > div").count() == 0
    page.evaluate("firstline.run({ language: 'nb' }); firstline.open()")
    expect(widget(page).page.locator("html")).to_have_attribute("lang", "nb")
    page.evaluate("firstline.setLocale('en')")
    expect(page.locator("html > div")).to_have_attribute("lang", "en")
    expect(page.frames[-1].locator("html")).to_have_attribute("lang", "en", timeout=PATIENCE)


def test_what_does_not_come_from_the_chats_own_frame_is_not_heard(page: Page, shop: Shop) -> None:
    shop.script = "window.heard = []; firstline.on('message', (detail) => heard.push(detail));"
    visits(page, shop)
    page.evaluate(
        """() => {
          const forged = { firstline: 1, type: 'event', name: 'message', detail: { number: 1 } };
          window.postMessage(forged, '*');
          window.dispatchEvent(new MessageEvent('message', { data: forged, origin: location.origin }));
        }"""
    )
    page.evaluate("new Promise((done) => setTimeout(done))")
    assert page.evaluate("heard") == []


FRAMED = """(address) => {
  window.heard = [];
  addEventListener('message', ({ data }) => heard.push(data));
  const frame = document.createElement('iframe');
  frame.addEventListener('load', () => frame.contentWindow.postMessage({ firstline: 1, type: 'reset' }, '*'));
  frame.src = address;
  document.body.append(frame);
}"""


def test_a_page_that_says_it_is_another_hears_nothing_and_is_not_heard(page: Page, shop: Shop) -> None:
    shop.attributes = "data-manual"
    visits(page, shop)
    page.evaluate(FRAMED, f"{shop.chat}/chat?embedded=1&origin=https%3A%2F%2Fnettly.example")
    screen = widget(page)
    screen.asks("how long do i have to send something back?")
    expect(screen.answers).to_have_count(1)
    assert page.evaluate("heard") == []


@pytest.mark.parametrize("place", ["/desk/sign-in", "/kb/sign-in", "/chat/api/conversations/x/messages"])
def test_what_is_not_the_chat_is_shown_in_no_frame(page: Page, shop: Shop, place: str) -> None:
    visits(page, shop)
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.evaluate(FRAMED, f"{shop.chat}{place}")


def test_the_chat_is_shown_on_the_sites_that_are_named(browser: Browser) -> None:
    app = Flask("chat")
    dress(app, Brand.load(), Texts.load(LOCALE), frame_ancestors="https://shop.example")
    app.add_url_rule("/chat", "chat", lambda: "<!doctype html><title>Chat</title>")
    with listening(app) as chat, listening(Shop(chat).app()) as site, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}/hub")
        with page.expect_console_message(
            lambda message: "frame-ancestors https://shop.example" in message.text
        ):
            page.evaluate(FRAMED, f"{chat}/chat")
