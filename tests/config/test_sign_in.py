from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.identity import Identity, Role
from config.pages import Brand, dress
from config.sign_in import COOKIE, guard, sign_in_blueprint
from config.texts import Texts
from tests.fakes import FakeClock

INES = "ines@nettly.example"
EDITOR = "edda@nettly.example"
PASSWORD = "correct horse battery"


@pytest.fixture
def client(identity: Identity) -> FlaskClient:
    identity.add(INES, "Ines", [Role.AGENT], PASSWORD)
    identity.add(EDITOR, "Edda", [Role.EDITOR], PASSWORD)
    app = Flask("desk", static_folder=None)
    texts = Texts({"nb": {}})
    dress(app, Brand.load(), texts)
    app.register_blueprint(sign_in_blueprint(identity, "/desk", texts, room="desk"))
    guard(app, identity, Role.AGENT, Role.SUPERVISOR, public=("/open/",))

    @app.get("/desk/")
    @app.get("/desk/cases/<int:number>")
    @app.get("/desk/api/me")
    @app.post("/desk/api/me")
    def me(number: int = 0) -> str:
        return f"{g.staff.name} {g.csrf}"

    @app.get("/open/")
    def open_() -> str:
        return "for everybody"

    return app.test_client()


def sign_in(client: FlaskClient, email: str = INES, password: str = PASSWORD, **form: str) -> TestResponse:
    return client.post("/desk/sign-in", data={"email": email, "password": password, **form})


def csrf(client: FlaskClient) -> str:
    return client.get("/desk/").text.split()[1]


def test_people_are_sent_to_sign_in_and_back_again(client: FlaskClient) -> None:
    away = client.get("/desk/cases/7?tab=note")
    assert away.status_code == 303
    assert urlsplit(away.location).path == "/desk/sign-in"
    came_for = parse_qs(urlsplit(away.location).query)["next"][0]
    assert came_for == "/desk/cases/7?tab=note"
    assert f'name="next" value="{came_for}"' in client.get(away.location).text
    assert sign_in(client, next=came_for).location == came_for


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/desk/",
        "//evil.example/desk/",
        "/\\evil.example",
        "/desk/../../evil",
        "/desk/\nSet-Cookie: x",
        "javascript:alert(1)",
        "/kb/",
        "/desk/sign-out",
        "",
    ],
)
def test_nobody_is_sent_elsewhere(client: FlaskClient, elsewhere: str) -> None:
    assert sign_in(client, next=elsewhere).location == "/desk/"


def test_scripts_are_told_to_sign_in(client: FlaskClient) -> None:
    response = client.get("/desk/api/me")
    assert (response.status_code, response.get_json()["error"]["code"]) == (401, "signed_out")


def test_signed_in_is_who_one_is(client: FlaskClient) -> None:
    sign_in(client)
    assert client.get("/desk/").text.startswith("Ines ")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = sign_in(client).headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_stays_on_https(client: FlaskClient) -> None:
    response = client.post(
        "/desk/sign-in", data={"email": INES, "password": PASSWORD}, base_url="https://localhost"
    )
    assert "Secure" in response.headers["Set-Cookie"]


def test_a_wrong_password_keeps_the_email_and_says_what_is_wrong(client: FlaskClient) -> None:
    response = sign_in(client, password="not this one")
    assert response.status_code == 401
    assert 'role="alert"' in response.text
    assert f'value="{INES}"' in response.text
    assert "not this one" not in response.text
    assert "Set-Cookie" not in response.headers


def test_what_was_typed_is_not_taken_for_html(client: FlaskClient) -> None:
    assert "<script>x" not in sign_in(client, email='"><script>x</script>').text


def test_too_many_tries_say_when_to_try_again(client: FlaskClient, clock: FakeClock) -> None:
    for _ in range(5):
        sign_in(client, password="not this one")
    response = sign_in(client)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "20"
    assert "Try again in 20 seconds." in response.text
    clock.moves(timedelta(seconds=20))
    assert sign_in(client).status_code == 303


def test_the_page_speaks_both_languages(client: FlaskClient) -> None:
    assert "Sign in to the desk" in client.get("/desk/sign-in?lang=en").text
    assert "Logg inn på arbeidsbordet" in client.get("/desk/sign-in?lang=nb").text


def test_who_is_signed_in_already_goes_straight_on(client: FlaskClient) -> None:
    sign_in(client)
    assert client.get("/desk/sign-in?next=/desk/cases/7").location == "/desk/cases/7"


