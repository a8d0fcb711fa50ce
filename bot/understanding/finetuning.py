"""Fine-tunes the sentence encoder for the intents alone: `firstline train --finetune`. Needs torch.

Cross-entropy on a cosine head (Wang et al., NormFace, 2017) with smoothed labels, lower layers learning more
slowly (Howard and Ruder, 2018), and the running mean of the weights kept (Polyak averaging).
"""

from __future__ import annotations

import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.understanding.calibration import expected_calibration_error
from bot.understanding.ranking import Ranking
from bot.understanding.reading import Intent
from bot.understanding.training import Judged, Learnt, line_at
from bot.understanding.tuned import ENCODER, MOST_INTENTS, TunedModel, log_chances
from kb.embedders.export import export, load_original, quiet
from kb.embedders.onnx import OnnxEmbedder
from kb.errors import ExportRefusedError

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

Floats2d: TypeAlias = NDArray[np.float32]
Ints1d: TypeAlias = NDArray[np.int64]
Progress: TypeAlias = Callable[[str, float], None]

_LAYER = re.compile(r"\blayers?\.(\d+)\.")
# Batches are cut from this many shuffled examples ordered by length, so that little of them is padding.
_POOL = 32
# The share of each intent's examples that is not tuned on: how much the cosines count is chosen on these.
_HELD_OUT = 0.1
_SHARPEST = 50.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to fine-tune.

    rate, head_rate: the most the encoder's last layer and the head learn; layer_decay: how much slower each
    layer below learns; warm_up: share of the steps over which rates rise; scale: of the cosines; smoothing:
    share of a label spread over all intents; averaged: how much of the mean of the weights a step keeps.
    The word table stays as it is: it is half of the encoder, and wishes use few of its words.
    """

    epochs: int = 5
    batch: int = 32
    rate: float = 1e-4
    head_rate: float = 2e-3
    layer_decay: float = 0.8
    warm_up: float = 0.1
    scale: float = 20.0
    smoothing: float = 0.05
    averaged: float = 0.995
    seed: int = 20_260


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of it: the prototypes (c, d) of length 1, one an intent, that a tuned vector is compared to;
    the loss of the last epoch, the device and the seconds it took."""

    prototypes: Floats2d
    loss: float
    device: str
    seconds: float


def tune(
    learnt: Learnt,
    source: str,
    precision: str,
    folder: Path,
    *,
    recipe: Recipe = Recipe(),
    say: Progress | None = None,
) -> tuple[TunedModel, Learnt]:
    """Tune the encoder named `source` for what was learnt, and export it into `folder`/encoder.

    Returns the model that goes beside the learnt one, and what was learnt with accuracy, calibration error,
    line and held-out readings as the tuned encoder leaves them, on examples that it was not tuned on.
    Where the tuned encoder suffers too much from `precision`, it is exported in full precision.
    """
    say = say or _silent
    judged = learnt.judged
    texts = np.array([each.text for each in judged.examples], dtype=object)
    labels = np.array([judged.intents.index(each.intent) for each in judged.examples], dtype=np.int64)
    held = _held_out(labels, Random(recipe.seed))
    with tempfile.TemporaryDirectory(prefix="firstline-tuning-") as scratch:
        weights = Path(scratch) / f"{Path(source).name}-tuned"
        shown, numbers = np.unique(labels[~held], return_inverse=True)
        tuned = finetune(source, texts[~held].tolist(), numbers, weights, recipe=recipe, say=say)
        say("exporting the tuned encoder", 1.0)
        try:
            export(str(weights), folder / ENCODER, precision)
        except ExportRefusedError:
            export(str(weights), folder / ENCODER, "fp32")
    embedder = OnnxEmbedder(folder / ENCODER)
    # An intent without examples, such as what is out of scope, is close to nothing.
    prototypes = np.zeros((len(judged.intents), embedder.width), dtype=np.float32)
    prototypes[shown] = tuned.prototypes
    cosines = embedder.encode(texts[held].tolist()) @ prototypes.T
    heads = np.stack([_said(judged.intents, row) for row in judged.chances[held]])
    cosine, share = _weigh(cosines, heads, labels[held])
    model = TunedModel(
        intents=judged.intents,
        prototypes=prototypes,
        cosine=cosine,
        heads=share,
        base=learnt.report.encoder,
        encoder=embedder.model_id,
        fingerprint=learnt.model.fingerprint,
    )
    chances = model.of_cosines(cosines, heads)
    first, right = chances.max(axis=1), chances.argmax(axis=1) == labels[held]
    certainty = first * judged.known[held]
    report = replace(
        learnt.report,
        accuracy=float(right.mean()),
        ece=expected_calibration_error(first, right),
        line=line_at(certainty, right, learnt.report.line.risk, "held-out examples"),
        encoder=f"{learnt.report.encoder} + {embedder.model_id}",
        seconds=learnt.report.seconds + tuned.seconds,
    )
    examples = tuple(each for each, out in zip(judged.examples, held, strict=True) if out)
    return model, replace(
        learnt, report=report, judged=Judged(examples, judged.intents, chances, judged.known[held])
    )


