"""How conversations end, and the ratings of each ending, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.conversation import Author, ConversationId, Draft, Event, Helper
from bot.errors import NotHeldError, NotRatedError
from bot.store import Outcome, Promise, Store
from bot.store.endings import Ended, EndingStore
from config.database import Database, open_database
from tests.conftest import Where
from tests.fakes import FakeClock

pytestmark = pytest.mark.engines

C = ConversationId("c")
RESOLVED = Outcome(event=Event.RESOLVED, actor="Ines", ended_by="agent")
ENDED = Outcome(event=Event.ENDED, actor="customer", ended_by="customer")


@pytest.fixture
def database(where: Where) -> Iterator[Database]:
    opened = open_database(where("bot"), Path(bot.__path__[0]) / "migrations")
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> Store:
    kept = Store(database, FakeClock())
    kept.begin(C, channel="web", address="c", language="en")
    return kept


@pytest.fixture
def endings(store: Store, database: Database) -> EndingStore:
    return EndingStore(database, FakeClock())


def says(store: Store, author: Author, text: str = "hello") -> int:
    if author == "customer":
        return store.receive(C, Draft("customer", text))[0].number
    written = store.write(C, Outcome(drafts=(Draft(author, text),)))
    assert written is not None
    return written[-1].number


def hands_over(store: Store, handoff_id: str = "c-1", case: int | None = 1001) -> None:
    number = says(store, "customer", "a person please")
    owed = Promise(handoff_id, C, "asked_for_person", "she asked", case, number, False)
    store.write(C, Outcome(event=Event.ESCALATED, promise=owed, handled=number))


def now(store: Store, endings: EndingStore) -> Ended | None:
    number = store.get(C).ended
    return None if number is None else endings.ended(C, number)


def test_who_answered_may_be_rated_and_nobody_else(store: Store, endings: EndingStore) -> None:
    hands_over(store)
    store.write(C, Outcome(event=Event.JOINED, agent="Ines"))
    says(store, "agent")
    store.write(C, RESOLVED)
    assert now(store, endings) == Ended("agent", ("agent",))


def test_a_greeting_is_no_answer(store: Store, endings: EndingStore) -> None:
    says(store, "bot", "Hello, I am a bot.")
    store.write(C, ENDED)
    assert now(store, endings) == Ended("customer", ())
    with pytest.raises(NotRatedError, match="no part"):
        endings.rate(C, "bot", 5, None)


def test_each_is_rated_once_an_ending(store: Store, endings: EndingStore) -> None:
    says(store, "customer")
    says(store, "bot")
    store.write(C, ENDED)
    endings.rate(C, "bot", 4, "quick")
    assert now(store, endings) == Ended("customer", ())
    with pytest.raises(NotRatedError, match="counts"):
        endings.rate(C, "bot", 1, None)
    assert [(each.score, each.comment) for each in endings.untold()] == [(4, "quick")]
    says(store, "customer", "one more thing")
    with pytest.raises(NotRatedError, match="goes on"):
        endings.rate(C, "bot", 5, None)
    says(store, "bot")
    store.write(C, ENDED)
    endings.rate(C, "bot", 2, None)
    assert [(each.ending, each.score) for each in endings.untold()] == [(1, 4), (2, 2)]


def test_what_is_told_is_not_told_again(store: Store, endings: EndingStore) -> None:
    says(store, "customer")
    says(store, "bot")
    store.write(C, ENDED)
    endings.rate(C, "bot", 3, None)
    [rating] = endings.untold()
    endings.told(rating)
    assert endings.untold() == ()


def test_an_ending_after_an_ending_is_the_same_one(store: Store, endings: EndingStore) -> None:
    hands_over(store)
    store.write(C, Outcome(event=Event.JOINED, agent="Ines"))
    says(store, "agent")
    store.write(C, RESOLVED)
    endings.rate(C, "agent", 5, None)
    store.write(C, ENDED)
    assert (store.get(C).ended, now(store, endings)) == (1, Ended("agent", ()))


@pytest.mark.parametrize(
    ("handed_over", "helper", "case"), [(True, "agent", "c-1"), (True, "bot", "c-1"), (False, "bot", None)]
)
def test_a_rating_belongs_to_the_hand_over_of_its_ending(
    store: Store, endings: EndingStore, handed_over: bool, helper: Helper, case: str | None
) -> None:
    says(store, "customer")
    says(store, "bot")
    if handed_over:
        hands_over(store)
        store.write(C, Outcome(event=Event.JOINED, agent="Ines"))
        says(store, "agent")
    store.write(C, ENDED)
    endings.rate(C, helper, 3, None)
    assert [each.handoff_id for each in endings.untold()] == [case]


def test_an_episode_with_the_bot_alone_is_not_the_last_case(store: Store, endings: EndingStore) -> None:
    hands_over(store)
    store.write(C, Outcome(event=Event.JOINED, agent="Ines"))
    store.write(C, RESOLVED)
    says(store, "customer")
    says(store, "bot")
    store.write(C, ENDED)
    endings.rate(C, "bot", 3, None)
    assert [(each.ending, each.handoff_id) for each in endings.untold()] == [(2, None)]


def test_an_agent_who_takes_it_up_again_ends_the_ending(store: Store, endings: EndingStore) -> None:
    hands_over(store)
    store.write(C, Outcome(event=Event.JOINED, agent="Ines"))
    store.write(C, RESOLVED)
    store.write(C, Outcome(event=Event.REOPENED, agent="Ines", reopens="c-1"))
    assert now(store, endings) is None
    says(store, "customer")
    says(store, "agent")
    store.write(C, RESOLVED)
    endings.rate(C, "agent", 4, None)
    assert [(each.ending, each.handoff_id) for each in endings.untold()] == [(2, "c-1")]


def test_who_leaves_the_queue_is_owed_to_the_case(store: Store) -> None:
    hands_over(store)
    last = store.get(C).last
    store.write(C, Outcome(event=Event.LEFT_QUEUE, actor="customer", leaves="queue"))
    assert store.promise_of(C) is None
    [owed] = store.promises()
    assert (owed.left, owed.left_after, owed.case) == ("queue", last, 1001)
    store.keep("c-1", case=1001, forwarded=last, left=True)
    assert store.promises() == ()


def test_hearing_a_case_out_does_not_forget_that_its_customer_has_left(store: Store) -> None:
    hands_over(store, case=None)
    store.write(C, ENDED)
    assert store.promises() == ()
    hands_over(store, "c-2", case=None)
    store.write(C, Outcome(event=Event.LEFT_QUEUE, leaves="queue"))
    store.keep("c-2", case=1002, forwarded=1)
    assert [owed.left for owed in store.promises()] == ["queue"]


def test_what_needs_a_person_is_not_taken_in_while_the_bot_has_it(store: Store) -> None:
    with pytest.raises(NotHeldError, match="'bot'"):
        store.receive(C, Draft("customer", "My name is Kim."), held_by=("queue", "agent"))  # type: ignore[arg-type]
    assert store.get(C).last == 0
