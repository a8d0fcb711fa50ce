"""The words by which conversations are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.aids.search_words import MOST_TERMS, WORD_CHARACTERS, Term, index_words, query_of, words_of


def test_case_and_accents_make_no_difference() -> None:
    assert words_of("På ÉCRAN, Bjørn Ærlig") == ("pa", "ecran", "bjorn", "aerlig")


def test_piled_up_marks_leave_the_letter() -> None:
    assert words_of("a" + "\u0336\u0489" * 4_000 + "b") == ("ab",)


def test_a_code_is_found_with_and_without_its_hyphen() -> None:
    words = index_words(["Order NT-10427, please"])
    assert {"nt", "10427", "nt10427"} <= words.keys()


def test_a_number_in_groups_is_found_as_one_and_as_written() -> None:
    assert "91234567" in index_words(["ring 912 34 567"])
    term = next(term for term in query_of("912 34 567").terms if len(term.alternatives) == 2)
    assert term.alternatives == (("912", "34", "567"), ("91234567",))


def test_a_date_is_no_number_in_groups() -> None:
    assert "9112026" not in index_words(["9 11 202"])


def test_words_may_go_on_and_quoted_ones_may_not() -> None:
    assert query_of("refu").terms == (Term((("refu",),), prefix=True),)
    assert query_of('"refu"').terms == (Term((("refu",),), prefix=False),)
    assert query_of("is").terms == (Term((("is",),), prefix=False),)


def test_a_phrase_is_kept_word_for_word() -> None:
    assert query_of('he said "not at all" twice').phrases == (("not", "at", "all"),)


@pytest.mark.parametrize(
    ("typed", "number"), [("1042", 1042), (" #1042 ", 1042), ("case 1042", None), ("", None)]
)
def test_a_number_alone_is_a_cases(typed: str, number: int | None) -> None:
    assert query_of(typed).number == number


def test_a_long_query_is_looked_for_by_its_first_words() -> None:
    assert len(query_of(" ".join(f"word{i}" for i in range(1_000))).terms) == MOST_TERMS


def test_a_long_word_is_cut_alike_in_texts_and_queries() -> None:
    long = "x" * 8_000
    assert words_of(long) == ("x" * WORD_CHARACTERS,)
    assert query_of(long).terms[0].alternatives == (("x" * WORD_CHARACTERS,),)


@given(st.text(max_size=200))
def test_every_word_of_a_text_is_one_that_it_is_found_by(text: str) -> None:
    indexed = f" {' '.join(index_words([text]))} "
    for term in query_of(text).terms:
        assert term.stands_in(indexed) and term.hits(indexed)


@given(st.text(alphabet=st.characters(), max_size=300))
def test_terms_are_plain_letters_and_digits(text: str) -> None:
    for term in query_of(text).terms:
        assert all(word and word.isalnum() and word.encode() for word in term.words())
