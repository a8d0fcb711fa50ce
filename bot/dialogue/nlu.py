"""The NLU part: examples with annotated entities, synonyms, lookups, regexes."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import dataclass, field, replace

from bot.dialogue.assistant import Annotation, Example, Nlu, Place
from bot.dialogue.documents import Node, text_of

ENTRY_KINDS = ("intent", "synonym", "lookup", "regex")

# [text](entity), [text](entity:value), [text]{"entity": …} and [text][{…},{…}]
ANNOTATION = re.compile(
    r"\[(?P<text>[^\]]+?)\]"
    r"(\((?P<entity>[^:)]+?)(?:\:(?P<value>[^)]+))?\)|\{(?P<dict>[^}]+?)\}|\[(?P<list>.*?)\])"
)
ENTRY_KEYS = (*ENTRY_KINDS, "examples", "metadata")
# Only where this stands can an annotation be: a quick look that spares most lines the search.
_MARKED = re.compile(r"\][({\[]")
_INNER = re.compile(r"\{[^}]+\}")
# Longer than any sentence, and short enough that a hostile line can't keep the search for marks busy.
MOST_CHARACTERS = 10_000


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
            if not entry.is_map():
                entry.warn("skipped: an entry is a mapping such as `intent: …` with `examples: |`")
                continue
            fields = entry.fields(ENTRY_KEYS)
            kind = next((each for each in ENTRY_KINDS if each in fields), None)
            if kind is None:
                entry.warn(f"skipped: an entry needs one of {', '.join(ENTRY_KINDS)}")
                continue
            name = text_of(fields, kind)
            lines = _lines(fields["examples"]) if "examples" in fields else []
            if not name or not lines:
                entry.warn(f"skipped: {kind} {name or ''} has no {'examples' if name else 'name'}")
            elif kind == "intent":
                self._intent(name, lines, language)
            elif kind == "synonym":
                self.synonyms.update((text.lower(), name) for text, _ in lines)
            elif kind == "lookup":
                self.lookups[name] = self.lookups.get(name, ()) + tuple(text for text, _ in lines)
            else:
                for pattern, place in lines:
                    _check_regex(pattern, place)
                self.regexes[name] = self.regexes.get(name, ()) + tuple(text for text, _ in lines)

    def _intent(self, name: str, lines: list[tuple[str, Node]], language: str) -> None:
        for written, place in lines:
            text, annotations = read_annotations(written, place)
            if not text:
                continue
            self.examples.append(
                Example(
                    intent=name.partition("/")[0],
                    text=text,
                    language=language,
                    annotations=annotations,
                    response_key=name if "/" in name else None,
                    place=Place.of(place),
                )
            )
            for mark in annotations:
                if mark.value != mark.text:
                    self.synonyms[mark.text.lower()] = mark.value

    def retrieval_intents(self) -> frozenset[str]:
        """The intents whose examples are written as `faq/ask_name`."""
        return frozenset(example.intent for example in self.examples if example.response_key)

    def nlu(self) -> Nlu:
        return Nlu(tuple(self.examples), self.synonyms, self.lookups, self.regexes)


def _lines(node: Node) -> list[tuple[str, Node]]:
    """Each example with its place: a block of '- …' lines, or a list of texts or `text:` mappings."""
    if node.is_list():
        items = [item.fields().get("text", item) if item.is_map() else item for item in node.items()]
        return [
            (item.text().strip().removeprefix("- ").strip(), item) for item in items if not item.is_nothing()
        ]
    if node.is_nothing():
        return []
    found = []
    text = node.text()
    # A block starts on the line after its key.
    for number, line in enumerate(text.split("\n"), node.line + ("\n" in text)):
        place = replace(node, line=number)
        if line.lstrip().startswith("-"):
            found.append((line.lstrip()[1:].strip(), place))
        elif line.strip():
            place.warn("the line is skipped, for an example starts with '-'")
    return found


def _check_regex(pattern: str, place: Node) -> None:
    with warnings.catch_warnings():
        # What Python will read otherwise one day is no matter: the pattern runs in another engine.
        warnings.simplefilter("ignore")
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as wrong:
            if "global flags not at the start" in str(wrong):
                return  # older Pythons took them anywhere, and so does the engine that searches
            raise place.wrong(f"not a regular expression: {wrong}") from None


def read_annotations(written: str, place: Node) -> tuple[str, tuple[Annotation, ...]]:
    """The text without its markup, and the marked spans at their offsets in that text."""
    if len(written) > MOST_CHARACTERS:
        raise place.wrong(f"an example of {len(written):,} characters; the limit is {MOST_CHARACTERS:,}")
    if not _MARKED.search(written):
        return written, ()
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
    if match["dict"]:
        return [_mark("{" + match["dict"] + "}", text, place)]
    # Brackets without a mapping inside are no mark, but the text loses them: Rasa's way.
    return [_mark(written, text, place) for written in _INNER.findall(match["list"])]


def _mark(written: str, text: str, place: Node) -> tuple[str, str, str | None, str | None]:
    try:
        read = json.loads(written)
    except (ValueError, RecursionError):
        raise place.wrong(f'the annotation {written} is not JSON; write {{"entity": "…"}}') from None
    if not isinstance(read, dict) or not isinstance(read.get("entity"), str):
        raise place.wrong(f'the annotation {written} needs an "entity"')
    value, role, group = read.get("value"), read.get("role"), read.get("group")
    return (
        read["entity"],
        text if value is None else str(value),
        None if role is None else str(role),
        None if group is None else str(group),
    )
