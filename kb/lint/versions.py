"""A translation that says something else than its original, part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kb.lint.amounts import amounts, bare_numbers, differing
from kb.lint.contradictions import case_of
from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library
from kb.lint.links import linked_articles
from kb.lint.written import Block, Written


def differing_translations(library: Library) -> Iterator[Finding]:
    """Values and links of each translation against its original.

    Texts that are built alike, section by section, are compared block by block; others aren't compared: what
    stands where would be a guess. No encoder is asked, so a finding is an error.
    """
    for written in library.written:
        original = library.original(written)
        if original is None or original.article.language == written.article.language:
            continue
        for ours, theirs in _aligned(written, original):
            found = _differing(written, original, ours, theirs)
            if found is not None:
                yield found
        yield from _links(library, written, original)


def _aligned(written: Written, original: Written) -> Iterator[tuple[Block, Block]]:
    """Blocks that stand for each other: of sections with the same kinds of blocks in the same order."""
    if len(written.headings()) != len(original.headings()):
        return
    for section in range(len(written.headings()) + 1):
        ours = [block for block in written.blocks if block.section == section]
        theirs = [block for block in original.blocks if block.section == section]
        if [block.kind for block in ours] == [block.kind for block in theirs]:
            yield from zip(ours, theirs, strict=True)


def _differing(written: Written, original: Written, ours: Block, theirs: Block) -> Finding | None:
    language, other = written.article.language, original.article.language
    here, _ = amounts(ours.text, language)
    there, _ = amounts(theirs.text, other)
    # Words for things differ between languages; units don't.
    known = [amount for amount in here if not amount.counted]
    ways = list(differing(known, [amount for amount in there if not amount.counted]))
    if ways:
        mine, its = ways[0]
        return _finding(case_of(mine), written, original, ours, theirs, mine.text, its.text)
    left, right = Counter(bare_numbers(ours.text, language)), Counter(bare_numbers(theirs.text, other))
    lonely, alone = sorted((left - right).elements()), sorted((right - left).elements())
    if lonely and alone:
        return _finding("number", written, original, ours, theirs, lonely[0], alone[0])
    return None


def _finding(
    case: str, written: Written, original: Written, ours: Block, theirs: Block, mine: str, its: str
) -> Finding:
    places = (
        Place(written.article.id, ours.line, " ".join(ours.text.split()), (mine,)),
        Place(original.article.id, theirs.line, " ".join(theirs.text.split()), (its,)),
    )
    values = (written.article.title, original.article.title, mine, its)
    return Finding(Kind.CONTRADICTION, f"translation_{case}", Severity.ERROR, places, values)


def _links(library: Library, written: Written, original: Written) -> Iterator[Finding]:
    """The nth link of each, where both have as many: to the same article, or to its translation."""
    ours, theirs = list(linked_articles(library, written)), list(linked_articles(library, original))
    if len(ours) != len(theirs):
        return
    for (link, aim), (their_link, their_aim) in zip(ours, theirs, strict=True):
        one, other = library.article(aim), library.article(their_aim)
        if one is None or other is None or library.family(one.article) == library.family(other.article):
            continue
        places = (
            Place(written.article.id, link.line, link.text, (link.text,)),
            Place(original.article.id, their_link.line, their_link.text, (their_link.text,)),
        )
        values = (written.article.title, original.article.title, one.article.title, other.article.title)
        yield Finding(Kind.CONTRADICTION, "translation_link", Severity.WARNING, places, values)
