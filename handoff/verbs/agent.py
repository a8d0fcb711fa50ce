"""Who sits at the desk, and what they may do with a case. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.case import Case, CaseStatus
from handoff.errors import CannotHoldError, NotYoursError, ReadOnlyError

_WORKS = frozenset(["agent", "supervisor", "admin"])
_LEADS = frozenset(["supervisor", "admin"])


@dataclass(frozen=True, slots=True)
class Agent:
    """Someone of the staff at the desk; the e-mail is who they are, the name what customers see."""

    email: str
    name: str
    roles: frozenset[str] = frozenset({"agent"})

    @property
    def works(self) -> bool:
        """Whether cases may be theirs; a quality analyst only reads."""
        return not self.roles.isdisjoint(_WORKS)

    @property
    def leads(self) -> bool:
        """Whether they may act in a case that a colleague holds."""
        return not self.roles.isdisjoint(_LEADS)


def working(by: Agent) -> Agent:
    """Raises ReadOnlyError for who only reads."""
    if not by.works:
        raise ReadOnlyError(by.name)
    return by


def holding(by: Agent) -> Agent:
    """Someone a case is given to; raises CannotHoldError."""
    if not by.works:
        raise CannotHoldError(by.name)
    return by


def held(case: Case, by: Agent, verb: str) -> Case:
    """The case, if it is this agent's, or this agent leads; raises NotYoursError and ReadOnlyError.

    A resolved case is refused by its status, which says more.
    """
    working(by)
    if case.agent != by.email and not by.leads and case.status is not CaseStatus.RESOLVED:
        raise NotYoursError(case.number, verb, case.agent_name or case.agent)
    return case


def steered(case: Case, by: Agent, verb: str) -> Case:
    """The same, and anybody may while nobody holds it, or once it is resolved."""
    return working_on(case, by) if case.agent is None else held(case, by, verb)


def working_on(case: Case, by: Agent) -> Case:
    """The case, for anybody who works at the desk."""
    working(by)
    return case
