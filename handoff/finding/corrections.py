"""Tells whether what a customer says takes back what they said before. Pure."""

from __future__ import annotations

from handoff.finding.found import words

IDENTIFYING = frozenset(
    [
        "order",
        "invoice",
        "tracking",
        "account",
        "name",
        "email",
        "phone",
        "address",
        "iban",
        "card",
        "version",
    ]
)
"""Facts of which a case has one: a second one after "no" is the right one."""

_MEANT = words(
    r"\b(?:i mean[t]?|i mean to|meant to|mente|should be|should have been|should say"
    r"|supposed to be|skal være|skulle være|skulle vært|skal det være|typo|skrivefeil"
    r"|tastefeil"
    r"|skrev feil|tastet feil|correction|rettelse|make that|correct (?:one|number|is)"
    r"|the right (?:one|\w+)|riktig(?:e)? (?:er|nummer|\w+ er)|wrong (?:one|number|\w+)"
    r"|feil (?:nummer|tall|en)"
    r"|mixed up|got it wrong|the old (?:one|number|\w+)|det gamle|misread|leste feil"
    r"|jeg tok feil|my mistake|min feil|even\b|oops|ups\b|å nei|oh no|scratch that|glem det)"
)
_OPENS = words(
    r"^\W*(?:\*|(?:no|nope|nah|nei|neida|sorry|beklager|actually|unnskyld|wait|vent|hang on"
    r"|hold on|ah|å|oi|oops|ups|feil|wrong|correction|rettelse|egentlig|eller|or rather)\b)"
)
_STRONG_OPENS = words(
    r"^\W*(?:\*|(?:sorry|beklager|unnskyld|oops|ups|oi|correction|rettelse|actually|no wait"
    r"|nei vent|wait|vent|hang on)\b)"
)
_BETWEEN = words(
    r"\b(?:no|nei|sorry|beklager|i mean[t]?|mente|actually|rather|eller rettere sagt|oops|wait"
    r"|vent|correction|rettelse|make that|skal være|should be|feil|wrong)\b"
)
_NOT = words(
    r"\b(?:not|don['’]?t mean|didn['’]?t mean|mener ikke|isn['’]?t|wasn['’]?t|aren['’]?t"
    r"|n['’]t(?: about| for| order)?|ikke|and not|og ikke|rather than"
    r"|instead of the)\s+(?:(?:about|for|in|on|at|from|the|order|number|nr|invoice|a|my|om|på"
    r"|fra|ordre|faktura|nummer|som|being|called|to)\s+){0,3}[#\"“]?$"
)
_NOT_BUT = words(
    r"^\s*(?:is|was|er|var)\s+(?:wrong|incorrect|not (?:right|correct|mine|it|the one)|feil"
    r"|ikke riktig|ikke min|gammel|gammelt|old|an old one|outdated)\b"
)
_STATED = frozenset(["amount", "date", "product", "device", "error"])
# "It says 49 but should be 39" is a complaint about a sum, not a slip of the pen.
_CLAIM = words(r"\b(?:should (?:be|have been)|supposed to|skal være|skulle vært|skulle være)\b")
_ALSO = words(r"\b(?:also|and|too|as well|another|og|også|i tillegg|both|begge)\b")


def denied(before: str, after: str) -> bool:
    """Whether the words right before or after a value say that it is not the one."""
    return _NOT.search(before) is not None or _NOT_BUT.match(after) is not None


def takes_back(name: str, text: str, start: int) -> bool:
    """Whether a message corrects an earlier value of `name` by the one at `start`."""
    if _MEANT.search(text) and (name not in _STATED or not _CLAIM.search(text)):
        return True
    if name in IDENTIFYING or name.startswith("detail:"):
        return _OPENS.search(text) is not None
    opened = _STRONG_OPENS.search(text) or _OPENS.search(text)
    # "No, I paid 300": only what stands right after the word corrects a sum or a day.
    return (
        opened is not None
        and not _CLAIM.search(text)
        and len(text[opened.end() : start].split()) <= 4
        and len(text.split()) <= 12
    )


def between(name: str, text: str) -> bool:
    """Whether the words between two values of a message take the first one back."""
    return (
        _BETWEEN.search(text) is not None
        and len(text) <= 80
        and not (name in _STATED and _CLAIM.search(text))
    )


def slip(name: str, old: str, new: str, text: str) -> bool:
    """Whether a short message gives a known value again with a letter or two put right."""
    if name not in IDENTIFYING or len(text.split()) > 6 or _ALSO.search(text) or old == new:
        return False
    return abs(len(old) - len(new)) <= 1 and len(old) >= 5 and _distance(old.casefold(), new.casefold()) <= 2


def unknown(text: str) -> bool:
    """Whether the bot says that it does not find what it was given."""
    return _UNKNOWN.search(text) is not None


_UNKNOWN = words(
    r"\b(?:can(?:no|['’])t find|could(?:n['’]t| not) find|don['’]t (?:find|recogni[sz]e)"
    r"|not (?:valid|found|recogni[sz]ed)|no (?:order|account|customer|booking|match)"
    r"|doesn['’]t exist"
    r"|finner ikke|fant ikke|ugyldig|ikke gyldig|kjenner ikke|invalid|finner (?:dessverre )?ingen)\b"
)


def _distance(one: str, other: str) -> int:
    """Edits from one to the other, two letters that changed places being one (optimal string alignment)."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[i - 2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
