"""Which other sites' scripts may call us, and how a browser is told (Fetch standard, CORS protocol)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

ANYWHERE = "*"
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_PREFLIGHT_SECONDS = 600

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cors:
    """The origins that are let in, "*" for all of them, and the paths it is about."""

    origins: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    def lets_in(self, origin: str) -> bool:
        """Whether scripts of this site may read our answers."""
        return ANYWHERE in self.origins or origin in self.origins

    def same_site(self, origin: str, host: str) -> bool:
        """Whether the origin is one that is let in, or the very host that was asked."""
        return self.lets_in(origin) or urlsplit(origin).netloc == host

    def headers(self, path: str, asked: Mapping[str, str]) -> Headers:
        """What an answer must carry for the script that asked; nothing where it may not read it.

        asked: the request's headers, lower-case names.
        """
        origin = asked.get("origin")
        if origin is None or not self.origins or not path.startswith(self.prefixes):
            return ()
        if not self.lets_in(origin):
            return (("Vary", "Origin"),)
        return (
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Vary", "Origin"),
        )

    def preflight(self, method: str, path: str, asked: Mapping[str, str]) -> Headers | None:
        """The answer to a browser that asks before it sends; None where the request is another."""
        allowed = self.headers(path, asked)
        if method != "OPTIONS" or "access-control-request-method" not in asked or len(allowed) < 2:
            return None
        wanted = asked.get("access-control-request-headers")
        return (
            *allowed,
            *((("Access-Control-Allow-Headers", wanted),) if wanted else ()),
            ("Access-Control-Allow-Methods", _METHODS),
            ("Access-Control-Max-Age", str(_PREFLIGHT_SECONDS)),
        )
