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
    """Over the chat API of a running server; NoServerError where it is not, or no more."""

    def __init__(self, url: str, language: str) -> None:
        self._http, self._url = requests.Session(), url.rstrip("/")
        base = f"{self._url}/chat/api/conversations"
        begun = self._ask("POST", base, json={"language": language})
        self._http.headers["Authorization"] = f"Bearer {begun['token']}"
        self._own = f"{base}/{begun['conversation_id']}/messages"
        self._after = 0

    def send(self, text: str, payload: str | None = None) -> None:
        self._ask("POST", self._own, json={"client_id": str(uuid.uuid4()), "text": text, "payload": payload})

    def close(self) -> None:
        """Let go of the connection; the conversation stays."""
        self._http.close()

    def fresh(self) -> tuple[list[dict[str, Any]], bool]:
        body = self._ask("GET", self._own, params={"after": self._after})
        messages = body["messages"]
        if messages:
            self._after = messages[-1]["number"]
        return [each for each in messages if each["author"] != "customer"], bool(body["state"]["typing"])

    def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, address, timeout=WITHIN, **more)
            body: dict[str, Any] = answer.json()
        except requests.RequestException as error:
            self.close()
            raise NoServerError(self._url, type(error).__name__) from None
        if answer.status_code >= 400:
            raise BotError(body["error"]["message"])
        return body


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
        try:
            while not stop.wait(EVERY):
                listen()
        except BotError as error:
            _tell(console, error)

    def says(text: str) -> None:
        try:
            if text.isdigit() and 0 < int(text) <= len(buttons):
                picked = buttons[int(text) - 1]
                session.send(picked["title"], picked["payload"])
            elif text:
                session.send(text)
        except NoServerError:
            raise
        except BotError as error:  # too long, say: it can be put in other words
            _tell(console, error)

    console.print("[dim]Type your message; a number picks a reply; Ctrl+D ends.[/dim]")
    listen()
    threading.Thread(target=keep_listening, daemon=True).start()
    try:
        while True:
            says(input().strip())
            listen()
    except (EOFError, KeyboardInterrupt):
        stop.set()
        with one_at_a_time:
            pass


def _tell(console: Console, error: BotError) -> None:
    console.print(str(error), style="red", markup=False, highlight=False)


def _show(console: Console, message: dict[str, Any]) -> None:
    if message["author"] == "system":
        console.print(f"— {message['text']}", style="dim", markup=False)
        return
    console.print(message["name"] or message["author"], style="bold", markup=False)
    console.print(Markdown(message["text"]))
    for source in _cited(message):
        where = " › ".join(part for part in (source["title"], source["heading"]) if part)
        console.print(f"From {where} · updated {source['updated']}", style="dim", markup=False)
    if message["feedback"]:
        console.print("Did this help?", style="dim")
    for number, button in enumerate(message["buttons"], start=1):
        console.print(f"  {number} {button['title']}", style="dim", markup=False)


def _cited(message: dict[str, Any]) -> list[dict[str, Any]]:
    """The articles of an answer; one of several parts has more than one."""
    custom = message["data"].get("custom")
    also = custom.get("also") if isinstance(custom, dict) else None
    return [message["source"], *(also or [])] if message["source"] else []
