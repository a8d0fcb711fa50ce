from __future__ import annotations

from itertools import product

import pytest

from kb.answering.steps import Guide, Heard, Steps, Walk, guide_of, steps_of
from kb.article import ArticleId, Revision
from kb.passages import split
from tests.fakes import MONDAY_MORNING


def guide(body: str, cited: int, words: int = 120) -> Guide | None:
    revision = Revision(ArticleId("tap"), 3, "Mend a tap", body, (), "edda", MONDAY_MORNING)
    passages = split(revision, "en", words)
    return guide_of(passages, cited, title="Mend a tap", slug="mend-a-tap", updated_at=MONDAY_MORNING)


def test_an_ordered_list_of_three_is_steps_with_what_stands_around_it() -> None:
    assert steps_of("Turn off the water.\n\n1. Unscrew it.\n2. Clean it.\n3. Screw it on.\n\nDone?") == Steps(
        "Turn off the water.", ("Unscrew it.", "Clean it.", "Screw it on."), "Done?"
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "No list here.",
        "1. One.\n2. Two.",
        "- One\n- Two\n- Three",
        "1. a\n2. b\n3. c\n\nAnother way:\n\n1) d\n2) e\n3) f",
        "> 1. a\n> 2. b\n> 3. c",
        "1.\n2.\n3.",
    ],
)
def test_what_is_not_one_list_of_steps_is_not_walked(body: str) -> None:
    assert steps_of(body) is None


def test_all_that_belongs_to_an_item_is_a_part_of_its_step() -> None:
    body = "1. Open it:\n   - left\n   - right\n\n   Gently.\n2. Close it,\nslowly.\n3) no\n"
    body = body.replace("3) no", "3. Wait.")
    found = steps_of(body)
    assert found is not None
    assert found.items == ("Open it:\n- left\n- right\n\nGently.", "Close it,\nslowly.", "Wait.")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_any_line_ends_will_do(end: str) -> None:
    found = steps_of(end.join(("1. a", "2. b", "3. c")))
    assert found is not None and found.items == ("a", "b", "c")


TWO = "Read this.\n\n## By hand\n\n1. a\n2. b\n3. c\n\n## By tool\n\n1. d\n2. e\n3. f\n\nCareful."


@pytest.mark.parametrize(("cited", "items"), [(1, ("a", "b", "c")), (2, ("d", "e", "f"))])
def test_the_section_that_is_cited_is_walked(cited: int, items: tuple[str, ...]) -> None:
    found = guide(TWO, cited)
    assert found is not None and found.steps.items == items
    assert (found.article, found.revision, found.passage) == ("tap", 3, cited)


def test_a_section_without_steps_leads_to_the_articles_only_ones() -> None:
    assert guide(TWO, 0) is None  # there are two, so it would be a guess
    found = guide(TWO.partition("## By tool")[0], 0)
    assert found is not None and found.heading == ("By hand",) and found.passage == 1


def test_a_list_that_was_cut_between_passages_is_one_again() -> None:
    body = "\n".join(f"{number}. " + "word " * 9 + f"end{number}." for number in range(1, 13))
    revision = Revision(ArticleId("tap"), 1, "Mend", body, (), "edda", MONDAY_MORNING)
    assert len(split(revision, "en", 30)) > 2
    found = guide(body, 2, words=30)
    assert found is not None and len(found.steps.items) == 12 and found.passage == 0


def test_steps_are_shown_in_the_chats_markup() -> None:
    found = guide("# Way\n\n1. *Press* it\n   long.\n2. See | this\n3. `x`\n\n> Take care.", 0)
    assert found is not None
    assert found.steps == Steps("", ("Press it long.", "See | this", "`x`"), "Take care.")


@pytest.mark.parametrize(
    ("step", "heard", "after"),
    [
        (1, Heard.DONE, Walk(3, 2)),
        (1, Heard.FAILED, Walk(3, 2)),
        (1, Heard.BACK, Walk(3, 1)),
        (1, Heard.SOLVED, Walk(3, 1, Heard.SOLVED)),
        (2, Heard.BACK, Walk(3, 1)),
        (3, Heard.BACK, Walk(3, 2)),
        (3, Heard.DONE, Walk(3, 3, Heard.DONE)),
        (3, Heard.FAILED, Walk(3, 3, Heard.FAILED)),
        (3, Heard.SOLVED, Walk(3, 3, Heard.SOLVED)),
    ],
)
def test_what_is_said_of_a_step_leads_on(step: int, heard: Heard, after: Walk) -> None:
    assert Walk(3, step).after(heard) == after


def test_a_walk_never_leaves_its_steps() -> None:
    for count, heard in product(range(3, 6), Heard):
        for step in range(1, count + 1):
            assert 1 <= Walk(count, step).after(heard).step <= count
