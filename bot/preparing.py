"""Makes a data folder ready to serve: encoder exported, intents trained, articles seeded and indexed.

Nothing that is served is replaced before the new model has been compared with the last one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot import policies
from bot.dialogue.assistant import Assistant
from bot.dialogue.opening import read_assistant
from bot.editing.opening import edited
from bot.encoder import open_encoder
from bot.evaluation.drift import Drift, DriftError, compare, past_of, read_past, write_past
from bot.evaluation.readings import held_out
from bot.understanding.entity_training import learn_entities
from bot.understanding.errors import TooFewExamplesError
from bot.understanding.model import write_model
from bot.understanding.remembering import RememberingEmbedder
from bot.understanding.selector_training import learn_selectors
from bot.understanding.training import Learnt, TrainingReport, learn
from bot.understanding.tuned import TUNED, TunedModel, write_tuned
from bot.understanding.understanding import ENTITIES, SELECTORS
from config.clock import SystemClock
from config.settings import Settings
from kb.embedders.export import ExportReport, export, exported, put_in_place
from kb.opening import encoder_folder, open_kb, seed

Progress = Callable[[str], None]

INTENTS, VECTORS = "intents", "vectors"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done; `encoder` is None where the export was there already, `drift` with a first training.

    training: None where there was too little to learn intents from, and `untrained` says so.
    """

    encoder: ExportReport | None
    training: TrainingReport | None
    untrained: str | None
    drift: Drift | None
    seeded: int
    articles: int
    generation: int

    def to_json(self) -> dict[str, object]:
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """The report as people read it."""
        if self.encoder is not None:
            yield (
                f"encoder exported: {self.encoder.bytes / 2**20:.0f} MB, cosine to the original "
                f"{self.encoder.cosine_mean:.3f} on average, {self.encoder.cosine_least:.3f} at least"
            )
        if self.untrained is not None:
            yield f"{self.untrained}; until then messages are read by the words they share with examples"
        if self.training is not None:
            yield from _told(self.training)
        if self.drift is not None:
            yield (
                f"  against the last training, on {self.drift.shared} texts that both held out: "
                f"{self.drift.changed} are read otherwise; "
                f"accuracy {self.drift.accuracy_before:.1%} → {self.drift.accuracy:.1%}, "
                f"calibration error {self.drift.ece_before:.3f} → {self.drift.ece:.3f}"
            )
        yield f"{self.articles} articles indexed as generation {self.generation}" + (
            f", {self.seeded} of them new" if self.seeded else ""
        )


def _told(trained: TrainingReport) -> Iterator[str]:
    yield f"{trained.intents} intents trained on {trained.examples} examples in {trained.seconds:.0f} s"
    for language, quality in trained.languages.items():
        yield (
            f"  {language}: {quality.accuracy:.1%} right on held-out examples, calibration error "
            f"{quality.ece:.3f}; acts on {quality.sure:.0%}, of which {quality.wrong_when_sure:.1%} wrong"
        )
    line = trained.line
    yield (
        f"  in all {trained.accuracy:.1%} right, calibration error {trained.ece:.3f}; the line for "
        f"{line.risk:.0%} risk accepts {line.share:.0%} ({line.source}), {line.wrong:.1%} of these wrong"
    )


def prepare(
    settings: Settings,
    progress: Progress,
    *,
    samples: bool = True,
    accept: bool = False,
    finetune: bool = False,
) -> Prepared:
    """Export, train, compare, publish, seed and index, in this order; each step is safe to repeat.

    samples: whether an empty knowledge base gets the articles that ship with Firstline; accept: publish the
    model however much it changes; finetune: tune a second encoder for the intents. Raises DriftError.
    """
    models = settings.data / "models"
    models.mkdir(parents=True, exist_ok=True)
    served, report = encoder_folder(settings), None
    folder = served
    if not exported(settings.model.encoder, served, settings.model.precision):
        folder = served.with_name(f"{served.name}-next")
        progress(f"exporting the encoder {settings.model.encoder} ({settings.model.precision})")
        report = export(settings.model.encoder, folder, settings.model.precision)
    embedder = RememberingEmbedder(open_encoder(settings, folder), models / VECTORS)

    def say(stage: str, share: float) -> None:
        progress(f"training the intents: {stage} ({share:.0%})")

    assistant = edited(settings, read_assistant(settings))
    # Rules and stories that contradict each other can't be served: better said now than after minutes.
    policies.learn(assistant)
    trained, untrained = None, None
    try:
        trained = _train(settings, assistant, embedder, say, accept=accept, finetune=finetune)
    except TooFewExamplesError as few:
        untrained = str(few)
    if folder != served:
        put_in_place(folder, served)
    training, drift = None, None
    if trained is None:
        shutil.rmtree(models / INTENTS, ignore_errors=True)
    else:
        training, drift = _publish(models, trained.learnt, trained.tuned), trained.drift
    progress("training the entities and the answers of retrieval intents")
    learn_entities(assistant, models / ENTITIES)
    learn_selectors(assistant, embedder, models / SELECTORS)
    progress("filling and indexing the knowledge base")
    with closing(open_kb(settings, SystemClock())) as kb:
        # The shipped articles are the shipped assistant's company's.
        seeded = seed(kb) if samples and not settings.bot.assistant else 0
        while kb.indexer.work():
            pass
        state = kb.knowledge.state()
    return Prepared(report, training, untrained, drift, seeded, state.articles, state.generation)


@dataclass(frozen=True, slots=True)
class _Trained:
    """Intents that have been learnt and judged, and not been published yet."""

    learnt: Learnt
    tuned: TunedModel | None
    drift: Drift | None


def _train(
    settings: Settings,
    assistant: Assistant,
    embedder: RememberingEmbedder,
    say: Callable[[str, float], None],
    *,
    accept: bool,
    finetune: bool,
) -> _Trained:
    """Learn the intents and compare them with the last ones; raises TooFewExamplesError and DriftError."""
    learnt = learn(assistant.nlu.examples, embedder, risk=settings.model.risk, say=say)
    embedder.keep()
    learnt = replace(learnt, model=replace(learnt.model, fingerprint=assistant.fingerprint))
    tuned = None
    if finetune:
        from bot.understanding.finetuning import tune

        aside = _aside(settings.data / "models")
        tuned, learnt = tune(learnt, settings.model.encoder, settings.model.precision, aside, say=say)
    return _Trained(learnt, tuned, _judge(settings, learnt, accept=accept))


def _judge(settings: Settings, learnt: Learnt, *, accept: bool) -> Drift | None:
    """What changed since the last training; raises DriftError where that is too much to publish unseen."""
    models = settings.data / "models"
    past = read_past(models) if (models / INTENTS).exists() else None
    if past is None:
        return None
    drift = compare(past, held_out(learnt.judged))
    reasons = drift.reasons(settings.model.drift_most, settings.model.drift_worse)
    if reasons and not accept:
        raise DriftError(reasons)
    return drift


def _publish(models: Path, learnt: Learnt, tuned: TunedModel | None) -> TrainingReport:
    """Put the intents in place; a crash in between leaves some that say what they miss."""
    size = write_model(learnt.model, models / INTENTS)
    shutil.rmtree(models / TUNED, ignore_errors=True)
    if tuned is not None:
        write_tuned(tuned, _aside(models))
        _aside(models).rename(models / TUNED)
    write_past(past_of(held_out(learnt.judged), learnt.report.encoder), models)
    return replace(learnt.report, bytes=size)


def _aside(models: Path) -> Path:
    """Where a tuned encoder waits until its model is published."""
    return models / f"{TUNED}-next"
