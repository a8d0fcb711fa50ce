"""The import's report in Bokmål: every sentence that is told is known, and keeps what stands in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kb
from config.texts import Texts
from kb.importers.plan import Line, Outcome
from kb.web.import_words import line_words
from tests.kb.editors import Editor
from tests.kb.test_import_page import send, told

ROOM = Path(kb.__file__).parent
NB = Texts.load(ROOM / "web" / "locale").say("nb")
TELLS = {"ProblemError", "NotArticlesError", "problem", "warn", "warning", "_problem", "Note"}


def tellings() -> Iterator[str]:
    """The sentences of `kb/importers`, with something in each gap."""
    for file in sorted((ROOM / "importers").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in TELLS:
                texts = [each for each in node.args if isinstance(each, ast.Constant | ast.JoinedStr)]
                text = "".join(_parts(texts[-1])) if texts else ""
                if " " in text and any(word.isalpha() for word in text.split()):
                    yield f"#: {text}" if file.name == "aims.py" else text


def _parts(text: ast.expr) -> Iterator[str]:
    values = text.values if isinstance(text, ast.JoinedStr) else [text]
    for value in values:
        yield str(value.value) if isinstance(value, ast.Constant) else "9"


def said(message: str, outcome: Outcome = Outcome.PROBLEM) -> str:
    return line_words(Line(outcome, "a.md", 1, message), NB)


def test_every_sentence_of_the_importers_is_known() -> None:
    sentences = set(tellings())
    assert len(sentences) > 45
    assert {sentence for sentence in sentences if said(sentence) == sentence} == set()


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("'../x' in it leads out of the archive", "'../x' i den fører ut av arkivet"),
        ("picture left out: larger than 20 MiB", "bilde utelatt: større enn 20 MiB"),
        ("front matter: mapping values are not allowed", "hodet: mapping values are not allowed"),
        (
            "ftp: pictures are not taken; the words stay",
            "ftp: slike bilder tas ikke inn; ordene blir stående",
        ),
        ("something nobody has said yet", "something nobody has said yet"),
    ],
)
def test_a_sentence_keeps_what_stands_in_it(message: str, words: str) -> None:
    assert said(message) == words


def test_what_a_revision_changes_is_named() -> None:
    changed = "title, text (+2 −1 lines), review by"
    assert said(changed, Outcome.REVISED) == "tittel, tekst (+2 −1 linjer), dato for gjennomgang"


def test_the_report_speaks_the_editors_language(ines: Editor) -> None:
    ines.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nb"
    reply = send(ines, "look", {"a.md": b"# A\n\n[x](missing.md)"})
    assert any("ordene blir stående" in line["message"] for line in told(reply)["lines"])
