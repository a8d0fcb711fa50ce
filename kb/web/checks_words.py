"""Findings as the page shows them: grouped by how much they matter, their places side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from babel import Locale

from kb.article import Article, ArticleId
from kb.checks import Noted
from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.wording import kind_word, mend, severity_word, what
from kb.web.wording import Say, day, language_name, studio_url

MOST = 200
"""Findings on a page; filters lead to the others."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the editor looks for; an empty value fits everything."""

    kind: str = ""
    severity: str = ""
    article: str = ""
    accepted: bool = False

    def url(self) -> str:
        pairs = (("severity", self.severity), ("kind", self.kind), ("article", self.article))
        query = {name: value for name, value in pairs if value} | ({"accepted": "1"} if self.accepted else {})
        return f"/kb/checks?{urlencode(query)}" if query else "/kb/checks"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a place's text; marked where it is what the finding is about."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of a finding."""

    title: str
    url: str
    language: str
    code: str
    line: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One finding of the list."""

    key: str
    kind: str
    what: str
    mend: str
    spots: tuple[Spot, ...]
    side_by_side: bool
    since: datetime
    since_words: str
    accepted: str  # who has accepted it and when; "" while it is open
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one severity."""

    severity: str
    word: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One choice of a filter."""

    word: str
    count: int
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """The page's list; `total` counts every finding that is open."""

    total: int
    accepted: int
    groups: tuple[Group, ...]
    severities: tuple[Tab, ...]
    kinds: tuple[Tab, ...]
    standing: Tab  # open, or accepted
    more: int


def arranged(
    noted: Sequence[Noted],
    articles: Mapping[ArticleId, Article],
    asked: Asked,
    name_of: Callable[[str], str],
    tongue: str,
    _: Say,
) -> Findings:
    """The findings that fit, in the order they are in."""
    here = [one for one in noted if all(place.article in articles for place in one.finding.places)]
    standing = [one for one in here if (one.accepted is not None) == asked.accepted]
    about = [one for one in standing if not asked.article or _concerns(one.finding, asked.article)]
    by_severity = [one for one in about if asked.severity in ("", one.finding.severity.value)]
    fitting = [one for one in by_severity if asked.kind in ("", one.finding.kind.value)]
    shown = fitting[:MOST]
    groups = []
    for severity in Severity:
        rows = tuple(
            _row(one, articles, name_of, tongue, _) for one in shown if one.finding.severity is severity
        )
        if rows:
            groups.append(Group(severity.value, severity_word(severity, _), rows))
    severities = Counter(one.finding.severity for one in about)
    kinds = Counter(one.finding.kind for one in by_severity)
    return Findings(
        total=sum(one.accepted is None for one in here),
        accepted=sum(one.accepted is not None for one in here),
        groups=tuple(groups),
        severities=(
            Tab(_("All"), len(about), replace(asked, severity="", kind="").url(), not asked.severity),
            *(
                Tab(
                    severity_word(severity, _),
                    severities[severity],
                    replace(asked, severity=severity.value, kind="").url(),
                    asked.severity == severity.value,
                )
                for severity in Severity
            ),
        ),
        kinds=tuple(
            Tab(
                kind_word(kind, _),
                kinds[kind],
                replace(asked, kind="" if asked.kind == kind.value else kind.value).url(),
                asked.kind == kind.value,
            )
            for kind in Kind
            if kinds[kind] or asked.kind == kind.value
        ),
        standing=Tab(
            _("Accepted"),
            sum(one.accepted is not None for one in here),
            replace(asked, accepted=not asked.accepted).url(),
            asked.accepted,
        ),
        more=len(fitting) - len(shown),
    )


def said(finding: Finding, tongue: str, _: Say) -> str:
    """What was found, with languages and days as the reader writes them."""
    values = finding.values
    if finding.kind is Kind.MISSING_TRANSLATION:
        # Within a sentence, as the reader's language writes it there.
        values = tuple(Locale.parse(code).get_display_name(tongue) or code for code in values)
    if finding.kind is Kind.STALE and values:
        values = tuple(day(date.fromisoformat(value), tongue) for value in values)
    return what(replace(finding, values=values), _)


def pieces(place: Place) -> tuple[Piece, ...]:
    """The place's text cut at its marks, each mark once."""
    found: list[Piece] = []
    rest = place.text
    for mark in sorted(place.marks, key=rest.find):
        before, met, after = rest.partition(mark)
        if met:
            found += [Piece(before, False), Piece(met, True)]
            rest = after
    return tuple(piece for piece in (*found, Piece(rest, False)) if piece.text)


def health_words(findings: Sequence[Finding], _: Say) -> tuple[str, ...]:
    """What the list says of an article: kinds in a word each, without notices and what it says by itself."""
    pressing = (
        one.kind for one in findings if one.severity is not Severity.NOTICE and one.case != "review_due"
    )
    return tuple(kind_word(kind, _) for kind in dict.fromkeys(pressing))


def checks_words(_: Say) -> dict[str, str]:
    """What the page's module says by itself."""
    return {
        "checking": _("Checking: {done} of {of} done."),
        "starting": _("Checking every article."),
        "failed": _("That didn't work on our side. Try again in a moment."),
        "offline": _("The server didn't answer. Try again when you are online."),
        "accepted": _("Accepted. It stays so until the text changes."),
        "reopened": _("Open again."),
    }


def _concerns(finding: Finding, article: str) -> bool:
    return any(place.article == article for place in finding.places)


def _row(
    noted: Noted, articles: Mapping[ArticleId, Article], name_of: Callable[[str], str], tongue: str, _: Say
) -> Row:
    finding, accepted = noted.finding, noted.accepted
    by = ""
    if accepted is not None:
        names = {"name": name_of(accepted.author), "day": day(accepted.at, tongue)}
        by = _("Accepted by %(name)s on %(day)s") % names
    return Row(
        finding.key,
        kind_word(finding.kind, _),
        said(finding, tongue, _),
        mend(finding, _),
        tuple(_spot(place, articles[place.article], tongue) for place in finding.places),
        finding.kind is Kind.CONTRADICTION,
        noted.found_at,
        day(noted.found_at, tongue),
        by,
        accepted.note if accepted else "",
    )


def _spot(place: Place, article: Article, tongue: str) -> Spot:
    line = f"?line={place.line}" if place.line else ""
    shown = pieces(place) if place.line else ()
    return Spot(
        article.title,
        studio_url(article.id) + line,
        language_name(article.language, tongue),
        article.language,
        place.line,
        shown,
    )
