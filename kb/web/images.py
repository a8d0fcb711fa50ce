"""Pictures: editors send them, everybody gets them, from us alone.

POST /kb/api/images?name=     the file itself as the body, Content-Type image/* or application/octet-stream
                              → 201 {name, url, width, height, bytes, called}
GET  /kb/api/images           → {images: [{name, url, called, bytes, author, at, shown}]}, newest first
GET  /help/images/NAME        the picture. Whoever knows the name gets it; it can't be guessed.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from kb.editing.images import IMAGES_PATH, LARGEST_BYTES, Image, Images, size_of
from kb.errors import ImageRefusedError
from kb.web.reader import editor

_YEAR = 365 * 24 * 3600


def image_pages(images: Images, name_of: Callable[[str], str]) -> Blueprint:
    pages = Blueprint("kb_images", __name__)

    @pages.post("/kb/api/images")
    def keep() -> tuple[Response, int]:
        if (request.content_length or 0) > LARGEST_BYTES:
            raise ImageRefusedError(f"it is larger than {LARGEST_BYTES // 2**20} MB")
        called = request.args.get("name", "")
        image = images.keep(request.get_data(cache=False), called=called, by=editor().email)
        return jsonify(told(image)), 201

    @pages.get("/kb/api/images")
    def kept() -> Response:
        orphans = {image.name for image in images.orphans()}
        return jsonify(
            images=[
                told(image)
                | {
                    "author": name_of(image.author),
                    "at": image.at.isoformat(),
                    "shown": image.name not in orphans,
                }
                for image in images.all()
            ]
        )

    @pages.get(f"{IMAGES_PATH}<name>")
    def picture(name: str) -> Response:
        path, media_type = images.path(name)
        response = Response(path.read_bytes(), mimetype=media_type)
        response.set_etag(name)
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["Content-Disposition"] = "inline"
        response.make_conditional(request)
        return response

    return pages


def told(image: Image) -> dict[str, object]:
    url = f"{IMAGES_PATH}{image.name}"
    width, height = size_of(url) or (0, 0)
    return {
        "name": image.name,
        "url": url,
        "width": width,
        "height": height,
        "bytes": image.bytes,
        "called": image.called,
    }
