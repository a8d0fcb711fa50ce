"""One line of JSON a log entry on stderr, without secrets; coloured lines when a person is watching."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from typing import TextIO

import structlog

_SECRET_KEYS = re.compile(r"(?i)passw|passord|token|secret|authori[sz]ation|cookie|csrf")

_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 [token]"),
    (
        re.compile(
            r"(?i)\b(passw(?:or)?d|passord(?:et)?|token|secret|api[_-]?key)\b(\W{0,3}(?:is|er)?\W{1,3})\S+"
        ),
        r"\1\2[secret]",
    ),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<![\w+])\+\d(?:[ -]?\d){7,14}(?!\w)"), "[phone]"),
    # Our tokens are 43 random characters of base64url; a hash in hexadecimal is not one of them.
    (
        re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[A-Za-z0-9_-]{32,}(?![\w-])"),
        "[token]",
    ),
)


def open_logs(*, redact: bool = True, stream: TextIO | None = None) -> None:
    """Send everything that the process logs through `logging` to the stream, from INFO up.

    redact: mask secrets and what identifies a person. stream: stderr if None; a terminal gets colours.
    """
    out = sys.stderr if stream is None else stream
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    ending: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not out.isatty():
        ending.append(structlog.processors.format_exc_info)
    if redact:
        ending.append(_redacted)
    ending.append(
        structlog.dev.ConsoleRenderer()
        if out.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=ending))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("alembic", "faiss", "rasa_sdk", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def masked(text: str) -> str:
    """The text without e-mail addresses, card and phone numbers, passwords and tokens."""
    text = _CARD.sub(lambda found: "[card]" if _is_card(found[0]) else found[0], text)
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def _redacted(logger: object, method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    return {key: _without_secrets(key, value) for key, value in event.items()}


def _without_secrets(key: str, value: object) -> object:
    if _SECRET_KEYS.search(key):
        return "[secret]"
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {inner: _without_secrets(str(inner), entry) for inner, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_without_secrets("", entry) for entry in value]
    return value


def _is_card(text: str) -> bool:
    """Luhn's check, which one number in ten passes by chance."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
