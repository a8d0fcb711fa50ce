"""Findings in SQL: those of the last check, and those that editors have accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from config.database import Database, UtcDateTime
from kb.article import Article, ArticleId, Revision
from kb.checks import Accepted, Checked, Noted
from kb.lint.finding import Finding, Kind, Place, Severity
from kb.store.rows import LATEST, read_article, read_revision
from kb.store.tables import articles, metadata, redirects, revisions

findings = sa.Table(
    "findings",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("rank", sa.Integer),
    sa.Column("kind", sa.String),
    sa.Column("case", sa.String),
    sa.Column("severity", sa.String),
    sa.Column("places", sa.JSON),
    sa.Column("values", sa.JSON),
    sa.Column("basis", sa.String),
    sa.Column("found_at", UtcDateTime),
)
accepted = sa.Table(
    "accepted_findings",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("note", sa.String),
    sa.Column("author", sa.String),
    sa.Column("at", UtcDateTime),
)
checked = sa.Table(
    "checked",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("generation", sa.Integer),
    sa.Column("day", sa.Date),
    sa.Column("articles", sa.Integer),
    sa.Column("seconds", sa.Float),
    sa.Column("at", UtcDateTime),
)

_ONLY = 1  # the one row of `checked`


class FindingStore:
    """Reads and writes of findings. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def texts(self) -> tuple[tuple[Article, Revision], ...]:
        """Every article that isn't in the bin, with its latest revision."""
        kept = articles.c.deleted_at.is_(None)
        joined = (revisions.c.article == articles.c.id) & (revisions.c.number == articles.c.latest)
        with self._database.read() as connection:
            mine = {row["id"]: read_article(row) for row in connection.execute(LATEST.where(kept)).mappings()}
            latest = sa.select(revisions).join(articles, joined).where(kept)
            rows = connection.execute(latest.order_by(articles.c.id)).mappings().all()
        return tuple((mine[row["article"]], read_revision(row)) for row in rows if row["article"] in mine)

    def redirects(self) -> dict[tuple[str, str], ArticleId]:
        """Where old addresses lead, by language and slug."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(redirects)).mappings().all()
        return {(row["language"], row["slug"]): ArticleId(row["article"]) for row in rows}

    def replace(self, found: Sequence[Finding], done: Checked) -> None:
        """Keep these findings instead of the last ones; a finding that was there keeps its age.

        What was accepted stays, found or not: its key is that of its text.
        """

        def work(tx: sa.Connection) -> None:
            since = {
                row.key: row.found_at for row in tx.execute(sa.select(findings.c.key, findings.c.found_at))
            }
            tx.execute(sa.delete(findings))
            rows = [
                {
                    "key": finding.key,
                    "rank": rank,
                    "kind": finding.kind.value,
                    "case": finding.case,
                    "severity": finding.severity.value,
                    "places": [asdict(place) for place in finding.places],
                    "values": list(finding.values),
                    "basis": finding.basis,
                    "found_at": since.get(finding.key, done.at),
                }
                for rank, finding in enumerate(found)
            ]
            if rows:
                tx.execute(sa.insert(findings), rows)
            tx.execute(sa.delete(checked))
            tx.execute(sa.insert(checked).values(id=_ONLY, **asdict(done)))

        self._database.write(work)

    def noted(self) -> tuple[Noted, ...]:
        """The findings of the last check, most pressing first, with what was accepted."""
        query = (
            sa.select(findings, accepted.c.note, accepted.c.author, accepted.c.at)
            .join(accepted, accepted.c.key == findings.c.key, isouter=True)
            .order_by(findings.c.rank)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(_noted(row) for row in rows)

    def checked(self) -> Checked | None:
        """When the base was last checked; None before the first time."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(checked)).mappings().first()
        return None if row is None else Checked(**{name: row[name] for name in Checked.__slots__})

    def accept(self, key: str, note: Accepted) -> bool:
        """Whether there is such a finding, which now is accepted."""

        def work(tx: sa.Connection) -> bool:
            if tx.execute(sa.select(findings.c.key).where(findings.c.key == key)).first() is None:
                return False
            tx.execute(sa.delete(accepted).where(accepted.c.key == key))
            tx.execute(sa.insert(accepted).values(key=key, **asdict(note)))
            return True

        return self._database.write(work)

    def reopen(self, key: str) -> bool:
        """Whether the finding was accepted, which it is no longer."""

        def work(tx: sa.Connection) -> bool:
            return bool(tx.execute(sa.delete(accepted).where(accepted.c.key == key)).rowcount)

        return self._database.write(work)


def _noted(row: sa.RowMapping) -> Noted:
    finding = Finding(
        kind=Kind(row["kind"]),
        case=row["case"],
        severity=Severity(row["severity"]),
        places=tuple(
            Place(ArticleId(place["article"]), place["line"], place["text"], tuple(place["marks"]))
            for place in row["places"]
        ),
        values=tuple(row["values"]),
        basis=row["basis"],
    )
    note = None if row["at"] is None else Accepted(row["note"], row["author"], row["at"])
    return Noted(finding, row["found_at"], note)