def _held_out(labels: Ints1d, random: Random) -> NDArray[np.bool_]:
    """(n,) which examples are kept out: a share of each intent's, one at least where it has three."""
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, label in enumerate(labels.tolist()):
        numbers[label].append(number)
    held = np.zeros(len(labels), dtype=bool)
    for own in numbers.values():
        most = round(_HELD_OUT * len(own))
        held[random.sample(own, max(most, 1) if len(own) > 2 else 0)] = True
    return held


def _said(intents: Sequence[str], chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """(c,) log probabilities as serving hears them: in a ranking's few intents."""
    best = np.argsort(-chances, kind="stable")[:MOST_INTENTS]
    named = tuple(Intent(intents[number], float(chances[number])) for number in best)
    return log_chances(intents, Ranking(named, 1.0, ""))


def _weigh(cosines: Floats2d, heads: NDArray[np.float64], labels: Ints1d) -> tuple[float, float]:
    """How much cosines and heads count, so that the labels are most probable."""

    def surprise(weights: NDArray[np.float64]) -> float:
        scores = weights[0] * cosines + weights[1] * heads
        top = scores.max(axis=1)
        total = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
        return float((total - scores[np.arange(len(labels)), labels]).mean())

    bounds = [(0.0, _SHARPEST), (0.0, _SHARPEST)]
    best = minimize(surprise, np.array([10.0, 0.5]), method="L-BFGS-B", bounds=bounds).x
    return round(float(best[0]), 6), round(float(best[1]), 6)


def finetune(
    source: str,
    texts: Sequence[str],
    labels: Ints1d,
    folder: Path,
    *,
    recipe: Recipe = Recipe(),
    say: Progress | None = None,
) -> Tuned:
    """Tune the encoder named `source` to tell the labels 0 … c-1 apart, and save it into `folder`.

    The folder is a sentence-transformers model in safetensors. Uses a GPU when there is one. The same texts,
    seed and number of threads give the same weights on the same processor.
    """
    import torch

    started = time.monotonic()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(recipe.seed)
        with quiet():
            model = load_original(source).to(device)
        head = torch.nn.Parameter(torch.from_numpy(_first_prototypes(model, texts, labels)).to(device))
        loss = _learn(model, head, texts, labels, recipe, say or _silent)
    with quiet():
        model.to("cpu").save(str(folder), safe_serialization=True)
    prototypes = torch.nn.functional.normalize(head.detach(), dim=-1).cpu().numpy()
    return Tuned(prototypes, loss, device, time.monotonic() - started)


def _silent(stage: str, share: float) -> None:
    """Nobody watches."""


def _first_prototypes(model: SentenceTransformer, texts: Sequence[str], labels: Ints1d) -> Floats2d:
    """(c, d) mean vectors of the intents before any tuning."""
    vectors = np.asarray(model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))
    means = np.stack([vectors[labels == label].mean(axis=0) for label in range(int(labels.max()) + 1)])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)


