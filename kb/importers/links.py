"""Links and pictures of Markdown: found, and told where to lead."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from kb.importers import IMAGE_SUFFIXES
from kb.importers.code import without_code

Aim = Callable[[str], str | None]
"""What a target becomes; None: the words stay, and the link or the picture goes."""

_TARGET = r"(?P<target><[^<>\n]*>|(?:[^\s()<>]|\([^\s()<>]*\))*)"
_TITLE = r"(?P<title>\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?"
_INLINE = re.compile(rf"\[(?P<words>(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\])*)\]\([ \t]*{_TARGET}{_TITLE}[ \t]*\)")
_IMAGE = re.compile(rf"!\[(?P<words>(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\])*)\]\([ \t]*{_TARGET}{_TITLE}[ \t]*\)")
_DEFINITION = re.compile(
    rf"^ {{0,3}}\[(?P<name>[^\[\]\n]+)\]:[ \t]*{_TARGET}(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*$\n?",
    re.MULTILINE,
)
_REFERENCE = re.compile(r"(?P<bang>!?)\[(?P<words>[^\[\]\n]+)\](?:\[(?P<name>[^\[\]\n]*)\])?(?![\[(:])")
_SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_UNESCAPED_BRACKET = re.compile(r"(?<!\\)[\[\]]")
_SUFFIX = re.compile(r"\.(?:mdx?|markdown|html?|xhtml|docx|pdf)\Z", re.IGNORECASE)


def relinked(body: str, link: Aim, image: Aim) -> str:
    """The body with every link and picture led where `link` and `image` say; all else, and code, as it is."""
    text, kept = without_code(body)
    gone: set[str] = set()

    def pictured(match: re.Match[str]) -> str:
        target = image(_bare(match["target"]))
        return match["words"] if target is None else kept.take(_led(match, target))

    def linked(match: re.Match[str]) -> str:
        target = link(_bare(match["target"]))
        return match["words"] if target is None else _led(match, target)

    def defined(match: re.Match[str]) -> str:
        aim = image if _is_picture(match["target"]) else link
        target = aim(_bare(match["target"]))
        if target is None:
            gone.add(match["name"].casefold())
            return ""
        return _led(match, target)

    text = _INLINE.sub(linked, _IMAGE.sub(pictured, _DEFINITION.sub(defined, text)))
    if gone:
        text = _REFERENCE.sub(lambda match: match["words"] if _name(match) in gone else match.group(), text)
    return kept.back(text)


def in_place(body: str) -> str:
    """The body with links by reference written out, so that it means the same where a part is quoted."""
    text, kept = without_code(body)
    known = {match["name"].casefold(): match["target"] for match in _DEFINITION.finditer(text)}

    def written_out(match: re.Match[str]) -> str:
        target = known.get(_name(match))
        return match.group() if target is None else f"{match['bang']}[{match['words']}]({target})"

    return kept.back(_REFERENCE.sub(written_out, _DEFINITION.sub("", text))) if known else body


def targets(body: str) -> Iterator[tuple[bool, str]]:
    """Whether it is a picture, and the target, of each link and picture."""
    text, _ = without_code(body)
    for match in _DEFINITION.finditer(text):
        yield _is_picture(match["target"]), _bare(match["target"])
    for match in _IMAGE.finditer(text):
        yield True, _bare(match["target"])
    for match in _INLINE.finditer(_IMAGE.sub("", text)):
        yield False, _bare(match["target"])


def image_of(words: str, target: str) -> str:
    """A picture in Markdown."""
    escaped = _UNESCAPED_BRACKET.sub(r"\\\g<0>", words)
    return f"![{escaped}]({_wrapped(target)})"


def scheme_of(target: str) -> str:
    """Such as `https`, in lower case; empty for an address within a site. What is invisible hides nothing."""
    match = _SCHEME.match(_INVISIBLE.sub("", target))
    return match["scheme"].casefold() if match else ""


def places(target: str, place: str) -> tuple[str, ...]:
    """The places that a target within a site may mean, seen from the page at `place`, likeliest first.

    Sites write links as paths of files, with or without the ending, or as addresses of the finished pages.
    """
    path = unquote(re.split(r"[?#]", target, maxsplit=1)[0])
    tried = [path.lstrip("/")]  # from the top; some generators look there for relative ones too
    if not path.startswith("/"):
        tried = [posixpath.join(posixpath.dirname(place), path), posixpath.join(place, path), path]
    found: list[str] = []
    for each in tried:
        whole = posixpath.normpath(each).lstrip("/")
        bare = _SUFFIX.sub("", whole)
        found += (whole, bare, f"{bare}/index", f"{bare}/README", bare.removesuffix("/index"))
    return tuple(dict.fromkeys(name for name in found if name not in (".", "..")))


def _led(match: re.Match[str], target: str) -> str:
    """What was matched, with another target if it is one."""
    if target == _bare(match["target"]):
        return match.group()
    before = match.string[match.start() : match.start("target")]
    return before + _wrapped(target) + match.string[match.end("target") : match.end()]


def _name(match: re.Match[str]) -> str:
    return (match["name"] or match["words"]).casefold()


def _is_picture(target: str) -> bool:
    return re.split(r"[?#]", _bare(target), maxsplit=1)[0].casefold().endswith(IMAGE_SUFFIXES)


def _bare(target: str) -> str:
    return html.unescape(target.strip("<>")).strip()


def _wrapped(target: str) -> str:
    """A target as Markdown takes it: one with spaces or brackets in pointed brackets."""
    return f"<{target}>" if re.search(r"[\s()]", target) else target
