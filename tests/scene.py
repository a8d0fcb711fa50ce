"""A scene: one page in one state, and how somebody in front of a browser brings it there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.screens import ChatScreen
from tests.stage import Language, Stage, View

Play = Callable[[Stage, Page, View], object]


@dataclass(frozen=True)
class Scene:
    """One page in one state: `play` brings a fresh page there, with `who` signed in."""

    name: str
    play: Play
    who: str | None = None


def plain(path: str) -> Play:
    """A page that is there as soon as it is loaded."""

    def play(stage: Stage, page: Page, view: View) -> None:
        page.goto(stage.address + path.format(lang=view.language))

    return play


def open_chat(stage: Stage, page: Page, *said: str) -> ChatScreen:
    """A customer's chat, greeted, in which this was said and answered."""
    page.goto(f"{stage.address}/chat")
    screen = ChatScreen(page)
    screen.is_greeted()
    for text in said:
        screen.asks(text)
    return screen


def question(language: Language) -> str:
    """One that the shipped base answers."""
    return (
        "hvor lenge har jeg på meg til å returnere noe?"
        if language == "nb"
        else "how long do I have to return something"
    )
