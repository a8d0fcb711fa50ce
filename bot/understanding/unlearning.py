"""Takes texts out of what was trained on them, without training anew.

What is kept of an example is its words, its vector, and the n-grams that it alone had; these go. The heads'
weights stay as they are: sums over all examples, from which none can be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

import numpy as np

from bot.understanding.features import Vocabulary, grams
from bot.understanding.model import IntentModel


def unlearnt(model: IntentModel, texts: Collection[str]) -> IntentModel:
    """The model without these examples; the same one where it has none of them."""
    gone = {text.strip() for text in texts}
    kept = np.array([each.strip() not in gone for each in model.example_texts], dtype=bool)
    if kept.all():
        return model
    left = [text for text, stays in zip(model.example_texts, kept, strict=True) if stays]
    alone = frozenset(_names(gone)) - frozenset(_names(left))
    names = [name for name in model.vocabulary.numbers if name not in alone]
    rows = np.array([model.vocabulary.numbers[name] for name in names], dtype=np.int64)
    return replace(
        model,
        vocabulary=Vocabulary({name: row for row, name in enumerate(names)}, model.vocabulary.rarity[rows]),
        text_weights=np.ascontiguousarray(model.text_weights[rows]),
        examples=np.ascontiguousarray(model.examples[kept]),
        example_intents=model.example_intents[kept],
        example_texts=tuple(left),
    )


def _names(texts: Iterable[str]) -> Iterator[str]:
    """The texts' n-grams as a vocabulary names them."""
    for text in texts:
        for prefix, counted in zip("wc", grams(text), strict=True):
            yield from (prefix + gram for gram in counted)
