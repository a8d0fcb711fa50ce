"""Between the desk and the customer: at least once on the way, once for whoever reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.conversation import ConversationId, Draft, Holder
from bot.opening import House
from bot.relay import HAPPENED, Relay
from bot.turn import take_turn
from config.clock import Clock
from handoff.case import Case
from handoff.dispatch import Dispatch, Dispatches
from handoff.entry import DispatchKind
from handoff.entry import Holder as DeskHolder
from handoff.file import FileRef
from tests.acting import Doing, acting, escalation
from tests.driver import AtDesk, Customer, Driver
from tests.fakes import FakeClock
from tests.handoff.conversations import escalation as told_elsewhere

Phrase = Callable[[str, str, dict[str, str]], str]


@pytest.fixture
def maya(shared: House) -> Customer:
    return Driver(shared).customer()


@pytest.fixture
def ines(shared: House) -> AtDesk:
    return Driver(shared).agent("Ines")


@pytest.fixture
def clock(shared: House) -> FakeClock:
    assert isinstance(shared.clock, FakeClock)
    return shared.clock


def case_of(house: House, conversation: ConversationId) -> Case:
    [case] = [c for c in house.handoff.desk.queue("all") if c.conversation_id == conversation]
    return case


def escalated(house: House, maya: Customer) -> Case:
    maya.says("let me speak to a person")
    return case_of(house, maya.conversation)


@dataclass
class Forgetful:
    """The desk's dispatches as a crash leaves them: delivered, and never marked as done."""

    real: Dispatches
    forgot: list[int] = field(default_factory=list)

    def lease(self) -> tuple[Dispatch, ...]:
        return self.real.lease()

    def done(self, dispatch: int, number: int | None = None) -> None:
        self.forgot.append(dispatch)

    def failed(self, dispatch: int, why: str) -> None:
        self.real.failed(dispatch, why)

    def park(self, dispatch: int, why: str) -> None:
        self.real.park(dispatch, why)


def plainly(response: str, language: str, slots: dict[str, str]) -> str:
    return f"{response} {slots['agent']} ({language})"


def relay_over(
    opened: House,
    dispatches: Forgetful | Dispatches,
    clock: Clock,
    phrase: Phrase = plainly,
    house: str = "",
    shows_files: bool = False,
) -> Relay:
    return Relay(
        opened.store,
        dispatches,  # type: ignore[arg-type]
        opened.handoff.intake,
        phrase=phrase,
        clock=clock,
        house=house,
        shows_files=lambda channel: shows_files,
    )


def test_a_reply_delivered_twice_is_read_once(
    shared: House, maya: Customer, ines: AtDesk, clock: FakeClock
) -> None:
    case = escalated(shared, maya)
    ines.claims(case)
    maya.hears()
    shared.handoff.desk.reply(case.number, ines.agent, "Hello Maya.", "r1")
    crashing = Forgetful(shared.handoff.dispatches)
    assert relay_over(shared, crashing, clock).deliver() and crashing.forgot
    clock.moves(timedelta(minutes=1))
    shared.workers.drain()
    assert [message.text for message in maya.hears()] == ["Hello Maya."]
    assert not shared.relay.deliver()


def test_a_join_delivered_twice_is_told_once(
    shared: House, maya: Customer, ines: AtDesk, clock: FakeClock
) -> None:
    case = escalated(shared, maya)
    shared.handoff.desk.claim(case.number, ines.agent)
    relay_over(shared, Forgetful(shared.handoff.dispatches), clock).deliver()
    clock.moves(timedelta(minutes=1))
    shared.workers.drain()
    assert [message.author for message in maya.hears()] == ["system"]
    assert maya.holder is Holder.AGENT


def test_the_same_words_twice_from_an_agent_are_two_messages(
    shared: House, maya: Customer, ines: AtDesk
) -> None:
    case = escalated(shared, maya)
    ines.claims(case)
    maya.hears()
    ines.replies(case, "One moment.", "r1")
    ines.replies(case, "One moment.", "r2")
    assert [message.text for message in maya.hears()] == ["One moment.", "One moment."]


def test_a_delivered_reply_has_its_number_at_the_desk(shared: House, maya: Customer, ines: AtDesk) -> None:
    case = escalated(shared, maya)
    ines.claims(case)
    ines.replies(case, "Hello Maya.")
    [reply] = [entry for entry in shared.handoff.desk.thread(case.number) if entry.kind == "reply"]
    assert reply.number == shared.store.get(maya.conversation).last


