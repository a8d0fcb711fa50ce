"""Says the sentences that this room writes of a case in its reader's language. Pure.

The record is English, whoever reads it. Its sentences come from few templates, so each is known again by its
template and said by the catalogue's words for that; customers' words in a blank stay as they are. A sentence
of no template, such as an error's own words, is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from handoff.aids.wording import WHYS
from handoff.bridges.owing import OUTSIDE
from handoff.bridges.relay_words import RELAYED
from handoff.bridges.relay_words import WHYS as RELAY_WHYS
from handoff.case import Outcome
from handoff.casefile.case_summary import CaseSummary
from handoff.casefile.summary import SENTENCES
from handoff.entry import Entry
from handoff.floor.triage import Chosen, Deadline, Priority
from handoff.refusals import ARRANGED, NAMED, REFUSALS
from handoff.verbs.handing import ESCALATION

Say = Callable[[str], str]
"""An English text in, the reader's text out; a text it does not know comes back as it is."""

_HEADS = (*SENTENCES.values(), *(priority.capitalize() for priority in Priority))
_SIGNS = ("words", "repetition", "a threat to leave", "capitals", "marks", "a curt reply", "a long wait")

_BLANKS = {
    "head": "|".join(map(re.escape, _HEADS)),
    "level": "|".join(Priority),
    "n": r"\d+",
    "signs": rf"(?:{'|'.join(_SIGNS)}) “.+”",
    "sure": r"\d\.\d\d",
    "topic": r"[\w ]+",
}
"""What may stand in a blank, by its name; in any other, whatever is there."""

_SAID = frozenset(
    [
        "because",
        "deed",
        "head",
        "level",
        "part",
        "reason",
        "rule",
        "signs",
        "state",
        "team",
        "topic",
        "why",
        "wish",
    ]
)
"""The blanks that hold our own words, which are said in turn."""


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A sentence without its full stop: how it is known again, and the text that the catalogue has.

    Each is only itself, so that many of them together are a quick key.
    """

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

_CLAUSES: tuple[Template, ...] = (
    *map(
        _template,
        (
            *SENTENCES.values(),
            # Why the bot gave up: bot/overlay.py, bot/turn.py, bot/policies, bot/acting and actions.
            "The customer asked for a person: “{words}”",
            "{head}: {because}",
            "the topic is {topic}: “{words}”",
            "the topic is {topic}: {because}",
            "the customer says that it is not solved after all",
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
            # Where the case goes and when it is due: handoff/floor/triage.py.
            "{name} set it: “{words}”",
            "the customer is angry",
            "nothing in the conversation raises or lowers it",
            "the customer was forgotten",
            "The language the customer writes",
            "What {team} works on",
            "First reply within {within} of {team}'s hours, as priority is {level}",
            "Resolution within {within} of {team}'s hours, as priority is {level}",
            "{team} takes cases of this reason",
            "{team} takes what no other team claims",
            "{team} takes {intent}, understood with {n}%",
            "{team} takes “{words}”, in message {n}",
            "{because}; raised because {rule}",
            # Who gets it, who lost it, and where it went: handoff/floor/routing.py.
            "they helped this customer before",
            "it is their turn among those with room",
            "it is their turn, and nobody who writes the customer's language had room for {within}",
            "{name} is away from the desk",
            "{name} has not answered for {within}",
            "nobody of {team} is at the desk",
            "nobody of {team} has taken it for {within}",
            "{because} (“{words}” in message {n})",
            "{because} ({intent}, {n}% sure)",
            # Why our own desk has a case of a helpdesk outside: handoff/bridges.
            *RELAY_WHYS,
            "{peer} does not take what is sent to it",
            "{peer} is not asked by this house any more",
            "{peer} could not be reached for {n} min",
            # What that helpdesk's people read of it.
            "This case is yours again: what is answered here reaches the customer",
            "Our own desk has taken this case over: {because}. What is answered here does not reach the "
            "customer any more",
            "{name} answers this case at our own desk. What is answered here does not reach the customer any "
            "more",
            *WHYS,
        ),
    ),
    *(_template(text, stored) for text, stored in ARRANGED),
)
"""From the most to the least particular: the first that fits is the one."""

_EVENTS: tuple[Template, ...] = (
    _template("Handed over by the bot: {reason}"),
    _template("Handed over by the bot again: {reason}"),
    _template("Not delivered to the customer: {why}"),
    _template("Has not reached the customer yet, and is tried again: “{said}” ({problem})"),
    _template("Has reached the customer after all: “{said}”"),
    _template("Did not reach the customer: “{said}” ({problem})"),
    _template("The customer deleted what they had written: “{said}”"),
    _template("Not sent by e-mail to the customer: {problem}"),
    _template("The reply went out by e-mail to {address}"),
    _template("A receipt with the promised time went out by e-mail to {address}"),
    _template("The transcript went out by e-mail to {address}"),
    _template("Given to {name}: {because}"),
    _template("Taken from {name}: {because}"),
    _template("Moved to {team}: {because}"),
    _template("Priority raised to {level}: {rule}"),
    _template("{name} has not answered for {within}, and nobody else is free"),
    _template("{name} has not answered for {within}"),
    _template("Everybody who could take it has had it; somebody must claim it by hand"),
    _template("The first reply is due in {within}"),
    _template("The resolution is due in {within}"),
    _template("The first reply is late"),
    _template("The resolution is late"),
    _template("The time that the customer was promised has passed"),
    _template("The snooze is over"),
    _template("The customer was forgotten, with all that was said"),
    # What a helpdesk outside did not take: handoff/bridges/falling_back.py.
    _template("Not delivered to {peer}: {problem}"),
    _template("Our own desk has taken over from {peer}: {because}"),
    _template("{name} gave the case back to {peer}"),
    _template("The call-back that {name} promised is due: {words}"),
    _template("The follow-up that {name} set is due: {words}"),
    _template("The customer left the queue and went on with the bot"),
    _template("The customer ended the conversation"),
    _template("The customer gave the bot {n} of 5: {words}"),
    _template("The customer gave the bot {n} of 5"),
    _template("The customer gave the people who helped {n} of 5: {words}"),
    _template("The customer gave the people who helped {n} of 5"),
    _template("The customer gave {name} {n} of 5: {words}"),
    _template("The customer gave {name} {n} of 5"),
    _template("{name} took the case over from {other}"),
    _template("The customer left a contact: {contact}"),
    _template("The company's site says who the customer is: {customer}"),
    _template("{name} assigned the case to {other}"),
    _template("{name} handed the case over to the team {team}"),
    _template("{name} handed the case over to {other}"),
    _template("{name} escalated the case to {other}"),
    _template("{name} snoozed the case until the customer writes"),
    _template("{name} snoozed the case until {moment}"),
    _template("{name} woke the case"),
    _template("{name} took the labels off the case"),
    _template("{name} labelled the case {labels}"),
    _template("{name} filled in {words}"),
    _template("{name} set the priority to {level}"),
    _template("{name} promised to call back by {moment}: {words}"),
    _template("{name} set a follow-up for {moment}: {words}"),
    _template("{name} called back: {words}"),
    _template("{name} followed up: {words}"),
    _template("{name} no longer follows the case"),
    _template("{name} follows the case"),
    _template("{name} marked the case as spam"),
    _template("{name} blocked the customer for case #{case}"),
    _template("{name} blocked the customer"),
    _template("{name} let the customer in again"),
    _template("{name} reopened the case"),
    _template("{name} merged the case into case #{case}"),
    _template("{name} merged case #{case} into this one: {words}"),
    _template("Turned away, as the customer is blocked"),
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

# A note to a lead: handoff/verbs/handing.py.
_ESCALATION = _template(ESCALATION)

# Notes about what a helpdesk outside has told us.
_RELAYED: tuple[Template, ...] = tuple(_template(text.removesuffix(".")) for text in RELAYED)

# What an agent is told when something can't be done.
_REFUSALS: tuple[Template, ...] = tuple(_template(text, stored) for text, stored in REFUSALS)
_NAMED: tuple[Template, ...] = tuple(_template(text, stored) for text, stored in NAMED)

_WHATEVER = (*_REFUSALS, *_CLAUSES)

_ALL = (*_CLAUSES, *_EVENTS, _ESCALATION, *_RELAYED, *_REFUSALS, *_NAMED)
TEXTS = tuple(template.text for template in _ALL)
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
    """An event of the thread as `say` says it, and the headings of a note to a lead.

    What people and the bot have said stays as it is.
    """
    if entry.kind == "event":
        return replace(entry, text=_ended(entry.text, _EVENTS, say))
    if entry.kind == "note" and (escalated := _ESCALATION.known.fullmatch(entry.text)):
        return replace(entry, text=say(_ESCALATION.text).format(**escalated.groupdict()))
    if entry.kind == "note" and (entry.author == "system" or entry.author.endswith(OUTSIDE)):
        return replace(entry, text=_relayed(entry.text, say))
    return entry


def refusal_in_words(message: str, say: Say) -> str:
    """An error's message as `say` says it, or its reason alone."""
    said = _ended(message, (*_WHATEVER, *_NAMED), say)
    return said[:1].upper() + said[1:]


