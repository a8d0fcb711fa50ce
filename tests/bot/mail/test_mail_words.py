"""What mails say by themselves has words in every language that ships."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot.mail
from config.language_files import PAGES, files_of
from config.texts import Texts

FOLDER = Path(bot.mail.__path__[0])


@pytest.mark.parametrize("language", ["nb", "da"])
def test_every_text_of_the_mails_has_words(language: str) -> None:
    code = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.py"))
    said = frozenset(re.findall(r"""(?:\b_|\bsay|language\))\(\s*["']([A-Z][^"']+)["']""", code))
    further = files_of(Path("nowhere")).paths(PAGES, ("da",))
    texts = Texts.load(FOLDER.parent / "web" / "locale", further=further)
    assert len(said) > 8
    assert texts.missing(language, said) == frozenset()
