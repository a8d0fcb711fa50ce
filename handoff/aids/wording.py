"""The sentences of what helps agents, as handoff/wording.py knows them again and the catalogue says them."""

from __future__ import annotations

WHYS = (
    "write it in one language at least",
    "{code} is no language code such as en or nb",
    "it has {n_written} characters and the limit is {n_limit}",
    "nothing is called {word}; use {known}, fact.NAME or field.NAME",
    "it is empty",
    "it is longer than {n} characters",
    "use up to 40 letters, digits, - and _, without blanks",
    "“{title}” has /{word} already",
    "there is no team {name}",
    "there is no label {name}",
    "there is one called “{name}” already",
    "use up to {n} characters, and no comma",
    "choose one of {known}",
    "choose a label",
    "choose a priority of {known}",
    "choose an outcome of {known}",
    "write why the priority is set: it becomes a note",
    "snooze for 1 to {most} minutes",
    "give it 1 to {n} steps",
    "{deed} must be the last step",
    "one reply is enough; write it in one step",
    "the case has no {names}; write the reply by hand",
    "it is larger than {size} MB",
    "the picture has more than {n} million pixels",
    "the picture has more than {n} frames",
    "the picture is damaged; save it anew and try again",
    "send at most {n} at once",
)
"""Why something was refused, as the end of a sentence."""

REFUSALS: tuple[tuple[str, str], ...] = (
    ("It was not saved: {why}", "the {what} was not saved: {field}: {why}"),
    (
        "That is no longer there; reload the page to see what is",
        "no {what} {name}; reload the page to see those there are",
    ),
    (
        "“{name}” was not run: step {n}, {deed}: {refused}. Nothing was done",
        "macro “{name}” was not run: step {n}, {deed}: {refused}; nothing was done",
    ),
    ("“{name}” was not attached: {why}", "“{name}” was not attached: {why}"),
)
"""Text for people, and how the error has it."""

DEEDS = {
    "reply": "reply",
    "insert": "insert a text",
    "note": "note",
    "label": "label",
    "priority": "set the priority",
    "hand_over": "hand over",
    "snooze": "snooze",
    "resolve": "resolve",
}
"""A macro's steps, as errors and reports name them."""
