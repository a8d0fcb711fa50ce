"""The chat in a terminal: a customer's page without a browser, over the same API."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

import requests
from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from bot.errors import BotError

WITHIN = 10.0  # seconds for one request to a server on this machine
EVERY = 0.3  # seconds between looks for what is new


class NoServerError(BotError):
    """Nothing answers at the address."""

    status = 503

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"no Firstline answers at {url} ({why}); start one with `firstline serve`")


class NotTakenError(BotError):
    """The server did not take the message; its own words say why."""

    status = 400


class Session:
    """One conversation over the chat API; its methods raise NoServerError where nobody answers."""

    def __init__(self, url: str, language: str) -> None:
        self._http, self._url = requests.Session(), url.rstrip("/")
        base = f"{self._url}/chat/api/conversations"
        begun = self._ask("POST", base, json={"language": language})
        self._http.headers["Authorization"] = f"Bearer {begun['token']}"
        self._own = f"{base}/{begun['conversation_id']}/messages"
        self._after = 0

    def send(self, text: str, payload: str | None = None) -> None:
        """Send one message; raises NotTakenError, for one that is too long say."""
        self._ask("POST", self._own, json={"client_id": str(uuid.uuid4()), "text": text, "payload": payload})

    def fresh(self) -> tuple[list[dict[str, Any]], bool]:
        """What others said since the last look, and whether the bot is at it."""
        body = self._ask("GET", self._own, params={"after": self._after})
        messages = body["messages"]
        if messages:
            self._after = messages[-1]["number"]
        return [each for each in messages if each["author"] != "customer"], bool(body["state"]["typing"])

    def close(self) -> None:
        """Let go of the connection; the conversation stays."""
        self._http.close()

    def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, address, timeout=WITHIN, **more)
            body: dict[str, Any] = answer.json()
        except requests.RequestException as error:
            raise NoServerError(self._url, type(error).__name__) from None
        if answer.status_code >= 400:
            raise NotTakenError(body["error"]["message"])
        return body


def talk(url: str, language: str, console: Console | None = None) -> None:
    """Read lines until the end of input; a number picks a quick reply. The last answer is heard out."""
    console = console or Console()
    session = Session(url, language)
    screen = _Screen(console, session)
    stop = threading.Event()
    listener = threading.Thread(target=screen.listen, args=(stop,), daemon=True)
    console.print("[dim]Type your message; a number picks a reply; Ctrl+D ends.[/dim]")
    listener.start()
    try:
        while True:
            screen.says(input().strip())
    except (EOFError, KeyboardInterrupt):
        pass
    finally:
        stop.set()
        listener.join()
        session.close()


class _Screen:
    """What the terminal shows, and the replies that can be picked by number."""

    def __init__(self, console: Console, session: Session) -> None:
        self._console, self._session = console, session
        self._buttons: list[dict[str, str]] = []

    def listen(self, stop: threading.Event) -> None:
        """Show what is said until told to stop and the bot is done, or until the server is gone."""
        last = typing = False
        try:
            while typing or not last:
                last = stop.is_set()
                typing = self.hear()
                if typing or not last:
                    time.sleep(EVERY)
        except BotError as error:
            self._console.print(str(error), style="red", markup=False)

    def hear(self) -> bool:
        """Show what is new; True while the bot is at it."""
        messages, typing = self._session.fresh()
        for message in messages:
            _show(self._console, message)
            self._buttons = message["buttons"] or self._buttons
        return typing

    def says(self, line: str) -> None:
        """Send a line, or the quick reply of that number; what is refused can be said in other words."""
        try:
            if line.isdigit() and 0 < int(line) <= len(self._buttons):
                picked = self._buttons[int(line) - 1]
                self._session.send(picked["title"], picked["payload"])
            elif line:
                self._session.send(line)
        except NotTakenError as error:
            self._console.print(str(error), style="red", markup=False)


def _show(console: Console, message: dict[str, Any]) -> None:
    if message["author"] == "system":
        console.print(Text(f"— {message['text']}", "dim"))
        return
    console.print(Text(message["name"] or message["author"], "bold"))
    console.print(Markdown(message["text"]))
    if message["source"]:
        console.print(Text(f"From {message['source']['title']} · {message['source']['updated']}", "dim"))
    for number, button in enumerate(message["buttons"], start=1):
        console.print(Text.assemble((f"  {number} ", "dim"), button["title"]))
