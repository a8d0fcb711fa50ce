"""JSON exports of help centres: articles with the shelves they stand on and their translations.

Three shapes are told apart by the names in them: Zendesk Guide (articles, sections, categories), Intercom
(articles with `translated_content`, collections) and Freshdesk (articles, folders, categories), each as the
services' public APIs answer, in one file or in several; and a plain list of {title, body} objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from kb.importers import File, NotArticlesError, Page, ProblemError, Read, Shelf, language_code
from kb.importers.encodings import decode
from kb.importers.html_text import fragment_text

Item = Mapping[str, object]

_SHELF_LISTS = ("sections", "categories", "folders", "collections")
_LISTS = ("articles", "data", "results", "solutions", "items", "article", *_SHELF_LISTS, "translations")
_BODIES = ("body", "description", "answer", "content", "html", "text")
_TITLES = ("title", "name", "question", "subject")
_FOLDERS = ("sections", "folders")
_DRAFT_OF_FRESHDESK = 1


class HelpCentreImporter:
    """An article's id is the export's; a translation's is that with its language behind it."""

    def read(self, file: File) -> Read:
        text, warning = decode(file.data)
        try:
            loaded = json.loads(text)
        except json.JSONDecodeError as error:
            raise ProblemError(error.lineno, f"not JSON: {error.msg}") from None
        except (RecursionError, ValueError) as error:
            raise ProblemError(1, f"not JSON: {error}") from None
        reading = _Reading(file, text)
        reading.take(loaded, "")
        if not reading.pages and not reading.shelves:
            raise NotArticlesError(
                1,
                "no articles in it; known are exports of Zendesk Guide, Intercom and Freshdesk, "
                "and lists of {title, body}",
            )
        warnings = (*(((1, warning),) if warning else ()), *reading.warnings)
        return Read(tuple(reading.pages), warnings, reading.shelves, reading.images)


class _Reading:
    """What has been found in one file so far."""

    def __init__(self, file: File, text: str) -> None:
        self._file = file
        self._text = text
        self._originals: dict[str, str] = {}  # the language of each id that has been seen
        self.pages: list[Page] = []
        self.warnings: list[tuple[int, str]] = []
        self.shelves: dict[str, Shelf] = {}
        self.images: dict[str, bytes] = {}

    def take(self, value: object, called: str) -> None:
        """Look into a list of things, or an object that holds such lists."""
        if isinstance(value, list):
            for each in value:
                self.take(each, called)
        elif isinstance(value, dict):
            if _is_article(value):
                self._article(value)
            elif _is_shelf(value, called):
                self._shelf(value, called)
            for name in _LISTS:
                if isinstance(value.get(name), list | dict) and not _is_article(value):
                    self.take(value[name], name)

    def _shelf(self, item: Item, called: str) -> None:
        above = item.get("parent_id") or item.get("category_id") or item.get("parent_section_id")
        kind = "section" if called in _FOLDERS else "shelf"
        self.shelves[f"{kind}:{item['id']}"] = Shelf(_text(item, "name"), f"shelf:{above}" if above else None)

    def _article(self, item: Item) -> None:
        identity = str(item.get("id") or item.get("slug") or "") or None
        line = self._line(identity)
        versions = list(_versions(item))
        if not any(_body(version) for _, version in versions):
            self.warnings.append(
                (line, f"article {identity or ''} {_title(item)!r} has no text and was left out")
            )
            return
        named = {language for language, _ in versions if language}
        source = language_code(_text(item, "source_locale") or _text(item, "default_locale"))
        original = source if source in named else versions[0][0]
        if identity is not None:
            original = self._originals.setdefault(identity, original or "") or None
        for language, version in versions:
            if _body(version):
                self._page(item, version, identity, language, language == original, line)

    def _page(
        self,
        item: Item,
        version: Item,
        identity: str | None,
        language: str | None,
        is_original: bool,
        line: int,
    ) -> None:
        title = _title(version)
        text = fragment_text(_body(version), f"{self._file.place}/{identity or len(self.pages)}")
        self.images |= text.images
        self.warnings += ((line, message) for _, message in text.warnings)
        urls = (_text(each, key) for each in (item, version) for key in ("html_url", "url"))
        tags = item.get("label_names") or item.get("tags")
        key = identity if is_original or identity is None else f"{identity}-{language}"
        self.pages.append(
            Page(
                path=self._file.path,
                place=self._file.place,
                title=" ".join(title.split()),
                body=text.body,
                address_from=title,
                line=line,
                id=key or f"{self._file.place}/{len(self.pages) + 1}",
                language=language,
                category=_text(item, "category") or None,
                shelf=_shelf_of(item),
                labels=tuple(str(tag) for tag in tags) if isinstance(tags, list) else None,
                questions=_questions(version, title),
                public=False if item.get("user_segment_id") else None,
                translation_of=None if is_original else identity,
                status="draft" if _is_draft(item) or _is_draft(version) else "published",
                aliases=tuple(dict.fromkeys(_aliases(url) for url in urls if url)),
                lines=dict.fromkeys(("title", "body", "language", "id"), line),
            )
        )

    def _line(self, identity: str | None) -> int:
        """Where the file first names the id; 1 if it can't be told."""
        if identity is None:
            return 1
        match = re.search(rf'"id"\s*:\s*"?{re.escape(identity)}"?\s*[,}}\n]', self._text)
        return self._text.count("\n", 0, match.start()) + 1 if match else 1


def _is_article(item: Item) -> bool:
    return bool(_title(item)) and any(name in item for name in _BODIES) and not _is_collection(item)


def _is_collection(item: Item) -> bool:
    return item.get("type") in ("collection", "section", "folder", "category") or (
        "body" not in item and "description_text" not in item and "name" in item and "title" not in item
    )


def _is_shelf(item: Item, called: str) -> bool:
    return "id" in item and bool(_text(item, "name")) and (called in _SHELF_LISTS or _is_collection(item))


def _versions(item: Item) -> Iterator[tuple[str | None, Item]]:
    """The article in each of its languages, its own first."""
    own = language_code(_text(item, "locale") or _text(item, "language") or _text(item, "default_locale"))
    yield own, item
    seen = {own}
    translations = item.get("translations")
    listed = (
        [each for each in translations if isinstance(each, dict)] if isinstance(translations, list) else []
    )
    content = item.get("translated_content")
    keyed = content.items() if isinstance(content, dict) else ()
    for code, version in (*((_text(each, "locale"), each) for each in listed), *keyed):
        language = language_code(str(code))
        if isinstance(version, dict) and language and language not in seen:
            seen.add(language)
            yield language, version


def _shelf_of(item: Item) -> str | None:
    section = item.get("section_id") or item.get("folder_id")
    if section:
        return f"section:{section}"
    parents = item.get("parent_ids")
    shelf = item.get("parent_id") or (parents[0] if isinstance(parents, list) and parents else None)
    return f"shelf:{shelf or item['category_id']}" if shelf or item.get("category_id") else None


def _is_draft(item: Item) -> bool:
    return (
        item.get("draft") is True or item.get("state") == "draft" or item.get("status") == _DRAFT_OF_FRESHDESK
    )


def _questions(item: Item, title: str) -> tuple[str, ...] | None:
    value = item.get("questions")
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    return tuple(str(each).strip() for each in value if str(each).strip() != title)


def _title(item: Item) -> str:
    return next((words for name in _TITLES if (words := _text(item, name))), "")


def _body(item: Item) -> str:
    return next((words for name in _BODIES if (words := _text(item, name))), "")


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    return value.strip() if isinstance(value, str) else ""


def _aliases(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}".strip("/")
