"""What gives access tokens to mailboxes, as Google's and Microsoft's servers do (RFC 6749)."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

from config.settings import MailSettings
from tests.mail_server import mail_settings
from tests.peers.serving import Serving

SECRETS = ("client-secret-of-ours", "1//refresh-token-of-ours")


class TokenServer:
    """asked: the forms that came. refuses: the error that the next ones are answered with, "" for none.

    token: what was given last, and what mail servers take. rotates: a new refresh token comes along.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.refuses, self.token, self.rotates = "", "", False
        self._serving = Serving(self._api())
        self.url = f"http://127.0.0.1:{self._serving.port}/token"

    def settings(self, port: int, **other: object) -> MailSettings:
        """`[mail]` of a house that signs in with these tokens."""
        secret, refresh_token = SECRETS
        given: dict[str, object] = {
            "user": "cases",
            "oauth_token_url": self.url,
            "oauth_client_id": "app-7",
            "oauth_client_secret": secret,
            "oauth_refresh_token": refresh_token,
        }
        return mail_settings(port, **given | other)

    def close(self) -> None:
        self._serving.close()

    def _api(self) -> Flask:
        app = Flask("tokens")

        @app.post("/token")
        def token() -> tuple[Response, int]:
            self.asked.append(request.form.to_dict())
            if self.refuses == "server_error":
                return jsonify(error=self.refuses), 500
            if self.refuses:
                said = f"Bad request: {request.form.get('refresh_token')} has been revoked."
                return jsonify(error=self.refuses, error_description=said), 400
            self.token = f"token-{len(self.asked)}"
            more = {"refresh_token": f"refresh-{len(self.asked)}"} if self.rotates else {}
            return jsonify(access_token=self.token, token_type="Bearer", expires_in=3600, **more), 200

        return app
