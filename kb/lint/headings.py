"""Sections without text, and headings that skip a level."""

from __future__ import annotations

from collections.abc import Iterator

from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library


def empty_sections(library: Library) -> Iterator[Finding]:
    """A heading with nothing under it, not even a deeper heading. The bot would answer with no words."""
    for written in library.written:
        headings = written.headings()
        filled = {block.section for block in written.blocks if block.kind != "heading"} | written.fillers
        for number, heading in enumerate(headings):
            deeper = number + 1 < len(headings) and headings[number + 1].level > heading.level
            if heading.section not in filled and not deeper:
                place = Place(written.article.id, heading.line, heading.text)
                yield Finding(Kind.EMPTY_SECTION, "empty", Severity.WARNING, (place,), (heading.text,))


def skipped_headings(library: Library) -> Iterator[Finding]:
    """A heading more than one level below the one above it, which readers by ear take for a missing part.

    The first heading may have any level: what stands above it is the title, in whatever size the page gives.
    """
    for written in library.written:
        above = 0
        for heading in written.headings():
            if above and heading.level > above + 1:
                place = Place(written.article.id, heading.line, heading.text)
                values = (heading.text, "#" * heading.level, "#" * (above + 1))
                yield Finding(Kind.SKIPPED_HEADING, "skipped", Severity.NOTICE, (place,), values)
            above = heading.level
