"""The chat in a terminal: a customer's page without a browser, over the same API."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import requests
from rich.console import Console
from rich.markdown import Markdown

from bot.errors import BotError

WITHIN = 10.0  # seconds for one request to a server on this machine
EVERY = 0.3  # seconds between looks for what is new


class NoServerError(BotError):
    """Nothing answers at the address."""

    status = 503

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"no Firstline answers at {url} ({why}); start one with `firstline serve`")


class Session:
    """One conversation over the chat API."""

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
        """Send one message; sent again with the same id if the answer is lost, it is stored once."""
        body = {"client_id": str(uuid.uuid4()), "text": text, "payload": payload}
        answer = self._http.post(self._own, json=body, timeout=WITHIN)
        if answer.status_code >= 400:
            raise BotError(answer.json()["error"]["message"])

    def fresh(self) -> tuple[list[dict[str, Any]], bool]:
        """What others said since the last look, and whether the bot is at it."""
        answer = self._http.get(self._own, params={"after": self._after}, timeout=WITHIN)
        answer.raise_for_status()
        body = answer.json()
        messages = body["messages"]
        if messages:
            self._after = messages[-1]["number"]
        return [each for each in messages if each["author"] != "customer"], bool(body["state"]["typing"])


def talk(url: str, language: str) -> None:
    """Read lines until the end of input; a number picks a quick reply."""
    console = Console()
    session = Session(url, language)
    buttons: list[dict[str, str]] = []
    stop = threading.Event()

    def listen() -> None:
        while not stop.wait(EVERY):
            messages, _ = session.fresh()
            for message in messages:
                _show(console, message)
                buttons[:] = message["buttons"] or buttons

    console.print("[dim]Type your message; a number picks a reply; Ctrl+D ends.[/dim]")
    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        while True:
            text = input()
            if text.strip().isdigit() and 0 < int(text) <= len(buttons):
                picked = buttons[int(text) - 1]
                session.send(picked["title"], picked["payload"])
            elif text.strip():
                session.send(text)
    except (EOFError, KeyboardInterrupt):
        stop.set()


def _show(console: Console, message: dict[str, Any]) -> None:
    author = message["name"] or message["author"]
    if message["author"] == "system":
        console.print(f"[dim]— {message['text']}[/dim]")
        return
    console.print(f"[bold]{author}[/bold]")
    console.print(Markdown(message["text"]))
    if message["source"]:
        console.print(f"[dim]From {message['source']['title']} · {message['source']['updated']}[/dim]")
    for number, button in enumerate(message["buttons"], start=1):
        console.print(f"  [dim]{number}[/dim] {button['title']}")
