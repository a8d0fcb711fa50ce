"""The customer's cards and questions: while they wait, after a conversation, and about their data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, Route, expect

from tests.scene import Play, Scene, open_chat, question
from tests.screens import PATIENCE, ChatScreen
from tests.stage import Stage, View

ORDER = {
    "en": "my order NT-10427 came without the power supply",
    "nb": "ordren min NT-10427 kom uten strømforsyning",
}
SIGHT = {"en": "Check what the agent will see", "nb": "Se over det kundebehandleren"}
LEAVE = {"en": "Leave your e-mail", "nb": "Legg igjen e-post"}
GO_ON = {"en": "Go on with the assistant", "nb": "Fortsett med assistenten"}
SEND = {"en": "Send", "nb": "Send"}


def as_told(page: Page, **state: object) -> None:
    """From here on the page is told this of where things stand, over what the server says.

    For what depends on the hour, or on a site that vouches for its customer.
    """

    def tell(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        route.fulfill(response=answer, json=told | {"state": told["state"] | state})

    page.route("**/events?*", lambda route: route.fulfill(status=503, headers={"Retry-After": "60"}))
    page.route("**/messages?*", tell)


def next_weekday(hour: int) -> str:
    """A moment of the next Monday to Thursday, in UTC."""
    day = datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while day.weekday() > 3:
        day += timedelta(days=1)
    return day.isoformat()


def waiting(stage: Stage, page: Page, view: View) -> ChatScreen:
    """Somebody with an order number, in line."""
    screen = open_chat(stage, page, ORDER[view.language])
    screen.wants_a_person()
    return screen


def unfolded(page: Page, title: str) -> Locator:
    """A part of the card, unfolded and in view."""
    part = page.locator("#card .fold", has_text=title)
    # The card opens some parts by itself, and a key pressed then would shut them.
    part.evaluate("each => { each.open = true; }")
    expect(part.locator(".folded > *").first).to_be_visible(timeout=PATIENCE)
    part.scroll_into_view_if_needed()
    return part


def chat_sight(stage: Stage, page: Page, view: View) -> None:
    waiting(stage, page, view)
    unfolded(page, SIGHT[view.language])


def chat_correcting(stage: Stage, page: Page, view: View) -> None:
    waiting(stage, page, view)
    part = unfolded(page, SIGHT[view.language])
    part.locator(".fact button").first.click()
    part.locator("input").fill("NT-10428")


def chat_leaving(stage: Stage, page: Page, view: View) -> None:
    waiting(stage, page, view)
    part = unfolded(page, LEAVE[view.language])
    part.locator("[type=email]").fill("maya.lind@")
    part.get_by_role("button").click()
    expect(part.locator(".problem")).not_to_be_empty()


def chat_leaves_queue(stage: Stage, page: Page, view: View) -> None:
    waiting(stage, page, view)
    page.locator("#card").get_by_role("button", name=GO_ON[view.language]).click()
    expect(page.locator("#ask")).to_be_visible()


def away(*, late: bool) -> Play:
    """In line while nobody works, or past what was promised."""

    def play(stage: Stage, page: Page, view: View) -> None:
        promised = datetime(2026, 1, 5, 12, tzinfo=UTC).isoformat() if late else next_weekday(11)
        opens = None if late else next_weekday(8)
        outlook = {"open": late, "opens_at": opens, "promised_by": promised, "late": late}
        as_told(page, outlook=outlook)
        waiting(stage, page, view)

    return play


def ended(stage: Stage, page: Page, view: View) -> None:
    """The customer ends the chat from the menu."""
    open_chat(stage, page, question(view.language))
    page.locator("#menu-button").click()
    page.locator("#menu-end").click()
    page.locator("#ask .strong").click()
    expect(page.locator("#card .ending")).to_be_visible(timeout=PATIENCE)


def chat_rating(stage: Stage, page: Page, view: View) -> None:
    """Both are asked about; one is being rated."""
    as_told(page, holder="none", ended={"by": "agent", "rate": ["bot", "agent"]})
    open_chat(stage, page, question(view.language))
    rating = page.locator("#card .rating").first
    rating.locator(".score").nth(3).click()
    rating.locator("textarea").fill("Ines!")


def chat_rated(stage: Stage, page: Page, view: View) -> None:
    ended(stage, page, view)
    rating = page.locator("#card .rating").first
    rating.locator(".score").last.click()
    rating.get_by_role("button").click()
    expect(page.locator("#card .thanks")).to_be_visible(timeout=PATIENCE)


def chat_transcript(stage: Stage, page: Page, view: View) -> None:
    ended(stage, page, view)
    page.locator("#card .fold summary").press("Enter")
    page.locator("#card .fold").scroll_into_view_if_needed()


def menu_question(pressed: str, **state: object) -> Play:
    """What the menu asks before it does something."""

    def play(stage: Stage, page: Page, view: View) -> None:
        if state:
            as_told(page, **state)
        open_chat(stage, page)
        page.locator("#menu-button").click()
        page.locator(pressed).click()
        expect(page.locator("#ask")).to_be_visible(timeout=PATIENCE)

    return play


def chat_forgetting(stage: Stage, page: Page, view: View) -> None:
    menu_question("#menu-mine", verified=True)(stage, page, view)
    page.locator("#ask .risky").click()
    expect(page.locator("#ask .strong.risky")).to_be_visible()


CHAT_SCENES: tuple[Scene, ...] = (
    Scene("chat-sight", chat_sight),
    Scene("chat-correcting", chat_correcting),
    Scene("chat-leaving", chat_leaving),
    Scene("chat-leaves-queue", chat_leaves_queue),
    Scene("chat-closed", away(late=False)),
    Scene("chat-late", away(late=True)),
    Scene("chat-ended", ended),
    Scene("chat-rating", chat_rating),
    Scene("chat-rated", chat_rated),
    Scene("chat-transcript", chat_transcript),
    Scene("chat-asks-end", menu_question("#menu-end")),
    Scene("chat-asks-again", menu_question("#menu-again")),
    Scene("chat-mine", menu_question("#menu-mine", verified=True)),
    Scene("chat-mine-unknown", menu_question("#menu-mine")),
    Scene("chat-forgetting", chat_forgetting),
)
