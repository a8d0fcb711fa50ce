from __future__ import annotations

import pytest

from kb.preview import to_html


def test_markdown_becomes_html() -> None:
    assert to_html("# One\n\nTwo **three**.\n\n1. a\n2. b") == (
        "<h2>One</h2>\n<p>Two <strong>three</strong>.</p>\n<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"
    )


def test_tables_are_shown() -> None:
    assert "<td>1</td>" in to_html("| a |\n| - |\n| 1 |")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='https://x.test' onclick='x()'>y</a>",
        "![x](https://x.test/a.png)",
        "<iframe src='https://x.test'></iframe>",
        "<style>body{}</style>",
    ],
)
def test_nothing_in_a_text_runs_or_loads(text: str) -> None:
    html = to_html(text)
    assert not any(tag in html for tag in ("<script", "<img", "<iframe", "<style", "<a href='", 'href="data'))
    assert 'href="javascript' not in html and "<a href" not in html


def test_links_do_not_tell_where_they_come_from() -> None:
    assert 'rel="noopener noreferrer nofollow"' in to_html("[x](https://x.test)")
