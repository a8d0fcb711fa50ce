"""A helpdesk that is down is asked once in a while."""

from __future__ import annotations

from datetime import timedelta

from handoff.bridges.breaker import OPENS_AFTER, PROBE_AT_LEAST, PROBE_AT_MOST, Peer
from tests.handoff.conversations import MONDAY

SECOND = timedelta(seconds=1)


def down() -> Peer:
    peer = Peer("rt")
    for _ in range(OPENS_AFTER):
        peer = peer.failed("no connection", MONDAY)
    return peer


def test_it_is_asked_freely_until_it_has_failed_several_times_in_a_row() -> None:
    peer = Peer("rt")
    for _ in range(OPENS_AFTER - 1):
        peer = peer.failed("no connection", MONDAY)
        assert peer.admits(MONDAY) == "all" and not peer.down
    assert peer.failed("no connection", MONDAY).down
    assert peer.worked().failures == 0


def test_while_it_is_down_one_asks_in_a_while_and_nobody_else() -> None:
    peer = down()
    assert peer.admits(MONDAY) == "none"
    later = MONDAY + PROBE_AT_LEAST
    assert peer.admits(later) == "one"
    assert peer.probed(later).admits(later + SECOND) == "none"
    assert peer.failing_since == MONDAY


def test_the_longer_it_is_down_the_rarer_it_is_asked_and_never_too_rarely() -> None:
    after_a_minute = down().failed("no connection", MONDAY + 60 * SECOND)
    assert after_a_minute.next_try == MONDAY + 66 * SECOND
    after_a_day = down().failed("no connection", MONDAY + 86_400 * SECOND)
    assert after_a_day.next_try == MONDAY + 86_400 * SECOND + PROBE_AT_MOST


def test_an_answer_brings_all_back() -> None:
    assert down().worked() == Peer("rt")


def test_a_pause_that_it_asks_for_is_kept_and_is_no_failure() -> None:
    peer = Peer("rt").paused(MONDAY + 10 * SECOND).paused(MONDAY + 5 * SECOND)
    assert (peer.failures, peer.admits(MONDAY + 9 * SECOND)) == (0, "none")
    assert peer.worked().admits(MONDAY + 9 * SECOND) == "none"
    assert peer.admits(MONDAY + 10 * SECOND) == "all"
