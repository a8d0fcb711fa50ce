"""The page of imports, as its script uses it."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from bot.app import LARGER
from kb.importers import LARGEST_FILE
from kb.opening import Kb
from kb.web.importing import import_words
from tests.kb.editors import Editor


def send(editor: Editor, do: str, files: dict[str, bytes], **more: str) -> TestResponse:
    """The files as the page's script packs them: like a form's, but of a type that no form has."""
    sent = MultiDict(("file", FileStorage(io.BytesIO(content), name)) for name, content in files.items())
    boundary, content = encode_multipart(sent)
    return editor.client.post(
        "/kb/api/import",
        query_string={"do": do, **more},
        data=content,
        content_type=f"multipart/mixed; boundary={boundary}",
        headers={"X-CSRF-Token": editor.csrf},
    )


def told(reply: TestResponse) -> Any:
    assert reply.json is not None, reply.text
    return reply.json


def test_the_page_offers_files_wishes_and_the_export(ines: Editor) -> None:
    shown = ines.opens("/kb/import")
    assert 'type="file" id="pick" multiple' in shown and 'href="/kb/export.zip"' in shown
    assert f"{LARGEST_FILE // 2**20} MB at most" in shown


def test_files_are_looked_at_before_they_are_taken(ines: Editor, base: Kb) -> None:
    files = {"a.md": b"# A\n\n[b](b/c.html)", "b/c.html": b"<h1>C</h1><p>Text.</p>"}
    looked = told(send(ines, "look", files, language="nb", category="home"))
    assert (looked["imported"], looked["counts"]["new"]) == (False, 2)
    assert [(line["path"], line["title"], line["url"]) for line in looked["lines"]] == [
        ("a.md", "A", None),
        ("b/c.html", "C", None),
    ]
    assert base.editorial.articles() == ()
    done = told(send(ines, "drafts", files, language="nb", category="home"))
    assert (done["imported"], done["published"], done["lines"][0]["url"]) == (True, 0, "/kb/articles/a")
    assert {(one.language, one.category, one.owner) for one in base.editorial.articles()} == {
        ("nb", "home", "ines@nettly.example")
    }
    assert told(send(ines, "publish", files, language="nb"))["published"] == 2


def test_a_problem_is_shown_and_nothing_is_taken(ines: Editor, base: Kb) -> None:
    files = {"a.md": b"# A\n\nText.", "b.md": b"---\ntitle: [\n---\nText."}
    assert send(ines, "look", files).status_code == 200
    refused = send(ines, "publish", files)
    assert refused.status_code == 422
    (problem,) = (line for line in told(refused)["lines"] if line["outcome"] == "problem")
    assert (problem["path"], problem["line"]) == ("b.md", 3)
    assert base.editorial.articles() == ()


def test_an_archive_is_sent_as_it_is(ines: Editor) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("deep/a.md", "# A\n\nText.")
    reply = ines.client.post(
        "/kb/api/import?do=drafts&name=all.zip",
        data=packed.getvalue(),
        content_type="application/octet-stream",
        headers={"X-CSRF-Token": ines.csrf},
    )
    assert told(reply)["lines"][0]["article"] == "deep/a"


@pytest.mark.parametrize("name", ["../../a.md", "a/../../b.md"])
def test_a_name_leads_nowhere_else(ines: Editor, name: str) -> None:
    reply = send(ines, "look", {name: b"# A"})
    assert reply.status_code == 422 and "leads elsewhere" in told(reply)["error"]["message"]


def test_nothing_sent_and_nothing_known_are_refused(ines: Editor) -> None:
    assert send(ines, "look", {}).status_code == 422
    assert send(ines, "obey", {"a.md": b"# A"}).status_code == 422


def test_a_form_of_another_page_imports_nothing(ines: Editor) -> None:
    reply = ines.client.post("/kb/api/import?do=publish", data={"file": (io.BytesIO(b"# A"), "a.md")})
    assert reply.status_code in (403, 415)


def test_the_export_is_downloaded(ines: Editor) -> None:
    send(ines, "publish", {"a.md": b"# A\n\nText."})
    reply = ines.client.get("/kb/export.zip")
    assert reply.mimetype == "application/zip" and ".zip" in reply.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(reply.data)) as packed:
        assert packed.namelist() == ["a.md"]


def test_the_script_finds_every_word_that_it_says(ines: Editor) -> None:
    shown = ines.opens("/kb/import")
    words = json.loads(shown.partition('id="words"')[2].partition(">")[2].partition("</script>")[0])
    assert words.keys() == import_words(lambda text: text).keys()


def test_the_server_lets_in_what_the_page_may_send() -> None:
    assert LARGER["/kb/api/import"] > LARGEST_FILE
