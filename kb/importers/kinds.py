"""The kinds of files that can be imported; a new one is a file beside this, and a line here."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import cast

from kb.importers import File, Importer

_PAGE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_WORD_PART = "word/document.xml"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file, known by its name's ending, or by its content whatever its name says."""

    name: str  # that `--format` takes
    suffixes: tuple[str, ...]
    importer: str  # module and class
    is_one: Callable[[bytes], bool] = lambda data: False


def _is_word(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _WORD_PART in archive.namelist()
    except (zipfile.BadZipFile, RuntimeError, ValueError):
        return False


KINDS = (
    Kind("pdf", (".pdf",), "pdf:PdfImporter", lambda data: data.startswith(b"%PDF-")),
    Kind("docx", (".docx", ".docm", ".doc"), "word:WordImporter", _is_word),
    Kind("json", (".json",), "help_centre:HelpCentreImporter"),
    Kind("csv", (".csv", ".tsv"), "sheet:SheetImporter"),
    Kind(
        "html",
        (".html", ".htm", ".xhtml"),
        "web_page:WebPageImporter",
        lambda data: _PAGE.match(data[:1000]) is not None,
    ),
    Kind("markdown", (".md", ".mdx", ".markdown"), "markdown:MarkdownImporter"),
)
KIND_NAMES = tuple(kind.name for kind in KINDS)
SUFFIXES = frozenset(suffix for kind in KINDS for suffix in kind.suffixes)


def kind_of(file: File) -> str | None:
    """The name of the file's kind; None if it is of none."""
    by_content = (kind.name for kind in KINDS if kind.is_one(file.data))
    by_name = (kind.name for kind in KINDS if file.suffix in kind.suffixes)
    return next(by_content, None) or next(by_name, None)


@cache
def importer(name: str) -> Importer:
    """Who reads files of that kind; its libraries are loaded now, and not before."""
    module, _, made = next(kind.importer for kind in KINDS if kind.name == name).partition(":")
    return cast(Importer, getattr(import_module(f"kb.importers.{module}"), made)())
