"""A chat server that says what it is told to and fails when it is told to, for the tests of the chat page."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from playwright.sync_api import Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.web import pages
from config.pages import Brand, dress
from config.texts import Texts

WEB = Path(pages.__file__).parent
MOST_BYTES = 1_000_000
"""How large a file may be here."""

BOT: dict[str, object] = {"holder": "bot", "agent": None, "place": None, "typing": False, "language": "en"}


@dataclass
class CannedChat:
    """One conversation. It keeps the two promises the page builds on: numbers, one for each client_id."""

    address: str = ""
    messages: list[dict[str, object]] = field(default_factory=list)
    state: dict[str, object] = field(default_factory=lambda: dict(BOT))
    begun: int = 0
    fails_with: int = 0  # every request; 0 is well
    refuses_with: int = 0  # sending alone
    streams: bool = True
    loses_acknowledgements: bool = False  # stores a message, then answers 500
    mute: bool = False  # tells nobody what was said
    notice: dict[str, object] | None = None  # what the page tells before the first message
    forgotten: bool = False  # answers 410
    files: dict[str, bytes] = field(default_factory=dict)
    refuses_files_with: tuple[int, str] | None = None  # status and code
    further: Mapping[str, Path] = field(default_factory=dict)  # catalogues of more languages
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def says(self, text: str, author: str = "bot", **more: object) -> int:
        """Append a message and tell the streams."""
        with self._changed:
            number = len(self.messages) + 1
            self.messages.append(
                {
                    "number": number,
                    "author": author,
                    "name": None,
                    "text": text,
                    "sent_at": "2026-11-02T09:00:00.000Z",
                    "client_id": None,
                    "buttons": [],
                    "source": None,
                    "feedback": False,
                    **more,
                }
            )
            self._changed.notify_all()
        return number

    def stands(self, **changes: object) -> None:
        """Change the state and tell the streams."""
        with self._changed:
            self.state |= changes
            self._changed.notify_all()

    def heard(self) -> list[object]:
        """The customer's texts in the order they were stored."""
        return [message["text"] for message in self.messages if message["author"] == "customer"]

    def forgets(self) -> None:
        """The conversation is gone, as after a restored backup."""
        self.messages.clear()
        self.begun += 1

    def forgets_for_good(self) -> None:
        """The customer had everything deleted."""
        with self._changed:
            self.forgotten = True
            self._changed.notify_all()

    def hangs_up(self) -> None:
        """Fail from now on, and end the open streams."""
        with self._changed:
            self.fails_with = 500
            self._changed.notify_all()

    def app(self) -> Flask:
        app = Flask("canned", static_folder=WEB / "static", static_url_path="/chat/static")
        texts = Texts.load(WEB / "locale", further=self.further)
        dress(app, Brand.load(), texts, frame_ancestors="*")
        app.register_blueprint(
            pages.blueprint(
                texts=texts,
                languages=("en", "nb", *self.further),
                message_characters=8_000,
                file_bytes=MOST_BYTES,
                notice=lambda: self.notice,
            )
        )
        one = "/chat/api/conversations/<conversation>"

        @app.before_request
        def fail() -> ResponseReturnValue | None:
            if not request.path.startswith("/chat/api/"):
                return None
            known = request.headers.get("Authorization") == f"Bearer {self.begun}"
            if self.fails_with:
                return "", self.fails_with
            if known and self.forgotten:
                return "", 410
            return None if known or request.path.endswith("/conversations") else ("", 404)

        @app.post("/chat/api/conversations")
        def begin() -> ResponseReturnValue:
            self.begun += 1
            self.forgotten = False
            self.messages.clear()
            self.says("Hello, I am the assistant.")
            return jsonify(conversation_id="c", token=str(self.begun)), 201

        @app.post(f"{one}/messages")
        def receive(conversation: str) -> ResponseReturnValue:
            if self.refuses_with:
                return "", self.refuses_with
            body = request.get_json()
            known = [m["number"] for m in self.messages if m["client_id"] == body["client_id"]]
            files = [_file(id, self.files) for id in body.get("files", [])]
            said = {"client_id": body["client_id"], "data": {"files": files} if files else {}}
            number = known[0] if known else self.says(body["text"], "customer", **said)
            return ("", 500) if self.loses_acknowledgements else (jsonify(number=number), 202)

        @app.post(f"{one}/files")
        def keep(conversation: str) -> ResponseReturnValue:
            if self.refuses_files_with:
                status, code = self.refuses_files_with
                return jsonify(error={"code": code, "message": "no"}), status
            self.files[request.args["name"]] = request.get_data()
            return jsonify(file=_file(request.args["name"], self.files)), 201

        @app.get("/files/<id>/<name>")
        def give(id: str, name: str) -> ResponseReturnValue:
            kind = "image/png" if "inline" in request.args else "application/octet-stream"
            return Response(self.files[name], mimetype=kind)

        @app.get(f"{one}/messages")
        def read(conversation: str) -> ResponseReturnValue:
            after = len(self.messages) if self.mute else request.args.get("after", 0, int)
            return jsonify(messages=self.messages[after:], state=self.state)

        @app.get(f"{one}/events")
        def events(conversation: str) -> ResponseReturnValue:
            if not self.streams:
                return "", 503
            return Response(self._stream(request.args.get("after", 0, int)), mimetype="text/event-stream")

        return app

    def _stream(self, after: int) -> Iterator[str]:
        shown: dict[str, object] = {}
        begun = self.begun
        yield "retry: 2000\n\n"
        while not self.fails_with and not self.forgotten and begun == self.begun:
            with self._changed:
                if self.mute or (len(self.messages) <= after and shown == self.state):
                    self._changed.wait(0.2)
                if self.mute:
                    continue
                fresh, state = self.messages[after:], dict(self.state)
            for message in fresh:
                # Twice: a stream that is resumed may repeat itself, and the page must not.
                yield f"id: {message['number']}\nevent: message\ndata: {json.dumps(message)}\n\n" * 2
            after += len(fresh)
            if state != shown:
                shown = state
                yield f"event: state\ndata: {json.dumps(state)}\n\n"
            yield ": still here\n\n"


def _file(name: str, files: dict[str, bytes]) -> dict[str, object]:
    """A file on the wire; its name is its id."""
    picture = files[name].startswith(b"\x89PNG")
    kind = "image/png" if picture else "application/octet-stream"
    size, url = len(files[name]), f"/files/x/{quote(name)}"
    return {"id": name, "name": name, "type": kind, "size": size, "picture": picture, "url": url}


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the tests' own output is enough."""


C = TypeVar("C", bound=CannedChat)


@contextmanager
def answering(chat: C) -> Iterator[C]:
    """The chat on an address of its own; at the end it lets go of the pages that still read."""
    with listening(chat.app()) as chat.address:
        yield chat
        chat.hangs_up()


def greeted(page: Page, chat: CannedChat) -> Page:
    """The page with the chat on it, once the assistant has greeted."""
    page.goto(f"{chat.address}/chat")
    expect(page.get_by_text("Hello, I am the assistant.")).to_be_visible()
    return page


def write(page: Page, text: str) -> None:
    """Send something, as a customer with a keyboard does."""
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")


def mine(page: Page) -> list[str]:
    """The customer's bubbles from top to bottom, sent or not."""
    return page.locator(".customer .bubble").all_text_contents()


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """Serve an app on a free port of 127.0.0.1; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
