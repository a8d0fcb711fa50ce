"""What every page of every room has in common: brand, language, security headers, errors in words."""

from __future__ import annotations

import hashlib
import logging
import math
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, NotFound

from config.texts import SOURCE, Texts, direction, own_name
from config.toml_values import Section, read_toml

LANGUAGE_COOKIE = "firstline_lang"
HOUSE_TEXTS = Path(__file__).parent / "web" / "locale"

WORDS = {
    400: (
        "That can't be done like this",
        "Something in the request is missing or wrong. Go back and try again.",
    ),
    401: ("Please sign in", "This page is for signed-in staff."),
    403: ("This page isn't open to you", "Your account lacks the role for it. An admin can give it to you."),
    404: ("This page isn't here", "The address may be mistyped, or the page was moved."),
    405: ("That can't be done here", "This address doesn't take that kind of request."),
    409: ("Someone was faster", "This has changed in the meantime. Reload the page to see how it is now."),
    410: ("This is over", "What was here has ended or has been used. Ask for a new link."),
    413: ("That is too large", "Make it smaller and send it again."),
    415: ("That format isn't taken", "Send JSON, with the content type application/json."),
    429: ("Too many tries", "Wait a little, then try again."),
    500: ("Something went wrong on our side", "It has been written to the log. Try again in a moment."),
    503: ("Not available right now", "Firstline is starting, stopping or full. Try again in a moment."),
}
"""HTTP status -> a title and a sentence."""

_SHIPPED = Path(__file__).parent / "brand"
_NEAR = {"no": "nb", "nn": "nb"}  # who asks for Norwegian reads Bokmål rather than English
_YEAR = 365 * 24 * 3600
_EMBEDDED = "embed.js"  # the one script that other sites load; its address can't carry a version

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose name, logo and colours the pages wear."""

    name: str
    logo: Markup
    """Inline SVG; the word beside it is the name, so it is hidden from screen readers."""
    tokens: Markup
    """tokens.css, to be inlined in a <style> with the page's nonce."""

    @classmethod
    def load(cls, folder: Path | None = None) -> Brand:
        """The shipped brand, with each file that the folder has in its place. Raises SettingsError."""

        def file(name: str) -> Path:
            own = folder / name if folder else _SHIPPED / name
            return own if own.exists() else _SHIPPED / name

        toml = Section("brand.toml", "", read_toml(file("brand.toml")))
        toml.only(["name"])
        return cls(
            name=toml.text("name"),
            logo=Markup(file("logo.svg").read_text(encoding="utf-8").strip()),
            tokens=Markup(file("tokens.css").read_text(encoding="utf-8")),
        )


def dress(
    app: Flask,
    brand: Brand,
    texts: Texts,
    *,
    frame_ancestors: str = "'none'",
    images: str = "'self' data:",
    further: Mapping[str, Path] | None = None,
) -> None:
    """Give all pages of an app the same manners.

    Templates get `_`, `locale`, `direction`, `languages` (code -> own name), `nonce`, `brand` and
    `asset(name)`. Responses get security and caching headers; a header that a view has set stays. Errors with
    an int `status` become a page or `{"error": {"code", "message"}}`.

    frame_ancestors: the CSP source list of who may show the pages in a frame, such as "'none'" or "*".
    images: that of where their pictures may come from. further: language -> a catalogue for errors as well.
    """
    house = Texts.load(HOUSE_TEXTS, further=further)
    app.register_blueprint(Blueprint("house", __name__, template_folder="web"))

    @app.before_request
    def refuse_what_no_row_has() -> None:
        """A number that no database of ours holds."""
        if any(isinstance(each, int) and each >= 2**31 for each in (request.view_args or {}).values()):
            raise NotFound

    @app.context_processor
    def globals_of_pages() -> dict[str, object]:
        return {
            "_": texts.say(locale(texts)),
            "locale": locale(texts),
            "direction": direction(locale(texts)),
            "languages": {code: own_name(code) for code in texts.languages},
            "nonce": nonce(),
            "brand": brand,
            "asset": asset,
        }

    @app.after_request
    def headers(response: Response) -> Response:
        _secure(response, frame_ancestors, images)
        _cache(response)
        asked = request.args.get("lang")
        if asked in texts.languages and asked != request.cookies.get(LANGUAGE_COOKIE):
            response.set_cookie(
                LANGUAGE_COOKIE, asked, _YEAR, secure=request.is_secure, httponly=True, samesite="Lax"
            )
        return response

    @app.errorhandler(Exception)
    def answer(error: Exception) -> Response:
        return error_response(error, house.say(locale(texts)))


