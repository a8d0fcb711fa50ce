"""YAML 1.2 into nodes that know where they stand, so that every complaint can name file, line and key.

Rasa's files are YAML 1.2 (`yes` and `on` are words, not booleans), hence ruamel.yaml and not PyYAML.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as RawNode

from bot.dialogue.errors import AssistantError, Problem

JsonValue: TypeAlias = str | int | float | bool | list["JsonValue"] | dict[str, "JsonValue"] | None
Scalar: TypeAlias = str | int | float | bool | None

MOST_BYTES = 20 * 2**20
# A document whose aliases unfold to more than this many times its own nodes is a bomb, not an assistant.
MOST_UNFOLDING = 10
FEW_NODES = 1_000
MOST_DEPTH = 100

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
UNICODE_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is being read: its name in errors, and what people should hear of it without an error.

    A `secret` file (endpoints, credentials) never has a value of its own shown.
    """

    file: str
    secret: bool = False
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unset:
    """A scalar that needs an environment variable which is not set: an error once it is read."""

    name: str


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document: a scalar, a tuple of nodes, or a mapping from names to nodes."""

    source: Source
    line: int
    key: str
    value: Scalar | Unset | tuple[Node, ...] | Mapping[str, Node]

    @property
    def file(self) -> str:
        return self.source.file

    def wrong(self, message: str) -> AssistantError:
        """The error to raise about this node."""
        return AssistantError([self.problem(message)])

    def problem(self, message: str) -> Problem:
        return Problem(self.file, self.line, self.key, message)

    def warn(self, message: str) -> None:
        """Note what is harmless but was hardly meant; the loader collects it from the source."""
        self.source.warnings.append(self.problem(message))

    def become(self, value: Scalar | tuple[Node, ...] | Mapping[str, Node]) -> Node:
        """The same place with another value."""
        return Node(self.source, self.line, self.key, value)

    def is_map(self) -> bool:
        return isinstance(self.value, Mapping)

    def is_list(self) -> bool:
        return isinstance(self.value, tuple)

    def is_nothing(self) -> bool:
        return self.value is None

    def text(self) -> str:
        """The value as text; a bare number is taken as written by people who forget quotes (`id: 1`)."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return str(self.value)
        if isinstance(self.value, Unset):
            raise self.unset(self.value)
        raise self.wrong(f"must be text, not {self.kind()}; put it in quotes")

    def number(self) -> float:
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return float(self.value)
        raise self.wrong(f"must be a number, not {self.kind()}")

    def flag(self) -> bool:
        if isinstance(self.value, bool):
            return self.value
        raise self.wrong(f"must be true or false, not {self.kind()} (yes, no, on and off are text)")

    def items(self) -> tuple[Node, ...]:
        """The list's nodes; an empty value counts as an empty list."""
        if self.value is None:
            return ()
        if isinstance(self.value, tuple):
            return self.value
        raise self.wrong(f"must be a list (lines that start with '- '), not {self.kind()}")

    def texts(self) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        if isinstance(self.value, str):
            return (self.value,)
        return tuple(item.text() for item in self.items())

    def fields(self, known: Iterable[str] | None = None) -> Mapping[str, Node]:
        """The mapping's nodes; an empty value counts as an empty mapping. Keys beyond `known` are noted."""
        if self.value is None:
            return {}
        if not isinstance(self.value, Mapping):
            raise self.wrong(f"must be a mapping (`name: value`), not {self.kind()}")
        if known is not None:
            names = sorted(known)
            for name, node in self.value.items():
                if name not in names:
                    node.warn(f"unknown key {name!r} is not read; {nearest(name, names)}")
        return self.value

    def json(self) -> JsonValue:
        """The plain value, without places."""
        if isinstance(self.value, tuple):
            return [item.json() for item in self.value]
        if isinstance(self.value, Mapping):
            return {name: node.json() for name, node in self.value.items()}
        if isinstance(self.value, Unset):
            raise self.unset(self.value)
        return self.value

    def unset(self, variable: Unset) -> AssistantError:
        keep = "" if self.source.secret else "; or put the text in quotes to keep it as it is"
        return self.wrong(
            f"the environment variable {variable.name} is not set; set it before starting{keep}"
        )

    def kind(self) -> str:
        """What stands here, in words for an error."""
        if self.is_list():
            return "a list"
        if self.is_map():
            return "a mapping"
        if self.value is None:
            return "nothing"
        if isinstance(self.value, Unset):
            return f"the environment variable {self.value.name}, which is not set"
        return "this value" if self.source.secret else f"{self.value!r}"


