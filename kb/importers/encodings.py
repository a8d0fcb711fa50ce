"""What a file's bytes say as text, whatever it was saved as."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from kb.importers import ProblemError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OF_ONE_BYTE = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256"]
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ENOUGH = 64  # bytes that aren't ASCII, from which a guess among many encodings is worth something
_LOOKED_AT = 200_000  # bytes
_MIXED = 0.25  # of the bytes that aren't ASCII; other encodings look like UTF-8 now and then
_STRAY = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """The text, and a warning where its encoding had to be guessed.

    Control characters are left out and lines end with a line feed. declared: the encoding that the file
    itself names. Raises ProblemError for a file in two encodings, or in none.
    """
    text, warning = _decoded(data, declared)
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_STRAY), warning


def _decoded(data: bytes, declared: str | None) -> tuple[str, str | None]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding), None
    if wide := _wide(data):
        return _strictly(data, wide), None
    if (zero := data.find(b"\0")) >= 0:
        raise ProblemError(data.count(b"\n", 0, zero) + 1, "not text")
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if declared and (known := _named(declared)) is not None:
        return _strictly(data, known), None
    if _share_of_utf8(data) >= _MIXED:
        raise ProblemError(line, "not UTF-8 from here on, though it is elsewhere; save the file as UTF-8")
    encoding = _guessed(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise ProblemError(line, "not UTF-8; save the file as UTF-8") from None
    return text, f"not UTF-8; read as {encoding}, so look at its accents and save it as UTF-8"


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProblemError(line, f"not {encoding}, as it says; save the file as UTF-8") from None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: Western text has a zero in every other byte."""
    head = data[:1000]
    pairs = len(head) // 2
    if pairs < 4 or b"\0" not in head:
        return None
    if head[1::2].count(0) > pairs * 0.6:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > pairs * 0.6 else None


def _share_of_utf8(data: bytes) -> float:
    """How many of the bytes that aren't ASCII are UTF-8 all the same, 0 to 1."""
    strange = len(data) - len(data.translate(None, bytes(range(128, 256))))
    return sum(len(match.group()) for match in _UTF8_LETTER.finditer(data)) / strange


def _guessed(data: bytes) -> str:
    """The likeliest encoding: short texts tell too little, and are taken for Western European ones."""
    strange = [line for line in data.split(b"\n") if not line.isascii()]
    sample = b"\n".join(strange)[:_LOOKED_AT]
    if sum(byte > 127 for byte in sample) < _ENOUGH:
        return _OF_ONE_BYTE[0]
    best = from_bytes(sample, cp_isolation=_OF_ONE_BYTE).best()
    return best.encoding if best else _OF_ONE_BYTE[0]


def _named(name: str) -> str | None:
    try:
        known = codecs.lookup(name.strip()).name
    except LookupError:
        return None
    # Pages that say Latin-1 mean Windows' version of it; browsers read them so.
    return "cp1252" if known in ("iso8859-1", "ascii") else known if known != "utf-8" else None
