"""Request Tracker over HTTP, signed in once: it takes RT a quarter of a second to check a token.

RT answers a token at its older REST with a session's cookie, and REST2 checks that in some milliseconds. The
token goes along with every request, so a session that RT has forgotten costs time and nothing else.
Source: RT 5.0.3, lib/RT/REST2/Middleware/Auth.pm and lib/RT/Interface/Web.pm.
"""

from __future__ import annotations

from collections.abc import Collection

from config.clock import Clock
from config.outbound import Query
from handoff.bridges.http import MOST_BYTES, Answer, PeerHttp

_KEPT_SECONDS = 600.0  # that a session is used before there is another


class RtSession:
    """One account at one RT, for as many threads as there are."""

    def __init__(self, http: PeerHttp, url: str, clock: Clock) -> None:
        """url: RT's own, above its REST."""
        self._http, self._url, self._clock = http, url, clock
        self._cookie, self._until = "", 0.0

    def get(
        self, path: str, *, query: Query = (), allow: Collection[int] = (), most: int = MOST_BYTES
    ) -> Answer:
        """allow: statuses that are answers as well, such as 404."""
        return self._http.get(path, query=query, headers=self._headers(), allow=allow, most=most)

    def post(self, path: str, said: object) -> Answer:
        return self._http.post(path, json=said, headers=self._headers())

    def put(self, path: str, said: object) -> Answer:
        """Sets what is harmless to set again."""
        return self._http.put(path, json=said, headers=self._headers(), sure=True)

    def _headers(self) -> dict[str, str]:
        now = self._clock.monotonic()
        if now >= self._until:
            answer = self._http.get(f"{self._url}/REST/1.0/", allow=(403, 404))
            self._cookie = answer.headers.get("set-cookie", "").partition(";")[0]
            self._until = now + _KEPT_SECONDS
        return {"Cookie": self._cookie} if self._cookie else {}
