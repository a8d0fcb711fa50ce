"""A sender that is killed anywhere between written and marked: the helpdesk has everything once, in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blank import furnish
from tests.file_helpdesk import FileHelpdesk
from tests.mortal_sender import KILLED, MortalSender

pytestmark = pytest.mark.slow

POINTS = ("written", "sending", "answered", "marked")
WORDS = [f"Word {n}." for n in range(3)]


@pytest.fixture
def helpdesk(tmp_path: Path) -> FileHelpdesk:
    return FileHelpdesk(tmp_path / "told.jsonl")


@pytest.fixture
def house(helpdesk: FileHelpdesk, tmp_path: Path) -> MortalSender:
    data = tmp_path / "data"
    data.mkdir()
    (data / "firstline.toml").write_text(
        '[handoff]\nbridge = "tests.file_helpdesk:FileHelpdesk"\n'
        f'[bridges.file]\npath = "{tmp_path / "told.jsonl"}"\n',
        encoding="utf-8",
    )
    return MortalSender(furnish(data, ["handoff"]), "file")


def told_once(house: MortalSender, helpdesk: FileHelpdesk, run: str, *dies_at: str) -> None:
    """Two cases, told by a house that dies so often; each is there once, with every word once, in order."""
    cases = house.opens([f"kill{run}a", f"kill{run}b"], WORDS)
    for point in dies_at:
        assert house.lives(f"bridge.dispatch.{point}") == KILLED
    house.lives_on()
    for case in cases:
        told = [line.text for line in helpdesk.lines() if line.case == case.handoff_id]
        assert told == [f"[#{case.number}] {case.headline}", *WORDS], dies_at


def test_dying_at_one_failpoint_after_the_other_everything_is_told_once(
    house: MortalSender, helpdesk: FileHelpdesk
) -> None:
    told_once(house, helpdesk, "", *POINTS)


def test_fifty_times_wherever_it_dies(house: MortalSender, helpdesk: FileHelpdesk) -> None:
    for run in range(50):
        point = POINTS[run % len(POINTS)]
        # It is written once a round of the sender, the others once for each thing that is told.
        nth = 1 if point == "written" else 1 + run // len(POINTS) % (2 * (len(WORDS) + 1))
        told_once(house, helpdesk, str(run), f"{point}:{nth}")
