"""Says the sentences that this room writes of a case in its reader's language. Pure.

The record is English, whoever reads it. Its sentences come from few templates, so each is known again by its
template and said by the catalogue's words for that; customers' words in a blank stay as they are. A sentence
of no template, such as an error's own words, is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from handoff.aids.wording import REFUSALS, WHYS
from handoff.case import Outcome
from handoff.casefile.case_summary import CaseSummary
from handoff.casefile.summary import SENTENCES
from handoff.entry import Entry
from handoff.floor.triage import Chosen, Deadline, Priority
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
            *WHYS,
        ),
    )
)
"""From the most to the least particular: the first that fits is the one."""

_EVENTS: Sequence[Template] = (
    _template("Handed over by the bot: {reason}"),
    _template("Handed over by the bot again: {reason}"),
    _template("Not delivered to the customer: {why}"),
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
    _template("{name} took the case over from {other}"),
    _template("The customer left a contact: {contact}"),
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

# What an agent is told when something can't be done: handoff/errors.py.
_REFUSALS: Sequence[Template] = (
    _template("This house sends no mail; whoever runs it sets [mail] host and tries `firstline mail test`"),
    _template("Case #{case} has no e-mail address to write to; ask the customer for one"),
    _template("{address} was sent enough transcripts for today; try again tomorrow"),
    _template("This mail is not parked any more; reload the page to see how it is now"),
    _template("There is no case {ref}", "no case {ref}; `firstline handoff queue --all` lists them"),
    _template("{name} has taken case #{case}; leave a note, or pick another case"),
    _template(
        "Message {n} holds nothing hidden that can be shown",
        "message {n} of case #{case} hides no {what} that can be shown",
    ),
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
    _template("{name} reads cases and does not work on them; an administrator gives the role"),
    _template("{name} can't be given a case; choose an agent or a supervisor"),
    _template("Nobody here has the e-mail {email}; choose a colleague from the list"),
    _template("There is no other supervisor to turn to; hand the case over to a colleague or a team"),
    _template(
        "There is no team {name}; choose one from the list",
        "no team {name}; choose one of {known}",
    ),
    _template(
        "Say until when, or until the customer writes",
        "{what}: say until when, or until the customer writes",
    ),
    _template(
        "That moment has passed; choose a later one",
        "{what}: that moment has passed; choose a later one",
    ),
    _template(
        "That is more than a year ahead; choose an earlier one",
        "{what}: that is more than a year ahead; choose an earlier one",
    ),
    _template("{n} labels are too many; a case has {n_most} at most"),
    _template(
        "The label {words} is too long; it has {n_most} characters at most",
        "{words} is too long; a label has {n_most} characters at most",
    ),
    _template("A label is empty; leave it out"),
    _template("No number to call is known; give one with its country, such as {phone}"),
    _template("{words} is not a phone number; give one with its country, such as {phone}"),
    _template("{field}: a value has {n_most} characters at most; shorten it"),
    _template("{field}: {words} is not a number; write it like 12.5"),
    _template("{field}: {words} is not a date; write it like 2026-11-30"),
    _template(
        "{field}: choose one of {known}",
        "{field}: no choice {words}; choose one of {known}",
    ),
    _template("{field}: there is no such field; an administrator defines fields"),
    _template(
        "Case #{case} can't be reopened: its conversation goes on in case #{other}, and nobody holds it yet"
    ),
    _template(
        "Case #{case} can't be reopened: its conversation goes on in case #{other}, and {name} holds it"
    ),
    _template("Case #{case} can't be merged into itself; name the case that goes on"),
    _template("Case #{case} is resolved; reopen it first, or name one that is open"),
    _template(
        "Cases #{case} and #{other} seem to be of two customers, and each would read what is written to "
        "the other; merge them only if you know that it is one person"
    ),
    _template("The customer of case #{case} is not blocked; reload it to see what happened"),
    _template("The {part} is empty; write a few words and send it again"),
    _template(
        "That has {n_written} characters and the limit is {n_limit}; shorten it or send it in parts",
        "the {what} has {n_written} characters and the limit is {n_limit}; shorten it or send it in parts",
    ),
    *(_template(text, stored) for text, stored in REFUSALS),
)

TEXTS = tuple(template.text for template in (*_CLAUSES, *_EVENTS, _ESCALATION, *_REFUSALS))
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
    return entry


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
    if name == "refused":
        return _said(value, (*_REFUSALS, *_CLAUSES), say)
    return _said(value, _CLAUSES, say) if name in _SAID else value


def _begun(said: str, clause: str) -> str:
    """With a capital if the clause has one."""
    return said[:1].upper() + said[1:] if clause[:1].isupper() else said[:1].lower() + said[1:]


def _flipped(clause: str) -> str:
    return clause[:1].swapcase() + clause[1:]
