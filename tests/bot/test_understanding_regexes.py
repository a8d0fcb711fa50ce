from __future__ import annotations

import logging
import time

import pytest

from bot.understanding.regexes import Pattern, PatternError


def found(written: str, text: str, *, case_sensitive: bool = False) -> list[str]:
    pattern = Pattern(written, case_sensitive=case_sensitive)
    return [text[start:end] for start, end in pattern.spans(text)]


@pytest.mark.parametrize(
    ("written", "text", "expected"),
    [
        (r"\b[Nn][Tt][- ]?\d{5}\b", "order NT-10427, æ", ["NT-10427"]),
        (r"[A-Z]-?\d{1,6}", "a1234 and B-77", ["a1234", "B-77"]),
        (r"\w+", "blå ÆRE_9", ["blå", "ÆRE_9"]),
        (r"[\w.]+@[\w.]+", "til ære@nord.example nå", ["ære@nord.example"]),
        (r"\bæble\b", "et æble, æblet", ["æble"]),
        (r"\d+", "٣ and 4", ["٣", "4"]),
        (r"[^\W\d_]+", "å9_b", ["å", "b"]),
        (r"[]a]+", "x]a]", ["]a]"]),
        (r"(?<![\w-])\d{5}(?![\w-])", "12345 A-12345 123456", ["12345"]),
        (r"(.)\1", "book", ["oo"]),
        (r"x*", "axxb", ["xx"]),
        ("caf\\u00e9", "Café", ["Café"]),
    ],
)
def test_a_pattern_means_what_it_means_in_python(written: str, text: str, expected: list[str]) -> None:
    assert found(written, text) == expected


def test_case_counts_where_it_is_to() -> None:
    assert found("NT", "nt NT", case_sensitive=True) == ["NT"]


@pytest.mark.parametrize("written", [r"(a+)+$", r"(a|a)*b", r"(.*)*x", r"\bNT-\d{5}\b"])
def test_what_re2_can_run_takes_linear_time(written: str) -> None:
    assert Pattern(written).linear


@pytest.mark.parametrize("written", [r"(?<!a)b", r"(a)\1", r"(?=a)(a+)+$", r"[^\W\d]"])
def test_what_it_can_t_says_why(written: str) -> None:
    pattern = Pattern(written)
    assert not pattern.linear and pattern.why_not


def test_a_runaway_pattern_is_stopped_and_named(caplog: pytest.LogCaptureFixture) -> None:
    before = time.process_time()
    with caplog.at_level(logging.WARNING):
        assert found(r"(?=a)(a+)+$", "a" * 4_000 + "b") == []
    assert "was stopped" in caplog.text and "(?=a)(a+)+$" in caplog.text
    assert time.process_time() - before < 5.0


def test_what_is_no_regular_expression_is_refused() -> None:
    with pytest.raises(PatternError, match="is no regular expression"):
        Pattern("(")
