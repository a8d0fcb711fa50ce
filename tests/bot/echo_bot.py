"""Rasa's channels in front of a bot that repeats what it hears: no model, and a real server in a process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask, jsonify

import bot
from bot.channels import Channel
from bot.channels.rasa_callback import RasaCallbackChannel
from bot.channels.rasa_rest import RasaRestChannel
from bot.channels.rasa_socketio import RasaSocketIoChannel, SocketIoSettings
from bot.chat import Chat
from bot.conversation import ConversationId, Draft
from bot.dialogue.documents import JsonValue
from bot.saying import drafted
from bot.shell import Cors, Shell, run
from bot.standing import Standings
from bot.store import Outcome, Store
from bot.turns import TurnPool
from bot.web.rasa_rest import rasa_callback, rasa_rest
from bot.web.rasa_socketio import SocketIo
from bot.web.rasa_stream import RestStream
from config.clock import SystemClock
from config.database import Database, open_database
from config.pages import error_response
from handoff.intake import Wait

ROOT = Path(__file__).parents[2]
RICH = {
    "text": "One.\n\nTwo.",
    "image": "https://pictures.example/a.png",
    "attachment": {"type": "video", "payload": {"title": "How", "src": "https://pictures.example/a.mp4"}},
    "custom": {"type": "map"},
    "elements": [{"title": "Lamp", "subtitle": "It shines", "buttons": []}],
    "buttons": [{"title": "Yes", "payload": "/affirm"}],
}


@dataclass(frozen=True)
class Limits:
    threads: int = 4
    max_body_bytes: int = 262_144
    body_within_seconds: int = 5
    max_streams: int = 500
    max_streams_per_client: int = 20
    max_streams_per_token: int = 20


def nobody(handoff_id: str) -> Wait:
    """Nobody waits for a person here."""
    raise AssertionError(handoff_id)


class EchoBot:
    """`rich` gets everything a response can carry, `agent` an agent's line, the rest gets itself back."""

    def __init__(self, folder: Path, channels: tuple[Channel, ...]) -> None:
        self.database: Database = open_database(folder / "bot.db", Path(bot.__path__[0]) / "migrations")
        self.pushing = {channel.name for channel in channels if channel.pushes}
        self.store = Store(self.database, SystemClock(), [each.name for each in channels if each.delivers])
        self.turns = TurnPool(self.take, threads=2, changed=lambda conversation: None)
        self.chat = Chat(
            self.store,
            self.turns,
            greet=lambda begun: Outcome(),
            standings=Standings(
                self.store,
                busy=self.turns.busy,
                wait=nobody,
                ended=lambda *ending: None,
                named=str,
            ),
            languages=("en", "nb"),
            characters=8_000,
            clock=SystemClock(),
        )

    def take(self, conversation: ConversationId) -> None:
        known = self.store.get(conversation)
        heard = [m for m in self.store.messages(conversation, known.handled) if m.author == "customer"]
        if not heard:
            return
        drafts = [self.draft(message.text, message.data) for message in heard]
        self.store.write(
            conversation,
            Outcome(
                drafts=tuple(drafts),
                handled=heard[-1].number,
                trace={},
                handed_out=known.channel not in self.pushing,
            ),
        )

    def draft(self, text: str, data: Mapping[str, JsonValue]) -> Draft:
        if text == "rich":
            found = drafted(str(RICH["text"]), RICH)
            assert found is not None
            return found
        if text == "what did I send?":
            return Draft("bot", json.dumps(dict(data), sort_keys=True))
        return Draft("agent", "Ines here.", name="Ines") if text == "agent" else Draft("bot", text)

    def says(self, channel: str, address: str, text: str) -> None:
        """Say something by itself, as an agent's reply comes."""
        known = self.chat.at(channel, address)
        self.store.write(known.id, Outcome(drafts=(Draft("agent", text, name="Ines"),)))

    def close(self) -> None:
        self.turns.close()
        self.database.close()


def shell(echo: EchoBot, settings: SocketIoSettings, origins: tuple[str, ...]) -> Shell:
    rest, callback, sockets = RasaRestChannel(), RasaCallbackChannel(), RasaSocketIoChannel()
    app = Flask("echo")
    app.register_blueprint(rasa_rest(echo.chat, rest))
    app.register_blueprint(rasa_callback(echo.chat, callback))
    app.errorhandler(Exception)(lambda error: error_response(error, lambda text: text))
    app.get("/")(lambda: jsonify(up=True))

    @app.post("/says/<channel>/<address>/<text>")
    def says(channel: str, address: str, text: str) -> str:
        echo.says(channel, address, text)
        return ""

    cors, limits = Cors(origins, ("/webhooks/",)), Limits()
    bell = echo.database.doorbell
    return Shell(
        {"/": app},
        [],
        settings=limits,
        natives=[
            RestStream(echo.chat, rest, limits),
            SocketIo(echo.chat, sockets, bell, settings, limits=limits, cors=cors),
        ],
        cors=cors,
    )


@contextmanager
def echoing(folder: Path, credentials: Mapping[str, JsonValue] | None = None, *origins: str) -> Iterator[str]:
    """The bot on a port of its own for the length of a `with`; its address. It must end in order."""
    told = {"session_persistence": True} if credentials is None else dict(credentials)
    command = [sys.executable, "-W", "error", "-m", __name__, str(folder), json.dumps(told), *origins]
    with (
        open(folder / "echo.log", "ab") as log,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        try:
            assert port, (folder / "echo.log").read_text()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=timedelta(seconds=30).total_seconds())


def main(folder: str, credentials: str, *origins: str) -> None:
    echo = EchoBot(Path(folder), (RasaRestChannel(), RasaCallbackChannel(), RasaSocketIoChannel()))
    settings = SocketIoSettings.of(json.loads(credentials))
    run(shell(echo, settings, origins), "127.0.0.1", 0, lambda port: print(port, flush=True))
    echo.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
