"""An article as safe HTML, for the studio's preview and the help centre."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

_TAGS = {
    *("a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"),
    *("h2", "h3", "h4", "h5", "h6", "table", "tbody", "td", "th", "thead", "tr"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


def to_html(markdown: str) -> str:
    """HTML without scripts, styles, pictures, or links that aren't http(s), mail or telephone.

    A heading of the first level becomes one of the second: the page's own title is the first. Raw HTML in the
    text is shown as it was typed.
    """
    renderer = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    tokens = renderer.parse(markdown)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
    html = renderer.renderer.render(tokens, renderer.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