def test_an_agents_words_are_in_the_bots_memory(shared: House, maya: Customer, ines: AtDesk) -> None:
    case = escalated(shared, maya)
    ines.claims(case)
    ines.replies(case, "Hello Maya.")
    tracker = shared.room.trackers.of(shared.store.get(maya.conversation))
    last = tracker.events[-1]
    assert (last["event"], last["text"], last["metadata"]["author"]) == ("bot", "Hello Maya.", "agent")


def test_a_released_case_puts_the_customer_back_in_line(shared: House, maya: Customer, ines: AtDesk) -> None:
    case = escalated(shared, maya)
    ines.claims(case)
    maya.hears()
    shared.handoff.desk.release(case.number, ines.agent)
    shared.workers.drain()
    assert [message.author for message in maya.hears()] == ["system"]
    assert (maya.holder, shared.store.get(maya.conversation).agent) == (Holder.QUEUE, None)


def test_the_desk_is_told_in_the_customers_language(shared: House, ines: AtDesk) -> None:
    kari = Driver(shared).customer("nb")
    kari.says("kan jeg snakke med et menneske?")
    ines.claims(case_of(shared, kari.conversation))
    assert kari.hears()[-1].text == "Ines har blitt med i samtalen."


def test_an_agent_who_is_quicker_than_the_hand_over_waits_for_it(
    shared: House, maya: Customer, ines: AtDesk, clock: FakeClock
) -> None:
    """The case is open as soon as the action has run; the turn that says so is stored a moment later."""
    escalate = escalation(shared)

    def escalates_and_is_claimed(dispatcher: Any, tracker: Any, domain: Any) -> object:
        events = escalate.run(dispatcher, tracker, domain)
        ines.claims(case_of(shared, maya.conversation))
        return events

    with acting(shared, Doing("action_escalate", escalates_and_is_claimed)) as room:
        shared.store.receive(maya.conversation, Draft("customer", "let me speak to a person"))
        take_turn(room, maya.conversation)
    assert maya.holder is Holder.QUEUE
    clock.moves(timedelta(seconds=2))
    shared.workers.drain()
    assert maya.holder is Holder.AGENT
    assert [message.author for message in maya.hears()] == ["bot", "system"]


def test_what_cannot_be_delivered_is_tried_again(
    shared: House, maya: Customer, ines: AtDesk, clock: FakeClock
) -> None:
    case = escalated(shared, maya)
    shared.handoff.desk.claim(case.number, ines.agent)

    def no_words(response: str, language: str, slots: dict[str, str]) -> str:
        raise KeyError(response)

    assert relay_over(shared, shared.handoff.dispatches, clock, no_words).deliver()
    assert maya.hears() == ()
    clock.moves(timedelta(seconds=2))
    shared.workers.drain()
    assert maya.holder is Holder.AGENT and len(maya.hears()) == 1


def test_a_customer_of_another_house_is_given_up_and_the_desk_is_told(shared: House, ines: AtDesk) -> None:
    case = shared.handoff.intake.open(told_elsewhere("c: a person please", conversation="elsewhere"))
    ines.claims(case)
    assert any(
        "Not delivered to the customer" in entry.text for entry in shared.handoff.desk.thread(case.number)
    )
    assert not shared.relay.deliver()


@dataclass
class Instructed:
    """The desk's dispatches, with more than the desk has given: each is leased once."""

    given: list[Dispatch]
    parked: list[str] = field(default_factory=list)

    def lease(self) -> tuple[Dispatch, ...]:
        given, self.given = tuple(self.given), []
        return given

    def done(self, dispatch: int, number: int | None = None) -> None:
        pass

    def failed(self, dispatch: int, why: str) -> None:
        raise AssertionError(why)

    def park(self, dispatch: int, why: str) -> None:
        self.parked.append(why)


def instructed(
    case: Case, kind: DispatchKind, holder: DeskHolder | None, number: int = 900, text: str = ""
) -> Dispatch:
    return Dispatch(
        number, case.number, case.handoff_id, case.conversation_id, kind, "Ada", text, None, None, 0, holder
    )


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize(("kind", "holder"), HAPPENED)
def test_every_change_at_the_desk_is_told_in_words_and_moves_the_conversation(
    shared: House, clock: FakeClock, kind: DispatchKind, holder: DeskHolder | None, language: str
) -> None:
    customer = Driver(shared).customer(language)
    customer.says("kan jeg få snakke med et menneske?" if language == "nb" else "let me speak to a person")
    case = case_of(shared, customer.conversation)
    before = customer.holder
    later = (clock.now() + timedelta(hours=2)).isoformat()
    given = Instructed([instructed(case, kind, holder, text=later if kind == "late" else "")])
    words = shared.room.voice.words
    phrase: Phrase = lambda response, spoken, slots: words(response, {**slots, "language": spoken})  # noqa: E731
    relay_over(shared, given, clock, phrase).deliver()  # type: ignore[arg-type]
    [told] = customer.hears()
    assert told.author == "system" and "{" not in told.text
    assert customer.holder == (before if holder is None else holder)
    assert not given.parked


