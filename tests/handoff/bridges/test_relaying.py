"""What is decided about something that happened at a helpdesk: nothing reaches a customer by default."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import get_args

import pytest

from config.texts import Texts
from handoff import wording
from handoff.bridges import Incoming, IncomingType
from handoff.bridges.deeds import Claim, Note, Reply
from handoff.bridges.owing import Mirrored
from handoff.bridges.relay_words import pieces
from handoff.bridges.relaying import Seen, agent_of, key_of, relayed
from handoff.case import Case, CaseStatus
from handoff.entry import Entry
from handoff.intake import Intake
from handoff.opening import Handoff
from tests.handoff.bridges.scripted import KARI, incoming
from tests.handoff.conversations import MONDAY, escalation
from tests.handoff.test_wording import TEXTS_OF_THE_DESK


@pytest.fixture
def case(room: Handoff) -> Case:
    intake: Intake = room.intake
    return intake.open(escalation())


def seen(case: Case, **given: object) -> Seen:
    mirrored = Mirrored("scripted", case.handoff_id, case.number, None, "peer", 1, "", MONDAY, MONDAY)
    return replace(Seen(case, mirrored, 1, "Nettly"), **given)  # type: ignore[arg-type]


def test_only_a_persons_public_answer_is_ever_a_reply(case: Case) -> None:
    kinds = get_args(IncomingType)
    authors = ("agent", "customer", "bot", "system")
    for kind, author, visibility, status in product(kinds, authors, ("public", "private"), CaseStatus):
        event = incoming(
            "e:1", "Words.", type=kind, author_kind=author, visibility=visibility, status=status, into="T-2",
            assignee="Ola",
        )  # fmt: skip
        replies = any(isinstance(deed, Reply) for deed in relayed(event, seen(case)).deeds)
        assert replies == ((kind, author, visibility) == ("agent_message", "agent", "public")), event


@pytest.mark.parametrize("controller, epoch, now", [("desk", 1, 1), ("desk", None, 2), ("peer", 1, 3)])
def test_whoever_has_not_the_case_does_not_speak_to_its_customer(
    case: Case, controller: str, epoch: int | None, now: int
) -> None:
    held = seen(case)
    mirrored = replace(held.mirrored, controller=controller, epoch=now)  # type: ignore[arg-type]
    plan = relayed(incoming("e:1", "Words."), replace(held, mirrored=mirrored, epoch=epoch))
    assert not any(isinstance(deed, Reply | Claim) for deed in plan.deeds)
    assert isinstance(plan.deeds[0], Note) and plan.deeds[0].text == "Words."


def test_our_own_words_lead_to_nothing_and_it_is_said_why(case: Case) -> None:
    plan = relayed(incoming("e:1", "Words."), seen(case, ours=True))
    assert plan.deeds == () and plan.because == "it is our own"


def test_somebody_without_a_name_is_the_company(case: Case) -> None:
    named = agent_of(incoming("e:1", author_name=" Kari \n Moe "), "rt", "Nettly")
    assert (named.email, named.name) == ("7@rt.outside", "Kari Moe")
    assert agent_of(incoming("e:1", author="", author_name=""), "rt", "Nettly").name == "Nettly"


def test_a_key_is_short_whatever_the_peer_calls_an_event() -> None:
    assert key_of("msg:1") == "peer/msg:1"
    assert len(key_of("<" + "m" * 900 + "@mail.example>")) < 100
    assert key_of("m" * 900) != key_of("m" * 901)


@pytest.mark.parametrize(
    "text, parts",
    [
        ("", ("",)),
        ("short", ("short",)),
        ("one two three", ("one two", "three")),
        ("onetwo\n\nthree x", ("onetwo", "three x")),
        ("x" * 25, ("x" * 10, "x" * 10, "x" * 5)),
    ],
)
def test_a_long_text_is_cut_where_it_reads_best(text: str, parts: tuple[str, ...]) -> None:
    assert pieces(text, 10) == parts


def test_what_happened_there_is_read_in_the_readers_language(case: Case) -> None:
    late = incoming("e:1", "It costs 100 kr.", type="edited", about="e:0")
    plan = relayed(late, seen(case, before="It costs 10 kr.", delivered=True))
    (note,) = plan.deeds
    assert isinstance(note, Note)
    assert in_bokmaal(note.text).startswith("Kari endret en melding i Scripted, men kunden har den slik den")


def test_what_somebody_there_has_written_is_read_as_it_is() -> None:
    assert in_bokmaal("Claim") == "Claim"


def in_bokmaal(note: str) -> str:
    texts: Texts = TEXTS_OF_THE_DESK
    entry = Entry(1, "note", KARI.email, KARI.name, note, MONDAY)
    return wording.entry_in_words(entry, texts.say("nb")).text


def test_an_older_status_is_let_go_of(case: Case) -> None:
    resolved: Incoming = incoming("s:1", type="status", status=CaseStatus.RESOLVED)
    assert relayed(resolved, seen(case)).deeds
    assert not relayed(resolved, seen(case, last_status=MONDAY + timedelta(seconds=1))).deeds
