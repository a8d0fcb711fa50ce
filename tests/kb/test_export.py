from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from kb.article import Article, ArticleId, Draft
from kb.errors import ExportTargetError
from kb.export import Exporting
from kb.importers.plan import Outcome, Wishes
from kb.opening import Kb, open_kb, seed
from tests.fakes import FakeClock
from tests.kb.bases import hashed

BY = "ed@firstline.test"


def exporting(room: Kb) -> Exporting:
    return Exporting(room.editorial, room.images)


def facts(room: Kb) -> dict[str, object]:
    """Everything of every article that an editor cares about."""
    return {article.id: _facts(room, article) for article in room.editorial.articles()}


def _facts(room: Kb, article: Article) -> tuple[object, ...]:
    text = room.editorial.revision(article.id, article.latest)
    kept = (article.slug, article.language, article.category, article.labels, article.public, article.owner)
    return (
        *kept,
        article.review_by,
        article.translation_of,
        article.status,
        text.title,
        text.body,
        text.questions,
    )


def odd(room: Kb) -> str:
    """An article that is hard to write down, with a picture; its body."""
    picture = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(picture, "PNG")
    name = room.images.keep(picture.getvalue(), called="r.png", by=BY).name
    body = (
        f"  Leading ![r](/help/images/{name} 'T') [x](#here)\n\n[l](/help/en/charged-twice#a) "
        "[gone](/help/en/none) `[c](a.md)` [ref][1] [rel](other)\n\n<b>import x from 'y'</b>\n\n"
        "[1]: /help/en/forgot-password\n\n\n"
    )
    room.editorial.draft(
        'Odd: "one" # — æøå 🙂',
        body,
        language="en",
        article_id=ArticleId("odd/__/é"),
        questions=("123", "yes", "null", "a: b #c", "- x"),
        labels=("2026-01-01",),
        public=False,
        by=BY,
    )
    return body


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_an_export_imported_into_an_empty_base_makes_the_same_articles(
    room: Kb, tmp_path: Path, name: str
) -> None:
    seed(room)
    odd(room)
    done = exporting(room).write(tmp_path / name)
    assert (done.articles, done.images) == (len(room.editorial.articles()), 1)
    again = room.importing.look(tmp_path / name, Wishes(language="nb"))
    assert again.count(Outcome.UNCHANGED) == done.articles and len(again.lines) == done.articles
    other = open_kb(hashed(tmp_path / "other"), FakeClock())
    other.importing.carry_out(
        other.importing.look(tmp_path / name, Wishes()), publish=True, by="other@x.test"
    )
    assert facts(other) == facts(room)
    assert [image.name for image in other.images.all()] == [image.name for image in room.images.all()]
    other.close()


def test_links_and_pictures_lead_within_the_export(room: Kb, tmp_path: Path) -> None:
    seed(room)
    odd(room)
    files = dict(exporting(room).files())
    (path,) = (path for path in files if path.startswith("article-"))
    text = files[path].decode()
    assert "](images/" in text and "[l](charged-twice.md#a)" in text and "[gone](/help/en/none)" in text
    assert "[1]: forgot-password.md" in text and "id: odd/__/é" in text


def test_an_id_that_is_no_path_leads_nowhere_else(room: Kb, tmp_path: Path) -> None:
    ids = ("../up", "/etc/x", "a/../../b", "images/x", "Case", "case", "article-1")
    room.editorial.take_in(
        (Draft("T", "Text.", slug=f"s-{n}", id=ArticleId(id)) for n, id in enumerate(ids)),
        by=BY,
        publish=False,
    )
    exporting(room).write(tmp_path / "out")
    written = sorted(
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.md")
    )
    assert len(written) == len(ids) and "article-1.md" in written
    assert sorted(tmp_path.iterdir()) == [tmp_path / "data", tmp_path / "out"]
    assert room.importing.look(tmp_path / "out", Wishes()).count(Outcome.UNCHANGED) == len(ids)


def test_the_same_base_makes_the_same_archive(stocked: Kb) -> None:
    archive = exporting(stocked).archive()
    assert archive == exporting(stocked).archive()
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        assert packed.testzip() is None and "refund.md" in packed.namelist()


def test_an_export_writes_over_nothing(stocked: Kb, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    (tmp_path / "out.zip").write_text("mine")
    for name in ("out", "out.zip"):
        with pytest.raises(ExportTargetError, match="nothing was written"):
            exporting(stocked).write(tmp_path / name)
    assert (tmp_path / "out.zip").read_text() == "mine"
