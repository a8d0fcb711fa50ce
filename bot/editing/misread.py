"""Which of the last messages an editor should look at, and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from bot.dialogue.assistant import Domain
from bot.store.readings import Heard, Read
from bot.understanding.reading import FALLBACK_INTENT, PERSON_INTENTS
from handoff.finding.masking import mask
from kb.coaching.training import Guess, Misread, by_weight

MOST_GUESSES = 3
MOST_CHARACTERS = 1000
# Two messages are the same question asked again where they share this much of their longer words.
SAME, LEAST_SHARED = 0.5, 2
_WORD = re.compile(r"\w{3,}")
# What steers a conversation, rather than being a wish that was misread.
STEERING = PERSON_INTENTS | {"affirm", "deny", "helped", "did_not_help", "stop", "greet", "goodbye", "thank"}


def misread(
    turns: Sequence[Read],
    domain: Domain,
    *,
    sure: float,
    limit: int,
    without: Collection[tuple[str, int]] = (),
) -> tuple[Misread, ...]:
    """Messages worth a look, newest first, each text once.

    turns: newest first; sure: the certainty from which on the bot acts on an intent; without: conversations'
    messages that were looked at.
    """
    found: dict[str, Misread] = {}
    for turn in turns:
        if (turn.conversation, turn.message) in without:
            continue
        for each in _look(turn, domain, sure):
            found.setdefault(each.text.casefold(), each)
        if len(found) >= limit:
            break
    return tuple(found.values())


def typed(turn: Read) -> str:
    """What the customer wrote in this turn, in one line; "" where a button said it."""
    if any(each.payload is not None or each.text.startswith("/") for each in turn.said):
        return ""
    return " ".join(" ".join(each.text for each in turn.said).split())


def _look(turn: Read, domain: Domain, sure: float) -> Iterator[Misread]:
    text = typed(turn)
    # Where a person holds the conversation the bot does nothing; in a form a number is an answer, no wish.
    if not text or not turn.actions or any(name in domain.forms for name in turn.actions):
        return
    guesses = tuple(Guess(name, sure_of) for name, sure_of in turn.ranking if name != FALLBACK_INTENT)
    unsure = not guesses or turn.ranking[0][0] == FALLBACK_INTENT or guesses[0].certainty < sure
    reasons = []
    chosen = _chosen(turn.following, domain)
    if unsure:
        reasons.append("unsure")
    if unsure and chosen is not None:
        reasons.append("choice")
    if _again(text, turn.following):
        reasons.append("asked_again")
    if turn.why == "not_understood":
        reasons.append("not_understood")
    if reasons:
        yield Misread(
            conversation=turn.conversation,
            message=turn.message,
            text=mask(text)[:MOST_CHARACTERS],
            language=turn.language,
            at=turn.at,
            reasons=by_weight(reasons),
            guesses=guesses[:MOST_GUESSES],
            chosen=chosen or "",
        )


def _chosen(following: Heard | None, domain: Domain) -> str | None:
    """The intent of the button that was tapped next, "" where it stood for none; None if none was tapped."""
    if following is None or following.payload is None:
        return None
    name = following.payload.removeprefix("/").partition("{")[0]
    if not following.payload.startswith("/"):
        return ""
    return name if name in domain.intents and name not in STEERING else None


def _again(text: str, following: Heard | None) -> bool:
    if following is None or following.payload is not None:
        return False
    one = set(_WORD.findall(text.casefold()))
    other = set(_WORD.findall(following.text.casefold()))
    shared = len(one & other)
    return shared >= LEAST_SHARED and shared / len(one | other) >= SAME
