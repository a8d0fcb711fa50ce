"""An article as safe HTML, for the studio's preview and the help centre."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.article import slug_of
from kb.editing.images import size_of
from kb.passages import plain

_TAGS = {
    *("a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"),
    *("h2", "h3", "h4", "h5", "h6", "img", "table", "tbody", "td", "th", "thead", "tr"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}} | {
    tag: {"id"} for tag in ("h2", "h3", "h4", "h5", "h6")
}
_PICTURE = {"img": {"src", "alt", "title", "width", "height", "loading"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_SECTIONS = {"h1", "h2"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A section of a page, as a list of its contents links to it."""

    anchor: str
    text: str


def to_html(markdown: str, *, anchors: bool = False) -> str:
    """HTML without scripts, styles, or links that aren't http(s), mail or telephone.

    Pictures are our own, with the space they take; of others there is a link, so that no reader's browser
    asks a stranger's server.

    A heading of the first level becomes one of the second: the page's own title is the first. Raw HTML in the
    text is shown as it was typed.

    anchors: headings get ids made from their words, so that a link can lead to a section. Only for pages of
    their own: in the studio an id could be taken for one of the studio's.
    """
    renderer = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    tokens = renderer.parse(markdown)
    for anchor, heading, _ in _anchored(tokens) if anchors else ():
        heading.attrSet("id", anchor)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
        if token.children:
            token.children = list(_pictured(token.children))
    html = renderer.renderer.render(tokens, renderer.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES | _PICTURE,
        attribute_filter=_ours,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def _pictured(tokens: Sequence[Token]) -> Iterator[Token]:
    """A line's tokens, each foreign picture among them a link to it, or its words inside another link."""
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type.startswith("link_") else 0
        source = str(token.attrGet("src") or "")
        size = size_of(source)
        if token.type != "image":
            yield token
        elif size is not None:
            token.attrs |= {"width": size[0], "height": size[1], "loading": "lazy"}
            yield token
        else:
            link = depth == 0 and source.startswith(("https://", "http://"))
            if link:
                yield Token("link_open", "a", 1, attrs={"href": source})
            yield Token("text", "", 0, content=token.content or (source if link else ""))
            if link:
                yield Token("link_close", "a", -1)


def _ours(tag: str, attribute: str, value: str) -> str | None:
    """The attribute's value, unless it would fetch a picture from elsewhere."""
    return None if (tag, attribute) == ("img", "src") and size_of(value) is None else value


def headings(markdown: str) -> tuple[Heading, ...]:
    """The sections of the highest levels with the anchors that `to_html` gives them."""
    found = _anchored(MarkdownIt("commonmark", {"html": False}).parse(markdown))
    return tuple(Heading(anchor, text) for anchor, token, text in found if token.tag in _SECTIONS)


def anchors(markdown: str) -> frozenset[str]:
    """What a link can lead to within the page: the ids that `to_html` gives headings of every level."""
    tokens = MarkdownIt("commonmark", {"html": False}).parse(markdown)
    return frozenset(anchor for anchor, _, _ in _anchored(tokens))


def _anchored(tokens: Sequence[Token]) -> Iterator[tuple[str, Token, str]]:
    """Each heading with its words and an anchor that no other has: `main` is the page's own."""
    taken = {"main": 1}
    for token, inline in pairwise(tokens):
        if token.type != "heading_open":
            continue
        text = plain(inline.content)
        slug = slug_of(text)
        taken[slug] = taken.get(slug, 0) + 1
        yield slug if taken[slug] == 1 else f"{slug}-{taken[slug]}", token, text
