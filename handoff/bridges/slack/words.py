"""Slack's way of writing, to and fro, and how a case looks there. Pure.

Source: Slack's pages on formatting text, Block Kit and message metadata.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from emoji import emojize

from handoff.bridges import Changes
from handoff.bridges.json_values import JsonValue, objects_at, text_at, value_at
from handoff.case import CaseStatus

Say = Callable[[str], str]

CASE, POST = "firstline_case", "firstline_post"
"""What our own messages are called in their metadata, by which they are found again."""

CLAIM, RESOLVE, REOPEN, DESK = "firstline_claim", "firstline_resolve", "firstline_reopen", "firstline_desk"

MOST_TEXT = 3_500
"""Characters of a message; what is longer is a file below its first words."""

HINT = (
    "Answer in this thread: the customer reads it in the chat. "
    "What begins with `note:` or `private:` stays among you."
)

_SECTION = 2_900  # characters of a block; Slack takes 3,000
_SECTIONS = 8
_TITLE = 150
_FIELD = 500
_NOTES = re.compile(r"\s*(?:note|private)\s*:\s*", re.IGNORECASE)
_SKIN = re.compile(r"(?<=:):?skin-tone-[2-6]:")
_ANGLES = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as its first message shows it; all of it is in the message's metadata, too."""

    handoff_id: str
    number: str
    subject: str
    customer: str
    status: str
    priority: str
    labels: str
    team: str
    assignee: str
    desk_url: str

    @classmethod
    def of(cls, message: JsonValue) -> Shown | None:
        """What a message of ours shows; None for any other."""
        if text_at(message, "metadata", "event_type") != CASE:
            return None
        kept = value_at(message, "metadata", "event_payload")
        return cls(**{field.name: text_at(kept, field.name) for field in fields(cls)})

    def after(self, changes: Changes) -> Shown:
        """The same as it is to be from now on."""
        return replace(
            self,
            status=changes.status.value if changes.status is not None else self.status,
            priority=changes.priority.value if changes.priority is not None else self.priority,
            labels=", ".join(changes.labels) if changes.labels is not None else self.labels,
            team=changes.team if changes.team is not None else self.team,
            assignee=changes.assignee if changes.assignee is not None else self.assignee,
        )

    def metadata(self) -> dict[str, JsonValue]:
        kept: dict[str, JsonValue] = {field.name: getattr(self, field.name) for field in fields(self)}
        return {"event_type": CASE, "event_payload": kept}


def blocks(
    shown: Shown, summary: Sequence[Mapping[str, JsonValue]], say: Say = str
) -> list[Mapping[str, JsonValue]]:
    """The first message of a case. summary: as `sections` has made it, or `summary_in` has found it. say: our
    words in the team's language."""
    told = {
        "Customer": shown.customer,
        "Status": say(shown.status),
        "Priority": say(shown.priority),
        "Team": shown.team,
        "Taken by": shown.assignee,
        "Labels": shown.labels,
    }
    facts: list[JsonValue] = [
        {"type": "mrkdwn", "text": f"*{escaped(say(name))}*\n{escaped(value)[:_FIELD]}"}
        for name, value in told.items()
        if value
    ]
    return [
        {"type": "header", "text": {"type": "plain_text", "text": shown.subject[:_TITLE] or "…"}},
        {"type": "section", "block_id": "facts", "fields": facts},
        *summary,
        {"type": "context", "elements": [{"type": "mrkdwn", "text": say(HINT)}]},
        {"type": "actions", "block_id": "firstline", "elements": _buttons(shown, say)},
    ]


def sections(text: str) -> list[Mapping[str, JsonValue]]:
    """A text as blocks; what does not fit into them is left to the file below."""
    parts = pieces(escaped(text), _SECTION)[:_SECTIONS]
    return [
        {"type": "section", "block_id": f"summary-{place}", "text": {"type": "mrkdwn", "text": part}}
        for place, part in enumerate(parts)
    ]


def summary_in(message: JsonValue) -> list[Mapping[str, JsonValue]]:
    """The blocks of the summary, as they were written."""
    return [
        each for each in objects_at(message, "blocks") if text_at(each, "block_id").startswith("summary-")
    ]


def post_metadata(key: str, kind: str) -> dict[str, JsonValue]:
    return {"event_type": POST, "event_payload": {"key": key, "kind": kind}}


def key_in(message: JsonValue) -> str:
    """The key of a message of ours, "" for any other."""
    return text_at(message, "metadata", "event_payload", "key")


def escaped(text: str) -> str:
    """A text in which Slack reads nothing but a text: nobody is called by what a customer writes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """A message as customers may read it: links with their address, emoji for their names."""
    spoken = emojize(_SKIN.sub("", _ANGLES.sub(_spoken, text)), language="alias")
    # In this order: an ampersand that was written before "lt;" is no angle bracket.
    return spoken.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\0", "").strip()


def note_in(text: str) -> str | None:
    """What is said to colleagues alone; None for what the customer is to read."""
    found = _NOTES.match(text)
    return None if found is None else text[found.end() :]


def status_of(word: str) -> CaseStatus | None:
    return CaseStatus(word) if word in {each.value for each in CaseStatus} else None


def pieces(text: str, most: int) -> list[str]:
    """A text in parts of at most so many characters, cut between lines where there are any."""
    found: list[str] = []
    while len(text) > most:
        cut = text.rfind("\n", most // 2, most)
        found.append(text[: cut if cut > 0 else most])
        text = text[len(found[-1]) :].lstrip("\n")
    return [*found, text] if text else found


def _spoken(link: re.Match[str]) -> str:
    """What stands in angle brackets: a person, a channel, everybody, an address with or without words."""
    inside, words = link[1], link[2]
    if inside.startswith("@"):
        return f"@{words or inside[1:]}"
    if inside.startswith("#"):
        return f"#{words or inside[1:]}"
    if inside.startswith("!"):
        return words or f"@{inside[1:].split('^')[0]}"
    address = inside.removeprefix("mailto:").removeprefix("tel:")
    return address if not words or words in (address, address.split("://")[-1]) else f"{words} ({address})"


def _buttons(shown: Shown, say: Say) -> list[JsonValue]:
    resolved = shown.status == CaseStatus.RESOLVED.value
    offered = [(REOPEN, "Reopen")] if resolved else [(CLAIM, "Claim"), (RESOLVE, "Resolve")]
    buttons: list[JsonValue] = [
        {
            "type": "button",
            "action_id": action,
            "text": {"type": "plain_text", "text": say(words)},
            "value": shown.handoff_id,
            **({"style": "primary"} if action == CLAIM else {}),
        }
        for action, words in offered
    ]
    if shown.desk_url:
        link = {"type": "plain_text", "text": say("Open at the desk")}
        buttons.append({"type": "button", "action_id": DESK, "text": dict(link), "url": shown.desk_url})
    return buttons