def test_a_case_that_is_taken_up_again_hears_what_was_said_meanwhile_and_counts_as_no_new_one(
    shared: House, maya: Customer, ines: AtDesk, clock: FakeClock
) -> None:
    case = escalated(shared, maya)
    ines.claims(case)
    ines.resolves(case)
    shared.workers.drain()
    maya.says("thank you")
    relay_over(shared, Instructed([instructed(case, "reopened", "agent")]), clock).deliver()  # type: ignore[arg-type]
    assert maya.holder is Holder.AGENT
    maya.hears()
    assert maya.says("are you there?") == ()
    said = [entry.text for entry in shared.handoff.desk.thread(case.number) if entry.author == "customer"]
    assert said == ["let me speak to a person", "thank you", "are you there?"]
    relay_over(shared, Instructed([instructed(case, "resolved", "bot", 901)]), clock).deliver()  # type: ignore[arg-type]
    maya.says("let me speak to a person")
    again = [c for c in shared.handoff.desk.queue("all") if c.conversation_id == maya.conversation]
    assert [c.episode for c in again] == [2]


def test_an_old_request_is_not_read_again_after_a_resolve(
    shared: House, maya: Customer, ines: AtDesk
) -> None:
    case = escalated(shared, maya)
    ines.claims(case)
    ines.resolves(case)
    shared.workers.drain()
    for text in ("hello", "thank you", "ok"):
        maya.says(text)
        assert maya.holder is Holder.BOT
    assert not [c for c in shared.handoff.desk.queue("all") if c.conversation_id == maya.conversation]


def test_a_resolve_that_was_none_goes_back_to_people_with_a_case_of_its_own(
    shared: House, maya: Customer, ines: AtDesk
) -> None:
    case = escalated(shared, maya)
    ines.claims(case)
    ines.resolves(case)
    shared.workers.drain()
    maya.says("it didn't help", "/did_not_help")
    again = case_of(shared, maya.conversation)
    assert (again.reason, again.episode, maya.holder) == ("answer_rejected", 2, Holder.QUEUE)


def test_the_queue_hears_each_line_once(shared: House, maya: Customer) -> None:
    case = escalated(shared, maya)
    maya.says("it is about my router")
    promise = shared.store.promise_of(maya.conversation)
    assert promise is not None
    shared.promises.keep(replace(promise, forwarded=0))
    shared.promises.keep(replace(promise, forwarded=0))
    lines = [e.number for e in shared.handoff.desk.thread(case.number) if e.author == "customer"]
    assert lines == sorted(set(lines)) and len(lines) == 2


def test_a_reply_with_files_says_where_each_is_had(
    shared: House, maya: Customer, ines: AtDesk, clock: FakeClock
) -> None:
    case = escalated(shared, maya)
    ines.claims(case)
    maya.hears()
    files = (FileRef("c" * 43, "return [label].pdf", "application/pdf", 9), FileRef("d" * 43, "b.txt", "", 1))
    sent = replace(instructed(case, "reply", None, text="Print this:"), files=files)
    relay_over(shared, Instructed([sent]), clock).deliver()  # type: ignore[arg-type]
    assert maya.hears()[-1].text.split("\n") == [
        "Print this:",
        f"[return (label).pdf]({files[0].address})",
        f"[b.txt]({files[1].address})",
    ]
    at_home = relay_over(shared, Instructed([replace(sent, id=901)]), clock, house="https://nettly.example/")  # type: ignore[arg-type]
    at_home.deliver()
    assert f"b.txt: https://nettly.example{files[1].address}" in maya.hears()[-1].text


def test_where_files_are_shown_a_reply_says_no_more_than_its_words(
    shared: House, maya: Customer, ines: AtDesk, clock: FakeClock
) -> None:
    case = escalated(shared, maya)
    ines.claims(case)
    file = FileRef("c" * 43, "label.pdf", "application/pdf", 9)
    for number, text in ((902, "Print this:"), (903, "")):
        sent = replace(instructed(case, "reply", None, text=text), id=number, files=(file,))
        relay_over(shared, Instructed([sent]), clock, shows_files=True).deliver()  # type: ignore[arg-type]
        assert (maya.hears()[-1].text, maya.last[-1].files) == (text, (file,))
