"""What every importer must do, whatever it reads: the same two articles, in each kind of file."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from fpdf import FPDF

from config.settings import load_settings
from kb.article import ArticleId
from kb.errors import ImportFailedError
from kb.importers.plan import Outcome, Plan, Wishes
from kb.opening import Kb, open_kb
from tests.fakes import FakeClock

ELSEWHERE = "https://shop.example/terms"
STEPS = ("Open your order.", "Choose what you send back.", "Print the label.")
MARKDOWN = f"""# Return an item

You have thirty days, and [the money follows](refund.md).

## What to do

{"".join(f"{number}. {step}{chr(10)}" for number, step in enumerate(STEPS, 1))}
Our [terms]({ELSEWHERE}) hold.
"""
HTML = f"""<p>You have thirty days, and <a href="{{link}}">the money follows</a>.</p>
<h2>What to do</h2><ol>{"".join(f"<li>{step}</li>" for step in STEPS)}</ol>
<p>Our <a href="{ELSEWHERE}">terms</a> hold.</p>"""
REFUND = "When your refund arrives"
SOON = "Within five working days."


@dataclass(frozen=True)
class Made:
    """Files that hold the two articles, and what is to be told of them."""

    ids: tuple[str, str]  # of "Return an item" and of REFUND
    says_language: bool  # whether the files say that they are in Bokmål


def markdown(folder: Path) -> Made:
    (folder / "return.md").write_text(f"---\nlanguage: nb\n---\n{MARKDOWN}")
    (folder / "refund.md").write_text(f"---\nlanguage: nb\ntitle: {REFUND}\n---\n{SOON}")
    return Made(("return", "refund"), True)


def mdx(folder: Path) -> Made:
    (folder / "return.mdx").write_text(f"import Box from '@site/Box';\n\n{MARKDOWN}\n<Box kind='x' />\n")
    (folder / "refund.mdx").write_text(f"# {REFUND}\n\n{SOON}")
    return Made(("return", "refund"), False)


def csv(folder: Path) -> Made:
    cell = MARKDOWN.partition("\n\n")[2].replace('"', '""').replace("refund.md", "refund")
    (folder / "faq.csv").write_text(
        "id;title;answer;language;questions\n"
        f'return;Return an item;"{cell}";nb;"Can I?|How?"\n'
        f"refund;{REFUND};{SOON};nb;\n"
    )
    return Made(("return", "refund"), True)


def html(folder: Path) -> Made:
    page = (
        '<!doctype html><html lang="nb-NO"><head><title>{title} | Nettly</title></head>'
        "<body>{body}</body></html>"
    )
    around = "<nav><a href='/'>Home</a></nav><main><h1>{title}</h1>{body}</main><footer>Nettly AS</footer>"
    for name, title, body in (
        ("return", "Return an item", HTML.format(link="refund.html")),
        ("refund", REFUND, f"<p>{SOON}</p>"),
    ):
        (folder / f"{name}.html").write_text(
            page.format(title=title, body=around.format(title=title, body=body))
        )
    return Made(("return", "refund"), True)


def zendesk(folder: Path) -> Made:
    home = "https://nettly.zendesk.com/hc/nb/articles"
    articles = [
        {
            "id": 361,
            "title": "Return an item",
            "body": HTML.format(link=f"{home}/362-refunds"),
            "locale": "nb",
            "section_id": 7,
            "html_url": f"{home}/361-Return-an-item",
        },
        {
            "id": 362,
            "title": REFUND,
            "body": f"<p>{SOON}</p>",
            "locale": "nb",
            "html_url": f"{home}/362-When",
        },
    ]
    (folder / "articles.json").write_text(json.dumps({"articles": articles}, indent=1))
    return Made(("361", "362"), True)


def intercom(folder: Path) -> Made:
    home = "https://help.nettly.example/nb/articles"
    articles = [
        {
            "type": "article",
            "id": "51",
            "title": "Return an item",
            "body": HTML.format(link=f"{home}/52-when"),
            "default_locale": "nb",
            "parent_id": 9,
            "url": f"{home}/51-return",
        },
        {
            "type": "article",
            "id": "52",
            "title": REFUND,
            "body": SOON,
            "default_locale": "nb",
            "url": f"{home}/52-when",
        },
    ]
    (folder / "export.json").write_text(json.dumps({"type": "list", "data": articles}, indent=1))
    return Made(("51", "52"), True)


def freshdesk(folder: Path) -> Made:
    articles = [
        {
            "id": 71,
            "title": "Return an item",
            "description": HTML.format(link="/support/solutions/articles/72"),
            "folder_id": 4,
            "status": 2,
            "url": "https://nettly.freshdesk.com/support/solutions/articles/71",
        },
        {
            "id": 72,
            "title": REFUND,
            "description": f"<p>{SOON}</p>",
            "folder_id": 4,
            "status": 2,
            "url": "https://nettly.freshdesk.com/support/solutions/articles/72",
        },
    ]
    (folder / "solutions.json").write_text(json.dumps(articles, indent=1))
    return Made(("71", "72"), False)


def word(folder: Path) -> Made:
    one = Document()
    one.add_heading("Return an item", 0)
    linked(one.add_paragraph("You have thirty days, and "), "the money follows", "refund.docx")
    one.add_heading("What to do", 2)
    for step in STEPS:
        one.add_paragraph(step, style="List Number")
    linked(one.add_paragraph("Our "), "terms", ELSEWHERE)
    one.save(str(folder / "return.docx"))
    other = Document()
    other.add_heading(REFUND, 0)
    other.add_paragraph(SOON)
    other.save(str(folder / "refund.docx"))
    return Made(("return", "refund"), False)


def linked(paragraph: object, words: str, target: str) -> None:
    """Word's own way to a link, for which the library has no call."""
    link = OxmlElement("w:hyperlink")
    key = paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)  # type: ignore[attr-defined]
    link.set(qn("r:id"), key)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = words
    run.append(text)
    link.append(run)
    paragraph._p.append(link)  # type: ignore[attr-defined]


