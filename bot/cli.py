"""`firstline`: everything a person who runs it types."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.channels.cli import channel
from bot.evaluation.cli import evaluation
from bot.privacy.cli import customer, forget
from bot.rasa.cli import import_project, test
from config.cli import staff
from config.mail_cli import mail
from config.settings import Settings, load_settings
from handoff.bridges.cli import bridge
from handoff.cli import handoff
from kb.cli import kb

DATA = Path("data")

Data = Annotated[
    Path, typer.Option("--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="The data folder.")
]
Project = Annotated[
    Path | None,
    typer.Option(
        "--assistant",
        metavar="DIR",
        help="A Rasa project to run as it is; without --data its data folder is DIR/.firstline.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

app = typer.Typer(
    help="Customer support that answers from your articles and hands over with a case summary.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(kb, name="kb")
app.add_typer(handoff, name="handoff")
app.add_typer(bridge, name="bridge")
app.add_typer(channel, name="channel")
app.add_typer(staff, name="staff")
app.add_typer(mail, name="mail")
app.add_typer(customer, name="customer")
app.add_typer(evaluation, name="eval")
console = Console(stderr=True)


@app.command()
def serve(
    data: Data = DATA,
    assistant: Project = None,
    port: Annotated[int | None, typer.Option(help="The port on 127.0.0.1; 0 takes any free one.")] = None,
) -> None:
    """Serve the chat, the desk and the knowledge studio on one port.

    A data folder that was never used is made ready first: that takes a minute, once.
    """
    from bot.serving import serve as serve_house

    settings = _settings(data, assistant)
    _prepare_if_new(settings)
    serve_house(settings, port=settings.server.port if port is None else port)


@app.command()
def chat(
    data: Data = DATA,
    assistant: Project = None,
    language: Annotated[str, typer.Option(help="The language to be greeted in.")] = "en",
    url: Annotated[
        str | None, typer.Option(help="A running Firstline, instead of the data folder's.")
    ] = None,
) -> None:
    """Talk to the bot in the terminal, as a customer. People who join are heard here too.

    Where a server has the data folder, it is the server's bot that answers.
    """
    from bot.opening import open_house
    from bot.terminal import Local, Remote, talk
    from config.address import address_of
    from config.database import DataFolderInUseError, lock_data_folder

    if url is not None:
        with closing(Remote(url, language)) as remote:
            talk(remote)
        return
    settings = _settings(data, assistant)
    _prepare_if_new(settings)
    try:
        with lock_data_folder(settings.data, shared=bool(settings.server.database_url)):
            house = open_house(settings)
            house.workers.start()
            try:
                talk(Local(house, language))
            finally:
                house.close()
    except DataFolderInUseError:
        with closing(Remote(address_of(settings.data), language)) as remote:
            talk(remote)


@app.command()
def train(
    data: Data = DATA,
    assistant: Project = None,
    samples: Annotated[
        bool, typer.Option(help="Fill an empty knowledge base with the shipped articles.")
    ] = True,
    accept: Annotated[
        bool, typer.Option("--accept", help="Publish the model however much it differs from the last one.")
    ] = False,
    finetune: Annotated[
        bool,
        typer.Option(
            "--finetune",
            help="Tune an encoder for the intents: minutes, and each reading takes twice as long.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Export the encoder, train the intents and index the articles.

    A running server reads by the new model at once; rules and texts that were changed need a restart.

    A model that reads too much otherwise than the last one is not published: `[model] drift_most` and
    `drift_worse` say what is too much.
    """
    from bot.preparing import prepare

    settings = _settings(data, assistant)
    with console.status("starting") as status:
        done = prepare(settings, status.update, samples=samples, accept=accept, finetune=finetune)
    if as_json:
        typer.echo(json.dumps(done.to_json()))
        return
    for line in done.lines():
        console.print(line)


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A CSV or JSONL with `text`, or one message a line.")],
    data: Data = DATA,
    out: Annotated[Path | None, typer.Option(help="A folder for the case summaries.")] = None,
    language: Annotated[str | None, typer.Option(help="The customers' language, else guessed.")] = None,
    as_json: Json = False,
) -> None:
    """Run real messages through the bot and count what it would have done.

    Works on a scratch copy of the data folder: the live queue never sees it.
    """
    from bot.opening import open_house
    from bot.replay import KINDS, VERDICTS, Replayed, read_messages
    from bot.replay import replay as run
    from kb.article import ArticleId

    rows = read_messages(file)
    settings = load_settings(data)
    _prepare_if_new(settings)
    with tempfile.TemporaryDirectory(prefix="firstline-replay-") as folder:
        copy = Path(folder) / "data"
        _scratch(settings, copy)
        scratch = load_settings(copy)
        house = open_house(replace(scratch, server=replace(scratch.server, database_url="")))
        result = Replayed()
        try:
            with _bar() as bar:
                task = bar.add_task("replaying", total=len(rows))
                known = house.kb.editorial.articles()
                original = {each.id: each.translation_of or each.id for each in known}
                titles = {each.title: each.id for each in known}
                for so_far in run(
                    rows,
                    house.chat,
                    house.store,
                    language=language,
                    original=lambda article: original.get(ArticleId(article), article),
                    titled=lambda title: titles.get(title, ""),
                ):
                    result = so_far
                    bar.advance(task)
            house.workers.drain()
            if out is not None:
                out.mkdir(parents=True, exist_ok=True)
                for handoff_id in result.handoffs:
                    summary = house.handoff.desk.summary(handoff_id)
                    text = json.dumps(summary.to_json(), ensure_ascii=False, indent=2)
                    (out / f"{handoff_id}.json").write_text(text + "\n", encoding="utf-8")
        finally:
            house.close()
    counts = result.to_json()
    if as_json:
        typer.echo(json.dumps(counts))
        return
    table = Table(title=f"{counts['n']} messages", title_justify="left")
    table.add_column("what came of it")
    table.add_column("messages", justify="right")
    table.add_column("share", justify="right")
    for kind in KINDS:
        share = result.kinds[kind] / max(1, len(rows))
        table.add_row(kind.replace("_", " "), str(result.kinds[kind]), f"{share:.1%}")
    Console().print(table)
    Console().print(f"p50 {counts['p50_ms']} ms · p95 {counts['p95_ms']} ms a message")
    answerable = sum(result.verdicts.values())
    if answerable:
        told = ", ".join(f"{result.verdicts[verdict]} {verdict}" for verdict in VERDICTS)
        Console().print(f"of {answerable} that an article answers: {told}")
    if result.unanswerable:
        Console().print(
            f"of {result.unanswerable} that none answers: {result.answered_wrongly} answered all the same"
        )


