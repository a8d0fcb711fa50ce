from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.mail_html import words_of

QUOTES = {
    "gmail": '<div class="gmail_quote"><div>On Monday we wrote:</div><blockquote>secret</blockquote></div>',
    "apple": '<blockquote type="cite"><div>secret</div></blockquote>',
    "thunderbird": '<div class="moz-cite-prefix">We wrote:</div><blockquote type="cite">secret</blockquote>',
    "outlook on the web": '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: us</div>secret',
    "yahoo": '<div id="ymail" class="yahoo_quoted">secret</div>',
    "signature": '<div class="gmail_signature">secret</div>',
    "hidden": '<div style="display:none">secret</div>',
}


@pytest.mark.parametrize("program", QUOTES)
def test_what_a_program_quotes_is_left_out(program: str) -> None:
    assert words_of(f"<p>Yes, it has left.</p>{QUOTES[program]}")[0] == "Yes, it has left."


def test_with_the_quotations_if_they_are_asked_for() -> None:
    words, _ = words_of(f"<p>Yes.</p>{QUOTES['apple']}", quotes=True)
    assert words == "Yes.\n\nsecret"


def test_paragraphs_lists_links_and_tables_are_lines() -> None:
    page = """<html><head><style>p{color:red}</style><title>no</title></head><body>
      <h1>Hello&nbsp;Maya</h1><p>Two<br>lines &amp; <b>bold</b>
         words.</p><ul><li>one</li><li>two <a href="https://nettly.example/two">here</a></li></ul>
      <p><a href="https://www.nettly.example/">nettly.example</a></p>
      <table><tr><td>a</td><td>b</td></tr></table><pre>  x = 1\n    y</pre><script>alert(1)</script>"""
    assert words_of(page)[0] == (
        "Hello Maya\n\nTwo\nlines & bold words.\n\n- one\n- two here (https://nettly.example/two)\n\n"
        "nettly.example\n\na b\n\n  x = 1\n    y"
    )


def test_the_pictures_that_it_shows_are_named() -> None:
    page = '<p>See <img src="cid:one@x"></p><blockquote type="cite"><img src="cid:logo"></blockquote>'
    assert words_of(page) == ("See", ("one@x",))
    assert words_of(page, quotes=True)[1] == ("one@x", "logo")


@pytest.mark.parametrize(
    "page", ["", " ", "<", "<p", "\0<p>\0a</p>", "<div>" * 50_000 + "a", "<a href=x>" * 5000, "a" * 2_000_000]
)
def test_whatever_comes_it_is_read(page: str) -> None:
    assert isinstance(words_of(page)[0], str)


@given(st.text(alphabet="<>/abdivpre=\"' &;\n", max_size=300))
def test_no_markup_is_beyond_it(page: str) -> None:
    words_of(page)
    words_of(page, quotes=True)
