"""From the desk's log to the proposals: each case once, whatever was killed in between."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.lessons import Teaching
from config.failpoints import ENVIRONMENT
from handoff.desk import Agent
from handoff.escalation import Customer, Escalation, Line, Reason
from handoff.opening import Handoff, open_handoff
from kb.learned.lesson import Proposal, ProposalState
from kb.opening import Kb, open_kb
from tests.fakes import FakeClock
from tests.kb.bases import hashed

INES = Agent("ines@nettly.example", "Ines")
PAINT = "Use water-based paint on the housing and keep the lens free of it."

WORK = """
import sys
from pathlib import Path
from bot.lessons import Teaching
from handoff.opening import open_handoff
from kb.opening import open_kb
from tests.fakes import FakeClock
from tests.kb.bases import hashed
settings = hashed(Path(sys.argv[1]))
kb, handoff = open_kb(settings, FakeClock()), open_handoff(settings, FakeClock())
Teaching(handoff.lessons, kb.learning.proposals).work()
"""


@dataclass
class Rooms:
    """Desk and base over one folder, without the customers between them."""

    data: Path
    kb: Kb
    handoff: Handoff
    clock: FakeClock

    @property
    def teaching(self) -> Teaching:
        return Teaching(self.handoff.lessons, self.kb.learning.proposals)

    def proposals(self) -> list[Proposal]:
        return [each for group in self.kb.learning.proposals.list() for each in group.proposals]

    def solved(self, name: str, text: str = PAINT, asked: str = "can I paint the camera?") -> int:
        """A case that Ines solved with one reply; its number."""
        now = self.clock.now()
        case = self.handoff.intake.open(
            Escalation(
                conversation_id=name,
                episode=1,
                channel="web",
                page=None,
                started_at=now,
                escalated_at=now,
                customer=Customer(name, None, None, False, "en"),
                reason=Reason.NO_ANSWER,
                because="two questions in a row",
                trigger=(1,),
                decided_by="rule",
                language="en",
                lines=(Line(1, "customer", asked, now),),
            )
        )
        self.handoff.desk.claim(case.number, INES)
        self.clock.moves(timedelta(minutes=4))
        self.handoff.desk.reply(case.number, INES, text, "r1")
        self.handoff.desk.resolve(case.number, INES, "solved")
        return case.number


@pytest.fixture
def rooms(tmp_path: Path, clock: FakeClock) -> Iterator[Rooms]:
    settings = hashed(tmp_path)
    kb, handoff = open_kb(settings, clock), open_handoff(settings, clock)
    yield Rooms(tmp_path, kb, handoff, clock)
    handoff.close()
    kb.close()


def test_a_solved_case_becomes_a_proposal_with_the_agents_words(rooms: Rooms) -> None:
    number = rooms.solved("maya")
    assert rooms.teaching.work() and not rooms.teaching.work()
    [proposal] = rooms.proposals()
    [reply] = proposal.lesson.replies
    assert (proposal.lesson.case, reply.agent, reply.text) == (number, "Ines", PAINT)
    assert proposal.lesson.minutes == 4.0


def test_taking_a_case_again_keeps_one_proposal_and_what_was_decided(rooms: Rooms) -> None:
    number = rooms.solved("maya")
    rooms.teaching.work()
    rooms.kb.learning.proposals.dismiss(number, "We say this on the box.", by="ed@firstline.test")
    rooms.kb.learning.proposals.learnt(0)
    rooms.teaching.work()
    assert rooms.proposals() == []
    [group] = rooms.kb.learning.proposals.list(ProposalState.DISMISSED)
    assert [each.because for each in group.proposals] == ["We say this on the box."]


def test_a_delivery_after_the_end_brings_the_message_number(rooms: Rooms) -> None:
    rooms.solved("maya")
    rooms.teaching.work()
    for dispatch in rooms.handoff.dispatches.lease():
        rooms.handoff.dispatches.done(dispatch.id, 3 if dispatch.kind == "reply" else None)
    rooms.teaching.work()
    assert rooms.proposals()[0].lesson.replies[0].number == 3


@pytest.mark.parametrize("passes", ["1", "2"])
def test_killed_between_two_lessons_every_case_is_learnt_once(rooms: Rooms, passes: str) -> None:
    cases = {rooms.solved("maya"), rooms.solved("omar"), rooms.solved("kari")}
    env = os.environ | {ENVIRONMENT: f"bot.lesson.taken:{passes}"}
    killed = subprocess.run([sys.executable, "-c", WORK, str(rooms.data)], env=env, check=False, timeout=60)
    assert killed.returncode == 137
    assert len(rooms.proposals()) == int(passes) and rooms.kb.learning.proposals.learnt_to() == 0
    rooms.teaching.work()
    assert {each.lesson.case for each in rooms.proposals()} == cases
    assert not rooms.teaching.work()


def test_a_case_that_explains_nothing_costs_time_and_proposes_nothing(rooms: Rooms) -> None:
    number = rooms.solved("maya", "Hello, thank you!")
    rooms.teaching.work()
    assert rooms.proposals() == []
    assert rooms.kb.learning.proposals.counts()[ProposalState.SILENT] == 1
    assert number in rooms.kb.learning.gaps.prices().minutes
