"""`firstline bridge check`: one thing after the other, up to the first that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from handoff.bridges import Step
from handoff.bridges.errors import PeerError


def tried(steps: Iterable[tuple[str, Callable[[], Step]]]) -> tuple[Step, ...]:
    """Try them, each under its name; what the peer refuses is a step that failed."""
    done: list[Step] = []
    for name, step in steps:
        try:
            done.append(step())
        except PeerError as error:
            done.append(Step(name, False, error.says, "mend that, and check again"))
        if not done[-1].ok:
            break
    return tuple(done)
