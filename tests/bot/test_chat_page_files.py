"""Files on the chat page, in a real browser: chosen, pasted, dropped; refused, taken away, sent, shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page, expect

from tests.bot.canned_chat import MOST_BYTES, CannedChat, answering, greeted

pytestmark = pytest.mark.browser

# The smallest PNG there is: one pixel.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
PAPER: FilePayload = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a bill"}
PICTURE: FilePayload = {"name": "hub.png", "mimeType": "image/png", "buffer": DOT}
HAND_OVER = """
([name, type, kind]) => {
  const given = new DataTransfer();
  given.items.add(new File(['what is in it'], name, {type}));
  const event = kind === 'paste' ? new ClipboardEvent('paste', {clipboardData: given, bubbles: true})
    : new DragEvent(kind, {dataTransfer: given, bubbles: true, cancelable: true});
  document.getElementById('text').dispatchEvent(event);
}
"""


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


def choose(page: Page, *files: FilePayload) -> None:
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Attach files").click()
    asked.value.set_files(list(files))


def send(page: Page, text: str = "") -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def tray(page: Page) -> Locator:
    return page.get_by_role("group", name="Files to send").locator(".file")


def carried(chat: CannedChat) -> Sequence[str]:
    """The names of the files that the customer's messages carry, in order."""
    return [
        file["name"]
        for message in chat.messages
        for file in message.get("data", {}).get("files", [])  # type: ignore[attr-defined]
    ]


def stored(page: Page) -> object:
    """What the browser keeps of files: rows of the storage, and keys of the database."""
    return page.evaluate(
        """async () => {
          const rows = Object.keys(localStorage).filter((key) => key.startsWith('firstline.file.'));
          const opened = await new Promise((done) => {
            const asked = indexedDB.open('firstline', 1);
            asked.onsuccess = () => done(asked.result);
          });
          return new Promise((done) => {
            const asked = opened.transaction('files').objectStore('files').getAllKeys();
            asked.onsuccess = () => done([rows.length, asked.result.length]);
          });
        }"""
    )


def test_files_go_with_their_message_and_are_shown_in_it(page: Page, chat: CannedChat) -> None:
    choose(page, PICTURE, PAPER)
    expect(tray(page)).to_have_count(2)
    expect(tray(page).locator("canvas.thumb")).to_have_count(1)
    send(page, "Here they are")
    said = page.locator("#log .customer .message")
    expect(said.get_by_text("Here they are")).to_be_visible()
    expect(said.get_by_role("img", name="Picture: hub.png")).to_be_visible()
    paper = said.get_by_role("link", name="bill.pdf")
    expect(paper).to_have_attribute("download", "bill.pdf")
    expect(paper).to_contain_text("15 bytes")
    expect(tray(page)).to_have_count(0)
    assert carried(chat) == ["hub.png", "bill.pdf"]
    assert chat.files == {"hub.png": DOT, "bill.pdf": PAPER["buffer"]}
    assert stored(page) == [0, 0]


def test_a_file_needs_no_words(page: Page, chat: CannedChat) -> None:
    choose(page, PAPER)
    send(page)
    expect(page.locator("#log .customer").get_by_role("link", name="bill.pdf")).to_be_visible()
    assert chat.heard() == [""]
    expect(page.locator("#log .customer .bubble")).to_have_count(0)


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_file_can_be_pasted_and_dropped(page: Page, chat: CannedChat, kind: str) -> None:
    page.evaluate(HAND_OVER, ["note.txt", "text/x-note", kind])
    expect(tray(page).get_by_text("note.txt")).to_be_visible()
    send(page)
    expect(page.locator("#log .customer").get_by_role("link", name="note.txt")).to_be_visible()
    assert chat.files == {"note.txt": b"what is in it"}


def test_a_file_over_the_page_shows_where_to_drop_it(page: Page) -> None:
    page.evaluate(HAND_OVER, ["note.txt", "text/x-note", "dragover"])
    expect(page.get_by_text("Drop the files to send them")).to_be_visible()
    page.evaluate(HAND_OVER, ["note.txt", "text/x-note", "drop"])
    expect(page.get_by_text("Drop the files to send them")).to_be_hidden()


