"""The root of every error that config raises, and what can befall a database whichever engine it has."""

from __future__ import annotations


class ConfigError(Exception):
    """Something an operator, or a person signing in, can put right; the message says how."""

    status = 500
    """The HTTP status an app answers with."""


class DatabaseClosedError(ConfigError):
    """The database was closed before it was asked."""

    status = 503

    def __init__(self, database: str) -> None:
        super().__init__(f"{database} is closed because Firstline is stopping; ask again once it is back")


class DatabaseLostError(ConfigError):
    """The database can't be reached, or the connection broke: nothing was written. Its cause tells more.

    Customers read the message, so it does not name the machine.
    """

    status = 503
    retry_after = 2
    """Seconds after which to ask again."""

    def __init__(self) -> None:
        super().__init__("the database can't be reached right now; ask again in a moment")


class NotWrittenError(ConfigError):
    """The transaction that a work shared with others was lost as a whole; nothing of it was written."""

    status = 503

    def __init__(self, database: str, why: str) -> None:
        super().__init__(
            f"{database}: nothing was written ({why}); "
            "see that the disk has room and that no other program holds the database, then try again"
        )


class PerhapsWrittenError(ConfigError):
    """The connection broke while the transaction was being committed: only asking again can tell."""

    status = 503
    retry_after = 2

    def __init__(self) -> None:
        super().__init__(
            "the connection to the database broke during the commit, so this may be written or not; "
            "send it again with the same client id, which writes nothing twice"
        )


class NotErasedError(ConfigError):
    """What was deleted still has its bytes, because somebody reads an older state of the database."""

    status = 503

    def __init__(self, database: str) -> None:
        super().__init__(
            f"{database}: what was deleted can't be read any more, but its bytes are still there; "
            "end what reads the database for long, such as a copy under way, and ask again"
        )


class NestedWriteError(ConfigError):
    """A work, or a wake, called `write` on the writer thread, which would wait for itself."""

    def __init__(self) -> None:
        super().__init__("write() inside write(); use the connection that the work was given")


class NulCharacterError(ConfigError):
    """A text holds the character with the number 0, which PostgreSQL can't keep; neither does SQLite here."""

    status = 422

    def __init__(self) -> None:
        super().__init__("a text holds a NUL character (number 0), which can't be kept; leave it out")
