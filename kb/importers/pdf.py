"""PDF files: one article each, its headings and lists told by how they look."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTAnno, LTChar, LTFigure, LTImage, LTPage, LTTextContainer, LTTextLine
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.psexceptions import PSException
from pdfminer.utils import decode_text

from kb.importers import File, Page, ProblemError, Read

MOST_PAGES = 300

_MARK = b"%PDF-"
_BULLET = re.compile(r"^[•◦▪‣·●○■–-]\s+")
_NUMBERED = re.compile(r"^(?P<number>\d{1,3})[.)]\s+")
_PAGE_NUMBER = re.compile(
    r"^(?:page\s*|side\s*|-\s*)?\d{1,4}(?:\s*(?:of|av|/)\s*\d{1,4})?(?:\s*-)?$", re.IGNORECASE
)
_HEADING = 1.12  # times the size of the running text
_LONGEST_HEADING = 120  # characters
_NO_TITLE = re.compile(r"^(?:untitled|microsoft word\b.*|.*\.(?:docx?|pdf|indd|odt))$|^\W*$", re.IGNORECASE)
_EDGES = 0.08  # of the page's height, where running heads stand
_GAP = 0.7  # of a line's height, between two lines of different paragraphs
_SPECIAL = re.compile(r"([\\`*_\[\]])")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str  # Markdown
    plain: str
    size: float  # points
    top: float
    bottom: float
    left: float
    page: int
    edge: bool


@dataclass(frozen=True, slots=True)
class _Link:
    box: tuple[float, float, float, float]
    target: str


class PdfImporter:
    """Text in the order of its columns; a file of scanned pages says that it is one."""

    def read(self, file: File) -> Read:
        if _MARK not in file.data[:1024]:
            raise ProblemError(1, "not a PDF, whatever its name says")
        logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it tells of every oddity of every font
        try:
            named, links = _frame(file.data)
            lines, pages, pictures = _lines(file.data, links)
        except PDFPasswordIncorrect:
            raise ProblemError(1, "needs a password; save it without one") from None
        except (
            PDFException,
            PSException,
            ValueError,
            KeyError,
            TypeError,
            IndexError,
            AttributeError,
        ) as error:
            raise ProblemError(1, f"a damaged PDF: {error or type(error).__name__}") from None
        if not pages:
            raise ProblemError(1, "a damaged PDF: no pages in it")
        if not lines:
            why = "only pictures in it, as of scanned pages; run it through text recognition first"
            raise ProblemError(1, why if pictures else "no text in it")
        title, body = _article(_without_running_heads(lines, pages))
        if named and not _NO_TITLE.match(named):
            title = named if not title or title.casefold() == named.casefold() else title
        title = title or file.place.rpartition("/")[2].replace("-", " ").replace("_", " ")
        return Read((Page(path=file.path, place=file.place, title=title, body=body, address_from=title),))


def _frame(data: bytes) -> tuple[str, Sequence[Sequence[_Link]]]:
    """The title that the file gives itself, and each page's links."""
    document = PDFDocument(PDFParser(io.BytesIO(data)))
    title = ""
    for info in document.info:
        value = resolve1(info.get("Title"))
        title = title or (decode_text(value).strip() if isinstance(value, bytes) else "")
    links = []
    for number, page in enumerate(PDFPage.create_pages(document)):
        if number >= MOST_PAGES:
            raise ProblemError(1, f"more than {MOST_PAGES} pages; split it into articles")
        links.append(tuple(_links(page)))
    return title, links


def _links(page: PDFPage) -> Iterator[_Link]:
    for reference in resolve1(page.annots) or ():
        annotation = resolve1(reference)
        action = resolve1(annotation.get("A")) if isinstance(annotation, dict) else None
        target = resolve1(action.get("URI")) if isinstance(action, dict) else None
        box = resolve1(annotation.get("Rect")) if isinstance(annotation, dict) else None
        if isinstance(target, bytes) and isinstance(box, list) and len(box) == 4:
            x0, y0, x1, y1 = (float(resolve1(edge)) for edge in box)
            place = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            yield _Link(place, target.decode("ascii", "replace"))


def _lines(data: bytes, links: Sequence[Sequence[_Link]]) -> tuple[list[_Line], int, bool]:
    """Every line of text in reading order, the number of pages, and whether there are pictures."""
    found: list[_Line] = []
    pages, pictures = 0, False
    for page in extract_pages(io.BytesIO(data), laparams=LAParams()):
        on_page = links[pages] if pages < len(links) else ()
        for element in page:
            pictures = pictures or isinstance(element, LTImage | LTFigure)
            if isinstance(element, LTTextContainer):
                found += (
                    _line(line, page, pages, on_page)
                    for line in element
                    if isinstance(line, LTTextLine) and line.get_text().strip()
                )
        pages += 1
    return found, pages, pictures


