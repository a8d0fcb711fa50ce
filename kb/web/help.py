"""The public help centre: the published, public articles of a language, their search and their pages."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from config.clock import Clock
from kb.article import Published, slug_of
from kb.knowledge import Answer, Knowledge
from kb.passages import plain
from kb.preview import Heading, headings, to_html
from kb.store.pages import Pages, Title
from kb.web.reader import tongue
from kb.web.shelf import fits
from kb.web.wording import Say, category_name, day, help_url, language_name

FOUND = 8
"""Articles a search shows."""
RELATED = 6
SHOWN = 6
"""Articles of a topic on the first page; the topic's own page has them all."""
ASKED = 3
"""From this many words on a search is a question, which may have an answer; fewer name a subject."""
CONTENTS = 3
"""From this many sections on a page has a list of them."""


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A category with its articles by title; `url` shows all `count` of them."""

    name: str
    articles: tuple[Link, ...]
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """A search's hit: where in the article, and how it begins there."""

    url: str
    title: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Short:
    """What the bot would answer, and the page that it is taken from."""

    html: Markup
    link: Link


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
    contents: tuple[Heading, ...]
    summary: str
    topic: Link | None
    changed: datetime
    changed_words: str


def help_pages(
    pages: Pages, knowledge: Knowledge, clock: Clock, languages: tuple[str, ...], say_in: Callable[[str], Say]
) -> Blueprint:
    """`languages` are those of the centre, the first for a visitor who reads none of them."""
    views = Blueprint("help_pages", __name__, url_prefix="/help")

    @views.get("/")
    def entrance() -> ResponseReturnValue:
        return redirect(f"/help/{tongue() if tongue() in languages else languages[0]}/")

    @views.get("/sitemap.xml")
    def sitemap() -> Response:
        """Every public page with its translations, as search engines read it (sitemaps.org, hreflang)."""
        family = sorted(pages.titles(), key=lambda one: one.root)
        families = [tuple(some) for _, some in groupby(family, key=lambda one: one.root)]
        text = render_template("sitemap.xml", families=families, root=request.host_url, url=address)
        return Response(text, content_type="application/xml; charset=utf-8")

    @views.get("/<language>/")
    def index(language: str) -> ResponseReturnValue:
        if language not in languages:
            return missing(languages[0])
        query, wanted = request.args.get("q", "").strip()[:500], request.args.get("topic", "")
        titles = () if query else pages.titles(language)
        grouped = topics(titles, language, say_in(language), wanted)
        if wanted and not grouped and not query:
            return missing(language)
        return page(
            "help_index.html",
            language,
            tongues=tongues(),
            query=query,
            topic=grouped[0] if wanted and grouped else None,
            short=short(query, language) if query else None,
            hits=found(query, language) if query else (),
            topics=grouped,
        )

    @views.get("/<language>/<slug>")
    def article(language: str, slug: str) -> ResponseReturnValue:
        here = pages.page(language, slug)
        if here is None:
            moved = pages.moved(language, slug)
            if moved is not None:
                return redirect(help_url(moved.language, moved.slug), 301)
            return missing(language if language in languages else languages[0])
        category = here.article.category
        near = [one for one in pages.titles(language) if one.category == category and one.slug != slug]
        return page(
            "help_article.html",
            language,
            article=read(here, say_in(language)),
            related=[link(one) for one in near[:RELATED]],
            tongues=tongues(here),
            here=request.base_url,
            vote=f"{help_url(language, slug)}/helped",
            thanks=request.args.get("helped", ""),
            query="",
        )

    @views.post("/<language>/<slug>/helped")
    def helped(language: str, slug: str) -> ResponseReturnValue:
        """Count a reader's yes or no, and go back to the page, which thanks for it."""
        here = pages.page(language, slug)
        said = request.form.get("helped", "")
        if here is None or said not in ("yes", "no"):
            return missing(language if language in languages else languages[0])
        today = clock.now().date()
        pages.vote(here.article.id, here.revision.number, today, helped=said == "yes")
        return redirect(f"{help_url(language, slug)}?helped={said}#helped", 303)

    @views.get("/<language>/<slug>/<path:_rest>")
    def deeper(language: str, slug: str, _rest: str) -> ResponseReturnValue:
        return missing(language if language in languages else languages[0])

    def missing(language: str) -> ResponseReturnValue:
        return page("help_missing.html", language, tongues=tongues()), 404

    def page(template: str, language: str, **values: object) -> str:
        return render_template(template, locale=language, _=say_in(language), **values)

    def short(query: str, language: str) -> Short | None:
        if len(query.split()) < ASKED:
            return None
        answer = knowledge.answer(query, language=language)
        if not isinstance(answer, Answer) or answer.hit.passage.language != language:
            return None
        hit = answer.hit
        linked = Link(address(hit.passage.language, hit.slug, hit.passage.heading), hit.title)
        return Short(Markup(to_html(answer.text)), linked)

    def found(query: str, language: str) -> tuple[Found, ...]:
        near = knowledge.search(query, language=language, limit=4 * FOUND)
        hits = [hit for hit in near if fits(hit)]
        if hits and len(query.split()) < ASKED:
            hits = list(near)  # whoever names a subject looks around in it
        known = pages.named(hit.passage.article for hit in hits)
        return tuple(
            Found(
                address(hit.passage.language, known[hit.passage.article].slug, hit.passage.heading),
                known[hit.passage.article].title,
                " › ".join(hit.passage.heading),
                textwrap.shorten(plain(hit.passage.text), 180, placeholder="…"),
            )
            for hit in hits
            if hit.passage.article in known and hit.passage.language == language
        )[:FOUND]

    def tongues(here: Published | None = None) -> list[Tongue]:
        """Every language, with this page's translation where there is one."""
        root = here and (here.article.translation_of or here.article.id)
        family = {one.language: one for one in pages.family(root)} if root else {}
        return [
            Tongue(
                code,
                language_name(code, code),
                link(family[code]).url if code in family else f"/help/{code}/",
                code in family,
            )
            for code in languages
        ]

    def read(one: Published, _: Say) -> Page:
        html, sections = to_html(one.revision.body, anchors=True), headings(one.revision.body)
        language, category, changed = one.article.language, one.article.category, one.revision.created_at
        return Page(
            title=one.revision.title,
            html=Markup(html),
            contents=tuple(sections) if len(sections) >= CONTENTS else (),
            summary=textwrap.shorten(plain(one.revision.body), 160, placeholder="…"),
            topic=Link(topic_url(language, category), category_name(category, _)) if category else None,
            changed=changed,
            changed_words=day(changed, language),
        )

    return views


def address(language: str, slug: str, heading: Sequence[str] = ()) -> str:
    """A page's address; with a heading path, that of the section on it."""
    section = f"#{slug_of(heading[-1])}" if heading else ""
    return help_url(language, slug) + section


def topic_url(language: str, category: str) -> str:
    return f"/help/{language}/?topic={slug_of(category)}"


def link(one: Title) -> Link:
    return Link(help_url(one.language, one.slug), one.title)


def topics(titles: Iterable[Title], language: str, _: Say, wanted: str = "") -> tuple[Topic, ...]:
    """The categories by name; articles without one come last. `wanted`: the only one, in full."""
    by_category: dict[str, list[Title]] = {}
    for one in sorted(titles, key=lambda one: one.title.casefold()):
        by_category.setdefault(one.category, []).append(one)
    names = {category: category_name(category, _) or _("More") for category in by_category}
    order = sorted(by_category, key=lambda category: (not category, names[category].casefold()))
    return tuple(
        Topic(
            names[category],
            tuple(link(one) for one in by_category[category][: None if wanted else SHOWN]),
            len(by_category[category]),
            topic_url(language, category or "more"),
        )
        for category in order
        if wanted in ("", slug_of(category or "more"))
    )
