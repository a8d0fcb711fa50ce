"""Steps that can be walked one at a time: found in a text, and where somebody who walks them is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.answering.markup import in_chat
from kb.article import ArticleId
from kb.passages import Passage, plain

LEAST_STEPS = 3
"""Fewer are read faster than they are walked."""


@dataclass(frozen=True, slots=True)
class Steps:
    """An ordered list and what stands around it: `lead` before, `after` behind it."""

    lead: str
    items: tuple[str, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Guide:
    """The steps of one section of a published revision, in the chat's markup, with what cites them."""

    article: ArticleId
    revision: int
    passage: int  # the first of the section's
    title: str
    slug: str
    heading: tuple[str, ...]
    language: str
    updated_at: datetime
    steps: Steps


class Heard(StrEnum):
    """What somebody says of the step they were given."""

    DONE = "done"
    FAILED = "failed"  # done or not, it did not help
    BACK = "back"
    SOLVED = "solved"  # no further step is needed


@dataclass(frozen=True, slots=True)
class Walk:
    """Where somebody is: `step` from 1 to `count`; `ended` by the reaction that left nothing to do."""

    count: int
    step: int = 1
    ended: Heard | None = None

    def after(self, heard: Heard) -> Walk:
        """The walk once this was said of its step. What failed leads on to the next step, as what is done.

        The first step has none before it: going back from it stays there.
        """
        if heard is Heard.BACK:
            return replace(self, step=max(1, self.step - 1), ended=None)
        if heard is Heard.SOLVED or self.step >= self.count:
            return replace(self, ended=heard)
        return replace(self, step=self.step + 1)


@lru_cache(maxsize=4_096)  # the same texts are answered from again and again; parsing takes milliseconds
def steps_of(body: str) -> Steps | None:
    """The body's steps, in Markdown: its only ordered list of `LEAST_STEPS` items or more.

    None where there is none, or where there are several.

    What belongs to an item (its further paragraphs, a list within it) is a part of that step.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tokens = MarkdownIt("commonmark").enable("table").parse("\n".join(lines))
    found = [items for items in _ordered_lists(tokens, lines) if len(items) >= LEAST_STEPS]
    if len(found) != 1:
        return None
    [items] = found
    first, last = items[0].start, items[-1].end
    texts = tuple(item.text for item in items)
    if not all(plain(text) for text in texts):
        return None
    return Steps("\n".join(lines[:first]).strip(), texts, "\n".join(lines[last:]).strip())


def guide_of(
    passages: Sequence[Passage], cited: int, *, title: str, slug: str, updated_at: datetime
) -> Guide | None:
    """The steps of the section that holds the cited passage; else those of the article's only such section.

    passages: all of the article's, in their order; cited: the number of one of them. A list that was cut
    between passages is one again.
    """
    sections = _sections(passages)
    found = {section[0].number: (section, steps_of(_text(section))) for section in sections}
    own = next(
        (
            first
            for first, (section, _) in found.items()
            if any(passage.number == cited for passage in section)
        ),
        None,
    )
    walkable = [first for first, (_, steps) in found.items() if steps is not None]
    if own not in walkable:
        own = walkable[0] if len(walkable) == 1 else None
    if own is None:
        return None
    section, steps = found[own]
    assert steps is not None
    begins = section[0]
    return Guide(
        begins.article,
        begins.revision,
        begins.number,
        title,
        slug,
        begins.heading,
        begins.language,
        updated_at,
        Steps(in_chat(steps.lead), tuple(map(in_chat, steps.items)), in_chat(steps.after)),
    )


@dataclass(frozen=True, slots=True)
class _Item:
    """An outermost list item: lines `start` to `end`, and its text without the mark."""

    start: int
    end: int
    text: str


def _ordered_lists(tokens: Sequence[Token], lines: Sequence[str]) -> list[list[_Item]]:
    lists: list[list[_Item]] = []
    for token in tokens:
        if token.level == 0 and token.type == "ordered_list_open":
            lists.append([])
        elif token.level == 1 and token.type == "list_item_open" and lists and token.markup in ".)":
            assert token.map is not None
            start, end = token.map
            lists[-1].append(_Item(start, end, _without_mark(lines[start:end], token)))
    return lists


def _without_mark(lines: Sequence[str], item: Token) -> str:
    """The item's text; what stands under its first line loses the indent that the mark makes."""
    first = lines[0].lstrip()
    mark = len(item.info) + len(item.markup)
    indent = len(lines[0]) - len(first) + mark + 1
    rest = [line[min(indent, len(line) - len(line.lstrip())) :] for line in lines[1:]]
    return "\n".join((first[mark:].strip(), *rest)).strip()


def _sections(passages: Sequence[Passage]) -> list[list[Passage]]:
    """The passages under one heading, which are next to each other."""
    sections: list[list[Passage]] = []
    for passage in passages:
        if sections and sections[-1][0].heading == passage.heading:
            sections[-1].append(passage)
        else:
            sections.append([passage])
    return sections


def _text(section: Sequence[Passage]) -> str:
    return "\n\n".join(passage.text for passage in section)
