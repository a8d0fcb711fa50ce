"""The passage's own words, made fit for a chat bubble."""

from __future__ import annotations

import re

from kb.generators import AnswerGenerator
from kb.passages import Passage, plain, sentences

LONGEST = 130
"""Words of an answer, but for a list, which is never cut: half the steps help nobody."""

_LIST = re.compile(r"(?:[-*+]|\d+[.)])\s")
_ITEM = re.compile(r"^(?P<indent>\s*)(?:(?P<bullet>[-*+])|(?P<number>\d+)[.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")
_ITALIC = re.compile(r"(?<![*\w])\*(?!\*)([^*\n]+)\*(?![*\w])|(?<![_\w])_(?!_)([^_\n]+)_(?![_\w])")
_ESCAPED = re.compile(r"\\([^\w\s])")


class ExtractiveGenerator:
    """As many whole blocks of the passage as fit; of a first paragraph that is too long, whole sentences."""

    def word(self, question: str, passage: Passage) -> str:
        blocks: list[str] = []
        words = 0
        for block in re.split(r"\n\s*\n", passage.text):
            text = _chat_markup(block)
            if not text:
                continue
            words += len(text.split())
            if blocks and words > LONGEST and not _LIST.match(text):
                break
            blocks.append(text if words <= LONGEST or _LIST.match(text) else _first_sentences(text))
        # What is announced with a colon and then cut off is better not announced.
        while len(blocks) > 1 and blocks[-1].endswith(":"):
            blocks.pop()
        return "\n\n".join(blocks) or plain(passage.text) or " ".join(passage.heading)


def _first_sentences(text: str) -> str:
    kept: list[str] = []
    for sentence in sentences(text):
        if kept and sum(len(each.split()) for each in kept) + len(sentence.split()) > LONGEST:
            break
        kept.append(sentence)
    return " ".join(kept)


def _chat_markup(block: str) -> str:
    """Markdown as the chat shows it: lists, bold, code and links; the rest as plain words."""
    if block.lstrip().startswith(("```", "~~~")):
        lines = [
            line for line in block.strip().splitlines()[1:] if not line.lstrip().startswith(("```", "~~~"))
        ]
        return "\n".join(f"`{line.strip()}`" for line in lines if line.strip())
    lines = []
    for line in block.splitlines():
        if _TABLE_RULE.match(line) and "-" in line:
            continue
        item = _ITEM.match(line)
        if item:
            mark = "- " if item["bullet"] else f"{item['number']}. "
            line = mark + line[item.end() :].strip()
        elif lines and _LIST.match(lines[-1]):
            lines[-1] += " " + line.strip()  # an item's text goes on; the chat has no hanging lines
            continue
        else:
            line = re.sub(r"^\s*(?:>\s?|#+\s+)", "", line).strip()
            if line.startswith("|"):
                line = " - ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
        line = _ITALIC.sub(lambda match: match[1] or match[2], line)
        lines.append(_ESCAPED.sub(r"\1", line))
    return "\n".join(line for line in lines if line.strip())


def open_generator() -> AnswerGenerator:
    """Needs nothing."""
    return ExtractiveGenerator()


PLUG = open_generator
