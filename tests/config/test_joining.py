"""The pages that need no sign-in: an invitation, a forgotten password, and what strangers learn there."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.identity import Identity, Role
from config.links import Sender
from config.pages import Brand, dress
from config.sign_in import guard, sign_in_blueprint
from config.texts import Texts

LEO = "leo@nettly.example"
PASSWORD = "correct horse battery"
BY = Sender("ada@nettly.example", "Ada")


def browser(identity: Identity, *, mailed: bool = True) -> FlaskClient:
    app = Flask("desk", static_folder=None)
    texts = Texts({"nb": {}})
    dress(app, Brand.load(), texts)
    app.register_blueprint(sign_in_blueprint(identity, "/desk", texts, room="desk", mailed=mailed))
    guard(app, identity, Role.AGENT)
    return app.test_client()


@pytest.fixture
def client(identity: Identity) -> FlaskClient:
    return browser(identity)


def test_an_invitation_is_opened_filled_in_and_leads_to_the_sign_in_page(
    identity: Identity, client: FlaskClient
) -> None:
    token = identity.links.invite(LEO, "", ["agent"], BY, mailed=False)
    for _ in range(3):  # a mail scanner looks first, and uses nothing up
        assert client.get(f"/desk/join/{token}").status_code == 200
    weak = client.post(f"/desk/join/{token}", data={"name": "Leo Dahl", "password": "short"})
    assert weak.status_code == 422
    assert (
        'id="password-problem"' in weak.text and 'value="Leo Dahl"' in weak.text and "short" not in weak.text
    )
    unnamed = client.post(f"/desk/join/{token}", data={"name": " ", "password": PASSWORD})
    assert unnamed.status_code == 422 and 'id="name-problem"' in unnamed.text
    done = client.post(f"/desk/join/{token}", data={"name": "Leo Dahl", "password": PASSWORD})
    assert (done.status_code, done.location) == (303, "/desk/sign-in?done=saved")
    assert "Your password is saved" in client.get(done.location).text
    assert client.post("/desk/sign-in", data={"email": LEO, "password": PASSWORD}).status_code == 303


def test_a_link_that_is_over_says_so_and_where_to_get_another(
    identity: Identity, client: FlaskClient
) -> None:
    for path in ("/desk/join/over", "/desk/reset/over"):
        page = client.get(path)
        assert page.status_code == 410 and "/desk/forgotten" in page.text
        assert client.post(path, data={"password": PASSWORD}).status_code == 410


def test_a_link_is_neither_cached_nor_told_to_other_sites(identity: Identity, client: FlaskClient) -> None:
    token = identity.links.invite(LEO, "", ["agent"], BY, mailed=False)
    headers = client.get(f"/desk/join/{token}").headers
    assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "same-origin"


def test_who_asks_for_a_password_sees_the_same_whoever_it_is_for(
    identity: Identity, client: FlaskClient
) -> None:
    identity.add(LEO, "Leo", [Role.AGENT], PASSWORD)
    pages = [
        client.post("/desk/forgotten", data={"email": email}) for email in (LEO, "nobody@a.example", "x")
    ]
    nonce_free = {page.text.split("<body>")[1] for page in pages}
    assert len(nonce_free) == 1 and {page.status_code for page in pages} == {200}


def test_another_site_can_ask_for_nothing(identity: Identity, client: FlaskClient) -> None:
    token = identity.links.invite(LEO, "", ["agent"], BY, mailed=False)
    elsewhere = {"Origin": "https://evil.example"}
    for path in ("/desk/forgotten", f"/desk/join/{token}"):
        sent = client.post(path, data={"email": LEO, "name": "x", "password": PASSWORD}, headers=elsewhere)
        assert sent.status_code == 403
    assert identity.staff(LEO).invited


def test_a_flood_is_told_to_wait(identity: Identity, client: FlaskClient) -> None:
    for number in range(20):
        client.post("/desk/forgotten", data={"email": f"{number}@a.example"})
    refused = client.post("/desk/forgotten", data={"email": "one@a.example"})
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
    assert 'value="one@a.example"' in refused.text


def test_without_mail_the_page_sends_people_to_an_admin(identity: Identity) -> None:
    page = browser(identity, mailed=False).get("/desk/forgotten").text
    assert "An admin can give you a link" in page and "<form" not in page
