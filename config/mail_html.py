"""The words of an HTML mail, without those that it quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

_NEVER = frozenset(("script", "style", "head", "title", "template", "noscript", "object", "svg", "select"))
_APART = frozenset(("p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"))
"""With an empty line around them."""

_BLOCKS = _APART | frozenset(
    (
        "div",
        "section",
        "article",
        "header",
        "footer",
        "tr",
        "li",
        "dl",
        "dt",
        "dd",
        "figure",
        "address",
        "form",
    )
)

_QUOTED = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|tutanota_quote|zmail_extra|"
    r"gmail_signature|moz-signature|protonmail_signature_block"
)
"""Classes in which mail programs put what they quote, and the signature."""

_SIGNED = re.compile(r"(?:x_)?(?:Signature|AppleMailSignature|ms-outlook-mobile-signature)")
_FROM_HERE = re.compile(r"(?:x_)*(?:appendonsend|divRplyFwdMsg|mail-editor-reference-message-container)")
"""Ids from which on everything is quoted."""

_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)


class _Words:
    """Follows the tags of a mail and writes down what is read, however deep they nest.

    The parser ends every tag that it has begun, in order.
    """

    def __init__(self, quotes: bool) -> None:
        self._quotes = quotes
        self._written: list[str] = []
        self._skipped = 0  # the open tags within one that is left out, itself the first
        self._links: list[tuple[str, int]] = []
        self._pre = 0
        self._over = False
        self.pictures: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._over:
            return
        if self._skipped or tag in _NEVER or self._is_left_out(tag, attributes):
            self._skipped += 1
        elif not self._quotes and _FROM_HERE.fullmatch(attributes.get("id") or ""):
            self._over = True
        else:
            self._begin(tag, attributes)

    def end(self, tag: str) -> None:
        if self._over:
            return
        if self._skipped:
            self._skipped -= 1
            return
        if tag == "a" and self._links:
            href, since = self._links.pop()
            said = "".join(self._written[since:]).strip()
            if href.casefold().startswith(("http://", "https://")) and _bare(href) != _bare(said):
                self._written.append(f" ({href})" if said else href)
        if tag == "pre":
            self._pre = max(0, self._pre - 1)
        if tag in ("td", "th"):
            self._written.append(" ")
        if tag in _BLOCKS:
            self._break(2 if tag in _APART else 1)

    def data(self, data: str) -> None:
        if self._over or self._skipped:
            return
        if self._pre:
            self._written.append(data.replace(" ", "\u00a0"))
        elif words := re.sub(r"[ \t\r\n\f]+", " ", data):
            self._written.append(words)

    def comment(self, text: str) -> None:
        """Says nothing."""

    def close(self) -> str:
        """All of it, in lines."""
        lines = (re.sub(r" {2,}", " ", line.strip(" ")) for line in "".join(self._written).split("\n"))
        shown = (line.replace("\u00a0", " ").rstrip() for line in lines)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(shown)).strip()

    def _is_left_out(self, tag: str, attributes: Mapping[str, str]) -> bool:
        if _HIDDEN.search(attributes.get("style") or ""):
            return True
        if self._quotes:
            return False
        cited = tag == "blockquote" and (attributes.get("type") or "").casefold() == "cite"
        signed = _SIGNED.fullmatch(attributes.get("id") or "")
        return bool(cited or signed or _QUOTED.search(attributes.get("class") or ""))

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "br":
            self._written.append("\n")
        elif tag == "hr":
            self._break(1)
        elif tag == "img":
            source = attributes.get("src") or ""
            if source.casefold().startswith("cid:"):
                self.pictures.append(source[4:])
        elif tag == "a":
            self._links.append((attributes.get("href") or "", len(self._written)))
        if tag in _BLOCKS:
            self._break(2 if tag in _APART else 1)
        if tag == "pre":
            self._pre += 1
        if tag == "li":
            self._written.append("- ")

    def _break(self, least: int) -> None:
        """End the line, and leave an empty one where two are asked for."""
        tail = "".join(self._written[-3:]).rstrip(" ")
        there = len(tail) - len(tail.rstrip("\n"))
        if self._written:
            self._written.append("\n" * max(0, least - there))


def words_of(page: str, *, quotes: bool = False) -> tuple[str, tuple[str, ...]]:
    """What an HTML mail says in plain text, and the content ids of the pictures that it shows.

    quotes: with what it quotes and the signature. Lists are lines with "- "; a link is its words and its
    address.
    """
    words = _Words(quotes)
    try:
        etree.fromstring(page.replace("\0", "") or " ", etree.HTMLParser(target=words, huge_tree=True))
    except (etree.LxmlError, ValueError):
        # Where the parser gives up, what it has read until then stays.
        return words.close(), tuple(words.pictures)
    return words.close(), tuple(words.pictures)


def _bare(address: str) -> str:
    """An address as people write it."""
    return re.sub(r"\Ahttps?://(?:www\.)?", "", address.strip(), flags=re.IGNORECASE).rstrip("/").casefold()
