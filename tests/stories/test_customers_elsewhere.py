"""A customer who writes from where she is: Telegram, which is asked, so nobody has to reach the house."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation import Holder
from bot.dialogue.assistant import Assistant
from bot.opening import House, open_house
from config.settings import load_settings
from tests.driver import Driver
from tests.fakes import FakeClock, FirstChoice
from tests.furnishing import never_closed
from tests.peers import SeenFile
from tests.platforms import Shown
from tests.platforms.telegram import TelegramPlatform


class Maya:
    """She has Telegram open. Each verb gives what she is shown then."""

    def __init__(self, house: House, telegram: TelegramPlatform) -> None:
        self._house, self.telegram, self._seen = house, telegram, 0

    def says(self, text: str, *files: SeenFile) -> list[Shown]:
        self.telegram.says(text, self._house.clock.now(), files=files)
        return self.hears()

    def taps(self, title: str) -> list[Shown]:
        self.telegram.taps(title, self._house.clock.now())
        return self.hears()

    def hears(self) -> list[Shown]:
        self._house.workers.drain()
        known = self._house.chat.find("telegram", self.telegram.maya)
        assert known is not None
        self._house.turns.now(known.id)
        self._house.workers.drain()
        shown = list(self.telegram.shows())[self._seen :]
        self._seen += len(shown)
        return shown

    @property
    def holder(self) -> Holder:
        known = self._house.chat.at("telegram", self.telegram.maya)
        return self._house.chat.standing(known.id).holder


@pytest.fixture
def telegram() -> Iterator[TelegramPlatform]:
    platform = TelegramPlatform("poll")
    yield platform
    platform.close()


@pytest.fixture
def opened(data: Path, telegram: TelegramPlatform, shipped: Assistant) -> Iterator[House]:
    settings = "\n".join(f'{key} = "{value}"' for key, value in telegram.settings.items())
    (never_closed(data) / "firstline.toml").write_text(
        '[bot]\nchannels = [".web", ".telegram"]\nburst_ms = 0\n'
        f'[server]\npublic_url = "https://support.nettly.example"\n'
        f'[bridge]\nprivate_networks = ["127.0.0.0/8"]\n[channels.telegram]\n{settings}\n',
        encoding="utf-8",
    )
    house = open_house(load_settings(data, {}), clock=FakeClock(), rng=FirstChoice(), base=shipped)
    yield house
    house.close()


def test_she_is_answered_asks_for_a_person_and_reads_the_persons_words(
    opened: House, telegram: TelegramPlatform
) -> None:
    maya, ines = Maya(opened, telegram), Driver(opened).agent("Ines")
    answer = maya.says("how long do i have to send something back?")[-1]
    assert "60 days" in answer.text and "https://support.nettly.example/help/en/" in answer.text
    assert maya.taps("Yes, it did") and telegram.answered == ["77"]
    maya.says("I want to talk to a human about order NT-10427", SeenFile("order.pdf", b"%PDF-1.4 order"))
    assert maya.holder is Holder.QUEUE
    [case] = ines.queue()
    assert (case.customer_name, case.customer_verified) == ("Maya", False)
    assert [file.name for entry in opened.handoff.desk.thread(case.number) for file in entry.files] == [
        "order.pdf"
    ]
    ines.claims(case)
    ines.replies(case, "Hello Maya, I have your order open.")
    assert [shown.text for shown in maya.hears()][-1] == "Ines: Hello Maya, I have your order open."
    maya.says("Thank you!")
    assert "Thank you!" in [entry.text for entry in opened.handoff.desk.thread(case.number)]
    ines.resolves(case)
    assert maya.hears() and maya.holder is Holder.BOT
