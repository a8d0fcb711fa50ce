"""The customers' room with one platform's channel, worked by hand: the test is the bot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

import bot
from bot.channels import Platform
from bot.channels.api import ApiChannel
from bot.channels.hearing import Hearing, last_heard
from bot.channels.opening import carriers, open_channel
from bot.chat import Chat
from bot.conversation import Author, Button, Conversation, ConversationId, Draft, Message, carrying
from bot.deliveries import Deliveries
from bot.dialogue.responses import filled
from bot.files import Files
from bot.reports import Reports
from bot.saying import OWN_LINES
from bot.shell.limits import Rule
from bot.standing import Standings
from bot.store import Outcome, Store
from bot.store.deliveries import DeliveryStore
from bot.store.files import FileStore
from bot.store.reports import Report, ReportStore
from bot.web.channel_api import ChannelApi
from bot.web.channels_api import channels_api
from config.database import open_database
from config.outbound import Outbound
from config.pages import Brand, dress
from config.settings import load_settings
from config.texts import Texts
from handoff.file import FileRef
from handoff.intake import Wait
from tests.blank import furnish
from tests.fakes import FakeClock
from tests.peers import Webhook
from tests.platforms import PUBLIC, FakePlatform
from tests.toml_tables import toml

HELP = (Button("Yes, thanks", "/helped"), Button("No", "/did_not_help"))
CHARACTERS = 2_000


class Room:
    """`name`: the channel's. owed: the conversations whose turn the bot is to take. shared: the bytes of what
    agents send, by id."""

    def __init__(self, folder: Path, name: str, platform: FakePlatform) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "firstline.toml").write_text(settings_of(name, platform.settings), encoding="utf-8")
        self.name, self.platform, self.clock = name, platform, FakeClock()
        self.owed: list[tuple[ConversationId, bool]] = []
        self.outbound = Outbound()
        self.shared: dict[str, bytes] = {}
        furnish(folder, ["bot"])
        self._database = open_database(folder / "bot.db", Path(bot.__path__[0]) / "migrations")
        self.channel = open_channel(
            load_settings(folder, {}),
            f".{name}",
            self.outbound,
            self.clock,
            lambda channel, address: last_heard(self.store, channel, address),
            lambda file: self.shared.get(file.id),
        )
        self.store = Store(self._database, self.clock, [name])
        self.files = Files(FileStore(self._database, 50 * 2**20), self.clock, 10 * 2**20)
        self.chat = self._chat()
        self._reports = ReportStore(self._database)
        self.hearing = Hearing(
            self.chat, self.files, Reports(self._reports, self, self.clock), phrase, characters=CHARACTERS
        )
        self._deliveries = DeliveryStore(self._database)
        self._client = self._app().test_client()

    def takes(self, webhook: Webhook) -> TestResponse:
        """A webhook as it comes in from outside."""
        path = f"/channels/{self.name}{webhook.path}"
        return self._client.open(
            path, method=webhook.method, headers=dict(webhook.headers), data=webhook.body
        )

    def hears(self, text: str) -> Message:
        """Maya writes, and it is taken in."""
        assert self.takes(self.platform.says(text, self.clock.now())).status_code < 300
        return self.said()[-1]

    def says(self, text: str, *, author: Author = "bot", **more: object) -> None:
        """The bot, or an agent, says something to Maya."""
        draft = Draft(author, text, **more)  # type: ignore[arg-type]
        self.store.write(self.maya.id, Outcome(drafts=(draft,)))

    def gives(
        self, name: str, type: str, content: bytes, *, text: str = "", size: int | None = None
    ) -> FileRef:
        """Ines sends Maya a file; `size` is what is said of it."""
        file = FileRef(f"id-{len(self.shared)}", name, type, len(content) if size is None else size)
        self.shared[file.id] = content
        self.says(text, author="agent", name="Ines", data=carrying([file]))
        return file

    @property
    def maya(self) -> Conversation:
        return self.chat.at(self.name, self.platform.maya)

    def said(self) -> list[Message]:
        """What Maya has said, as it is stored."""
        return [each for each in self.store.messages(self.maya.id) if each.author == "customer"]

    def works(self, deliveries: Deliveries | None = None) -> None:
        """Bring what is due."""
        while (deliveries or self.delivering()).work():
            pass

    def waits(self, seconds: float) -> None:
        self.clock.moves(timedelta(seconds=seconds))
        self.works()

    def delivering(self) -> Deliveries:
        """A worker; another one is that of a server which has started again."""
        return Deliveries(self._deliveries, [self.channel], carriers([self.channel]), self.clock)

    def reports(self) -> tuple[Report, ...]:
        """What the desk is to be told."""
        return self._reports.untold(10)

    def close(self) -> None:
        self.outbound.close()
        self._database.close()

    def soon(self, conversation: ConversationId, *, whole: bool = False) -> None:
        self.owed.append((conversation, whole))

    def now(self, conversation: ConversationId) -> None:
        raise AssertionError("no channel outside waits for a turn")

    def reply(self, conversation: Conversation, heard: tuple[Message, ...]) -> tuple[Message, ...]:
        raise AssertionError("no channel outside waits for an answer")

    def busy(self, conversation: ConversationId) -> bool:
        return False

    def _chat(self) -> Chat:
        standings = Standings(
            self.store,
            busy=self.busy,
            wait=_nobody_waits,
            ended=lambda conversation: None,
            named=lambda visitor: None,
            agreed=lambda conversation: True,
            answered=lambda conversation: False,
        )
        return Chat(
            self.store,
            self,
            greet=lambda conversation: Outcome(),
            standings=standings,
            languages=("en", "nb"),
            characters=CHARACTERS,
            clock=self.clock,
        )

    def _app(self) -> Flask:
        app = Flask("bot.web")
        dress(app, Brand.load(), Texts.load(Path(bot.__path__[0]) / "web" / "locale"), frame_ancestors="*")
        served = [self.channel] if isinstance(self.channel, Platform) else []
        app.register_blueprint(channels_api(served, self.hearing, self.clock, PUBLIC))
        if isinstance(self.channel, ApiChannel):
            most = Rule.of("messages of this customer", (60, 10.0))
            own = ChannelApi(self.chat, self.files, self.channel, most, self.clock)
            app.register_blueprint(own.blueprint())
        return app


def phrase(response: str, language: str, blanks: dict[str, str]) -> str:
    """The house's own words, which assistants may word in their languages."""
    return filled(OWN_LINES[response], blanks)


def _nobody_waits(handoff_id: str) -> Wait:
    raise AssertionError("nobody waits for a person here")


def settings_of(name: str, settings: Mapping[str, object]) -> str:
    """The settings of a house with that channel."""
    return toml(
        {
            "server": {"public_url": PUBLIC},
            "bridge": {"private_networks": ["127.0.0.0/8"]},
            f"channels.{name}": settings,
        }
    )
