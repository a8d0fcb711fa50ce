"""`firstline eval`: how good the models are, on files and on an assistant's own examples."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.evaluation.readings import Progress

evaluation = typer.Typer(help="How good the models are, measured on texts of yours.", no_args_is_help=True)
console = Console(stderr=True)

DATA = Path("data")
SEED = 20_260

_Texts = Path | None


@evaluation.callback()
def _group() -> None:
    """How good the models are, measured on texts of yours."""


@evaluation.command()
def nlu(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A Rasa assistant, to cross-validate its examples.")
    ] = None,
    train: Annotated[_Texts, typer.Option(help="A CSV or JSONL with text,intent to train on.")] = None,
    test: Annotated[_Texts, typer.Option(help="One to test on, read once training is over.")] = None,
    val: Annotated[_Texts, typer.Option(help="One to choose lines on, else cross-validation does.")] = None,
    oos_train: Annotated[_Texts, typer.Option(help="Texts that no intent is for, to train on.")] = None,
    oos_val: Annotated[_Texts, typer.Option(help="The same, to choose lines on.")] = None,
    oos: Annotated[_Texts, typer.Option(help="The same, to test on.")] = None,
    shots: Annotated[int | None, typer.Option(min=2, help="Examples an intent to train on, drawn.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="What the drawing goes by.")] = SEED,
    risk: Annotated[
        float | None,
        typer.Option(
            min=0.001, max=0.5, help="The share of accepted readings that may be wrong, else [model] risk."
        ),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="A folder that keeps the training texts' vectors for the next time.")
    ] = None,
    picture: Annotated[Path | None, typer.Option(help="A .png or .svg to draw the curves into.")] = None,
    finetune: Annotated[bool, typer.Option("--finetune", help="Tune an encoder, too: minutes.")] = False,
    data: Annotated[
        Path,
        typer.Option(
            "--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="Whose encoder and settings count."
        ),
    ] = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """How well intents are read: of one file by another, or of an assistant by itself.

    With --train and --test it trains on the one and tests on the other. With a folder it cross-validates the
    assistant's examples and names those that look wrong.
    """
    from bot.evaluation.picture import draw_picture, drawable

    if (folder is None) == (train is None and test is None):
        raise typer.BadParameter("give a folder, or --train and --test")
    if picture is not None:
        drawable(picture)
    settings = load_settings(data)
    stated = settings.model.risk if risk is None else risk
    if folder is not None:
        if finetune:
            raise typer.BadParameter("--finetune goes with --train and --test")
        _check(folder, settings, stated, picture, as_json)
        return
    if train is None or test is None:
        raise typer.BadParameter("--train and --test go together")
    from bot.encoder import served_encoder
    from bot.evaluation.tables import print_trial
    from bot.evaluation.training import Tuning, trainer
    from bot.evaluation.trial import Files, run
    from bot.understanding.remembering import RememberingEmbedder

    with _progress() as say, tempfile.TemporaryDirectory(prefix="firstline-eval-") as scratch:
        embedder = served_encoder(settings, say)
        learner = embedder if cache is None else RememberingEmbedder(embedder, cache)
        tuning = Tuning(settings.model.encoder, settings.model.precision, Path(scratch)) if finetune else None
        trial = run(
            Files(train, test, val, oos_train, oos_val, oos),
            trainer(learner, stated, tuning, say),
            embedder,
            languages=settings.bot.languages,
            shots=shots,
            seed=seed,
            say=say,
        )
        if isinstance(learner, RememberingEmbedder):
            learner.keep()
    for intent, count in trial.unknown.items():
        _say(f"{test}: intent {intent!r} is not in {train}; its {count} texts count as wrong")
    if picture is not None:
        draw_picture(picture, trial.readings, trial.trained.line, f"{test.name}, trained on {train.name}")
    if as_json:
        typer.echo(json.dumps(trial.to_json(), ensure_ascii=False))
    else:
        print_trial(Console(), trial)


@evaluation.command()
def kb(
    articles: Annotated[
        _Texts,
        typer.Option(help="A JSONL with id,title,body or a folder of Markdown, else the base of --data."),
    ] = None,
    queries: Annotated[_Texts, typer.Option(help="A JSONL with text,article: what is asked of it.")] = None,
    risk: Annotated[
        float | None,
        typer.Option(min=0.001, max=0.5, help="The share of answers that may be wrong, else [kb] risk."),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", "--out", help="A .png or .svg to draw the curves into.")
    ] = None,
    data: Annotated[
        Path,
        typer.Option(
            "--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="Whose encoder and settings count."
        ),
    ] = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """How well a knowledge base answers: what is found, how sure it is, and what it declines.

    The base is built in memory and calibrated on itself alone. Then the questions are asked, of both searches
    together and of each alone.
    """
    from bot.encoder import served_encoder
    from bot.evaluation.tables import print_answers
    from kb.evaluation.curves import draw_curves, drawable
    from kb.evaluation.files import read_questions
    from kb.evaluation.opening import open_bench, read_base

    if queries is None:
        raise typer.BadParameter("give --queries, a file of questions with the articles that answer them")
    if picture is not None:
        drawable(picture)
    settings = load_settings(data)
    base = read_base(settings, articles)
    asked = read_questions(queries, frozenset(each.article.id for each in base))
    stated = settings.kb.risk if risk is None else risk
    with _progress() as say, open_bench(settings, served_encoder(settings, say), stated) as bench:
        trial = bench.run(base, asked, say)
    if picture is not None:
        draw_curves(picture, trial, f"{queries.name}, asked of {(articles or data).name}")
    if as_json:
        typer.echo(json.dumps(trial.to_json(), ensure_ascii=False))
    else:
        print_answers(Console(), trial)


@evaluation.command()
def handoff(
    conversations: Annotated[
        _Texts,
        typer.Option(help="A JSONL of conversations with the facts and the ask a reader finds in them."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="A folder to write each case summary into.")
    ] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="List what went wrong, too.")] = False,
    data: Annotated[
        Path, typer.Option("--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="Whose teams.toml counts.")
    ] = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """How complete and how true case summaries are: facts, ask, claims, secrets.

    The conversations may be anybody's: numbers count by their labels, without a company's own patterns. Dates
    are resolved against each message's own time.
    """
    from bot.evaluation.person import asks_for_person
    from bot.evaluation.tables import print_summaries
    from config.teams import load_teams
    from handoff.evaluation.labelled import read_labelled
    from handoff.evaluation.trial import run, write_summaries
    from handoff.finding.finders import ANY_COMPANY
    from handoff.floor.arrangements.opening import rules_of

    if conversations is None:
        raise typer.BadParameter("give --conversations, a file of labelled conversations")
    labelled = read_labelled(conversations)
    rules = rules_of(load_teams(data / "teams.toml"))
    with _progress() as say:
        trial, summaries = run(labelled, rules, ANY_COMPANY, asks_for_person(), say=say)
    if out is not None:
        write_summaries(out, labelled, summaries)
    for line in trial.wrong if wrong else ():
        _say(line)
    if as_json:
        typer.echo(json.dumps(trial.to_json(), ensure_ascii=False))
    else:
        print_summaries(Console(), trial)


def _check(folder: Path, settings: Settings, risk: float, picture: Path | None, as_json: bool) -> None:
    """Cross-validate the assistant in `folder`."""
    from bot.dialogue.loading import load_assistant
    from bot.encoder import served_encoder
    from bot.evaluation.assistant import check_examples
    from bot.evaluation.picture import draw_picture
    from bot.evaluation.tables import print_check

    assistant = load_assistant(folder)
    with _progress() as say:
        checked = check_examples(assistant, served_encoder(settings, say), risk=risk, say=say)
    if picture is not None:
        draw_picture(picture, checked.readings, checked.line, f"{folder}, cross-validated")
    if as_json:
        typer.echo(json.dumps(checked.to_json(), ensure_ascii=False))
    else:
        print_check(Console(), checked)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Tells a terminal how far it is."""
    with console.status("starting") as status:
        yield lambda stage, share: status.update(f"{stage} ({share:.0%})")


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
