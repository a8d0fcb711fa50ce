"""Who sits at the desk: what they take, whether they are online, and when their desk was last open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from config.clock import Clock
from handoff.errors import MemberError
from handoff.floor.floor import STATUSES, Member, Status
from handoff.floor.rules import Rules
from handoff.store.seats import SeatStore

__all__ = ["Member", "Seats", "Status"]

CAPACITY_AT_MOST = 50

_SEEN_EVERY = timedelta(seconds=15)  # a quarter of the time after which somebody is gone


class Seats:
    """The members and their statuses. An agent starts away and is given nothing until they are online."""

    def __init__(self, store: SeatStore, rules: Callable[[], Rules], clock: Clock) -> None:
        self._store, self._rules, self._clock = store, rules, clock

    def members(self) -> tuple[Member, ...]:
        """All who ever sat down, by e-mail, each with the status that holds now."""
        now = self._clock.now()
        return tuple(_now(member, now) for member in self._store.members())

    def member(self, email: str) -> Member | None:
        """With the status that holds now: whose desk has been closed for a minute is away."""
        found = self._store.member(email)
        return None if found is None else _now(found, self._clock.now())

    def open_cases(self) -> Mapping[str, int]:
        """How many cases each agent works on, by e-mail; those that sleep take no room."""
        return self._store.open_cases()

    def sit_down(self, email: str, name: str) -> Member:
        """The member of this e-mail, made if they are new, under the name that people see."""
        return _now(self._store.sit_down(Member(email, name)), self._clock.now())

    def save_member(
        self,
        email: str,
        name: str,
        *,
        by: str,
        teams: Sequence[str] = (),
        skills: Sequence[str] = (),
        languages: Sequence[str] = (),
        capacity: int | None = None,
    ) -> Member:
        """What an administrator says of a member; `capacity` None is what the settings say.

        No teams: they take any team's cases; no skills: they have all; no languages: they answer in any.
        Raises MemberError naming the field.
        """
        known = {team.name for team in self._rules().teams}
        for team in teams:
            if team not in known:
                raise MemberError("teams", f"no such team {team!r}; there is {', '.join(sorted(known))}")
        for field, names in (("skills", skills), ("languages", languages)):
            if any(not each.strip() or len(each) > 40 for each in names):
                raise MemberError(field, "each has 1 to 40 characters")
        if capacity is not None and not 0 <= capacity <= CAPACITY_AT_MOST:
            raise MemberError("capacity", f"a whole number from 0 to {CAPACITY_AT_MOST}")
        member = Member(
            email, name, tuple(dict.fromkeys(teams)), tuple(dict.fromkeys(skills)), _languages(languages)
        )
        saved = self._store.save(member, capacity, by, self._clock.now())
        return _now(saved, self._clock.now())

    def set_status(self, email: str, status: str) -> Member:
        """Online, busy or away from now on; raises MemberError and NoMemberError.

        Their desk is open at this moment, since they said so.
        """
        said = next((known for known in STATUSES if known == status), None)
        if said is None:
            raise MemberError("status", f"one of {', '.join(STATUSES)}")
        now = self._clock.now()

        def decide(member: Member) -> Member:
            since = member.status_at if member.present(now) == said else now
            return replace(member, status=said, status_at=since or now, last_seen=now)

        return self._store.change(email, decide)

    def seen(self, email: str) -> None:
        """The member's desk is open now; written every quarter of a minute, however often it is told."""
        member, now = self._store.member(email), self._clock.now()
        if member is None or (member.last_seen is not None and now - member.last_seen < _SEEN_EVERY):
            return
        # Somebody who was gone stays away until they say otherwise, though nobody has written that yet.
        if member.status != "away" and member.gone(now):
            self._store.change(
                email,
                lambda was: (
                    replace(was, status="away", status_at=was.last_seen, last_seen=now)
                    if was.status != "away" and was.gone(now)
                    else replace(was, last_seen=now)
                ),
            )
        else:
            self._store.seen(email, now)


def _now(member: Member, now: datetime) -> Member:
    return replace(member, status=member.present(now)) if member.status != "away" else member


def _languages(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip().lower() for each in given))
