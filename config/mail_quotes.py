"""Which part of a mail its writer wrote: without what it quotes, and without the signature. Pure.

Where a quotation begins is found by mail-parser-reply's patterns of what mail programs write above one. The
library is asked for patterns alone: it would also cut a list with hyphens, or all that follows a thank-you.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mailparser_reply import EmailReplyParser
from mailparser_reply.constants import MAIL_LANGUAGES

LANGUAGES = ("en", "da", "sv", "de")
"""Whose words above a quotation are known if nobody says; Norwegian programs write as Danish ones do."""

_MOST_LINES = 120  # in which a quotation is looked for; whoever writes more before one is heard in full
_LINE = 120  # characters of a line that are looked at: the patterns take long for long ones
_HEADER_LINES = 3  # of a block such as From, Sent, To; with fewer it may be what somebody writes
_SIGNATURE_LINES = 10
_ANSWER_LINES = 300  # of one that stands below or between what it quotes
_DELIMITER = re.compile(r"--\s?")
_NAME = r"(?:[ ,.!]+[^\W\d_a-zæøåäöü][\w.'’-]*){0,3}[ ,.!]*"
_RULE = re.compile(r"[-_]{4,}(?:[\w .]{0,40}[-_]{4,})?")
_FIELD = re.compile(r"[>\s*]*[^\W\d][\w ]{0,20}:")


def own_words(text: str, *, above: str = "", languages: Sequence[str] = LANGUAGES) -> str:
    """What its writer wrote.

    above: a line that stands over every mail of ours, from which on an answer is only quotation; then it is
    "" where nothing else is left. Without it, all of the text is.
    """
    lines, asked = text.splitlines(), tuple(languages)
    mark = next((i for i, line in enumerate(lines) if above and above in line), None)
    kept = _before_quotation(lines[:mark], asked, at_end=mark is not None)
    if not _said(kept) and _is_marked(lines, mark, above):
        # Who answers below what they quote, or between its lines.
        kept = [line for line in _without_heads(lines[:_ANSWER_LINES], asked) if not _is_quoted(line)]
    without = _without_signature(kept, asked)
    return _joined(without) or _joined(kept) or ("" if above else text.strip())


def _is_marked(lines: Sequence[str], mark: int | None, above: str) -> bool:
    """Whether what is quoted can be told from what is not, line by line."""
    if mark is not None:
        return _is_quoted(lines[mark])
    return not above or any(map(_is_quoted, lines))


def _before_quotation(lines: list[str], languages: tuple[str, ...], *, at_end: bool) -> list[str]:
    """The lines above the first that begins a quotation, without quoted ones at their end.

    at_end: it is known to begin at their end.
    """
    first = max(0, len(lines) - _MOST_LINES) if at_end else 0
    for start, _ in _heads(lines[first : first + _MOST_LINES], languages):
        lines = lines[: first + start]
        break
    end = len(lines)
    while end and _is_tail(lines[end - 1].strip()):
        end -= 1
    return lines[:end]


def _heads(lines: Sequence[str], languages: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where the lines begin a quotation: from which line, and up to which."""
    seen = "\n".join(map(_shortened, lines))
    for found in _pattern(languages).finditer(seen):
        head = found[0].strip("\n").split("\n")
        if _begins_quotation(head):
            start = seen.count("\n", 0, found.end() - len(found[0].lstrip("\n")))
            yield start, start + len(head)


def _shortened(line: str) -> str:
    """The beginning and the end of a line, which are what the patterns know."""
    words = " ".join(line[: _LINE * 10].split())
    return words if len(words) <= _LINE else f"{words[: _LINE // 2]} {words[-(_LINE // 2) :]}"


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _is_tail(line: str) -> bool:
    """Whether a line at the end is part of a quotation, or only leads to one."""
    return not line or line.startswith(">") or _RULE.fullmatch(line) is not None


def _begins_quotation(head: Sequence[str]) -> bool:
    """Whether a match is what a program writes: a sentence or a mark, or a block of headers."""
    fields = sum(bool(_FIELD.match(line)) for line in head)
    return fields == 0 or fields >= _HEADER_LINES or (fields == 1 and head[-1].rstrip().endswith(":"))


def _without_heads(lines: list[str], languages: tuple[str, ...]) -> list[str]:
    """The lines without what programs write above what they quote."""
    heads = {i for start, end in _heads(lines, languages) for i in range(start, end)}
    return [line for i, line in enumerate(lines) if i not in heads]


def _without_signature(lines: list[str], languages: tuple[str, ...]) -> list[str]:
    """The lines above the delimiter of a signature, or above a closing phrase with little below it."""
    for i, line in enumerate(lines):
        if _DELIMITER.fullmatch(line.rstrip("\n")):
            return lines[:i]
    first = max(0, len(lines) - _SIGNATURE_LINES)
    for i in range(first, len(lines)):
        if _closing(languages).fullmatch(lines[i][:_LINE].strip()):
            return lines[:i]
    return lines


def _said(lines: Sequence[str]) -> bool:
    return any(line.strip() for line in lines)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip()


@lru_cache(maxsize=8)
def _pattern(languages: tuple[str, ...]) -> re.Pattern[str]:
    """What stands above a quotation."""
    pattern: re.Pattern[str] = EmailReplyParser(languages=list(languages)).read("").HEADER_REGEX
    return pattern


@lru_cache(maxsize=8)
def _closing(languages: tuple[str, ...]) -> re.Pattern[str]:
    """A line that only takes leave, with a name at most, or says what it was sent from."""
    known = [MAIL_LANGUAGES[each] for each in dict.fromkeys((*languages, "en")) if each in MAIL_LANGUAGES]
    phrases = [phrase for each in known for phrase in each.get("signatures", ()) if r"/\w" not in phrase]
    sent = [each["sent_from"] for each in known if each.get("sent_from")]
    leave = "|".join(phrase.rstrip(",") for phrase in phrases)
    return re.compile(rf"(?i:{leave})(?!\w){_NAME}|(?i:{'|'.join(sent)})\b.{{0,60}}")
