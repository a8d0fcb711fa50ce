"""The chat in a terminal: a customer's page without a browser."""

from __future__ import annotations

import threading
import uuid
from typing import Any, Protocol

import requests
from rich.console import Console
from rich.markdown import Markdown

from bot.channels.web import WebChannel
from bot.errors import BotError
from bot.opening import House

WITHIN = 10.0  # seconds for one request to a server on this machine
EVERY = 0.3  # seconds between looks for what a person may have said


class NoServerError(BotError):
    """Nothing answers at the address."""

    status = 503

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"no Firstline answers at {url} ({why}); start one with `firstline serve`")


class Session(Protocol):
    """One conversation, wherever the bot runs."""

    def send(self, text: str, payload: str | None = None) -> None:
        """Send one message; raises BotError with the words to show."""
        ...

    def fresh(self) -> tuple[list[dict[str, Any]], bool]:
        """What others said since the last look, as the chat API shows it; and whether the bot is at it."""
        ...


class Remote:
    """Over the chat API of a running server."""

    def __init__(self, url: str, language: str) -> None:
        self._http = requests.Session()
        self._base = f"{url.rstrip('/')}/chat/api/conversations"
        try:
            answer = self._http.post(self._base, json={"language": language}, timeout=WITHIN)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise NoServerError(url, type(error).__name__) from None
        begun = answer.json()
        self._http.headers["Authorization"] = f"Bearer {begun['token']}"
        self._own = f"{self._base}/{begun['conversation_id']}/messages"
        self._after = 0

    def send(self, text: str, payload: str | None = None) -> None:
        body = {"client_id": str(uuid.uuid4()), "text": text, "payload": payload}
        answer = self._http.post(self._own, json=body, timeout=WITHIN)
        if answer.status_code >= 400:
            raise BotError(answer.json()["error"]["message"])

    def fresh(self) -> tuple[list[dict[str, Any]], bool]:
        answer = self._http.get(self._own, params={"after": self._after}, timeout=WITHIN)
        answer.raise_for_status()
        body = answer.json()
        messages = body["messages"]
        if messages:
            self._after = messages[-1]["number"]
        return [each for each in messages if each["author"] != "customer"], bool(body["state"]["typing"])


class Local:
    """In this process, over a house that no server has open."""

    def __init__(self, house: House, language: str) -> None:
        self._house, self._wire, self._after = house, WebChannel(), 0
        self._conversation = house.chat.begin(language=language).conversation

    def send(self, text: str, payload: str | None = None) -> None:
        self._house.chat.receive(self._conversation, str(uuid.uuid4()), text, payload)
        self._house.turns.now(self._conversation)

    def fresh(self) -> tuple[list[dict[str, Any]], bool]:
        said = self._house.chat.messages(self._conversation, self._after)
        if said:
            self._after = said[-1].number
        others = [message for message in said if message.author != "customer"]
        shown = [wire for each in others for wire in self._wire.render(each, self._conversation)]
        return shown, self._house.turns.busy(self._conversation)


def talk(session: Session) -> None:
    """Read lines until the end of input; a number picks a quick reply. People who join are heard."""
    console = Console()
    buttons: list[dict[str, str]] = []
    one_at_a_time = threading.Lock()
    stop = threading.Event()

    def listen() -> None:
        with one_at_a_time:
            messages, typing = session.fresh()
            while typing:
                stop.wait(0.02)
                more, typing = session.fresh()
                messages += more
            for message in messages:
                _show(console, message)
            if messages:
                buttons[:] = messages[-1]["buttons"]

    def keep_listening() -> None:
        while not stop.wait(EVERY):
            listen()

    console.print("[dim]Type your message; a number picks a reply; Ctrl+D ends.[/dim]")
    listen()
    threading.Thread(target=keep_listening, daemon=True).start()
    try:
        while True:
            text = input().strip()
            if text.isdigit() and 0 < int(text) <= len(buttons):
                picked = buttons[int(text) - 1]
                session.send(picked["title"], picked["payload"])
            elif text:
                session.send(text)
            listen()
    except (EOFError, KeyboardInterrupt):
        stop.set()
        with one_at_a_time:
            pass


def _show(console: Console, message: dict[str, Any]) -> None:
    if message["author"] == "system":
        console.print(f"— {message['text']}", style="dim", markup=False)
        return
    console.print(message["name"] or message["author"], style="bold", markup=False)
    console.print(Markdown(message["text"]))
    if message["source"]:
        source = message["source"]
        console.print(f"From {source['title']} · updated {source['updated']}", style="dim", markup=False)
    if message["feedback"]:
        console.print("Did this help?", style="dim")
    for number, button in enumerate(message["buttons"], start=1):
        console.print(f"  {number} {button['title']}", style="dim", markup=False)
