"""A customer in the widget and an agent in Request Tracker's own pages, each in a browser of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import own_copy
from tests.furnishing import never_closed
from tests.peers.rt_real import RealRtPeer, start
from tests.peers.rt_server import PASSWORD
from tests.screens import LOOKS, PATIENCE
from tests.server import serving
from tests.stage import Stage, View, staffed
from tests.stories.test_bridge import opens_widget

pytestmark = [pytest.mark.browser, pytest.mark.peer, pytest.mark.slow]


class RtScreen:
    """RT's pages, as an agent uses them."""

    def __init__(self, page: Page, rt: RealRtPeer, name: str) -> None:
        self.page, self._rt = page, rt
        page.goto(rt.server.url)
        page.locator("input[name=user]").fill(rt.server.account(name))
        page.locator("input[name=pass]").fill(PASSWORD)
        page.get_by_role("button", name="Login").click()
        self.ticket = ""

    def opens_last(self) -> None:
        """Look again and again, until there is a ticket in the queue."""
        query = f"Queue = '{self._rt.queue}'"
        for _ in range(LOOKS):
            self._goes(f"/Search/Results.html?Query={query}&OrderBy=id&Order=DESC")
            found = self.page.locator("a[href*='Ticket/Display.html?id=']").first
            if found.count():
                self.ticket = found.inner_text().strip()
                self.looks()
                return
        raise AssertionError(f"{LOOKS} looks, and no ticket in {self._rt.queue}")

    def looks(self) -> None:
        self._goes(f"/Ticket/Display.html?id={self.ticket}&ForceShowHistory=1")

    def finds(self, words: str) -> None:
        """Look again and again, until these words are in the ticket's history."""
        for _ in range(LOOKS):
            self.looks()
            if self.page.locator(".history").get_by_text(words).count():
                return
        raise AssertionError(f"{LOOKS} looks, and nowhere it says {words}")

    def does(self, action: str, text: str = "", status: str = "") -> None:
        """Respond, or Comment, with RT's editor, perhaps to another status."""
        wanted = f"&DefaultStatus={status}" if status else ""
        self.page.goto(f"{self._rt.server.url}/Ticket/Update.html?id={self.ticket}&Action={action}{wanted}")
        self.page.wait_for_function("CKEDITOR.instances.UpdateContent?.status === 'ready'")
        self.page.evaluate("text => CKEDITOR.instances.UpdateContent.setData(text)", f"<p>{text}</p>")
        self.page.locator("input[name=SubmitTicket]").last.click()
        self.page.wait_for_url("**/Ticket/Display.html*")

    def _goes(self, path: str) -> None:
        """As a link on RT's own pages does, which it tells from one elsewhere."""
        url = self._rt.server.url
        self.page.goto(f"{url}{path}", referer=f"{url}/")


@pytest.fixture(scope="module")
def outside(
    browser: Browser, prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stage, RealRtPeer]]:
    """A house whose cases are worked in Request Tracker."""
    folder = tmp_path_factory.mktemp("rt")
    data = never_closed(staffed(own_copy(prepared, folder / "data")))
    with closing(start(folder)) as rt:
        settings = {f"FIRSTLINE_BRIDGES_RT_{key.upper()}": str(each) for key, each in rt.settings.items()}
        settings |= {
            "FIRSTLINE_HANDOFF_BRIDGE": ".rt",
            "FIRSTLINE_BRIDGE_PRIVATE_NETWORKS": "127.0.0.0/8",
        }
        with serving(data, env=settings) as server:
            yield Stage(browser, server.address), rt


def test_a_case_is_worked_in_request_tracker_and_the_customer_stays_in_the_chat(
    outside: tuple[Stage, RealRtPeer],
) -> None:
    stage, rt = outside
    with stage.context(View("phone")) as street, stage.context(View()) as office:
        chat = opens_widget(stage, street.new_page())
        chat.asks("I was charged twice for order NT-10427")
        chat.wants_a_person()

        # The ticket is there with its summary, and with what the customer writes while they wait.
        chat.says("it was 1490 kr")
        desk = RtScreen(office.new_page(), rt, "Kari")
        desk.opens_last()
        expect(desk.page.locator("h1").first).to_contain_text("I was charged twice")
        desk.finds("NT-10427")
        desk.finds("it was 1490 kr")

        # What an agent comments is theirs alone; what they reply is in the chat, under their name.
        desk.does("Comment", "He pays late.")
        desk.does("Respond", "Hello, I can see both charges.")
        chat.hears("Kari has joined the conversation.")
        chat.hears("Hello, I can see both charges.")
        expect(chat.page.locator("#name")).to_have_text("Kari")
        chat.says("thank you!")
        desk.finds("thank you!")
        assert "He pays late." not in "\n".join(chat.everything())

        # It is resolved there with a last word, and the bot is back.
        desk.does("Respond", "One of them goes back today.", status="resolved")
        chat.hears("One of them goes back today.")
        chat.hears("Kari marked this as resolved.")
        chat.asks("how long do I have to return something")
        expect(chat.answers.last).to_be_visible(timeout=PATIENCE)
        assert rt.cases()[0].status == "resolved"
    assert "customer" not in rt.server.mails()
