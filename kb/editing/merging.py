"""Two editors' texts made into one, from the text that both began with.

Three-way merge after Khanna, Kunal and Pierce, "A Formal Investigation of Diff3" (2007): where only one side
changed, its change is taken; where both did, a person chooses. The unit is the sentence, so that two editors
may work on one paragraph.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["same", "mine", "theirs", "both", "conflict"]

_UNIT = re.compile(r"[^\n]*?(?<!\d)[.!?:][ \t]+(?!\n)|[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the merged text, and whose it is; in a conflict the texts differ and none is taken yet."""

    kind: Kind  # both: the two made the same change
    base: str
    mine: str
    theirs: str

    @property
    def text(self) -> str | None:
        """What goes into the merged text; None while somebody has to choose."""
        if self.kind == "conflict":
            return None
        return self.theirs if self.kind == "theirs" else self.mine


def merge(base: str, mine: str, theirs: str) -> tuple[Block, ...]:
    """The blocks of the merged text, in order: joined, each side's blocks are its whole text again."""
    units, left, right = _UNIT.findall(base), _UNIT.findall(mine), _UNIT.findall(theirs)
    return tuple(_joined(_blocks(units, left, right)))


def merged(blocks: Sequence[Block]) -> str | None:
    """The text, if nobody has to choose."""
    texts = [block.text for block in blocks]
    return None if None in texts else "".join(text for text in texts if text)


def merge_value(base: object, mine: object, theirs: object) -> Kind:
    """Whose value of a field holds; `conflict` where both have set another."""
    if mine == theirs:
        return "same" if mine == base else "both"
    if mine == base:
        return "theirs"
    return "mine" if theirs == base else "conflict"


def merge_lines(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """A list of which both may have added and removed lines: all that was added, without what was removed."""
    gone = {line for line in base if line not in mine or line not in theirs}
    return tuple(line for line in dict.fromkeys((*mine, *theirs)) if line not in gone)


def _blocks(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[Block]:
    """Cut the three texts wherever both sides line up with the base, and look at each stretch by itself.

    Changes that touch each other without overlapping, such as to two sentences in a row, stay two changes.
    """
    left, right = _anchors(base, mine), _anchors(base, theirs)
    at, in_mine, in_theirs = 0, 0, 0
    for here in sorted(left.keys() & right.keys()):
        (mine_to, mine_from), (theirs_to, theirs_from) = left[here], right[here]
        yield _block(base[at:here], mine[in_mine:mine_to], theirs[in_theirs:theirs_to])
        yield _block((), mine[mine_to:mine_from], theirs[theirs_to:theirs_from])  # what was put in between
        at, in_mine, in_theirs = here, mine_from, theirs_from


def _anchors(base: Sequence[str], other: Sequence[str]) -> dict[int, tuple[int, int]]:
    """For each place between two units of the base that can be found in the other text: where what stands
    before it ends there, and where what stands after it begins."""
    ends, begins = {0: 0}, {len(base): len(other)}
    matcher = difflib.SequenceMatcher(a=base, b=other, autojunk=False)
    for match in matcher.get_matching_blocks():
        for step in range(match.size):
            begins[match.a + step] = match.b + step
            ends[match.a + step + 1] = match.b + step + 1
    return {
        place: (ends.get(place, begins.get(place, 0)), begins.get(place, ends.get(place, 0)))
        for place in ends.keys() | begins.keys()
    }


def _block(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Block:
    texts = "".join(base), "".join(mine), "".join(theirs)
    return Block(merge_value(*texts), *texts)


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """Without empty blocks, and with neighbours of a kind in one."""
    waiting: Block | None = None
    for block in blocks:
        if not (block.base or block.mine or block.theirs):
            continue
        if waiting is not None and waiting.kind == block.kind:
            waiting = Block(
                block.kind,
                waiting.base + block.base,
                waiting.mine + block.mine,
                waiting.theirs + block.theirs,
            )
            continue
        if waiting is not None:
            yield waiting
        waiting = block
    if waiting is not None:
        yield waiting
