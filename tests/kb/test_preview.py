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
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "![x](../images/a.png)",
        "<iframe src='https://x.test'></iframe>",
        "<style>body{}</style>",
    ],
)
def test_nothing_in_a_text_runs_or_loads(text: str) -> None:
    html = to_html(text)
    assert not any(tag in html for tag in ("<script", "<img", "<iframe", "<style", "<a href='", 'href="data'))
    assert 'href="javascript' not in html and "<a href" not in html


def test_a_picture_of_ours_is_shown_with_the_room_it_takes() -> None:
    name = f"/help/images/{'0' * 32}-640x480.png"
    shown = f'<img src="{name}" alt="The &quot;back&quot;" width="640" height="480" loading="lazy">'
    assert to_html(f'![The "back"]({name})') == f"<p>{shown}</p>\n"


def test_a_picture_elsewhere_is_a_link() -> None:
    assert '<a href="https://x.test/a.png" rel' in to_html("![the back](https://x.test/a.png)")
    assert ">https://x.test/a.png</a>" in to_html("![](https://x.test/a.png)")


def test_a_picture_elsewhere_in_a_link_is_its_words() -> None:
    html = to_html("[![the back](https://x.test/a.png)](https://y.test)")
    assert html.count("<a ") == 1 and ">the back</a>" in html


def test_links_do_not_tell_where_they_come_from() -> None:
    assert 'rel="noopener noreferrer nofollow"' in to_html("[x](https://x.test)")
