"""What an action reads from the tracker it was given, whoever keeps that tracker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import dropwhile, takewhile
from typing import Any

from rasa_sdk import Tracker

from handoff.file import FileRef, files_of
from kb.knowledge import Topic

# A plain "yes" or "no" after an answer is about that answer; the rules only send it here when there is one.
HELPED = ("helped", "affirm")
DID_NOT_HELP = ("did_not_help", "deny")
FALLBACK = "nlu_fallback"


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the tracker's conversation with its number and what was understood or answered.

    answer, also: the articles that it cites; step: the step of one that it gives.

    in_form: whether it was said to a form, whose questions give words a meaning that no reading knows.
    mood: how it sounded, where whoever read it has said so. files: those that came with it.
    """

    number: int
    author: str
    text: str
    at: datetime
    intents: tuple[tuple[str, float], ...] = ()
    answer: dict[str, Any] | None = None
    also: tuple[dict[str, Any], ...] = ()
    step: dict[str, Any] | None = None
    name: str | None = None
    response: str | None = None
    in_form: bool = False
    mood: str = "calm"
    files: tuple[FileRef, ...] = ()


def said(tracker: Tracker) -> tuple[Said, ...]:
    """The conversation so far. Firstline's tracker numbers its messages; a stock Rasa's are counted here."""
    # Of several wishes in one message the last one counts: it is the one that forms and people are left with.
    lines = {(line.number, line.author): line for line in _lines(tracker)}
    return tuple(lines.values())


def _lines(tracker: Tracker) -> tuple[Said, ...]:
    """Every line, each wish of a message as one of its own."""
    return tuple(_said(tracker.events))


def language(tracker: Tracker) -> str:
    """The language the customer is answered in."""
    return str(tracker.get_slot("language") or "en")


def question(tracker: Tracker) -> str:
    """The customer's last message; of a quick reply, its title; of several wishes, the one at hand."""
    latest = tracker.latest_message
    metadata = latest.get("metadata") or {}
    return str(metadata.get("wish") or metadata.get("shown") or latest.get("text") or "")


def intent(tracker: Tracker) -> str | None:
    """What the last message was taken to mean; `nlu_fallback` where nothing was sure."""
    name = (tracker.latest_message.get("intent") or {}).get("name")
    return None if name is None else str(name)


def intents(tracker: Tracker) -> tuple[tuple[str, float], ...]:
    """The last message's readings, likeliest first."""
    return _ranking(tracker.latest_message)


def topic(tracker: Tracker) -> Topic | None:
    """What the last message is likeliest about, and how likely: articles may be labelled with it."""
    return next((Topic(name, probability) for name, probability in intents(tracker)), None)


def just_answered(tracker: Tracker) -> bool:
    """Whether an article was given between the customer's last message and the one before it."""
    earlier = dropwhile(_by_customer, reversed(said(tracker)))
    return any(line.answer is not None for line in takewhile(lambda line: not _by_customer(line), earlier))


def whole_message(tracker: Tracker) -> str | None:
    """The message that the wish at hand is a part of, where all its wishes are for the articles."""
    whole = (tracker.latest_message.get("metadata") or {}).get("whole")
    return None if whole is None else str(whole)


def was_answered_whole(tracker: Tracker) -> bool:
    """Whether an earlier wish of the same message was answered together with the one at hand."""
    if not (tracker.latest_message.get("metadata") or {}).get("again"):
        return False
    lines = takewhile(lambda line: not _by_customer(line), dropwhile(_by_customer, reversed(_lines(tracker))))
    return any(line.also for line in lines)


def given_with(tracker: Tracker, article: str) -> tuple[str, ...]:
    """The article, and those that its latest answer cites beside it."""
    for line in reversed(said(tracker)):
        if line.answer is not None and line.answer["article"] == article:
            return (article, *(str(each["article"]) for each in line.also))
    return (article,)


def _by_customer(line: Said) -> bool:
    return line.author == "customer"


def resumed_at(tracker: Tracker) -> int:
    """The number of the first message after the last person left; 1 where none has been here."""
    number, first = 0, 1
    for event in tracker.events:
        if event["event"] in ("user", "bot"):
            number = _number(event, number)
        elif event["event"] == "resume":
            first = number + 1
    return first


def episode(tracker: Tracker) -> int:
    """Which hand-over of this conversation this is, from 1; a paused tracker is in the one it counts."""
    pauses: int = sum(map(_hands_over, tracker.events))
    return max(1, pauses if bool(tracker.is_paused()) else pauses + 1)


def _hands_over(event: dict[str, Any]) -> bool:
    """Whether the event is a hand-over, and not that a person takes up a resolved case again."""
    return event["event"] == "pause" and not (event.get("metadata") or {}).get("reopened")


def heard(tracker: Tracker) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each event with the number of the customer's message that it follows; 0 before the first."""
    number = last = 0
    for event in tracker.events:
        if event["event"] in ("user", "bot", "agent"):
            number = _number(event, number)
        if event["event"] == "user":
            last = number
        yield last, event


def _said(events: list[dict[str, Any]]) -> Iterator[Said]:
    number, form = 0, None
    titles: dict[str, str] = {}
    for event in events:
        if event["event"] == "active_loop":
            form = event.get("name")
        if event["event"] not in ("user", "bot", "agent"):
            continue
        metadata = event.get("metadata") or {}
        text = event.get("text") or ""
        number = _number(event, number)
        at = datetime.fromtimestamp(event.get("timestamp") or 0, UTC)
        if event["event"] == "user":
            ranking = _ranking(event.get("parse_data"))
            sent = metadata.get("files") or {}
            *earlier, _ = metadata.get("burst") or [None]
            for each in earlier:
                yield Said(
                    int(each["number"]),
                    "customer",
                    str(each["text"]),
                    at,
                    ranking,
                    in_form=bool(form),
                    files=files_of(sent.get(str(each["number"]))),
                )
            shown = str(metadata.get("shown") or (metadata.get("burst") or [{"text": text}])[-1]["text"])
            # Rasa's front ends send what a button stands for; people read what was on it.
            shown = titles.get(shown, shown)
            ours = (event.get("parse_data") or {}).get("firstline") or {}
            mood = str((ours.get("mood") or {}).get("label") or "calm")
            yield Said(
                number,
                "customer",
                shown,
                at,
                ranking,
                in_form=bool(form),
                mood=mood,
                files=files_of(sent.get(str(number))),
            )
        elif text or metadata.get("files"):
            data = event.get("data") or {}
            custom, buttons = data.get("custom"), data.get("buttons") or []
            custom = custom if isinstance(custom, dict) else {}
            titles |= {str(each.get("payload")): str(each.get("title")) for each in buttons}
            author = "agent" if event["event"] == "agent" else str(metadata.get("author") or "bot")
            yield Said(
                number,
                author,
                text,
                at,
                answer=custom.get("answer"),
                also=tuple(custom.get("also") or ()),
                step=custom.get("step"),
                name=metadata.get("name"),
                response=metadata.get("utter_action"),
                files=files_of(metadata.get("files")),
            )


def _number(event: dict[str, Any], last: int) -> int:
    return int((event.get("metadata") or {}).get("number") or last + 1)


def _ranking(parse: dict[str, Any] | None) -> tuple[tuple[str, float], ...]:
    ranking = (parse or {}).get("intent_ranking") or []
    named = (each for each in ranking if each.get("name") not in (None, FALLBACK))
    return tuple((each["name"], float(each["confidence"])) for each in named)
