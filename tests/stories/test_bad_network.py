"""A customer on a bad network: what is written and answered arrives once and in order, and they are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, FilePayload, Page, expect
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from tests.faulty_line import FaultyLine, faulty_line
from tests.furnishing import never_closed
from tests.mortal import KILLED, living
from tests.screens import PATIENCE, ChatScreen
from tests.server import Server
from tests.stage import Device, Stage, View

pytestmark = pytest.mark.browser

DEVICES = ["desktop", pytest.param("phone", marks=pytest.mark.slow)]
RETURNS = "how long do I have to return something"
DAYS = "60 days"
BACK = 45_000
"""Milliseconds in which a page has found a server again that was away: it waits longer with every miss."""
SILENCE = 42_000
"""Milliseconds without a byte after which a page gives a connection up."""


class Customer:
    """A page on a line of its own, and the same conversation as programs reach it."""

    def __init__(self, page: Page, line: FaultyLine, server: str) -> None:
        page.goto(f"{line.address}/chat")
        self.page, self.line, self.screen = page, line, ChatScreen(page)
        self.screen.is_greeted()
        kept = page.evaluate("JSON.parse(localStorage['firstline.conversation'])")
        self._at = f"{server}/chat/api/conversations/{kept['id']}/messages"
        self._headers = {"Authorization": f"Bearer {kept['token']}"}

    def stored(self) -> list[str]:
        """What the server has of the customer's own words, in order."""
        said = requests.get(self._at, headers=self._headers, timeout=10).json()["messages"]
        return [message["text"] for message in said if message["author"] == "customer"]

    def writes_elsewhere(self, text: str) -> None:
        """The same customer, on another device with a good line."""
        body = {"client_id": text, "text": text}
        requests.post(self._at, json=body, headers=self._headers, timeout=10).raise_for_status()

    def is_told(self, words: str) -> None:
        expect(self.page.locator("#banner")).to_contain_text(words, timeout=PATIENCE)

    def is_back(self) -> None:
        expect(self.page.locator("#outgoing > *")).to_have_count(0, timeout=BACK)
        expect(self.page.locator("#banner")).to_be_empty(timeout=BACK)


@pytest.fixture(scope="module")
def stage(browser: Browser, server: Server) -> Stage:
    return Stage(browser, server.address)


@contextmanager
def customer(
    stage: Stage, server: str, device: Device = "desktop", *, clock: bool = False
) -> Iterator[Customer]:
    with faulty_line(server) as line, stage.context(View(device)) as context:
        page = context.new_page()
        if clock:
            page.clock.install()
        yield Customer(page, line, server)


@pytest.mark.parametrize("device", DEVICES)
def test_a_line_that_is_cut_and_restored_loses_and_doubles_nothing(
    stage: Stage, server: Server, device: Device
) -> None:
    with customer(stage, server.address, device) as maya:
        maya.line.cuts()
        maya.is_told("What you write is kept.")
        written = ["hello?", RETURNS]
        for text in written:
            maya.screen.says(text)
        expect(maya.page.locator(".kept")).to_contain_text("We kept it and keep trying.", timeout=PATIENCE)
        expect(maya.page.get_by_text("Waits its turn")).to_be_visible()
        assert maya.stored() == []
        maya.line.heals()
        maya.is_back()
        expect(maya.screen.answers.last).to_contain_text(DAYS, timeout=PATIENCE)
        assert maya.stored() == maya.screen.mine.all_text_contents() == written


def test_who_will_not_wait_tries_again_by_hand(stage: Stage, server: Server) -> None:
    with customer(stage, server.address) as maya:
        maya.line.cuts()
        maya.screen.says(RETURNS)
        again = maya.page.get_by_role("button", name="Try again")
        expect(again).to_be_visible(timeout=PATIENCE)
        maya.page.clock.install()  # nothing goes out by itself any more
        maya.line.heals()
        again.click()
        expect(maya.page.locator("#outgoing .delivered")).to_be_visible(timeout=PATIENCE)
        assert maya.stored() == [RETURNS]


def test_an_acknowledgement_that_is_lost_doubles_nothing(stage: Stage, server: Server) -> None:
    with customer(stage, server.address) as maya:
        with maya.page.expect_request(re.compile(r"/messages$")):
            maya.line.swallows_answers()
            maya.screen.says(RETURNS)
        while maya.stored() != [RETURNS]:
            assert maya.page.locator(".sent").count() == 0
        maya.line.cuts()
        maya.line.heals()
        maya.is_back()
        expect(maya.screen.answers).to_have_count(1, timeout=PATIENCE)
        assert maya.stored() == maya.screen.mine.all_text_contents() == [RETURNS]


@pytest.mark.slow
def test_a_half_open_line_is_noticed_and_what_was_missed_is_read(stage: Stage, server: Server) -> None:
    with customer(stage, server.address, clock=True) as maya:
        maya.line.stalls()
        maya.writes_elsewhere(RETURNS)
        expect(maya.page.locator("#banner")).to_be_empty()
        maya.page.clock.fast_forward(SILENCE)
        maya.page.clock.run_for(5_000)
        maya.is_told("We lost the connection")
        maya.line.heals()
        maya.page.clock.resume()
        maya.is_back()
        expect(maya.screen.answers.last).to_contain_text(DAYS, timeout=BACK)
        assert maya.stored() == maya.screen.mine.all_text_contents() == [RETURNS]


def test_a_slow_line_says_how_far_a_file_is(stage: Stage, server: Server) -> None:
    paper: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"one more line\n" * 4_000}
    with customer(stage, server.address) as maya:
        maya.line.slows(20_000)
        maya.page.locator("#file").set_input_files(paper)
        bar = maya.page.locator("#tray progress")
        expect(bar).to_be_visible(timeout=PATIENCE)
        maya.screen.says("My notes")
        expect(maya.page.locator("#outgoing")).to_contain_text("Sending…")
        expect(maya.page.locator("#outgoing progress")).to_be_visible()
        maya.is_back()
        expect(maya.page.locator("#log .customer .file")).to_contain_text("notes.txt", timeout=PATIENCE)
        assert maya.stored() == ["My notes"]


@pytest.mark.slow
@pytest.mark.parametrize("device", DEVICES)
def test_a_server_that_dies_between_storing_and_acknowledging_answers_once(
    browser: Browser, data: Path, device: Device
) -> None:
    # The greeting passes no failpoint; the first message is durable when the first life ends.
    with living(never_closed(data), {}, "bot.message.stored") as server:
        is_up(server.address)
        with customer(Stage(browser, server.address), server.address, device) as maya:
            maya.screen.says(RETURNS)
            maya.is_back()
            expect(maya.screen.answers).to_have_count(1, timeout=BACK)
            expect(maya.page.locator("#typing")).to_be_hidden()
            assert server.deaths == [KILLED]
            assert maya.stored() == maya.screen.mine.all_text_contents() == [RETURNS]
            assert maya.screen.everything().count(RETURNS) == 1


def is_up(address: str) -> None:
    """Wait for a server that has just been started."""
    with requests.Session() as session:
        session.mount(address, HTTPAdapter(max_retries=Retry(connect=60, backoff_factor=0.1, backoff_max=1)))
        session.get(f"{address}/health/live", timeout=10).raise_for_status()
