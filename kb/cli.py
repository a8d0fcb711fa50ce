"""`firstline kb`: articles in and out from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from config.clock import SystemClock
from config.errors import ConfigError
from config.settings import load_settings
from kb.article import Article, ArticleId, Status
from kb.blast import to_be_published
from kb.errors import ImportFailedError, KbError
from kb.export import Exporting
from kb.import_telling import plan_json, plan_lines, taken_lines
from kb.importers.kinds import KIND_NAMES
from kb.importers.plan import Wishes
from kb.knowledge import Answer, Hit
from kb.learned.gap import GapState
from kb.learned.gap_telling import gap_json, gap_lines
from kb.lint.finding import Severity
from kb.opening import Kb, open_kb
from kb.telling import blast_json, blast_lines, finding_json, finding_lines

kb = typer.Typer(help="The knowledge base: import, publish and search articles.", no_args_is_help=True)
console = Console(stderr=True)

Data = Annotated[
    Path, typer.Option("--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="The data folder.")
]
DATA = Path("data")
BY = "command line"


@kb.command("import")
def import_(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A folder, a ZIP archive, or one file of any known kind.")
    ],
    publish: Annotated[bool, typer.Option("--publish", help="Let the articles answer at once.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    language: Annotated[str, typer.Option(help="The language of articles that don't say theirs.")] = "en",
    category: Annotated[str | None, typer.Option(help="The category of new ones that have none.")] = None,
    site: Annotated[
        str | None, typer.Option(help="Where they are published; what they lack is linked to there.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--format", help=f"What the files are: {', '.join(KIND_NAMES)}.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data: Data = DATA,
) -> None:
    """Import articles from Markdown, CSV, HTML, help-centre exports (JSON), Word or PDF; all or none."""
    if kind is not None and kind not in KIND_NAMES:
        raise typer.BadParameter(f"--format is one of {', '.join(KIND_NAMES)}")
    with _open(data) as room:
        with _bar("reading") as progress:
            plan = room.importing.look(path, Wishes(language, category, site), kind=kind, progress=progress)
        taken = None
        if not dry_run and not plan.problems:
            taken = room.importing.carry_out(plan, publish=publish, by=BY)
            _index(room)
    if as_json:
        typer.echo(json.dumps(plan_json(plan, taken), ensure_ascii=False))
    elif dry_run:
        typer.echo("\n".join(plan_lines(plan)))
    elif taken is None:
        typer.echo(str(ImportFailedError(plan.problems)), err=True)
    else:
        typer.echo("\n".join(taken_lines(plan, taken, publish=publish)))
    if plan.problems:
        raise typer.Exit(1)


@kb.command()
def export(
    to: Annotated[Path, typer.Argument(metavar="DIR|FILE.zip", help="A new folder, or a new archive.")],
    data: Data = DATA,
) -> None:
    """Write every article out as Markdown with front matter, and the pictures they show."""
    with _open(data) as room:
        done = Exporting(room.editorial, room.images).write(to)
    typer.echo(f"{done.articles} articles and {done.images} pictures written to {to}.")


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
        waiting = sorted(article.id for article in _waiting(room))
        published = room.editorial.publish_many(
            waiting if all_ else [ArticleId(id) for id in ids or ()], by=BY
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


@kb.command()
def preview(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Articles; none: every draft and change.")
    ] = None,
    archive: Annotated[bool, typer.Option("--archive", help="As if they were archived.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data: Data = DATA,
) -> None:
    """Show what publishing articles would do to the answers of the last 1,000 real questions."""
    if archive and not ids:
        raise typer.BadParameter("name the articles that are to be archived")
    with _open(data) as room:
        _index(room)
        articles = [room.editorial.article(ArticleId(id)) for id in ids] if ids else _waiting(room)
        changes = [] if archive else [to_be_published(room.editorial, each) for each in articles]
        without = frozenset(each.id for each in articles) if archive else frozenset()
        blast = room.blast.of(changes, without)
    if as_json:
        typer.echo(json.dumps(blast_json(blast), ensure_ascii=False))
        return
    typer.echo("\n".join(blast_lines(blast)))


@kb.command()
def lint(
    outside: Annotated[
        bool, typer.Option("--outside", help="Also ask every linked address outside.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data: Data = DATA,
) -> None:
    """Check every article's latest text; exit status 1 if something is plainly wrong and not accepted."""
    with _open(data) as room:
        _index(room)
        done = room.checks.run_outside() if outside else room.checks.run()
        noted = room.checks.findings()
    left = [each for each in noted if each.accepted is None]
    errors = sum(each.finding.severity is Severity.ERROR for each in left)
    if as_json:
        found = [finding_json(each) for each in noted]
        typer.echo(json.dumps({"articles": done.articles, "findings": found}, ensure_ascii=False))
    else:
        typer.echo("\n".join(finding_lines(left)))
    raise typer.Exit(1 if errors else 0)


@kb.command()
def gaps(
    state: Annotated[GapState | None, typer.Option(help="Only those in this state.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data: Data = DATA,
) -> None:
    """What customers asked and nobody has written down, by the agent minutes it costs."""
    with _open(data) as room:
        _index(room)
        while room.learning.work():
            pass
        found = room.learning.gaps.list(*([state] if state else ()))
    if as_json:
        typer.echo(json.dumps({"gaps": [gap_json(gap) for gap in found]}, ensure_ascii=False))
        return
    typer.echo("\n".join(gap_lines(found)))


@kb.command()
def openapi(data: Data = DATA) -> None:
    """Print the OpenAPI document of the studio's JSON, for programs that do what editors do."""
    try:
        server = load_settings(data).server
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    from kb.web.openapi.document import document  # a large table, which no other command needs

    told = document(server=f"http://{server.host}:{server.port}")
    typer.echo(json.dumps(told, indent=2, ensure_ascii=False))


def _result(hit: Hit) -> dict[str, object]:
    return {
        "article": hit.passage.article,
        "title": hit.title,
        "score": round(hit.score, 4),
        "probability": round(hit.probability, 4),
        "passage": hit.passage.text,
    }


def _waiting(room: Kb) -> list[Article]:
    """The articles with a text that isn't published."""
    return [
        article
        for article in room.editorial.articles()
        if article.status is not Status.ARCHIVED and article.live != article.latest
    ]


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
    with _bar("embedding") as progress:
        room.indexer.work(progress)


@contextmanager
def _bar(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for people at a terminal, shown once there is something to count."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(doing, total=None, visible=False)

        def progress(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, visible=True)

        yield progress
