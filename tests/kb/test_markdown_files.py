from __future__ import annotations

from pathlib import Path

import pytest

from kb.article import ArticleId
from kb.errors import ImportFailedError
from kb.markdown_files import read_folder
from kb.opening import SAMPLES


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ImportFailedError) as refused:
        read_folder(folder)
    return refused.value.problems


def test_front_matter_becomes_the_drafts_fields(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="---\nid: return\ntitle: Send it back\nslug: send-back\nlanguage: nb\ncategory: orders\n"
        "labels: [returns]\nquestions:\n- Kan jeg?\npublic: false\ntranslation_of: b\n---\n\nText.\n",
    )
    (draft,) = read_folder(tmp_path).drafts
    assert (draft.id, draft.title, draft.slug, draft.language) == (
        "return",
        "Send it back",
        "send-back",
        "nb",
    )
    assert (draft.category, draft.labels, draft.questions) == (
        "orders",
        ("returns",),
        ("Kan jeg?",),
    )
    assert (draft.public, draft.translation_of, draft.body) == (False, "b", "Text.")


def test_a_file_without_front_matter_is_known_by_its_path_and_first_heading(tmp_path: Path) -> None:
    write(tmp_path, orders__send_back="# Send it back\n\nText.\n")
    (draft,) = read_folder(tmp_path, language="nb").drafts
    assert (draft.id, draft.title, draft.slug) == ("orders/send_back", "Send it back", "orders-send-back")
    assert (draft.language, draft.body) == ("nb", "Text.")


def test_a_site_may_have_two_files_of_one_name(tmp_path: Path) -> None:
    write(tmp_path, a__intro="One.", b__intro="Two.")
    assert [draft.slug for draft in read_folder(tmp_path).drafts] == ["a-intro", "b-intro"]


def test_links_between_files_become_links_to_their_pages(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="[b](b.md#part), [c](./deep/c.md), [site](/deep/c), [gone](gone.md), [web](http://x), [up](#up)",
        b="B.",
        deep__c="[back](../b.md)",
    )
    drafts = {draft.id: draft.body for draft in read_folder(tmp_path).drafts}
    assert drafts[ArticleId("a")] == (
        "[b](/help/en/b), [c](/help/en/deep-c), [site](/help/en/deep-c), gone, [web](http://x), up"
    )
    assert drafts[ArticleId("deep/c")] == "[back](/help/en/b)"


def test_an_internal_file_is_not_linked_to(tmp_path: Path) -> None:
    write(tmp_path, a="[b](b.md)", b="---\npublic: false\n---\nB.")
    assert read_folder(tmp_path).drafts[0].body == "b"


def test_a_page_of_nothing_but_pictures_has_its_description(tmp_path: Path) -> None:
    write(tmp_path, a="---\ndescription: What it shows.\n---\n![shot](shot.png)\n")
    assert read_folder(tmp_path).drafts[0].body == "What it shows."


def test_every_problem_is_named_with_file_and_line(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="---\ntitle: [unclosed\n---\nText.",
        b="---\ntitle: Fine\nlabels: 7\n---\nText.",
        c="---\ntitle: Empty\n---\n",
        d="Fine.",
    )
    found = problems(tmp_path)
    assert [problem.split(": ")[0] for problem in found] == [
        f"{tmp_path}/a.md:3",
        f"{tmp_path}/b.md:3",
        f"{tmp_path}/c.md:4",
    ]
    assert "labels: must be a list of texts" in found[1]
    assert "body: must not be empty" in found[2]


@pytest.mark.parametrize(
    ("front", "line", "what"),
    [
        ("public: maybe", 2, "public: must be true or false"),
        ("language: english", 2, "language: must be a code"),
        ("a: &x [1]\nb: *x", 3, "aliases"),
        ("- just\n- a list", 2, "key: value"),
        ("title: one\ntitle: two", 3, "duplicate"),
        ("x: " + "[" * 5000, 2, "nested"),
    ],
)
def test_front_matter_that_cannot_be_read_is_refused(
    tmp_path: Path, front: str, line: int, what: str
) -> None:
    write(tmp_path, a=f"---\n{front}\n---\nText.")
    (found,) = problems(tmp_path)
    assert what in found
    assert line == 1 or f"a.md:{line}: " in found


def test_two_files_of_one_id_are_refused(tmp_path: Path) -> None:
    write(tmp_path, a="---\nid: x\n---\nA.", b="---\nid: x\n---\nB.")
    assert "another file has the id 'x' too" in problems(tmp_path)[0]


def test_a_file_that_is_not_utf8_is_named_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"One.\nTwo \xff.\n")
    assert problems(tmp_path) == (f"{tmp_path}/a.md:2: not UTF-8; save the file as UTF-8",)


def test_a_folder_without_markdown_or_none_at_all_is_an_error(tmp_path: Path) -> None:
    assert "no .md" in problems(tmp_path)[0]
    assert "no such file or folder" in problems(tmp_path / "gone")[0]


def test_hidden_files_and_parts_of_pages_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, a="A.", _part="B.", **{".git__x": "C."})
    assert [draft.id for draft in read_folder(tmp_path).drafts] == ["a"]


def test_one_file_may_be_read_alone(tmp_path: Path) -> None:
    write(tmp_path, a="A.", b="B.")
    assert [draft.id for draft in read_folder(tmp_path / "b.md").drafts] == ["b"]


def test_windows_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("\ufeff---\r\ntitle: Hello\r\n---\r\n\r\nText.\r\n".encode())
    (draft,) = read_folder(tmp_path).drafts
    assert (draft.title, draft.body) == ("Hello", "Text.")


def test_the_articles_that_ship_can_be_read() -> None:
    drafts = read_folder(SAMPLES).drafts
    assert len(drafts) >= 30
    originals = {draft.id for draft in drafts if draft.translation_of is None}
    assert {draft.translation_of for draft in drafts if draft.translation_of} <= originals
    assert all(draft.questions for draft in drafts)
