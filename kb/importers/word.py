"""Word documents (DOCX): one article each."""

from __future__ import annotations

import io
import re
import zipfile
from xml.parsers.expat import ExpatError

import mammoth

from kb.importers import File, NotArticlesError, Page, ProblemError, Read
from kb.importers.gathering import Unpacker
from kb.importers.html_text import page_text

_DOCUMENT = "word/document.xml"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old .doc files and of encrypted .docx ones
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WIDE = re.compile(rb"\A(?:\xff\xfe|\xfe\xff|<\0|\0<)")
_TITLE = re.compile(r"<dc:title[^>]*>(?P<title>[^<]*)</dc:title>")
_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"


class WordImporter:
    """Headings, lists, tables, links and pictures as the document has them; nothing in it is run."""

    def read(self, file: File) -> Read:
        if file.data.startswith(_OLD):
            raise ProblemError(1, "an old .doc file, or one with a password; save it as .docx without one")
        parts = _parts(file.data)
        if _DOCUMENT not in parts:
            raise ProblemError(1, "not a Word document, whatever its name says")
        try:
            html = mammoth.convert_to_html(io.BytesIO(file.data), style_map=_STYLES).value
        except (ExpatError, KeyError, ValueError, AttributeError, IndexError, OSError) as error:
            raise ProblemError(1, f"a damaged Word document: {error or type(error).__name__}") from None
        text = page_text(f"<main>{html}</main>", file.place)
        if not text.body:
            raise NotArticlesError(1, "no words in it")
        named = _TITLE.search(parts.get("docProps/core.xml", b"").decode("utf-8", "replace"))
        name = file.place.rpartition("/")[2].replace("-", " ").replace("_", " ")
        title = text.title or (named["title"].strip() if named else "") or name
        page = Page(path=file.path, place=file.place, title=title, body=text.body, address_from=title)
        return Read((page,), text.warnings, images=text.images)


def _parts(data: bytes) -> dict[str, bytes]:
    """The document's parts by name. Raises ProblemError unless all unpack and none declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacker = Unpacker(archive, len(data))
            parts = {name: unpacker.load(name) for name in dict.fromkeys(archive.namelist())}
    except (zipfile.BadZipFile, RuntimeError, ValueError) as error:
        raise ProblemError(1, f"not a Word document: {error}") from None
    for name, xml in parts.items():
        if not name.endswith((".xml", ".rels")):
            continue
        if _DECLARES.search(xml) or _WIDE.match(xml):
            raise ProblemError(1, f"{name} in it declares entities, which no Word document needs")
    return parts
