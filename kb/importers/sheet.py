"""CSV files: one article a row, as spreadsheets and FAQ tools write them."""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date

from kb.article import slug_of
from kb.importers import File, NotArticlesError, Page, ProblemError, Read
from kb.importers.encodings import decode
from kb.importers.html_text import fragment_text

MOST_COLUMNS = 200
MOST_ROWS = 20_000
NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "subject", "name", "heading", "tittel", "overskrift"),
    "body": (
        "body",
        "answer",
        "content",
        "text",
        "article",
        "html",
        "markdown",
        "description",
        "svar",
        "innhold",
    ),
    "questions": ("questions", "question", "phrasings", "spørsmål"),
    "category": ("category", "section", "folder", "topic", "kategori"),
    "language": ("language", "locale", "lang", "språk"),
    "labels": ("labels", "tags", "keywords", "label_names", "etiketter"),
    "id": ("id", "key", "article_id", "external_id"),
    "slug": ("slug", "address"),
    "public": ("public", "visible", "offentlig"),
    "translation_of": ("translation_of", "original"),
    "owner": ("owner", "eier"),
    "review_by": ("review_by",),
    "status": ("status", "state"),
    "url": ("url", "html_url", "link"),
}
"""What a column is, by the names it goes by; the first that is there counts."""

_DELIMITERS = ",;\t|"
_TAG = re.compile(r"</?(?:p|br|div|ul|ol|li|h[1-6]|strong|b|em|i|a|table|span)\b[^>]*>", re.IGNORECASE)
_YES = {"yes", "true", "1", "ja", "public", "y"}
_NO = {"no", "false", "0", "nei", "internal", "n"}
_LONGEST_CELL = 2**20  # characters


class SheetImporter:
    """Columns are known by their names in the first row. Cells may be Markdown or HTML; a formula is text."""

    def read(self, file: File) -> Read:
        text, warning = decode(file.data)
        with closing(_rows(text)) as rows:
            return _read(file, rows, [(1, warning)] if warning else [])


def _read(file: File, rows: Iterator[tuple[int, list[str]]], warnings: list[tuple[int, str]]) -> Read:
    names = next(rows, (1, []))[1]
    columns = _columns(names)
    if "body" not in columns or not {"title", "questions"} & columns.keys():
        shown = ", ".join(name[:40] for name in names[:10]) or "nothing"
        raise NotArticlesError(1, f"needs a column title (or question) and one body (or answer); has {shown}")
    pages: list[Page] = []
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(pages) >= MOST_ROWS:
            raise ProblemError(line, f"more than {MOST_ROWS:,} rows; import it in parts")
        if len(cells) > len(names):
            raise ProblemError(
                line, f"{len(cells)} cells in a row of {len(names)} columns; is a quote missing?"
            )
        row = {key: cells[place].strip() for key, place in columns.items() if place < len(cells)}
        warnings += (
            (line, f"{key}: a formula, taken as text") for key, cell in row.items() if cell[:1] == "="
        )
        pages.append(_page(file, line, row))
    if not pages:
        raise NotArticlesError(1, "no rows below the names of its columns")
    return Read(tuple(pages), tuple(warnings))


def _rows(text: str) -> Generator[tuple[int, list[str]], None, None]:
    """Each row with the line it begins on. Raises ProblemError."""
    first, _, rest = text.partition("\n")
    skipped = 0
    delimiter = ""
    if re.fullmatch(r"sep=.", first.strip()):  # a spreadsheet's own word
        delimiter, text, skipped = first.strip()[-1], rest, 1
    delimiter = delimiter or max(_DELIMITERS, key=lambda each: _unquoted(text).count(each))
    usual = csv.field_size_limit(_LONGEST_CELL)  # the module's own, so it is put back for other readers
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    line = skipped + 1
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                raise ProblemError(line, f"{len(cells):,} columns, more than {MOST_COLUMNS}")
            yield line, cells
            line = reader.line_num + skipped + 1
    except csv.Error as error:
        raise ProblemError(line, f"not CSV: {error}") from None
    finally:
        csv.field_size_limit(usual)


def _unquoted(text: str) -> str:
    """The row of names, without what is in quotes."""
    return re.sub(r'"[^"\n]*"', "", text.lstrip().partition("\n")[0][:100_000])


def _columns(names: Sequence[str]) -> dict[str, int]:
    places = {
        re.sub(r"[\s-]+", "_", name.strip().casefold()): place
        for place, name in reversed(list(enumerate(names)))
    }
    return {
        key: places[next(name for name in known if name in places)]
        for key, known in NAMES.items()
        if any(name in places for name in known)
    }


def _page(file: File, line: int, row: Mapping[str, str]) -> Page:
    questions = _many(row.get("questions", ""), "|\n")
    title = row.get("title") or (questions[0] if questions else "")
    if not title:
        raise ProblemError(line, "title: must not be empty")
    body = row.get("body", "")
    if _TAG.search(body):
        body = fragment_text(body, file.place).body
    labels = _many(row.get("labels", ""), ",;|\n")
    return Page(
        path=file.path,
        place=file.place,
        title=" ".join(title.split()),
        body=body,
        address_from=title,
        line=line,
        id=row.get("id") or f"{file.place}/{slug_of(title)}",
        slug=row.get("slug", "").strip("/") or None,
        language=row.get("language") or None,
        category=row.get("category") or None,
        labels=labels if "labels" in row else None,
        questions=tuple(each for each in questions if each != title) if "questions" in row else None,
        public=_truth(row.get("public", ""), line),
        translation_of=row.get("translation_of") or None,
        owner=row.get("owner") or None,
        review_by=_day(row.get("review_by", ""), line),
        status=row.get("status", "").casefold() or None,
        aliases=(re.sub(r"\Ahttps?://", "", row["url"]).strip("/"),) if row.get("url") else (),
        lines=dict.fromkeys(NAMES, line),
    )


def _many(cell: str, between: str) -> tuple[str, ...]:
    parts = (part.strip() for part in re.split(f"[{re.escape(between)}]", cell))
    return tuple(dict.fromkeys(part for part in parts if part))


def _truth(cell: str, line: int) -> bool | None:
    if not cell:
        return None
    if cell.casefold() not in _YES | _NO:
        raise ProblemError(line, "public: must be yes or no")
    return cell.casefold() in _YES


def _day(cell: str, line: int) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise ProblemError(line, "review_by: must be a date such as 2027-01-31") from None