def _learn(
    model: SentenceTransformer,
    head: torch.nn.Parameter,
    texts: Sequence[str],
    labels: Ints1d,
    recipe: Recipe,
    say: Progress,
) -> float:
    """Tune model and head in place, to the mean of their weights; the mean loss of the last epoch."""
    import torch
    from torch.nn.functional import cross_entropy, normalize

    tokens = [model.tokenizer(text, truncation=True)["input_ids"] for text in texts]
    device = head.device
    groups = [*_groups(model, recipe), (recipe.head_rate, [head])]
    learning = [weight for _, weights in groups for weight in weights]
    kept = [weight.detach().clone() for weight in learning]
    optimizer = torch.optim.AdamW(
        [{"params": weights, "lr": rate} for rate, weights in groups], weight_decay=0.01, fused=True
    )
    per_epoch = -(-len(texts) // recipe.batch)
    steps = recipe.epochs * per_epoch
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _share(step, steps, recipe.warm_up))
    short = device.type == "cuda" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    random = Random(recipe.seed)
    model.train()
    losses: list[float] = []
    for epoch in range(recipe.epochs):
        losses = []
        for batch in _batches([len(each) for each in tokens], recipe.batch, random):
            say("fine-tuning the encoder", (epoch * per_epoch + len(losses)) / steps)
            padded = model.tokenizer.pad({"input_ids": [tokens[each] for each in batch]}, return_tensors="pt")
            features = {name: each.to(device) for name, each in padded.items()}
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=short):
                vectors = model(features)["sentence_embedding"]
            cosines = normalize(vectors.float(), dim=-1) @ normalize(head, dim=-1).T
            wanted = torch.from_numpy(labels[batch]).to(device)
            loss = cross_entropy(recipe.scale * cosines, wanted, label_smoothing=recipe.smoothing)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            losses.append(float(loss.detach()))
            # Early on the mean would remember where it began: it grows as old as the training is.
            remembered = min(recipe.averaged, 1.0 - 10.0 / (10.0 + epoch * per_epoch + len(losses)))
            with torch.no_grad():
                torch._foreach_lerp_(kept, [weight.detach() for weight in learning], 1.0 - remembered)
    with torch.no_grad():
        for weight, mean in zip(learning, kept, strict=True):
            weight.copy_(mean)
    model.eval()
    return float(np.mean(losses))


def _groups(model: SentenceTransformer, recipe: Recipe) -> list[tuple[float, list[torch.nn.Parameter]]]:
    """The encoder's weights by layer, each with its rate; what lies below the layers does not learn."""
    named = list(model.named_parameters())
    found = {name: _LAYER.search(name) for name, _ in named}
    last = max((int(layer[1]) for layer in found.values() if layer), default=0)
    groups: dict[int, list[torch.nn.Parameter]] = {}
    for name, weight in named:
        layer = found[name]
        weight.requires_grad_("embeddings" not in name)
        if weight.requires_grad:
            groups.setdefault(last - int(layer[1]) if layer else 0, []).append(weight)
    return [(recipe.rate * recipe.layer_decay**below, weights) for below, weights in sorted(groups.items())]


def _share(step: int, steps: int, warm_up: float) -> float:
    """The share of its rate at which a step learns: rising, then falling to nothing in a straight line."""
    rising = max(1, round(steps * warm_up))
    return (step + 1) / rising if step < rising else (steps - step) / max(1, steps - rising)


def _batches(lengths: Sequence[int], size: int, random: Random) -> Iterator[list[int]]:
    """Every example once, in an order of chance, in batches of examples of similar length."""
    numbers = list(range(len(lengths)))
    random.shuffle(numbers)
    batches: list[list[int]] = []
    for start in range(0, len(numbers), size * _POOL):
        pool = sorted(numbers[start : start + size * _POOL], key=lambda number: lengths[number])
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    random.shuffle(batches)
    yield from batches
