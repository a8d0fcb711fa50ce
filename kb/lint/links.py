"""Links that lead nowhere: to no article, to one that customers can't read, to a heading that isn't there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from kb.article import Article, ArticleId
from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library
from kb.lint.written import Link, Written
from kb.preview import anchors

_HELP = re.compile(r"/help/([a-z]{2,3})/([^/]+)/?")
_SCHEMES = {"http", "https", "mailto", "tel"}
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+|localhost|\[[0-9a-f:]+\]", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FILE = re.compile(r"\.(md|mdx|markdown)$", re.IGNORECASE)


def dead_links(library: Library) -> Iterator[Finding]:
    """Links within the base are followed; of addresses elsewhere only the spelling is judged here."""
    here = {(one.article.language, one.article.slug): one for one in library.written}
    gone = {(article.language, article.slug): article for article in library.archived}
    for written in library.written:
        for link in written.links:
            case, values = _trouble(library, written, link, here, gone)
            if case:
                severity = (
                    Severity.WARNING if case in ("unpublished", "internal", "anchor") else Severity.ERROR
                )
                place = Place(written.article.id, link.line, link.text or link.target, (link.target,))
                yield Finding(Kind.DEAD_LINK, case, severity, (place,), values)


def _trouble(
    library: Library,
    written: Written,
    link: Link,
    here: dict[tuple[str, str], Written],
    gone: dict[tuple[str, str], Article],
) -> tuple[str, tuple[str, ...]]:
    """What is wrong with a link, and what its sentence names; ("", ()) if nothing is."""
    target = link.target.strip()
    try:
        parts = urlsplit(target)
        host = parts.hostname or ""
    except ValueError:
        return "malformed", (target,)
    if not target or target == "#" or (parts.scheme and parts.scheme not in _SCHEMES):
        return "malformed", (target or link.text,)
    if parts.scheme == "mailto":
        return ("", ()) if _MAIL.fullmatch(unquote(parts.path)) else ("malformed", (target,))
    if parts.scheme in ("http", "https"):
        return ("", ()) if _HOST.fullmatch(host) else ("malformed", (target,))
    if parts.scheme or parts.netloc:
        return "", ()
    if not parts.path:
        return ("", ()) if _leads(written, parts.fragment) else ("anchor", (f"#{parts.fragment}",))
    if _FILE.search(parts.path):
        return "file", (target,)
    found = _HELP.fullmatch(unquote(parts.path))
    if found is None:
        # Another page of the house, or of the site that the help centre stands in: not ours to judge.
        return ("", ()) if parts.path.startswith("/") else ("malformed", (target,))
    key = (found[1], found[2])
    if key in library.redirects and key not in here:
        aim = library.article(library.redirects[key])
    else:
        aim = here.get(key)
    if aim is None:
        return ("archived", (gone[key].title,)) if key in gone else ("missing", (parts.path,))
    if written.article.live is not None and aim.article.live is None:
        return "unpublished", (aim.article.title,)
    if written.article.public and not aim.article.public:
        return "internal", (aim.article.title,)
    if parts.fragment and not _leads(aim, parts.fragment):
        return "anchor", (f"{parts.path}#{parts.fragment}",)
    return "", ()


def _leads(written: Written, fragment: str) -> bool:
    """Whether a heading of the article has this address."""
    return unquote(fragment) in anchors(written.revision.body)


def linked_articles(library: Library, written: Written) -> Iterator[tuple[Link, ArticleId]]:
    """The article's links to other articles of the base, in order."""
    here = {(one.article.language, one.article.slug): one.article.id for one in library.written}
    for link in written.links:
        found = _HELP.fullmatch(unquote(urlsplit(link.target).path)) if link.target.startswith("/") else None
        if found is not None:
            key = (found[1], found[2])
            aim = here.get(key) or library.redirects.get(key)
            if aim is not None:
                yield link, aim
