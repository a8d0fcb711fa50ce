"""Random histories of customer, bot, two agents, a supervisor, the clock and failing disks: nobody is lost.

A history is drawn rule by rule. After each one the house is left to settle, and then holds what it promises:
exactly one holder, a case wherever a person is awaited, a word to the customer at every change, never three
misses in a row, no old request read again, and a bot that is silent while a person holds. Every history ends
with the customer asking for a person, who is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from bot.conversation import WITH_PEOPLE, Helper, Holder, Message
from bot.dialogue.assistant import Assistant
from bot.errors import NotRatedError
from bot.opening import House, open_house
from config.database import Database
from config.errors import NotWrittenError
from config.settings import load_settings
from handoff.case import Case
from handoff.desk import Agent
from handoff.errors import HandoffError
from tests.conftest import own_copy
from tests.driver import Customer, Driver
from tests.fakes import FakeClock, FirstChoice

INES = Agent("ines@nettly.example", "Ines")
OMAR = Agent("omar@nettly.example", "Omar")
LIV = Agent("liv@nettly.example", "Liv", frozenset({"agent", "supervisor"}))
STAFF = (INES, OMAR, LIV)
QUESTIONS = (
    "how long do I have to send something back?",
    "my wifi is slow upstairs",
    "where is my order",
    "NT-10427",
    "I want to return my Hub 3",
    "glorp wibble fizz",
    "zzz qwop",
    "no, that did not help",
    "yes",
    "stop",
    "this is useless!!! NOTHING works and nobody cares!!!",
    "maya@example.org",
    "someone hacked my account",
    "hvor lenge varer garantien?",
)
PERSON = ("I want to talk to a human", "can I speak to an agent please", "jeg vil snakke med et menneske")


class Premises:
    """A house of one history's own, which may fail to write and be started anew."""

    def __init__(self, prepared: Path, shipped: Assistant) -> None:
        self._folder, self._shipped = TemporaryDirectory(), shipped
        self._data, self.clock = own_copy(prepared, Path(self._folder.name) / "data"), FakeClock()
        self.driver = Driver(self._open())

    @property
    def house(self) -> House:
        return self.driver.opened

    def restarts(self) -> None:
        self.house.close()
        self.driver.opened = self._open()

    def close(self) -> None:
        self.house.close()
        self._folder.cleanup()

    def _open(self) -> House:
        settings = load_settings(self._data, {"FIRSTLINE_BOT_ACTION_WITHIN_SECONDS": "60"})
        # No burst ends by itself within a history, however long a busy machine needs for one: a turn would be
        # taken on a thread of its own then.
        settings = replace(settings, bot=replace(settings.bot, burst_ms=3_600_000))
        return open_house(settings, clock=self.clock, rng=FirstChoice(), base=self._shipped)


@contextmanager
def full_disk(database: Database, after: int) -> Iterator[None]:
    """Writes fail from one on, as a full disk fails them: nothing is written, and the caller is told."""
    done, write = 0, database.write

    def failing(work: Callable[..., object], **wakes: object) -> object:
        nonlocal done
        done += 1
        if done > after:
            raise NotWrittenError(database.name, "database or disk is full")
        return write(work, **wakes)  # type: ignore[arg-type]

    database.write = failing  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        del database.write  # type: ignore[method-assign]


