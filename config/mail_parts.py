"""The parts of a mail: what is to be read of it, in plain text, and the files that it brings.

Total: a part that can't be decoded is read as well as it goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

from config.mail import MailFile, plain
from config.mail_headers import text as header_text
from config.mail_html import words_of

_DEEPEST = 20  # parts within parts
_MOST_PARTS = 200
_MOST_CHARACTERS = 1_000_000  # of one text
_NAME_CHARACTERS = 120
_SIGNATURES = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
)
"""What programs add to prove who wrote a mail, which is nothing that its writer brings."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a mail; `content_id` is what an HTML part shows it by, "" where none does."""

    file: MailFile
    content_id: str


@dataclass(frozen=True, slots=True)
class Body:
    """What is to be read. new: without what the HTML marks as quoted. pictures: the content ids that the HTML
    shows in its own words, None where there was no HTML."""

    whole: str
    new: str
    pictures: frozenset[str] | None


def body_of(message: Message) -> Body:
    """Its texts, one below the other; of what it says in two forms the plain one."""
    texts = _texts(message, 0)
    pages = [page for text in texts for page in text.pages]
    pictures = frozenset(each for page in pages for each in words_of(page)[1]) if pages else None
    whole = _joined([text.words(quotes=True) for text in texts])
    return Body(whole, _joined([text.words(quotes=False) for text in texts]) or whole, pictures)


def files_of(message: Message) -> tuple[Part, ...]:
    """What it brings besides its texts, in order."""
    return tuple(_parts(message))


@dataclass(frozen=True, slots=True)
class _Text:
    """One text in the forms that it came in."""

    plain: str = ""
    pages: tuple[str, ...] = ()

    def words(self, *, quotes: bool) -> str:
        if self.plain.strip():
            return self.plain
        return plain(_joined([words_of(page, quotes=quotes)[0] for page in self.pages]))


def _texts(message: Message, depth: int) -> list[_Text]:
    """The texts of a part, in order."""
    kind = message.get_content_type()
    if _is_file(message) or depth == _DEEPEST or kind == "multipart/report":
        return []
    if message.is_multipart():
        inner = [text for part in _children(message) for text in _texts(part, depth + 1)]
        if kind == "multipart/alternative":
            pages = tuple(page for text in inner for page in text.pages)
            return [_Text(_joined([text.plain for text in inner]), pages)]
        return inner
    if kind == "text/plain":
        return [_Text(plain(_unfolded(message, decoded(message))))]
    return [_Text(pages=(decoded(message),))] if kind == "text/html" else []


def _parts(message: Message) -> Iterator[Part]:
    waiting, seen = [(message, 0)], 0
    while waiting and seen < _MOST_PARTS:
        part, depth = waiting.pop()
        seen += 1
        if part.get_content_type() == "message/rfc822":
            yield Part(MailFile(_name(part) or "mail.eml", "message/rfc822", _rfc822(part)), "")
        elif part.is_multipart():
            if depth < _DEEPEST and part.get_content_type() != "multipart/encrypted":
                waiting += [(each, depth + 1) for each in reversed(_children(part))]
        elif _is_file(part) and part.get_content_type() not in _SIGNATURES:
            kind = part.get_content_type()
            content_id = header_text(part.get("Content-ID", "")).strip("<> ")
            yield Part(MailFile(_name(part) or _unnamed(kind), kind, _bytes(part)), content_id)


def decoded(part: Message) -> str:
    """The text of a part; a charset that is unknown or wrong costs single characters."""
    content = _bytes(part)
    named = part.get_param("charset")
    for charset in (named if isinstance(named, str) else "", "utf-8", "cp1252"):
        try:
            return content.decode(charset)[:_MOST_CHARACTERS]
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")[:_MOST_CHARACTERS]


def _bytes(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        content = None
    if isinstance(content, bytes):
        return content
    raw = part.get_payload()
    return raw.encode("utf-8", "replace") if isinstance(raw, str) else b""


def _rfc822(part: Message) -> bytes:
    inner = _children(part)
    try:
        return inner[0].as_bytes() if inner else b""
    except (ValueError, LookupError, TypeError, RecursionError):
        return b""


def _children(part: Message) -> Sequence[Message]:
    inner = part.get_payload()
    return [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []


def _is_file(part: Message) -> bool:
    if part.get_content_maintype() == "multipart":
        return False
    attached = part.get_content_disposition() == "attachment"
    return attached or part.get_content_maintype() != "text" or bool(_name(part))


def _name(part: Message) -> str:
    """The name that a file was sent under, without a path."""
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return ""
    last = re.split(r"[/\\]", header_text(name))[-1].strip(". ")
    return last if len(last) <= _NAME_CHARACTERS else last[:60] + last[-(_NAME_CHARACTERS - 60) :]


def _unnamed(kind: str) -> str:
    """What a file without a name is called."""
    sub = kind.partition("/")[2]
    return f"file.{sub}" if re.fullmatch(r"[a-z0-9]{2,5}", sub) else "file"


def _unfolded(part: Message, text: str) -> str:
    """A text whose program has broken its lines to be joined again. Source: RFC 3676, format=flowed."""
    if str(part.get_param("format") or "").casefold() != "flowed":
        return text
    keep = str(part.get_param("delsp") or "").casefold() != "yes"
    lines: list[str] = []
    joins = False
    for line in text.splitlines():
        quoted = line.startswith(">")
        words = line[1:] if line.startswith(" ") else line
        if joins and not quoted and lines:
            lines[-1] += words
        else:
            lines.append(words)
        joins = words.endswith(" ") and words != "-- " and not quoted
        if joins and not keep:
            lines[-1] = lines[-1][:-1]
    return "\n".join(line.rstrip() if line != "-- " else line for line in lines)


def _joined(texts: Sequence[str]) -> str:
    return "\n\n".join(text.strip() for text in texts if text.strip())
