"""Makes plain Markdown of what documentation sites write: MDX, JSX, HTML, admonitions, module imports."""

from __future__ import annotations

import re

from kb.importers.code import without_code
from kb.importers.links import image_of, in_place

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|\{/\*.*?(?:\*/\}|\Z)", re.DOTALL)
_MODULE_LINE = re.compile(
    r"^(?:import|export)\s+(?:[\w*{].*\sfrom\s+|default\s|const\s|['\"]).*$\n?", re.MULTILINE
)
_ADMONITION = re.compile(r"^[ \t]*:{3,}[ \t]*\w*[ \t]*(?P<title>[^\n]*)$", re.MULTILINE)
_HEADING_ID = re.compile(r"[ \t]*\{#[\w-]+\}[ \t]*$", re.MULTILINE)
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][\w.-]*)(?=[\s/>])")
_HREF = re.compile(r"href=[\"'](?P<target>[^\"']+)[\"']")
_SRC = re.compile(r"\bsrc=(?:\{[^\"'`}]*)?[\"'`](?P<target>[^\"'`]+)[\"'`]")
_ALT = re.compile(r"\balt=(?:\{\s*)?(?P<quote>[\"'`])(?P<words>.*?)(?P=quote)", re.DOTALL)
_EMPTY_LINES = re.compile(r"\n{3,}")

_WITH_CONTENT = {"head", "script", "style", "svg", "video", "audio", "iframe", "select", "button"}
_HTML = frozenset(
    """
    a abbr article aside b blockquote body br center cite code col colgroup dd del details div dl dt em
    figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img input ins kbd label li link main mark
    meta nav ol p picture pre q s section small source span strong sub summary sup table tbody td tfoot th
    thead time title tr u ul wbr
    """.split()  # noqa: SIM905 - as a list of strings nobody could read it
)
"""Lower-case names that are tags; `<your-domain>` is what a reader is to replace, and stays."""

_BEFORE = {
    "li": "- ",
    "br": "\n",
    "p": "\n\n",
    "summary": "\n\n**",
    "strong": "**",
    "b": "**",
    "em": "*",
    "i": "*",
}
_AFTER = {
    "p": "\n\n",
    "li": "\n",
    "summary": "**\n\n",
    "strong": "**",
    "b": "**",
    "em": "*",
    "i": "*",
    "div": "\n",
}
_HEADINGS = {f"h{depth}": "\n\n" + "#" * depth + " " for depth in range(1, 7)}


def to_markdown(text: str) -> str:
    """The text without imports, comments, tags and site-only syntax; code is left exactly as it is, links and
    pictures lead where they did.
    """
    text, code = without_code(text)
    text = _COMMENT.sub("", text)
    text = _MODULE_LINE.sub("", text)
    text = _without_tags(text)
    text = _ADMONITION.sub(
        lambda match: f"**{match['title'].strip()}**\n" if match["title"].strip() else "", text
    )
    text = _HEADING_ID.sub("", text)
    text = _EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.splitlines()))
    return in_place(code.back(text)).strip() + "\n"


def _without_tags(text: str) -> str:
    """Drop the tags, keep what they say and show; scripts and controls go with their content."""
    out: list[str] = []
    targets: list[str] = []  # of the anchors that are open
    place = 0
    while match := _TAG.search(text, place):
        out.append(text[place : match.start()])
        name, closing = match["name"], bool(match["close"])
        end = _tag_end(text, match.end())
        if end is None or not (name in _HTML or name in _WITH_CONTENT or name[0].isupper()):
            out.append(text[match.start() : match.end()])
            place = match.end()
            continue
        tag, place = text[match.start() : end], end
        if name in _WITH_CONTENT and not closing and not tag.endswith("/>"):
            over = re.compile(rf"</{name}\s*>").search(text, place)
            place = over.end() if over else place
        elif name == "a":
            out.append(_anchor(tag, closing, targets))
        elif name == "img":
            out.append(_image(tag))
        elif closing:
            out.append("\n\n" if name in _HEADINGS else _AFTER.get(name, ""))
        else:
            out.append(_HEADINGS.get(name) or _BEFORE.get(name, ""))
    out.append(text[place:])
    return "".join(out)


def _anchor(tag: str, closing: bool, targets: list[str]) -> str:
    """An anchor as a Markdown link; one that leads nowhere as nothing."""
    if closing:
        target = targets.pop() if targets else ""
        return f"]({target})" if target else ""
    href = _HREF.search(tag)
    targets.append(href["target"] if href else "")
    return "[" if href else ""


def _image(tag: str) -> str:
    """A picture as Markdown; one whose address is worked out by a program as nothing."""
    source, words = _SRC.search(tag), _ALT.search(tag)
    return image_of(" ".join(words["words"].split()) if words else "", source["target"]) if source else ""


def _tag_end(text: str, place: int) -> int | None:
    """Past the `>` of the tag that is open at `place`, not one in quotes or braces; None if it never ends."""
    quote = ""
    depth = 0
    for position in range(place, len(text)):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'`" and (depth or text[position - 1] == "="):
            quote = character
        elif character in "{}":
            depth += 1 if character == "{" else -1
        elif character == ">" and depth <= 0:
            return position + 1
    return None