def pdf(folder: Path) -> Made:
    one = page("Return an item")
    one.write(6, "You have thirty days, and ")
    one.write(6, "the money follows", link="refund.pdf")
    one.write(6, ".")
    one.ln(14)
    one.set_font_size(15)
    one.write(6, "What to do")
    one.ln(12)
    one.set_font_size(11)
    for number, step in enumerate(STEPS, 1):
        one.write(6, f"{number}. {step}")
        one.ln(6)
    one.ln(10)
    one.write(6, "Our ")
    one.write(6, "terms", link=ELSEWHERE)
    one.write(6, " hold.")
    one.output(str(folder / "return.pdf"))
    other = page(REFUND)
    other.write(6, SOON)
    other.output(str(folder / "refund.pdf"))
    return Made(("return", "refund"), False)


def page(title: str) -> FPDF:
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=22)
    made.write(10, title)
    made.ln(18)
    made.set_font_size(11)
    return made


def packed(folder: Path) -> Made:
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("return.md", MARKDOWN)
        archive.writestr("refund.md", f"# {REFUND}\n\n{SOON}")
    return Made(("all/return", "all/refund"), False)


MAKE: dict[str, Callable[[Path], Made]] = {
    made.__name__: made
    for made in (markdown, mdx, csv, html, zendesk, intercom, freshdesk, word, pdf, packed)
}


@dataclass(frozen=True)
class Imported:
    base: Kb
    folder: Path
    made: Made
    plan: Plan

    def body(self, number: int = 0) -> str:
        article = self.base.editorial.article(ArticleId(self.made.ids[number]))
        return self.base.editorial.revision(article.id, article.latest).body


@pytest.fixture(scope="module", params=MAKE)
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    """The two articles of one kind of file in a base of their own, published."""
    folder = tmp_path_factory.mktemp(request.param)
    made = MAKE[request.param](folder)
    data = tmp_path_factory.mktemp("data")
    base = open_kb(load_settings(data, {"FIRSTLINE_KB_EMBEDDER": ".hashed"}), FakeClock())
    plan = base.importing.look(folder, Wishes(language="nb"))
    base.importing.carry_out(plan, publish=True, by="ed@firstline.test")
    yield Imported(base, folder, made, plan)
    base.close()