def _relayed(note: str, say: Say) -> str:
    """A note that says what a helpdesk has done; one that somebody there has written stays as it is."""
    clause = note.removesuffix(".")
    known = any(template.known.fullmatch(clause) for template in _RELAYED)
    return _ended(note, _RELAYED, say) if known else note


def _ended(sentence: str, templates: tuple[Template, ...], say: Say) -> str:
    clause = sentence.removesuffix(".")
    return _said(clause, templates, say) + sentence[len(clause) :]


def _said(clause: str, templates: tuple[Template, ...], say: Say) -> str:
    known = _known(templates, clause)
    if known is None:
        return say(clause)
    template, found = known
    blanks = {name: _blank(name, value, say) for name, value in found.items()}
    return _begun(say(template.text).format(**blanks), clause)


@lru_cache(maxsize=4_096)
def _known(templates: tuple[Template, ...], clause: str) -> tuple[Template, Mapping[str, str]] | None:
    """The template of a clause and what stands in its blanks; a queue has the same few clauses in each row.

    A clause begins with a capital where it begins a sentence, and without one in the middle of it.
    """
    for template in templates:
        match = template.known.fullmatch(clause) or template.known.fullmatch(_flipped(clause))
        if match is not None:
            return template, match.groupdict()
    return None


def _blank(name: str, value: str, say: Say) -> str:
    if name == "signs":
        return ", ".join(_said(sign, _CLAUSES, say) for sign in re.split(r"(?<=”), ", value))
    if name == "refused":
        return _said(value, _WHATEVER, say)
    return _said(value, _CLAUSES, say) if name in _SAID else value


def _begun(said: str, clause: str) -> str:
    """With a capital if the clause has one."""
    return said[:1].upper() + said[1:] if clause[:1].isupper() else said[:1].lower() + said[1:]


def _flipped(clause: str) -> str:
    return clause[:1].swapcase() + clause[1:]
