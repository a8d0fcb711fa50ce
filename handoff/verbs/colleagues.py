"""Who else is at the desk: to be given a case, or turned to with one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handoff.errors import NoColleagueError
from handoff.floor.floor import STATUSES
from handoff.floor.seats import Seats
from handoff.verbs.agent import Agent


class Colleagues:
    """The staff of the desk today; `staff` gives them as the house has them at the moment."""

    def __init__(self, staff: Callable[[], Sequence[Agent]], seats: Seats) -> None:
        self._staff, self._seats = staff, seats

    def named(self, email: str) -> Agent:
        """Raises NoColleagueError."""
        wanted = email.strip().casefold()
        for each in self._staff():
            if each.email == wanted:
                return each
        raise NoColleagueError(email[:60])

    def leads(self) -> tuple[Agent, ...]:
        """Those who lead, whom to turn to first on top: who is there, then who has least to do."""
        present = {member.email: STATUSES.index(member.status) for member in self._seats.members()}
        load = self._seats.open_cases()
        return tuple(
            sorted(
                (each for each in self._staff() if each.leads),
                key=lambda each: (
                    present.get(each.email, len(STATUSES)),
                    "supervisor" not in each.roles,  # an admin is asked where there is no other
                    load.get(each.email, 0),
                    each.email,
                ),
            )
        )