def test_each_article_has_its_id_and_title(imported: Imported) -> None:
    titles = {article.id: article.title for article in imported.base.editorial.articles()}
    assert titles == dict(zip(imported.made.ids, ("Return an item", REFUND), strict=True))


def test_the_title_is_not_said_twice(imported: Imported) -> None:
    assert "Return an item" not in imported.body() and REFUND not in imported.body(1)
    assert imported.body(1).strip() == SOON


def test_headings_are_headings(imported: Imported) -> None:
    assert re.search(r"^#{1,6} What to do$", imported.body(), re.MULTILINE)


def test_steps_are_a_numbered_list(imported: Imported) -> None:
    assert re.findall(r"^(\d+)\. (.+)$", imported.body(), re.MULTILINE) == [
        (str(number), step) for number, step in enumerate(STEPS, 1)
    ]


def test_links_between_articles_lead_to_our_pages_and_others_where_they_led(imported: Imported) -> None:
    refund = imported.base.editorial.article(ArticleId(imported.made.ids[1]))
    assert f"[the money follows](/help/nb/{refund.slug})" in imported.body()
    assert f"[terms]({ELSEWHERE})" in imported.body()


def test_the_language_is_that_of_the_file_or_else_the_wished_one(imported: Imported) -> None:
    assert {article.language for article in imported.base.editorial.articles()} == {"nb"}
    if imported.made.says_language:
        other = imported.base.importing.look(imported.folder, Wishes(language="en"))
        assert not other.problems
        assert {draft.language for draft in other.drafts} == {"nb"}


def test_the_same_files_again_change_nothing(imported: Imported) -> None:
    again = imported.base.importing.look(imported.folder, Wishes(language="nb"))
    assert again.count(Outcome.UNCHANGED) == 2
    taken = imported.base.importing.carry_out(again, publish=True, by="ed@firstline.test")
    assert (taken.added, taken.revised, taken.published) == ((), (), ())


def test_what_is_published_answers(imported: Imported) -> None:
    assert all(article.live == 1 for article in imported.base.editorial.articles())


NOISE = bytes(range(256)) * 40
SUFFIXES = (".md", ".csv", ".html", ".json", ".docx", ".pdf", ".zip")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Kb]:
    opened = open_kb(load_settings(tmp_path / "data", {"FIRSTLINE_KB_EMBEDDER": ".hashed"}), FakeClock())
    yield opened
    opened.close()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_noise_is_refused_with_its_line_and_takes_the_others_with_it(
    empty: Kb, tmp_path: Path, suffix: str
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "fine.md").write_text("# Fine\n\nText.")
    (folder / f"noise{suffix}").write_bytes(NOISE)
    plan = empty.importing.look(folder, Wishes())
    where = r"noise\.zip|files" if suffix == ".zip" else rf"noise\{suffix}"
    assert [problem for problem in plan.problems if re.match(rf"({where}):\d+: \S", problem)]
    with pytest.raises(ImportFailedError):
        empty.importing.carry_out(plan, publish=True, by="ed@firstline.test")
    assert empty.editorial.articles() == ()


@pytest.mark.parametrize("kind", ["zendesk", "word", "pdf", "packed"])
def test_half_a_file_is_refused(empty: Kb, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    MAKE[kind](folder)
    path = sorted(folder.iterdir())[-1]
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert empty.importing.look(path, Wishes()).problems


@pytest.mark.parametrize("kind", MAKE)
def test_an_empty_file_is_refused(empty: Kb, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    MAKE[kind](folder)
    path = sorted(folder.iterdir())[0]
    path.write_bytes(b"")
    assert empty.importing.look(path, Wishes()).problems


def test_a_word_document_is_known_by_its_content(empty: Kb, tmp_path: Path) -> None:
    word(tmp_path)
    content = io.BytesIO((tmp_path / "return.docx").read_bytes())
    (tmp_path / "return").write_bytes(content.getvalue())
    assert empty.importing.look(tmp_path / "return", Wishes()).drafts[0].title == "Return an item"