def test_an_account_without_the_role_is_told_so(client: FlaskClient) -> None:
    sign_in(client, EDITOR)
    page = client.get("/desk/", follow_redirects=True)
    assert page.status_code == 403
    assert f"{EDITOR} can&#39;t open the desk" in page.text
    answer = client.get("/desk/api/me")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "role_missing")


def test_another_account_may_sign_in_over_the_first(client: FlaskClient) -> None:
    sign_in(client, EDITOR)
    sign_in(client, INES)
    assert client.get("/desk/").text.startswith("Ines ")


def test_public_paths_need_nobody(client: FlaskClient) -> None:
    assert client.get("/open/").text == "for everybody"


def test_a_path_that_is_not_there_tells_strangers_nothing(client: FlaskClient) -> None:
    assert client.get("/desk/no-such-page").status_code == 303


def test_a_change_needs_the_sessions_token(client: FlaskClient) -> None:
    sign_in(client)
    for headers in ({}, {"X-CSRF-Token": "guess"}, {"X-CSRF-Token": "\xe6"}):
        refused = client.post("/desk/api/me", headers=headers)
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "forged_request")
    assert client.post("/desk/api/me", headers={"X-CSRF-Token": csrf(client)}).status_code == 200
    assert client.post("/desk/api/me", data={"csrf": csrf(client)}).status_code == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    ],
)
def test_a_change_must_come_from_our_own_pages(client: FlaskClient, headers: dict[str, str]) -> None:
    sign_in(client)
    refused = client.post("/desk/api/me", headers={"X-CSRF-Token": csrf(client), **headers})
    assert refused.status_code == 403
    assert client.post("/desk/sign-in", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://localhost"}, {"Origin": "https://localhost"}, {"Sec-Fetch-Site": "same-origin"}],
)
def test_our_own_pages_may_change_things(client: FlaskClient, headers: dict[str, str]) -> None:
    sign_in(client)
    assert client.post("/desk/api/me", headers={"X-CSRF-Token": csrf(client), **headers}).status_code == 200


def test_a_body_that_is_not_json_is_refused(client: FlaskClient) -> None:
    sign_in(client)
    token = {"X-CSRF-Token": csrf(client)}
    assert client.post("/desk/api/me", data="{}", content_type="text/plain", headers=token).status_code == 415
    assert client.post("/desk/api/me", json={}, headers=token).status_code == 200


def test_signing_out_ends_the_session_for_good(client: FlaskClient) -> None:
    sign_in(client)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    out = client.post("/desk/sign-out", data={"csrf": csrf(client)})
    assert "You are signed out." in client.get(out.location).text
    client.set_cookie(COOKIE, cookie.value)
    assert client.get("/desk/").status_code == 303


def test_another_site_cannot_sign_anybody_out(client: FlaskClient) -> None:
    sign_in(client)
    assert client.post("/desk/sign-out").status_code == 403
    assert client.get("/desk/").status_code == 200


def test_the_page_cannot_be_framed(client: FlaskClient) -> None:
    assert "frame-ancestors 'none'" in client.get("/desk/sign-in").headers["Content-Security-Policy"]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_program_speaks_for_its_keys_owner(client: FlaskClient, identity: Identity) -> None:
    key = identity.keys.add(INES, "reports")
    assert client.get("/desk/api/me", headers=bearer(key)).text == "Ines "
    assert client.post("/desk/api/me", json={}, headers=bearer(key)).status_code == 200


def test_a_key_opens_the_json_and_no_page(client: FlaskClient, identity: Identity) -> None:
    key = identity.keys.add(INES, "reports")
    assert client.get("/desk/", headers=bearer(key)).status_code == 303


def test_a_key_opens_no_more_than_its_owner_may(client: FlaskClient, identity: Identity) -> None:
    key = identity.keys.add(EDITOR, "reports")
    assert client.get("/desk/api/me", headers=bearer(key)).status_code == 403


@pytest.mark.parametrize("end", ["revoked", "disabled", "forged"])
def test_a_key_that_is_none_opens_nothing(client: FlaskClient, identity: Identity, end: str) -> None:
    key = identity.keys.add(INES, "reports")
    sign_in(client)  # a session beside it does not help a wrong key
    if end == "revoked":
        identity.keys.revoke(INES, "reports")
    elif end == "disabled":
        identity.disable(INES)
    else:
        key = key[:-1] + ("x" if key[-1] != "x" else "y")
    reply = client.get("/desk/api/me", headers=bearer(key))
    assert reply.status_code == 401 and "firstline staff key add" in reply.text
