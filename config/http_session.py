"""HTTP on the event loop of config.outbound: where connections may go, how long, how much. Imported with the
first request."""

from __future__ import annotations

import asyncio
import socket
from io import BytesIO
from ipaddress import IPv6Address, ip_address
from types import SimpleNamespace

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from config.outbound import (
    Answer,
    Networks,
    OutboundError,
    PrivateNetworkError,
    RedirectError,
    Request,
    TooLongError,
    shown,
)

_IDLE_SECONDS = 2.0  # that a connection is kept for the next request; servers close theirs after five or more
_ONE_PIECE = 256 * 1024  # bytes


def open_session(private: Networks | None) -> aiohttp.ClientSession:
    """Connections to public addresses and those of `private`; None to any."""
    tracing = aiohttp.TraceConfig()
    tracing.on_request_headers_sent.append(_mark_sent)
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=0,
            keepalive_timeout=_IDLE_SECONDS,
            resolver=None if private is None else _CheckedResolver(private),
            use_dns_cache=private is None,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        # What is not unpacked can't burst.
        headers={"Accept-Encoding": "identity", "User-Agent": "Firstline"},
        auto_decompress=False,
        trust_env=False,
        trace_configs=[tracing],
    )
    # By itself it sends a PUT again whose connection breaks, and that may have added a comment to a ticket.
    session._retry_connection = False
    return session


async def send(session: aiohttp.ClientSession, request: Request, private: Networks | None) -> Answer:
    """One request and its answer; raises OutboundError, which knows whether it may have arrived."""
    sending = SimpleNamespace(sent=False)
    try:
        async with asyncio.timeout(request.within):
            async with session.request(
                request.method,
                _allowed(request.url, private),
                params=request.query,
                data=_content(request.body),
                headers=request.headers,
                allow_redirects=False,
                ssl=request.trust,
                trace_request_ctx=sending,
            ) as response:
                if 300 <= response.status < 400:
                    to = response.headers.get("Location", "nowhere")
                    raise RedirectError(
                        f"it redirects to {shown(to)}; if that is right, write it where the old one is", to=to
                    )
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, await _body(response, request.most), headers)
    except OutboundError:
        raise
    except TimeoutError:
        raise OutboundError(f"no answer within {request.within:g} s", sent=sending.sent) from None
    except Exception as error:  # strangers find ways that no list of errors has
        raise OutboundError(_why(error), sent=sending.sent) from error


async def reach(session: aiohttp.ClientSession, url: str, within: float, private: Networks | None) -> int:
    """The status that an address is answered with; nothing else of the answer is read."""
    try:
        async with asyncio.timeout(within):
            async with session.get(_allowed(url, private), allow_redirects=False) as response:
                return response.status
    except OutboundError:
        raise
    except TimeoutError:
        raise OutboundError(f"no answer within {within:g} s") from None
    except Exception as error:  # as above
        raise OutboundError(_why(error)) from error


async def resolve(host: str, port: int, within: float, private: Networks | None) -> str:
    """The first address of a host, all of them checked; raises OutboundError."""
    try:
        async with asyncio.timeout(within):
            found = await _addresses(host, port, socket.AF_UNSPEC)
    except TimeoutError:
        raise OutboundError(f"no address within {within:g} s") from None
    except OSError:
        raise OutboundError("its name is unknown; check the address") from None
    addresses = [entry[4][0] for entry in found]
    if private is not None:
        _check(addresses, private)
    return addresses[0]


class _CheckedResolver(AbstractResolver):
    """Gives a connection the addresses that were checked, so that no second look-up can give it others."""

    def __init__(self, private: Networks) -> None:
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await _addresses(host, port, family)
        _check([entry[4][0] for entry in found], self._private)
        return [
            ResolveResult(
                hostname=host,
                host=entry[4][0],
                port=port,
                family=entry[0],
                proto=entry[2],
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for entry in found
        ]

    async def close(self) -> None:
        """There is nothing to close."""


_Found = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]


async def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[_Found]:
    """What a name stands for; raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
    return [(kind, sort, proto, name, (str(at[0]), port)) for kind, sort, proto, name, at in found]


def _check(addresses: list[str], private: Networks) -> None:
    """Raise PrivateNetworkError unless everybody can reach each address, or it is allowed."""
    for written in addresses:
        address = ip_address(written)
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        public = address.is_global and not address.is_multicast
        if not public and not any(address in network for network in private):
            raise PrivateNetworkError


def _allowed(address: str, private: Networks | None) -> URL:
    """The address, checked where it is a number: no resolver is asked about those."""
    url = URL(address)
    host = url.host or ""
    if private is not None and (":" in host or host.replace(".", "").isdigit()):
        _check([host.partition("%")[0]], private)
    return url


def _content(body: bytes | None) -> bytes | BytesIO | None:
    """A large body in pieces: as one it would hold up everybody else on the loop."""
    return BytesIO(body) if body is not None and len(body) > _ONE_PIECE else body


async def _mark_sent(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestHeadersSentParams
) -> None:
    if context.trace_request_ctx is not None:
        context.trace_request_ctx.sent = True


async def _body(response: aiohttp.ClientResponse, most: int) -> bytes:
    whole = bytearray()
    async for piece in response.content.iter_chunked(64 * 1024):
        whole += piece
        if len(whole) > most:
            raise TooLongError(f"its answer is longer than {most / 1024 / 1024:.3g} MB", sent=True)
    return bytes(whole)


def _why(error: Exception) -> str:
    """What went wrong, for an operator: the library's own words may hold the address with its token."""
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
