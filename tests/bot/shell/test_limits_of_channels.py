"""Platforms and who pretends to be one are counted by their address."""

from __future__ import annotations

import pytest

from tests.bot.shell.test_limits import Rooms, limited, statuses
from tests.fakes import FakeClock


@pytest.mark.parametrize("path", ["/channels/telegram", "/channels/api/messages"])
def test_all_that_one_address_tells_has_an_end(clock: FakeClock, path: str) -> None:
    assert statuses(limited(Rooms(), clock), 60, "POST", path) == [200] * 50 + [429] * 10


def test_who_tries_addresses_that_are_not_there_is_sent_away(clock: FakeClock) -> None:
    found = statuses(limited(Rooms(), clock), 6, "POST", "/channels/missing")
    assert found == [404] * 3 + [429] * 3
