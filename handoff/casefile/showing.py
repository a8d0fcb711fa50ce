"""What customers may see of their own case: their words and what was tried, no judgement of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handoff.case import Case
from handoff.casefile.case_summary import CaseSummary
from handoff.escalation import Reaction, Reason
from handoff.finding.facts import Fact


@dataclass(frozen=True, slots=True)
class ShownFact:
    """Something they said; `message` is the last that says so.

    corrected: another value was taken back for this one. masked: a secret, of which the end is shown.
    """

    name: str
    value: str
    message: int
    corrected: bool
    masked: bool


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """Something that was tried before a person was asked for, and how they took it."""

    title: str
    reaction: Reaction


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case as its customer sees it; name, email and phone as they are known, None where they are not."""

    number: int
    reason: Reason
    ask: tuple[str, ...]
    facts: tuple[ShownFact, ...]
    tried: tuple[ShownArticle, ...]
    name: str | None
    email: str | None
    phone: str | None

    def fact(self, name: str, message: int | None = None) -> ShownFact | None:
        """The last fact of that name, or the one that a message says."""
        of_name = (fact for fact in reversed(self.facts) if fact.name == name)
        return next((fact for fact in of_name if message in (None, fact.message)), None)


def shown(case: Case, summary: CaseSummary) -> ShownCase:
    """What the agent will read, as far as the customer has said it themselves or was given it."""
    held = [fact for fact in summary.facts if not fact.superseded]
    contact = case.contact or ""
    return ShownCase(
        number=case.number,
        reason=summary.reason.code,
        ask=tuple(claim.text for claim in summary.ask),
        facts=tuple(_fact(fact, summary) for fact in held),
        tried=tuple(_articles(summary)),
        name=case.customer_name or _last(held, "name"),
        email=contact if "@" in contact else _last(held, "email"),
        phone=contact if contact and "@" not in contact else _last(held, "phone"),
    )


def _fact(fact: Fact, summary: CaseSummary) -> ShownFact:
    before = (other.messages[0] for other in summary.facts if other.superseded and other.name == fact.name)
    corrected = any(message <= fact.messages[-1] for message in before)
    return ShownFact(fact.name, fact.words or fact.value, fact.messages[-1], corrected, fact.masked)


def _articles(summary: CaseSummary) -> Iterator[ShownArticle]:
    """Each article once, with the last thing that was said of it or of one of its steps."""
    last: dict[str, ShownArticle] = {}
    for tried in summary.tried:
        known = last.get(tried.title)
        ignored = tried.reaction == "ignored" and known is not None
        if not ignored:
            last[tried.title] = ShownArticle(tried.title, tried.reaction)
    yield from last.values()


def _last(facts: list[Fact], name: str) -> str | None:
    """What was said last under a name, and is no secret."""
    return next((fact.value for fact in reversed(facts) if fact.name == name and not fact.masked), None)
