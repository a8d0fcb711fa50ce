"""Cuts a revision into passages: the spans that are embedded, found and cited."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

from kb.article import ArticleId, Revision

PASSAGE_WORDS = 120
STRETCH = 2
"""A list, and the line that leads into it, may make a passage this many times longer before it is cut."""

_NOT_TEXT = {"html_block", "hr"}
_LISTS = {"ordered_list_open", "bullet_list_open"}
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[\w\"“«(*\[`])")
_MARKUP = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"<[^>\n]*>"), ""),
    (re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+|^\s*#+\s+|^\s*>\s?|^\s*(?:```|~~~).*$", re.MULTILINE), ""),
    (re.compile(r"\*\*|__|~~|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)"), ""),
    (re.compile(r"^[\s|:-]+$", re.MULTILINE), ""),
    (re.compile(r"\\([^\w\s])"), r"\1"),
    (re.compile(r"[\s|]+"), " "),
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A contiguous span of a published revision, in Markdown; `heading` is the path of headings above it."""

    article: ArticleId
    revision: int
    number: int  # within its revision, from 0
    heading: tuple[str, ...]
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    is_list: bool

    @property
    def words(self) -> int:
        return len(self.text.split())


def split(revision: Revision, language: str, words: int = PASSAGE_WORDS) -> tuple[Passage, ...]:
    """The revision's passages in reading order, at most `words` words each; never none.

    A list stays whole, with the line that leads into it, up to twice that: steps are no use in halves. Longer
    ones are cut between items, longer paragraphs between sentences. Horizontal rules and raw HTML are left
    out.
    """
    passages: list[Passage] = []
    for heading, blocks in _sections(revision.body):
        for text in _pack(blocks, words):
            passages.append(
                Passage(revision.article, revision.number, len(passages), heading, text, language)
            )
    if not passages:  # an article of headings alone still has its title
        passages.append(Passage(revision.article, revision.number, 0, (), revision.title, language))
    return tuple(passages)


def plain(markdown: str) -> str:
    """The words alone, on one line: what is embedded and counted."""
    for pattern, replacement in _MARKUP:
        markdown = pattern.sub(replacement, markdown)
    return markdown.strip()


def sentences(text: str) -> list[str]:
    """A paragraph's sentences, in order."""
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()]


def _sections(body: str) -> Iterator[tuple[tuple[str, ...], list[_Block]]]:
    """The blocks under each heading path."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    lines = body.split("\n")  # the parser's own idea of a line
    path: list[tuple[int, str]] = []
    blocks: list[_Block] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    for number, token in enumerate(tokens):
        if token.level != 0 or token.map is None or token.type in _NOT_TEXT:
            continue
        if token.type == "heading_open":
            if blocks:
                yield tuple(heading for _, heading in path), blocks
                blocks = []
            depth = int(token.tag[1:])
            text = plain(tokens[number + 1].content)  # a heading's words follow its opening
            path = [*((level, heading) for level, heading in path if level < depth), (depth, text)]
            continue
        text = "\n".join(lines[token.map[0] : token.map[1]]).strip("\n")
        if plain(text) or token.type == "fence":
            blocks.append(_Block(text, token.type in _LISTS))
    if blocks:
        yield tuple(heading for _, heading in path), blocks


def _pack(blocks: Sequence[_Block], limit: int) -> Iterator[str]:
    """Whole blocks together up to the limit; blocks above it in pieces."""
    held: list[_Block] = []
    for block in (piece for whole in blocks for piece in _pieces(whole, limit)):
        total = sum(each.words for each in held) + block.words
        leads_in = bool(held) and block.is_list and held[-1].text.rstrip().endswith(":")
        if held and total > (limit * STRETCH if leads_in else limit):
            # The line that leads into a list goes with the list, not with what came before it.
            lead = held.pop() if leads_in and len(held) > 1 else None
            yield _joined(held)
            held = [] if lead is None else [lead]
        held.append(block)
    if held:
        yield _joined(held)


def _joined(blocks: Sequence[_Block]) -> str:
    return "\n\n".join(block.text for block in blocks)


def _pieces(block: _Block, limit: int) -> Iterator[_Block]:
    if block.words <= limit * (STRETCH if block.is_list else 1):
        yield block
        return
    parts = _items(block.text) if block.is_list else sentences(block.text)
    held: list[str] = []
    for part in parts:
        if held and sum(len(each.split()) for each in held) + len(part.split()) > limit:
            yield _Block(_glued(held, block), block.is_list)
            held = []
        held.append(part)
    if held:
        yield _Block(_glued(held, block), block.is_list)


def _glued(parts: Sequence[str], block: _Block) -> str:
    return ("\n" if block.is_list else " ").join(parts)


def _items(text: str) -> list[str]:
    """A list's outermost items with all that belongs to each."""
    items: list[str] = []
    for line in text.splitlines():
        if not items or re.match(r"(?:[-*+]|\d+[.)])\s", line):
            items.append(line)
        else:
            items[-1] += "\n" + line
    return items
