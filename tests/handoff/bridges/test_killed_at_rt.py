"""A sender that is killed, at a real Request Tracker: one ticket all the same, and each word in it once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.blank import furnish
from tests.contract.bridges.house import settings_table
from tests.mortal_sender import KILLED, MortalSender, moment
from tests.peers.rt_real import RealRtPeer, start

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.timeout(900)]

WORDS = [f"Word {n}." for n in range(3)]
RUNS = 50


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[RealRtPeer]:
    with closing(start(tmp_path)) as running:
        yield running


@pytest.fixture
def house(peer: RealRtPeer, tmp_path: Path) -> MortalSender:
    data = tmp_path / "data"
    data.mkdir()
    (data / "firstline.toml").write_text(settings_table("rt", peer.settings, {}), encoding="utf-8")
    return MortalSender(furnish(data, ["handoff"]), "rt")


def test_fifty_times_wherever_it_dies_there_is_one_ticket_and_one_copy_of_each_word(
    house: MortalSender, peer: RealRtPeer
) -> None:
    for run in range(RUNS):
        [case] = house.opens([f"killed{run}"], WORDS)
        point, nth = moment(run, 1 + len(WORDS))
        assert house.lives(f"bridge.dispatch.{point}:{nth}") == KILLED, (run, point, nth)
        house.lives_on()
        [ticket] = peer.held(case.handoff_id)
        summary, *words = ticket.posts
        assert summary.private and summary.by == "us", (run, point, nth)
        said = [post.text for post in words if "Word " in post.text]
        assert said == WORDS, (run, point, nth)
