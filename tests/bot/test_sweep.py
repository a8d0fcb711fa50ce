"""Turns that a crash cut short are taken, and those that another server is at are left to it for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.conversation import ConversationId
from bot.turns import Sweep, TurnPool

MAYA, OMAR = ConversationId("maya"), ConversationId("omar")


class Owed:
    """Turns that are owed until they are taken."""

    def __init__(self, *conversations: ConversationId) -> None:
        self.left = list(conversations)
        self.now = 100.0

    def take(self, conversation: ConversationId) -> None:
        if conversation == OMAR:
            raise RuntimeError("this one breaks")
        self.left.remove(conversation)


@pytest.fixture
def owed() -> Owed:
    return Owed(MAYA)


@pytest.fixture
def turns(owed: Owed) -> Iterator[TurnPool]:
    pool = TurnPool(owed.take, threads=1, changed=lambda conversation: None)
    yield pool
    pool.close()


def test_where_nobody_else_serves_a_turn_is_taken_at_once(owed: Owed, turns: TurnPool) -> None:
    sweep = Sweep(lambda: owed.left, turns)
    assert sweep.work() and not owed.left
    assert not sweep.work()


def test_another_server_is_given_its_time(owed: Owed, turns: TurnPool) -> None:
    sweep = Sweep(lambda: owed.left, turns, patience=3.0, now=lambda: owed.now)
    assert not sweep.work()
    owed.now += 2.9
    assert not sweep.work()
    owed.now += 0.1
    assert sweep.work() and not owed.left


def test_a_turn_that_came_and_went_is_waited_for_anew(owed: Owed, turns: TurnPool) -> None:
    sweep = Sweep(lambda: owed.left, turns, patience=3.0, now=lambda: owed.now)
    sweep.work()
    owed.left.clear()
    sweep.work()
    owed.left.append(MAYA)
    owed.now += 5
    assert not sweep.work()


def test_one_that_breaks_keeps_nobody_else_from_theirs(owed: Owed, turns: TurnPool) -> None:
    owed.left.insert(0, OMAR)
    assert Sweep(lambda: list(owed.left), turns).work()
    assert owed.left == [OMAR]


def test_a_turn_is_taken_under_its_conversations_key(owed: Owed) -> None:
    held: list[str] = []

    @contextmanager
    def alone(key: str) -> Iterator[bool]:
        held.append(key)
        yield True

    pool = TurnPool(owed.take, threads=1, changed=lambda conversation: None, alone=alone)
    pool.now(MAYA)
    with pool.alone(OMAR):
        pass
    pool.close()
    assert held == ["turn maya", "turn omar"]
