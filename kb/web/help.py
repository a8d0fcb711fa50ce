"""The public help centre: every published, public article of a language, its search, and its pages."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kb.article import Published
from kb.knowledge import Knowledge
from kb.passages import plain
from kb.preview import to_html
from kb.store import Store
from kb.web.reader import tongue
from kb.web.shelf import fits
from kb.web.wording import Say, category_name, day, help_url, language_name

FOUND = 8
"""Articles a search shows."""
RELATED = 6


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A category with its articles by title."""

    name: str
    articles: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A search's hit: where in the article, and how it begins there."""

    url: str
    title: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language of the centre; `translated` if this very page exists in it."""

    code: str
    name: str
    url: str
    translated: bool


@dataclass(frozen=True, slots=True)
class Page:
    """An article as customers read it."""

    title: str
    html: Markup
    summary: str
    category: str
    changed: datetime
    changed_words: str


def help_pages(
    store: Store, knowledge: Knowledge, languages: tuple[str, ...], say_in: Callable[[str], Say]
) -> Blueprint:
    """`languages` are those of the centre, the first for a visitor who reads none of them."""
    pages = Blueprint("help_pages", __name__, url_prefix="/help")

    @pages.get("/")
    def entrance() -> ResponseReturnValue:
        return redirect(f"/help/{tongue() if tongue() in languages else languages[0]}/")

    @pages.get("/<language>/")
    def index(language: str) -> ResponseReturnValue:
        if language not in languages:
            return missing(languages[0])
        _ = say_in(language)
        published = public(language)
        query = request.args.get("q", "").strip()[:500]
        return page(
            "help_index.html",
            language,
            tongues=tongues(),
            query=query,
            hits=found(published, query, language) if query else (),
            topics=topics(published, _),
        )

    @pages.get("/<language>/<slug>")
    def article(language: str, slug: str) -> ResponseReturnValue:
        published = public(language)
        here = next((one for one in published if one.article.slug == slug), None)
        if here is None:
            return missing(language if language in languages else languages[0])
        category = here.article.category
        related = [one for one in published if one is not here and one.article.category == category]
        return page(
            "help_article.html",
            language,
            article=read(here, language, say_in(language)),
            related=[link(one) for one in related[:RELATED]],
            tongues=tongues(here),
            query="",
        )

    @pages.get("/<language>/<slug>/<path:_rest>")
    def deeper(language: str, slug: str, _rest: str) -> ResponseReturnValue:
        return missing(language if language in languages else languages[0])

    def missing(language: str) -> ResponseReturnValue:
        return page("help_missing.html", language, tongues=tongues()), 404

    def page(template: str, language: str, **values: object) -> str:
        return render_template(template, locale=language, _=say_in(language), **values)

    def public(language: str) -> Sequence[Published]:
        mine = (one for one in store.published()[0] if one.article.language == language)
        return sorted(
            (one for one in mine if one.article.public), key=lambda one: one.revision.title.casefold()
        )

    def found(published: Sequence[Published], query: str, language: str) -> tuple[Found, ...]:
        known = {one.article.id: one for one in published}
        hits = knowledge.search(query, language=language, limit=4 * FOUND)
        return tuple(
            Found(
                link(known[hit.passage.article]).url,
                known[hit.passage.article].revision.title,
                " › ".join(hit.passage.heading),
                textwrap.shorten(plain(hit.passage.text), 180, placeholder="…"),
            )
            for hit in hits
            if hit.passage.article in known and fits(hit)
        )[:FOUND]

    def tongues(here: Published | None = None) -> list[Tongue]:
        """Every language, with this page's translation where there is one."""
        family: dict[str, Published] = {}
        if here is not None:
            root = here.article.translation_of or here.article.id
            family = {
                one.article.language: one
                for one in store.published()[0]
                if one.article.public and root in (one.article.id, one.article.translation_of)
            }
        return [
            Tongue(
                code,
                language_name(code, code),
                link(family[code]).url if code in family else f"/help/{code}/",
                code in family,
            )
            for code in languages
        ]

    return pages


def link(one: Published) -> Link:
    return Link(help_url(one.article.language, one.article.slug), one.revision.title)


def topics(published: Sequence[Published], _: Say) -> tuple[Topic, ...]:
    """The categories by name; articles without one come last."""
    by_name: dict[str, list[Link]] = {}
    for one in published:
        by_name.setdefault(category_name(one.article.category, _), []).append(link(one))
    rest = by_name.pop("", [])
    named = tuple(Topic(name, tuple(by_name[name])) for name in sorted(by_name, key=str.casefold))
    return (*named, Topic(_("More"), tuple(rest))) if rest else named


def read(one: Published, language: str, _: Say) -> Page:
    changed = one.revision.created_at
    return Page(
        title=one.revision.title,
        html=Markup(to_html(one.revision.body)),
        summary=textwrap.shorten(plain(one.revision.body), 160, placeholder="…"),
        category=category_name(one.article.category, _),
        changed=changed,
        changed_words=day(changed, language),
    )
