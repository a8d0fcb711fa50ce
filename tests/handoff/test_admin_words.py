"""The administrators' screens and our mails to customers say everything in Bokmål too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from config.texts import Texts
from handoff.floor.rules import Priority
from handoff.web.admin import arranging, macro_screen, mail_pages, opening, pages, people, team_screens
from tests.handoff.seats import WEB

ADMIN = WEB / "admin"
SCREEN_TEXTS = frozenset({"title", "lede", "empty", "add", "taken"})
SAID = ("_", "say")


def said_in(path: Path) -> Iterator[str]:
    """Every constant that a module hands to `_` or to somebody's `say`, and a screen's own texts."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        given = [
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if name in SAID:
            yield from given
        elif name == "Screen":
            yield from given[1:]
            yield from (
                each.value.value
                for each in node.keywords
                if each.arg in SCREEN_TEXTS and isinstance(each.value, ast.Constant)
            )


def wanted() -> frozenset[str]:
    modules = [*ADMIN.glob("*.py"), WEB.parent / "mail" / "letters.py"]
    texts = {text for path in modules for text in said_in(path)}
    for page in ADMIN.glob("templates/admin/*.html"):
        texts.update(re.findall(r"""_\(["']([^"']+)["']\)""", page.read_text(encoding="utf-8")))
    texts.update(pages.DONE.values(), people.ROLES.values(), people._STATUS.values())
    texts.update(macro_screen.DEEDS.values(), mail_pages._WHAT.values(), arranging.PRIORITY_WORDS.values())
    texts.update(arranging.REASON_WORDS.values(), team_screens._DAY_WORDS.values())
    texts.update(title for _key, title, _opens in opening.PAGES)
    texts.update(priority.capitalize() for priority in Priority)
    return frozenset(texts - {""})


def test_every_text_of_the_screens_and_the_mails_is_said_in_bokmal() -> None:
    assert len(wanted()) > 150
    assert Texts.load(WEB / "locale").missing("nb", wanted()) == frozenset()
