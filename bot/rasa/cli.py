"""`firstline test` and `firstline import-rasa`: for people who come with a Rasa project."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.dialogue.assistant import Assistant
from bot.dialogue.errors import Problem
from bot.rasa.importing import DATA, Imported, import_rasa
from bot.rasa.testing import Outcome, Parse, replay_tests

Project = Annotated[Path, typer.Argument(metavar="DIR", help="A Rasa project: config.yml, domain, data.")]
Data = Annotated[
    Path, typer.Option("--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="The data folder.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

console = Console(stderr=True)
MOST_WARNINGS = 20


def test(
    project: Project,
    gold: Annotated[
        bool, typer.Option("--gold", help="Take the intents and entities written in the tests as understood.")
    ] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Replay a project's test conversations (tests/test_*.yml). Exit status 1 where one goes otherwise.

    Messages are read by the model in the data folder, or, where that is of other examples, by one that is
    trained for this. No custom action runs: the tests say which slots and forms follow.
    """
    from bot.dialogue.loading import load_assistant, load_tests
    from bot.dialogue.opening import assistant_folder
    from bot.editing.opening import edited
    from bot.policies import learn
    from config.settings import load_settings

    assistant = load_assistant(project)
    settings = load_settings(data)
    if assistant_folder(settings).resolve() == project.resolve():
        assistant = edited(settings, assistant)
    tests = load_tests(project)
    if not tests:
        raise typer.BadParameter(
            f"no test conversations below {project}; write one in tests/test_stories.yml"
        )
    memory = learn(assistant)
    with _nothing() if gold else _reader(assistant, data) as parse:
        results = list(replay_tests(memory, tests, parse))
    failed = [each for each in results if not each.passed]
    if as_json:
        typer.echo(json.dumps(_summary(results)))
    else:
        _show_tests(results)
    raise typer.Exit(1 if failed else 0)


def import_project(project: Project, data: Data = DATA, as_json: Json = False) -> None:
    """Tell what becomes of a Rasa project: what is read as it is, replaced, converted or ignored.

    Changes nothing. Exit status 1 where the project can't run.
    """
    report = import_rasa(project, data)
    if as_json:
        typer.echo(json.dumps(report.to_json()))
    else:
        _show_import(report)
    raise typer.Exit(0 if report.runs else 1)


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


@contextmanager
def _reader(assistant: Assistant, data: Path) -> Iterator[Parse]:
    """What reads the messages: the data folder's model where it is of these examples, else a fresh one."""
    from bot.encoder import served_encoder
    from bot.tracker import parse_data
    from bot.understanding.embedding import open_classifier
    from bot.understanding.entity_training import learn_entities
    from bot.understanding.errors import IntentsDamagedError, IntentsMissingError, TooFewExamplesError
    from bot.understanding.selector_training import learn_selectors
    from bot.understanding.training import train
    from bot.understanding.understanding import open_understanding
    from config.settings import load_settings
    from kb.embedders import deep_id

    settings = load_settings(data)
    fallback = assistant.pipeline.fallback
    with tempfile.TemporaryDirectory(prefix="firstline-test-") as scratch, console.status("") as status:

        def say(stage: str, share: float) -> None:
            status.update(f"{stage} ({share:.0%})")

        embedder = served_encoder(settings, say)
        folder = settings.data / "models" / "intents"
        try:
            trained = not open_classifier(folder, assistant, deep_id(embedder)).degraded
        except (IntentsMissingError, IntentsDamagedError):
            trained = False
        if not trained:
            folder = Path(scratch) / "intents"
            # With too few examples messages are read by the words they share with these.
            with suppress(TooFewExamplesError):
                train(assistant, embedder, folder, say)
            learn_entities(assistant, folder.with_name("entities"))
            if any(example.response_key for example in assistant.nlu.examples):
                learn_selectors(assistant, embedder, folder.with_name("selectors"))
        languages = sorted({each.language for each in assistant.nlu.examples} | {assistant.language})
        reader = open_understanding(folder, embedder, assistant, languages=languages)
        sure, ambiguity = (0.0, 0.0) if fallback is None else (fallback.threshold, fallback.ambiguity)
        yield lambda text: parse_data(
            reader.read(text), sure=sure, ambiguity=ambiguity, domain=assistant.domain
        )


def _summary(results: list[Outcome]) -> dict[str, object]:
    return {
        "passed": sum(each.passed for each in results),
        "failed": sum(not each.passed for each in results),
        "compared": sum(each.compared for each in results),
        "stories": [each.to_json() for each in results],
    }


def _show_tests(results: list[Outcome]) -> None:
    out = Console()
    for each in results:
        mark = "[green]passed[/green]" if each.passed else "[red]failed[/red]"
        out.print(f"{mark}  {escape(each.story)}  [dim]{escape(each.file)}:{each.line}[/dim]", soft_wrap=True)
        for miss in each.misses:
            heard = f" after “{miss.after}”" if miss.after else ""
            line = f"  {miss.kind}{heard}: expected {miss.expected}, predicted {miss.predicted}"
            out.print(escape(line), highlight=False, soft_wrap=True)
            if miss.because:
                out.print(escape(f"    because {miss.because}"), style="dim", highlight=False, soft_wrap=True)
    passed = sum(each.passed for each in results)
    wrong = sum(len(each.misses) for each in results)
    compared = sum(each.compared for each in results)
    out.print(
        f"{passed} of {len(results)} conversations passed; {compared - wrong} of {compared} steps right"
    )


def _show_import(report: Imported) -> None:
    out = Console()
    if report.runs:
        counts = ", ".join(f"{count} {name}" for name, count in report.counts.items() if count)
        out.print(f"[green]{escape(report.folder)} runs on Firstline[/green]", soft_wrap=True)
        out.print(f"in {', '.join(report.languages)}: {counts}", highlight=False, soft_wrap=True)
    else:
        out.print(f"[red]{escape(report.folder)} can't run yet[/red]", soft_wrap=True)
    if report.findings:
        table = Table(show_edge=False, pad_edge=False)
        for title in ("part", "name", "state", "because"):
            table.add_column(title, overflow="fold")
        for each in report.findings:
            table.add_row(each.area, escape(each.name), each.state, escape(each.why))
        out.print(table)
    _list(out, "to mend", report.problems, len(report.problems))
    _list(out, "to look at", report.warnings, MOST_WARNINGS)
    if report.following:
        out.print("next:")
        for line in report.following:
            out.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)


def _list(out: Console, title: str, problems: tuple[Problem, ...], most: int) -> None:
    if not problems:
        return
    out.print(f"{title}:")
    for each in problems[:most]:
        out.print(f"  {each}", markup=False, highlight=False, soft_wrap=True)
    if len(problems) > most:
        out.print(f"  … and {len(problems) - most} more; --json lists them")
