"""The passage's own words, shortened to what was asked and made fit for a chat bubble."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from kb.answering.markup import LIST, ORDERED, blocks, chat_markup
from kb.generators import AnswerGenerator
from kb.generators.selection import Part, select
from kb.passages import Passage, plain, sentences

LONGEST = 130
"""Words of an answer, but for a list, which is never cut: half the steps help nobody."""

_BULLET = re.compile(r"-\s")


class ExtractiveGenerator:
    """What the question asks for of a passage, whole sentences and whole lists in the passage's own order.

    What belongs together stays together: a line and the list it announces, a sentence and the one it refers
    to, a rule and its exception. Steps are never left out. At most `LONGEST` words, but for lists.
    """

    def word(self, question: str, passage: Passage) -> str:
        parts = parts_of(passage.text)
        chosen = [parts[number] for number in select(question, parts)]
        return _joined(_fitting(chosen)) or plain(passage.text) or " ".join(passage.heading)


def parts_of(markdown: str) -> tuple[Part, ...]:
    """The sentences and lists of a passage, in the chat's markup. A list has the line that announces it."""
    parts: list[Part] = []
    for paragraph, block in enumerate(blocks(markdown)):
        text = chat_markup(block)
        if not text:
            continue
        if not _is_whole(block, text):
            parts += [Part(sentence, paragraph) for sentence in sentences(text)]
        elif parts and (parts[-1].announces or _goes_on(parts[-1].text, text)):
            before = parts.pop()
            glue = "\n" if LIST.match(before.text.splitlines()[-1]) else "\n\n"
            steps = _is_steps(text) or before.steps
            parts.append(Part(f"{before.text}{glue}{text}", before.paragraph, whole=True, steps=steps))
        else:
            parts.append(Part(text, paragraph, whole=True, steps=_is_steps(text)))
    return tuple(parts)


def _is_whole(block: str, text: str) -> bool:
    """Whether a block is a list, a table or code, which sentences can't be taken from."""
    return LIST.match(text) is not None or block.lstrip().startswith(("```", "~~~", "|", ">"))


def _is_steps(text: str) -> bool:
    return ORDERED.match(text) is not None


def _goes_on(before: str, text: str) -> bool:
    """Whether a list goes on: its items may stand apart."""
    last = before.splitlines()[-1]
    return any(kind.match(last) and kind.match(text) for kind in (ORDERED, _BULLET))


def _fitting(parts: Sequence[Part]) -> list[Part]:
    """The first parts that have room. What is announced with a colon and then cut is better not announced."""
    kept: list[Part] = []
    words = 0
    for part in parts:
        words += part.words
        if kept and words > LONGEST and not part.whole:
            break
        kept.append(part)
    while len(kept) > 1 and kept[-1].announces:
        kept.pop()
    return kept


def _joined(parts: Iterable[Part]) -> str:
    """Sentences of a paragraph on one line, paragraphs apart."""
    return "\n\n".join(
        " ".join(part.text for part in together)
        for _, together in groupby(parts, key=lambda part: part.paragraph)
    )


def open_generator() -> AnswerGenerator:
    """Needs nothing."""
    return ExtractiveGenerator()


PLUG = open_generator
