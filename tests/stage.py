"""A server, its staff and its customers, and a browser to look at them with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import Browser, BrowserContext, Page, expect

from config.clock import SystemClock
from config.identity import open_identity
from tests.screens import PASSWORD, PATIENCE, ChatScreen, DeskScreen, StudioScreen, email_of, sign_in

if TYPE_CHECKING:
    from playwright._impl._api_structures import StorageState

Language = Literal["en", "nb"]
Device = Literal["desktop", "phone"]

STAFF: Mapping[str, tuple[str, ...]] = {
    "ines": ("agent", "editor"),
    "omar": ("agent",),
    "liv": ("agent", "supervisor"),
    "edda": ("editor",),
    "ada": ("admin",),
}
"""Who works here, and in which roles."""

DEVICES: Mapping[Device, Mapping[str, object]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}


@dataclass(frozen=True)
class View:
    """How a scene is looked at."""

    device: Device = "desktop"
    language: Language = "en"


@dataclass(frozen=True)
class Visitor:
    """A customer: what they write to the bot, and what they add while in line; `waits` is whether they come
    to be in line at all."""

    language: Language
    says: tuple[str, ...]
    asks_for_person: bool = True
    adds: tuple[str, ...] = ()
    waits: bool = True


CUSTOMERS = (
    Visitor(
        "en",
        ("I was charged twice for order NT-10472, that is 1490 kr gone",),
        adds=(
            "sorry, it is NT-10427. my e-mail is maya.lind@example.com",
            "this is the third time I write and NOBODY answers!!! my name is Maya Lind",
        ),
    ),
    Visitor(
        "nb", ("Hub 3 lyser rødt og jeg har ikke nett",), adds=("jeg jobber hjemmefra og trenger det i dag",)
    ),
    Visitor(
        "en",
        ("someone phoned me from Nettly and wanted my password, is this a scam?",),
        asks_for_person=False,
        adds=("I gave it to them",),
    ),
    Visitor(
        "en",
        ("how long do I have to return something", "glorp wibble fizz", "wibbly zzz glorp"),
        asks_for_person=False,
    ),
    Visitor(
        "en", ("where is my order NT-20931",), adds=("it should have been here on Monday, I leave on Friday",)
    ),
    Visitor("nb", ("hvordan sletter jeg kontoen min?",), adds=("fakturaen er INV-2026-00318",)),
)
"""Who waits at the busy desk, in the order they came."""

UNANSWERED = (
    Visitor("en", ("do you engrave a name on the doorbell?",)),
    Visitor("en", ("can I have my name engraved on the doorbell",)),
    Visitor("en", ("engrave my family name on the doorbell please",), asks_for_person=False, waits=False),
    Visitor("nb", ("kan dere male ringeklokken i en annen farge?",), asks_for_person=False, waits=False),
)
"""Who asks what nobody has written down; an agent tells the first of them."""

TOLD = (
    "Yes, we engrave up to twenty letters on the cover plate of a doorbell. "
    "Write to us which letters you want, and the plate is with you within a week."
)


def staffed(data: Path) -> Path:
    """The same data folder, with a sign-in for each of `STAFF`."""
    with closing(open_identity(data, SystemClock())) as identity:
        for name, roles in STAFF.items():
            identity.add(email_of(name), name.title(), roles, PASSWORD)
    return data


@dataclass
class Stage:
    """A server with its staff, and a browser; `queue_filled` and `gaps_filled` once customers have come."""

    browser: Browser
    address: str
    init_script: str | None = None
    bypass_csp: bool = False
    queue_filled: bool = False
    gaps_filled: bool = False
    _signed_in: dict[str, StorageState] = field(default_factory=dict)

    @contextmanager
    def context(self, view: View, who: str | None = None) -> Iterator[BrowserContext]:
        """A browser of somebody's own; `who` of the staff is signed in."""
        if who is not None and who not in self._signed_in:
            with self.context(View()) as door:
                room = "desk" if "agent" in STAFF[who] else "kb"
                sign_in(door.new_page(), f"{self.address}/{room}", who)
                self._signed_in[who] = door.storage_state()
        context = self.browser.new_context(
            locale="nb-NO" if view.language == "nb" else "en-GB",
            timezone_id="Europe/Oslo",
            reduced_motion="reduce",
            bypass_csp=self.bypass_csp,
            storage_state=self._signed_in[who] if who else None,
            **DEVICES[view.device],  # type: ignore[arg-type]
        )
        if self.init_script is not None:
            context.add_init_script(self.init_script)
        try:
            yield context
        finally:
            context.close()

    def fill_queue(self) -> None:
        """Bring the customers of `CUSTOMERS`, and let the agents take two of them."""
        if self.queue_filled:
            return
        self.queue_filled = True
        for visitor in CUSTOMERS:
            self.visit(visitor)
        with self.context(View(), "omar") as context:
            desk = self.desk(context.new_page())
            desk.opens_case(1003)
            desk.claims()
            desk.replies(
                "Thank you for telling us. Please do not open the link; I am checking your account now."
            )
        with self.context(View(), "ines") as context:
            desk = self.desk(context.new_page())
            desk.opens_case(1001)
            desk.claims()
            desk.notes("Payments sees two captures for the same order; one of them will be released.")
            desk.replies("Hello Maya, I have your order open and I can see both charges.")

    def fill_gaps(self) -> None:
        """Let customers ask what nobody has written down, and an agent solve the case of one of them."""
        if self.gaps_filled:
            return
        self.gaps_filled = True
        for visitor in UNANSWERED:
            self.visit(visitor)
        with self.context(View(), "ines") as context:
            desk = self.desk(context.new_page())
            desk.opens_case(max(desk.numbers()) - 1)
            desk.claims()
            desk.replies(TOLD)
            desk.resolves("Told about engraving")
            studio = StudioScreen(desk.page)
            studio.finds(f"{self.address}/kb/proposals", ".case", TOLD)
            studio.finds(f"{self.address}/kb/gaps", ".card", UNANSWERED[-1].says[0])

    def visit(self, visitor: Visitor) -> None:
        """Somebody comes, says what they have to say, and waits for a person if they are to have one."""
        with self.context(View(language=visitor.language)) as context:
            page = context.new_page()
            page.goto(f"{self.address}/chat")
            chat = ChatScreen(page)
            chat.is_greeted()
            for text in visitor.says:
                chat.asks(text)
            if visitor.asks_for_person:
                chat.says("kan jeg snakke med et menneske" if visitor.language == "nb" else "I want a person")
            if visitor.waits:
                expect(page.locator("#card .card")).to_be_visible(timeout=PATIENCE)
            for text in visitor.adds:
                chat.says(text)
                expect(page.locator("#outgoing > *")).to_have_count(0, timeout=PATIENCE)

    def desk(self, page: Page) -> DeskScreen:
        page.goto(f"{self.address}/desk/")
        expect(page.locator(".standing[data-standing=live]")).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".rows a, .empty:not([hidden])").first).to_be_visible(timeout=PATIENCE)
        return DeskScreen(page)
