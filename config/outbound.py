"""The one client for requests to other people's servers: within a time, within a size, once."""

from __future__ import annotations

import asyncio
import base64
import concurrent.futures
import ssl
import threading
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar
from urllib.parse import urlsplit

from config.errors import ConfigError

if TYPE_CHECKING:
    import aiohttp

T = TypeVar("T")

MOST_BYTES = 4 * 1024 * 1024  # of an answer; what is longer is not read to its end
WITHIN = timedelta(seconds=10)

Networks: TypeAlias = tuple[IPv4Network | IPv6Network, ...]
Query: TypeAlias = Mapping[str, str] | Sequence[tuple[str, str]]


class Destination(Protocol):
    """Where requests go, and what they carry so that they are let in."""

    @property
    def url(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def token(self) -> str | None: ...
    @property
    def token_name(self) -> str: ...
    @property
    def basic_auth(self) -> tuple[str, str] | None: ...
    @property
    def cafile(self) -> str | None: ...


class BadDestinationError(ConfigError):
    """An address that nothing can be sent to."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"{address}: {why}")


class OutboundError(Exception):
    """There is no answer, or none that is worth reading. The message says why, without any secret.

    sent: whether the server may have got the request all the same.
    """

    def __init__(self, why: str, *, sent: bool = False) -> None:
        super().__init__(why)
        self.sent = sent


class RedirectError(OutboundError):
    """It says that it is elsewhere, where nothing is sent by itself. to: the whole address, with secrets."""

    def __init__(self, why: str, *, to: str = "") -> None:
        super().__init__(why, sent=True)
        self.to = to


class TooLongError(OutboundError):
    """Its answer is longer than anything that is read."""


class PrivateNetworkError(OutboundError):
    """It is inside a network that nobody has allowed."""

    def __init__(self) -> None:
        super().__init__("it is inside a private network, where nothing is asked")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; `body` is no longer than was allowed. headers: by lower-case name."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it is sent; `most` bytes of its answer are read, `within` seconds for all of it."""

    method: str
    url: str
    query: Query
    headers: Mapping[str, str]
    body: bytes | None
    trust: ssl.SSLContext | bool
    within: float
    most: int


class Remote:
    """One server to send to; `address` is its URL without secrets, fit for a message."""

    def __init__(self, destination: Destination, outbound: Outbound, secrets: Sequence[str] = ()) -> None:
        """secrets: what else no message may repeat. Raises BadDestinationError for what can't be an address,
        or a `cafile` that can't be read."""
        self.address = shown(destination.url)
        try:
            parts = urlsplit(destination.url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise BadDestinationError(self.address, "write an address such as http://127.0.0.1:5055/webhook")
        self._url = destination.url
        self._query = {destination.token_name: destination.token} if destination.token else {}
        self._headers = {name: str(value).strip() for name, value in destination.headers.items()}
        if destination.basic_auth and "authorization" not in {name.lower() for name in self._headers}:
            pair = ":".join(destination.basic_auth).encode()
            self._headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        self._trust = _trust(destination.cafile)
        self._secrets = _secrets(destination, self._headers, secrets)
        self._outbound = outbound

    @property
    def within(self) -> timedelta:
        """How long an answer may take where nobody says otherwise."""
        return self._outbound.within

    def post(self, body: bytes, *, within: timedelta, headers: Mapping[str, str] | None = None) -> Answer:
        """Send JSON and read the answer; raises OutboundError as `send` does."""
        every = {"Content-Type": "application/json", **self._headers, **(headers or {})}
        return self.send("POST", body=body, within=within, headers=every)

    def send(
        self,
        method: str,
        path: str = "",
        *,
        query: Query = (),
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        within: timedelta | None = None,
        most: int = MOST_BYTES,
    ) -> Answer:
        """Send one request and read its answer. `within` is for all of it: name, connection, headers, body.

        path: below the address, or a whole address on the same server. Nothing is sent a second time, to no
        other server, and through no proxy. Raises OutboundError, and BadDestinationError for another server.
        """
        seconds = (within or self._outbound.within).total_seconds()
        every = [*self._query.items(), *(query.items() if isinstance(query, Mapping) else query)]
        carried = {**self._headers, **(headers or {})}
        return self._outbound.send(
            Request(method, self._at(path), every, carried, body, self._trust, seconds, most)
        )

    def masked(self, text: str) -> str:
        """A text from the server, without the secrets that it was sent."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _at(self, path: str) -> str:
        if not path:
            return self._url
        if "://" not in path.partition("?")[0]:
            # Never without a slash: "@elsewhere.example" would make our host a user's name.
            return self._url.rstrip("/") + (path if path[0] in "/?" else f"/{path}")
        if _origin(path) != _origin(self._url):
            raise BadDestinationError(shown(path), f"it is not on {self.address}, so nothing is asked there")
        return path


class Outbound:
    """Sends for every thread of the house, over one event loop that starts with the first request.

    An event loop and not a thread a request: there the time limit holds for a server that sends one byte a
    second as well, and a request that is given up leaves nothing behind.
    """

    def __init__(self) -> None:
        self.within = WITHIN
        self._private: Networks | None = None
        self._loop = _Loop()

    def guarded(self, private: Sequence[str] = (), within: timedelta = WITHIN) -> Outbound:
        """The same, to public addresses and these networks alone: for addresses that others write down.

        private: such as "10.0.0.0/8". Each name is looked up once, and the connection goes to the very
        address that was checked. Raises ValueError for what is no network.
        """
        guarded = Outbound()
        guarded.within = within
        guarded._private = tuple(ip_network(each, strict=False) for each in private)
        guarded._loop = self._loop
        return guarded

    def to(self, destination: Destination, *, secrets: Sequence[str] = ()) -> Remote:
        """A server to send to; `secrets` is what no message may repeat, beside what the destination carries.
        Raises BadDestinationError."""
        return Remote(destination, self, secrets)

    def send(self, request: Request) -> Answer:
        """Send one request from whatever thread; raises OutboundError."""
        return self._loop.run(self._send(request), request.within)

    def resolve(self, host: str, port: int) -> str:
        """The address to connect to for who speaks another protocol than HTTP: looked up once, and checked.

        Connect to it, and have TLS check `host`. Raises OutboundError.
        """
        seconds = self.within.total_seconds()
        return self._loop.run(self._resolve(host, port, seconds), seconds)

    def reach(self, url: str, *, within: timedelta, private: bool = False) -> int:
        """The status that an address somebody wrote down is answered with; a redirect is not followed.

        Nothing of the answer is read. private: addresses inside one's own network may be asked too; they are
        not, so that nobody looks around in it by writing links. Raises OutboundError and BadDestinationError.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadDestinationError(shown(url), "write an address such as https://example.org/page")
        seconds = within.total_seconds()
        return self._loop.run(self._reach(url, None if private else (), seconds), seconds)

    def close(self) -> None:
        """Give up what is under way and close the connections, the guarded ones as well."""
        self._loop.close()

    async def _send(self, request: Request) -> Answer:
        from config.http_session import send

        return await send(self._loop.session(self._private), request, self._private)

    async def _reach(self, url: str, private: Networks | None, within: float) -> int:
        from config.http_session import reach

        return await reach(self._loop.session(private), url, within, private)

    async def _resolve(self, host: str, port: int, within: float) -> str:
        from config.http_session import resolve

        return await resolve(host, port, within, self._private)


class _Loop:
    """The event loop, its thread, and a pool of connections for each rule of where they may go."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._sessions: dict[Networks | None, aiohttp.ClientSession] = {}
        self._closed = False

    def run(self, asking: Coroutine[object, object, T], seconds: float) -> T:
        """What comes of it, in whatever thread; raises OutboundError."""
        try:
            loop = self._running()
        except OutboundError:
            asking.close()
            raise
        future = asyncio.run_coroutine_threadsafe(asking, loop)
        try:
            # The loop keeps the time; the second more is for a loop that can't.
            return future.result(seconds + 1)
        except TimeoutError:
            future.cancel()
            raise OutboundError(f"no answer within {seconds:g} s", sent=True) from None
        except concurrent.futures.CancelledError:
            raise OutboundError("the house is closing", sent=True) from None

    def session(self, private: Networks | None) -> aiohttp.ClientSession:
        """The connections to public addresses and `private` ones, None to any; on the loop."""
        if private not in self._sessions:
            # Imported with the first request: most houses never send one.
            from config.http_session import open_session

            self._sessions[private] = open_session(private)
        return self._sessions[private]

    def close(self) -> None:
        with self._guard:
            self._closed = True
            loop, thread, self._loop = self._loop, self._thread, None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._guard:
            if self._closed:
                raise OutboundError("the house is closing")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="outbound", daemon=True)
                self._thread.start()
            return self._loop

    async def _end(self) -> None:
        ending = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        for session in self._sessions.values():
            await session.close()


def shown(url: str) -> str:
    """An address without what may be secret in it: the user, the password, the query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that can't be read"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme else parts.path


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", None, None


def _trust(cafile: str | None) -> ssl.SSLContext | bool:
    if cafile is None:
        return True
    try:
        return ssl.create_default_context(cafile=cafile)
    except OSError as error:
        why = f"`cafile` can't be read ({error.strerror or 'not a certificate'}); name a PEM file"
        raise BadDestinationError(cafile, why) from error


def _secrets(destination: Destination, headers: Mapping[str, str], further: Sequence[str]) -> tuple[str, ...]:
    """What no message may repeat; longest first, so that none shows through another."""
    parts = urlsplit(destination.url)
    held = [destination.token, parts.password, parts.query, *(destination.basic_auth or ())[1:], *further]
    for value in headers.values():
        held += [value, value.rpartition(" ")[2]]  # `Bearer abc`, and the `abc` of it
    secrets = {each.strip() for each in held if each and len(each.strip()) > 3}
    return tuple(sorted(secrets, key=len, reverse=True))
