"""All checks together: order, keys, words, and what they say of a base they should be content with."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import kb.lint
from config.pages import HOUSE_TEXTS
from config.texts import Texts
from kb.article import ArticleId, Status
from kb.importing import drafts_below
from kb.lint import CHECKS, check, pressing
from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.wording import kind_word, mend, severity_word, what
from kb.opening import SAMPLES
from tests.datasets import dataset
from tests.kb.lint.bases import base, but, text
from tests.kb.lint.samples import kept

FOLDER = Path(kb.lint.__file__).parent
MESSY = base(
    text("One", "See [it](/help/en/nowhere).\n\n## Empty", questions=("how?",)),
    text("Two", "The password is Sommer2026!\n\n![](x.png)", questions=("how",)),
)


def test_findings_come_most_pressing_first_and_each_once() -> None:
    findings = check(MESSY)
    assert [finding.kind for finding in findings] == [
        Kind.DEAD_LINK, Kind.SECRET, Kind.DUPLICATE, Kind.MISSING_ALT, Kind.EMPTY_SECTION,
    ]  # fmt: skip
    assert all(pressing(one) <= pressing(other) for one, other in pairwise(findings))
    assert len({finding.key for finding in findings}) == len(findings)


def test_the_same_base_gets_the_same_findings() -> None:
    assert check(MESSY) == check(MESSY)


def test_progress_is_told_check_by_check() -> None:
    told: list[tuple[int, int]] = []
    check(MESSY, lambda done, of: told.append((done, of)))
    assert told == [(number, len(CHECKS)) for number in range(1, len(CHECKS) + 1)]


def test_an_archived_article_is_not_checked() -> None:
    assert not check(base(but(text("One", "See [it](/help/en/nowhere)."), status=Status.ARCHIVED, live=None)))


def test_a_key_outlives_a_line_that_moves_and_not_a_text_that_changes() -> None:
    places = [Place(ArticleId("one"), line, words) for line, words in ((3, "it"), (9, "it"), (3, "that"))]
    one, moved, other = (
        Finding(Kind.DEAD_LINK, "missing", Severity.ERROR, (place,), ("/help/en/it",)) for place in places
    )
    assert one.key == moved.key != other.key


def test_every_finding_has_its_words() -> None:
    for path in FOLDER.glob("*.py"):
        for kind, case in re.findall(r'Finding\(\s*Kind\.(\w+), "(\w+)"', path.read_text(encoding="utf-8")):
            finding = Finding(Kind[kind], case, Severity.NOTICE, MESSY_PLACES, ("a", "b", "c", "d"))
            assert what(finding, str) and mend(finding, str), (kind, case)


MESSY_PLACES = (Place(MESSY.written[0].article.id, 1),)


def test_the_words_are_said_in_bokmal() -> None:
    tree = ast.parse((FOLDER / "wording.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    said = [node.args[0] for node in calls if getattr(node.func, "id", "") == "_"]
    texts = frozenset(str(one.value) for one in said if isinstance(one, ast.Constant))
    words = Texts.load(FOLDER.parent / "web" / "locale", HOUSE_TEXTS)
    assert len(texts) > 50 and words.missing("nb", texts) == frozenset()
    assert len({kind_word(kind, words.say("nb")) for kind in Kind}) == len(Kind)
    assert len({severity_word(one, words.say("nb")) for one in Severity}) == len(Severity)


def test_the_shipped_articles_have_nothing_wrong() -> None:
    findings = check(base(*kept(drafts_below(SAMPLES))))
    assert [one for one in findings if one.severity is not Severity.NOTICE] == []


def test_a_strangers_help_centre_is_not_cried_wolf_at() -> None:
    """115 real articles: no errors, and only the warnings that were read one by one and are right."""
    findings = check(base(*kept(drafts_below(dataset("kb_plausible") / "docs"))))
    assert [one for one in findings if one.severity is Severity.ERROR] == []
    assert [one for one in findings if one.kind is Kind.CONTRADICTION] == []
    warned = {(one.kind, one.case) for one in findings if one.severity is Severity.WARNING}
    assert warned == {
        (Kind.DUPLICATE, "copied"),
        (Kind.DUPLICATE, "alike"),
        (Kind.EMPTY_SECTION, "empty"),
        (Kind.DEAD_LINK, "anchor"),
    }
