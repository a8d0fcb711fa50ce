"""Finds passwords that stand bare in a message: the one before asked for them, or announced them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from handoff.casefile.lexicon import lower
from handoff.casefile.wishes import COURTESY
from handoff.entry import Entry
from handoff.escalation import Author, Line
from handoff.finding.found import words
from handoff.finding.masking import HIDDEN, Secret, mask, secrets

_WORD = (
    r"(?:pass ?(?:word|code|phrase)s?|passord(?:et)?|pin(?:[- ]?(?:code|koden?))?|otp|cvv2?|cvc2?"
    r"|(?:verification|one[- ]time|security|login|access)[- ]?code|(?:sikkerhets|engangs"
    r"|bekreftelses)-?koden?)"
)
_ASKED = words(
    r"\b(?:what(?:['’]s| is| was)|which|type|enter|give|send|tell|provide|confirm|share|write|need|and|your"
    rf"|hva (?:er|var)|hvilket|oppgi|skriv|tast|send|gi|trenger|bekreft|og)\b[^.?!\n]{{0,40}}?\b{_WORD}\b"
)
_FORBIDDEN = re.compile(r"\W*(?:(?:please|vennligst|vær så snill)\W+)?(?:never|aldri|do not|don['’]t|ikke)\b")
_ANNOUNCED = words(
    rf"\b{_WORD}\b(?:\s+(?:mitt|min|is|are|er|was|var|i use|i tried|jeg bruker|for \S+|to \S+"
    rf"|til \S+|in the next message"
    r"|here|her|below|next|now|comes|coming|kommer|nå|under|this|dette|the following"
    r"|as follows|følgende))*\s*[:=…-]*\s*$"
)
_BARE = words(
    r"^\W*?(?:(?:it['’]?s|its|it is|that['’]?s|det er|den er|here:?|her:?|yes|ja|ok|sure)[,:]?\s+)?"
    r"[\"“«'`]?(?P<value>[^\s\"“”«»`]{3,64}?)[\"”»'`]?\s*$"
)
_NONE = re.compile(
    r"(?:forgot\w*|glemt\w*|lost|mistet|unknown|ukjent|none|nothing|ingen\w*|what|hva|why"
    r"|hvorfor|help|hjelp|human"
    r"|done|ferdig|gjort|already|allerede|wrong|feil|same|samme|never|aldri|https?://.*|.*@.*\..*)[.!?]*"
)


def passwords_told(lines: Sequence[Line]) -> Mapping[int, Secret]:
    """The bare passwords of a conversation by their message's number."""
    return dict(_told(lines))


def hidden(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The conversation with its bare passwords hidden; those that a message names itself are `mask`'s."""
    told = passwords_told(lines)
    if not told:
        return tuple(lines)
    return tuple(
        line
        if (secret := told.get(line.number)) is None
        else replace(line, text=line.text[: secret.start] + secret.masked + line.text[secret.end :])
        for line in lines
    )


def masked(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """A case's whole thread as it may be shown: the secrets in the conversation's lines are hidden."""
    lines = [
        Line(each.seq, _SPEAKERS.get(each.author, "agent"), each.text, each.at)
        for each in entries
        if each.kind in ("line", "reply")
    ]
    told = {line.number: line.text for line in hidden(lines)}
    return tuple(
        replace(each, text=mask(told[each.seq])) if each.kind == "line" else each for each in entries
    )


_SPEAKERS: Mapping[str, Author] = {"customer": "customer", "bot": "bot", "system": "system"}


def _told(lines: Sequence[Line]) -> Iterator[tuple[int, Secret]]:
    expected = announced = False
    for line in lines:
        if line.author == "system":
            continue
        said = lower(line.text)
        if line.author != "customer":
            expected = announced or (_ASKED.search(said) is not None and not _FORBIDDEN.match(said))
            announced = False
            continue
        if expected and (found := _bare(line.text)):
            yield line.number, found
        announced = _ANNOUNCED.search(said) is not None and not secrets(line.text)
        expected = announced


def _bare(text: str) -> Secret | None:
    match = _BARE.match(text.strip())
    if match is None:
        return None
    value = match["value"].rstrip(".,;")
    plain = lower(value).strip("!?.,")
    if HIDDEN in value or plain in COURTESY or _NONE.fullmatch(plain) or len(value) < 3:
        return None
    start = text.find(value, text.find(match.group().strip()[:1]) if match.group().strip() else 0)
    return Secret("password", start, start + len(value), HIDDEN, False)
