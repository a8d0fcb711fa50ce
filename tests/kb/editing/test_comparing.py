from __future__ import annotations

from kb.editing.comparing import Piece, Row, compare


def words(row: Row) -> tuple[str | None, ...]:
    """What is marked on either side."""
    return tuple(
        None if side is None else "|".join(piece.text for piece in side if piece.changed)
        for side in (row.before, row.after)
    )


def test_equal_texts_have_nothing_to_show() -> None:
    assert compare("One.\nTwo.", "One.\nTwo.") == ()


def test_the_words_that_differ_are_marked_side_by_side() -> None:
    (row,) = compare("Wait ten minutes, then go.", "Wait five minutes, then leave.")
    assert words(row) == ("ten|go", "five|leave")
    assert row.before == (
        Piece("Wait ", False),
        Piece("ten", True),
        Piece(" minutes, then ", False),
        Piece("go", True),
        Piece(".", False),
    )


def test_a_line_stands_beside_the_one_it_is_most_like() -> None:
    rows = compare(
        "Open the app.\nHold the small button for ten seconds.", "Hold the small button for five seconds."
    )
    assert [words(row) for row in rows] == [("Open the app.", None), ("ten", "five")]


def test_lines_with_little_in_common_stand_alone() -> None:
    rows = compare("Open the app.", "Ring our desk instead, please.")
    assert [words(row) for row in rows] == [
        ("Open the app.", None),
        (None, "Ring our desk instead, please."),
    ]


def test_what_is_equal_and_far_from_a_change_is_left_out() -> None:
    before = [f"Line {number}." for number in range(20)]
    rows = compare("\n".join(before), "\n".join([*before[:10], "New.", *before[10:]]))
    assert [row.gap for row in rows] == [True, *[False] * 7]
    assert words(rows[4]) == (None, "New.")


def test_a_line_without_end_is_compared_as_a_whole() -> None:
    before = "word " * 40_000
    (row,) = compare(before, before + "more")
    assert row.before == (Piece(before, True),)
