"""Responses: the wordings of what the bot says."""

from __future__ import annotations

from bot.dialogue.assistant import Place, ResponseButton, ResponseCondition, ResponseVariant
from bot.dialogue.documents import Node, json_of, text_of

VARIANT_KEYS = (
    "text",
    "condition",
    "channel",
    "buttons",
    "quick_replies",
    "image",
    "attachment",
    "elements",
    "custom",
    "metadata",
    "id",
    "button_type",
    "template",
)
CONTENT_KEYS = frozenset(("text", "custom", "image", "buttons", "attachment", "elements", "quick_replies"))


def read_response(name: str, node: Node) -> tuple[ResponseVariant, ...]:
    """The variants of response `name`; a text alone counts as one variant."""
    if not name.startswith("utter_"):
        node.warn("a response whose name does not start with `utter_` is only said by custom actions")
    variants = tuple(map(_variant, node.items()))
    if not variants:
        raise node.wrong("a response needs at least one variant (`- text: …`)")
    return variants


def _variant(node: Node) -> ResponseVariant:
    if isinstance(node.value, str):
        node.warn("a bare text is Rasa 1's way; write `- text: …`")
        return ResponseVariant(text=node.value, place=Place.of(node))
    fields = node.fields(VARIANT_KEYS)
    if not fields.keys() & CONTENT_KEYS:
        node.warn("a variant without `text`, `custom`, `image` or `attachment` says nothing")
    return ResponseVariant(
        text=text_of(fields, "text"),
        condition=tuple(map(_condition, fields["condition"].items())) if "condition" in fields else (),
        channel=text_of(fields, "channel"),
        buttons=tuple(map(_button, fields["buttons"].items())) if "buttons" in fields else (),
        quick_replies=json_of(fields, "quick_replies"),
        image=text_of(fields, "image"),
        attachment=json_of(fields, "attachment"),
        elements=json_of(fields, "elements"),
        custom=json_of(fields, "custom"),
        metadata=json_of(fields, "metadata"),
        id=text_of(fields, "id"),
        button_type=text_of(fields, "button_type"),
        place=Place.of(node),
    )


def _condition(node: Node) -> ResponseCondition:
    fields = node.fields(("type", "name", "value"))
    if "type" in fields and fields["type"].text() != "slot":
        raise fields["type"].wrong("only `type: slot` conditions exist")
    if "name" not in fields or "value" not in fields:
        raise node.wrong("a condition needs `name` (a slot) and `value`")
    return ResponseCondition(fields["name"].text(), fields["value"].json())


def _button(node: Node) -> ResponseButton:
    fields = node.fields()
    title = text_of(fields, "title")
    payload = text_of(fields, "payload")
    if title is None and payload is None:
        node.warn("a button without `title` and `payload` can't be pressed")
    shown = title if title is not None else payload or ""
    more = {name: each.json() for name, each in fields.items() if name not in ("title", "payload")}
    return ResponseButton(shown, shown if payload is None else payload, more)
