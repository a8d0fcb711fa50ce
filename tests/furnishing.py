"""A house made ready for a day at the desk: open at all hours, with canned responses and labels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from config.clock import SystemClock
from config.settings import load_settings
from handoff.aids.canned import Canned
from handoff.aids.labels import Label
from handoff.opening import Handoff, open_handoff
from handoff.verbs.agent import Agent

ADA = Agent("ada@nettly.example", "Ada", frozenset({"admin"}))

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

HELLO = Canned(
    0,
    "hello",
    "Say hello",
    {
        "en": "Hello, this is {{agent.first_name}}. I have order {{fact.order}} open in front of me.",
        "nb": "Hei, dette er {{agent.first_name}}. Jeg ser på saken {{case.number}} nå.",
    },
)


@contextmanager
def arranging(data: Path) -> Iterator[Handoff]:
    """The agents' room of a data folder that no server has open."""
    with closing(open_handoff(load_settings(data, {}), SystemClock())) as handoff:
        yield handoff


def never_closed(data: Path) -> Path:
    """The same data folder: every team is there day and night, whatever the machine's clock says."""
    day_and_night = "\n".join(f'{day} = ["00:00-24:00"]' for day in _DAYS)
    calendars = (f'[hours.{name}]\nzone = "Europe/Oslo"\n{day_and_night}\n' for name in ("office", "long"))
    (data / "teams.toml").write_text("\n".join(calendars), encoding="utf-8")
    return data


def furnished(data: Path) -> Path:
    """The same data folder, never closed, with `/hello` and a label."""
    with arranging(never_closed(data)) as handoff:
        handoff.aids.canned.save(HELLO, ADA, teams=())
        handoff.aids.labels.save(Label("Warehouse", "blue"), ADA)
    return data
