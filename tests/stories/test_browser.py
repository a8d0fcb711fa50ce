"""The house in real browsers: a customer, an agent and an editor, over a server that is killed on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import own_copy
from tests.furnishing import never_closed
from tests.scene import open_chat
from tests.scenes import open_shop, widget
from tests.screens import PATIENCE, DeskScreen, StudioScreen, sign_in
from tests.server import Server, serving, start
from tests.stage import Stage, View, staffed

pytestmark = pytest.mark.browser

RESTART = 60_000
"""Milliseconds for a killed server to be up again and for a page to have noticed."""

RETURNS = "how long do I have to return something"


@pytest.fixture
def own_server(data: Path) -> Iterator[Server]:
    """A server that may be killed: whatever process listens at its address in the end is stopped."""
    server = start(staffed(never_closed(data)))
    yield server
    if server.process.poll() is None:
        server.stop()
    assert server.process.stdout is not None
    server.process.stdout.close()


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """People are at work in it at any hour."""
    data = never_closed(own_copy(prepared, tmp_path_factory.mktemp("browsers") / "data"))
    with serving(staffed(data)) as running:
        yield running


@pytest.fixture(scope="module")
def stage(browser: Browser, server: Server) -> Stage:
    return Stage(browser, server.address)


def test_a_question_becomes_a_case_becomes_an_article(
    browser: Browser, own_server: Server, data: Path
) -> None:
    server, stage = own_server, Stage(browser, own_server.address)
    with ExitStack() as closing:
        customer, agent, editor = (
            closing.enter_context(stage.context(View())).new_page() for _ in ("customer", "agent", "editor")
        )
        # The customer finds the widget on a shop's page and gets an answer.
        open_shop(server.address, customer)
        press_the_launcher(customer)
        chat = widget(customer)
        chat.asks(RETURNS)
        answer = chat.answers.last
        expect(answer).to_contain_text("60 days")
        expect(answer.locator(".source a")).to_have_attribute(
            "href", re.compile(r"/help/en/return-something$")
        )
        offered = answer.locator(".choices button")
        walk = "Take me through it step by step"
        assert offered.all_text_contents() == ["Yes", "No", "Talk to a person", walk]

        # The agent signs in at an empty desk, and the case comes by itself.
        sign_in(agent, f"{server.address}/desk", "ines")
        desk = DeskScreen(agent)
        expect(agent.locator(".standing[data-standing=live]")).to_be_visible(timeout=PATIENCE)
        expect(agent.locator(".empty")).to_be_visible()
        chat.taps("Yes")
        chat.asks("my order NT-10427 came without the power supply, let me talk to a person")
        expect(chat.page.locator("#card")).to_contain_text("You are in line for a person")
        expect(desk.rows).to_have_count(1, timeout=PATIENCE)

        # The agent reads why, what and which order, and looks at where a line comes from.
        desk.rows.click()
        expect(agent.locator(".part-reason")).to_contain_text("person", timeout=PATIENCE)
        expect(agent.locator(".case-headline")).to_contain_text("NT-10427")
        expect(agent.locator("blockquote")).to_contain_text("without the power supply")
        fact = agent.locator(".fact").filter(has_text="NT-10427")
        expect(fact).to_contain_text("Order")
        fact.locator(".cite").click()
        cited = agent.locator(".entry:focus")
        expect(cited).to_contain_text("my order NT-10427 came without the power supply")

        # The agent takes it, keeps a note inside the house, and answers.
        desk.claims()
        expect(chat.lines.last).to_contain_text("Ines", timeout=PATIENCE)
        desk.notes("Warehouse swapped two boxes yesterday.")
        desk.replies("Hello, I am sending you the power supply today.")
        expect(chat.page.locator(".agent .bubble")).to_have_text(
            "Hello, I am sending you the power supply today.", timeout=PATIENCE
        )
        assert not any("Warehouse" in text for text in chat.everything())

        # A reload shows everything once and in order.
        before = chat.everything()
        customer.reload()
        chat = widget(customer)
        expect(chat.heard.last).to_contain_text("power supply today", timeout=PATIENCE)
        assert chat.everything() == before

        # The server dies while the customer writes.
        box = chat.page.locator("#text")
        box.press_sequentially("Thank you, and how ")
        server.kill()
        box.press_sequentially("long will it take?")
        box.press("Enter")
        expect(chat.page.locator(".kept")).to_be_visible(timeout=PATIENCE)
        start_again(server, data)
        written = "Thank you, and how long will it take?"
        expect(chat.page.locator("#log .customer .bubble").filter(has_text=written)).to_have_count(
            1, timeout=RESTART
        )
        expect(chat.page.locator("#outgoing > *")).to_have_count(0)
        expect(desk.entries.filter(has_text=written)).to_have_count(1, timeout=RESTART)

        # The agent is done, and the bot is back.
        desk.replies("Two days. Goodbye!")
        desk.resolves("Sent the power supply")
        expect(chat.page.locator("#line")).to_contain_text("Assistant", timeout=PATIENCE)
        assert [text for text in chat.everything() if text == written] == [written]
        chat.asks("can I paint the porch camera?")
        assert "water-based" not in chat.everything()[-1]

        # The editor writes what was missing, and the next question is answered from it.
        sign_in(editor, f"{server.address}/kb", "edda")
        editor.get_by_role("link", name="New article").click()
        studio = StudioScreen(editor)
        studio.writes(
            "Paint the Porch camera",
            "Use water-based paint on the housing. Keep the lens and the microphone free of paint.",
            "can I paint my camera",
        )
        studio.publishes()
        chat.asks("can I paint the porch camera?")
        expect(chat.answers.last).to_contain_text("water-based paint on the housing")
        expect(chat.answers.last.locator(".source")).to_contain_text("Paint the Porch camera")


def test_bokmal_from_the_greeting_to_the_person(stage: Stage) -> None:
    with stage.context(View(language="nb")) as context:
        chat = open_chat(stage, context.new_page())
        expect(chat.page.locator("html")).to_have_attribute("lang", "nb")
        expect(chat.heard.first).to_contain_text("Nettly")
        expect(chat.chips.get_by_role("button", name="Snakk med et menneske")).to_be_visible()
        chat.asks("hvor lenge har jeg på meg til å returnere noe?")
        expect(chat.answers.last).to_contain_text("60 dager")
        expect(chat.answers.last.locator(".source a")).to_have_attribute("href", re.compile("/help/nb/"))
        chat.page.get_by_role("button", name="Snakk med et menneske").first.click()
        expect(chat.page.locator("#card")).to_contain_text("kø", timeout=PATIENCE)
        expect(chat.page.locator("#line")).to_have_text("Et menneske er på vei")


def test_a_customer_needs_no_mouse(stage: Stage) -> None:
    with stage.context(View()) as context:
        page = context.new_page()
        open_shop(stage.address, page)
        tab_to(page, page.locator("div:focus"))  # the launcher's host: its shadow root is closed
        page.keyboard.press("Enter")
        chat = widget(page)
        expect(chat.page.locator("#text")).to_be_focused()
        page.keyboard.type(RETURNS)
        page.keyboard.press("Enter")
        expect(chat.answers).to_have_count(1, timeout=PATIENCE)

        tab_to(page, chat.answers.locator(".source a"), back=True)
        tab_to(page, chat.answers.get_by_role("button", name="Yes", exact=True))
        page.keyboard.press("Enter")
        expect(chat.mine.last).to_have_text("Yes, that helped")
        expect(chat.page.locator("#text")).to_be_focused()

        tab_to(page, chat.page.locator("#menu-button"), back=True)
        page.keyboard.press("Enter")
        expect(chat.page.locator("#menu")).to_be_visible()
        page.keyboard.press("Escape")
        expect(chat.page.locator("#menu")).to_be_hidden()

        tab_to(page, chat.page.locator("#person"), back=True)
        page.keyboard.press("Space")
        expect(chat.page.locator("#card .card")).to_be_visible(timeout=PATIENCE)
        page.keyboard.press("Escape")
        expect(page.locator("div:focus")).to_have_count(1)


def test_the_second_of_two_who_claim_is_told_who_has_it(stage: Stage) -> None:
    with ExitStack() as closing:
        customer, ines, omar = (
            closing.enter_context(stage.context(View(), who)).new_page() for who in (None, "ines", "omar")
        )
        open_chat(stage, customer).wants_a_person()
        desks = [stage.desk(ines), stage.desk(omar)]
        number = max(desks[0].numbers())
        for desk in desks:
            desk.opens_case(number)
        # What the server says about the one does not reach the other before the other has clicked.
        omar.route(re.compile(r"/desk/api/cases(/\d+)?(\?|$)"), lambda route: None, times=1)
        desks[0].claims()
        expect(desks[1].action("Claim")).to_be_visible()
        desks[1].action("Claim").click()
        expect(omar.locator(".toast")).to_contain_text("Ines")
        expect(omar.locator(".case-actions")).to_contain_text("Ines has this case")


def start_again(server: Server, data: Path) -> None:
    """A new process at the address that the killed one had."""
    assert server.process.stdout is not None
    server.process.stdout.close()
    server.process = start(data, port=int(server.address.rpartition(":")[2])).process


def press_the_launcher(page: Page) -> None:
    """Click where the launcher floats; its shadow root is closed to the page and so to us."""
    size = page.viewport_size
    assert size is not None
    page.mouse.click(size["width"] - 48, size["height"] - 48)


def tab_to(page: Page, wanted: Locator, *, back: bool = False, within: int = 60) -> None:
    """Press Tab until it has the focus."""
    for _ in range(within):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if wanted.count() and wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{within} presses of Tab did not reach {wanted}")
