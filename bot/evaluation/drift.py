"""What a training changed: the same held-out texts, read by the last model's training and by this one's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import BotError
from bot.evaluation.readings import Readings

FILE = "training.json"
FORMAT = 1
# With fewer texts in common, what changed is chance.
LEAST_SHARED = 20


@dataclass(frozen=True, slots=True)
class Past:
    """What a training was: its held-out readings, by the hash of text and language."""

    accuracy: float
    ece: float
    encoder: str
    readings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Objection:
    """Something that changes more than is allowed: "readings", "accuracy" or "ece".

    before, after: shares in [0, 1], of which the first is 0 for readings; allowed: how much they may differ.
    """

    kind: str
    before: float
    after: float
    allowed: float
    shared: int

    def __str__(self) -> str:
        if self.kind == "readings":
            return (
                f"{self.after:.1%} of {self.shared} held-out texts are read otherwise "
                f"([model] drift_most allows {self.allowed:.1%})"
            )
        if self.kind == "accuracy":
            return (
                f"accuracy falls from {self.before:.1%} to {self.after:.1%} "
                f"([model] drift_worse allows {self.allowed:.1%})"
            )
        return (
            f"the calibration error rises from {self.before:.3f} to {self.after:.3f} "
            f"([model] drift_worse allows {self.allowed:.3f})"
        )


@dataclass(frozen=True, slots=True)
class Drift:
    """This training against the last one, on the texts that both held out.

    shared: how many; changed: of those, how many are read otherwise; the accuracies are on those, by the
    labels of now; the calibration errors are each training's own.
    """

    shared: int
    changed: int
    accuracy_before: float
    accuracy: float
    ece_before: float
    ece: float

    @property
    def share_changed(self) -> float:
        return self.changed / self.shared if self.shared else 0.0

    def reasons(self, most: float, worse: float) -> tuple[str, ...]:
        """The objections in words."""
        return tuple(map(str, self.objections(most, worse)))

    def objections(self, most: float, worse: float) -> tuple[Objection, ...]:
        """Why this is too much; nothing where there is too little to compare.

        most: the share of readings that may change; worse: how much accuracy may fall and the calibration
        error rise.
        """
        if self.shared < LEAST_SHARED:
            return ()
        shared, before = self.shared, self.accuracy_before
        found = (
            (
                self.share_changed > most,
                Objection("readings", 0.0, self.share_changed, most, shared),
            ),
            (before - self.accuracy > worse, Objection("accuracy", before, self.accuracy, worse, shared)),
            (self.ece - self.ece_before > worse, Objection("ece", self.ece_before, self.ece, worse, shared)),
        )
        return tuple(objection for too_much, objection in found if too_much)


class DriftError(BotError):
    """A training that changes too much; the model that is there is kept."""

    status = 409

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(
            f"the new model is not published and the old one kept: {'; '.join(reasons)}; "
            "look at the examples, or publish it with `firstline train --accept`"
        )
        self.reasons = reasons


def past_of(readings: Readings, encoder: str) -> Past:
    """What the next training is compared with."""
    read = {
        _key(each.text, each.language): intent
        for each, intent in zip(readings.examples, readings.read, strict=True)
    }
    return Past(readings.accuracy, readings.ece, encoder, read)


def compare(past: Past, readings: Readings) -> Drift:
    """This training's held-out readings against the last one's."""
    before, right_before, right, changed = 0, 0, 0, 0
    for each, intent in zip(readings.examples, readings.read, strict=True):
        was = past.readings.get(_key(each.text, each.language))
        if was is not None:
            before += 1
            right_before += was == each.intent
            right += intent == each.intent
            changed += was != intent
    return Drift(
        shared=before,
        changed=changed,
        accuracy_before=right_before / before if before else 0.0,
        accuracy=right / before if before else 0.0,
        ece_before=past.ece,
        ece=readings.ece,
    )


def write_past(past: Past, folder: Path) -> None:
    """Put it into `folder` at once."""
    kept = {
        "format": FORMAT,
        "accuracy": past.accuracy,
        "ece": past.ece,
        "encoder": past.encoder,
        "readings": past.readings,
    }
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{FILE}.new"
    aside.write_text(json.dumps(kept, ensure_ascii=False, sort_keys=True, indent=0) + "\n", encoding="utf-8")
    aside.replace(folder / FILE)


def read_past(folder: Path) -> Past | None:
    """What was written into `folder`; None where nothing was, or nothing that can be read.

    A file that can't be read only means that there is nothing to compare with.
    """
    try:
        kept = json.loads((folder / FILE).read_bytes())
        if kept["format"] != FORMAT:
            return None
        readings = {str(key): str(intent) for key, intent in kept["readings"].items()}
        return Past(float(kept["accuracy"]), float(kept["ece"]), str(kept["encoder"]), readings)
    except (FileNotFoundError, KeyError, TypeError, ValueError, AttributeError):
        return None


def without(past: Past, texts: Iterable[tuple[str, str]]) -> Past:
    """The past without the readings of these texts, each with its language."""
    gone = {_key(text, language) for text, language in texts}
    return replace(past, readings={key: read for key, read in past.readings.items() if key not in gone})


def _key(text: str, language: str) -> str:
    return hashlib.sha256(f"{language}\0{text}".encode()).hexdigest()[:16]
