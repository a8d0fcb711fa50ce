"""Slack's Socket Mode: events come over a connection that we open, so nobody has to reach us.

What has come waits in memory until the poller has stored it, and is acknowledged only then: Slack sends again
what nobody has acknowledged, so a crash loses nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from handoff.bridges.errors import PeerAwayError, PeerError, PeerRefusedError
from handoff.bridges.json_values import JsonValue

if TYPE_CHECKING:
    from slack_sdk.socket_mode import SocketModeClient
    from slack_sdk.socket_mode.client import BaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest
    from slack_sdk.web import WebClient

_KINDS = ("events_api", "interactive")
_PING_SECONDS = 10.0


class Socket:
    """One connection, opened with the first `take` and kept up by Slack's own client."""

    def __init__(self, address: Callable[[], str], hosts: Sequence[str]) -> None:
        """address: asks Slack where to connect, raises PeerError. hosts: where that may be."""
        self._address, self._hosts = address, hosts
        self._come = threading.Condition()
        self._waiting: list[SocketModeRequest] = []
        self._given: list[SocketModeRequest] = []
        self._client: SocketModeClient | None = None

    def take(self, seconds: float) -> list[JsonValue]:
        """What has come since, waiting so long for the first of it; what the last call gave is stored.

        Raises PeerError where there is no connection to be had.
        """
        client = self._connected()
        for request in self._given:
            self._acknowledge(client, request)
        self._given = []
        with self._come:
            self._come.wait_for(lambda: bool(self._waiting), seconds)
            self._given, self._waiting = self._waiting, []
        return [cast(JsonValue, request.payload) for request in self._given]

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _connected(self) -> SocketModeClient:
        if self._client is None:
            # Imported with the first connection: who is reached by Slack needs none.
            from slack_sdk.socket_mode import SocketModeClient

            client = SocketModeClient(
                app_token="",
                web_client=cast("WebClient", _Addresses(self._where)),
                ping_interval=_PING_SECONDS,
                concurrency=1,
            )
            client.socket_mode_request_listeners.append(self._came)
            self._client = client
        if not self._client.is_connected():
            try:
                self._client.connect_to_new_endpoint()
            except PeerError:
                raise
            except Exception as error:  # whatever a socket, TLS and a library of sockets can fail with
                raise PeerAwayError(f"Slack's Socket Mode: no connection ({type(error).__name__})") from error
        return self._client

    def _where(self) -> str:
        url = self._address()
        host = urlsplit(url).hostname or ""
        if not any(host == each or (each.startswith(".") and host.endswith(each)) for each in self._hosts):
            raise PeerRefusedError("Slack's Socket Mode is at an address that is not Slack's")
        return url

    def _came(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        if request.type not in _KINDS:
            self._acknowledge(client, request)
            return
        with self._come:
            self._waiting.append(request)
            self._come.notify()

    def _acknowledge(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        from slack_sdk.errors import SlackClientNotConnectedError
        from slack_sdk.socket_mode.response import SocketModeResponse

        try:
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        except (SlackClientNotConnectedError, OSError):
            """It comes again over the next connection, and is known."""


class _Addresses:
    """What Slack's client asks of its own Web API client, which this stands in for: all that goes out goes
    out through one client."""

    ssl = None

    def __init__(self, address: Callable[[], str]) -> None:
        self._address = address

    def apps_connections_open(self, *, app_token: str) -> Mapping[str, str]:
        return {"url": self._address()}
