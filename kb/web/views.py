"""The studio's pages: the list of articles and the writing room."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, render_template, request
from markupsafe import Markup

from kb.article import Article, ArticleId
from kb.editing.binning import KEPT_WITHIN
from kb.web.api import RAIL, article_json
from kb.web.details_api import details_json
from kb.web.images import told
from kb.web.list_words import list_words
from kb.web.reader import admin, say, tongue
from kb.web.room import Linked, Room
from kb.web.room_words import room_words, tools
from kb.web.shelf import read_filters
from kb.web.wording import language_name, standing, studio_url
from kb.web.writing import Text


@dataclass(frozen=True, slots=True)
class Shown:
    """The facts of an article in the inspector; all empty for one that isn't stored yet."""

    id: str = ""
    title: str = ""
    path: str = ""
    language: str = ""
    slug: str = ""
    owner: str = ""
    owner_name: str = ""
    review_by: str = ""  # as a form has it


def studio_pages(room: Room) -> Blueprint:
    pages = Blueprint("kb_pages", __name__, url_prefix="/kb")

    @pages.get("/")
    def articles() -> str:
        filters = read_filters(request.args)
        return render_template(
            "articles.html",
            place="articles",
            filters=filters,
            shelf=room.shelf(filters),
            undo=undo(),
            words=list_words(say()),
        )

    @pages.get("/bin")
    def binned() -> str:
        return render_template(
            "bin.html",
            place="articles",
            rows=room.binned(),
            days=KEPT_WITHIN.days,
            admin=admin(),
            orphans=[told(image) for image in room.images.orphans()],
            words=list_words(say()),
        )

    def undo() -> Article | None:
        """The article that was deleted just now, if it can still be brought back."""
        asked = request.args.get("deleted", "")
        return next((one for one in room.bin.deleted() if one.id == asked), None)

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
            place="articles",
            editors=[(one.email, one.name) for one in room.editors() if one.active],
            facts={
                "article": article_json(article) if article else None,
                "details": details_json(room, article) if article else None,
                "translation_of": (original.translation_of or original.id) if original else None,
            },
        )

    def shown(article: Article) -> Shown:
        return Shown(
            id=article.id,
            title=article.title,
            path=quote(article.id),
            language=article.language,
            slug=article.slug,
            owner=article.owner,
            owner_name=room.name_of(article.owner),
            review_by=article.review_by.isoformat() if article.review_by else "",
        )

    return pages


def initials(name: str) -> str:
    """The first letters of the first and the last name."""
    parts = name.split() or ["?"]
    return "".join(part[0] for part in (parts[0], *parts[1:][-1:])).upper()
