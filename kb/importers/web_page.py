"""HTML pages: one saved page, or a whole site as an export or a crawler has left it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from kb.importers import File, Page, ProblemError, Read
from kb.importers.encodings import decode
from kb.importers.html_text import page_text

_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?(?P<name>[\w.:-]+)", re.IGNORECASE
)
_HEAD = 4096  # bytes in which a page names its encoding


class WebPageImporter:
    """The main part of each page; its address is its own, or its path."""

    def read(self, file: File) -> Read:
        declared = _DECLARED.search(file.data[:_HEAD])
        html, warning = decode(file.data, declared["name"].decode("ascii") if declared else None)
        text = page_text(html, file.place)
        if not text.body:
            raise ProblemError(1, "no words in it besides its navigation")
        named = file.place.removesuffix("/index")
        page = Page(
            path=file.path,
            place=file.place,
            title=text.title or named.rpartition("/")[2].replace("-", " "),
            body=text.body,
            address_from=named,
            language=text.language,
            aliases=(_bare(text.address),) if text.address else (),
        )
        warnings = ((1, warning),) if warning else ()
        return Read((page,), (*warnings, *text.warnings), images=text.images)


def _bare(address: str) -> str:
    """An address without its scheme and what follows its path."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}".strip("/")
