"""Files of the chat: customers send them, and get by an unguessable address what they or agents have sent.

    POST /chat/api/conversations/ID/files?name=NAME    the file as the body, application/octet-stream
         → 201 {file: {id, name, type, size, picture, url}}; a message then carries it by its id
    GET  /files/CAPABILITY/NAME                        ?inline=1 shows a picture

Whatever it is, a browser only saves it: as an attachment, of the type its bytes have, in a sandbox. A picture
may be shown, because it was written anew when it came in.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from bot.channels.web import file_wire
from bot.chat import Chat
from bot.errors import NoFileError, NotBytesError
from bot.files import Files
from bot.web.asking import opened
from handoff.aids.errors import FileTooLargeError
from handoff.aids.files import Files as DeskFiles
from handoff.errors import NoAidError
from handoff.file import FileRef
from handoff.web.files_api import file_answer

BYTES = "application/octet-stream"


def files_api(chat: Chat, files: Files) -> Blueprint:
    """The way in; wants `Authorization: Bearer TOKEN`, as the chat's other routes do."""
    api = Blueprint("files_api", __name__, url_prefix="/chat/api")

    @api.post("/conversations/<conversation>/files")
    def keep(conversation: str) -> tuple[Response, int]:
        known = opened(chat, conversation)
        chat.require_consent(known.id)
        # A body of this type is none that a form on another site can send.
        if request.mimetype != BYTES:
            raise NotBytesError(request.mimetype)
        if (request.content_length or 0) > files.most_bytes:
            raise FileTooLargeError("the file", files.most_bytes)
        content = request.stream.read(files.most_bytes + 1)
        return jsonify(file=file_wire(files.keep(known.id, request.args.get("name", ""), content))), 201

    return api


def file_pages(files: Files, desk: DeskFiles) -> Blueprint:
    """The way out, for whoever has the address: customers' own files, and those of agents' replies."""
    pages = Blueprint("file_pages", __name__)

    @pages.get("/files/<capability>/<path:_name>")
    def give(capability: str, _name: str) -> Response:
        ref, content = found(capability)
        return file_answer(ref, content())

    def found(capability: str) -> tuple[FileRef, Callable[[], bytes]]:
        try:
            own = files.find(capability)
        except NoFileError:
            pass
        else:
            return own.ref, lambda: files.content(own)
        try:
            theirs = desk.shared(capability)
        except NoAidError:
            raise NoFileError from None
        return theirs.ref, lambda: desk.content(theirs)

    return pages
