"""Makes a data folder ready to serve: encoder exported, intents trained, articles seeded and indexed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from bot.dialogue.loading import load_assistant
from bot.errors import BotError
from bot.opening import assistant_folder
from bot.understanding.training import TrainingReport, train
from config.clock import SystemClock
from config.settings import Settings
from kb.embedders.export import ExportReport, export, exported
from kb.opening import encoder_folder, open_kb, seed

Progress = Callable[[str], None]


class NoEncoderError(BotError):
    """The knowledge room opened without an encoder although one was just made."""

    status = 503


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done; `encoder` is None where the export was there already."""

    encoder: ExportReport | None
    training: TrainingReport
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
        trained = self.training
        yield f"{trained.intents} intents trained on {trained.examples} examples in {trained.seconds:.0f} s"
        for language, quality in trained.languages.items():
            yield (
                f"  {language}: {quality.accuracy:.1%} right on held-out examples, calibration error "
                f"{quality.ece:.3f}; acts on {quality.sure:.0%}, of which {quality.wrong_when_sure:.1%} wrong"
            )
        yield f"{self.articles} articles indexed as generation {self.generation}" + (
            f", {self.seeded} of them new" if self.seeded else ""
        )


def prepare(settings: Settings, progress: Progress, *, samples: bool = True) -> Prepared:
    """Export, train, seed and index, in this order; each step is safe to repeat.

    samples: whether an empty knowledge base gets the articles that ship with Firstline.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    encoder, report = encoder_folder(settings), None
    if not exported(settings.model.encoder, encoder, settings.model.precision):
        progress(f"exporting the encoder {settings.model.encoder} ({settings.model.precision})")
        report = export(settings.model.encoder, encoder, settings.model.precision)
    kb = open_kb(settings, SystemClock())
    try:
        if kb.embedder is None:
            raise NoEncoderError(kb.knowledge.state().degraded or "no encoder")
        assistant = load_assistant(assistant_folder(settings))
        training = train(
            assistant,
            kb.embedder,
            settings.data / "models" / "intents",
            lambda what, share: progress(f"training the intents: {what} ({share:.0%})"),
        )
        progress("filling and indexing the knowledge base")
        seeded = seed(kb) if samples else 0
        while kb.indexer.work():
            pass
        state = kb.knowledge.state()
        return Prepared(report, training, seeded, state.articles, state.generation)
    finally:
        kb.close()
