from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from config.logs import masked, open_logs

TOKEN = "q7Gm2Xo1v9TfKd0ZbWcR5sLhNpEuYjAiVxBtMrQoS4k"


@pytest.fixture
def logged() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """Opens the logs on a string; gives the entries so far."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    open_logs(stream=out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_an_entry_is_one_line_of_json(logged: Callable[[], list[dict[str, object]]]) -> None:
    logging.getLogger("kb.indexing").info("generation %d\nis live", 7)
    (entry,) = logged()
    assert (entry["event"], entry["level"], entry["logger"]) == (
        "generation 7\nis live",
        "info",
        "kb.indexing",
    )
    assert str(entry["timestamp"]).endswith("Z")


def test_both_kinds_of_loggers_end_up_in_one_place(logged: Callable[[], list[dict[str, object]]]) -> None:
    structlog.get_logger("bot.workers").warning("job_failed", job="index", tries=3)
    (entry,) = logged()
    assert (entry["event"], entry["job"], entry["tries"]) == ("job_failed", "index", 3)


def test_an_exception_comes_with_its_trace_and_without_its_secrets(
    logged: Callable[[], list[dict[str, object]]],
) -> None:
    try:
        raise ValueError(f"Authorization: Bearer {TOKEN} of maya@example.com")
    except ValueError:
        logging.getLogger("bot").exception("failed")
    (entry,) = logged()
    assert "Traceback" in str(entry["exception"])
    assert TOKEN not in json.dumps(entry)
    assert "maya@example.com" not in json.dumps(entry)


def test_fields_that_are_called_secrets_are_masked_whole(
    logged: Callable[[], list[dict[str, object]]],
) -> None:
    structlog.get_logger("x").info("request", headers={"Cookie": "a=b", "Accept": "*/*"}, password="hunter2")
    (entry,) = logged()
    assert entry["headers"] == {"Cookie": "[secret]", "Accept": "*/*"}
    assert entry["password"] == "[secret]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to maya.li+shop@example.co.uk please", "write to [e-mail] please"),
        ("card 4111 1111 1111 1111 was charged", "card [card] was charged"),
        ("card 5500-0055-5555-5559", "card [card]"),
        ("call +47 912 34 567 now", "call [phone] now"),
        (f"token {TOKEN} refused", "token [secret] refused"),
        (f"GET /x?key={TOKEN}", "GET /x?key=[token]"),
        ("my password is hunter2 ok", "my password is [secret] ok"),
        ("passordet er hunter2 ok", "passordet er [secret] ok"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [token]"),
    ],
)
def test_what_identifies_a_person_or_opens_a_door_is_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "order NT-10427 and invoice INV-2026-00318",
        "tracking 1234567890123456",  # sixteen digits, but no card
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "passwords are never stored",
        "2026-11-22T09:00:00.000000+00:00",
        "/work/data/models/encoder/manifest.json",
    ],
)
def test_what_an_operator_needs_is_left(text: str) -> None:
    assert masked(text) == text
