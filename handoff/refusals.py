"""What people are told when something can't be done, as handoff/wording.py and the catalogue know it.

Of each pair, the first is the text for people and the second the message that the error has.
"""

from __future__ import annotations

from handoff.aids.wording import REFUSALS as AIDS


def _same(text: str) -> tuple[str, str]:
    return text, text


REFUSALS: tuple[tuple[str, str], ...] = (
    _same("This house sends no mail; whoever runs it sets [mail] host and tries `firstline mail test`"),
    _same("Case #{case} has no e-mail address to write to; ask the customer for one"),
    _same("{address} was sent enough transcripts for today; try again tomorrow"),
    _same("This mail is not parked any more; reload the page to see how it is now"),
    ("There is no case {ref}", "no case {ref}; `firstline handoff queue --all` lists them"),
    _same("{name} has taken case #{case}; leave a note, or pick another case"),
    (
        "Message {n} holds nothing hidden that can be shown",
        "message {n} of case #{case} hides no {what} that can be shown",
    ),
    (
        "You can't do that with case #{case}: nobody holds it; claim it first",
        "you can't {verb} case #{case}: nobody holds it; claim it first",
    ),
    (
        "You can't do that with case #{case}: {name} holds it",
        "you can't {verb} case #{case}: {name} holds it",
    ),
    (
        "Case #{case} has changed meanwhile; reload it to see what happened",
        "case #{case} is {state}, so it can't be {event}; reload it to see what happened",
    ),
    _same("The reply is empty; write a few words and send it again"),
    _same("The note is empty; write a few words and send it again"),
    _same("{name} reads cases and does not work on them; an administrator gives the role"),
    _same("{name} can't be given a case; choose an agent or a supervisor"),
    _same("Nobody here has the e-mail {email}; choose a colleague from the list"),
    _same("There is no other supervisor to turn to; hand the case over to a colleague or a team"),
    ("There is no team {name}; choose one from the list", "no team {name}; choose one of {known}"),
    ("Say until when, or until the customer writes", "{what}: say until when, or until the customer writes"),
    ("That moment has passed; choose a later one", "{what}: that moment has passed; choose a later one"),
    (
        "That is more than a year ahead; choose an earlier one",
        "{what}: that is more than a year ahead; choose an earlier one",
    ),
    _same("{n} labels are too many; a case has {n_most} at most"),
    (
        "The label {words} is too long; it has {n_most} characters at most",
        "{words} is too long; a label has {n_most} characters at most",
    ),
    _same("A label is empty; leave it out"),
    _same("No number to call is known; give one with its country, such as {phone}"),
    _same("{words} is not a phone number; give one with its country, such as {phone}"),
    _same("{field}: a value has {n_most} characters at most; shorten it"),
    _same("{field}: {words} is not a number; write it like 12.5"),
    _same("{field}: {words} is not a date; write it like 2026-11-30"),
    ("{field}: choose one of {known}", "{field}: no choice {words}; choose one of {known}"),
    _same("{field}: there is no such field; an administrator defines fields"),
    _same(
        "Case #{case} can't be reopened: its conversation goes on in case #{other}, and nobody holds it yet"
    ),
    _same("Case #{case} can't be reopened: its conversation goes on in case #{other}, and {name} holds it"),
    _same("Case #{case} can't be merged into itself; name the case that goes on"),
    _same("Case #{case} is resolved; reopen it first, or name one that is open"),
    _same(
        "Cases #{case} and #{other} seem to be of two customers, and each would read what is written to "
        "the other; merge them only if you know that it is one person"
    ),
    _same("The customer of case #{case} is not blocked; reload it to see what happened"),
    _same("The {part} is empty; write a few words and send it again"),
    (
        "That has {n_written} characters and the limit is {n_limit}; shorten it or send it in parts",
        "the {what} has {n_written} characters and the limit is {n_limit}; shorten it or send it in parts",
    ),
    _same("No outcome {words}; choose one of {known}"),
    _same("No priority {words}; choose one of {known}"),
    (
        "That was sent before with other words; reload the case to see what its thread holds",
        "client_id {words} was used for another text; make a new id for each new reply",
    ),
    (
        "The reply still has {names} in it, which stands for nothing here; write it out or take it away",
        "the reply has {names} left in it; write what it stands for, or take it away",
    ),
    (
        "That follow-up is no longer there; reload the list",
        "no follow-up {n}; reload the list",
    ),
    (
        "That customer is no longer kept away; reload the list",
        "no block {n}; reload the list",
    ),
    _same("{email} has never been at the desk; they appear once they have opened it"),
    *AIDS,
)

NAMED: tuple[tuple[str, str], ...] = (
    ("{field}: {why}", "{file}: {field}: {why}"),
    _same("{field}: {why}"),
)
"""What is wrong of a field; they fit most sentences, and so come last."""

ARRANGED: tuple[tuple[str, str], ...] = (
    _same("there are no opening hours {name}"),
    _same("letters a-z, digits, - and _, at most 40, a letter first"),
    _same("there is no {name} to remove; reload the page"),
    _same("there is no team {name}; name one of those below it"),
    _same("none for {words}; every priority needs one"),
    _same("no such team {name}; there is {known}"),
    _same("each has 1 to 40 characters"),
    _same("a whole number from 0 to {n}"),
    _same("one of {known}"),
    _same("no such {code}; did you mean {name}?"),
    _same("no such {code}; there is {known}"),
    _same("must be another team; did you mean {name}?"),
    _same("must be another team; there is {known}"),
    _same('no such time zone; a name such as "Europe/Oslo"'),
    _same('must be dates such as "2026-12-25"'),
    _same('must be spans such as "08:00-16:00"'),
    _same("a span must end after it starts and start after the one before it"),
    _same('must be a share such as "20%" or a duration such as "5m"'),
    _same("must be true or false"),
    _same("give moods, business or waited: when does it raise?"),
    _same("stands alone; make a rule of its own of moods and business"),
    _same("must be a whole number from 1 to 9"),
    ("say it in English too", 'must say it in English at least: { en = "…" }'),
    _same('must be a duration such as "15m", "8h" or "2d"'),
    _same("must be text in quotes"),
    _same('must be a list of texts such as ["a", "b"]'),
    _same("must be a table"),
)
"""What is wrong of what an administrator arranges (handoff/floor, config/teams.py), as a sentence's end."""
