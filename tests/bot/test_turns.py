"""The pool of turns: one at a time in a conversation, several conversations at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from bot.conversation import Conversation, ConversationId, Holder, Message
from bot.turns import TurnPool

MAYA, OMAR = ConversationId("maya"), ConversationId("omar")
PATIENCE = 30.0
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HELLO = Message(1, "customer", "hello", NOON)
AT_MAYAS = Conversation(
    MAYA, "rasa_rest", "maya", "en", None, Holder.BOT, None, 1, 0, 0, 0, 0, NOON, waiting=1
)


@contextmanager
def pool(
    take: Callable[[ConversationId], None],
    changed: Callable[[ConversationId], None] = lambda _: None,
    threads: int = 2,
    burst: float = 0.0,
    reply: Callable[[Conversation, tuple[Message, ...]], tuple[Message, ...]] | None = None,
) -> Iterator[TurnPool]:
    opened = TurnPool(take, threads=threads, changed=changed, burst=burst, reply=reply)
    try:
        yield opened
    finally:
        opened.close()


def test_a_turn_is_taken_before_now_returns() -> None:
    taken: list[ConversationId] = []
    with pool(taken.append) as turns:
        turns.now(MAYA)
        assert taken == [MAYA]


def test_what_was_just_heard_is_replied_to_without_looking() -> None:
    taken: list[ConversationId] = []
    with pool(taken.append, reply=lambda conversation, heard: heard) as turns:
        assert turns.reply(AT_MAYAS, (HELLO,)) == (HELLO,)
        assert not turns.busy(MAYA)
    assert taken == []


def test_what_was_heard_while_a_turn_is_taken_is_looked_for_after_it() -> None:
    taken: list[ConversationId] = []
    come = threading.Semaphore(0)
    with (
        pool(taken.append, lambda _: come.release(), reply=lambda conversation, heard: heard) as turns,
        ThreadPoolExecutor(1) as aside,
    ):
        with turns.alone(MAYA):
            assert come.acquire(timeout=PATIENCE)
            replied = aside.submit(turns.reply, AT_MAYAS, (HELLO,))
            assert come.acquire(timeout=PATIENCE)
        assert replied.result(PATIENCE) == ()
    assert taken == [MAYA]


def test_two_conversations_take_their_turns_at_once() -> None:
    both = threading.Barrier(2, timeout=PATIENCE)
    met: list[ConversationId] = []

    def take(conversation: ConversationId) -> None:
        both.wait()
        met.append(conversation)

    with pool(take) as turns:
        turns.soon(MAYA)
        turns.soon(OMAR)
    assert sorted(met) == [MAYA, OMAR]


def test_one_conversation_takes_one_turn_at_a_time() -> None:
    order: list[str] = []
    second_asks = threading.Semaphore(0)

    def take(conversation: ConversationId) -> None:
        order.append("begins")
        if len(order) == 1:
            second.start()
            assert second_asks.acquire(timeout=PATIENCE)
        order.append("ends")

    with pool(take, lambda _: second_asks.release()) as turns:
        second = threading.Thread(target=turns.now, args=(MAYA,))
        assert second_asks.acquire(blocking=False) is False
        first = threading.Thread(target=turns.now, args=(MAYA,))
        first.start()
        assert second_asks.acquire(timeout=PATIENCE)
        first.join(PATIENCE)
        second.join(PATIENCE)
    assert order == ["begins", "ends", "begins", "ends"]


def test_the_bot_is_busy_from_the_moment_a_turn_is_asked_for() -> None:
    let_go, taken = threading.Event(), threading.Barrier(2, timeout=PATIENCE)

    def take(conversation: ConversationId) -> None:
        let_go.wait(PATIENCE)
        if conversation == MAYA:
            taken.wait()

    with pool(take, threads=1) as turns:
        turns.soon(OMAR)
        turns.soon(MAYA)  # behind Omar's: it has not begun
        assert turns.busy(MAYA)
        let_go.set()
        taken.wait()


def test_the_page_is_told_when_a_turn_begins_and_ends() -> None:
    told: list[bool] = []
    with pool(lambda _: None, lambda conversation: told.append(turns.busy(conversation))) as turns:
        turns.now(MAYA)
    assert told == [True, False]


def test_a_turn_that_fails_leaves_the_conversation_free() -> None:
    def take(conversation: ConversationId) -> None:
        raise RuntimeError("broken")

    with pool(take) as turns:
        turns.soon(MAYA)
        with pytest.raises(RuntimeError, match="broken"):
            turns.now(MAYA)
    assert not turns.busy(MAYA)


def test_a_turn_asked_for_while_the_house_closes_is_left_to_the_next_start() -> None:
    taken: list[ConversationId] = []
    with pool(taken.append) as turns:
        turns.close()
        turns.soon(MAYA)
    assert taken == [] and not turns.busy(MAYA)


def test_a_burst_is_one_turn() -> None:
    taken = threading.Event()
    turns_of: list[ConversationId] = []

    def take(conversation: ConversationId) -> None:
        turns_of.append(conversation)
        taken.set()

    with pool(take, burst=0.05) as turns:
        for _ in range(3):
            turns.soon(MAYA)
        assert turns.busy(MAYA)
        assert taken.wait(PATIENCE)
    assert turns_of == [MAYA]


def test_a_tapped_reply_waits_for_nothing() -> None:
    taken = threading.Event()
    with pool(lambda _: taken.set(), burst=PATIENCE * 10) as turns:
        turns.soon(MAYA, whole=True)
        assert taken.wait(PATIENCE)


def test_a_message_that_waits_when_the_house_closes_is_left_to_the_next_start() -> None:
    taken: list[ConversationId] = []
    with pool(taken.append, burst=PATIENCE * 10) as turns:
        turns.soon(MAYA)
    assert taken == []
