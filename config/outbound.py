"""The one client for requests to other people's servers: within a time, within a size, once."""

from __future__ import annotations

import asyncio
import base64
import concurrent.futures
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from config.errors import ConfigError

if TYPE_CHECKING:
    import aiohttp

MOST_BYTES = 4 * 1024 * 1024  # of an answer; what is longer is not read to its end
_IDLE_SECONDS = 2.0  # that a connection is kept for the next request; servers close theirs after five or more


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
    """There is no answer, or none that is worth reading. The message says why, without any secret."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; `body` is at most MOST_BYTES long."""

    status: int
    body: bytes


class Remote:
    """One server to send to; `address` is its URL without secrets, fit for a message."""

    def __init__(self, destination: Destination, outbound: Outbound) -> None:
        """Raises BadDestinationError for what can't be an address, or a `cafile` that can't be read."""
        self.address = _shown(destination.url)
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
        self._secrets = _secrets(destination, self._headers)
        self._outbound = outbound

    def post(self, body: bytes, *, within: timedelta, headers: Mapping[str, str] | None = None) -> Answer:
        """Send JSON and read the answer; raises OutboundError. `within` is for all of it: name, connection,
        headers and body. Nothing is sent a second time, to no other address, and through no proxy."""
        every = {"Content-Type": "application/json", **self._headers, **(headers or {})}
        sending = _Request(self._url, self._query, every, body, self._trust, within.total_seconds())
        return self._outbound.post(sending)

    def masked(self, text: str) -> str:
        """A text from the server, without the secrets that it was sent."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


@dataclass(frozen=True, slots=True)
class _Request:
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    trust: ssl.SSLContext | bool
    within: float


class Outbound:
    """Sends for every thread of the house, over one event loop that starts with the first request.

    An event loop and not a thread a request: there the time limit holds for a server that sends one byte a
    second as well, and a request that is given up leaves nothing behind.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def to(self, destination: Destination) -> Remote:
        """A server to send to; raises BadDestinationError."""
        return Remote(destination, self)

    def post(self, request: _Request) -> Answer:
        """Send one request from whatever thread; raises OutboundError."""
        loop = self._running()
        sending = asyncio.run_coroutine_threadsafe(self._post(request), loop)
        try:
            # The loop keeps the time; the second more is for a loop that can't.
            return sending.result(request.within + 1)
        except TimeoutError:
            sending.cancel()
            raise OutboundError(f"no answer within {request.within:g} s") from None
        except concurrent.futures.CancelledError:
            raise OutboundError("the house is closing") from None

    def reach(self, url: str, *, within: timedelta, private: bool = False) -> int:
        """The status that an address somebody wrote down is answered with; a redirect is not followed.

        Nothing of the answer is read. private: addresses inside one's own network may be asked too; they are
        not, so that nobody looks around in it by writing links. Raises OutboundError and BadDestinationError.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadDestinationError(_shown(url), "write an address such as https://example.org/page")
        loop, seconds = self._running(), within.total_seconds()
        asking = asyncio.run_coroutine_threadsafe(self._reach(url, parts.hostname, seconds, private), loop)
        try:
            return asking.result(seconds + 1)
        except TimeoutError:
            asking.cancel()
            raise OutboundError(f"no answer within {seconds:g} s") from None
        except concurrent.futures.CancelledError:
            raise OutboundError("the house is closing") from None

    def close(self) -> None:
        """Give up what is under way and close the connections."""
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

    async def _post(self, request: _Request) -> Answer:
        if self._session is None:
            self._session = _session()
        try:
            async with (
                asyncio.timeout(request.within),
                self._session.post(
                    request.url,
                    params=request.query,
                    data=request.body,
                    headers=request.headers,
                    allow_redirects=False,
                    ssl=request.trust,
                ) as response,
            ):
                if 300 <= response.status < 400:
                    to = _shown(response.headers.get("Location", "nowhere"))
                    raise OutboundError(
                        f"it redirects to {to}; if that is right, write it where the old one is"
                    )
                return Answer(response.status, await _body(response))
        except (OutboundError, TimeoutError):
            raise
        except Exception as error:  # strangers find ways that no list of errors has
            raise OutboundError(_why(error)) from error

    async def _reach(self, url: str, host: str, within: float, private: bool) -> int:
        if self._session is None:
            self._session = _session()
        try:
            async with asyncio.timeout(within):
                if not private:
                    await _check_public(host)
                async with self._session.get(url, allow_redirects=False) as response:
                    return response.status
        except (OutboundError, TimeoutError):
            raise
        except Exception as error:  # as above
            raise OutboundError(_why(error)) from error

    async def _end(self) -> None:
        ending = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def _session() -> aiohttp.ClientSession:
    # Imported with the first request: most houses never send one.
    import aiohttp

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        # What is not unpacked can't burst.
        headers={"Accept-Encoding": "identity", "User-Agent": "Firstline"},
        auto_decompress=False,
        trust_env=False,
    )


async def _check_public(host: str) -> None:
    """Raise OutboundError unless every address of the host is one that anybody can reach."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise OutboundError("its name is unknown; check the address") from None
    if not all(ipaddress.ip_address(address[4][0]).is_global for address in found):
        raise OutboundError("it is inside a private network, where nothing is asked")


async def _body(response: aiohttp.ClientResponse) -> bytes:
    whole = bytearray()
    async for piece in response.content.iter_chunked(64 * 1024):
        whole += piece
        if len(whole) > MOST_BYTES:
            raise OutboundError(f"its answer is longer than {MOST_BYTES // 1024 // 1024} MB")
    return bytes(whole)


def _why(error: Exception) -> str:
    """What went wrong, for an operator: the library's own words may hold the address with its token."""
    import aiohttp

    match error:
        case aiohttp.ClientConnectorDNSError():
            return "its name is unknown; check the address"
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not trusted; name the authority that signed it in `cafile`"
        case aiohttp.ClientSSLError():
            return "no secure connection; check https and `cafile`"
        case aiohttp.ClientConnectorError():
            reason = error.os_error.strerror or type(error.os_error).__name__
            return f"no connection ({reason}); is it running there?"
        case aiohttp.ServerDisconnectedError():
            return "it closed the connection without an answer"
        case aiohttp.ClientPayloadError():
            return "it closed the connection in the middle of its answer"
        case aiohttp.ClientResponseError():
            return "what it answers is not HTTP"
        case OSError():
            return f"the connection broke: {error.strerror or type(error).__name__}"
    return f"the request can't be sent ({type(error).__name__})"


def _shown(url: str) -> str:
    """An address without what may be secret in it: the user, the password, the query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that can't be read"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme else parts.path


def _trust(cafile: str | None) -> ssl.SSLContext | bool:
    if cafile is None:
        return True
    try:
        return ssl.create_default_context(cafile=cafile)
    except OSError as error:
        why = f"`cafile` can't be read ({error.strerror or 'not a certificate'}); name a PEM file"
        raise BadDestinationError(cafile, why) from error


def _secrets(destination: Destination, headers: Mapping[str, str]) -> tuple[str, ...]:
    """What no message may repeat; longest first, so that none shows through another."""
    parts = urlsplit(destination.url)
    held = [destination.token, parts.password, parts.query, *(destination.basic_auth or ())[1:]]
    for value in headers.values():
        held += [value, value.rpartition(" ")[2]]  # `Bearer abc`, and the `abc` of it
    secrets = {each.strip() for each in held if each and len(each.strip()) > 3}
    return tuple(sorted(secrets, key=len, reverse=True))
