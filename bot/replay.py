"""Runs real messages through the bot, each as its own conversation, and counts what came of them."""

from __future__ import annotations

import csv
import io
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot.chat import Chat
from bot.conversation import Message
from bot.errors import BotError
from bot.store import JsonObject, Promise, Store

CHANNEL = "replay"
Kind = Literal["answered", "asked_back", "declined", "escalated", "small_talk", "errors"]
KINDS: tuple[Kind, ...] = ("answered", "asked_back", "declined", "escalated", "small_talk", "errors")

# The responses by which the bot says that it has no answer, and those by which it wants to know more.
DECLINES = frozenset(
    ("utter_no_answer", "utter_out_of_scope", "utter_cannot_answer_safely", "utter_other_language")
)
ASKS = frozenset(
    (
        "utter_ask_rephrase",
        "utter_did_you_mean",
        "utter_is_it_this",
        "utter_ask_order_number",
        "utter_order_status_intro",
        "utter_return_intro",
        "utter_what_is_wrong",
        "utter_what_for",
        "utter_what_to_correct",
    )
)


Verdict = Literal["right", "wrong", "offered", "unanswered"]
VERDICTS: tuple[Verdict, ...] = ("right", "offered", "unanswered", "wrong")
"""What became of a question whose article is known: answered from it, from another, its title offered as a
choice, or neither."""


class ReplayFileError(BotError):
    """The file of messages can't be read as one."""

    status = 400


@dataclass(frozen=True, slots=True)
class Row:
    """A message. `articles`: those that answer it; empty where none does, None where nobody has said."""

    text: str
    articles: frozenset[str] | None = None
    language: str | None = None


@dataclass(slots=True)
class Replayed:
    """What a file of messages came to. Latencies are seconds, one a message."""

    kinds: Counter[Kind] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    handoffs: list[str] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    verdicts: Counter[Verdict] = field(default_factory=Counter)  # of messages that an article answers
    unanswerable: int = 0
    answered_wrongly: int = 0  # of those that none does

    def to_json(self) -> dict[str, object]:
        """The keys that programs read; shares are left to the reader, who has `n`."""
        counts: dict[str, int] = {kind: self.kinds[kind] for kind in KINDS}
        return {
            "n": sum(counts.values()),
            **counts,
            "p50_ms": round(1_000 * percentile(self.seconds, 0.5), 1),
            "p95_ms": round(1_000 * percentile(self.seconds, 0.95), 1),
            "judged": self._judged(),
        }

    def _judged(self) -> dict[str, object] | None:
        """By article id, where the file names the article of each message; null where it doesn't."""
        answerable = sum(self.verdicts.values())
        if not answerable + self.unanswerable:
            return None
        wrong = self.verdicts["wrong"] + self.answered_wrongly
        answered = self.verdicts["right"] + wrong
        return {
            "answerable": answerable,
            **{verdict: self.verdicts[verdict] for verdict in VERDICTS},
            "right_share": round(self.verdicts["right"] / answerable, 4) if answerable else None,
            "unanswerable": self.unanswerable,
            "answered_of_unanswerable": self.answered_wrongly,
            "wrong_among_answered": round(wrong / answered, 4) if answered else None,
        }


def read_messages(path: Path) -> list[Row]:
    """The rows of a CSV or JSONL file with `text`, or of a file with one message a line.

    A column or key `article` says what answers the message (an id, or several with `|` between them in a CSV;
    empty or null: nothing does), and `language` in which one it is.
    """
    try:
        raw = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReplayFileError(f"{path}: {error.strerror}; give a file of messages") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ReplayFileError(f"{path}:{line}: not UTF-8; save the file with that encoding") from None
    if path.suffix == ".csv":
        return list(_from_csv(path, raw))
    if path.suffix == ".jsonl":
        return list(_from_jsonl(path, raw))
    return [Row(line.strip()) for line in raw.split("\n") if line.strip()]


