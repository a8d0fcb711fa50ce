"""The customers' pages: the front door, the chat, the snippet for other sites, and a shop that shows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, render_template, request

from bot.files import MOST_FILES

LONGEST_ADDRESS = 300
"""Characters of the host page's address that a conversation keeps."""

HOST_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}' 'self'; img-src 'self' data:; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)
"""The strictest policy that the widget works under: what a site must allow is the snippet and its frame."""


class SpeakingTexts(Protocol):
    """The message catalogues: `say("nb")` turns an English text into a Bokmål one."""

    @property
    def languages(self) -> Sequence[str]: ...

    def say(self, language: str) -> Callable[[str], str]: ...


def blueprint(
    *,
    texts: SpeakingTexts,
    languages: Sequence[str],
    message_characters: int,
    file_bytes: int,
    notice: Callable[[], Mapping[str, object] | None] = lambda: None,
    typing: bool = False,
) -> Blueprint:
    """`/`, `/chat`, `/demo` and `/embed.js`, for a dressed app whose static folder is `bot/web/static`.

    languages: the codes that the bot speaks; the pages offer those that have a catalogue too.
    message_characters: how long one message may be, in Unicode characters. file_bytes: how large one file.
    notice: what the reader is told before their first message, as the page has it. typing: whether somebody
    may want to see that they write.
    """
    pages = Blueprint("pages", __name__, template_folder="templates")
    offered = tuple(code for code in texts.languages if code in languages)

    @pages.get("/")
    def front_door() -> Response | str:
        """Three doors for a browser; one plain line for the programs that ask whether a Rasa server is up."""
        if request.accept_mimetypes.best_match(["text/plain", "text/html"]) != "text/html":
            return Response("Hello from Rasa: 3.6.21", content_type="text/plain; charset=utf-8")
        return render_template("front.html", offered=offered)

    @pages.get("/chat")
    def chat() -> str:
        return render_template(
            "chat.html",
            offered=offered,
            embedded=request.args.get("embedded") == "1",
            characters=message_characters,
            files={"bytes": file_bytes, "most": MOST_FILES},
            notice=notice(),
            typing=typing,
            host=host_address(request.args.get("page", "")),
        )

    @pages.get("/demo")
    def demo() -> Response:
        page = make_response(render_template("demo.html"))
        page.headers["Content-Security-Policy"] = HOST_POLICY.format(nonce=g.nonce)
        return page

    @pages.get("/embed.js")
    def embed() -> Response:
        """The same file for every visitor, so it carries the launcher's words in every language."""
        labels = {code: launcher_labels(texts.say(code)) for code in offered}
        answer = Response(
            render_template("embed.js", labels=labels, in_shadow=in_shadow),
            content_type="text/javascript; charset=utf-8",
        )
        answer.cache_control.public = True
        answer.cache_control.max_age = 300
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    return pages


def host_address(address: str) -> str | None:
    """Where the widget stands: scheme, host and path, for a query may hold secrets; None if unclear."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2] if parts.hostname else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return f"{parts.scheme}://{host}{parts.path}"[:LONGEST_ADDRESS]


def in_shadow(css: str) -> str:
    """A page's tokens for a shadow root: `:root` is `:host` there, with what narrows it in brackets."""
    plain = str(css)  # not Markup, which would escape what it joins
    narrowed = re.sub(r":root((?::not\([^)]*\)|\[[^]]*\])+)", r":host(\1)", plain)
    return narrowed.replace(":root", ":host")


def launcher_labels(_: Callable[[str], str]) -> dict[str, str]:
    """What the launcher says, in one language."""
    return {
        "title": _("Chat with us"),
        "open": _("Open the chat"),
        "close": _("Close the chat"),
        "one": _("1 unread message"),
        "many": _("{n} unread messages"),
    }
