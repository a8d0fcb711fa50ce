"""What nobody could answer becomes an article: asked, solved by a person, written down, and proved."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation import Holder
from kb.learned.gap import GapState
from tests.driver import Driver
from tests.fakes import FakeClock

EDDA = "edda@nettly.example"
ASKED = (
    "can I spray paint the outside of the camera?",
    "is it allowed to spray paint a camera",
    "want to spray paint my camera black, may I?",
)
REPLY = (
    "Hello Maya, yes you may. Take the camera down, tape over the lens and the microphone, "
    "and use water-based paint on the housing only."
)


def test_a_gap_is_written_from_what_an_agent_said_and_closes_when_it_is_proved(
    house: Driver, clock: FakeClock
) -> None:
    learning = house.opened.kb.learning
    for question in ASKED:
        customer = house.customer()
        customer.says(question)
        customer.says("let me speak to a person")
        assert customer.holder is Holder.QUEUE
        clock.moves(timedelta(minutes=1))

    ines = house.agent("Ines")
    case = ines.queue()[0]
    ines.claims(case)
    clock.moves(timedelta(minutes=9))
    ines.replies(case, REPLY)
    ines.resolves(case)

    gap = next(gap for gap in learning.gaps.list() if "paint" in gap.clearest)
    assert gap.times == 3 and (gap.week.measured, gap.week.cases) == (9.0, 1)
    assert gap.week.estimated > 0  # the two cases that still wait

    group = next(group for group in learning.proposals.list() if group.gap == gap.id)
    [proposal] = group.proposals
    [reply] = proposal.lesson.replies
    assert reply.text == REPLY.replace("Maya", "[name]") and reply.number is not None

    article = learning.gaps.write(gap.id, by=EDDA)
    begun = house.opened.kb.editorial.revision(article.id, 1)
    assert f"— Ines, case #{case.number}, message {reply.number}" in begun.body
    assert learning.gaps.gap(gap.id).state is GapState.WRITING

    house.opened.kb.editorial.revise(
        article.id,
        version=article.version,
        title="Paint your camera",
        body="You may paint the housing with water-based paint.\n\n1. Take the camera down.\n"
        "2. Tape over the lens and the microphone.\n3. Paint the housing only.",
        by=EDDA,
    )
    house.opened.kb.editorial.publish(article.id, by=EDDA)
    house.opened.workers.drain()

    closed = learning.gaps.gap(gap.id)
    assert closed.state is GapState.CLOSED and closed.proof is not None
    assert all(each.article == article.id for each in closed.proof.replayed if each.answered)

    clock.moves(timedelta(days=1))
    kari = house.customer()
    heard = kari.says("can I spray paint my camera?")
    assert any(message.source and message.source.article == article.id for message in heard)
    kari.says("No", "/did_not_help")
    assert learning.gaps.gap(gap.id).state is GapState.OPEN  # it came back
