"""Checks over the whole base: one file a kind, each a pure function from a library to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kb.lint.contradictions import contradictions
from kb.lint.duplicates import near_duplicates
from kb.lint.finding import Finding, Kind, Severity
from kb.lint.headings import empty_sections, skipped_headings
from kb.lint.library import Library
from kb.lint.links import dead_links
from kb.lint.pictures import missing_alts
from kb.lint.readability import hard_to_read
from kb.lint.secrets import secrets
from kb.lint.stale import stale_articles
from kb.lint.steps import loose_steps
from kb.lint.translations import missing_translations
from kb.lint.unfound import never_found
from kb.lint.versions import differing_translations

Check = Callable[[Library], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    secrets,
    dead_links,
    differing_translations,
    contradictions,
    near_duplicates,
    never_found,
    stale_articles,
    missing_alts,
    empty_sections,
    loose_steps,
    skipped_headings,
    hard_to_read,
    missing_translations,
)

_SEVERITIES = tuple(Severity)
_KINDS = tuple(Kind)


def check(library: Library, told: Callable[[int, int], None] | None = None) -> tuple[Finding, ...]:
    """Everything there is to say, the most pressing first, each once; the same for the same library.

    told: is told how many of the checks are done, and of how many.
    """
    found: dict[str, Finding] = {}
    for number, finder in enumerate(CHECKS, start=1):
        for finding in finder(library):
            found.setdefault(finding.key, finding)
        if told is not None:
            told(number, len(CHECKS))
    return tuple(sorted(found.values(), key=pressing))


def pressing(finding: Finding) -> tuple[int, int, str, int]:
    """What findings are ordered by: severity, kind, article, line."""
    first = finding.places[0]
    return _SEVERITIES.index(finding.severity), _KINDS.index(finding.kind), first.article, first.line
