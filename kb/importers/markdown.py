"""Markdown files, as written by hand, for a documentation site, or by our own export."""

from __future__ import annotations

import re

from kb.importers import File, Page, Read
from kb.importers.encodings import decode
from kb.importers.front_matter import FrontMatter, read_front_matter
from kb.importers.mdx import to_markdown

PLAIN = "firstline"
"""The front matter's `format` of a body that is an article's already, to the letter."""

_TITLE_LINE = re.compile(r"\A\s*#[ \t]+(?P<title>[^\n]+?)[ \t#]*$\n?", re.MULTILINE)


class MarkdownImporter:
    """Front matter: id, title, slug, language, category, labels, questions, translation_of, public, owner,
    review_by, status, description; other keys are left to whoever they are for.
    """

    def read(self, file: File) -> Read:
        text, warning = decode(file.data)
        front, raw = read_front_matter(text)
        plain = front.text("format") == PLAIN
        title, body = _titled(front, raw if plain else to_markdown(raw), file, plain)
        if plain:
            body = raw.removesuffix("\n")
        slug = front.text("slug")
        page = Page(
            path=file.path,
            place=file.place,
            title=title,
            body=body if plain else body.strip() or front.text("description") or "",
            address_from=file.place,
            line=front.length + 1,
            id=front.text("id"),
            slug=slug.strip("/") if slug else None,
            language=front.text("language"),
            category=front.text("category"),
            labels=front.texts("labels"),
            questions=front.texts("questions"),
            public=front.truth("public"),
            translation_of=front.text("translation_of"),
            owner=front.text("owner"),
            review_by=front.day("review_by"),
            status=front.text("status"),
            plain=plain,
            aliases=(slug.strip("/"),) if slug else (),
            lines=front.lines,
        )
        return Read((page,), ((1, warning),) if warning else ())


def _titled(front: FrontMatter, body: str, file: File, plain: bool) -> tuple[str, str]:
    """The title, and the body without the heading that repeats it."""
    heading = None if plain else _TITLE_LINE.match(body)
    name = file.place.rpartition("/")[2].replace("-", " ")
    title = front.text("title") or (heading["title"] if heading else name)
    if heading and heading["title"].casefold() == title.casefold():
        body = body[heading.end() :]
    return title, body
