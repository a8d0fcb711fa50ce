"""The studio's pages: the list of articles and the writing room."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from markupsafe import Markup

from kb.article import Article, ArticleId
from kb.web.api import RAIL, article_json
from kb.web.reader import editor, say, tongue
from kb.web.room import Linked, Room
from kb.web.room_words import room_words, tools
from kb.web.shelf import read_filters
from kb.web.wording import day, language_name, standing, studio_url
from kb.web.writing import Text


@dataclass(frozen=True, slots=True)
class Shown:
    """The facts of an article in the inspector; all empty for one that isn't stored yet."""

    id: str = ""
    title: str = ""
    language: str = ""
    slug: str = ""
    owner: str = ""
    review_by: str = ""


def studio_pages(room: Room) -> Blueprint:
    pages = Blueprint("kb_pages", __name__, url_prefix="/kb")

    @pages.context_processor
    def frame() -> dict[str, object]:
        """What the bar on top of every page needs."""
        return {
            "staff": editor(),
            "initials": initials(editor().name),
            "state": room.knowledge.state(),
        }

    @pages.get("/")
    def articles() -> str:
        filters = read_filters(request.args)
        return render_template("articles.html", place="articles", filters=filters, shelf=room.shelf(filters))

    @pages.get("/articles/new")
    def new() -> str:
        language = request.args.get("language", "")
        source = request.args.get("translation_of")
        original = room.editorial.article(ArticleId(source)) if source else None
        given = room.text(original) if original else Text("", "", "", "", (), (), True)
        if language not in room.languages:
            language = tongue() if tongue() in room.languages else room.languages[0]
        draft = Text(given.title, given.body, language, given.category, given.labels, (), given.public)
        return writing(None, draft, original)

    @pages.get("/articles/<path:article>")
    def article(article: str) -> str:
        here = room.editorial.article(ArticleId(article))
        return writing(here, room.text(here), None)

    def writing(article: Article | None, draft: Text, original: Article | None) -> str:
        html, measure = room.preview(draft.body)
        linked: tuple[Linked, ...] = room.linked(article) if article else ()
        languages = sorted({*room.languages, draft.language})
        return render_template(
            "article.html",
            article=shown(article) if article else Shown(),
            draft=draft,
            standing=standing(article, say()),
            rail=room.rail("", RAIL),
            tools=tools(say()),
            preview=Markup(html),  # kb.preview made it safe
            measure=measure,
            categories=room.categories(),
            written_in=[(code, language_name(code, tongue())) for code in languages],
            translations=linked,
            original={"url": studio_url(original.id), "title": original.title} if original else None,
            words=room_words(say()),
            facts={
                "article": article_json(article) if article else None,
                "translation_of": (original.translation_of or original.id) if original else None,
            },
        )

    def shown(article: Article) -> Shown:
        review_by = day(article.review_by, tongue()) if article.review_by else ""
        owner = room.name_of(article.owner) if article.owner else ""
        return Shown(article.id, article.title, article.language, article.slug, owner, review_by)

    return pages


def initials(name: str) -> str:
    """The first letters of the first and the last name."""
    parts = name.split() or ["?"]
    return "".join(part[0] for part in (parts[0], *parts[1:][-1:])).upper()
