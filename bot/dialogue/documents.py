"""YAML 1.2 into nodes that know where they stand, so that every complaint can name file, line and key.

Rasa's files are YAML 1.2 (`yes` and `on` are words, not booleans), hence ruamel.yaml and not PyYAML.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document: a scalar, a tuple of nodes, or a mapping from names to nodes."""

    file: str
    line: int
    key: str
    value: Scalar | tuple[Node, ...] | Mapping[str, Node]

    def wrong(self, message: str) -> AssistantError:
        """The error to raise about this node."""
        return AssistantError([self.problem(message)])

    def problem(self, message: str) -> Problem:
        return Problem(self.file, self.line, self.key, message)

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
        """The mapping's nodes; an empty value counts as an empty mapping. Keys beyond `known` are errors."""
        if self.value is None:
            return {}
        if not isinstance(self.value, Mapping):
            raise self.wrong(f"must be a mapping (`name: value`), not {self.kind()}")
        if known is not None:
            names = sorted(known)
            for name, node in self.value.items():
                if name not in names:
                    raise node.wrong(f"unknown key {name!r}; {nearest(name, names)}")
        return self.value

    def json(self) -> JsonValue:
        """The plain value, without places."""
        if isinstance(self.value, tuple):
            return [item.json() for item in self.value]
        if isinstance(self.value, Mapping):
            return {name: node.json() for name, node in self.value.items()}
        return self.value

    def kind(self) -> str:
        """What stands here, in words for an error."""
        if self.is_list():
            return "a list"
        if self.is_map():
            return "a mapping"
        return "nothing" if self.value is None else f"{self.value!r}"


def nearest(name: str, known: Iterable[str]) -> str:
    """The mend for a misspelt name: the closest known one, or the list."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known are {', '.join(names)}" if names else "none are known"


def read_document(path: Path, shown: str) -> Node | None:
    """The file as nodes, None when it is empty. `shown` is the file's name in errors.

    Raises AssistantError for a file above 20 MB, text that is not UTF-8, wrong YAML, a key given twice,
    an unknown tag, and aliases that unfold to more than ten times the document.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        mend = f"the file has {size:,} bytes and the limit is {MOST_BYTES:,}; split it"
        raise AssistantError([Problem(shown, 1, "", mend)])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = path.read_bytes()[: wrong.start].count(b"\n") + 1
        raise AssistantError([Problem(shown, line, "", "not UTF-8; save the file as UTF-8")]) from None
    yaml = YAML(typ="safe", pure=True)
    try:
        raw = yaml.compose(text)
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        message = f"not YAML: {wrong.problem or wrong.context}; look at this line and the one above it"
        raise AssistantError([Problem(shown, mark.line + 1 if mark else 1, "", message)]) from None
    except RecursionError:
        raise AssistantError([Problem(shown, 1, "", "nested too deeply; flatten it")]) from None
    except YAMLError as wrong:
        message = f"not YAML: {str(wrong).splitlines()[0]}"
        raise AssistantError([Problem(shown, 1, "", message)]) from None
    if raw is None:
        return None
    return _Reader(shown, yaml).read(raw)


class _Reader:
    """Turns ruamel's nodes into ours, once a document."""

    def __init__(self, file: str, yaml: YAML) -> None:
        self.file = file
        self.scalars = yaml.constructor
        self.sizes: dict[int, int] = {}

    def read(self, raw: RawNode) -> Node:
        unfolded = self.size(raw)
        if unfolded > max(MOST_UNFOLDING * len(self.sizes), FEW_NODES):
            grown = f"aliases unfold {len(self.sizes):,} nodes to {unfolded:,}"
            message = f"{grown}; write the parts out instead of `*alias`"
            raise AssistantError([Problem(self.file, raw.start_mark.line + 1, "", message)])
        return self.node(raw, "")

    def size(self, raw: RawNode) -> int:
        """How many nodes `raw` has with every alias unfolded; `sizes` then has one entry a distinct node."""
        known = self.sizes.get(id(raw))
        if known == 0:
            message = "an alias inside its own anchor; write the part out instead of `*alias`"
            raise AssistantError([Problem(self.file, raw.start_mark.line + 1, "", message)])
        if known is not None:
            return known
        self.sizes[id(raw)] = 0
        total = 1
        if isinstance(raw, MappingNode):
            total += sum(self.size(key) + self.size(value) for key, value in raw.value)
        elif isinstance(raw, SequenceNode):
            total += sum(self.size(item) for item in raw.value)
        self.sizes[id(raw)] = total
        return total

    def node(self, raw: RawNode, key: str) -> Node:
        line = raw.start_mark.line + 1
        if isinstance(raw, ScalarNode):
            return Node(self.file, line, key, self.scalar(raw, key))
        if isinstance(raw, SequenceNode):
            items = (self.node(item, f"{key}[{number}]") for number, item in enumerate(raw.value))
            return Node(self.file, line, key, tuple(items))
        return Node(self.file, line, key, self.mapping(raw, key))

    def mapping(self, raw: RawNode, key: str) -> dict[str, Node]:
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        for raw_name, raw_value in raw.value:
            line = raw_name.start_mark.line + 1
            if raw_name.tag == "tag:yaml.org,2002:merge":
                sources = raw_value.value if isinstance(raw_value, SequenceNode) else [raw_value]
                for source in sources:
                    if not isinstance(source, MappingNode):
                        message = "`<<` must name a mapping"
                        raise AssistantError([Problem(self.file, line, key, message)])
                    merged = self.mapping(source, key) | merged
                continue
            if not isinstance(raw_name, ScalarNode):
                message = "a key must be a word, not a list or a mapping"
                raise AssistantError([Problem(self.file, line, key, message)])
            name = str(raw_name.value)
            path = f"{key}.{name}" if key else name
            if name in own:
                message = f"the key is given twice (first in line {own[name].line}); keep one"
                raise AssistantError([Problem(self.file, line, path, message)])
            child = self.node(raw_value, path)
            # A block value starts on the line below its key; people look for the key.
            own[name] = Node(child.file, line, child.key, child.value)
        return merged | own

    def scalar(self, raw: RawNode, key: str) -> Scalar:
        kind = str(raw.tag).rpartition(":")[2]
        text = str(raw.value)
        if kind in ("str", "timestamp", "value"):
            return text
        if kind == "null":
            return None
        try:
            if kind == "bool":
                return bool(self.scalars.construct_yaml_bool(raw))
            if kind == "int":
                return int(self.scalars.construct_yaml_int(raw))
            if kind == "float":
                return float(self.scalars.construct_yaml_float(raw))
        except (ValueError, KeyError):
            return text
        message = f"the tag {raw.tag} is not read here; remove it"
        raise AssistantError([Problem(self.file, raw.start_mark.line + 1, key, message)])
