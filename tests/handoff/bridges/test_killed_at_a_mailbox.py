"""A sender that is killed, with a real Dovecot: one thread all the same, and each word in it once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.blank import furnish
from tests.contract.bridges.house import settings_table
from tests.mortal_sender import KILLED, MortalSender, moment
from tests.peers.email import EmailPeer
from tests.peers.email_real import start

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.timeout(900)]

WORDS = [f"Word {n}." for n in range(3)]
RUNS = 12


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[EmailPeer]:
    with closing(start(tmp_path)) as running:
        yield running


@pytest.fixture
def house(peer: EmailPeer, tmp_path: Path) -> MortalSender:
    data = tmp_path / "data"
    data.mkdir()
    (data / "firstline.toml").write_text(settings_table("email", peer.settings, {}), encoding="utf-8")
    return MortalSender(furnish(data, ["handoff"]), "email")


def test_wherever_it_dies_there_is_one_thread_and_one_copy_of_each_word(
    house: MortalSender, peer: EmailPeer
) -> None:
    for run in range(RUNS):
        [case] = house.opens([f"killed{run}"], WORDS)
        point, nth = moment(run, 1 + len(WORDS))
        assert house.lives(f"bridge.dispatch.{point}:{nth}") == KILLED, (run, point, nth)
        house.lives_on()
        [thread] = [each for each in peer.cases() if each.handoff_id == case.handoff_id]
        said = [word for post in thread.posts[1:] for word in WORDS if word in post.text]
        assert said == WORDS, (run, point, nth)
        assert len({post.key for post in thread.posts}) == len(thread.posts), (run, point, nth)
