"""A conversation written down as a Rasa story.

Source of the format: Rasa Open Source 3.6, `rasa.shared.core.training_data.story_writer.yaml_story_writer`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.tracker import ACTION_LISTEN, Json, Tracker

_UNTOLD = (ACTION_LISTEN, "action_session_start")


def story(tracker: Tracker, sender: str) -> str:
    """The events that count, as YAML: one story, with what the customer wrote and how it was understood."""
    steps = list(_steps(tracker.applied))
    out = io.StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.dump({"version": "3.1", "stories": [{"story": sender, "steps": steps}]}, out)
    return out.getvalue()


def _steps(events: Iterable[Json]) -> Iterator[Json]:
    for event in events:
        kind = event["event"]
        if kind == "user":
            yield _user(event)
        elif kind == "action" and event.get("name") not in _UNTOLD:
            yield {"action": event["name"]} if event.get("name") else {"bot": event.get("action_text")}
        elif kind == "slot":
            yield {"slot_was_set": [{event["name"]: event.get("value")}]}
        elif kind in ("active_loop", "form"):
            yield {"active_loop": event.get("name")}


def _user(event: Json) -> Json:
    parse = event.get("parse_data") or {}
    intent = parse.get("intent") or {}
    entities = [each for each in parse.get("entities") or [] if isinstance(each, dict) and each.get("entity")]
    step: Json = {"intent": intent.get("full_retrieval_intent_name") or intent.get("name")}
    if event.get("text"):
        step["user"] = LiteralScalarString(_annotated(str(event["text"]), entities))
    if entities:
        step["entities"] = [
            {each["entity"]: each.get("value")} | {k: each[k] for k in ("role", "group") if each.get(k)}
            for each in entities
        ]
    return step


def _annotated(text: str, entities: list[Json]) -> str:
    """The text with its entities marked up, from the last to the first so that places stay right."""
    if text.startswith("/"):
        return text
    done = len(text)
    for each in sorted(entities, key=lambda each: int(each.get("start") or 0), reverse=True):
        start, end = each.get("start"), each.get("end")
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= done:
            text = f"{text[:start]}[{text[start:end]}]({each['entity']}){text[end:]}"
            done = start
    return text
