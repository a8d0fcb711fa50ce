"""What the customer wants now, in their own words, and the line an agent reads in a queue. Pure.

Extractive: sentences are chosen and trimmed, never written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handoff.claim import Claim
from handoff.escalation import Escalation, Line
from handoff.facts import Fact, asked_for
from handoff.lexicon import (
    COURTESY,
    FEEDBACK,
    LEAD,
    PERSON,
    PERSON_ASKED,
    PROBLEM,
    REQUEST,
    SOLVED,
    WISH,
    lower,
)
from handoff.masking import mask

HEADLINE_CHARACTERS = 90
_ASK_CHARACTERS = 500
_ASKS = 3  # wishes shown, the last ones
_ANSWER_WORDS = 5  # no more answer a question for a fact; a wish beside it takes more

_SENTENCE = re.compile(r"[^\s.!?…][^.!?…\n]*(?:[.!?…](?!\s|$)[^.!?…\n]*)*[.!?…]*")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    score: float
    bare: bool
    """Nothing in it but courtesy, feedback, or the request for a person."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A customer's message that states a wish, trimmed to the sentences that do."""

    line: Line
    claim: Claim
    best: str
    score: float


def asks(escalation: Escalation) -> tuple[Wish, ...]:
    """The wishes of this episode still open at its end, oldest first; none if only a person was asked for."""
    wishes: list[Wish] = []
    weak: list[Wish] = []
    missed = {miss.message for miss in escalation.misses}
    asked: frozenset[str] = frozenset()
    for line in escalation.lines:
        if line.number < escalation.since or line.author == "system":
            continue
        if line.author != "customer":
            asked = asked_for(line)
            continue
        if _settles(line.text):
            wishes, weak = [], []
        wish = _wish(replace(line, text=mask(line.text)))
        if wish is not None:
            # What the bot did not understand is a wish in words it does not know.
            certain = wish.score >= 2 or line.number in missed
            if asked and certain and len(line.text.split()) <= _ANSWER_WORDS and "?" not in line.text:
                weak.append(wish)  # "I can't find it" is about the number that was asked for
            else:
                (wishes if certain else [] if asked else weak).append(wish)
        asked = frozenset()
    still = _open(wishes, escalation) or _open(weak, escalation)[-1:]
    return tuple(still[-_ASKS:])


def unsettled_since(escalation: Escalation) -> int:
    """The first message of this episode after which nothing has been settled."""
    settled = [line.number for line in escalation.said() if _settles(line.text)]
    settled += [max(tried.messages, default=0) for tried in escalation.tried if tried.reaction == "helped"]
    return max([escalation.since, *(number + 1 for number in settled)])


def _settles(text: str) -> bool:
    return any(
        not re.match(r"\s+(?:not|ikke)\b", text[match.end() :]) for match in SOLVED.finditer(lower(text))
    )


def _open(wishes: Sequence[Wish], escalation: Escalation) -> list[Wish]:
    """Wishes that no answer has settled: one that helped, or one after which the customer moved on."""
    still = list(wishes)
    for tried in escalation.tried:
        given = max(tried.messages, default=0)
        if tried.reaction == "helped":
            still = [wish for wish in still if wish.line.number > given]
        elif tried.reaction == "ignored" and tried.step is None:
            answered = [wish for wish in still if wish.line.number < given]
            if answered and any(wish.line.number > given for wish in still):
                still.remove(answered[-1])
    return still


def _wish(line: Line) -> Wish | None:
    """The part of a message, already masked, that states a wish; None for courtesy and for a bare literal."""
    if re.fullmatch(r"/\w+(?:\{.*\})?", line.text.strip(), re.DOTALL):
        return None
    sentences = _sentences(line.text)
    told = [sentence for sentence in sentences if not sentence.bare]
    if not told:
        return None
    best = max(told, key=lambda sentence: sentence.score)
    first, last = told[0], told[-1]
    if last.end - first.start > _ASK_CHARACTERS:
        first, last = best, best
        for sentence in told[told.index(best) + 1 :]:
            if sentence.end - first.start > _ASK_CHARACTERS:
                break
            last = sentence
    text = _cut(line.text[first.start : last.end].strip(), _ASK_CHARACTERS)
    whole = line.text[best.start : best.end].strip()
    return Wish(line, Claim(text, (line.number,)), whole, best.score)


def _sentences(text: str) -> list[_Sentence]:
    found = []
    for match in _SENTENCE.finditer(text):
        said = lower(match.group())
        words = _WORD.findall(said.replace("’", "'"))
        if not words:
            continue
        score = 2.0 * ("?" in said) + 2.0 * bool(WISH.search(said)) + 2.0 * bool(PROBLEM.search(said))
        bare = all(word in COURTESY or word in FEEDBACK for word in words) or (
            (PERSON_ASKED.search(said) is not None or any(word in PERSON for word in words))
            and all(word in COURTESY or word in PERSON or word in REQUEST for word in words)
        )
        found.append(_Sentence(match.start(), match.end(), score + min(len(words), 12) / 12, bare))
    return found


def headline(wishes: Sequence[Wish], facts: Sequence[Fact], fallback: Line, since: int) -> Claim:
    """What is wanted, about what, in at most 90 characters of the customer's words.

    `fallback` is the message to quote when no wish is open. The order and the product are added where the
    line does not name them, unless they were last named before message `since`.
    """
    if wishes:
        # A last wish such as "and that one?" says too little in a queue: an earlier, fuller one is quoted.
        chosen = max(reversed(wishes), key=lambda wish: min(len(_WORD.findall(wish.best)), 5))
        number, words = chosen.line.number, chosen.best
    else:
        number, words = fallback.number, mask(fallback.text)
    words = " ".join(words.split())
    trimmed = LEAD.sub("", LEAD.sub("", words)).rstrip(" .!,;:")
    words = trimmed if len(_WORD.findall(trimmed)) >= 2 else words.rstrip(" .,;:") or words or "…"
    words = words[:1].upper() + words[1:]
    fresh = [fact for fact in facts if not fact.superseded and max(fact.messages) >= since]
    about, cited = "", {number}
    for name in ("order", "invoice", "product"):
        fact = next((fact for fact in reversed(fresh) if fact.name == name), None)
        if fact is None or fact.words.casefold() in words.casefold() or (about and name == "invoice"):
            continue
        if len(about) + len(fact.words) + 3 <= HEADLINE_CHARACTERS // 2:
            about += f" · {fact.words}"
            cited |= {fact.messages[0]}
    return Claim(_cut(words, HEADLINE_CHARACTERS - len(about)) + about, tuple(sorted(cited)))


def _cut(text: str, characters: int) -> str:
    """The text, or as many whole words of it as fit before an ellipsis."""
    if len(text) <= characters:
        return text
    kept = text[: characters - 1]
    whole = kept.rpartition(" ")[0]
    return (whole if len(whole) > characters // 2 else kept).rstrip(" ,;:–-") + "…"
