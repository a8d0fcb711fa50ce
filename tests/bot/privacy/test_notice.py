"""What customers are told before their first message."""

from __future__ import annotations

import pytest

from bot.privacy.notice import Asking, Notices

TEXTS = {"en": "{company} keeps\n  what you write.", "nb": "{company} lagrer det du skriver."}


def notices(asking: Asking = "show", url: str = "", **texts: str) -> Notices:
    return Notices({**TEXTS, **texts}, company="Nettly", url=url, asking=asking)


def test_a_notice_names_the_company_and_is_one_line() -> None:
    notice = notices().of("en")
    assert notice is not None and notice.text == "Nettly keeps what you write."


def test_a_language_without_a_notice_reads_the_first_one() -> None:
    assert notices().of("fi") == notices().of("en") != notices().of("nb")


def test_what_has_changed_is_another_version_and_the_same_words_are_the_same() -> None:
    versions = {
        notices().versions,
        notices(en="Otherwise.").versions,
        notices(url="https://a.example").versions,
    }
    assert len(versions) == 3 and notices().versions == notices().versions


@pytest.mark.parametrize(
    ("asking", "told", "asks"), [("off", False, False), ("show", True, False), ("ask", True, True)]
)
def test_an_operator_says_whether_it_is_shown_and_asked_about(asking: Asking, told: bool, asks: bool) -> None:
    assert (notices(asking).of("en") is not None, notices(asking).asks) == (told, asks)


def test_without_any_text_nobody_is_asked() -> None:
    silent = Notices({"en": " \n"}, company="Nettly", asking="ask")
    assert (silent.of("en"), silent.asks) == (None, False)
