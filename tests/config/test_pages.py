from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, Response, abort, jsonify, redirect, render_template_string
from flask.testing import FlaskClient

from config.pages import Brand, dress
from config.texts import Texts
from config.toml_values import SettingsError


class PotOfTeaError(Exception):
    status = 409
    retry_after = timedelta(seconds=2.5)


PAGE = """<style nonce="{{ nonce }}">{{ brand.tokens }}</style>{{ brand.logo }}{{ brand.name }}|
{{ locale }}|{{ _("Hello") }}|{{ languages["nb"] }}|
<script nonce="{{ nonce }}" src="{{ asset('page.js') }}"></script>"""


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    (tmp_path / "page.js").write_text("export {};")
    (tmp_path / "embed.js").write_text("export {};")
    made = Flask("room", static_folder=tmp_path, static_url_path="/room/static")
    dress(made, Brand.load(), Texts({"nb": {"Hello": "Hei"}}), frame_ancestors="'none'")

    @made.get("/room/")
    def page() -> str:
        return render_template_string(PAGE)

    @made.get("/room/api/thing")
    def thing() -> Response:
        return jsonify(thing=1)

    @made.get("/room/<path:where>")
    def fails(where: str) -> Response:
        if where == "away":
            return redirect("/room/")  # type: ignore[return-value]
        if where.endswith("tea"):
            raise PotOfTeaError("the pot is empty; put the kettle on")
        if where.endswith("forbidden"):
            abort(403)
        raise ZeroDivisionError("secret of the house")

    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_page_may_run_only_its_own_scripts(client: FlaskClient) -> None:
    response = client.get("/room/")
    policy = response.headers["Content-Security-Policy"]
    nonces = set(re.findall(r"'nonce-([\w-]+)'", policy))
    assert len(nonces) == 1
    assert response.text.count(f'nonce="{nonces.pop()}"') == 2
    for directive in (
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ):
        assert directive in policy


def test_no_two_responses_share_a_nonce(client: FlaskClient) -> None:
    policies = {client.get("/room/").headers["Content-Security-Policy"] for _ in range(2)}
    assert len(policies) == 2


@pytest.mark.parametrize("path", ["/room/", "/room/api/thing", "/room/static/page.js", "/room/tea"])
def test_every_response_is_guarded_by_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_pages_and_answers_are_not_kept_by_anybody(client: FlaskClient) -> None:
    for path in ("/room/", "/room/api/thing", "/room/tea", "/room/static/no such file"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_a_versioned_file_is_kept_for_a_year_and_another_is_asked_for_again(client: FlaskClient) -> None:
    source = re.search(r'src="([^"]+)"', client.get("/room/").text)
    assert source is not None
    with client.get(source[1]) as versioned, client.get("/room/static/page.js") as plain:
        assert "immutable" in versioned.headers["Cache-Control"]
        assert plain.headers["Cache-Control"] == "no-cache"
        assert plain.headers["ETag"]


def test_the_version_of_a_file_changes_with_its_content(client: FlaskClient, tmp_path: Path) -> None:
    before = client.get("/room/").text.partition("src=")[2]
    (tmp_path / "page.js").write_text("export const changed = true;")
    assert client.get("/room/").text.partition("src=")[2] != before


def test_only_the_embedded_script_may_be_loaded_by_other_sites(client: FlaskClient) -> None:
    with client.get("/room/static/embed.js") as response:
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("nb-NO,nb;q=0.9,en;q=0.8", "nb"),
        ("nn", "nb"),
        ("no", "nb"),
        ("en-GB,nb;q=0.5", "en"),
        ("de,nb;q=0.5", "nb"),
        ("de", "en"),
        ("", "en"),
    ],
)
def test_the_browser_says_which_language(client: FlaskClient, accepted: str, expected: str) -> None:
    page = client.get("/room/", headers={"Accept-Language": accepted}).text
    assert f"{expected}|{'Hei' if expected == 'nb' else 'Hello'}|Norsk bokmål" in page


def test_a_chosen_language_is_remembered(client: FlaskClient) -> None:
    assert "nb|Hei" in client.get("/room/?lang=nb").text
    assert "nb|Hei" in client.get("/room/").text
    assert "en|Hello" in client.get("/room/?lang=en").text
    assert "en|Hello" in client.get("/room/", headers={"Accept-Language": "nb"}).text


def test_a_language_that_is_not_there_is_passed_over(client: FlaskClient) -> None:
    response = client.get("/room/?lang=tlh")
    assert "en|Hello" in response.text
    assert "Set-Cookie" not in response.headers


def test_an_error_with_a_status_tells_people_its_words(client: FlaskClient) -> None:
    response = client.get("/room/tea")
    assert response.status_code == 409
    assert response.mimetype == "text/html"
    assert "the pot is empty; put the kettle on" in response.text
    assert response.headers["Retry-After"] == "3"


def test_an_error_with_a_status_tells_scripts_its_name(client: FlaskClient) -> None:
    expected = {"error": {"code": "pot_of_tea", "message": "the pot is empty; put the kettle on"}}
    by_path = client.get("/room/api/tea")
    by_accept = client.get("/room/tea", headers={"Accept": "application/json"})
    assert by_path.json == by_accept.json == expected


def test_an_unexpected_error_is_logged_and_keeps_its_words_to_itself(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.get("/room/oops")
    assert response.status_code == 500
    assert "secret of the house" not in response.text
    assert "secret of the house" in caplog.text


def test_errors_are_told_in_the_readers_language(client: FlaskClient) -> None:
    page = client.get("/room/forbidden?lang=nb")
    assert page.status_code == 403
    assert "Du har ikke tilgang til denne siden" in page.text
    missing = client.get("/nowhere/api/", headers={"Accept-Language": "nb"})
    assert missing.json == {
        "error": {"code": "not_found", "message": "Adressen kan være feilskrevet, eller siden er flyttet."}
    }


def test_a_redirect_is_not_an_error(client: FlaskClient) -> None:
    assert client.get("/room").status_code == 308
    assert client.get("/room/away").location == "/room/"


def test_a_brand_may_replace_some_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "brand.toml").write_text('name = "Kaffebar"')
    own = Brand.load(tmp_path)
    assert own.name == "Kaffebar"
    assert own.tokens == Brand.load().tokens


def test_a_brand_without_a_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "brand.toml").write_text('nmae = "Kaffebar"')
    with pytest.raises(SettingsError, match=r"brand\.toml: nmae: .* did you mean name"):
        Brand.load(tmp_path)


def relative_luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def schemes() -> list[dict[str, str]]:
    blocks = re.findall(r":root[^{]*\{([^}]*)\}", str(Brand.load().tokens))
    return [dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", block)) for block in blocks]


def test_both_ways_to_darkness_are_the_same() -> None:
    light, by_system, by_choice = schemes()
    assert by_system == by_choice
    assert light.keys() == by_system.keys()


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        *[
            (text, ground, 4.5)
            for text in ("ink", "muted", "bad")
            for ground in ("ground", "raised", "sunken")
        ],
        *[(text, "ground", 4.5) for text in ("brand", "good", "warn")],
        ("on-brand", "brand", 4.5),
        ("note-ink", "note", 4.5),
        ("ink", "bot-bubble", 4.5),
        ("on-customer-bubble", "customer-bubble", 4.5),
        *[("border", ground, 3.0) for ground in ("ground", "raised", "sunken")],
    ],
)
def test_tokens_have_enough_contrast(scheme: int, text: str, ground: str, least: float) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[text], colours[ground]) >= least
