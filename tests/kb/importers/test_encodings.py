from __future__ import annotations

import pytest

from kb.importers import ProblemError
from kb.importers.encodings import decode

NORWEGIAN = "Når årsaken er funnet, ringer vi på lørdag. Får du ikke svar, så prøv på nytt.\n" * 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_however_it_was_saved(encoding: str) -> None:
    assert decode(NORWEGIAN.encode(encoding)) == (NORWEGIAN, None)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_an_old_encoding_is_guessed_and_said(encoding: str) -> None:
    text, warning = decode(NORWEGIAN.encode(encoding))
    assert text == NORWEGIAN
    assert warning is not None and "cp1252" in warning


def test_another_alphabet_is_guessed_from_enough_text() -> None:
    russian = "Верните товар в течение тридцати дней, и мы вернём деньги на карту.\n" * 4
    text, warning = decode(russian.encode("cp1251"))
    assert text == russian and warning is not None


def test_what_the_file_says_of_itself_is_believed() -> None:
    assert decode("Żółw".encode("cp1250"), "windows-1250") == ("Żółw", None)


def test_two_encodings_in_one_file_are_refused_with_the_line() -> None:
    with pytest.raises(ProblemError, match="not UTF-8 from here on") as refused:
        decode("På første linje.\nPå annen.\n".encode() + "På tredje.\n".encode("latin-1"))
    assert refused.value.line == 3


def test_half_a_mark_or_a_false_one_is_refused() -> None:
    with pytest.raises(ProblemError, match="utf-16"):
        decode(b"\xff\xfea\x00b")


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ProblemError, match="not text") as refused:
        decode(b"One.\n\x89PNG\x00\x00more and more and more")
    assert refused.value.line == 2


def test_lines_end_alike_and_control_characters_go() -> None:
    assert decode(b"a\r\nb\rc\x07\td\x1b[0m\n")[0] == "a\nb\nc\td[0m\n"
