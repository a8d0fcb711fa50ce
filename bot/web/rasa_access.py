"""Who may use Rasa's HTTP API: whoever has the token, or a JWT that names a user and a role.

Source of the claims: Rasa Open Source 3.6, `rasa.server.requires_auth`.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

import jwt

from bot.web.rasa_errors import NotAuthenticatedError, NotAuthorizedError


@dataclass(frozen=True, slots=True)
class Access:
    """What opens the API; with neither secret nothing does."""

    token: str = field(default="", repr=False)
    jwt_secret: str = field(default="", repr=False)
    jwt_method: str = "HS256"

    @property
    def open(self) -> bool:
        """Whether there is a way in at all."""
        return bool(self.token or self.jwt_secret)

    def check(self, token: str | None, authorization: str | None, conversation: str | None) -> None:
        """Let a request pass, or raise NotAuthenticatedError or NotAuthorizedError.

        conversation: the id in the request's path, which is all that a token of role `user` opens if it is
        that user's name.
        """
        if self.token and token is not None and _same(token, self.token):
            return
        user = self._user(authorization)
        if user is None:
            raise NotAuthenticatedError
        if user.get("role") == "admin":
            return
        name = user.get("username")
        if user.get("role") != "user" or not isinstance(name, str) or name != conversation:
            raise NotAuthorizedError

    def _user(self, authorization: str | None) -> Mapping[str, object] | None:
        kind, _, token = (authorization or "").partition(" ")
        if not self.jwt_secret or kind.lower() != "bearer" or not token:
            return None
        try:
            claims = jwt.decode(token.strip(), self.jwt_secret, algorithms=[self.jwt_method])
        except jwt.PyJWTError:
            return None
        user = claims.get("user")
        return user if isinstance(user, dict) else None


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace"))