@app.command()
def trace(
    conversation: Annotated[str, typer.Argument(help="Its id, or the sender's name on a Rasa channel.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Why did the bot say that? Each turn's reading, what it rests on, and every decision with its reason."""
    from bot.tracing import in_words
    from bot.tracing import trace as look

    turns = look(load_settings(data).database("bot"), conversation)
    if as_json:
        typer.echo(json.dumps(turns, ensure_ascii=False))
        return
    for line in in_words(turns):
        typer.echo(line)


@app.command()
def check(data: Data = DATA, as_json: Json = False) -> None:
    """Is everything right: settings, assistant, model, index, databases? Exit status 1 where it isn't."""
    from bot.checking import check as look

    checked = look(data)
    if as_json:
        found = {"problems": checked.problems, "oddities": checked.oddities}
        listed = {name: [each.to_json() for each in findings] for name, findings in found.items()}
        databases = [asdict(each) for each in checked.databases]
        typer.echo(json.dumps({"ok": not checked.problems, **listed, "databases": databases}))
    else:
        for each in checked.problems:
            _say(str(each))
        for each in checked.oddities:
            _say(f"odd, but it runs: {each}")
        for state in checked.databases:
            size = f"{state.size / 2**20:.1f} MB"
            _say(f"{state.engine} {state.version}: {state.place}, {size}, {state.durability}")
        if not checked.problems:
            _say(f"all is well with {data}")
    raise typer.Exit(1 if checked.problems else 0)


app.command("forget")(forget)
app.command("test")(test)
app.command("import-rasa")(import_project)


def main() -> None:
    """The console script: what goes wrong for a reason that we know is one line, not a traceback."""
    try:
        app()
    except Exception as error:
        if getattr(error, "status", None) is None and not isinstance(error, OSError):
            raise
        _say(f"firstline: {error}")
        sys.exit(1)


def _say(line: str) -> None:
    """One line for people, as it is: a setting's `[bot]` is no markup."""
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def _settings(data: Path, assistant: Path | None) -> Settings:
    """The data folder's settings, for the assistant that was named instead of the one that is set."""
    if assistant is None:
        return load_settings(data)
    folder = assistant / ".firstline" if data == DATA else data
    return load_settings(folder, {**os.environ, "FIRSTLINE_BOT_ASSISTANT": str(assistant.resolve())})


def _prepare_if_new(settings: Settings) -> None:
    """What a first start owes: a folder without models was never trained. A damaged one starts degraded."""
    from config.data_folder import readying

    with readying(settings.data):
        if (settings.data / "models").exists():
            return
        from bot.preparing import prepare

        with console.status("making the data folder ready; this happens once") as status:
            prepare(settings, status.update)


def _scratch(settings: Settings, copy: Path) -> None:
    """Models, index and knowledge of a house, without its conversations and cases."""
    data = settings.data
    copy.mkdir()
    for folder in ("models", "index", "brand"):
        if (data / folder).exists():
            shutil.copytree(data / folder, copy / folder)
    for name in ("firstline.toml", "teams.toml"):
        if (data / name).exists():
            shutil.copy(data / name, copy / name)
    from config.copying import copy_database
    from kb.opening import MIGRATIONS

    where = settings.database("kb")
    if not isinstance(where, Path) or where.exists():
        copy_database(where, copy / "kb.db", MIGRATIONS)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


if __name__ == "__main__":
    main()
