"""Trains a candidate beside the model that is served, and tells what would change."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.dialogue.assistant import Assistant
from bot.editing.misread import typed
from bot.editing.shelf import INTENTS, Shelf
from bot.evaluation import drift
from bot.evaluation.drift import Past, compare, past_of, read_past, write_past
from bot.evaluation.readings import held_out
from bot.store.readings import Read
from bot.understanding.model import write_model
from bot.understanding.reading import Reading
from bot.understanding.remembering import RememberingEmbedder
from bot.understanding.training import Learnt, learn
from bot.understanding.understanding import Understanding
from handoff.finding.masking import mask
from kb.coaching.training import Change, Example, Guess, Objection, Report

# Of all that a candidate takes, learning is so much, and reading messages again the rest.
LEARNING = 0.8
MOST_CHANGES = 200
MOST_CHARACTERS = 300

Progress = Callable[[str, float], None]
Open = Callable[[Path, Assistant], Understanding]
Sure = Callable[[Assistant, float | None], float]


@dataclass(frozen=True, slots=True)
class Guard:
    """What the drift guard allows; see `[model]` in default.toml. risk: the line is drawn for it."""

    risk: float
    most: float
    worse: float


@dataclass(frozen=True, slots=True)
class Job:
    """What a candidate is made of.

    assistant: with the examples that it learns; served: the assistant with those that the served model knows;
    fresh: what is new among its examples; turns: the last ones, newest first.
    """

    candidate: int
    assistant: Assistant
    served: Assistant
    fresh: tuple[Example, ...]
    turns: Sequence[Read]


def train(
    job: Job,
    embedder: RememberingEmbedder,
    shelf: Shelf,
    models: Path,
    guard: Guard,
    *,
    open_: Open,
    sure: Sure,
    say: Progress,
) -> Report:
    """Learn, write the candidate's folder, and read the last messages by both models.

    Raises TooFewExamplesError.
    """
    started = time.monotonic()
    folder = shelf.folder(job.candidate)
    learnt = learn(
        job.assistant.nlu.examples,
        embedder,
        risk=guard.risk,
        say=lambda stage, share: say(stage, LEARNING * share),
    )
    embedder.keep()
    write_model(replace(learnt.model, fingerprint=job.assistant.fingerprint), folder / INTENTS)
    write_past(past_of(held_out(learnt.judged), learnt.report.encoder), folder)
    readers = _Readers(
        before=open_(shelf.served, job.served),
        after=open_(folder / INTENTS, job.assistant),
        sure=sure,
        assistant=job.assistant,
    )
    known = {each.text.casefold() for each in job.fresh}
    messages = [turn for turn in _once(job.turns) if mask(typed(turn)).casefold() not in known]
    changes: list[Change] = []
    for number, turn in enumerate(messages):
        if number % 20 == 0:
            say("messages", LEARNING + (1 - LEARNING) * number / len(messages))
        change = readers.change(typed(turn), turn.language, conversation=turn.conversation)
        if change is not None and len(changes) < MOST_CHANGES:
            changes.append(change)
    taught = tuple(
        readers.both(each.text, each.language, conversation=each.conversation or "", meant=each.intent)
        for each in job.fresh
    )
    say("messages", 1.0)
    past = read_past(models) if shelf.served.exists() else None
    return _report(learnt, past, guard, time.monotonic() - started, len(messages), tuple(changes), taught)


@dataclass(frozen=True, slots=True)
class _Readers:
    """The served understanding and the candidate's."""

    before: Understanding
    after: Understanding
    sure: Sure
    assistant: Assistant

    def both(self, text: str, language: str, *, conversation: str = "", meant: str = "") -> Change:
        before = _guess(
            self.before.read(text, language=language), self.sure(self.assistant, self.before.line)
        )
        after = _guess(self.after.read(text, language=language), self.sure(self.assistant, self.after.line))
        return Change(mask(text)[:MOST_CHARACTERS], language, before, after, conversation, meant)

    def change(self, text: str, language: str, *, conversation: str) -> Change | None:
        """What became of a text's reading; None where nothing did."""
        change = self.both(text, language, conversation=conversation)
        return None if change.before.intent == change.after.intent else change


def _guess(reading: Reading, sure: float) -> Guess:
    """The intent that the bot would act on; "" where it is not sure."""
    certainty = round(reading.certainty, 4)
    known = bool(reading.intents) and reading.certainty >= sure
    return Guess(reading.intents[0].name if known else "", certainty)


def _said(objection: drift.Objection) -> Objection:
    return Objection(objection.kind, objection.before, objection.after, objection.allowed)


def _once(turns: Sequence[Read]) -> Iterator[Read]:
    """One turn for each text that customers typed, the newest."""
    seen: set[str] = set()
    for turn in turns:
        text = typed(turn).casefold()
        if text and text not in seen:
            seen.add(text)
            yield turn


def _report(
    learnt: Learnt,
    past: Past | None,
    guard: Guard,
    seconds: float,
    messages: int,
    changes: tuple[Change, ...],
    taught: tuple[Change, ...],
) -> Report:
    found = None if past is None else compare(past, held_out(learnt.judged))
    return Report(
        examples=learnt.report.examples,
        intents=learnt.report.intents,
        seconds=round(seconds, 1),
        accuracy_before=None if past is None else past.accuracy,
        accuracy=learnt.report.accuracy,
        ece_before=None if past is None else past.ece,
        ece=learnt.report.ece,
        shared=0 if found is None else found.shared,
        changed=0 if found is None else found.changed,
        objections=() if found is None else tuple(map(_said, found.objections(guard.most, guard.worse))),
        messages=messages,
        changes=changes,
        taught=taught,
        left_out=learnt.report.left_out,
    )
