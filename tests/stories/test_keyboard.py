"""The desk without a mouse: nothing is clicked and nothing is pointed at, from the first case to the last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import own_copy
from tests.furnishing import furnished
from tests.scene import open_chat
from tests.screens import PATIENCE, ChatScreen, DeskScreen
from tests.server import serving
from tests.stage import Stage, View, staffed

pytestmark = pytest.mark.browser

FIRST, SECOND = 1001, 1002


@pytest.fixture(scope="module")
def stage(browser: Browser, prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    data = own_copy(prepared, tmp_path_factory.mktemp("keys") / "data")
    with serving(furnished(staffed(data))) as server:
        yield Stage(browser, server.address)


@pytest.fixture
def maya(stage: Stage) -> Iterator[ChatScreen]:
    """The first of two customers who wait."""
    with stage.context(View()) as first, stage.context(View()) as second:
        chats = [open_chat(stage, context.new_page()) for context in (first, second)]
        for chat in chats:
            chat.says("my order NT-10427 came without the power supply, let me talk to a person")
            expect(chat.page.locator("#card .card")).to_be_visible(timeout=PATIENCE)
        yield chats[0]


@pytest.fixture
def ines(stage: Stage, maya: ChatScreen) -> Iterator[DeskScreen]:
    with stage.context(View(), "ines") as context:
        yield stage.desk(context.new_page())


def test_a_case_from_its_claim_to_its_end_by_keys_alone(maya: ChatScreen, ines: DeskScreen) -> None:
    page, press, types = ines.page, ines.page.keyboard.press, ines.page.keyboard.type
    # Alt+J opens the first case, and Alt+C takes it.
    press("Alt+j")
    expect(page.locator(".case-number")).to_have_text(f"#{FIRST}", timeout=PATIENCE)
    press("Alt+c")
    expect(ines.action("Resolve")).to_be_visible(timeout=PATIENCE)
    maya.hears("Ines has joined the conversation.")

    # Alt+L turns to the reply, and `/` begins a canned response.
    press("Alt+l")
    expect(page.locator("#box-reply")).to_be_focused()
    types("/hel")
    expect(page.locator("#offers-reply")).to_contain_text("Say hello", timeout=PATIENCE)
    press("Enter")
    press("Control+Enter")
    maya.hears("Hello, this is Ines. I have order NT-10427 open in front of me.")

    # Alt+P turns to the note; the focus is in it, and what is written there stays in the house.
    press("Alt+p")
    expect(page.locator("#box-note")).to_be_focused()
    types("Ask the warehouse.")
    press("Control+Enter")
    expect(page.locator(".entry.note").filter(has_text="Ask the warehouse.")).to_have_count(
        1, timeout=PATIENCE
    )

    # The arrows choose a label's box, a time to sleep until, an ending; Escape leaves what was not meant.
    press("Alt+t")
    labels = ines.asked("labels")
    tab_to(page, labels.get_by_role("checkbox", name="Warehouse"), back=True)
    press("Space")
    press("Enter")
    expect(page.locator(".case-chips")).to_contain_text("Warehouse", timeout=PATIENCE)
    press("Alt+h")
    ines.asked("hand-over")
    press("Escape")
    expect(page.locator("#hand-over-dialog")).to_be_hidden()
    press("Alt+m")
    ines.asked("snooze")
    press("ArrowDown")
    press("Enter")
    expect(page.locator(".case-chips")).to_contain_text("snoozed, back", timeout=PATIENCE)

    # The command bar wakes it; one key ends it and opens the next.
    ines.commands("Wake it up")
    expect(page.locator(".case-chips")).not_to_contain_text("snoozed", timeout=PATIENCE)
    press("Control+Alt+e")
    ending = ines.asked("resolve")
    press("ArrowDown")
    expect(ending.get_by_role("radio", name=re.compile("^Not solved"))).to_be_checked()
    press("ArrowUp")
    press("Enter")
    expect(page.locator(".case-number")).to_have_text(f"#{SECOND}", timeout=PATIENCE)
    maya.hears("Ines marked this as resolved.")
    ines.commands(f"#{FIRST}")
    expect(page.locator(".case-number")).to_have_text(f"#{FIRST}", timeout=PATIENCE)
    expect(page.locator(".case-actions")).to_contain_text("Resolved")
    press("?")
    ines.asked("keys")
    press("Escape")
    expect(page.locator("#keys-dialog")).to_be_hidden()


def test_every_place_of_the_desk_is_a_tab_away(ines: DeskScreen) -> None:
    page = ines.page
    page.keyboard.press("Alt+j")
    expect(page.locator(".part-reason")).to_be_attached(timeout=PATIENCE)
    for place in (
        "a.skip >> nth=0",
        "#command",
        "#status summary",
        "[data-view=mine]",
        "#words",
        ".filters summary",
        ".rows a >> nth=0",
        ".case-actions button >> nth=-1",
        ".thread-scroll",
        "#tab-reply",
        ".composer-tools .attach",
        "#box-reply",
        ".file .cite >> nth=0",
    ):
        tab_to(page, page.locator(place))
        shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert shown != "none", f"nothing shows that the focus is on {place}"


def tab_to(page: Page, wanted: Locator, *, back: bool = False, within: int = 80) -> None:
    """Press Tab until it has the focus."""
    for _ in range(within):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if wanted.count() and wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{within} presses of Tab did not reach {wanted}")
