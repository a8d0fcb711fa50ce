"""Access tokens for mail servers that take no passwords: fetched, kept, had anew where one is refused.

Sources: RFC 6749 (the grants), Google's and Microsoft's pages on XOAUTH2.
"""

from __future__ import annotations

import imaplib
import json
import smtplib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

from config.clock import Clock
from config.errors import ConfigError
from config.outbound import Answer, BadDestinationError, Outbound, OutboundError
from config.toml_values import SettingsError

_EARLY = 60.0  # seconds before its end that a token is not used any more
_SHORTEST = 300  # seconds that a token is taken to live where nobody says
_MOST_SAID = 200  # characters of a server's own words


class OAuthSettings(Protocol):
    """What a table says of it. Without an `oauth_token_url` the password is shown. With an
    `oauth_refresh_token` somebody has agreed to it (Google, Microsoft); without one the house signs in for
    itself, as Microsoft's client credentials do, with an `oauth_scope`."""

    @property
    def oauth_token_url(self) -> str: ...
    @property
    def oauth_client_id(self) -> str: ...
    @property
    def oauth_client_secret(self) -> str: ...
    @property
    def oauth_refresh_token(self) -> str: ...
    @property
    def oauth_scope(self) -> str: ...


class TokenError(ConfigError):
    """There is no access token. The message says why and what to mend, without any secret.

    permanent: the settings are wrong; asking again is no use.
    """

    status = 502

    def __init__(self, why: str, mend: str = "", *, permanent: bool = False) -> None:
        super().__init__(f"{why}; {mend}" if mend else why)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class _TokenUrl:
    """The address that is asked, for `Outbound.to`."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    token_name: str = "token"
    basic_auth: tuple[str, str] | None = None
    cafile: str | None = None


class Tokens:
    """One account's tokens, for every thread that signs in with them."""

    def __init__(self, settings: OAuthSettings, outbound: Outbound, clock: Clock, table: str) -> None:
        """table: where the settings are, such as `channels.email`. Raises SettingsError."""
        self._settings, self._clock, self._table = settings, clock, table
        if not settings.oauth_client_id:
            raise self._missing("oauth_client_id", "name the app that you have registered")
        if not settings.oauth_refresh_token and not (settings.oauth_client_secret and settings.oauth_scope):
            why = (
                "write one down, or a client's secret and an oauth_scope for an app that signs in for itself"
            )
            raise self._missing("oauth_refresh_token", why)
        secrets = (settings.oauth_client_secret, settings.oauth_refresh_token)
        try:
            self._remote = outbound.to(_TokenUrl(settings.oauth_token_url), secrets=secrets)
        except BadDestinationError as error:
            raise self._missing("oauth_token_url", str(error)) from error
        self._guard = threading.Lock()
        self._token, self._until = "", 0.0
        # Some servers give a new one with each token; a restart begins with that of the settings again.
        self._refresh_token = settings.oauth_refresh_token

    @property
    def mend(self) -> str:
        """What to look at where a mail server does not take what the token server gives."""
        return f"check [{self._table}] oauth_scope, and that this account may be used by IMAP and SMTP"

    def token(self, refused: str = "") -> str:
        """A token to sign in with; another one than `refused`. Raises TokenError."""
        with self._guard:
            if not self._token or self._token == refused or self._clock.monotonic() >= self._until:
                self._token, seconds = self._fetched()
                self._until = self._clock.monotonic() + max(seconds - _EARLY, seconds / 2)
            return self._token

    def _fetched(self) -> tuple[str, float]:
        """A new token, and how many seconds it lives."""
        body = urlencode({key: value for key, value in self._form().items() if value}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            answer = self._remote.send("POST", body=body, headers=headers)
        except OutboundError as error:
            raise TokenError(f"{self._remote.address}: {error}", self._check("oauth_token_url")) from error
        told = _object(answer)
        token, seconds = told.get("access_token"), told.get("expires_in", _SHORTEST)
        if answer.status >= 300 or not isinstance(token, str) or not token:
            raise self._refusal(answer.status, told)
        again = told.get("refresh_token")
        self._refresh_token = again if isinstance(again, str) and again else self._refresh_token
        return token, float(seconds) if isinstance(seconds, int | float) else float(_SHORTEST)

    def _form(self) -> dict[str, str]:
        settings = self._settings
        return {
            "grant_type": "refresh_token" if self._refresh_token else "client_credentials",
            "client_id": settings.oauth_client_id,
            "client_secret": settings.oauth_client_secret,
            "refresh_token": self._refresh_token,
            "scope": settings.oauth_scope,
        }

    def _refusal(self, status: int, told: Mapping[str, object]) -> TokenError:
        error = str(told.get("error") or "")
        words = " ".join(str(told.get("error_description") or error or "it gives no token").split())
        for secret in filter(None, (self._refresh_token, self._token)):
            words = words.replace(secret, "***")
        mend = {
            "invalid_grant": "sign in once more, and write the new token into "
            f"[{self._table}] oauth_refresh_token",
            "invalid_scope": self._check("oauth_scope"),
        }.get(error, self._check("oauth_client_id", "oauth_client_secret"))
        why = f"{self._remote.address}: it answers {status}: {self._remote.masked(words)[:_MOST_SAID]}"
        return TokenError(why, mend, permanent=400 <= status < 500 and status not in (408, 429))

    def _missing(self, key: str, rule: str) -> SettingsError:
        return SettingsError("settings", f"[{self._table}] {key}", rule, key=f"{self._table}.{key}")

    def _check(self, *keys: str) -> str:
        return f"check [{self._table}] {' and '.join(keys)}"


def tokens_of(settings: OAuthSettings, outbound: Outbound, clock: Clock, table: str) -> Tokens | None:
    """What signs in in the place of a password; None without an `oauth_token_url`. Raises SettingsError."""
    return Tokens(settings, outbound, clock, table) if settings.oauth_token_url else None


def sign_in_imap(client: imaplib.IMAP4, user: str, tokens: Tokens) -> None:
    """Sign in by XOAUTH2. Raises TokenError, and what imaplib raises."""

    def ask(token: str) -> None:
        # A refusal comes as a challenge with its reason, which an empty answer ends.
        client.authenticate("XOAUTH2", lambda told: b"" if told else _shown(user, token).encode())

    _twice(tokens, ask, imaplib.IMAP4.error, imaplib.IMAP4.abort)


def sign_in_smtp(smtp: smtplib.SMTP, user: str, tokens: Tokens) -> None:
    """Sign in by XOAUTH2. Raises TokenError, and what smtplib raises."""

    def ask(token: str) -> None:
        smtp.auth("XOAUTH2", lambda told=None: "" if told else _shown(user, token))

    _twice(tokens, ask, smtplib.SMTPAuthenticationError)


def _twice(
    tokens: Tokens,
    ask: Callable[[str], None],
    refused: type[Exception],
    broken: type[Exception] | tuple[()] = (),
) -> None:
    """Sign in, and once more with a new token where one is refused that was good a moment ago."""
    token = tokens.token()
    try:
        ask(token)
    except broken:
        raise
    except refused:
        ask(tokens.token(token))


def _shown(user: str, token: str) -> str:
    """What XOAUTH2 shows a mail server. Source: Google's page on the mechanism."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def _object(answer: Answer) -> Mapping[str, object]:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
