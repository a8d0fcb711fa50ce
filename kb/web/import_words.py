"""What an import's report says, in the reader's language.

Files are read in a process of their own, which tells in plain English what it finds. Here each sentence is
known again by its form, and what stands in it is put into the translated one. What is not known, such as a
library's own words about a damaged file, stays as it was told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kb.importers.plan import Line, Outcome
from kb.web.wording import Say

_NAME = re.compile(r"%\((\w+)\)s")
_NESTED = ("why", "rest")
"""What may be a sentence of the report itself."""


def line_words(line: Line, _: Say) -> str:
    """A line's message; of an article, what changed in it."""
    if line.outcome is Outcome.REVISED:
        return ", ".join(_said(part, tuple(_changes(_))) for part in line.message.split(", "))
    return _said(line.message, tuple(_sentences(_)))


def _said(message: str, known: tuple[tuple[str, str], ...]) -> str:
    for english, own in known:
        found = _form(english).fullmatch(message)
        if found is not None:
            values = {
                name: _said(value, known) if name in _NESTED else value
                for name, value in found.groupdict().items()
            }
            return own % values
    return message


@cache
def _form(sentence: str) -> re.Pattern[str]:
    """What the sentence looks like with anything in its gaps."""
    parts = _NAME.split(sentence)
    return re.compile(
        "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)),
        re.DOTALL,
    )


def _changes(_: Say) -> Iterator[tuple[str, str]]:
    """Parts of an article that an import revises."""
    yield "title", _("title")
    yield "text", _("text")
    yield "text (+%(added)s −%(removed)s lines)", _("text (+%(added)s −%(removed)s lines)")
    yield "slug", _("address")
    yield "category", _("category")
    yield "labels", _("labels")
    yield "questions", _("questions")
    yield "public", _("who may read it")
    yield "translation of", _("original")
    yield "owner", _("owner")
    yield "review by", _("review date")
    yield "back from the bin", _("back from the bin")


def _sentences(_: Say) -> Iterator[tuple[str, str]]:
    """Each sentence as it is told, and as it is said; the narrower form of two comes first."""
    for sentences in (_of_texts, _of_fields, _of_archives, _of_formats, _of_links):
        yield from zip(sentences(str), sentences(_), strict=True)


def _of_texts(_: Say) -> tuple[str, ...]:
    """Files that can't be read, or hold nothing."""
    return (
        _("no files were sent"),
        _("none of the files holds an article"),
        _("no files in it that can be imported"),
        _("no such file or folder"),
        _("not a file"),
        _("not text"),
        _("not UTF-8 from here on, though it is elsewhere; save the file as UTF-8"),
        _("not UTF-8; save the file as UTF-8"),
        _("not UTF-8; read as %(encoding)s, so look at its accents and save it as UTF-8"),
        _("not %(encoding)s, as it says; save the file as UTF-8"),
        _("nested too deeply to be read"),
        _("needs more memory than an import may use; split it"),
        _("could not be read; see the log for why, or leave it out"),
        _("took longer than %(seconds)s seconds to read; split it"),
        _("no articles are read from %(suffix)s files"),
        _("neither its content nor its name is of a kind that can be imported"),
    )


def _of_fields(_: Say) -> tuple[str, ...]:
    """Fields of front matter and of sheets."""
    return (
        _("front matter: longer than %(most)s characters"),
        _("front matter: must be `key: value` lines"),
        _("front matter: %(rest)s"),
        _("YAML aliases are not accepted; write the value out"),
        _("nested more than %(most)s deep"),
        _("slug: %(address)s is that of %(path)s too"),
        _("slug: article %(article)s of the base has the address %(address)s"),
        _("id: %(id)s is that of %(path)s too"),
        _("language: article %(article)s is here in %(language)s; give this one another id"),
        _("translation_of: there is no other article %(article)s"),
        _("%(key)s: must be text"),
        _("%(key)s: must be a list of texts"),
        _("%(key)s: must be true or false"),
        _("%(key)s: must be yes or no"),
        _("%(key)s: must be a date such as 2027-01-31"),
        _("%(key)s: must not be empty"),
        _("%(key)s: a formula, taken as text"),
        _("its address becomes %(slug)s, as its own is taken; give it a slug"),
    )


def _of_archives(_: Say) -> tuple[str, ...]:
    """ZIP archives, and how much may be sent."""
    return (
        _("more than %(most)s files; import it in parts"),
        _("more than %(most)s files in it; import it in parts"),
        _("unpacks to more than %(most)s, the most for its size; import it in parts"),
        _("larger than %(most)s"),
        _("not a whole ZIP archive: %(why)s"),
        _("%(name)s is in it twice"),
        _("%(name)s in it leads out of the archive"),
        _("%(name)s in it is a symbolic link"),
        _("%(name)s in it is encrypted; pack it again without a password"),
        _("a symbolic link; import the file it leads to"),
        _("damaged in the archive: %(why)s"),
    )


def _of_formats(_: Say) -> tuple[str, ...]:
    """PDF, Word, CSV, HTML and JSON."""
    return (
        _("not a PDF, whatever its name says"),
        _("needs a password; save it without one"),
        _("a damaged PDF: no pages in it"),
        _("a damaged PDF: %(why)s"),
        _("only pictures in it, as of scanned pages; run it through text recognition first"),
        _("no text in it"),
        _("more than %(most)s pages; split it into articles"),
        _("an old .doc file, or one with a password; save it as .docx without one"),
        _("not a Word document, whatever its name says"),
        _("a damaged Word document: %(why)s"),
        _("not a Word document: %(why)s"),
        _("%(name)s in it declares entities, which no Word document needs"),
        _("no words in it"),
        _("no words in it besides its navigation"),
        _("<%(tag)s> left out: %(source)s"),
        _("<%(tag)s> left out"),
        _("%(cells)s cells in a row of %(columns)s columns; is a quote missing?"),
        _("%(columns)s columns, more than %(most)s"),
        _("no rows below the names of its columns"),
        _("more than %(most)s rows; import it in parts"),
        _("needs a column title (or question) and one body (or answer); has %(columns)s"),
        _("not CSV: %(why)s"),
        _("not JSON: %(why)s"),
        _(
            "no articles in it; known are exports of Zendesk Guide, Intercom and Freshdesk, and lists of "
            "{title, body}"
        ),
        _("article %(name)s has no text and was left out"),
    )


def _of_links(_: Say) -> tuple[str, ...]:
    """Links and pictures."""
    return (
        _("%(target)s: links are not taken; the words stay"),
        _("%(target)s: leads to an internal article; the words stay"),
        _("%(target)s: leads nowhere in this import; the words stay"),
        _("%(target)s: pictures are not taken; the words stay"),
        _("%(target)s: the picture did not come along; kept as a link to where it was"),
        _("picture left out: %(why)s"),
        _("picture left out"),
    )
