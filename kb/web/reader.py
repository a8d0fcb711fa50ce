"""Who reads this page and in which language, as the app's door has noted it on `flask.g`."""

from __future__ import annotations

from typing import Protocol, cast

from flask import g

from kb.web.wording import Say


class Editor(Protocol):
    """The signed-in member of staff, as far as the studio needs them."""

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...

    @property
    def active(self) -> bool: ...


def tongue() -> str:
    """The language of the page, such as `nb`."""
    return cast(str, g.locale)


def say() -> Say:
    """The page's words."""
    return cast(Say, g.say)


def editor() -> Editor:
    return cast(Editor, g.staff)


def admin() -> bool:
    """Whether they may do what can't be undone."""
    return cast(bool, g.admin)


def csrf() -> str:
    """What the session's requests must carry to change anything."""
    return cast(str, g.csrf)
