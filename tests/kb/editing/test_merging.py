from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.editing.merging import Block, merge, merge_lines, merge_value, merged

UNITS = st.lists(st.sampled_from(["One. ", "Two.\n", "\n", "1. Three\n", "Four"]), max_size=7).map("".join)
BASE = "Hold the button. Wait a minute.\n\n1. Open the app.\n2. Choose Reset.\n"


def test_changes_in_different_places_are_both_taken() -> None:
    mine = BASE.replace("a minute", "two minutes")
    theirs = BASE.replace("Choose Reset", "Choose Start over") + "3. Done.\n"
    assert merged(merge(BASE, mine, theirs)) == (
        "Hold the button. Wait two minutes.\n\n1. Open the app.\n2. Choose Start over.\n3. Done.\n"
    )


def test_two_sentences_in_a_row_are_two_changes() -> None:
    mine, theirs = BASE.replace("the button", "it"), BASE.replace("a minute", "two minutes")
    assert merged(merge(BASE, mine, theirs)) == mine.replace("a minute", "two minutes")


def test_one_sentence_that_both_changed_is_for_a_person_to_choose() -> None:
    blocks = merge(BASE, BASE.replace("a minute", "two minutes"), BASE.replace("a minute", "an hour"))
    assert merged(blocks) is None
    assert [block for block in blocks if block.kind == "conflict"] == [
        Block("conflict", "Wait a minute.\n", "Wait two minutes.\n", "Wait an hour.\n")
    ]


def test_the_same_change_on_both_sides_is_one_change() -> None:
    changed = BASE.replace("a minute", "two minutes")
    assert merged(merge(BASE, changed, changed)) == changed


def test_a_sentence_that_one_took_out_and_the_other_changed_is_a_conflict() -> None:
    blocks = merge(BASE, BASE.replace("Wait a minute.", ""), BASE.replace("a minute", "an hour"))
    assert merged(blocks) is None


def test_two_additions_in_one_place_are_a_conflict() -> None:
    assert merged(merge(BASE, BASE + "Mine.\n", BASE + "Theirs.\n")) is None


@given(base=UNITS, mine=UNITS, theirs=UNITS)
def test_nothing_of_either_text_is_lost(base: str, mine: str, theirs: str) -> None:
    blocks = merge(base, mine, theirs)
    assert "".join(block.base for block in blocks) == base
    assert "".join(block.mine for block in blocks) == mine
    assert "".join(block.theirs for block in blocks) == theirs


@given(base=UNITS, other=UNITS)
def test_one_editors_changes_alone_are_always_taken(base: str, other: str) -> None:
    assert merged(merge(base, other, base)) == merged(merge(base, base, other)) == other


def test_a_field_is_whose_changed_it() -> None:
    cases = (("a", "a"), ("b", "a"), ("a", "b"), ("b", "b"), ("b", "c"))
    kinds = [merge_value("a", mine, theirs) for mine, theirs in cases]
    assert kinds == ["same", "mine", "theirs", "both", "conflict"]


def test_lists_keep_what_was_added_and_lose_what_was_taken_out() -> None:
    assert merge_lines(["a", "b", "c"], ["a", "c", "mine"], ["a", "b", "theirs"]) == ("a", "mine", "theirs")
