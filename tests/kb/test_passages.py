from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from kb.article import ArticleId, Revision
from kb.passages import Passage, plain, sentences, split


def passages(body: str, words: int = 120) -> tuple[Passage, ...]:
    revision = Revision(ArticleId("a"), 3, "Title", body, (), "ed", datetime(2026, 11, 2, tzinfo=UTC))
    return split(revision, "en", words)


def words(count: int) -> str:
    return " ".join(f"word{number}." for number in range(count))


def test_each_passage_knows_the_headings_above_it() -> None:
    found = passages("Lead.\n\n## Set up\n\nOne.\n\n### On a phone\n\nTwo.\n\n## Use\n\nThree.")
    assert [(passage.heading, passage.text) for passage in found] == [
        ((), "Lead."),
        (("Set up",), "One."),
        (("Set up", "On a phone"), "Two."),
        (("Use",), "Three."),
    ]
    assert [(passage.number, passage.revision, passage.language) for passage in found] == [
        (number, 3, "en") for number in range(4)
    ]


def test_paragraphs_share_a_passage_as_far_as_it_holds() -> None:
    found = passages(f"{words(50)}\n\n{words(50)}\n\n{words(50)}")
    assert [len(passage.text.split()) for passage in found] == [100, 50]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    found = passages(words(300))
    assert [len(passage.text.split()) for passage in found] == [120, 120, 60]
    assert all(passage.text.endswith(".") for passage in found)


def test_steps_stay_together_past_the_limit() -> None:
    steps = "\n".join(f"{number}. {words(30)}" for number in range(1, 7))
    assert [passage.text for passage in passages(steps)] == [steps]


def test_a_list_without_end_is_cut_between_its_items() -> None:
    items = "\n".join(f"- {words(49)}" for _ in range(8))
    found = passages(items)
    assert len(found) == 4
    assert all(passage.text.startswith("- ") and passage.text.count("\n") == 1 for passage in found)


def test_the_line_that_leads_into_a_list_goes_with_it() -> None:
    body = f"{words(100)}\n\nDo this:\n\n" + "\n".join(f"- {words(20)}" for _ in range(8))
    assert [passage.text.split("\n")[0] for passage in passages(body)][1] == "Do this:"


def test_what_an_item_holds_stays_in_it() -> None:
    body = "1. Open it.\n\n   It clicks.\n2. Close it."
    assert [passage.text for passage in passages(body)] == [body]


def test_headings_in_code_are_code() -> None:
    found = passages("```\n# not a heading\n```")
    assert [passage.heading for passage in found] == [()]


def test_an_article_of_headings_alone_has_its_title() -> None:
    assert [passage.text for passage in passages("## One\n\n## Two")] == ["Title"]


def test_html_and_rules_are_left_out() -> None:
    assert [passage.text for passage in passages("One.\n\n---\n\n<div>x</div>\n\nTwo.")] == ["One.\n\nTwo."]


def test_plain_keeps_the_words_alone() -> None:
    text = "1. Open **Settings**, then [the account](https://x.test/a_b).\n> `code` and _this_ | that"
    assert plain(text) == "Open Settings, then the account. code and this that"


def test_plain_leaves_names_with_underscores_alone() -> None:
    assert plain("Set max_body_bytes to 5 * 3.") == "Set max_body_bytes to 5 * 3."


def test_sentences_end_where_a_new_one_starts() -> None:
    assert sentences("Wait 5.5 seconds. Then go! “Really?” Yes.") == [
        "Wait 5.5 seconds.",
        "Then go!",
        "“Really?” Yes.",
    ]


@given(st.text(max_size=400), st.integers(min_value=1, max_value=60))
def test_any_text_has_at_least_one_passage_and_none_is_empty(body: str, limit: int) -> None:
    found = passages(body, limit)
    assert found and all(passage.text.strip() for passage in found)
    assert [passage.number for passage in found] == list(range(len(found)))
