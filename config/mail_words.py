"""The words of a mail: fit for a header, for a body, and as a page. Pure."""

from __future__ import annotations

import html
import re
import unicodedata

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


def one_line(text: str) -> str:
    """A text fit for a header: no line break and no other control character can be in it."""
    kept = ("".join(" " if unicodedata.category(each) in _CONTROLS else each for each in text)).split()
    return " ".join(kept)


def plain(text: str) -> str:
    """A text fit for a body: line breaks and tabs are the only control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each in "\n\t" or unicodedata.category(each) not in _CONTROLS)


_CONTROLS = ("Cc", "Cs", "Zl", "Zp")


def as_html(text: str, language: str) -> str:
    """The same words for readers that show HTML: paragraphs and links, nothing fetched from anywhere."""
    paragraphs = "".join(
        f"<p>{_linked(part)}</p>\n" for part in re.split(r"\n{2,}", text.strip()) if part.strip()
    )
    return (
        f'<!doctype html>\n<html lang="{html.escape(language)}"><head><meta charset="utf-8"></head>\n'
        '<body style="font:15px/1.5 system-ui,sans-serif;max-width:38em;margin:1.5em auto;padding:0 1em">\n'
        f"{paragraphs}</body></html>\n"
    )


def _linked(paragraph: str) -> str:
    """Escaped, with its addresses as links and its line breaks kept."""
    shown, end = "", 0
    for found in _LINK.finditer(paragraph):
        address = html.escape(found[0])
        shown += html.escape(paragraph[end : found.start()]) + f'<a href="{address}">{address}</a>'
        end = found.end()
    return (shown + html.escape(paragraph[end:])).replace("\n", "<br>\n")
