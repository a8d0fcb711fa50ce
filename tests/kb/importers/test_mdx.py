from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.importers.mdx import to_markdown


def cleaned(text: str) -> str:
    return to_markdown(text).strip()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("import Box from '@site/Box';\nimport './x.css'\n\nText.", "Text."),
        ("export const meta = 1\n\nText.", "Text."),
        ("Import taxes are yours.", "Import taxes are yours."),
        ("import taxes apply when you order", "import taxes apply when you order"),
        ("One.<!-- not\nthis -->\n\nTwo.", "One.\n\nTwo."),
        ("One.{/* nor this */}", "One."),
        ("<Box\n  title=\"a > b\"\n  link={{ to: '/x>y' }}\n/>\n\nText.", "Text."),
        ('<Tabs><TabItem value="a">Inner.</TabItem></Tabs>', "Inner."),
        ("<head><script>var x = '<p>';</script></head>\n\nText.", "Text."),
        ("<p>Press <b>Save</b>.</p>", "Press **Save**."),
        ('See <a href="https://x.test" target="_blank">this page</a>.', "See [this page](https://x.test)."),
        ("<h3>Next</h3>\n<ul><li>One</li><li>Two</li></ul>", "### Next\n\n- One\n- Two"),
        ("Put `<head>` into <head-of-site>.", "Put `<head>` into <head-of-site>."),
        ("Replace <your_domain> with yours.", "Replace <your_domain> with yours."),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        (":::tip Using a phone?\nHold it still.\n:::", "**Using a phone?**\n\nHold it still."),
        (":::note\nHold it still.\n:::", "Hold it still."),
        ("## Set up {#set-up}", "## Set up"),
        ("One ![shot](a.png) two", "One ![shot](a.png) two"),
        (
            "```html\n<head>\nimport x from 'y'\n\n\n\n:::\n```",
            "```html\n<head>\nimport x from 'y'\n\n\n\n:::\n```",
        ),
        ("~~~\n`<b>`\n~~~", "~~~\n`<b>`\n~~~"),
        ("Use `` a ` b `` and `<i>`.", "Use `` a ` b `` and `<i>`."),
        ("<div>never closed", "never closed"),
        ("<div never closed", "<div never closed"),
    ],
)
def test_site_syntax_becomes_plain_markdown(text: str, plain: str) -> None:
    assert cleaned(text) == plain


def test_pictures_stay_whatever_made_them() -> None:
    assert cleaned("<img alt='A [b]' src={useBaseUrl('img/a.png')} />") == r"![A \[b\]](img/a.png)"
    assert cleaned('<a href="b.md"><img src="a b.png" /></a>') == "[![](<a b.png>)](b.md)"
    assert cleaned("<img src={picture} />") == ""


def test_links_by_reference_are_written_out() -> None:
    assert cleaned("See [this][1].\n\n[1]: b.md") == "See [this](b.md)."


@given(st.text(alphabet=st.sampled_from("<>/{}`'\"=ab:!-\n[]() "), max_size=200))
def test_any_text_is_cleaned_without_complaint(text: str) -> None:
    assert cleaned(text) is not None
