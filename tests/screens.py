"""The screens as people use them: each verb is what somebody in front of a browser does, in any language."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Frame, Locator, Page, expect

PASSWORD = "a long enough password"
PATIENCE = 15_000
"""Milliseconds that somebody waits for the other side."""
LOOKS = 200
"""How often somebody opens a page before they give up."""


@dataclass(frozen=True)
class ChatScreen:
    """A customer's chat: a page of its own, or the widget's frame on another page."""

    page: Page | Frame

    def says(self, text: str) -> None:
        box = self.page.locator("#text")
        box.fill(text)
        box.press("Enter")

    def asks(self, text: str) -> None:
        """Write, and wait until something is said to it."""
        before = self.heard.count()
        self.says(text)
        self.hears_more_than(before)

    def taps(self, title: str) -> None:
        """Tap a chip, and wait until something is said to it."""
        before = self.heard.count()
        self.chips.get_by_role("button", name=title, exact=True).click()
        self.hears_more_than(before)

    def wants_a_person(self) -> None:
        self.page.locator("#person").click()
        expect(self.page.locator("#card .card")).to_be_visible(timeout=PATIENCE)

    def hears_more_than(self, before: int) -> None:
        expect(self.heard).not_to_have_count(before, timeout=PATIENCE)
        expect(self.page.locator("#typing")).to_be_hidden(timeout=PATIENCE)

    def is_greeted(self) -> None:
        expect(self.page.locator("#log .bot .bubble").first).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator("#typing")).to_be_hidden(timeout=PATIENCE)

    def everything(self) -> list[str]:
        """All that was said, from top to bottom, the grey lines between it too."""
        return [text.strip() for text in self.page.locator("#log :is(.bubble, .line)").all_text_contents()]

    def hears(self, text: str) -> None:
        """Somebody else says it, or a grey line does; once."""
        expect(self.heard.filter(has_text=text)).to_have_count(1, timeout=PATIENCE)

    @property
    def heard(self) -> Locator:
        """What others have said."""
        return self.page.locator("#log :is(.group:not(.customer) .message, .line)")

    @property
    def mine(self) -> Locator:
        """What this customer has said, sent or not."""
        return self.page.locator(".customer .bubble")

    @property
    def answers(self) -> Locator:
        """The messages that cite an article."""
        return self.page.locator("#log .message:has(.source)")

    @property
    def chips(self) -> Locator:
        return self.page.locator("#log .choices")

    @property
    def lines(self) -> Locator:
        """The grey lines: who joined, who left."""
        return self.page.locator("#log .line")


@dataclass(frozen=True)
class DeskScreen:
    """An agent's desk."""

    page: Page

    def opens_case(self, number: int) -> None:
        self.page.locator(f'.rows [data-key="{number}"] a').click()
        expect(self.page.locator(".case-number")).to_have_text(f"#{number}", timeout=PATIENCE)
        expect(self.page.locator(".part-reason")).to_be_attached(timeout=PATIENCE)

    def claims(self) -> None:
        self.action("Claim").click()
        expect(self.action("Resolve")).to_be_visible(timeout=PATIENCE)

    def replies(self, text: str) -> None:
        self.page.locator("#tab-reply").click()
        self.page.locator("#box-reply").fill(text)
        self.page.locator("#box-reply").press("Control+Enter")
        expect(self.entries.filter(has_text=text)).to_have_count(1, timeout=PATIENCE)

    def notes(self, text: str) -> None:
        self.page.locator("#tab-note").click()
        self.page.locator("#box-note").fill(text)
        self.page.locator(".composer").get_by_role("button", name="Add note").click()
        expect(self.page.locator(".entry.note").filter(has_text=text)).to_have_count(1, timeout=PATIENCE)

    def resolves(self, line: str) -> None:
        self.action("Resolve").click()
        dialog = self.page.locator("#resolve-dialog")
        dialog.locator("[name=line]").fill(line)
        dialog.get_by_role("button", name="Resolve", exact=True).click()
        expect(dialog).to_be_hidden()

    def is_now(self, status: str) -> None:
        """Choose "Online", "Busy" or "Away", and wait until the desk says so."""
        self.page.locator("#status summary").click()
        self.page.locator(".status-choice").filter(has_text=status).click()
        expect(self.page.locator("#status .status-word")).to_have_text(status)
        self.is_told(f"You are {status.lower()}")

    def looks_at(self, view: str) -> None:
        self.page.locator(f"[data-view={view}]").click()
        expect(self.page.locator(f"[data-view={view}]")).to_have_attribute("aria-pressed", "true")
        expect(self.page.locator(".rows")).not_to_have_attribute("aria-busy", "true", timeout=PATIENCE)

    def writes(self, text: str) -> None:
        """Put words into the reply box and leave them there."""
        self.page.locator("#tab-reply").click()
        self.page.locator("#box-reply").fill(text)

    def asked(self, dialog: str) -> Locator:
        """A dialog that has opened."""
        opened = self.page.locator(f"#{dialog}-dialog")
        expect(opened).to_be_visible(timeout=PATIENCE)
        return opened

    def answers(self, dialog: Locator, button: str) -> None:
        """Press one of a dialog's buttons, and wait until it is done."""
        dialog.get_by_role("button", name=button, exact=True).click()
        expect(dialog).to_be_hidden(timeout=PATIENCE)

    def is_told(self, text: str) -> None:
        """A small box in the corner says it."""
        expect(self.page.locator(".toast").filter(has_text=text)).not_to_have_count(0, timeout=PATIENCE)

    def row(self, number: int) -> Locator:
        return self.page.locator(f'.rows [data-key="{number}"]')

    def commands(self, words: str) -> None:
        """Press Ctrl+K, write what to do, and do the first of what fits."""
        self.page.keyboard.press("Control+k")
        self.page.locator("#picker input").fill(words)
        expect(self.page.locator("#picker [aria-selected=true]")).to_contain_text(words, timeout=PATIENCE)
        self.page.keyboard.press("Enter")

    def numbers(self) -> list[int]:
        """The numbers of the cases in the queue, from its top."""
        return [int(text.removeprefix("#")) for text in self.page.locator(".row-number").all_text_contents()]

    def action(self, name: str) -> Locator:
        return self.page.locator(".case-actions").get_by_role("button", name=name, exact=True)

    @property
    def rows(self) -> Locator:
        return self.page.locator(".rows a")

    @property
    def entries(self) -> Locator:
        return self.page.locator(".entries .entry")


