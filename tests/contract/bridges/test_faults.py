"""A helpdesk outside that is away, slow, mad or busy: nothing is lost and nothing is doubled by it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handoff.case import Case
from handoff.desk import Agent
from tests.contract.bridges.conftest import OUTSIDE
from tests.contract.bridges.house import INES, House
from tests.contract.bridges.test_outward import which
from tests.peers import Garbage, Peer

# Our own desk is nowhere else: tests/config/test_database.py breaks what it stands on.
pytestmark = pytest.mark.parametrize("bridge", OUTSIDE, indirect=True)


def again(house: House, case: Case, by: Agent = INES) -> None:
    """Tell what is parked after all, as a person does with the button."""
    house.handoff.helpdesk.give_back(case.number, by)
    house.works(rounds=200)


def test_after_an_hour_away_everything_is_told_once_and_in_order(house: House, peer: Peer) -> None:
    open_before = house.escalates()
    house.works()
    peer.door.down()
    house.writes(open_before, "before a", "before b")
    cases = [house.escalates() for _ in range(3)]
    for minute in range(60):
        if minute % 20 == 0:
            for number, case in enumerate(cases):
                house.writes(case, f"case {number} minute {minute:02}")
        house.turns()
        house.clock.moves(timedelta(minutes=1))
    peer.door.up()
    house.works(rounds=200)
    assert which(house.posts(open_before), "before a", "before b") == ["before a", "before b"]
    for number, case in enumerate(cases):
        texts = [f"case {number} minute {minute:02}" for minute in (0, 20, 40)]
        assert which(house.posts(case), *texts) == texts
    known = [each.handoff_id for each in peer.cases()]
    assert sorted(known) == sorted({case.handoff_id for case in (open_before, *cases)})


def test_it_waits_as_long_as_it_is_asked_to(house: House, peer: Peer) -> None:
    peer.door.refuse(1, 429, retry_after=40)
    case = house.escalates()
    house.turns()
    house.clock.moves(timedelta(seconds=30))
    house.turns()
    assert [each for each in peer.cases() if each.handoff_id == case.handoff_id] == []
    house.clock.moves(timedelta(seconds=15))
    house.works()
    assert house.seen(case).status == "open"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_tried_again(house: House, peer: Peer, status: int) -> None:
    peer.door.refuse(2, status)
    case = house.escalates()
    house.writes(case, "hello?")
    house.works()
    assert which(house.posts(case), "hello?") == ["hello?"]


@pytest.mark.parametrize(
    "kind", ["html", "broken_json", "huge", pytest.param("drip", marks=pytest.mark.slow)]
)
def test_what_it_raves_is_not_believed_and_the_case_comes_after_all(
    bridge: tuple[str, str], peer: Peer, tmp_path: Path, kind: Garbage
) -> None:
    house = House(tmp_path / "data", bridge[0], peer, within_seconds=1)
    try:
        peer.door.garbage(kind)
        case = house.escalates()
        house.turns(push=False)
        assert house.owes() or house.handoff.helpdesk.parked()
        assert not [each for each in peer.cases() if each.handoff_id == case.handoff_id]
        peer.door.up()
        again(house, case)
        assert house.seen(case).status == "open"
    finally:
        house.close()


def test_while_it_is_away_its_check_says_what_to_mend(house: House, peer: Peer) -> None:
    assert house.mirror is not None
    steps = house.mirror.bridge.check()
    assert all(step.ok or step.mend for step in steps)
    assert house.mirror.bridge.health().ok
    peer.door.down()
    failed = [step for step in house.mirror.bridge.check() if not step.ok]
    assert failed and failed[0].mend
    assert not house.mirror.bridge.health().ok


def test_it_is_not_looked_for_in_a_network_that_nobody_has_allowed(
    bridge: tuple[str, str], peer: Peer, tmp_path: Path
) -> None:
    house = House(tmp_path / "data", bridge[0], peer, private_networks=[])
    try:
        assert house.mirror is not None
        state = house.mirror.bridge.health()
        assert not state.ok
        assert "private network" in state.says
    finally:
        house.close()


def test_none_of_its_secrets_is_told(house: House, peer: Peer) -> None:
    """Whatever fails, and however it says so."""
    assert house.mirror is not None
    peer.door.refuse(50, 401)
    case = house.escalates()
    house.turns()
    said = [house.mirror.bridge.health().says, repr(house.mirror.bridge), repr(peer.settings.keys())]
    said += [f"{step.says} {step.mend}" for step in house.mirror.bridge.check()]
    said += [attempt.says for told in house.handoff.helpdesk.log(case.number)[1] for attempt in told.tries]
    for key, value in peer.settings.items():
        if any(word in key for word in ("secret", "token", "password", "key")):
            assert not [text for text in said if str(value) in text], key