def nonce() -> str:
    """This response's nonce, for every <style> and <script>."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def locale(texts: Texts) -> str:
    """The reader's language: ?lang, else the cookie, else what the browser asks for, else English."""
    for chosen in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in texts.languages:
            return chosen
    for tag, _ in request.accept_languages:
        language = tag.replace("_", "-").partition("-")[0].lower()
        language = _NEAR.get(language, language)
        if language in texts.languages:
            return language
    return SOURCE


def asset(name: str) -> str:
    """The address of a file in the app's static folder, which changes when the file does."""
    folder = current_app.static_folder
    assert folder is not None
    path = Path(folder) / name
    return url_for("static", filename=name, v=_digest(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=256)
def _digest(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def wants_json() -> bool:
    """Whether the request comes from a script rather than from somebody's address bar."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    for_scripts = "/api/" in request.path or request.path.startswith("/webhooks/")
    return for_scripts or request.is_json or best == "application/json"


def error_response(error: Exception, say: Callable[[str], str]) -> Response:
    """An error as the reader needs it: a page for people, JSON for scripts.

    An error without an HTTP status is told as 500 and without its words, which are for the log.
    """
    if isinstance(error, HTTPException) and (error.response is not None or (error.code or 500) < 400):
        return make_response(error.get_response())
    status, code, message = _told(error, say)
    if status >= 500:
        _log.error("%s %s answered %d", request.method, request.path, status, exc_info=error)
    if wants_json():
        response = jsonify(error={"code": code, "message": message})
    else:
        title, _ = _words(status)
        response = make_response(
            render_template("error.html", _=say, title=say(title), message=message, status=status)
        )
    response.status_code = status
    wait = getattr(error, "retry_after", None)
    if isinstance(wait, timedelta):
        wait = math.ceil(wait.total_seconds())
    if isinstance(wait, int):
        response.headers["Retry-After"] = str(wait)
    return response


def _told(error: Exception, say: Callable[[str], str]) -> tuple[int, str, str]:
    """HTTP status, code for scripts, words for people."""
    if isinstance(error, HTTPException):
        status = error.code or 500
        own = error.description if error.description != type(error).description else None
        return status, _snake(HTTPStatus(status).phrase), own or say(_words(status)[1])
    status = getattr(error, "status", 500)
    if isinstance(status, int) and 400 <= status < 600 and status != 500:
        return status, _snake(type(error).__name__.removesuffix("Error")), say(str(error))
    return 500, "internal_server_error", say(_words(500)[1])


def _words(status: int) -> tuple[str, str]:
    """A title and a sentence for a status."""
    return WORDS.get(status) or WORDS[500 if status >= 500 else 400]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).lower().strip("_")


def _secure(response: Response, frame_ancestors: str, images: str) -> None:
    if response.mimetype == "text/html":
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce()}'; style-src 'nonce-{nonce()}' 'self'; "
            f"img-src {images}; media-src 'self'; connect-src 'self'; frame-src 'self'; "
            "base-uri 'none'; form-action 'self'; "
            f"frame-ancestors {frame_ancestors}; require-trusted-types-for 'script'"
        )
    else:
        policy = "default-src 'none'; frame-ancestors 'none'"
    framed = response.mimetype == "text/html" and frame_ancestors not in ("'none'", "'self'")
    embedded = request.path.endswith(f"/{_EMBEDDED}")
    for name, value in (
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "cross-origin" if framed or embedded else "same-origin"),
    ):
        response.headers.setdefault(name, value)


def _cache(response: Response) -> None:
    """Pages and JSON never, versioned files for ever, other files after asking whether they have changed."""
    if request.endpoint is None or not request.endpoint.endswith("static") or response.status_code >= 400:
        response.headers.setdefault("Cache-Control", "no-store")
    elif "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    elif request.path.endswith(f"/{_EMBEDDED}"):
        response.headers["Cache-Control"] = "public, max-age=300"
    else:
        response.headers["Cache-Control"] = "no-cache"
