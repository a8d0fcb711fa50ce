"""The written hand-over as frozen values; case-summary.schema.json describes its JSON."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime

from handoff.casefile.claim import Claim
from handoff.casefile.mood import Mood
from handoff.casefile.needs import Completeness, Missing
from handoff.errors import SourceMissingError
from handoff.escalation import Author, Decider, Promise, Reason, Site, Suggestion, Tried
from handoff.finding.facts import Fact
from handoff.floor.triage import Chosen, Deadline, Urgency
from handoff.values import JsonObject, JsonValue, as_object, from_json, strict_keys

SCHEMA_VERSION = "1.0"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Previous:
    """The customer's earlier conversations with a case: how many, and how the last one ended."""

    conversations: int = 0
    last_outcome: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """Who is asking; `verified` only by a signed identity, which may say that they buy for a business.

    site: what the company's page said they were looking at, a source of its own beside their messages.
    """

    id: str
    name: str | None
    address: str | None
    verified: bool
    locale: str
    previous: Previous
    business: bool = False
    site: Site | None = None


@dataclass(frozen=True, slots=True)
class ReasonGiven:
    """Why a person is needed: the code, one sentence, the messages that triggered it, and who decided."""

    code: Reason
    sentence: str
    messages: tuple[int, ...]
    by: Decider


@dataclass(frozen=True, slots=True)
class Intent:
    """What understanding took the customer to mean; `probability` is calibrated, 0 to 1."""

    name: str
    probability: float
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FailedTurn:
    """A message the bot did not understand, in the customer's words, and what it was taken for."""

    text: str
    understood_as: str | None
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """The language the customer writes, and the one their agent should."""

    detected: str
    agent: str
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    """Up to three articles, a reply to start from, and the name of a macro."""

    articles: tuple[Suggestion, ...]
    reply: str
    macro: str | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    """Where the case goes and when it is due, each with its reason."""

    team: Chosen
    skills: tuple[Chosen, ...]
    priority: Chosen
    first_reply_by: Deadline
    resolve_by: Deadline


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One message, secrets masked; `attachments` are links."""

    number: int
    author: Author
    name: str | None
    text: str
    at: datetime
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandBack:
    """Whether the bot may resume afterwards, and what the agent is to fill in."""

    may_resume: bool
    outcome_fields: tuple[str, ...] = ("outcome", "line")


@strict_keys
@dataclass(frozen=True, slots=True)
class CaseSummary:
    """Everything an agent needs before reading a single message.

    Raises SourceMissingError if one of its lines cites no message, or one that its transcript does not hold.
    """

    schema_version: str
    case: int
    handoff_id: str
    conversation_id: str
    channel: str
    page: str | None
    started_at: datetime
    waiting_since: datetime
    customer: CustomerCard
    reason: ReasonGiven
    headline: Claim
    ask: tuple[Claim, ...]
    intent: tuple[Intent, ...]
    facts: tuple[Fact, ...]
    tried: tuple[Tried, ...]
    failed_turns: tuple[FailedTurn, ...]
    mood: Mood
    urgency: Urgency
    missing: tuple[Missing, ...]
    promises: tuple[Promise, ...]
    language: Language
    suggested: Suggested
    routing: Routing
    transcript: tuple[TranscriptLine, ...]
    hand_back: HandBack
    completeness: Completeness

    def __post_init__(self) -> None:
        numbers = {line.number for line in self.transcript}
        for where, cited in citations(self):
            if not cited or not numbers.issuperset(cited):
                raise SourceMissingError(where)

    def to_json(self) -> JsonObject:
        """The document that case-summary.schema.json describes."""
        return as_object(self)

    @classmethod
    def from_json(cls, data: JsonValue) -> CaseSummary:
        """The summary a document holds; raises ShapeError naming the key that is wrong."""
        return from_json(cls, data, "summary")

    @classmethod
    def stored(cls, document: JsonObject) -> CaseSummary:
        """The summary that a case was stored with, whatever wrote it.

        An item of a list with no message to show for it is left out, and the log names it: a case must stay
        readable. Raises SourceMissingError where one that can't be left out cites nothing, and ShapeError.
        """
        try:
            return cls.from_json(document)
        except SourceMissingError as error:
            _log.warning("the summary of case %s is shown without a part: %s", document.get("case"), error)
            return cls.from_json(_shown_for(document))


def _shown_for(document: JsonObject) -> JsonObject:
    """A document without the items of its lists that cite no message of its transcript."""
    transcript = document.get("transcript")
    lines = transcript if isinstance(transcript, list) else []
    numbers = [line.get("number") for line in lines if isinstance(line, dict)]

    def is_shown_for(item: JsonValue) -> bool:
        cited = item.get("messages", numbers[:1]) if isinstance(item, dict) else numbers[:1]
        return isinstance(cited, list) and bool(cited) and all(number in numbers for number in cited)

    return {
        name: list(filter(is_shown_for, value)) if isinstance(value, list) else value
        for name, value in document.items()
    }


def citations(value: object, where: str = "summary") -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every line below a value that cites messages: where it stands, and the numbers."""
    if isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from citations(item, f"{where}[{i}]")
    elif is_dataclass(value):
        for field in fields(value):
            inner = getattr(value, field.name)
            if field.name == "messages":
                yield where, inner
            else:
                yield from citations(inner, f"{where}.{field.name}")