class History(RuleBasedStateMachine):
    """One customer's conversation, and everything that may happen to it."""

    def __init__(self, prepared: Path, shipped: Assistant) -> None:
        super().__init__()
        self.premises = Premises(prepared, shipped)
        self.restarts = 0
        self.unheard = False  # whether the desk has yet to hear that the customer has left
        self.maya: Customer = self.premises.driver.customer()
        self.holder = self.maya.holder
        self.seen = 0
        self.check()

    @property
    def house(self) -> House:
        return self.premises.house

    def messages(self) -> tuple[Message, ...]:
        return self.house.chat.messages(self.maya.conversation, self.seen)

    # What the customer does

    @rule(text=st.sampled_from(QUESTIONS))
    def says(self, text: str) -> None:
        self.maya.says(text)
        self.check()

    @rule(text=st.sampled_from(PERSON))
    def asks_for_a_person(self, text: str) -> None:
        self.maya.says(text)
        self.check()
        assert self.holder in WITH_PEOPLE, f"{text!r} was heard, and no person was asked to come"

    @precondition(lambda self: any(message.buttons for message in self.maya.last))
    @rule(which=st.integers(0, 5))
    def taps(self, which: int) -> None:
        buttons = [button for message in self.maya.last for button in message.buttons]
        button = buttons[which % len(buttons)]
        self.maya.says(button.title, button.payload)
        self.check()

    @rule(text=st.sampled_from(QUESTIONS + PERSON))
    def sends_the_same_twice(self, text: str) -> None:
        for _ in range(2):
            self.house.chat.receive(self.maya.conversation, f"again-{self.seen}", text, None)
        self.maya.says("are you there")
        said = [message.text for message in self.messages() if message.author == "customer"]
        assert said.count(text) <= 1
        self.check()

    @precondition(lambda self: self.holder is Holder.BOT)
    @rule()
    def says_thanks(self) -> None:
        """Nothing in it asks for anything: an old request is not read again as a new one."""
        before = self.cases()
        self.maya.says("thank you")
        self.check()
        assert self.cases() == before

    @precondition(lambda self: self.holder is Holder.QUEUE)
    @rule(settles=st.booleans())
    def leaves_the_queue(self, settles: bool) -> None:
        """And may ask for a person again before the desk has heard of it."""
        self.house.waiting.leave(self.maya.conversation)
        self.has_left()
        if settles:
            self.settle()
            assert self.holder is Holder.BOT and not self.open_case()

    @rule(settles=st.booleans())
    def ends_the_conversation(self, settles: bool) -> None:
        self.house.ending.end(self.maya.conversation)
        self.has_left()
        if settles:
            self.settle()
            assert self.holder is Holder.NONE and not self.open_case()

    @rule(helper=st.sampled_from(("bot", "agent")), score=st.integers(1, 5))
    def rates(self, helper: Helper, score: int) -> None:
        ended = self.house.chat.standing(self.maya.conversation).ended
        asked = ended is not None and helper in ended.rate
        try:
            self.house.ending.rate(self.maya.conversation, helper, score, "As it was.")
        except NotRatedError:
            assert not asked
        else:
            assert asked
        self.settle()

    # What the desk does

    @precondition(lambda self: self.holder in WITH_PEOPLE)
    @rule(by=st.sampled_from(STAFF))
    def claims(self, by: Agent) -> None:
        self.at_desk(lambda number: self.house.handoff.desk.claim(number, by))

    @precondition(lambda self: self.holder in WITH_PEOPLE)
    @rule(by=st.sampled_from(STAFF))
    def releases(self, by: Agent) -> None:
        self.at_desk(lambda number: self.house.handoff.desk.release(number, by))

    @precondition(lambda self: self.holder in WITH_PEOPLE)
    @rule(by=st.sampled_from(STAFF), to=st.sampled_from(STAFF))
    def hands_over(self, by: Agent, to: Agent) -> None:
        self.at_desk(lambda number: self.house.handoff.desk.hand_over(number, by, "Yours.", to_agent=to))

    @precondition(lambda self: self.holder in WITH_PEOPLE)
    @rule(by=st.sampled_from(STAFF), team=st.sampled_from(("support", "orders", "billing")))
    def hands_to_a_team(self, by: Agent, team: str) -> None:
        self.at_desk(lambda number: self.house.handoff.desk.hand_over(number, by, "", to_team=team))

    @precondition(lambda self: self.holder in WITH_PEOPLE)
    @rule(by=st.sampled_from(STAFF))
    def escalates_to_the_lead(self, by: Agent) -> None:
        desk = self.house.handoff.desk
        self.at_desk(lambda number: desk.escalate_to_lead(number, by, "It stays dark.", "Reset it.", LIV))

    @precondition(lambda self: self.holder in WITH_PEOPLE)
    @rule(by=st.sampled_from(STAFF))
    def replies(self, by: Agent) -> None:
        desk, key = self.house.handoff.desk, f"r{self.seen}-{by.name}"
        self.at_desk(lambda number: desk.reply(number, by, "I am looking into it.", key))

    @precondition(lambda self: self.holder in WITH_PEOPLE)
    @rule(by=st.sampled_from(STAFF), minutes=st.integers(1, 300))
    def snoozes(self, by: Agent, minutes: int) -> None:
        until = self.premises.clock.now() + timedelta(minutes=minutes)
        self.at_desk(lambda number: self.house.handoff.desk.snooze(number, by, until))

    @precondition(lambda self: self.holder in WITH_PEOPLE)
    @rule(by=st.sampled_from(STAFF))
    def resolves(self, by: Agent) -> None:
        self.at_desk(lambda number: self.house.handoff.desk.resolve(number, by, "solved"))

    @precondition(lambda self: self.holder in WITH_PEOPLE)
    @rule(by=st.sampled_from(STAFF))
    def returns(self, by: Agent) -> None:
        self.at_desk(lambda number: self.house.handoff.desk.return_to_bot(number, by))

    @rule(by=st.sampled_from(STAFF))
    def reopens(self, by: Agent) -> None:
        """The last case, whether it is resolved or not."""
        cases = self.cases()
        if cases:
            self.tries(lambda: self.house.handoff.desk.reopen(cases[-1], by))
            self.settle()

    @rule(who=st.sampled_from(STAFF), status=st.sampled_from(("online", "busy", "away")))
    def sits_down_or_leaves(self, who: Agent, status: str) -> None:
        seats = self.house.handoff.seats
        seats.sit_down(who.email, who.name)
        seats.set_status(who.email, status)
        seats.seen(who.email)
        self.settle()

    # What nobody does

    @rule(minutes=st.sampled_from((1, 5, 20, 90, 600, 3000)))
    def time_passes(self, minutes: int) -> None:
        self.premises.clock.moves(timedelta(minutes=minutes))
        self.settle()

    @rule(text=st.sampled_from(QUESTIONS + PERSON), after=st.integers(0, 3))
    def the_desk_cannot_write(self, text: str, after: int) -> None:
        """Its disk is full while the customer writes; what was said is heard, and the case comes later."""
        with full_disk(self.house.handoff.database, after):
            self.tries(lambda: self.maya.says(text))
        self.settle()

    @rule(text=st.sampled_from(QUESTIONS + PERSON), after=st.integers(1, 4))
    def the_bot_cannot_write(self, text: str, after: int) -> None:
        with full_disk(self.house.database, after):
            self.tries(lambda: self.maya.says(text))
        self.settle()

    @precondition(lambda self: self.restarts < 1)
    @rule(text=st.sampled_from(QUESTIONS + PERSON))
    def the_house_is_started_anew(self, text: str) -> None:
        """A message has come in and nobody has answered it yet."""
        self.restarts += 1
        self.house.chat.receive(self.maya.conversation, f"restart-{self.seen}", text, None)
        self.premises.restarts()
        self.maya.house = self.house
        self.settle()

    # What holds

    def has_left(self) -> None:
        self.holder, self.unheard = self.maya.holder, True

    def at_desk(self, verb: Callable[[int], object]) -> None:
        """Do it to the open case, if there is one; what the desk refuses changes nothing."""
        case = self.house.handoff.intake.open_case(self.maya.conversation)
        if case is not None:
            self.tries(lambda: verb(case.number))
            self.settle()

    def tries(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (HandoffError, NotWrittenError):
            return

    def settle(self) -> None:
        self.works()
        self.check()

    def works(self) -> None:
        self.premises.clock.moves(timedelta(seconds=30))  # past every first retry
        self.house.turns.now(self.maya.conversation)
        self.house.workers.drain()
        self.unheard = False

    def open_case(self) -> Case | None:
        return self.house.handoff.intake.open_case(self.maya.conversation)

    def cases(self) -> tuple[int, ...]:
        """The numbers of this conversation's cases."""
        every = self.house.handoff.desk.queue("resolved", limit=1000) + self.house.handoff.desk.queue(
            limit=1000
        )
        mine = (case.number for case in every if case.conversation_id == self.maya.conversation)
        return tuple(sorted(set(mine)))

    def check(self) -> None:
        if self.unheard:
            self.works()
        before, self.holder = self.holder, self.maya.holder
        fresh = self.messages()
        self.seen = fresh[-1].number if fresh else self.seen
        case = self.house.handoff.intake.open_case(self.maya.conversation)
        where = f"held by {self.holder}, case {case and (case.number, case.status, case.agent)}"
        if case is None:
            assert self.holder in (Holder.BOT, Holder.NONE), where
        else:
            assert self.holder is (Holder.QUEUE if case.agent is None else Holder.AGENT), where
        told = [message for message in fresh if message.author != "customer"]
        if before is not self.holder:
            assert told, f"from {before} to {self.holder} without a word"
        if before in WITH_PEOPLE and self.holder in WITH_PEOPLE:
            assert not [message for message in told if message.author == "bot"], "the bot spoke over a person"
        if self.holder is Holder.BOT:
            conversation = self.house.store.get(self.maya.conversation)
            misses = self.house.room.trackers.of(conversation).slot("misses")
            assert int(misses or 0) < self.house.settings.bot.misses, "one miss too many"

    def teardown(self) -> None:
        """From wherever the history ended a person can be reached, and gives the conversation back."""
        try:
            self.asks_for_a_person(PERSON[0])
            case = self.house.handoff.intake.open_case(self.maya.conversation)
            assert case is not None
            self.house.handoff.desk.resolve(case.number, LIV, "solved")
            self.settle()
            assert self.holder is Holder.BOT
        finally:
            self.premises.close()


def run(prepared: Path, shipped: Assistant, histories: int) -> None:
    """Each in a house of its own, so that a history drawn again goes as it went."""
    run_state_machine_as_test(
        lambda: History(prepared, shipped),
        settings=settings(
            max_examples=histories,
            stateful_step_count=15,
            derandomize=True,
            deadline=None,
            database=None,
            phases=(Phase.generate,),  # a history is quicker read than cut down
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nobody_is_lost_in_a_few_histories(prepared: Path, shipped: Assistant) -> None:
    run(prepared, shipped, 5)


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_nobody_is_lost_in_five_hundred_histories(prepared: Path, shipped: Assistant) -> None:
    run(prepared, shipped, 500)
