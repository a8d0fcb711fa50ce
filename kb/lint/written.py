"""An article's text as the checks read it: blocks and sentences with their lines, links and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.article import Article, Revision
from kb.lint.finding import digest
from kb.passages import sentences

BlockKind = Literal["heading", "paragraph", "item", "step", "cell"]

_LISTS: dict[str, BlockKind] = {"bullet_list_open": "item", "ordered_list_open": "step"}
_PICTURE = re.compile(r"<img\b([^>]*)>", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*(?P<mark>["'])(?P<words>.*?)(?P=mark)""", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is written."""

    text: str
    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is written."""

    alt: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a block, without markup."""

    text: str
    line: int
    block: int  # its block's number


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, an item of a list, a step or a cell of a table."""

    kind: BlockKind
    text: str  # without markup; lines as they are broken in the source
    line: int  # its first, from 1
    section: int  # the number of the heading it stands under, or is; 0 before the first
    level: int  # of a heading, 1 to 6; how deep a list's item is; 0 for a paragraph


@dataclass(frozen=True, slots=True)
class Written:
    """An article's latest text, read once for all checks."""

    article: Article
    revision: Revision
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    links: tuple[Link, ...]
    pictures: tuple[Picture, ...]
    fillers: frozenset[int]  # sections that hold something which is no block: code, a picture, raw HTML

    @property
    def basis(self) -> str:
        """A digest of the whole text, for findings about all of it."""
        return digest([self.revision.title, self.revision.body])

    def headings(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.kind == "heading")

    def words(self) -> int:
        return sum(len(block.text.split()) for block in self.blocks)


def read(article: Article, revision: Revision) -> Written:
    """Read a revision's Markdown. Never raises: what is broken is text."""
    body = revision.body.replace("\r\n", "\n").replace("\r", "\n")
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    blocks: list[Block] = []
    links: list[Link] = []
    pictures: list[Picture] = []
    fillers: set[int] = set()
    lists: list[BlockKind] = []
    section, line = 0, 1
    inside: str = ""  # what the next inline token is: the tag that was opened last
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                lists.append(_LISTS[token.type])
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "heading_open":
                section += 1
                inside = token.tag
            case "paragraph_open" | "td_open" | "th_open":
                inside = token.type
            case "fence" | "code_block":
                fillers.add(section)
            case "html_block":
                fillers.add(section)
                pictures += _html_pictures(token.content, line)
            case "inline":
                kind, level = _kind_of(inside, lists)
                text = _text(token.children or [])
                if text.strip():
                    blocks.append(Block(kind, text, line, section, level))
                else:
                    fillers.add(section)
                links += _links(token.children or [], line)
                pictures += _pictures(token.children or [], line)
            case _:
                pass
    return Written(
        article,
        revision,
        tuple(blocks),
        tuple(_sentences(blocks)),
        tuple(links),
        tuple(pictures),
        frozenset(fillers),
    )


def _kind_of(inside: str, lists: Sequence[BlockKind]) -> tuple[BlockKind, int]:
    if inside in ("td_open", "th_open"):
        return "cell", 0
    if inside.startswith("h"):
        return "heading", int(inside[1:])
    return (lists[-1], len(lists)) if lists else ("paragraph", 0)


def _text(children: Sequence[Token]) -> str:
    pieces = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif child.type in ("text", "code_inline", "text_special"):
            pieces.append(child.content)
    return "".join(pieces)


def _links(children: Sequence[Token], line: int) -> Iterator[Link]:
    opened: tuple[str, int, list[str]] | None = None
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        if child.type == "link_open":
            opened = (str(child.attrGet("href") or ""), line, [])
        elif child.type == "link_close" and opened is not None:
            target, at, words = opened
            yield Link("".join(words).strip(), target, at)
            opened = None
        elif opened is not None:
            opened[2].append(child.content or " ")


def _pictures(children: Sequence[Token], line: int) -> Iterator[Picture]:
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "image":
            yield Picture(child.content.strip(), str(child.attrGet("src") or ""), line)
        elif child.type == "html_inline":
            yield from _html_pictures(child.content, line)


def _html_pictures(html: str, line: int) -> Iterator[Picture]:
    for found in _PICTURE.finditer(html):
        alt = _ALT.search(found[1])
        words = alt["words"].strip() if alt else ""
        yield Picture(words, found[0], line + html[: found.start()].count("\n"))


def _sentences(blocks: Sequence[Block]) -> Iterator[Sentence]:
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            continue
        at = 0
        for text in sentences(block.text):
            at = block.text.find(text, at)
            yield Sentence(" ".join(text.split()), block.line + block.text[:at].count("\n"), number)
            at += len(text)
