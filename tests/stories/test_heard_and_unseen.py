"""A customer who sees no screen and holds no mouse: a whole conversation by keys, as it is read out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import own_copy
from tests.furnishing import furnished
from tests.reader import SPEAKS_UP, read_out, spoken
from tests.screens import PATIENCE, ChatScreen
from tests.server import serving
from tests.stage import Stage, View, staffed

pytestmark = pytest.mark.browser

QUESTION = "how long do I have to return something"
REPLY = "Hello Maya, sixty days from the day it came."


@pytest.fixture(scope="module")
def stage(browser: Browser, prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    data = own_copy(prepared, tmp_path_factory.mktemp("heard") / "data")
    with serving(furnished(staffed(data))) as server:
        yield Stage(browser, server.address, init_script=SPEAKS_UP)


@pytest.fixture
def page(stage: Stage) -> Iterator[Page]:
    with stage.context(View()) as context:
        page = context.new_page()
        page.goto(f"{stage.address}/chat")
        ChatScreen(page).is_greeted()
        yield page


def tab_to(page: Page, wanted: Locator, *, back: bool = False, within: int = 40) -> None:
    """Press Tab until it has the focus, which must show."""
    for _ in range(within):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if wanted.count() and wanted.first.evaluate("element => element === document.activeElement"):
            drawn = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert drawn != "none", f"nothing shows that the focus is on {wanted}"
            return
    pytest.fail(f"{within} presses of Tab did not reach {wanted}")


def test_a_whole_conversation_by_keys_alone_is_read_out_once(stage: Stage, page: Page) -> None:
    chat, press = ChatScreen(page), page.keyboard.press
    tab_to(page, page.locator("#text"))
    page.keyboard.type(QUESTION)
    press("Enter")
    expect(chat.answers).to_have_count(1, timeout=PATIENCE)
    expect(page.locator("#text")).to_be_focused()

    # Its chips come before the box, so they are behind the one who writes.
    tab_to(page, chat.chips.get_by_role("button", name="Talk to a person"), back=True)
    press("Enter")
    expect(page.locator("#card .card")).to_be_visible(timeout=PATIENCE)
    with stage.context(View(), "ines") as context:
        desk = stage.desk(context.new_page())
        desk.opens_case(max(desk.numbers()))
        desk.claims()
        chat.hears("Ines has joined the conversation.")
        desk.replies(REPLY)
        chat.hears(REPLY)
        desk.resolves("Told about returns")
    chat.hears("Ines marked this as resolved.")

    said = spoken(page)
    aloud = "\n".join(said)
    answer = "60 days from delivery"
    for words in (
        f"You, –: {QUESTION}",
        answer,
        "You, –: I would like to talk to a person",
        "Ines has joined the conversation.",
        f"Ines, –: {REPLY}",
        "Ines marked this as resolved.",
    ):
        assert aloud.count(words) == 1, f"{words!r} in {said}"
    assert aloud.index(answer) > aloud.index(QUESTION)
    assert any("in line" in each for each in said), f"the place in line was not spoken of: {said}"
    assert "Writing…" not in said

    heard = read_out(page)
    log = heard[heard.index("log: Messages") :]
    order = [
        "You, –:",
        QUESTION,
        "Assistant, –:",
        "You, –:",
        "Ines has joined the conversation.",
        "Ines, –:",
        REPLY,
    ]
    places = [next((at for at, line in enumerate(log) if words in line), -1) for words in order]
    assert -1 not in places, f"{order} in {log}"
    assert log.index(QUESTION) < log.index("Ines has joined the conversation.") < log.index(REPLY)
    assert next(line for line in heard if line.startswith("heading:")) == "heading: Nettly"
    assert "textbox: Your message" in heard and "button: Send" in heard and "button: Menu" in heard
    assert log.count(REPLY) == 1


def test_the_focus_goes_from_top_to_bottom_and_back_to_where_it_was(page: Page) -> None:
    page.locator("body").evaluate("() => document.activeElement?.blur()")
    order = []
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "[document.activeElement.id || document.activeElement.textContent.trim(),"
            " document.activeElement.getBoundingClientRect().top]"
        )
        if order and here[0] == order[0][0]:
            break
        order.append(here)
    names = [name for name, _ in order]
    wanted = ["person", "menu-button", "thread", "Where is my order?", "text"]
    assert [name for name in names if name in wanted] == wanted, names
    tops = [top for name, top in order if name in wanted]
    assert tops == sorted(tops)

    tab_to(page, page.locator("#menu-button"))
    page.keyboard.press("Enter")
    expect(page.locator("#menu")).to_be_visible()
    tab_to(page, page.locator("#menu-sound"))
    page.keyboard.press("Space")
    expect(page.locator("#menu-sound")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    expect(page.locator("#menu-button")).to_be_focused()


def test_a_question_holds_the_focus_until_it_is_answered(page: Page) -> None:
    tab_to(page, page.locator("#menu-button"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#menu-end"))
    page.keyboard.press("Enter")
    asked = page.locator("dialog[open]")
    expect(asked).to_be_visible(timeout=PATIENCE)
    for _ in range(6):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog[open]')"
        )
        assert inside, "the focus left the question"
    page.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body"), "the focus was lost with the question"