def text_of(fields: Mapping[str, Node], key: str) -> str | None:
    """The text under `key`, None where the key is missing or empty."""
    node = fields.get(key)
    return None if node is None or node.is_nothing() else node.text()


def json_of(fields: Mapping[str, Node], key: str) -> JsonValue:
    """The plain value under `key`, None where the key is missing."""
    node = fields.get(key)
    return None if node is None else node.json()


def nearest(name: str, known: Iterable[str]) -> str:
    """The mend for a misspelt name: the closest known one, or the list."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known are {', '.join(names)}" if names else "none are known"


def read_document(path: Path, shown: str, *, secret: bool = False) -> Node | None:
    """The file as nodes, None when it is empty. `shown` is the file's name in errors.

    `${NAME}` is replaced from the environment in plain scalars, and in quoted ones of a `secret` file.
    Raises AssistantError for a file above 20 MB, text that is not UTF-8, wrong YAML, a key given twice, an
    unknown tag, nesting beyond 100 levels, and aliases that unfold to more than ten times the document. A
    variable that is not set is an error where its node is read.
    """
    source = Source(shown, secret)
    yaml = YAML(typ="safe", pure=True)
    try:
        raw = yaml.compose(_text(path, shown))
        return None if raw is None else _Reader(source, yaml).read(raw)
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        # What stands at the mark may be a password.
        why = "" if secret else f": {wrong.problem or wrong.context}"
        message = f"not YAML{why}; look at this line and the one above it"
        raise AssistantError([Problem(shown, mark.line + 1 if mark else 1, "", message)]) from None
    except RecursionError:
        raise AssistantError([Problem(shown, 1, "", "nested too deeply; flatten it")]) from None
    except (YAMLError, ValueError, AttributeError, LookupError, TypeError, AssertionError) as wrong:
        # The reader was not written for hostile text and stumbles over some of it in its own ways.
        why = "" if secret else f": {(str(wrong) or type(wrong).__name__).splitlines()[0]}"
        raise AssistantError([Problem(shown, 1, "", f"not YAML{why}; rewrite the file")]) from None


def _text(path: Path, shown: str) -> str:
    size = path.stat().st_size
    if size > MOST_BYTES:
        mend = f"the file has {size:,} bytes and the limit is {MOST_BYTES:,}; split it"
        raise AssistantError([Problem(shown, 1, "", mend)])
    written = path.read_bytes()
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = written[: wrong.start].count(b"\n") + 1
        raise AssistantError([Problem(shown, line, "", "not UTF-8; save the file as UTF-8")]) from None
    return _unescaped(text) if text.isascii() and UNICODE_ESCAPE.search(text) else text


def _unescaped(text: str) -> str:
    r"""A pure ASCII file may write an emoji as `\ud83d\ude00` outside of quotes, too."""
    try:
        halves = text.encode("ascii").decode("raw_unicode_escape")
        return halves.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeError:
        # A lone half, or a number that is no character: not meant as an escape.
        return text


class _Reader:
    """Turns ruamel's nodes into ours, once a document."""

    def __init__(self, source: Source, yaml: YAML) -> None:
        self.source = source
        self.scalars = yaml.constructor
        self.sizes: dict[int, int] = {}

    def read(self, raw: RawNode) -> Node:
        unfolded = self.size(raw)
        if unfolded > max(MOST_UNFOLDING * len(self.sizes), FEW_NODES):
            grown = f"aliases unfold {len(self.sizes):,} nodes to {unfolded:,}"
            message = f"{grown}; write the parts out instead of `*alias`"
            raise self.wrong(raw, "", message)
        return self.node(raw, "")

    def wrong(self, raw: RawNode, key: str, message: str) -> AssistantError:
        return AssistantError([Problem(self.source.file, raw.start_mark.line + 1, key, message)])

    def size(self, raw: RawNode, depth: int = 0) -> int:
        """How many nodes `raw` has with every alias unfolded; `sizes` then has one entry a distinct node."""
        known = self.sizes.get(id(raw))
        if known == 0:
            message = "an alias inside its own anchor; write the part out instead of `*alias`"
            raise self.wrong(raw, "", message)
        if known is not None:
            return known
        if depth > MOST_DEPTH:
            raise self.wrong(raw, "", "nested too deeply; flatten it")
        self.sizes[id(raw)] = 0
        total = 1
        if isinstance(raw, MappingNode):
            total += sum(self.size(key, depth + 1) + self.size(value, depth + 1) for key, value in raw.value)
        elif isinstance(raw, SequenceNode):
            total += sum(self.size(item, depth + 1) for item in raw.value)
        self.sizes[id(raw)] = total
        return total

    def node(self, raw: RawNode, key: str) -> Node:
        line = raw.start_mark.line + 1
        if isinstance(raw, ScalarNode):
            value = self.scalar(raw, key)
            # What comes from the environment may be a password: no error shows it.
            shown = value == raw.value or not isinstance(value, str)
            source = self.source if shown else replace(self.source, secret=True)
            return Node(source, line, key, value)
        if isinstance(raw, SequenceNode):
            items = (self.node(item, f"{key}[{number}]") for number, item in enumerate(raw.value))
            return Node(self.source, line, key, tuple(items))
        return Node(self.source, line, key, self.mapping(raw, key))

    def mapping(self, raw: RawNode, key: str) -> dict[str, Node]:
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        for raw_name, raw_value in raw.value:
            if raw_name.tag == "tag:yaml.org,2002:merge":
                sources = raw_value.value if isinstance(raw_value, SequenceNode) else [raw_value]
                for source in sources:
                    if not isinstance(source, MappingNode):
                        raise self.wrong(raw_name, key, "`<<` must name a mapping")
                    merged = self.mapping(source, key) | merged
                continue
            if not isinstance(raw_name, ScalarNode):
                raise self.wrong(raw_name, key, "a key must be a word, not a list or a mapping")
            name = str(raw_name.value)
            path = f"{key}.{name}" if key else name
            if name in own:
                message = f"the key is given twice (first in line {own[name].line}); keep one"
                raise self.wrong(raw_name, path, message)
            child = self.node(raw_value, path)
            # A block value starts on the line below its key; people look for the key.
            own[name] = replace(child, line=raw_name.start_mark.line + 1)
        return merged | own

    def scalar(self, raw: ScalarNode, key: str) -> Scalar | Unset:
        kind = str(raw.tag).rpartition(":")[2]
        text = str(raw.value)
        if kind in ("str", "timestamp", "value"):
            return self.expanded(raw) if "${" in text else text
        if kind == "null":
            return None
        try:
            if kind == "bool":
                return bool(self.scalars.construct_yaml_bool(raw))
            if kind == "int":
                return int(self.scalars.construct_yaml_int(raw))
            if kind == "float":
                number = float(self.scalars.construct_yaml_float(raw))
                # `.inf` and `.nan` are no JSON, which an action server is sent.
                return number if math.isfinite(number) else text
        except (ValueError, LookupError, OverflowError):
            return text
        tag = "this tag" if self.source.secret else f"the tag {raw.tag}"
        raise self.wrong(raw, key, f"{tag} is not read here; remove it")

    def expanded(self, raw: ScalarNode) -> str | Unset:
        """The text with `${NAME}` replaced. In quotes it stays, for a price may read "${amount}"."""
        text = str(raw.value)
        if raw.style and not self.source.secret:
            return text
        missing = [name for name in VARIABLE.findall(text) if name not in os.environ]
        return Unset(missing[0]) if missing else VARIABLE.sub(lambda match: os.environ[match[1]], text)
