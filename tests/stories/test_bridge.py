"""A customer in the widget and an agent at another company's helpdesk, each in a browser of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, Page, expect
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from handoff.bridges.examples.receiver import create_app
from handoff.bridges.signing import Signatures
from tests.bot.canned_chat import listening
from tests.conftest import own_copy
from tests.furnishing import never_closed
from tests.screens import LOOKS, PATIENCE, ChatScreen
from tests.server import serving
from tests.stage import Device, Stage, View, staffed

pytestmark = pytest.mark.browser

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@dataclass(frozen=True)
class Helpdesk:
    """The example that a company may start from, at `address`, and where it sends its webhooks.

    told: the types of what it has been told, in order.
    """

    address: str
    webhooks: str
    told: list[str] = field(default_factory=list)

    def app(self) -> Flask:
        app = create_app(self.webhooks, SECRET)

        @app.before_request
        def note() -> None:
            if request.is_json:
                self.told.append(request.json["type"])

        return app

    def opens(self, page: Page, cases: int) -> HelpdeskScreen:
        """Look again and again, until that many cases are there, and work at the last of them."""
        for _ in range(LOOKS):
            page.goto(self.address)
            if page.locator("h1").count() == cases:
                return HelpdeskScreen(page)
        raise AssertionError(f"{LOOKS} looks, and there are not {cases} cases")

    def tells(self, id: str, type: str, data: dict[str, object]) -> None:
        """Send a webhook by itself."""
        now = datetime.now(UTC)
        body = json.dumps({"type": type, "timestamp": now.isoformat(), "data": {"id": id, **data}}).encode()
        signed = Signatures([SECRET]).headers(id, now, body)
        urlopen(Request(self.webhooks, body, signed), timeout=10).close()


@dataclass(frozen=True)
class HelpdeskScreen:
    """The helpdesk's only page."""

    page: Page

    def does(self, what: str, text: str = "") -> None:
        form = self.page.locator("form").last
        form.locator("[name=name]").fill("Kari")
        form.locator("[name=text]").fill(text)
        form.get_by_role("button", name=what, exact=True).click()

    @property
    def case(self) -> str:
        """The key of the last case."""
        return self.page.locator("form").last.locator("[name=case]").input_value()


@pytest.fixture(scope="module")
def outside(
    browser: Browser, prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stage, Helpdesk]]:
    """A house whose cases are worked at the example, which is started first, as each knows the other."""
    data = never_closed(staffed(own_copy(prepared, tmp_path_factory.mktemp("bridge") / "data")))
    front = Flask("helpdesk")
    with listening(front) as address:
        settings = {
            "FIRSTLINE_HANDOFF_BRIDGE": ".webhook",
            "FIRSTLINE_BRIDGE_PRIVATE_NETWORKS": "127.0.0.0/8",
            "FIRSTLINE_BRIDGES_WEBHOOK_URL": f"{address}/firstline",
            "FIRSTLINE_BRIDGES_WEBHOOK_SECRET": SECRET,
        }
        with serving(data, env=settings) as server:
            helpdesk = Helpdesk(address, f"{server.address}/bridges/webhook")
            front.wsgi_app = DispatcherMiddleware(helpdesk.app())  # type: ignore[method-assign]
            yield Stage(browser, server.address), helpdesk


@pytest.mark.parametrize(("device", "nth"), [("desktop", 1), ("phone", 2)])
def test_a_case_is_worked_at_another_helpdesk_and_the_customer_stays_in_the_chat(
    outside: tuple[Stage, Helpdesk], device: Device, nth: int
) -> None:
    stage, helpdesk = outside
    with stage.context(View(device)) as street, stage.context(View()) as office:
        chat = opens_widget(stage, street.new_page())
        chat.asks("I was charged twice for order NT-10427")
        chat.wants_a_person()

        # The case is there with its summary first, and with what the customer writes while they wait.
        chat.says("it was 1490 kr")
        desk = helpdesk.opens(office.new_page(), nth)
        expect(desk.page.locator("h1").last).to_contain_text("I was charged twice")
        expect(desk.page.locator("h2 + pre").first).to_contain_text("NT-10427")

        # Somebody writes, and the customer sees that; what they note is theirs alone.
        desk.does("Note", "He pays late.")
        desk.does("Answer", "Hello, I can see both charges.")
        chat.hears("Kari has joined the conversation.")
        chat.hears("Hello, I can see both charges.")
        expect(chat.page.locator("#name")).to_have_text("Kari")
        typing = {"case": desk.case, "author": {"name": "Kari"}}
        helpdesk.tells(f"typing-{nth}", "agent.typing", typing)
        expect(chat.page.locator("#typing")).to_be_visible(timeout=PATIENCE)
        expect(chat.page.locator("#typing")).to_have_text("Kari is writing…")
        desk.does("Answer", "One of them goes back today.")
        chat.hears("One of them goes back today.")
        expect(chat.page.locator("#typing")).to_be_hidden(timeout=PATIENCE)

        # The customer is seen to write; what they say is there, and the bot keeps out of it.
        helpdesk.told.clear()
        chat.says("thank you!")
        finds(helpdesk, desk.page, "thank you!")
        assert "case.typing" in helpdesk.told
        assert "He pays late." not in "\n".join(chat.everything())

        # It is resolved there, and the bot is back.
        desk.does("Resolve")
        chat.hears("Kari marked this as resolved.")
        chat.asks("how long do I have to return something")
        expect(chat.answers.last).to_be_visible()
        desk.page.goto(helpdesk.address)
        expect(desk.page.get_by_text("how long do I have to return something")).to_have_count(0)


def opens_widget(stage: Stage, page: Page) -> ChatScreen:
    page.goto(f"{stage.address}/demo")
    page.wait_for_function("window.firstline")
    page.evaluate("firstline.open()")
    if len(page.frames) == 1:
        page.wait_for_event("frameattached", timeout=PATIENCE)
    chat = ChatScreen(page.frames[-1])
    chat.is_greeted()
    return chat


def finds(helpdesk: Helpdesk, page: Page, words: str) -> None:
    """Look again and again, until these words are there."""
    for _ in range(LOOKS):
        page.goto(helpdesk.address)
        if page.locator("pre").filter(has_text=words).count():
            return
    raise AssertionError(f"{LOOKS} looks, and nowhere it says {words}")
