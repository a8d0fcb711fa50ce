"""The NLU part: examples with annotated entities, synonyms, lookups, regexes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from bot.dialogue.assistant import Annotation, Example, Nlu, Place
from bot.dialogue.documents import Node

ENTRY_KINDS = ("intent", "synonym", "lookup", "regex")

# [text](entity), [text](entity:value), [text]{"entity": …} and [text][{…},{…}]
ANNOTATION = re.compile(
    r"\[(?P<text>[^\]]+?)\]"
    r"(\((?P<entity>[^:)]+?)(?:\:(?P<value>[^)]+))?\)|\{(?P<dict>[^}]+?)\}|\[(?P<list>.*?)\])"
)


@dataclass(slots=True)
class NluParts:
    """The NLU while its files are being merged."""

    examples: list[Example] = field(default_factory=list)
    synonyms: dict[str, str] = field(default_factory=dict)
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    regexes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, node: Node, language: str) -> None:
        """Merge one file's `nlu` list; its examples are in `language`.

        Raises AssistantError with the line of an example of wrong markup, or of a pattern that is no regex.
        """
        for entry in node.items():
            fields = entry.fields()
            kinds = [kind for kind in ENTRY_KINDS if kind in fields]
            if len(kinds) != 1:
                raise entry.wrong(f"an entry needs exactly one of {', '.join(ENTRY_KINDS)}")
            kind, name = kinds[0], fields[kinds[0]].text()
            if "examples" not in fields:
                raise entry.wrong("`examples` is missing (`examples: |`, then one '- …' a line)")
            lines = _lines(fields["examples"])
            if kind == "intent":
                self._intent(name, lines, entry, language)
            elif kind == "synonym":
                self.synonyms.update((surface.lower(), name) for surface, _ in lines)
            elif kind == "lookup":
                self.lookups[name] = self.lookups.get(name, ()) + tuple(text for text, _ in lines)
            else:
                for pattern, line in lines:
                    _check_regex(pattern, entry, line)
                self.regexes[name] = self.regexes.get(name, ()) + tuple(text for text, _ in lines)

    def _intent(self, name: str, lines: list[tuple[str, int]], entry: Node, language: str) -> None:
        for written, line in lines:
            text, annotations = read_annotations(written, Node(entry.file, line, entry.key, written))
            if not text:
                continue
            self.examples.append(
                Example(
                    intent=name.partition("/")[0],
                    text=text,
                    language=language,
                    annotations=annotations,
                    response_key=name if "/" in name else None,
                    place=Place(entry.file, line, entry.key),
                )
            )
            for mark in annotations:
                if mark.value != mark.text:
                    self.synonyms.setdefault(mark.text.lower(), mark.value)

    def retrieval_intents(self) -> frozenset[str]:
        """The intents whose examples are written as `faq/ask_name`."""
        return frozenset(example.intent for example in self.examples if example.response_key)

    def nlu(self) -> Nlu:
        return Nlu(tuple(self.examples), self.synonyms, self.lookups, self.regexes)


def _lines(node: Node) -> list[tuple[str, int]]:
    """Each example with its line. Two legal forms: a block of '- …' lines, or a list of `text:` mappings."""
    if node.is_list():
        found = []
        for item in node.items():
            text = item.fields()["text"] if item.is_map() and "text" in item.fields() else item
            found.append((text.text().strip().removeprefix("- ").strip(), text.line))
        return found
    # The block starts on the line after its key.
    numbered = ((line.strip(), number) for number, line in enumerate(node.text().split("\n"), node.line + 1))
    return [(line[1:].strip(), number) for line, number in numbered if line.startswith("-")]


def _check_regex(pattern: str, entry: Node, line: int) -> None:
    try:
        re.compile(pattern)
    except re.error as wrong:
        place = Node(entry.file, line, entry.key, pattern)
        raise place.wrong(f"not a regular expression: {wrong}") from None


def read_annotations(written: str, place: Node) -> tuple[str, tuple[Annotation, ...]]:
    """The text without its markup, and the marked spans at their offsets in that text."""
    plain: list[str] = []
    annotations: list[Annotation] = []
    length = end = 0
    for match in ANNOTATION.finditer(written):
        before, text = written[end : match.start()], match["text"]
        start = length + len(before)
        annotations += [
            Annotation(start, start + len(text), text, *marks) for marks in _marks(match, text, place)
        ]
        plain += [before, text]
        length, end = start + len(text), match.end()
    plain.append(written[end:])
    return "".join(plain), tuple(annotations)


def _marks(match: re.Match[str], text: str, place: Node) -> list[tuple[str, str, str | None, str | None]]:
    """(entity, value, role, group) of each mark on one span."""
    if match["entity"]:
        return [(match["entity"], match["value"] or text, None, None)]
    written = "{" + match["dict"] + "}" if match["dict"] else "[" + match["list"] + "]"
    try:
        read = json.loads(written)
    except ValueError:
        raise place.wrong(f'the annotation {written} is not JSON; write {{"entity": "…"}}') from None
    marks = []
    for each in read if isinstance(read, list) else [read]:
        if not isinstance(each, dict) or not isinstance(each.get("entity"), str):
            raise place.wrong(f'the annotation {written} needs an "entity"')
        role, group = each.get("role"), each.get("group")
        marks.append(
            (
                each["entity"],
                str(each.get("value") or text),
                None if role is None else str(role),
                None if group is None else str(group),
            )
        )
    return marks
