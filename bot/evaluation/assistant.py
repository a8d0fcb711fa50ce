"""Cross-validates an assistant's examples, and names those that look wrong with file and line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.dialogue.assistant import Assistant, Example
from bot.evaluation.measures import f1_of
from bot.evaluation.readings import Progress, Readings, held_out
from bot.understanding.training import Judged, Line, learn
from kb.embedders import Embedder, Floats2d

# An example is doubted when another intent has at least the one, and its own at most the other.
SURE_OF_ANOTHER = 0.7
LEAST_OWN = 0.1
# A pair of intents is confusable when the one is taken for the other this often, either way.
LEAST_CONFUSED = 2
NEARLY_SAME = 0.96
FEW = 8
_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Weak:
    """How an intent does in a language."""

    intent: str
    language: str
    examples: int
    f1: float


@dataclass(frozen=True, slots=True)
class Confusable:
    """Two intents that are taken for each other, with the examples that are, the surest mistake first."""

    intents: tuple[str, str]
    examples: tuple[Example, ...]

    def __str__(self) -> str:
        quoted = "; ".join(f"“{each.text}” ({_place(each)})" for each in self.examples[:3])
        return f"{self.intents[0]} and {self.intents[1]}, {len(self.examples)} examples: {quoted}"


@dataclass(frozen=True, slots=True)
class Doubted:
    """An example that is surely read as another intent by models that have not seen it."""

    example: Example
    read_as: str
    probability: float

    def __str__(self) -> str:
        return (
            f"{_place(self.example)}: “{self.example.text}” stands under {self.example.intent} "
            f"and reads as {self.read_as} ({self.probability:.0%})"
        )


@dataclass(frozen=True, slots=True)
class Twins:
    """Two examples of different intents that say nearly the same."""

    examples: tuple[Example, Example]
    cosine: float

    def __str__(self) -> str:
        one, other = self.examples
        return (
            f"“{one.text}” under {one.intent} ({_place(one)}) and "
            f"“{other.text}” under {other.intent} ({_place(other)}), cosine {self.cosine:.2f}"
        )


@dataclass(frozen=True, slots=True)
class Thin:
    """An intent with too few examples in a language; `first` is one of them."""

    intent: str
    language: str
    examples: int
    first: Example

    def __str__(self) -> str:
        return (
            f"{_place(self.first)}: {self.intent} has {self.examples} in {self.language or 'its language'}; "
            f"{FEW} are the least that tell much"
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """What cross-validation says of an assistant; near_auroc: how well intents that were kept out are told
    from the others, None where none were."""

    readings: Readings
    languages: Mapping[str, Readings]
    line: Line
    near_auroc: float | None
    weakest: tuple[Weak, ...]
    confusable: tuple[Confusable, ...]
    mislabelled: tuple[Doubted, ...]
    duplicates: tuple[Twins, ...]
    thin: tuple[Thin, ...]
    model: str

    def to_json(self) -> dict[str, object]:
        """The keys that programs read."""
        return {
            "n": len(self.readings.examples),
            "intents": len(set(self.readings.meant)),
            "accuracy": self.readings.accuracy,
            "macro_f1": self.readings.macro_f1,
            "ece": self.readings.ece,
            "languages": {
                language: {
                    "n": len(readings.examples),
                    "accuracy": readings.accuracy,
                    "macro_f1": readings.macro_f1,
                    "ece": readings.ece,
                }
                for language, readings in self.languages.items()
            },
            "per_intent": [
                {"intent": each.intent, "language": each.language, "n": each.examples, "f1": each.f1}
                for each in self.weakest
            ],
            "line": {
                "certainty": self.line.certainty,
                "risk": self.line.risk,
                "accepted": self.line.share,
                "wrong": self.line.wrong,
            },
            "near_oos": {"auroc": self.near_auroc},
            "confusable": [
                {"intents": each.intents, "examples": [_named(example) for example in each.examples]}
                for each in self.confusable
            ],
            "mislabelled": [
                {**_named(each.example), "read_as": each.read_as, "probability": each.probability}
                for each in self.mislabelled
            ],
            "duplicates": [
                {"examples": [_named(example) for example in each.examples], "cosine": each.cosine}
                for each in self.duplicates
            ],
            "thin": [
                {**_named(each.first), "language": each.language, "n": each.examples} for each in self.thin
            ],
            "model": self.model,
        }


def check_examples(assistant: Assistant, embedder: Embedder, *, risk: float, say: Progress) -> Checked:
    """Cross-validate the assistant's examples; raises TooFewExamplesError.

    Folds are drawn by intent and language alone, so an example's near-duplicates may be learnt from while it
    is held out: the more of them an intent has, the kinder the numbers.
    """
    learnt = learn(assistant.nlu.examples, embedder, risk=risk, say=say)
    readings = held_out(learnt.judged)
    languages = sorted({each.language for each in readings.examples})
    vectors = embedder.encode([each.text for each in readings.examples])
    return Checked(
        readings=readings,
        languages={language: readings.of(language) for language in languages},
        line=learnt.report.line,
        near_auroc=learnt.report.near_auroc,
        weakest=_by_intent(readings, languages),
        confusable=_confusable(readings),
        mislabelled=_mislabelled(learnt.judged),
        duplicates=_twins(readings.examples, vectors),
        thin=_thin(assistant.nlu.examples),
        model=learnt.report.encoder,
    )


def _by_intent(readings: Readings, languages: Sequence[str]) -> tuple[Weak, ...]:
    """Every intent in every language, the weakest first."""
    found = []
    for language in languages:
        own = readings.of(language)
        counts = Counter(own.meant)
        found += [Weak(name, language, counts[name], f1) for name, f1 in f1_of(own.meant, own.read).items()]
    return tuple(sorted(found, key=lambda each: (each.f1, each.intent, each.language)))


def _confusable(readings: Readings) -> tuple[Confusable, ...]:
    """Pairs of intents, the most often confused first."""
    pairs: dict[tuple[str, str], list[tuple[float, Example]]] = defaultdict(list)
    for taken in readings.confusions:
        one, other = sorted((taken.meant, taken.read_as))
        pairs[one, other] += zip(taken.chances, taken.examples, strict=True)
    found = [
        Confusable(pair, tuple(each for _, each in sorted(wrong, key=lambda both: (-both[0], both[1].text))))
        for pair, wrong in pairs.items()
        if len(wrong) >= LEAST_CONFUSED
    ]
    return tuple(sorted(found, key=lambda each: (-len(each.examples), each.intents)))


def _mislabelled(judged: Judged) -> tuple[Doubted, ...]:
    """Examples whose own intent is improbable where another is sure, the surest first."""
    numbers = {name: number for number, name in enumerate(judged.intents)}
    found = []
    for each, chances in zip(judged.examples, judged.chances, strict=True):
        first = int(chances.argmax())
        if chances[first] >= SURE_OF_ANOTHER and chances[numbers[each.intent]] <= LEAST_OWN:
            found.append(Doubted(each, judged.intents[first], float(chances[first])))
    return tuple(sorted(found, key=lambda each: (-each.probability, _place(each.example))))


def _twins(examples: Sequence[Example], vectors: Floats2d) -> tuple[Twins, ...]:
    """Pairs of examples across intents whose vectors nearly agree, the closest first."""
    labels = np.unique([each.intent for each in examples], return_inverse=True)[1]
    found = []
    for start in range(0, len(examples), _AT_ONCE):
        cosines = vectors[start : start + _AT_ONCE] @ vectors.T
        for row, column in zip(*np.nonzero(cosines >= NEARLY_SAME), strict=True):
            one, other = start + int(row), int(column)
            if one < other and labels[one] != labels[other]:
                found.append(Twins((examples[one], examples[other]), float(cosines[row, column])))
    return tuple(sorted(found, key=lambda each: (-each.cosine, _place(each.examples[0]))))


def _thin(examples: Sequence[Example]) -> tuple[Thin, ...]:
    """Intents with too few distinct examples in a language, the fewest first."""
    groups: dict[tuple[str, str], dict[str, Example]] = defaultdict(dict)
    for each in examples:
        groups[each.intent, each.language].setdefault(each.text.casefold(), each)
    found = [
        Thin(intent, language, len(texts), next(iter(texts.values())))
        for (intent, language), texts in groups.items()
        if len(texts) < FEW
    ]
    return tuple(sorted(found, key=lambda each: (each.examples, each.intent, each.language)))


def _place(example: Example) -> str:
    return f"{example.place.file}:{example.place.line}"


def _named(example: Example) -> dict[str, object]:
    """An example with where it stands."""
    return {
        "file": example.place.file,
        "line": example.place.line,
        "intent": example.intent,
        "text": example.text,
    }