def _line(line: LTTextLine, page: LTPage, number: int, links: Sequence[_Link]) -> _Line:
    sizes = Counter(round(char.size, 1) for char in line if isinstance(char, LTChar))
    plain = " ".join(line.get_text().split())
    high = page.height * _EDGES
    return _Line(
        text=_linked(line, links) if links else _SPECIAL.sub(r"\\\1", plain),
        plain=plain,
        size=sizes.most_common(1)[0][0] if sizes else 0.0,
        top=line.y1,
        bottom=line.y0,
        left=line.x0,
        page=number,
        edge=line.y0 < page.y0 + high or line.y1 > page.y1 - high,
    )


def _linked(line: LTTextLine, links: Sequence[_Link]) -> str:
    """A line's words with the links that lie over them."""
    out: list[str] = []
    over: str | None = None
    for char in line:
        target = over if isinstance(char, LTAnno) else _under(char, links)
        if target != over:
            out.append(f"]({over})" if over else "")
            out.append("[" if target else "")
            over = target
        out.append(_SPECIAL.sub(r"\\\1", char.get_text()) if isinstance(char, LTChar | LTAnno) else "")
    text = " ".join("".join((*out, f"]({over})" if over else "")).split())
    return re.sub(r"\s+\]\(", "](", text)


def _under(char: object, links: Sequence[_Link]) -> str | None:
    if not isinstance(char, LTChar):
        return None
    x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
    inside = (each for each in links if each.box[0] <= x <= each.box[2] and each.box[1] <= y <= each.box[3])
    return next((each.target for each in inside), None)


def _without_running_heads(lines: Sequence[_Line], pages: int) -> list[_Line]:
    """The lines without page numbers, and without what stands on the edge of most pages."""
    edges = Counter(re.sub(r"\d+", "#", line.plain) for line in lines if line.edge)
    often = max(2, pages * 0.6)
    return [
        line
        for line in lines
        if not (
            line.edge and (_PAGE_NUMBER.match(line.plain) or edges[re.sub(r"\d+", "#", line.plain)] >= often)
        )
    ]


def _article(lines: Sequence[_Line]) -> tuple[str, str]:
    """The title, empty if nothing looks like one, and the body in Markdown."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line.plain)
    usual = letters.most_common(1)[0][0]
    larger = sorted({line.size for line in lines if _is_heading(line, usual)}, reverse=True)
    blocks: list[str] = []
    before: _Line | None = None
    for line in lines:
        depth = larger.index(line.size) + 1 if _is_heading(line, usual) else 0
        same = before is not None and line.size == before.size and _joins(before, line)
        if depth and same and blocks and blocks[-1].startswith("#"):
            blocks[-1] += f" {line.plain}"
        elif depth:
            blocks.append(f"{'#' * min(depth, 6)} {line.plain}")
        elif item := _item(line):
            listed = bool(blocks) and _in_list(blocks[-1])
            blocks[-1:] = [f"{blocks[-1]}\n{item}"] if listed else [*blocks[-1:], item]
        elif same and blocks and not blocks[-1].startswith("#"):
            blocks[-1] = _joined(blocks[-1], line.text)
        else:
            blocks.append(line.text)
        before = line
    title = ""
    if blocks and blocks[0].startswith("# "):
        title, blocks = blocks[0][2:], blocks[1:]
    return title, "\n\n".join(blocks)


def _is_heading(line: _Line, usual: float) -> bool:
    return line.size >= usual * _HEADING and len(line.plain) <= _LONGEST_HEADING


def _joins(before: _Line, line: _Line) -> bool:
    """Whether a line goes on with the paragraph of the one before it."""
    if line.page != before.page:
        return not before.plain.endswith((".", "!", "?", ":"))
    gap = before.bottom - line.top
    return -before.size < gap < _GAP * max(before.size, 1.0)


def _item(line: _Line) -> str:
    """The line as a list's item; empty if it begins none."""
    if match := _BULLET.match(line.text):
        return f"- {line.text[match.end() :]}"
    if match := _NUMBERED.match(line.text):
        return f"{match['number']}. {line.text[match.end() :]}"
    return ""


def _in_list(block: str) -> bool:
    return re.match(r"- |\d+\. ", block) is not None


def _joined(block: str, text: str) -> str:
    """A paragraph with its next line; a word cut at the line's end becomes whole."""
    if re.search(r"\w-\Z", block) and text[:1].islower():
        return block[:-1] + text
    return f"{block} {text}"
