"""An import into a base: what is said before, and what is done."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from kb.article import ArticleId, Status
from kb.errors import ImportFailedError
from kb.importers.plan import Outcome, Plan, Wishes
from kb.importing import drafts_below
from kb.opening import SAMPLES, Kb
from tests.datasets import dataset

BY = "ed@firstline.test"
Files = dict[str, str | bytes]


def folder(at: Path, files: Files) -> Path:
    for name, content in files.items():
        path = at / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return at


def look(room: Kb, at: Path, files: Files, wishes: Wishes | None = None) -> Plan:
    return room.importing.look(folder(at, files), wishes or Wishes())


def take(room: Kb, at: Path, files: Files, wishes: Wishes | None = None, *, publish: bool = True) -> Plan:
    plan = look(room, at, files, wishes)
    room.importing.carry_out(plan, publish=publish, by=BY)
    return plan


def body(room: Kb, id: str) -> str:
    article = room.editorial.article(ArticleId(id))
    return room.editorial.revision(article.id, article.latest).body


def said(plan: Plan, outcome: Outcome) -> list[str]:
    return [f"{line.path}:{line.line}: {line.message}" for line in plan.lines if line.outcome is outcome]


def test_looking_changes_nothing(room: Kb, tmp_path: Path) -> None:
    plan = look(room, tmp_path / "in", {"a.md": "# A\n\nText."})
    assert plan.count(Outcome.NEW) == 1
    assert room.editorial.articles() == ()


def test_an_import_makes_drafts_unless_it_is_told_to_publish(room: Kb, tmp_path: Path) -> None:
    files: Files = {"a.md": "# A\n\nText.", "b.md": "# B\n\nText."}
    take(room, tmp_path / "in", files, publish=False)
    assert {article.live for article in room.editorial.articles()} == {None}
    plan = look(room, tmp_path / "in", files)
    assert plan.count(Outcome.UNCHANGED) == 2
    taken = room.importing.carry_out(plan, publish=True, by=BY)
    assert (taken.unchanged, taken.published) == (2, ("a", "b"))
    room.indexer.work()
    assert room.indexer.snapshot.generation == 1


def test_a_revision_says_what_it_changes(room: Kb, tmp_path: Path) -> None:
    take(room, tmp_path / "in", {"a.md": "# A\n\nOne.\n\nTwo."})
    plan = take(room, tmp_path / "in", {"a.md": "---\nlabels: [x]\n---\n# B\n\nOne.\n\nThree.\n\nFour."})
    (line,) = plan.lines
    assert (line.outcome, line.path, line.article) == (Outcome.REVISED, "a.md", "a")
    assert line.message == "title, text (+3 −1 lines), labels"


def test_front_matter_keeps_owner_review_date_and_status(room: Kb, tmp_path: Path) -> None:
    files: Files = {
        "a.md": "---\nowner: omar@x.test\nreview_by: 2027-03-01\n---\n# A\n\nText.",
        "b.md": "---\nstatus: draft\n---\n# B\n\nText.",
        "c.md": "---\nstatus: archived\n---\n# C\n\nText.",
    }
    take(room, tmp_path / "in", files)
    a, b, c = (room.editorial.article(ArticleId(id)) for id in "abc")
    assert (a.owner, a.review_by, a.status) == ("omar@x.test", date(2027, 3, 1), Status.PUBLISHED)
    assert (b.status, c.status, c.live) == (Status.DRAFT, Status.ARCHIVED, None)


def test_links_are_found_as_sites_write_them(room: Kb, tmp_path: Path) -> None:
    files: Files = {
        "docs/a.md": "[b](b.md#part) [c](./deep/c.md) [site](/deep/c) [root](/docs/b) [web](http://x) "
        "[up](#up)",
        "docs/b.md": "B.",
        "docs/deep/c.md": "[back](../b.md) [top](b.md) [old](https://old.test/b)",
        "docs/d.html": "<link rel=canonical href='https://old.test/b'><main><h1>D</h1>Text.</main>",
    }
    take(room, tmp_path / "in", files)
    assert body(room, "docs/a") == (
        "[b](/help/en/docs-b#part) [c](/help/en/docs-deep-c) [site](/help/en/docs-deep-c) "
        "[root](/help/en/docs-b) [web](http://x) [up](/help/en/docs-a#up)"
    )
    assert body(room, "docs/deep/c") == (
        "[back](/help/en/docs-b) [top](/help/en/docs-b) [old](/help/en/docs-d)"
    )


def test_a_link_that_leads_nowhere_is_said_with_its_line(room: Kb, tmp_path: Path) -> None:
    files: Files = {"a.md": "---\ntitle: A\n---\n\nOne.\n\n[gone](gone.md) [x](javascript:alert(1))"}
    plan = take(room, tmp_path / "in", files)
    assert body(room, "a") == "One.\n\ngone x"
    assert said(plan, Outcome.WARNING) == [
        "a.md:7: gone.md: leads nowhere in this import; the words stay",
        "a.md:7: javascript:alert(1): javascript: links are not taken; the words stay",
    ]


def test_what_an_import_lacks_leads_to_where_it_is_published(room: Kb, tmp_path: Path) -> None:
    files: Files = {"deep/a.md": "[gone](gone.md#x) ![shot](/img/s.png) [home](https://docs.test/kb/deep/a)"}
    plan = take(room, tmp_path / "in", files, Wishes(site="https://docs.test/kb"))
    assert said(plan, Outcome.WARNING) == []
    assert body(room, "deep/a") == (
        "[gone](https://docs.test/kb/deep/gone#x) ![shot](https://docs.test/img/s.png) "
        "[home](/help/en/deep-a)"
    )


def test_an_internal_article_is_not_linked_to(room: Kb, tmp_path: Path) -> None:
    take(room, tmp_path / "in", {"a.md": "[b](b.md)", "b.md": "---\npublic: false\n---\nB."})
    assert body(room, "a") == "b"


def test_one_file_of_many_links_to_those_that_are_there_already(room: Kb, tmp_path: Path) -> None:
    take(room, tmp_path / "in", {"a.md": "A.", "b.md": "B."})
    plan = room.importing.look(folder(tmp_path / "one", {"c.md": "[b](b.md)"}) / "c.md", Wishes())
    assert plan.drafts[0].body == "[b](/help/en/b)"


def test_pictures_that_come_along_are_kept_by_us(room: Kb, tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 6), "blue").save(picture, "PNG")
    files: Files = {
        "docs/a.md": "![shot](img/s.png) ![gone](img/gone.png) ![bad](img/bad.png)",
        "docs/img/s.png": picture.getvalue(),
        "docs/img/bad.png": b"not a picture",
        "docs/img/unused.png": picture.getvalue(),
    }
    plan = take(room, tmp_path / "in", files)
    assert re.match(
        r"!\[shot\]\(/help/images/[0-9a-f]{32}-8x6\.png\) !\[gone\]\(img/gone\.png\) ", body(room, "docs/a")
    )
    assert [image.called for image in room.images.all()] == ["s.png"]
    assert any("picture left out" in line for line in said(plan, Outcome.WARNING))
    assert look(room, tmp_path / "in", files).count(Outcome.UNCHANGED) == 1


def test_translations_are_linked_whatever_their_order(room: Kb, tmp_path: Path) -> None:
    take(room, tmp_path / "in", {"a.md": "---\nlanguage: nb\ntranslation_of: z\n---\nA.", "z.md": "Z."})
    assert room.editorial.article(ArticleId("a")).translation_of == "z"


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (
            {"a.md": "---\nid: x\n---\nA.", "b.md": "---\nid: x\n---\nB."},
            "b.md:2: id: 'x' is that of a.md:2 too",
        ),
        (
            {"a.md": "---\nslug: s\n---\nA.", "b.md": "---\ntitle: B\nslug: s\n---\nB."},
            "b.md:3: slug: en/s is that of a.md:2 too",
        ),
        (
            {"a.md": "---\ntranslation_of: gone\n---\nA."},
            "a.md:2: translation_of: there is no other article 'gone'",
        ),
        ({"a.md": "---\ntitle: A\n---\n"}, "a.md:4: body: must not be empty"),
        (
            {"a.md": "---\nlanguage: klingonsk\n---\nA."},
            "a.md:2: language: must be a code such as `en` or `nb`",
        ),
        ({"a.md": "---\nid: a b?\n---\nA."}, "a.md:2: id: must be letters, digits, `.`, `/` or `-`"),
        ({"pic.png": b"x"}, "in:1: no files in it that can be imported"),
    ],
)
def test_every_problem_is_named_and_nothing_is_imported(
    room: Kb, tmp_path: Path, files: Files, problem: str
) -> None:
    plan = look(room, tmp_path / "in", files)
    assert plan.problems == (problem,)
    with pytest.raises(ImportFailedError, match="nothing was imported"):
        room.importing.carry_out(plan, publish=True, by=BY)
    assert room.editorial.articles() == ()


def test_an_address_that_another_article_has_is_not_taken(stocked: Kb, tmp_path: Path) -> None:
    taken = stocked.editorial.article(ArticleId("refund")).slug
    plan = look(stocked, tmp_path / "in", {"a.md": f"---\nslug: {taken}\n---\nA."})
    assert "article 'refund' of the base has the address" in plan.problems[0]


def test_an_address_made_from_a_name_makes_way_and_says_so(room: Kb, tmp_path: Path) -> None:
    plan = take(room, tmp_path / "in", {"a-b.md": "One.", "a/b.md": "Two."})
    assert sorted(article.slug for article in room.editorial.articles()) == ["a-b", "a-b-2"]
    assert "its address becomes a-b-2" in said(plan, Outcome.WARNING)[0]


def test_an_address_that_an_editor_has_changed_stays(room: Kb, tmp_path: Path) -> None:
    files: Files = {"a.md": "A.", "b.md": "[a](a.md)"}
    take(room, tmp_path / "in", files)
    room.arranging.rename(ArticleId("a"), "better", by=BY)
    take(room, tmp_path / "in", files)
    assert room.editorial.article(ArticleId("a")).slug == "better"
    assert body(room, "b") == "[a](/help/en/better)"


def test_what_is_no_article_is_left_out_of_a_folder_and_said(room: Kb, tmp_path: Path) -> None:
    files: Files = {
        "a.md": "A.",
        "package.json": '{"name": "x"}',
        "prices.csv": "a,b\n1,2\n",
        "film.mp4": b"\0",
    }
    plan = look(room, tmp_path / "in", files)
    assert [line.path for line in plan.lines if line.outcome is Outcome.SKIPPED] == [
        "film.mp4",
        "package.json",
        "prices.csv",
    ]
    assert not plan.problems
    alone = room.importing.look(tmp_path / "in" / "prices.csv", Wishes())
    assert "prices.csv:1: needs a column title" in alone.problems[0]


def test_shelves_and_translations_of_an_export_are_put_together(room: Kb, tmp_path: Path) -> None:
    files: Files = {
        "articles.json": json.dumps(
            {
                "articles": [
                    {
                        "id": 5,
                        "title": "Return",
                        "body": "<p>Send it back.</p>",
                        "locale": "en-us",
                        "source_locale": "en-us",
                        "section_id": 2,
                        "label_names": ["parcel"],
                        "draft": False,
                        "translations": [{"locale": "no", "title": "Retur", "body": "<p>Send den.</p>"}],
                    },
                    {
                        "id": 6,
                        "title": "Secret",
                        "body": "x",
                        "locale": "en-us",
                        "user_segment_id": 9,
                        "draft": True,
                    },
                ]
            }
        ),
        "sections.json": json.dumps({"sections": [{"id": 2, "name": "Parcels", "category_id": 1}]}),
        "categories.json": json.dumps({"categories": [{"id": 1, "name": "Orders"}]}),
    }
    take(room, tmp_path / "in", files)
    one, other, secret = (room.editorial.article(ArticleId(id)) for id in ("5", "5-nb", "6"))
    assert (one.category, one.labels, one.language) == ("Orders", ("parcel", "Parcels"), "en")
    assert (other.translation_of, other.language, other.title) == ("5", "nb", "Retur")
    assert (secret.public, secret.status) == (False, Status.DRAFT)


def test_collections_and_translated_content_are_put_together(room: Kb, tmp_path: Path) -> None:
    export = {
        "data": [
            {
                "id": "9",
                "type": "article",
                "title": "Return",
                "body": "<p>Send it back.</p>",
                "default_locale": "en",
                "parent_id": 4,
                "state": "published",
                "translated_content": {
                    "type": "article_translated_content",
                    "nb": {"title": "Retur", "body": "<p>Send den.</p>", "state": "published"},
                },
            }
        ],
        "collections": [
            {"id": "4", "type": "collection", "name": "Parcels", "parent_id": "3"},
            {"id": "3", "type": "collection", "name": "Orders", "parent_id": None},
        ],
    }
    take(room, tmp_path / "in", {"export.json": json.dumps(export)})
    assert room.editorial.article(ArticleId("9")).category == "Orders"
    assert room.editorial.article(ArticleId("9-nb")).translation_of == "9"


def test_a_category_is_wished_for_those_without_one(room: Kb, tmp_path: Path) -> None:
    files: Files = {"a.md": "A.", "b.md": "---\ncategory: own\n---\nB."}
    take(room, tmp_path / "in", files, Wishes(category="manual"))
    assert {article.id: article.category for article in room.editorial.articles()} == {
        "a": "manual",
        "b": "own",
    }


def test_the_articles_that_ship_can_be_read() -> None:
    drafts = drafts_below(SAMPLES)
    assert len(drafts) >= 30
    originals = {draft.id for draft in drafts if draft.translation_of is None}
    assert {draft.translation_of for draft in drafts if draft.translation_of} <= originals
    assert all(draft.questions for draft in drafts)


def test_a_real_help_centre_comes_in_whole(room: Kb) -> None:
    source = dataset("kb_plausible") / "docs"
    plan = room.importing.look(source, Wishes())
    room.importing.carry_out(plan, publish=True, by=BY)
    room.indexer.work()
    assert plan.count(Outcome.NEW) >= 115 and not plan.problems
    written = {path.relative_to(source).with_suffix("").as_posix(): path for path in source.rglob("*.md")}
    dead = [line for line in plan.lines if "leads nowhere" in line.message]
    assert len(dead) <= 6  # pictures and examples that the data set leaves out
    addresses = {f"/help/en/{article.slug}" for article in room.editorial.articles()}
    counts: Counter[str] = Counter()
    for id, path in written.items():
        text, raw = body(room, id), without_code(path.read_text())
        title = room.editorial.article(ArticleId(id)).title
        wanted = [words for words in headings(raw) if words != title]
        assert [words for words in headings(without_code(text)) if words in wanted] == wanted, id
        images = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", without_code(text))
        assert len(images) == len(re.findall(r"<img\b|!\[", raw)), id
        links = re.findall(r"(?<!!)\[[^\]]*\]\((/help/[^)#]+)", text)
        assert set(links) <= addresses, id
        counts["links"] += len(links)
        counts["images"] += len(images)
    assert counts["links"] > 500 and counts["images"] > 150


def headings(text: str) -> list[str]:
    found = re.findall(r"^#{1,6} +(.+?) *(?:\{#[\w-]+\})? *$", text, re.MULTILINE)
    return [re.sub(r"\]\([^)]*\)|\[| *<[^>]*>", "", words) for words in found]


def without_code(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
