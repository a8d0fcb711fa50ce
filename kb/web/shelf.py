"""The studio's list: which articles fit the search, and how many there are in each state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from kb.article import Article, ArticleId, Status
from kb.knowledge import Hit
from kb.web.wording import Row, Say, category_name, language_name, row, stale, state_word

PAGE = 50
"""Articles a page of the list shows."""


DUE = ("planned", "review")
"""What can be due of an article: it goes live by itself; its review date has come."""

LEAST_SURE = 0.03
"""A hit that is as sure as this is listed, however few words it shares."""

MOST_WORDS = 0.5
"""From this share of the words on a hit is listed, however unlikely it is to answer."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the editor looks for; an empty value fits everything."""

    q: str = ""
    language: str = ""
    category: str = ""
    status: str = ""
    owner: str = ""
    label: str = ""
    due: str = ""  # one of DUE
    shown: int = PAGE

    def url(self) -> str:
        asked = {
            name: getattr(self, name)
            for name in ("q", "language", "category", "status", "owner", "label", "due")
        }
        query = {name: value for name, value in asked.items() if value}
        if self.shown != PAGE:
            query["shown"] = str(self.shown)
        return f"/kb/?{urlencode(query)}" if query else "/kb/"


@dataclass(frozen=True, slots=True)
class Count:
    """One state's tab above the list."""

    word: str
    number: int
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """The list as the page shows it; `total` counts every article there is."""

    total: int
    rows: tuple[Row, ...]
    counts: tuple[Count, ...]
    languages: tuple[tuple[str, str], ...]  # code and name; so with categories
    categories: tuple[tuple[str, str], ...]
    owners: tuple[tuple[str, str], ...]  # e-mail and name
    labels: tuple[str, ...]
    binned: int
    more: str | None


def read_filters(args: Mapping[str, str]) -> Filters:
    shown = args.get("shown", "")
    return Filters(
        q=args.get("q", "").strip()[:500],
        language=args.get("language", ""),
        category=args.get("category", ""),
        status=args.get("status", ""),
        owner=args.get("owner", ""),
        label=args.get("label", ""),
        due=args.get("due", ""),
        shown=min(int(shown), 10_000) if shown.isdecimal() else PAGE,
    )


def fits(hit: Hit) -> bool:
    """Whether a hit is worth listing: it may well answer, or holds most of what was searched for."""
    return hit.sure >= LEAST_SURE or hit.lexical >= MOST_WORDS


def matching(articles: Iterable[Article], q: str, found: Sequence[ArticleId] = ()) -> tuple[Article, ...]:
    """Those whose title, questions, category, labels or slug hold every word of `q`, then those `found`."""
    words = q.casefold().split()
    if not words:
        return tuple(articles)
    direct: list[Article] = []
    by_text: dict[ArticleId, Article] = {}
    for article in articles:
        held = (article.title, *article.questions, article.category, *article.labels, article.slug)
        if all(word in " ".join(held).casefold() for word in words):
            direct.append(article)
        elif article.id in found:
            by_text[article.id] = article
    return (*direct, *(by_text[one] for one in found if one in by_text))


def arrange(
    articles: Sequence[Article],
    filters: Filters,
    found: Sequence[ArticleId],
    tongue: str,
    today: date,
    _: Say,
    *,
    names: Mapping[str, str],
    binned: int,
) -> Shelf:
    """The shelf for these filters.

    found: the articles whose live text fits the search, best first. names: of the staff, by e-mail.
    binned: how many articles are in the bin.
    """
    by_id = {article.id: article for article in articles}
    fitting = [article for article in matching(articles, filters.q, found) if _kept(article, filters)]
    tabs = (
        (_("All"), {"status": "", "due": ""}),
        *((state_word(status, _), {"status": status.value, "due": ""}) for status in Status),
        (_("Scheduled"), {"status": "", "due": "planned"}),
        (_("Review due"), {"status": "", "due": "review"}),
    )

    def count(word: str, tab: dict[str, str]) -> Count:
        there = replace(filters, status=tab["status"], due=tab["due"], shown=PAGE)
        number = sum(_in_tab(article, there, today) for article in fitting)
        return Count(word, number, there.url(), (there.status, there.due) == (filters.status, filters.due))

    shown = [article for article in fitting if _in_tab(article, filters, today)]
    languages = sorted({article.language for article in articles})
    categories = sorted({article.category for article in articles} - {""}, key=str.casefold)
    owners = {article.owner for article in articles} - {""}
    return Shelf(
        total=len(articles),
        rows=tuple(
            row(
                article,
                tongue,
                today,
                _,
                name_of=lambda email: names.get(email, email),
                original=by_id.get(article.translation_of) if article.translation_of else None,
            )
            for article in shown[: filters.shown]
        ),
        counts=tuple(count(word, tab) for word, tab in tabs),
        languages=tuple((code, language_name(code, tongue)) for code in languages),
        categories=tuple((category, category_name(category, _)) for category in categories),
        owners=tuple(
            sorted(((one, names.get(one, one)) for one in owners), key=lambda one: one[1].casefold())
        ),
        labels=tuple(sorted({label for article in articles for label in article.labels}, key=str.casefold)),
        binned=binned,
        more=replace(filters, shown=filters.shown + PAGE).url() if len(shown) > filters.shown else None,
    )


def fitting(
    articles: Iterable[Article], filters: Filters, found: Sequence[ArticleId], today: date
) -> tuple[Article, ...]:
    """All that the filters ask for, in the order of `matching`."""
    return tuple(
        article
        for article in matching(articles, filters.q, found)
        if _kept(article, filters) and _in_tab(article, filters, today)
    )


def _kept(article: Article, filters: Filters) -> bool:
    """Whether an article is what the filters ask for, whatever tab it is in."""
    return (
        filters.language in ("", article.language)
        and filters.category in ("", article.category)
        and filters.owner in ("", article.owner)
        and (not filters.label or filters.label in article.labels)
    )


def _in_tab(article: Article, filters: Filters, today: date) -> bool:
    if filters.due == "planned":
        return article.publish_at is not None
    if filters.due == "review":
        return stale(article, today)
    return filters.status in ("", article.status.value)
