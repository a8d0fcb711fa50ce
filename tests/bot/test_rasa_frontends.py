"""Chat widgets written for Rasa hold a conversation with a running Firstline, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Page, expect

from tests.bot.canned_chat import listening
from tests.browser import do_without
from tests.conftest import own_copy
from tests.frontends import FrontendMissingError, frontend
from tests.server import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.peer]

PATIENCE = 20_000
QUESTION, ANSWER = "how long do i have to send something back?", "60 days"
WIDGETS = {
    "webchat.js": ("rasa-webchat", "1.0.1", "package/lib/index.js"),
    "chatroom.js": ("@scalableminds/chatroom", "0.12.0", "package/dist/Chatroom.js"),
}
WEBCHAT = """
<!doctype html><title>Shop</title><div id="chat"></div><script src="/webchat.js"></script>
<script>
  WebChat.default({{
    socketUrl: '{address}', socketPath: '/socket.io/', initPayload: '/greet', customData: {{language: 'en'}},
    embedded: true, params: {{storage: 'session'}},
  }}, document.getElementById('chat'));
</script>
"""
CHATROOM = """
<!doctype html><title>Shop</title><div class="chat-container"></div><script src="/chatroom.js"></script>
<script>
  const container = document.querySelector('.chat-container');
  new Chatroom({{host: '{address}', title: 'Chat', container}}).openChat();
</script>
"""


@pytest.fixture(scope="module")
def firstline(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server that lets other sites' pages in."""
    env = {
        "FIRSTLINE_BOT_CHANNELS": ".web,.rasa_rest,.rasa_socketio",
        "FIRSTLINE_BOT_CORS_ORIGINS": "*",
    }
    with serving(own_copy(prepared, tmp_path_factory.mktemp("served") / "data"), env=env) as running:
        yield running


@pytest.fixture(scope="module")
def shop(firstline: Server) -> Iterator[str]:
    """Another site, whose pages carry the widgets."""
    app = Flask("shop")

    @app.get("/<name>.html")
    def page(name: str) -> str:
        return {"webchat": WEBCHAT, "chatroom": CHATROOM}[name].format(address=firstline.address)

    @app.get("/<name>.js")
    def script(name: str) -> Response:
        return Response(scripts[f"{name}.js"], content_type="text/javascript; charset=utf-8")

    try:
        scripts = {name: frontend(*where) for name, where in WIDGETS.items()}
    except FrontendMissingError as error:
        do_without(str(error))
    with listening(app) as address:
        yield address


@pytest.fixture
def page(browser: Browser, shop: str) -> Iterator[Page]:
    """A page that can reach this machine alone, for the widgets would load fonts from elsewhere."""
    context = browser.new_context()
    context.route("**/*", lambda r: r.continue_() if "://127.0.0.1:" in r.request.url else r.abort())
    yield context.new_page()
    context.close()


def test_rasa_webchat_talks_over_socket_io(page: Page, shop: str) -> None:
    page.goto(f"{shop}/webchat.html")
    heard = page.locator(".rw-response .rw-message-text")
    expect(heard.first).to_be_visible(timeout=PATIENCE)
    box = page.locator(".rw-new-message")
    box.fill(QUESTION)
    box.press("Enter")
    expect(heard.filter(has_text=ANSWER).first).to_be_visible(timeout=PATIENCE)
    reply = page.locator(".rw-reply").filter(has_text=re.compile("^Yes"))
    expect(reply).to_be_visible(timeout=PATIENCE)
    before = heard.count()
    reply.click()
    expect(heard.nth(before)).to_be_visible(timeout=PATIENCE)


def test_chatroom_talks_over_rest(page: Page, shop: str) -> None:
    page.goto(f"{shop}/chatroom.html")
    box = page.locator(".chatroom input[type=text]")
    box.fill(QUESTION)
    box.press("Enter")
    heard = page.locator(".chatroom .chat.left")
    expect(heard.filter(has_text=ANSWER).first).to_be_visible(timeout=PATIENCE)
    reply = page.locator(".chatroom .chat-button:not(.chat-button-disabled)").filter(
        has_text=re.compile("^Yes")
    )
    expect(reply).to_be_visible(timeout=PATIENCE)
    before = heard.count()
    reply.click()
    expect(heard.nth(before)).to_be_visible(timeout=PATIENCE)
