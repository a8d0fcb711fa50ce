"""The customers' pages as they leave the server: their words, their weight, their safety."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from flask import Flask
from flask.testing import FlaskClient
from jinja2.ext import babel_extract

from bot.web import pages
from config.pages import Brand, dress
from config.texts import Texts

WEB = Path(pages.__file__).parent
SCRIPTS = sorted((WEB / "static").glob("*.js"))
SOURCES = {path.name: path.read_text() for path in [*SCRIPTS, WEB / "templates" / "embed.js"]}
FIRST_PAINT = 60_000  # bytes, uncompressed: one page, one sheet, one script
PIECE = 16_000  # bytes, uncompressed, of each module and sheet that comes later
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load(WEB / "locale")


@pytest.fixture
def client(texts: Texts) -> FlaskClient:
    app = Flask("pages", static_folder=WEB / "static", static_url_path="/chat/static")
    dress(app, Brand.load(), texts, frame_ancestors="*")
    app.register_blueprint(
        pages.blueprint(texts=texts, languages=("en", "nb"), message_characters=8_000, file_bytes=10_000_000)
    )
    return app.test_client()


def weight(client: FlaskClient, *addresses: str) -> int:
    """Bytes of some files, uncompressed."""
    total = 0
    for address in addresses:
        with client.get(address) as answer:
            assert answer.status_code == 200
            total += len(answer.data)
    return total


def told(html: str) -> dict[str, Any]:
    """What the chat page tells its script."""
    found = re.search(r'<script type="application/json" id="page"[^>]*>(.*?)</script>', html, re.S)
    assert found
    value: dict[str, Any] = json.loads(found[1])
    return value


def later(html: str) -> list[str]:
    """What the chat page fetches once it is painted: modules, what they import, and sheets."""
    found = re.search(r'<script type="importmap"[^>]*>(.*?)</script>', html, re.S)
    assert found
    page = told(html)
    return [*json.loads(found[1])["imports"].values(), *page["modules"].values(), *page["sheets"].values()]


def test_the_front_door_has_three_doors(client: FlaskClient) -> None:
    html = client.get("/", headers=BROWSER).text
    assert re.findall(r'class="door" href="([^"]+)"', html) == ["/chat", "/desk/", "/kb/"]


@pytest.mark.parametrize("accept", ["*/*", "text/plain", "application/json, text/plain;q=0.9, */*;q=0.1"])
def test_a_program_at_the_front_door_gets_one_plain_line(client: FlaskClient, accept: str) -> None:
    answer = client.get("/", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text.startswith("Hello from Rasa: 3.6.21")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "How can we help?"), ("nb", "Hva kan vi hjelpe med?")]
)
def test_the_chat_speaks_the_readers_language(client: FlaskClient, language: str, words: str) -> None:
    html = client.get(f"/chat?lang={language}").text
    assert f'<html lang="{language}"' in html and words in html
    assert told(html)["language"] == language


def test_every_text_of_the_pages_has_bokmal_words(texts: Texts) -> None:
    said: set[str] = set()
    for path in (WEB / "templates").glob("*.html"):
        with path.open("rb") as file:
            said |= {text for _, _, text, _ in babel_extract(file, ("_",), [], {}) if isinstance(text, str)}
    labels = extract_from_file("python", WEB / "pages.py", keywords={"_": None})
    said |= {text for _, text, _, _ in labels if isinstance(text, str)}
    assert len(said) > 80
    assert texts.missing("nb", frozenset(said)) == frozenset()


def test_the_scripts_and_the_page_agree_on_the_texts(client: FlaskClient) -> None:
    given = set(told(client.get("/chat").text)["texts"])
    modules = "".join(SOURCES[path.name] for path in SCRIPTS)
    used = set(re.findall(r"\bsay\.([a-z_0-9]+)", modules))
    used |= {f"line_{holder}" for holder in ("bot", "queue", "agent", "none", "away")}
    assert used == given


def test_every_element_the_scripts_look_for_is_on_the_page(client: FlaskClient) -> None:
    html = client.get("/chat?embedded=1").text
    modules = "".join(SOURCES[path.name] for path in SCRIPTS)
    wanted = set(re.findall(r"(?:\$|getElementById)\('([a-z-]+)'\)", modules))
    assert wanted <= set(re.findall(r'\bid="([^"]+)"', html))


def test_the_first_paint_is_light(client: FlaskClient) -> None:
    html = client.get("/chat").text
    files = re.findall(r'(?:<link rel="stylesheet" href|<script type="module"[^>]* src)="([^"]+)"', html)
    assert [Path(name.partition("?")[0]).name for name in files] == ["chat.css", "chat.js"]
    assert weight(client, "/chat", *files) <= FIRST_PAINT


def test_what_comes_after_the_first_paint_comes_in_small_pieces(client: FlaskClient) -> None:
    pieces = later(client.get("/chat?embedded=1&lang=nb").text)
    assert len(pieces) > 15
    assert {address: size for address in pieces if (size := weight(client, address)) > PIECE} == {}


def test_modules_carry_their_version_so_that_they_can_be_cached_for_ever(client: FlaskClient) -> None:
    for address in later(client.get("/chat").text):
        assert re.search(r"\?v=[0-9a-f]+$", address)
        with client.get(address) as answer:
            assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/chat", "/chat?embedded=1", "/demo"])
def test_a_strict_policy_has_nothing_to_refuse(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    html = re.sub(r"<(style|script)\b.*?</\1>", "", answer.text, flags=re.S)
    assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=", html)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    nonces = set(re.findall(r'<(?:style|script)[^>]* nonce="([^"]+)"', answer.text))
    assert nonces == set(re.findall(r"script-src 'nonce-([^']+)'", policy))
    assert len(re.findall(r"<(?:style|script)\b", answer.text)) == answer.text.count(" nonce=")


@pytest.mark.parametrize("script", SOURCES)
def test_no_script_turns_text_into_markup_or_code(script: str) -> None:
    sinks = r"(innerH|outerH|AdjacentH)TML|document\.write|srcdoc|\beval\(|new Function|ContextualFragment"
    assert not re.search(sinks, SOURCES[script])


def test_what_stands_in_the_address_stays_data(client: FlaskClient) -> None:
    hostile = "https://shop.example/</script><script>alert(1)</script>"
    html = client.get("/chat", query_string={"page": hostile}).text
    assert "<script>alert" not in html
    assert told(html)["host"] == hostile
    assert "<script>alert" not in client.get("/chat?lang=<script>alert(1)</script>").text


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://shop.example/router?email=maya%40mail.example#top", "https://shop.example/router"),
        ("https://maya:secret@shop.example:8443/a", "https://shop.example:8443/a"),
        ("http://[::1]:5005/", "http://[::1]:5005/"),
        ("https://shop.example/" + "a" * 900, "https://shop.example/" + "a" * 279),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://[broken/", None),
        ("", None),
    ],
)
def test_of_the_host_page_only_its_place_is_kept(address: str, kept: str | None) -> None:
    assert pages.host_address(address) == kept


def test_the_demo_shop_may_show_our_frame_and_no_other(client: FlaskClient) -> None:
    policy = client.get("/demo").headers["Content-Security-Policy"]
    assert re.findall(r"frame-src ([^;]+)", policy) == ["'self'"]


def test_the_snippet_speaks_every_language_and_wears_the_brand(client: FlaskClient) -> None:
    answer = client.get("/embed.js")
    assert answer.mimetype == "text/javascript" and "{{" not in answer.text
    found = re.search(r"const LABELS = (.*);", answer.text)
    assert found and {code: words["open"] for code, words in json.loads(found[1]).items()} == {
        "en": "Open the chat",
        "nb": "Åpne chatten",
    }
    assert "--brand:" in answer.text and ":root" not in answer.text
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_snippet_is_asked_for_again_only_when_it_changed(client: FlaskClient) -> None:
    first = client.get("/embed.js")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = client.get("/embed.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_only_the_languages_the_bot_speaks_are_offered(texts: Texts) -> None:
    app = Flask("pages", static_folder=WEB / "static", static_url_path="/chat/static")
    dress(app, Brand.load(), texts, frame_ancestors="*")
    app.register_blueprint(
        pages.blueprint(texts=texts, languages=("en",), message_characters=8_000, file_bytes=10_000_000)
    )
    assert re.findall(r'data-language="([a-z]+)"', app.test_client().get("/chat").text) == ["en"]


def test_tokens_keep_their_conditions_in_a_shadow_root() -> None:
    css = ':root { --a: 1 } :root:not([data-theme="light"]) { --a: 2 } :root[data-theme="dark"] { --a: 3 }'
    assert pages.in_shadow(css) == (
        ':host { --a: 1 } :host(:not([data-theme="light"])) { --a: 2 } :host([data-theme="dark"]) { --a: 3 }'
    )
