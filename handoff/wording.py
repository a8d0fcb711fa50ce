"""Says the sentences that this room writes of a case in its reader's language. Pure.

The record is English, whoever reads it. Its sentences come from few templates, so each is known again by its
template and said by the catalogue's words for that; customers' words in a blank stay as they are. A sentence
of no template, such as an error's own words, is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from handoff.case import Outcome
from handoff.case_summary import CaseSummary
from handoff.entry import Entry
from handoff.summary import SENTENCES
from handoff.triage import Chosen, Deadline, Priority

Say = Callable[[str], str]
"""An English text in, the reader's text out; a text it does not know comes back as it is."""

_HEADS = (*SENTENCES.values(), *(priority.capitalize() for priority in Priority))
_SIGNS = ("words", "repetition", "a threat to leave", "capitals", "marks")

_BLANKS = {
    "head": "|".join(map(re.escape, _HEADS)),
    "level": "|".join(Priority),
    "n": r"\d+",
    "signs": rf"(?:{'|'.join(_SIGNS)}) “.+”",
    "sure": r"\d\.\d\d",
    "topic": r"\w+",
}
"""What may stand in a blank, by its name; in any other, whatever is there."""

_SAID = frozenset(
    ["because", "head", "level", "reason", "rule", "signs", "state", "team", "topic", "why", "wish"]
)
"""The blanks that hold our own words, which are said in turn."""


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence without its full stop: how it is known again, and the text that the catalogue has."""

    known: re.Pattern[str]
    text: str


def _template(text: str, stored: str | None = None) -> Template:
    """`stored` is how the record has it, where that is not the text people read."""
    parts = re.split(r"\{(\w+)\}", stored or text)
    pattern = "".join(
        f"(?P<{part}>{_BLANKS.get(part, '.+?')})" if i % 2 else re.escape(part)
        for i, part in enumerate(parts)
    )
    return Template(re.compile(pattern, re.DOTALL), text)


_RETURNS = (
    "changed their mind",
    "not as expected",
    "does not work as it should",
    "came wrong or damaged",
    "another reason",
    "no reason given",
    "not known",
    "wants a refund",
    "wants another item",
    "unopened",
    "opened, as good as new",
    "used",
)
"""What a customer told the return form: actions/told.py."""

_CLAUSES: Sequence[Template] = tuple(
    map(
        _template,
        (
            *SENTENCES.values(),
            # Why the bot gave up: bot/overlay.py, bot/turn.py, bot/policies, bot/acting and actions.
            "The customer asked for a person: “{words}”",
            "{head}: {because}",
            "the topic is {topic}: “{words}”",
            "the topic is {topic}: {because}",
            "the customer is still upset: {signs}",
            *(f"{sign} “{{words}}”" for sign in _SIGNS),
            "{n} messages in a row found no answer",
            "{n} questions in a row that the bot could not answer",
            "The customer said that {n} answers did not help",
            "the customer took up the offer of a person",
            "the customer tapped the offer of a person",
            "something does not work, and the bot has not found out what",
            "the customer asks where order {order} is and gave its e-mail address",
            "the customer asks where order {order} is and gave its postcode",
            "the customer wants to return “{item}” from order {order}: {reason}; {wish}; {state}",
            *_RETURNS,
            "the wish is one for a person ({code})",
            "it reads as {intent} ({sure})",
            "the rule '{rule}' says so",
            "the story '{rule}' goes on like that",
            "no rule fits",
            "{action} asked for it next",
            "the dialogue went in circles",
            "action '{action}' failed: {why}",
            "no answer within {seconds} s",
            "nobody has it; check its name in domain.yml, or name its server in endpoints.yml",
            "the time for this turn's actions was used up by one that failed",
            # Where the case goes and when it is due: handoff/triage.py.
            "the customer is angry",
            "nothing in the conversation raises or lowers it",
            "The language the customer writes",
            "What {team} works on",
            "First reply within {within} of {team}'s hours, as priority is {level}",
            "Resolution within {within} of {team}'s hours, as priority is {level}",
            "{team} takes cases of this reason",
            "{team} takes what no other team claims",
            "{team} takes {intent}, understood with {n}%",
            "{team} takes “{words}”, in message {n}",
            "{because} (“{words}” in message {n})",
            "{because} ({intent}, {n}% sure)",
        ),
    )
)
"""From the most to the least particular: the first that fits is the one."""

_EVENTS: Sequence[Template] = (
    _template("Handed over by the bot: {reason}"),
    _template("Handed over by the bot again: {reason}"),
    _template("Not delivered to the customer: {why}"),
    _template("{name} claimed the case"),
    _template("{name} put the case back into the queue"),
    _template("{name} returned the conversation to the bot"),
    *(
        _template(f"{{name}} resolved the case: {words}", f"{{name}} resolved the case: {outcome}")
        for outcome, words in (
            (Outcome.SOLVED, "solved"),
            (Outcome.NOT_SOLVED, "not solved"),
            (Outcome.CUSTOMER_LEFT, "the customer left"),
            (Outcome.DUPLICATE, "a duplicate"),
            (Outcome.SPAM, "spam"),
        )
    ),
)

# What an agent is told when something can't be done: handoff/errors.py.
_REFUSALS: Sequence[Template] = (
    _template("There is no case {ref}", "no case {ref}; `firstline handoff queue --all` lists them"),
    _template("{name} has taken case #{case}; leave a note, or pick another case"),
    _template(
        "You can't do that with case #{case}: nobody holds it; claim it first",
        "you can't {verb} case #{case}: nobody holds it; claim it first",
    ),
    _template(
        "You can't do that with case #{case}: {name} holds it",
        "you can't {verb} case #{case}: {name} holds it",
    ),
    _template(
        "Case #{case} has changed meanwhile; reload it to see what happened",
        "case #{case} is {state}, so it can't be {event}; reload it to see what happened",
    ),
    _template("The reply is empty; write a few words and send it again"),
    _template("The note is empty; write a few words and send it again"),
    _template(
        "That has {n_written} characters and the limit is {n_limit}; shorten it or send it in parts",
        "the {what} has {n_written} characters and the limit is {n_limit}; shorten it or send it in parts",
    ),
)

TEXTS = tuple(template.text for template in (*_CLAUSES, *_EVENTS, *_REFUSALS))
"""Every text that a catalogue needs for these sentences, but for what stands in their blanks."""


def in_words(sentence: str, say: Say) -> str:
    """One sentence of the record, as `say` says it."""
    return _ended(sentence, _CLAUSES, say)


def summary_in_words(summary: CaseSummary, say: Say) -> CaseSummary:
    """The summary with its sentences as `say` says them; quotes, codes and the transcript as they are."""

    def chosen(given: Chosen) -> Chosen:
        return replace(given, because=in_words(given.because, say))

    def deadline(given: Deadline) -> Deadline:
        return replace(given, because=in_words(given.because, say))

    routing = summary.routing
    return replace(
        summary,
        reason=replace(summary.reason, sentence=in_words(summary.reason.sentence, say)),
        routing=replace(
            routing,
            team=chosen(routing.team),
            skills=tuple(chosen(skill) for skill in routing.skills),
            priority=chosen(routing.priority),
            first_reply_by=deadline(routing.first_reply_by),
            resolve_by=deadline(routing.resolve_by),
        ),
    )


def entry_in_words(entry: Entry, say: Say) -> Entry:
    """An event of the thread as `say` says it; what people and the bot have said stays as it is."""
    return replace(entry, text=_ended(entry.text, _EVENTS, say)) if entry.kind == "event" else entry


def refusal_in_words(message: str, say: Say) -> str:
    """An error's message as `say` says it."""
    said = _ended(message, _REFUSALS, say)
    return said[:1].upper() + said[1:]


def _ended(sentence: str, templates: Sequence[Template], say: Say) -> str:
    clause = sentence.removesuffix(".")
    return _said(clause, templates, say) + sentence[len(clause) :]


def _said(clause: str, templates: Sequence[Template], say: Say) -> str:
    for template in templates:
        match = _known(template, clause)
        if match is not None:
            blanks = {name: _blank(name, value, say) for name, value in match.groupdict().items()}
            return _begun(say(template.text).format(**blanks), clause)
    return say(clause)


def _known(template: Template, clause: str) -> re.Match[str] | None:
    """A clause begins with a capital where it begins a sentence, and without one in the middle of it."""
    return template.known.fullmatch(clause) or template.known.fullmatch(_flipped(clause))


def _blank(name: str, value: str, say: Say) -> str:
    if name == "signs":
        return ", ".join(_said(sign, _CLAUSES, say) for sign in re.split(r"(?<=”), ", value))
    return _said(value, _CLAUSES, say) if name in _SAID else value


def _begun(said: str, clause: str) -> str:
    """With a capital if the clause has one."""
    return said[:1].upper() + said[1:] if clause[:1].isupper() else said[:1].lower() + said[1:]


def _flipped(clause: str) -> str:
    return clause[:1].swapcase() + clause[1:]