@dataclass(frozen=True)
class StudioScreen:
    """An editor's writing room."""

    page: Page

    def writes(self, title: str, body: str, question: str) -> None:
        self.page.locator("#title").fill(title)
        self.page.locator("#body").fill(body)
        self.page.locator("#questions").fill(question)

    def saves(self) -> None:
        """Press Save, and wait until nothing is left to be saved."""
        self.page.locator("#save").click()
        expect(self.page.locator("#save")).to_be_disabled(timeout=PATIENCE)

    def picks(self, deed: str) -> None:
        """Do one of the things under the three dots."""
        self.page.locator("#more summary").click()
        self.page.locator(f"#more [data-do={deed}]").click()

    def opens_tab(self, name: str) -> None:
        self.page.locator(f"#tab-{name}").click()

    def finds(self, address: str, what: str, words: str) -> Locator:
        """Open a page again and again, until what a worker does on its own time stands on it."""
        found = self.page.locator(what).filter(has_text=words)
        for _ in range(LOOKS):
            self.page.goto(address)
            if found.count():
                return found
        raise AssertionError(f"{LOOKS} looks at {address}, and no {what} says {words}")

    def publishes(self) -> None:
        """Press the one primary button, say yes to what would change, wait until the bot answers from it."""
        self.page.locator("#primary").click()
        self.page.locator("#blast [data-go]").click()
        expect(self.page.locator("#standing.live")).to_be_visible(timeout=PATIENCE)


def sign_in(page: Page, address: str, name: str) -> None:
    """Sign in by the form of a room, `<address>/desk` or `<address>/kb`, and be let in."""
    page.goto(f"{address}/sign-in")
    page.locator("#email").fill(email_of(name))
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    expect(page.locator("#sign-in")).to_have_count(0, timeout=PATIENCE)


def email_of(name: str) -> str:
    return f"{name}@nettly.example"
