from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handoff.bridges.errors import BadRequestError
from handoff.bridges.json_values import JsonValue
from handoff.bridges.reading import moment_at, read_object

TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_a_webhook_is_an_object() -> None:
    assert read_object('{"a": ["å", {"b": 1.5}]}'.encode()) == {"a": ["å", {"b": 1.5}]}


@pytest.mark.parametrize(
    "body", [b"", b"x", b"[]", b"7", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": ' * 5_000, b"1" * 5_000]
)
def test_whatever_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequestError):
        read_object(body)


def test_no_text_in_it_is_one_that_a_database_refuses() -> None:
    read = read_object(rb'{"a": ["x\ud83dy", "a\u0000b", "a\\u0000b"], "b": "\ud83d\ude42"}')
    assert read == {"a": ["x?y", "ab", "a\\u0000b"], "b": "🙂"}


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-23T10:00:00Z",
        "2026-11-23T10:00:00.000000000Z",
        "2026-11-23T11:00:00+01:00",
        "2026-11-23 10:00:00",
        TEN.timestamp(),
        int(TEN.timestamp()),
    ],
)
def test_a_moment_is_read_however_it_is_written(said: JsonValue) -> None:
    assert moment_at({"at": said}, "at") == TEN


@pytest.mark.parametrize(
    "said", [None, "", "soon", True, [], {}, 1e300, -1e300, float("nan"), 10**400, "9999-99-99"]
)
def test_what_is_no_moment_is_none(said: JsonValue) -> None:
    assert moment_at(said) is None
