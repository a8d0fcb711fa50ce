"""What the customer wants now, in their own words, and the line an agent reads in a queue. Pure.

Extractive: sentences are chosen and trimmed, never written. Which of them carry a wish is told by their
words; which of those say most, by their place and by their centrality, the mean likeness to the others
(LexRank's degree, G. Erkan and D. Radev, 2004).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from handoff.casefile.centrality import Alike, centralities, common_words
from handoff.casefile.claim import Claim
from handoff.casefile.lexicon import lower
from handoff.casefile.wishes import (
    ANY_QUESTION,
    ASKED_FOR,
    CALL_WHEN,
    COURTESY,
    FEEDBACK,
    IMPERATIVE,
    LEAD,
    OFFER,
    OPEN_QUESTION,
    PERSON,
    PERSON_ASKED,
    PROBLEM,
    QUESTION,
    REJECTED,
    REQUEST,
    SOLVED,
    SUBJECTLESS,
    TAKEN,
    THANKED,
    UNABLE,
    VISIT,
)
from handoff.escalation import Escalation, Line
from handoff.finding.asking import asked_for
from handoff.finding.facts import Fact
from handoff.finding.masking import mask

HEADLINE_CHARACTERS = 90
_ASK_CHARACTERS = 500
_ASKS = 3  # wishes shown, the last ones
_ANSWER_WORDS = 6  # no more answer a question for a fact; a wish beside it takes more
_TROUBLE = 1.5  # the score from which a message tells of something wrong in a full sentence
_LEAST_ANSWER = 2  # words of an answer: "Two years."
_FOLLOW_UP_WORDS = 3  # "how?", "which part": a question within an answer, no wish of its own

_SENTENCE = re.compile(
    r"[^\s.!?…][^.!?…\n]*(?:(?:[.!?…](?!\s|$)|(?<=\d)\.(?=\s(?:jan|feb|mar|apr|mai|jun|jul|aug|sep|okt|oct|nov|des|dec|etasje)))[^.!?…\n]*)*[.!?…]*"
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

CERTAIN = 2.0
"""The score from which a message states a wish in so many words."""


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
    before: Line | None = None
    for line in escalation.lines:
        if line.number < escalation.since or line.author == "system":
            continue
        if line.author != "customer":
            before = line
            continue
        if _settles(line.text, before):
            wishes, weak = [], []
        wish = _wish(replace(line, text=mask(line.text)))
        if wish is not None:
            if before is not None and OPEN_QUESTION.search(lower(before.text)):
                wish = replace(wish, score=wish.score + 1.5)
            takes = _takes(line, before)
            certain = wish.score >= CERTAIN or line.number in missed or takes
            if not takes and _answers(line, before):
                certain = False
                keep = wish.score >= 1
            else:
                keep = True
            if certain:
                if wishes and _answered(wishes[-1].line, before, line):
                    wishes.pop()
                wishes.append(wish)
            elif keep:
                weak.append(wish)
        before = None
    clear, told = _open(wishes, escalation), _open(_full(weak), escalation)
    still = _full_questions(clear, missed) or told[-2:] or clear
    later = [wish for wish in told if clear and wish.line.number > still[-1].line.number]
    if later and later[-1].score >= _TROUBLE:
        still = [*still, later[-1]]
    return tuple(still[-_ASKS:])


def unsettled_since(escalation: Escalation) -> int:
    """The first message of this episode after which nothing has been settled."""
    before: Line | None = None
    settled: list[int] = []
    for line in escalation.lines:
        if line.author == "customer" and line.number >= escalation.since and _settles(line.text, before):
            settled.append(line.number)
        if line.author != "system":
            before = line
    settled += [max(tried.messages, default=0) for tried in escalation.tried if tried.reaction == "helped"]
    return max([escalation.since, *(number + 1 for number in settled)])


def _answers(line: Line, before: Line | None) -> bool:
    """Whether a message does no more than answer the question before it."""
    if before is None or "?" in line.text or OPEN_QUESTION.search(lower(before.text)):
        return False
    words = len(line.text.split())
    said = lower(line.text)
    if any(sign.search(said) for sign in (ASKED_FOR, SUBJECTLESS, VISIT, CALL_WHEN)):
        return bool(asked_for(before)) and words <= 3
    return (bool(asked_for(before)) or before.text.rstrip().endswith("?")) and words <= 2 * _ANSWER_WORDS


def _answered(asked: Line, answer: Line | None, now: Line) -> bool:
    """Whether a plain question got a plain answer, after which the customer goes on to something else."""
    if answer is None or (answer.number, now.number) != (asked.number + 1, asked.number + 2):
        return False
    question, said = lower(asked.text), lower(answer.text)
    plain = "?" in question or QUESTION.match(LEAD.sub("", question).lstrip()) is not None
    told = "?" not in said and len(_WORD.findall(said)) >= _LEAST_ANSWER
    return (
        plain
        and told
        and not (PROBLEM.search(question) or UNABLE.search(said) or OFFER.search(said))
        and not REJECTED.search(lower(_first(now.text)))
    )


def _first(text: str) -> str:
    """The first sentence."""
    found = _SENTENCE.search(text)
    return found.group() if found else text


def _takes(line: Line, before: Line | None) -> bool:
    """Whether a message takes what the bot offers, in words of its own: "Yes, open one", "do that"."""
    return before is not None and bool(OFFER.search(lower(before.text)) and TAKEN.search(lower(line.text)))


def _settles(text: str, before: Line | None) -> bool:
    """Whether a message says that all is well: in so many words, or by thanks for an answer."""
    said = lower(text)
    if any(not re.match(r"\s+(?:not|ikke)\b", said[match.end() :]) for match in SOLVED.finditer(said)):
        return not re.search(
            r"\b(?:not|n['’]t|ikke|aldri|never)\s+(?:\w+\s+)?(?:solved|sorted|løst|help)", said
        )
    if before is None or before.text.rstrip().endswith("?") or UNABLE.search(lower(before.text)):
        return False
    first = _SENTENCE.search(said)
    words = _WORD.findall(first.group().replace("’", "'")) if first else []
    if not words or THANKED.search(said) is None or any(word not in COURTESY for word in words):
        return False
    rest = said[first.end() :] if first else ""
    return (
        not rest.strip()
        or _sentences(rest)[:1] == []
        or any(s.bare or s.score >= CERTAIN for s in _sentences(rest))
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


def _full(weak: Sequence[Wish]) -> list[Wish]:
    """Those that tell something; all of them if none does."""
    telling = [wish for wish in weak if wish.score >= 1 and len(_WORD.findall(wish.best)) > 2]
    return telling or list(weak)


def _full_questions(wishes: list[Wish], missed: AbstractSet[int]) -> list[Wish]:
    """Without the bare follow-up questions, but for what the bot did not understand."""
    return [
        wish
        for wish in wishes
        if wish.line.number in missed
        or "?" not in wish.best
        or len(_WORD.findall(wish.best)) > _FOLLOW_UP_WORDS
        or len(_WORD.findall(wish.claim.text)) > _FOLLOW_UP_WORDS + 1
        or ASKED_FOR.search(lower(wish.best))
    ]


def _wish(line: Line) -> Wish | None:
    """The part of a message, already masked, that states a wish; None for courtesy and for a bare literal."""
    if re.fullmatch(r"/\w+(?:\{.*\})?", line.text.strip(), re.DOTALL):
        return None
    sentences = _sentences(line.text)
    told = [sentence for sentence in sentences if not sentence.bare]
    if not told:
        return None
    if _only_facts(line.text):
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


def is_courtesy(text: str) -> bool:
    """Whether a message only greets, thanks or agrees."""
    return all(word in COURTESY for word in _WORD.findall(lower(text).replace("’", "'")))


def _only_facts(text: str) -> bool:
    """Whether a message is a number or an address to reach somebody by, with a few words around it."""
    rest = _LITERAL.sub(" ", text)
    said = lower(rest)
    few = len(_WORD.findall(rest)) <= 3 and rest != text
    wanted = ASKED_FOR.search(said) or CALL_WHEN.search(said) or PROBLEM.search(said)
    return few and "?" not in text and not wanted


_LITERAL = re.compile(r"\S*@\S+|https?://\S+|[+#(]*\b\w*\d[\w/.+-]*\)?")


def _sentences(text: str) -> list[_Sentence]:
    found = []
    for match in _SENTENCE.finditer(text):
        said = lower(match.group())
        words = _WORD.findall(said.replace("’", "'"))
        if not words:
            continue
        visit = VISIT.search(said) is not None or CALL_WHEN.search(said) is not None
        wanted = visit or any(sign.search(said) for sign in (ASKED_FOR, IMPERATIVE, SUBJECTLESS))
        score = 2.0 * wanted + 2.0 * ("?" in said) + 1.0 * bool(PROBLEM.search(said))
        if QUESTION.match(LEAD.sub("", said).lstrip()) or ANY_QUESTION.search(said):
            score += 2.0
        words = _WORD.findall(_LITERAL.sub(" ", said).replace("’", "'")) or words
        asked = PERSON_ASKED.search(said) is not None or any(word in PERSON for word in words)
        bare = all(word in COURTESY or word in FEEDBACK for word in words) or (
            asked
            and not visit
            and all(word in COURTESY or word in PERSON or word in REQUEST for word in words)
        )
        found.append(_Sentence(match.start(), match.end(), score + min(len(words), 12) / 13, bare))
    return found


def headline(
    wishes: Sequence[Wish],
    facts: Sequence[Fact],
    fallback: Line,
    since: int,
    said: Sequence[Line] = (),
    alike: Alike = common_words,
) -> Claim:
    """What is wanted, about what, in at most 90 characters of the customer's words.

    `fallback` is the message to quote when no wish is open. The order and the product are added where the
    line does not name them, unless they were last named before message `since`. said: the customer's
    messages; where the wish says little ("can you trace it?"), the most central sentence of them since then
    is added.
    """
    if wishes:
        # A last wish such as "and that one?" says too little in a queue: an earlier, fuller one is quoted.
        central = centralities([wish.best for wish in wishes], alike)
        chosen = max(
            reversed(range(len(wishes))),
            key=lambda i: (
                wishes[i].score >= CERTAIN,
                min(len(_WORD.findall(wishes[i].best)), 5),
                round(central[i], 1),
            ),
        )
        number, words = wishes[chosen].line.number, wishes[chosen].best
    else:
        number, words = fallback.number, mask(fallback.text)
    words = " ".join(words.split())
    trimmed = LEAD.sub("", LEAD.sub("", words)).rstrip(" .!,;:")
    words = trimmed if len(_WORD.findall(trimmed)) >= 2 else words.rstrip(" .,;:") or words or "…"
    words = words[:1].upper() + words[1:]
    topic = _topic(words, [line for line in said if line.number >= since and line.number != number], alike)
    fresh = [fact for fact in facts if not fact.superseded and max(fact.messages) >= since]
    about, cited = "", {number}
    for name in ("order", "invoice", "product"):
        fact = next((fact for fact in reversed(fresh) if fact.name == name), None)
        if fact is None or fact.words.casefold() in words.casefold() or (about and name == "invoice"):
            continue
        if len(about) + len(fact.words) + 3 <= HEADLINE_CHARACTERS // 2:
            about += f" · {fact.words}"
            cited |= {fact.messages[0]}
    room = HEADLINE_CHARACTERS - len(words) - len(about) - len(_JOINT)
    if topic is not None and room >= _LEAST_TOPIC:
        about = f"{_JOINT}{_cut(topic.text, room)}{about}"
        cited |= set(topic.messages)
    return Claim(_cut(words, HEADLINE_CHARACTERS - len(about)) + about, tuple(sorted(cited)))


_JOINT = " · "
_LEAST_TOPIC = 20  # characters that are worth adding


def _topic(wish: str, lines: Sequence[Line], alike: Alike) -> Claim | None:
    """The most central of the customer's sentences where the wish itself says little; the first of equals."""
    if _content(wish) >= 3:
        return None
    told = [
        (line.number, text[sentence.start : sentence.end], sentence.score >= 1)
        for line in lines
        for text in (mask(line.text),)
        for sentence in _sentences(text)
        if not sentence.bare and _content(_LITERAL.sub(" ", text[sentence.start : sentence.end])) >= 2
    ][:_MOST_TOPICS]
    if not told:
        return None
    central = centralities([text for _, text, _ in told], alike)
    best = max(range(len(told)), key=lambda i: (told[i][2], round(central[i], 1), -i))
    number, text = told[best][0], " ".join(told[best][1].split())
    return Claim(LEAD.sub("", text).rstrip(" .!,;:") or text, (number,))


_MOST_TOPICS = 5  # an encoder takes milliseconds for each


def _content(text: str) -> int:
    """Words that tell something: no courtesy, no pronouns, no request for a person."""
    words = _WORD.findall(lower(text).replace("’", "'"))
    return sum(
        len(word) >= 4 and not (word in COURTESY or word in FEEDBACK or word in REQUEST or word in PERSON)
        for word in words
    )


def _cut(text: str, characters: int) -> str:
    """The text, or as many whole words of it as fit before an ellipsis."""
    if len(text) <= characters:
        return text
    kept = text[: characters - 1]
    whole = kept.rpartition(" ")[0]
    return (whole if len(whole) > characters // 2 else kept).rstrip(" ,;:–-") + "…"
