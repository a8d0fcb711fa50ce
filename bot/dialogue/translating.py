"""A language's own responses: the texts and the buttons' titles, put over what an assistant says anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.dialogue.documents import Node, nearest

LANGUAGE = "language"
"""The slot that a response's condition names to be said in one language."""

VARIANT_KEYS = ("text", "buttons")


@dataclass(frozen=True, slots=True)
class Translation:
    """What a language adds to an assistant's files: a file of responses, and one of examples."""

    language: str
    responses: Path | None = None
    examples: Path | None = None


def translated(responses: Mapping[str, Node], document: Node, language: str) -> dict[str, Node]:
    """The responses, each with the wordings that a language's file has for it.

    Such a file gives texts and the titles of buttons alone, in the order of the assistant's; payloads and
    whatever else stay its own. A wording with more or fewer buttons is noted and left out.
    """
    said = dict(responses)
    for name, node in document.fields(("version", "responses")).get("responses", document).fields().items():
        if name not in said:
            node.warn(f"the assistant has no response {name!r}; {nearest(name, said)}")
            continue
        base = _base(said[name])
        if base is None:
            node.warn(f"the assistant's {name!r} has no wording of its own to be said otherwise")
            continue
        fitting = [each for each in node.items() if _fits(base, each)]
        said[name] = said[name].become(
            (*said[name].items(), *(_variant(base, each, language) for each in fitting))
        )
    return said


def _base(node: Node) -> Node | None:
    """The first wording that is said in any language."""
    variants = [each for each in node.items() if each.is_map()]
    return next((each for each in variants if "condition" not in each.fields()), None)


def _fits(base: Node, node: Node) -> bool:
    """Whether a wording has as many buttons as the assistant's own; else it is noted."""
    given, own = len(_buttons(node)), len(_buttons(base))
    if given != own:
        node.warn(f"left out, for it has {given} buttons and the assistant's own wording {own}")
    return given == own


def _buttons(node: Node) -> tuple[Node, ...]:
    return node.fields()["buttons"].items() if node.is_map() and "buttons" in node.fields() else ()


def _variant(base: Node, node: Node, language: str) -> Node:
    given = node.fields(VARIANT_KEYS) if node.is_map() else {"text": node}
    kept = {key: each for key, each in base.fields().items() if key not in VARIANT_KEYS}
    condition = {
        key: node.become(value) for key, value in (("type", "slot"), ("name", LANGUAGE), ("value", language))
    }
    shown = tuple(
        own.become({**own.fields(), "title": title})
        for own, title in zip(_buttons(base), _buttons(node), strict=True)
    )
    return node.become(
        {
            **kept,
            "condition": node.become((node.become(condition),)),
            **({"text": given["text"]} if "text" in given else {}),
            **({"buttons": given["buttons"].become(shown)} if shown else {}),
        }
    )
