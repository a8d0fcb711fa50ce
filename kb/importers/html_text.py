"""Makes Markdown of an HTML page: what it says, without what it is built of."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from lxml import etree
from markdownify import MarkdownConverter

from kb.importers import IMAGE_SUFFIXES, ProblemError

_NEVER = (
    *(
        "script",
        "style",
        "noscript",
        "template",
        "link",
        "meta",
        "object",
        "embed",
        "applet",
        "canvas",
        "svg",
    ),
    *("form", "button", "input", "select", "textarea", "nav", "footer", "aside", "dialog", "title", "head"),
    *("iframe", "frame", "frameset", "video", "audio", "map", "math"),
)
_TOLD = ("iframe", "frame", "object", "embed", "video", "audio", "form")
"""Of those, the ones an editor may miss."""

_MAIN = (
    *(
        "main article",
        "article",
        "[role=main]",
        "main",
        ".article-body",
        ".markdown-body",
        ".theme-doc-markdown",
    ),
    *("#article", "#content", "#main-content", ".article-content", ".entry-content", ".post-content"),
)
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|sidebar|toc|table-of-contents|pagination|pager|cookies?|share|social|related|"
    r"article-votes|feedback|skip-?link|hash-link|headerlink|edit-(?:page|link)|navbar|menu|site-?header|site-?footer|"
    r"screen-reader-text|visually-hidden|sr-only)(?:$|[\s_-])",
    re.IGNORECASE,
)
_AROUND_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "menu"}
_DEEPEST = 200  # tags in each other
_LINKS_MOSTLY = 0.7  # a block with more of its letters in links leads around the site
_LINKS_AT_LEAST = 4
_DATA = re.compile(r"data:image/(?P<kind>png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_TITLE_TAIL = re.compile(r"\s+(?:[|–—·»]|-)\s+.*\Z")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SPACES = str.maketrans({"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u200b": None, "\ufeff": None})


@dataclass(frozen=True, slots=True)
class Text:
    """What a page says. `images` are those within it, by the path that the body calls them."""

    title: str
    body: str
    language: str | None = None
    address: str | None = None  # its own, as it says
    warnings: tuple[tuple[int, str], ...] = ()
    images: dict[str, bytes] = field(default_factory=dict)


class _Depth:
    """Follows a page's tags, and refuses one that nests them further than any page does: the libraries that
    read it would take hours."""

    def __init__(self) -> None:
        self._depth = 0

    def start(self, tag: str, attributes: object) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ProblemError(1, "nested too deeply to be read")

    def end(self, tag: str) -> None:
        self._depth -= 1

    def close(self) -> None:
        """The end of the page."""


class _Converter(MarkdownConverter):
    """Our Markdown: `#` headings, `-` lists, tables with a head."""

    def convert_img(self, el: Tag, text: str, parent_tags: object) -> str:
        """Pictures stay wherever they stand, in headings and tables too."""
        words = " ".join(str(el.get("alt") or "").split()).replace("[", "\\[").replace("]", "\\]")
        source = str(el.get("src") or el.get("data-src") or "").strip()
        target = f"<{source}>" if re.search(r"[\s()]", source) else source
        return f"![{words}]({target})" if source else words


def page_text(html: str, name: str) -> Text:
    """The main part of a page. name: the page's place, for pictures that lie within it.

    Raises ProblemError for a page without words, or one nested beyond reason.
    """
    try:
        etree.fromstring(html or " ", etree.HTMLParser(target=_Depth()))
        soup = BeautifulSoup(html, "lxml")
        language = soup.html.get("lang") if soup.html else None
        canonical = soup.find("link", rel="canonical")
        title, address = _title(soup), canonical.get("href") if isinstance(canonical, Tag) else None
        main, warnings = _main(soup), tuple(_left_out(soup, html))
        _strip(main, soup)
        title = _heading(main) or title
        images = _inline_images(main, name)
        body = markdown_of(main)
    except RecursionError:
        raise ProblemError(1, "nested too deeply to be read") from None
    return Text(
        title,
        _without_title(body, title),
        str(language) if language else None,
        str(address) if address else None,
        warnings,
        images,
    )


def fragment_text(html: str, name: str) -> Text:
    """A part of a page, such as an article's body in an export."""
    return page_text(f"<main>{html}</main>", name)


