"""Texts with their intents, read from CSV or JSONL; every mistake is named with its file and line."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from bot.dialogue.assistant import Example, Place
from bot.errors import BotError
from bot.understanding.language import LanguageReader

# What a text is labelled that no intent is for.
OUTSIDE = "oos"
_BYTES = 200 * 2**20
_LANGUAGE_COLUMNS = ("language", "lang")


class LabelledFileError(BotError):
    """A file of labelled texts can't be read as one."""

    status = 400

    def __init__(self, path: Path, why: str, line: int | None = None) -> None:
        super().__init__(f"{path}{f':{line}' if line else ''}: {why}")
        self.path, self.line = path, line


def read_labelled(path: Path, *, labelled: bool = True) -> tuple[Example, ...]:
    """The texts of a CSV with a header, or of a JSONL (by the file's suffix), with `text` and `intent`.

    labelled: whether `intent` must be there; without it a text is taken to be outside of all intents. The
    language is that of a column `language` or `lang`, "" without one. Raises LabelledFileError.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise LabelledFileError(
            path, f"{error.strerror}; give a CSV or JSONL file with text,intent"
        ) from None
    if len(raw) > _BYTES:
        raise LabelledFileError(path, f"more than {_BYTES // 2**20} MB; give a part of it")
    try:
        written = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise LabelledFileError(path, "is not UTF-8; save it as UTF-8 and try again", line) from None
    rows = _json_lines(path, written) if path.suffix in (".jsonl", ".ndjson") else _csv_rows(path, written)
    examples = tuple(_example(path, line, row, labelled) for line, row in rows)
    if not examples:
        raise LabelledFileError(path, "holds no texts; give a file with a header and at least one row")
    return examples


def _csv_rows(path: Path, written: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    if "\0" in written:
        raise LabelledFileError(path, "holds zero bytes; save it as UTF-8 text and try again")
    reader = csv.DictReader(io.StringIO(written, newline=""), strict=True)
    try:
        yield from ((reader.line_num, row) for row in reader if any(row.values()))
    except csv.Error as error:
        raise LabelledFileError(path, f"is no CSV ({error})", reader.reader.line_num) from None


def _json_lines(path: Path, written: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(written.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise LabelledFileError(path, f"is no JSON ({error}); write one object a line", number) from None
        if not isinstance(row, dict):
            raise LabelledFileError(path, 'is no object; write {"text": …, "intent": …}', number)
        yield number, row


def _example(path: Path, line: int, row: Mapping[str, object], labelled: bool) -> Example:
    values: dict[str, str] = {}
    for name in ("text", "intent") if labelled else ("text",):
        value = row.get(name)
        if value is None and name not in row:
            there = ", ".join(str(each) for each in row if each is not None) or "nothing"
            raise LabelledFileError(path, f"no {name!r}; there is {there}", line)
        if not isinstance(value, str) or not value.strip():
            raise LabelledFileError(path, f"{name!r} is {value!r}; write a text", line)
        values[name] = value.strip() if name == "intent" else value
    spoken = next((row[name] for name in _LANGUAGE_COLUMNS if row.get(name)), "")
    place = Place(str(path), line, values.get("intent", OUTSIDE))
    return Example(values.get("intent", OUTSIDE), values["text"], str(spoken), place=place)


def in_languages(examples: Sequence[Example], reader: LanguageReader, first: str) -> tuple[Example, ...]:
    """The examples with a language each: where none was given, the one that most of those are in.

    One text is often too short to tell; a file seldom is.
    """
    counts: dict[str, int] = defaultdict(int)
    for each in examples:
        if not each.language:
            counts[reader.read(each.text, first)] += 1
    most = max(counts, key=lambda language: counts[language], default=first)
    return tuple(each if each.language else replace(each, language=most) for each in examples)


def draw(examples: Sequence[Example], shots: int, seed: int) -> tuple[Example, ...]:
    """`shots` examples of each intent drawn by the seed, all of an intent that has fewer; in file order."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(examples):
        numbers[each.intent].append(number)
    random = Random(seed)
    drawn: list[int] = []
    for intent in sorted(numbers):
        drawn += random.sample(numbers[intent], min(shots, len(numbers[intent])))
    return tuple(examples[number] for number in sorted(drawn))
