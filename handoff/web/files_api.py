"""Files: agents send them, and they and their colleagues get them, and what customers sent, by an address.

    POST /desk/api/cases/N/files?name=      the file as the body, application/octet-stream
         → 201 {file: {id, name, type, size, picture, url}}
         programs with a key may send it as the part `file` of multipart/form-data instead
    GET  /desk/files/CAPABILITY/NAME        for staff, any file; ?inline=1 shows a picture

Whatever it is, a browser only saves it: as an attachment, of the type its bytes have, in a sandbox. A picture
may be shown, because it was written anew when it came in.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request
from werkzeug.http import dump_options_header

from handoff.aids.errors import FileTooLargeError
from handoff.aids.files import Files, KeptFile, SentFiles
from handoff.aids.taking import safe_name
from handoff.desk import Desk
from handoff.errors import ShapeError
from handoff.file import FileRef
from handoff.values import JsonObject
from handoff.verbs.agent import Agent, working
from handoff.web.api import ref_of

_OVERHEAD = 16 * 1024  # bytes of a multipart body that are not the file's


def files_api(files: Files, desk: Desk, agent: Callable[[], Agent], sent: SentFiles) -> Blueprint:
    """The desk's side; `agent` is who is signed in, `sent` has what customers send."""
    api = Blueprint("files_api", __name__, url_prefix="/desk")

    @api.post("/api/cases/<ref>/files")
    def keep(ref: str) -> tuple[Response, int]:
        by, case = working(agent()), desk.case(ref_of(ref))
        if (request.content_length or 0) > files.most_bytes + _OVERHEAD:
            raise FileTooLargeError("the file", files.most_bytes)
        name, content = _given(files.most_bytes)
        return jsonify(file=shown(files.keep(case, by, name, content))), 201

    @api.get("/files/<capability>/<path:_name>")
    def give(capability: str, _name: str) -> Response:
        if (theirs := sent.sent(capability)) is not None:
            return file_answer(*theirs)
        file = files.find(capability)
        return file_answer(file.ref, files.content(file))

    return api


def shown(file: KeptFile) -> JsonObject:
    """A file as the desk shows it."""
    return {
        "id": file.capability,
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "picture": file.picture,
        "url": f"/desk/files/{file.capability}/{_in_address(file.name)}",
    }


def _given(most: int) -> tuple[str, bytes]:
    """What the file is called and its bytes, at most one more than may be; raises ShapeError."""
    if request.mimetype == "application/octet-stream":
        return request.args.get("name", ""), request.stream.read(most + 1)
    part = request.files.get("file")
    if part is None:
        raise ShapeError("file", "send the file as the body, with Content-Type application/octet-stream")
    return part.filename or "", part.stream.read(most + 1)


def file_answer(file: FileRef, content: bytes) -> Response:
    """A file as a browser gets it, whoever asks: to be saved, or a picture to be shown."""
    response = Response(content, mimetype=file.type)
    inline = file.picture and "inline" in request.args
    response.headers["Content-Disposition"] = _disposition("inline" if inline else "attachment", file.name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _disposition(kind: str, name: str) -> str:
    """With the name in full for those who read UTF-8 (RFC 6266), and in plain letters for others."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    header = dump_options_header(kind, {"filename": plain})
    return header if plain == name else f"{header}; filename*=UTF-8''{_in_address(name)}"


def _in_address(name: str) -> str:
    return quote(safe_name(name), safe="")
