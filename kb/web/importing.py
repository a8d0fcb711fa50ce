"""The page of imports, /kb/import, and its JSON.

POST /kb/api/import?do=look|drafts|publish&language=&category=&site=
     one file as the body, with its name as ?name=; or several as the parts of a multipart body (mixed, or
     form-data with an API key), each with a path as its file name
     → {imported, published, files, counts, lines: [{outcome, path, line, article, title, message, url}]}
     `look` only says what the others would do; with a problem in it they do nothing, and say 422.
GET  /kb/export.zip   (and /kb/api/export.zip, for programs) every article as Markdown, and their pictures
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import MultiPartParser

from kb.errors import ImportFailedError
from kb.export import Exporting
from kb.import_telling import plan_json
from kb.importers import LARGEST_FILE, language_code
from kb.importers.plan import Line, Wishes
from kb.importing import Importing
from kb.web.address import asked_one_of
from kb.web.import_words import line_words
from kb.web.reader import editor, say, tongue
from kb.web.wording import Say, language_name, studio_url

_DOES = ("look", "drafts", "publish")
_MOST_PARTS = 1000
_SHOWN = 2000  # lines of a report; a longer one is told by its counts


def import_pages(importing: Importing, exporting: Exporting, languages: Sequence[str]) -> Blueprint:
    pages = Blueprint("kb_import", __name__, url_prefix="/kb")

    @pages.get("/import")
    def page() -> str:
        return render_template(
            "import.html",
            place="import",
            most=LARGEST_FILE // 2**20,
            spoken=[(code, language_name(code, tongue())) for code in languages],
            words=import_words(say()),
        )

    @pages.post("/api/import")
    def take() -> tuple[Response, int]:
        do = asked_one_of("do", _DOES, "look")
        language = language_code(request.args.get("language", "")) or languages[0]
        wishes = Wishes(language, request.args.get("category") or None, request.args.get("site") or None)
        with tempfile.TemporaryDirectory(prefix="firstline-import-") as folder:
            plan = importing.look(_kept(Path(folder)), wishes)
        taken = None
        if do != "look" and not plan.problems:
            taken = importing.carry_out(plan, publish=do == "publish", by=editor().email)
        told = plan_json(plan, taken)
        told["lines"] = [_line(line, taken is not None) for line in plan.lines[:_SHOWN]]
        return jsonify(told), 422 if do != "look" and plan.problems else 200

    @pages.get("/export.zip")
    @pages.get("/api/export.zip")
    def export() -> Response:
        name = f"articles-{datetime.now(UTC):%Y-%m-%d}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(exporting.archive(), mimetype="application/zip", headers=headers)

    return pages


def _kept(folder: Path) -> Path:
    """What was sent, as files in the folder: the folder itself, or the one file that it is."""
    sent = _sent()
    try:
        kept = [_keep(folder, name, file) for name, file in sent]
    finally:
        for _, file in sent:
            file.close()
    if not kept:
        raise ImportFailedError(["no files were sent"])
    return kept[0] if len(kept) == 1 else folder


def _keep(folder: Path, name: str, file: FileStorage) -> Path:
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part != "/"]
    if not parts or ".." in parts or "\0" in name:
        raise ImportFailedError([f"{name}:1: its name leads elsewhere"])
    path = folder.joinpath(*parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as kept:
            file.save(kept)
    except OSError as error:
        raise ImportFailedError([f"{name}:1: can't be kept under this name: {error.strerror}"]) from None
    return path


def _sent() -> list[tuple[str, FileStorage]]:
    """Each file with the path that it has."""
    if not request.mimetype.startswith("multipart/"):
        return [(request.args.get("name", ""), FileStorage(request.stream))]
    files: MultiDict[str, FileStorage] = request.files
    if request.mimetype != "multipart/form-data":
        boundary = request.mimetype_params.get("boundary", "").encode("latin-1")
        parser = MultiPartParser(max_form_parts=_MOST_PARTS)
        try:
            _, files = parser.parse(request.stream, boundary, request.content_length)
        except ValueError as error:
            raise ImportFailedError([f"the files did not arrive whole: {error}"]) from None
    return [(file.filename or "", file) for file in files.getlist("file")]


def _line(line: Line, is_in: bool) -> dict[str, object]:
    """A line of the report, with a link to the article once there is one."""
    url = studio_url(line.article) if line.article and is_in else None
    return asdict(line) | {"outcome": line.outcome.value, "message": line_words(line, say()), "url": url}


def import_words(_: Say) -> Mapping[str, str]:
    """What the page's script says."""
    return {
        "failed": _("That didn't work on our side. Nothing was changed; try again in a moment."),
        "offline": _("The server didn't answer. Nothing was changed; try again when you are online."),
        "chosen": _("{count} files, {size}"),
        "one": _("{name}, {size}"),
        "tooLarge": _(
            "Together they have {size}; {most} MB can be sent at once. Send them in parts, or as a ZIP."
        ),
        "sending": _("Sending and reading the files …"),
        "importing": _("Importing …"),
        "looked": _("This is what the import would do. Nothing has been changed yet."),
        "problems": _("Nothing can be imported until the problems are corrected in the files."),
        "nothing": _("Everything in these files is here already, word for word."),
        "drafts": _(
            "{added} new and {revised} revised, as drafts. They don't answer until they are published."
        ),
        "published": _("{added} new and {revised} revised; {published} published, answering in a moment."),
        "would": _("What would happen"),
        "done": _("What was done"),
        "all": _("Everything"),
        "new": _("New"),
        "revised": _("Revised"),
        "unchanged": _("The same"),
        "skipped": _("Left out"),
        "warning": _("Worth a look"),
        "problem": _("Problem"),
        "more": _("The first {count} lines are shown."),
    }