def replay(
    rows: Iterable[Row],
    chat: Chat,
    store: Store,
    *,
    language: str | None = None,
    original: Callable[[str], str] = str,
    titled: Callable[[str], str] = str,
) -> Iterator[Replayed]:
    """Each text as the first message of a conversation of its own; gives the running result after each.

    original: the article that an id's article is a translation of, or itself: either is right. titled: the id
    of the article with a title, as choices name it.
    """
    result = Replayed()
    for number, row in enumerate(rows, start=1):
        address = f"row-{number}"
        began = time.perf_counter()
        try:
            said = chat.ask(CHANNEL, address, row.text, language=row.language or language)
        except BotError:
            result.kinds["errors"] += 1
            yield result
            continue
        result.seconds.append(time.perf_counter() - began)
        conversation = store.find(CHANNEL, address)
        assert conversation is not None
        promise = store.promise_of(conversation.id)
        kind = kind_of(said, promise, store.events(conversation.id))
        result.kinds[kind] += 1
        if promise is not None:
            result.handoffs.append(promise.handoff_id)
        cited = [message.source.article for message in said if message.source is not None]
        result.answers += [(row.text, article) for article in cited]
        if row.articles is not None:
            choices = [button.title for message in said for button in message.buttons]
            wanted = {original(article) for article in row.articles}
            offered = {original(titled(choice)) for choice in choices}
            _judge(result, wanted, {original(article) for article in cited}, offered)
        yield result


def _judge(result: Replayed, wanted: set[str], cited: set[str], offered: set[str]) -> None:
    if not wanted:
        result.unanswerable += 1
        result.answered_wrongly += bool(cited)
    elif cited:
        result.verdicts["right" if wanted & cited else "wrong"] += 1
    else:
        result.verdicts["offered" if wanted & offered else "unanswered"] += 1


def kind_of(said: tuple[Message, ...], promise: Promise | None, events: Iterable[JsonObject]) -> Kind:
    """What a turn came to: an answer is one that cites its article, whatever else was said with it.

    A person who is fetched because something of ours broke is an error, not an escalation.
    """
    if promise is not None:
        return "errors" if promise.reason == "bot_failed" else "escalated"
    if any(message.source is not None for message in said):
        return "answered"
    responses = {_response(event) for event in events}
    if responses & ASKS:
        return "asked_back"
    if responses & DECLINES:
        return "declined"
    return "small_talk"


def _response(event: JsonObject) -> str | None:
    metadata = event.get("metadata")
    return str(metadata.get("utter_action")) if isinstance(metadata, dict) else None


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _from_csv(path: Path, raw: str) -> Iterator[Row]:
    rows = csv.DictReader(io.StringIO(raw, newline=""), strict=True)
    try:
        header = rows.fieldnames or []
        if "text" not in header:
            raise ReplayFileError(f"{path}:1: no column 'text'; the header has {', '.join(header) or 'none'}")
        for row in rows:
            named = row["article"] if "article" in header else None
            articles = None if named is None else frozenset(filter(None, named.split("|")))
            yield Row(row["text"] or "", articles, row.get("language") or None)
    except csv.Error as error:
        raise ReplayFileError(f"{path}:{rows.line_num + 1}: {error}; is a quote left open?") from None


def _from_jsonl(path: Path, raw: str) -> Iterator[Row]:
    # Not splitlines(): a JSON text may hold the other characters that it takes for the end of a line.
    for number, line in enumerate(raw.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ReplayFileError(f"{path}:{number}: not JSON: {error}") from None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise ReplayFileError(f'{path}:{number}: each line must be an object with "text"')
        yield Row(row["text"], _articles(path, number, row), row.get("language") or None)


def _articles(path: Path, number: int, row: dict[str, object]) -> frozenset[str] | None:
    if "article" not in row:
        return None
    named = row["article"]
    several = [] if named is None else named if isinstance(named, list) else [named]
    if not all(isinstance(each, str) for each in several):
        raise ReplayFileError(f'{path}:{number}: "article" must be an id, a list of ids, or null')
    return frozenset(several)
