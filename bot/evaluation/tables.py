"""An evaluation as people read it in a terminal."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.dialogue.assistant import Example
from bot.evaluation.assistant import Checked
from bot.evaluation.machine import machine
from bot.evaluation.trial import RISKS, Trial
from handoff.evaluation.trial import Trial as Summarising
from kb.evaluation.trial import Results
from kb.evaluation.trial import Trial as Answering

_PAIRS = 10
_FINDINGS = 20
_QUOTED = 3
_KEPT_OUT = "training intents, each kept out in turn"


def print_trial(console: Console, trial: Trial) -> None:
    """What a test file showed."""
    trained, readings = trial.trained, trial.readings
    accepted, wrong = readings.acted_on(trained.line.certainty)
    texts = len(readings.examples)
    table = _table(f"{trial.examples} examples of {trial.intents} intents, {texts} texts tested")
    table.add_row("right", f"{readings.accuracy:.2%}", f"macro-F1 {readings.macro_f1:.2%}")
    table.add_row("expected calibration error", f"{readings.ece:.4f}", "15 bins")
    for risk in RISKS:
        table.add_row(f"coverage at {risk:.0%} risk", f"{trial.coverage(risk):.2%}", "by the best line")
    table.add_row(
        f"accepted by the line for {trained.line.risk:.0%}",
        f"{accepted:.2%}",
        f"{wrong:.2%} of these wrong; line {trained.line.certainty:.3f} by {trained.line.source}",
    )
    outside = trial.out_of_scope
    if outside is not None:
        table.add_row("out of scope, AUROC", f"{outside.auroc:.2%}", f"{outside.texts} texts")
        table.add_row(
            "out of scope, noticed",
            f"{outside.recall:.2%}",
            f"{outside.accepted:.2%} in scope accepted; line by {outside.source}",
        )
    if trained.near_auroc is not None:
        table.add_row("near out of scope, AUROC", f"{trained.near_auroc:.2%}", _KEPT_OUT)
    table.add_row("training", f"{trained.seconds:.1f} s", f"{trained.encode_seconds:.1f} s of it encoding")
    table.add_row("a reading, p50", f"{trial.milliseconds(50):.1f} ms", "one after the other, warm")
    table.add_row("a reading, p95", f"{trial.milliseconds(95):.1f} ms", "")
    table.add_row("memory at its most", f"{trial.peak_mb:.0f} MB", "training included")
    console.print(table)
    pairs = Table(
        "meant", "read as", "texts", "the surest of them", title="Confused most", title_justify="left"
    )
    for pair in readings.confusions[:_PAIRS]:
        pairs.add_row(
            escape(pair.meant),
            escape(pair.read_as),
            str(len(pair.examples)),
            f"{pair.chances[0]:.0%} {escape(_quoted(pair.examples[0]))}",
        )
    if readings.confusions:
        console.print(pairs)
    console.print(f"{trained.model}, seed {trial.seed}\n{machine()}", markup=False, highlight=False)


def print_check(console: Console, checked: Checked) -> None:
    """What cross-validation says of an assistant's examples, and which of them to look at."""
    table = _table(f"{len(checked.readings.examples)} examples, cross-validated")
    for language, readings in checked.languages.items():
        table.add_row(
            f"right, {language or 'any language'}",
            f"{readings.accuracy:.2%}",
            f"macro-F1 {readings.macro_f1:.2%}, calibration error {readings.ece:.3f}, "
            f"{len(readings.examples)} examples",
        )
    line = checked.line
    table.add_row(
        f"accepted by the line for {line.risk:.0%}",
        f"{line.share:.2%}",
        f"{line.wrong:.2%} of these wrong; line {line.certainty:.3f}",
    )
    if checked.near_auroc is not None:
        table.add_row("near out of scope, AUROC", f"{checked.near_auroc:.2%}", _KEPT_OUT)
    console.print(table)
    weakest = Table("intent", "language", "examples", "F1", title="Weakest intents", title_justify="left")
    for each in checked.weakest[:_PAIRS]:
        weakest.add_row(escape(each.intent), each.language, str(each.examples), f"{each.f1:.2f}")
    console.print(weakest)
    _list(console, "Confused with each other", [str(each) for each in checked.confusable])
    _list(console, "Probably under the wrong intent", [str(each) for each in checked.mislabelled])
    _list(console, "Nearly the same under two intents", [str(each) for each in checked.duplicates])
    _list(console, "Too few examples", [str(each) for each in checked.thin])
    console.print(machine(), markup=False, highlight=False)


def print_answers(console: Console, trial: Answering) -> None:
    """What questions showed of a knowledge base."""
    ways: list[tuple[str, Results]] = [("both", trial.both), ("words alone", trial.lexical)]
    if trial.dense is not None:
        ways.insert(1, ("meaning alone", trial.dense))
    table = Table(
        "", *(name for name, _ in ways), title=f"{trial.articles} articles, {len(trial.both.place)} questions"
    )
    rows: tuple[tuple[str, Callable[[Results], float | None]], ...] = (
        ("right article first", lambda each: each.within(1)),
        ("among the first three", lambda each: each.within(3)),
        ("mean reciprocal rank", lambda each: each.mrr),
        ("expected calibration error", lambda each: each.ece),
        (f"coverage at {trial.risk:.0%} risk, by the best line", trial.coverage),
        ("answered, by the line drawn", lambda each: each.answered_share),
        ("of these wrong", lambda each: each.wrong_among_answered),
        ("declined, of what has no answer", lambda each: each.declined_of_unanswerable),
    )
    for name, figure in rows:
        table.add_row(name, *(_share(figure(each)) for _, each in ways))
    table.add_row("the line drawn", *(f"{each.line:.3f}" for _, each in ways))
    table.add_row("an answer, p50", *(f"{each.milliseconds(50):.1f} ms" for _, each in ways))
    table.add_row("an answer, p95", *(f"{each.milliseconds(95):.1f} ms" for _, each in ways))
    console.print(table)
    console.print(f"built in {trial.build_seconds:.1f} s; {machine()}", markup=False, highlight=False)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2%}"


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_column("how")
    return table


def _list(console: Console, title: str, lines: list[str]) -> None:
    if not lines:
        return
    console.print(f"[bold]{title}[/bold]: {len(lines)}")
    for line in lines[:_FINDINGS]:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    if len(lines) > _FINDINGS:
        console.print(f"  … and {len(lines) - _FINDINGS} more: --json has them all")


def _quoted(example: Example) -> str:
    return example.text if len(example.text) <= 60 else f"{example.text[:59]}…"


def print_summaries(console: Console, trial: Summarising) -> None:
    """What labelled conversations showed of the case summaries."""

    def share(part: float | None) -> str:
        return "nothing labelled" if part is None else f"{part:.2%}"

    table = _table(f"{trial.n} conversations summarised")
    table.add_row("facts written that are right", share(trial.fact_precision), "precision")
    table.add_row("facts labelled that were found", share(trial.fact_recall), "recall")
    table.add_row(
        "asks right", share(trial.ask_accuracy), "the last wish cited, at most one message too many"
    )
    table.add_row(
        "claims resolved", share(trial.claims_resolved), "their words stand in the messages they cite"
    )
    table.add_row("secrets masked", share(trial.secrets_masked), "")
    table.add_row("asked for a person, precision", share(trial.wants_precision), "")
    table.add_row("asked for a person, recall", share(trial.wants_recall), "")
    table.add_row("a summary, p50", f"{trial.p50_ms:.1f} ms", "one after the other, warm")
    table.add_row("a summary, p95", f"{trial.p95_ms:.1f} ms", "")
    console.print(table)
