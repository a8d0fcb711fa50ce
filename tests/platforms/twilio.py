"""Twilio's Messages resource, as far as one number needs it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from urllib.parse import parse_qsl, urlencode

from flask import Flask, Response, jsonify, redirect, request
from twilio.request_validator import RequestValidator
from werkzeug.wrappers import Response as Answer

from tests.peers import SeenFile, Webhook
from tests.peers.door import Door
from tests.peers.serving import Serving
from tests.platforms import PUBLIC, Shown

ACCOUNT, TOKEN, NUMBER, MAYA = "AC" + "f" * 32, "auth-token-of-the-fake", "+4721000000", "+4790000001"


class TwilioPlatform:
    """The fake. It signs with Twilio's own library."""

    maya = MAYA

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.files: dict[str, bytes] = {}
        self._numbers = count(1)
        self._serving = Serving(self._api())
        self.door = Door(self._serving.port)
        self.settings: dict[str, str | list[str]] = {
            "account_sid": ACCOUNT,
            "auth_token": TOKEN,
            "sender": NUMBER,
            "api_url": self.door.url,
            "file_hosts": ["127.0.0.1"],
        }

    def says(self, text: str, at: datetime, *, files: Sequence[SeenFile] = ()) -> Webhook:
        form = {"From": MAYA, "To": NUMBER, "Body": text, "NumMedia": str(len(files)), "ToCity": ""}
        for place, file in enumerate(files):
            self.files[f"ME{place}"] = file.content
            form[f"MediaUrl{place}"] = f"{self.door.url}/media/ME{place}"
            form[f"MediaContentType{place}"] = f"application/{file.name.rpartition('.')[2]}"
        return _signed({"MessageSid": f"SM{next(self._numbers):032}", **form})

    def taps(self, title: str, at: datetime) -> Webhook:
        """There is nothing to tap in an SMS: she writes the number that stands before it."""
        lines = self.sent[-1]["Body"].splitlines()
        [number] = [line.partition(". ")[0] for line in lines if line.partition(". ")[2] == title]
        return self.says(f" {number}. ", at)

    def nonsense(self, body: bytes, at: datetime) -> Webhook:
        try:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        except UnicodeDecodeError:
            form = {}
        return Webhook("POST", "", _headers(form, ""), body)

    def forge(self, webhook: Webhook) -> Webhook:
        guessed = base64.b64encode(b"guessed").decode()
        return Webhook("POST", webhook.path, {**webhook.headers, "X-Twilio-Signature": guessed}, webhook.body)

    def shows(self) -> Sequence[Shown]:
        return [Shown(each["Body"]) for each in self.sent]

    def loses(self, number: int, at: datetime) -> Webhook | None:
        form = {"MessageSid": "SMlost", "MessageStatus": "undelivered", "To": MAYA, "ErrorCode": "30003"}
        return _signed(form, f"?message={number}")

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _api(self) -> Flask:
        app = Flask("twilio")

        @app.before_request
        def let_in() -> tuple[Response, int] | None:
            known = request.authorization
            right = known is not None and (known.username, known.password) == (ACCOUNT, TOKEN)
            if right or request.path.startswith("/stored/"):
                return None
            return jsonify(code=20003, message="Authenticate", status=401), 401

        @app.post(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
        def send() -> tuple[Response, int]:
            form = request.form.to_dict()
            if not 0 < len(form["Body"].encode("utf-16-le")) // 2 <= 1600:
                return jsonify(code=21617, message="The message body exceeds the 1600 limit", status=400), 400
            self.sent.append(form)
            return jsonify(sid=f"SM{next(self._numbers):032}", status="queued"), 201

        @app.get(f"/2010-04-01/Accounts/{ACCOUNT}.json")
        def account() -> Response:
            return jsonify(status="active", friendly_name="Nettly")

        @app.get("/media/<id_>")
        def media(id_: str) -> Answer:
            return redirect(f"{self.door.url}/stored/{id_}", 307)

        @app.get("/stored/<id_>")
        def stored(id_: str) -> tuple[bytes | str, int]:
            if request.authorization is not None:
                return "this host takes no account's token", 400
            return self.files[id_], 200

        return app


def start() -> TwilioPlatform:
    return TwilioPlatform()


def _signed(form: Mapping[str, str], query: str = "") -> Webhook:
    return Webhook("POST", query, _headers(form, query), urlencode(form).encode())


def _headers(form: Mapping[str, str], query: str) -> dict[str, str]:
    signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/channels/twilio{query}", form)
    return {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
