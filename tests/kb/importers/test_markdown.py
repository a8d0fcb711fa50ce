from __future__ import annotations

from datetime import date

import pytest

from kb.importers import File, Page, ProblemError
from kb.importers.markdown import MarkdownImporter


def read(text: str | bytes, path: str = "orders/send_back.md") -> Page:
    data = text if isinstance(text, bytes) else text.encode()
    (page,) = MarkdownImporter().read(File(path, data)).pages
    return page


def test_front_matter_becomes_the_pages_fields() -> None:
    page = read(
        "---\nid: return\ntitle: Send it back\nslug: /send-back/\nlanguage: nb\ncategory: orders\n"
        "labels: [returns]\nquestions:\n- Kan jeg?\npublic: false\ntranslation_of: b\nowner: ed@x.test\n"
        "review_by: 2027-01-31\nstatus: archived\nsidebar_position: 3\n---\n\nText.\n"
    )
    assert (page.id, page.title, page.slug, page.language) == ("return", "Send it back", "send-back", "nb")
    assert (page.category, page.labels, page.questions) == ("orders", ("returns",), ("Kan jeg?",))
    assert (page.public, page.translation_of, page.body) == (False, "b", "Text.")
    assert (page.owner, page.review_by, page.status) == ("ed@x.test", date(2027, 1, 31), "archived")
    assert page.lines["slug"] == 4


def test_a_file_without_front_matter_is_known_by_its_path_and_first_heading() -> None:
    page = read("# Send it back\n\nText.\n")
    assert (page.place, page.title, page.id, page.slug) == ("orders/send_back", "Send it back", None, None)
    assert page.body == "Text."


def test_a_file_without_a_heading_is_named_by_its_path() -> None:
    assert read("Text.", "a/send-it-back.md").title == "send it back"


def test_a_page_of_nothing_has_its_description() -> None:
    assert read("---\ndescription: What it shows.\n---\n<video src='x' />\n").body == "What it shows."


def test_our_own_export_is_taken_to_the_letter() -> None:
    body = "  # T\n\n<b>import x from 'y'</b>\n\n:::note\n\n[a][1]\n\n[1]: b.md\n\n"
    assert read(f"---\ntitle: T\nformat: firstline\n---\n{body}\n").body == body


def test_windows_files_are_read() -> None:
    page = read("\ufeff---\r\ntitle: Hello\r\n---\r\n\r\nText.\r\n".encode())
    assert (page.title, page.body) == ("Hello", "Text.")


@pytest.mark.parametrize(
    ("front", "line", "what"),
    [
        ("title: [unclosed", 3, "front matter"),
        ("public: maybe", 2, "public: must be true or false"),
        ("title: x\nlabels: 7", 3, "labels: must be a list of texts"),
        ("review_by: soon", 2, "review_by: must be a date"),
        ("title: {a: b}", 2, "title: must be text"),
        ("a: &x [1]\nb: *x", 3, "aliases"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", 3, "aliases"),
        ("- just\n- a list", 2, "key: value"),
        ("title: one\ntitle: two", 3, "duplicate"),
        ("x: " + "[" * 5000, 2, "nested"),
        ("x: !!python/object/apply:os.system [id]", 2, "constructor"),
        ("x: " + "y" * 200_000, 1, "longer than"),
        ("x: 2026-99-99", 1, "front matter"),
    ],
)
def test_front_matter_that_cannot_be_read_is_refused_with_its_line(front: str, line: int, what: str) -> None:
    with pytest.raises(ProblemError, match=what) as refused:
        read(f"---\n{front}\n---\nText.")
    assert refused.value.line == line
