"""kill -9 on the road of a customer's e-mail, from the mailbox to the letter: heard once, answered once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.dialogue.assistant import Assistant
from bot.opening import open_house
from config.clock import SystemClock
from config.settings import load_settings
from tests.bot.mail.mail_room import HOUSE, JANE, US, mail
from tests.furnishing import never_closed
from tests.imap_server import PASSWORD, Box, imap_server
from tests.mail_server import mail_server
from tests.mortal import KILLED, Mortal, living

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WITHIN = 120.0  # seconds, for what takes a moment where the machine is not busy
QUESTION = "How long do I have to return something?"
HELP = "My router is dead. I want to talk to a person, please."

ROADS = {
    QUESTION: ("bot.message.stored", "bot.turn.decided", "bot.turn.acted", "bot.turn.said"),
    HELP: ("bot.message.stored", "handoff.event.half", "handoff.case.opened", "bot.turn.said"),
}
"""Where each life dies over one mail: each begins where the one before it has ended."""


def eventually(holds: Callable[[], bool], server: Mortal) -> None:
    until = time.monotonic() + WITHIN
    while not holds():
        assert time.monotonic() < until, server.log()[-2000:]
        time.sleep(0.05)


@pytest.mark.parametrize("words", ROADS)
def test_a_mail_is_heard_and_answered_once(
    data: Path, environment: dict[str, str], shipped: Assistant, words: str
) -> None:
    inbox = Box()
    with imap_server(support=inbox) as imap, mail_server() as out:
        (never_closed(data) / "firstline.toml").write_text(
            f'[server]\npublic_url = "{HOUSE}"\n'
            '[bot]\nchannels = [".web", ".email"]\nburst_ms = 0\n'
            f'[channels.email]\naddress = "{US}"\nhost = "127.0.0.1"\nport = {imap}\nsecurity = "none"\n'
            f'user = "support"\npassword = "{PASSWORD}"\n'
            f'[mail]\nhost = "127.0.0.1"\nport = {out.port}\nsecurity = "none"\nsender = "{US}"\n',
            encoding="utf-8",
        )
        with living(data, environment, *ROADS[words]) as server:
            eventually(lambda: inbox.waiting() > 0, server)
            inbox.deliver(mail(words, "Return").as_bytes())
            eventually(lambda: bool(out.received), server)
            assert server.deaths == [KILLED] * len(ROADS[words])
        assert [str(each["To"]) for each in out.received] == [JANE]
        assert said_by_jane(data, environment, shipped) == [words]


def said_by_jane(data: Path, environment: dict[str, str], shipped: Assistant) -> list[str]:
    house = open_house(load_settings(data, environment), clock=SystemClock(), base=shipped)
    try:
        [found] = house.privacy.people.find(JANE)
        said = house.store.messages(found.conversation)
        # The subject may stand above what the mail says.
        return [each.text.splitlines()[-1] for each in said if each.author == "customer"]
    finally:
        house.close()
