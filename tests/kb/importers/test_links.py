from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.importers.links import image_of, in_place, places, relinked, scheme_of, targets

TEXT = """See [a](b.md#x "T"), ![p](i/p.png), [![q [z]](q.png)](c.md), [ref][1] and [w](<a b.md>).

`[code](x.md)`

```
![fence](y.png)
```

[1]: d.md
"""


def test_every_link_and_picture_is_led_elsewhere_and_code_is_not() -> None:
    led = relinked(TEXT, lambda target: f"/l/{target}", lambda target: f"/i/{target}")
    assert '[a](/l/b.md#x "T"), ![p](/i/i/p.png), [![q [z]](/i/q.png)](/l/c.md)' in led
    assert "[w](</l/a b.md>)" in led and "[1]: /l/d.md" in led
    assert "`[code](x.md)`" in led and "![fence](y.png)" in led


def test_what_leads_nowhere_leaves_its_words() -> None:
    led = relinked(TEXT, lambda target: None, lambda target: None)
    assert led.startswith("See a, p, q [z], ref and w.\n")
    assert "[1]:" not in led


@given(st.text(alphabet=st.sampled_from("[]()!<>`\\\n ab:\"'#/."), max_size=80))
def test_leading_everything_where_it_led_changes_nothing(text: str) -> None:
    assert relinked(text, lambda target: target, lambda target: target) == text.replace("\x00", "")


def test_links_by_reference_are_written_out() -> None:
    text = (
        "[One][a], [two][], [three], ![four][a] and [none][x].\n\n"
        "[a]: a.md\n[two]: b.md 'T'\n[three]: <c.md>\n"
    )
    assert in_place(text).strip() == (
        "[One](a.md), [two](b.md), [three](<c.md>), ![four](a.md) and [none][x]."
    )


def test_links_and_pictures_are_told_apart() -> None:
    assert set(targets(TEXT)) == {
        (False, "d.md"),
        (False, "b.md#x"),
        (True, "i/p.png"),
        (True, "q.png"),
        (False, "c.md"),
        (False, "a b.md"),
    }


def test_a_picture_survives_brackets_and_spaces() -> None:
    picture = image_of("a [b] c", "x (1).png")
    assert list(targets(picture)) == [(True, "x (1).png")]


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JavaScript:x", "java\tscript:x", " \x01javascript:x", "java\u200bscript:x"],
)
def test_what_is_invisible_hides_no_scheme(target: str) -> None:
    assert scheme_of(target) == "javascript"


def test_an_address_within_a_site_has_no_scheme() -> None:
    assert [scheme_of(target) for target in ("a.md", "/a:b", "#a", "../a", "")] == [""] * 5


@pytest.mark.parametrize(
    ("target", "place", "meant"),
    [
        ("b.md", "a/x", "a/b"),
        ("../b.md?v=1#part", "a/x", "b"),
        ("/b/", "a/x", "b"),
        ("b", "a/x", "a/b"),
        ("b.html", "x", "b"),
        ("b/", "x", "b/index"),
        ("b%20c.md", "x", "b c"),
        ("b.md", "a/x", "b"),
        ("../../../etc/b.md", "a/x", "../../etc/b"),
    ],
)
def test_a_target_may_mean_places_as_sites_write_them(target: str, place: str, meant: str) -> None:
    assert meant in places(target, place)