def markdown_of(tag: Tag) -> str:
    """A tag's content as Markdown."""
    converter = _Converter(
        heading_style="ATX",
        bullets="-",
        autolinks=False,
        table_infer_header=True,
        code_language_callback=_language,
    )
    lines = map(_trimmed, converter.convert_soup(tag).translate(_SPACES).splitlines())
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _trimmed(line: str) -> str:
    """A line without spaces at its end, but for the two that break it."""
    bare = line.rstrip()
    return f"{bare}  " if bare and line.endswith("  ") else bare


def _title(soup: BeautifulSoup) -> str:
    """What the page calls itself, without the name of its site."""
    shared = soup.find("meta", property="og:title")
    if isinstance(shared, Tag) and str(shared.get("content") or "").strip():
        return " ".join(str(shared["content"]).split())
    words = " ".join(soup.title.get_text().split()) if soup.title else ""
    return _TITLE_TAIL.sub("", words) or words


def _heading(main: Tag) -> str:
    heading = main.find("h1")
    return " ".join(heading.get_text().translate(_SPACES).split()) if isinstance(heading, Tag) else ""


def _main(soup: BeautifulSoup) -> Tag:
    """The part that holds the article: the fullest one that calls itself so, else the body."""
    for selector in _MAIN:
        found = soup.select(selector)
        fullest = max(found, key=lambda tag: len(tag.get_text()), default=None)
        if fullest is not None and len(found) < 4 and fullest.get_text(strip=True):
            return fullest
    return soup.body or soup


def _left_out(soup: BeautifulSoup, html: str) -> Iterable[tuple[int, str]]:
    place = 0
    for tag in soup.find_all(_TOLD):
        source = str(tag.get("src") or tag.get("data") or tag.get("action") or "")
        place = max(html.find(f"<{tag.name}", place) + 1, place)
        yield (
            html.count("\n", 0, place) + 1,
            f"<{tag.name}> left out" + (f": {source[:200]}" if source else ""),
        )


def _strip(main: Tag, soup: BeautifulSoup) -> None:
    """Take out what is not the article's words."""
    for tag in [
        *main.find_all(_NEVER),
        *main.select("[hidden]"),
        *main.select("[aria-hidden=true]"),
    ]:
        tag.decompose()
    whole = main is soup or main is soup.body
    for tag in main.find_all(True):
        if tag.decomposed or tag.name in ("html", "body"):
            continue
        marks = " ".join((*(tag.get("class") or ()), str(tag.get("id") or "")))
        around = tag.get("role") in _AROUND_ROLES or _AROUND.search(marks)
        if around or (whole and (tag.name == "header" or _leads_around(tag))):
            tag.decompose()


def _leads_around(tag: Tag) -> bool:
    """Whether a block is a menu in all but name."""
    if tag.name not in ("div", "ul", "ol", "section", "table"):
        return False
    links = tag.find_all("a")
    if len(links) < _LINKS_AT_LEAST:
        return False
    letters = len(tag.get_text(strip=True))
    return sum(len(link.get_text(strip=True)) for link in links) > letters * _LINKS_MOSTLY


def _inline_images(main: Tag, name: str) -> dict[str, bytes]:
    """Pictures that lie within the page, taken out of it; those of no known kind go."""
    found: dict[str, bytes] = {}
    for tag in main.find_all("img"):
        source = str(tag.get("src") or "").strip()
        if not source.casefold().startswith("data:"):
            continue
        match = _DATA.match(source)
        try:
            data = base64.b64decode(source[match.end() :] if match else "", validate=False)
        except (binascii.Error, ValueError):
            data = b""
        if not match or not data:
            tag.decompose()
            continue
        suffix = "." + match["kind"].casefold().replace("jpeg", "jpg")
        path = f"{name.rpartition('/')[2]}-{len(found) + 1}{suffix}"
        assert suffix in IMAGE_SUFFIXES
        tag["src"] = path
        folder = name.rpartition("/")[0]
        found[f"{folder}/{path}" if folder else path] = data
    return found


def _without_title(body: str, title: str) -> str:
    """The body without a first heading that repeats the title, and nothing before it but that."""
    first, _, rest = body.partition("\n")
    if re.sub(r"\A#+\s*|\\", "", first).strip().casefold() == title.strip().casefold():
        return rest.strip()
    return body


def _language(tag: Tag) -> str:
    """The language of a code block, as highlighters name it."""
    for each in (tag, tag.find("code")):
        for name in (each.get("class") or ()) if isinstance(each, Tag) else ():
            if name.startswith("language-"):
                return str(name.removeprefix("language-"))
    return ""
