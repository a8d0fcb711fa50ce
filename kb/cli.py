"""`firstline kb`: articles in and out from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from config.clock import SystemClock
from config.errors import ConfigError
from config.settings import load_settings
from kb.article import ArticleId, Status
from kb.errors import KbError
from kb.knowledge import Answer, Hit
from kb.markdown_files import read_folder
from kb.opening import Kb, open_kb

kb = typer.Typer(help="The knowledge base: import, publish and search articles.", no_args_is_help=True)
console = Console(stderr=True)

Data = Annotated[
    Path, typer.Option("--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="The data folder.")
]
DATA = Path("data")
BY = "command line"


@kb.command("import")
def import_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder of Markdown files, or one file.")],
    publish: Annotated[bool, typer.Option(help="Let the articles answer at once.")] = False,
    language: Annotated[str, typer.Option(help="The language of files that don't say theirs.")] = "en",
    data: Data = DATA,
) -> None:
    """Import Markdown files; those imported before are revised if they differ. All of them or none."""
    with _open(data) as room:
        taken = room.editorial.take_in(read_folder(path, language=language).drafts, by=BY, publish=publish)
        _index(room)
    typer.echo(f"{len(taken.added)} new, {len(taken.revised)} revised, {taken.unchanged} the same as before.")
    if not publish and (taken.added or taken.revised):
        typer.echo("They don't answer yet: `firstline kb publish --all` publishes every draft.")


@kb.command()
def publish(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Articles to publish.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every draft and every newer revision.")] = False,
    data: Data = DATA,
) -> None:
    """Publish articles; they are live in one step."""
    if bool(ids) == all_:
        raise typer.BadParameter("give the ids of articles, or --all")
    with _open(data) as room:
        waiting = (
            article.id
            for article in room.editorial.articles()
            if article.status is not Status.ARCHIVED and article.live != article.latest
        )
        published = room.editorial.publish_many(
            sorted(waiting) if all_ else [ArticleId(id) for id in ids or ()], by=BY
        )
        _index(room)
    typer.echo(f"{len(published)} published.")


@kb.command()
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A question as a customer would ask it.")],
    language: Annotated[str, typer.Option(help="The customer's language.")] = "en",
    limit: Annotated[int, typer.Option(min=1, max=50, help="Articles shown at most.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data: Data = DATA,
) -> None:
    """Show what the bot would answer, and the nearest articles with their probability of being right."""
    with _open(data) as room:
        _index(room)
        hits = room.knowledge.search(text, language=language, limit=limit)
        found = room.knowledge.answer(text, language=language)
        degraded = room.knowledge.state().degraded
    answered = isinstance(found, Answer)
    if as_json:
        reason = None if isinstance(found, Answer) else found.reason
        results = [_result(hit) for hit in hits]
        typer.echo(
            json.dumps({"results": results, "answered": answered, "reason": reason}, ensure_ascii=False)
        )
        return
    if degraded:
        typer.echo(degraded, err=True)
    typer.echo(found.text if isinstance(found, Answer) else f"No answer ({found.reason.replace('_', ' ')}).")
    typer.echo()
    for hit in hits:
        heading = " › ".join((hit.title, *hit.passage.heading))
        typer.echo(f"{hit.probability:6.1%}  {heading}  ({hit.passage.article})")


def _result(hit: Hit) -> dict[str, object]:
    return {
        "article": hit.passage.article,
        "title": hit.title,
        "score": round(hit.score, 4),
        "probability": round(hit.probability, 4),
        "passage": hit.passage.text,
    }


@contextmanager
def _open(data: Path) -> Iterator[Kb]:
    """The room of the folder; an error becomes one line and exit status 1."""
    try:
        room = open_kb(load_settings(data), SystemClock())
        try:
            yield room
        finally:
            room.close()
    except (KbError, ConfigError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _index(room: Kb) -> None:
    """Bring the index up to date, with a bar if that means embedding."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("embedding", total=None, visible=False)
        room.indexer.work(lambda done, of: bar.update(task, completed=done, total=of, visible=True))