def test_a_file_can_be_taken_away_again(page: Page, chat: CannedChat) -> None:
    choose(page, PAPER, PICTURE)
    page.get_by_role("button", name="Remove bill.pdf").click()
    expect(tray(page)).to_have_count(1)
    expect(page.get_by_label("Your message")).to_be_focused()
    send(page)
    expect(page.locator("#log .customer .shown")).to_have_count(1)
    assert carried(chat) == ["hub.png"]


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (415, "program_refused", "Programs are not taken."),
        (413, "file_too_large", "a file may have 1 MB at most"),
        (413, "picture_too_large", "too many pixels"),
        (422, "picture_damaged", "cannot be read"),
        (413, "files_full", "all the files it can hold"),
        (422, "something_new", "could not be taken"),
    ],
)
def test_a_refused_file_says_why_and_does_not_hold_up_the_words(
    page: Page, chat: CannedChat, status: int, code: str, words: str
) -> None:
    chat.refuses_files_with = (status, code)
    choose(page, PAPER)
    expect(tray(page)).to_contain_text(words)
    send(page, "Never mind the file")
    expect(page.locator("#log .customer .bubble")).to_have_text("Never mind the file")
    expect(tray(page)).to_contain_text(words)
    assert carried(chat) == []


def test_what_is_too_large_or_empty_is_not_even_sent(page: Page, chat: CannedChat) -> None:
    large: FilePayload = {**PAPER, "name": "large.pdf", "buffer": b"x" * (MOST_BYTES + 1)}
    choose(page, large, {**PAPER, "name": "empty.pdf", "buffer": b""})
    expect(tray(page).filter(has_text="large.pdf")).to_contain_text("1 MB at most")
    expect(tray(page).filter(has_text="empty.pdf")).to_contain_text("This file is empty.")
    send(page, "go")
    expect(page.locator(".sent")).to_be_visible()
    assert chat.files == {}


def test_a_file_waits_for_the_connection_and_survives_a_reload(page: Page, chat: CannedChat) -> None:
    chat.hangs_up()
    choose(page, PAPER, PICTURE)
    send(page, "As soon as you are there")
    expect(page.locator("#outgoing .file")).to_have_count(2)
    chat.fails_with = 0
    chat.streams = False
    page.reload()
    expect(page.locator("#log .customer").get_by_role("link", name="bill.pdf")).to_be_visible(timeout=15_000)
    assert carried(chat) == ["bill.pdf", "hub.png"]
    assert chat.heard() == ["As soon as you are there"]


def test_files_that_were_not_sent_yet_are_there_after_a_change_of_language(
    page: Page, chat: CannedChat
) -> None:
    choose(page, PAPER)
    page.get_by_label("Your message").fill("half a sentence")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Norsk bokmål").click()
    expect(page.get_by_label("Meldingen din")).to_have_value("half a sentence")
    expect(page.locator("#tray .file")).to_contain_text("bill.pdf")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#log .customer .file")).to_have_count(1)
    assert carried(chat) == ["bill.pdf"]


def test_another_conversation_gets_the_file_anew(page: Page, chat: CannedChat) -> None:
    choose(page, PAPER)
    expect(page.locator("#tray progress")).to_be_hidden()
    chat.files.clear()
    chat.forgets()
    send(page, "Hello?")
    expect(page.locator("#log .customer .file")).to_have_count(1, timeout=20_000)
    assert chat.files == {"bill.pdf": PAPER["buffer"]}


HOSTILE_NAMES = ("<img src=x onerror=alert(1)>.pdf", "bill\u202efdp.exe", '"><svg onload=alert(1)>.txt')


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_files_name_is_text(page: Page, chat: CannedChat, name: str) -> None:
    file = {
        "id": "a",
        "name": name,
        "type": "application/pdf",
        "size": 5,
        "picture": False,
        "url": "/files/x/a",
    }
    elsewhere = {**file, "url": "https://evil.example/a"}
    script = {**file, "url": "javascript:alert(1)"}
    chat.says(
        "Here",
        "agent",
        name="Ines",
        data={"files": [file, elsewhere, script, {**elsewhere, "picture": True}]},
    )
    row = page.locator("#log a.file")
    expect(row).to_have_count(1)
    expect(row.locator(".file-name")).to_have_text(name.replace("\u202e", ""))
    assert page.locator("#log :is(img, script, svg[onload], [onerror])").count() == 0


def test_nothing_ships_a_files_content_to_an_address_of_its_own() -> None:
    script = Path(__file__).parents[2] / "bot" / "web" / "static" / "files.js"
    assert "createObjectURL" not in script.read_text()
