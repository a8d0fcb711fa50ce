"""Rasa's Socket.IO channel, live: Engine.IO 4 by long-polling and websocket, beside the event streams.

Source of the wire: Rasa Open Source 3.6, `rasa.core.channels.socketio`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import jwt
import socketio

from bot.channels import Channel
from bot.channels.rasa_socketio import SocketIoSettings
from bot.chat import Chat, Heard
from bot.conversation import Conversation
from bot.dialogue.documents import JsonValue
from bot.errors import BadRequestError, BotError
from bot.shell import Cors, ServerLimits
from bot.shell.errors import TooManyStreamsError
from bot.shell.requests import Head, Message, Receive, Scope, Send, read_body
from bot.store import topic
from bot.web.bodies import json_object, not_too_deep, text_of
from bot.web.rasa_rest import MAX_ID, MAX_SENDER
from config.database import Doorbell

T = TypeVar("T")

_THREADS = 4  # for the store; a turn runs on threads of its own
_SESSIONS_PER_SOCKET = 10
_FAREWELL_SECONDS = 1.0
_LOOK_AGAIN_SECONDS = 15.0  # a ring that went missing is made up for after this

_log = logging.getLogger(__name__)


class SocketIo:
    """The sockets and the sessions they follow.

    With session persistence a session outlives its sockets: who asks for it again is brought what was said
    meanwhile. Without, a socket is its own session and both end together.
    """

    def __init__(
        self,
        chat: Chat,
        channel: Channel,
        doorbell: Doorbell,
        settings: SocketIoSettings,
        *,
        limits: ServerLimits,
        cors: Cors,
    ) -> None:
        self._chat, self._channel, self._doorbell = chat, channel, doorbell
        self._settings, self._limits = settings, limits
        self._path = settings.socketio_path.rstrip("/")
        self._threads = ThreadPoolExecutor(_THREADS, "socketio")
        self._followers: dict[str, _Follower] = {}
        self._bringing: set[asyncio.Future[None]] = set()
        self._sessions: dict[str, set[str]] = {}
        self._stopping = False
        self._open: set[asyncio.Task[object]] = set()
        self._server = socketio.AsyncServer(
            async_mode="asgi",
            async_handlers=False,  # a client's messages are stored in the order in which they were sent
            namespaces=[settings.namespace],
            max_http_buffer_size=limits.max_body_bytes,
            cors_allowed_origins=lambda origin, environ: cors.same_site(origin, environ.get("HTTP_HOST", "")),
        )
        for event, handler in (
            ("connect", self._connect),
            ("disconnect", self._disconnect),
            ("session_request", self._session_request),
            (settings.user_message_evt, self._user_uttered),
        ):
            self._server.on(event, handler, namespace=settings.namespace)

    def serves(self, scope: Scope) -> bool:
        path = str(scope["path"])
        return path == self._path or path.startswith(f"{self._path}/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = bytes(scope.get("query_string") or b"")  # type: ignore[call-overload]
        full = len(self._server.eio.sockets) >= self._limits.max_streams
        if self._stopping or (full and b"sid=" not in query):
            raise TooManyStreamsError
        if scope["type"] == "http" and scope["method"] == "POST":
            # Read here: the library takes a body of any length before it looks.
            most, within = self._limits.max_body_bytes, self._limits.body_within_seconds
            body = await read_body(Head.of(scope), receive, most, within)
            scope, receive = _whole(scope, body)
        if (task := asyncio.current_task()) is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        await self._server.handle_request(scope, receive, send)

    async def stop(self) -> None:
        self._stopping = True
        for follower in self._followers.values():
            follower.end()
        sockets = list(self._server.eio.sockets)
        with contextlib.suppress(TimeoutError):  # a client that does not fetch its farewell does without
            async with asyncio.timeout(_FAREWELL_SECONDS):
                farewells = (self._server.eio.disconnect(sid) for sid in sockets)
                await asyncio.gather(*farewells, return_exceptions=True)
        for task in self._open:  # one who has left without a word may still be waited for
            task.cancel()
        await self._server.shutdown()
        self._threads.shutdown(wait=False)

    async def _connect(self, sid: str, environ: object = None, auth: object = None, *_: object) -> bool:
        """Let a client in; with a `jwt_key` only one that brings a token signed with it."""
        if self._settings.jwt_key is None:
            return True
        token = auth.get("token") if isinstance(auth, dict) else None
        if not isinstance(token, str):
            return False
        try:
            jwt.decode(
                token.removeprefix("Bearer "), self._settings.jwt_key, algorithms=[self._settings.jwt_method]
            )
        except jwt.PyJWTError:
            return False
        return True

    async def _disconnect(self, sid: str, *_: object) -> None:
        for session in self._sessions.pop(sid, set()):
            follower = self._followers.get(session)
            if follower is not None:
                follower.sockets.discard(sid)
                if not follower.sockets:
                    follower.end()
                    del self._followers[session]

    async def _session_request(self, sid: str, data: object = None, *_: object) -> None:
        """Confirm the session that was asked for, or a new one; what it has not heard yet follows."""
        asked = data.get("session_id") if isinstance(data, dict) else None
        session = _name(asked) or uuid.uuid4().hex
        await self._emit("session_confirm", session, to=sid)
        if self._settings.session_persistence:
            known = await self._threaded(lambda: self._chat.find(self._channel.name, session))
            await self._follow(sid, session, known)

    async def _user_uttered(self, sid: str, data: object = None, *_: object) -> None:
        """Store what was said. Rasa's rules for whose it is: a message without its session is ignored."""
        if not isinstance(data, dict):
            return
        session = _name(data.get("session_id")) if self._settings.session_persistence else sid
        if session is None or not isinstance(data.get("message"), str):
            _log.info("a message without a session_id or without text was ignored")
            return
        try:
            heard = await self._threaded(lambda: self._hear(session, data))
        except BotError as error:
            await self._emit(self._settings.bot_message_evt, {"text": str(error)}, to=sid)
            return
        await self._follow(sid, session, heard.conversation)
        await self._threaded(lambda: self._chat.answer_soon(heard))

    def _hear(self, session: str, data: Mapping[str, Any]) -> Heard:
        told = data.get(self._settings.metadata_key)
        metadata = told if isinstance(told, dict) else {}
        if isinstance(told, str) and told:
            metadata = json_object(told.encode("utf-8", "replace"), '{"language": "nb"}')
        not_too_deep(metadata)
        sent: dict[str, JsonValue] = {"input_channel": "socketio"}
        language = metadata.get("language")
        return self._chat.hear(
            self._channel.name,
            session,
            data["message"],
            client_id=text_of(metadata, "client_id", MAX_ID, needed=False),
            language=language if isinstance(language, str) else None,
            data=sent | ({"metadata": metadata} if metadata else {}),
        )

    async def _follow(self, sid: str, session: str, conversation: Conversation | None) -> None:
        """Have this socket hear the session from now on; a conversation nobody follows gets its follower."""
        namespace = self._settings.namespace
        if not self._server.manager.is_connected(sid, namespace):
            return
        mine = self._sessions.setdefault(sid, set())
        if session not in mine:
            if len(mine) >= _SESSIONS_PER_SOCKET:
                return
            mine.add(session)
            await self._server.enter_room(sid, _room(session), namespace=namespace)
        if conversation is None:
            return
        follower = self._followers.get(session)
        if follower is None:
            follower = self._followers[session] = _Follower(self, session, conversation)
        follower.sockets.add(sid)

    async def hand_out(self, session: str, conversation: Conversation) -> None:
        """Bring the session's sockets what they have not been brought yet.

        Nothing stops it half-way: what was sent but not noted as sent would be sent again.
        """
        bringing = asyncio.ensure_future(self._bring(session, conversation))
        self._bringing.add(bringing)  # the loop itself would not keep it
        bringing.add_done_callback(self._bringing.discard)
        await asyncio.shield(bringing)

    async def _bring(self, session: str, conversation: Conversation) -> None:
        said = await self._threaded(lambda: self._chat.waiting(conversation))
        for message in said:
            for wire in self._channel.render(message, session):
                await self._emit(self._settings.bot_message_evt, wire, to=_room(session))
        if said:
            await self._threaded(lambda: self._chat.handed_out(conversation.id, said[-1].number))

    def subscribe(self, conversation: Conversation, wake: Callable[[], None]) -> Callable[[], None]:
        """Have `wake` called, on any thread, when something in the conversation changes."""
        return self._doorbell.subscribe((topic(conversation.id),), wake)

    async def _emit(self, event: str, data: object, *, to: str) -> None:
        await self._server.emit(event, data, to=to, namespace=self._settings.namespace)

    async def _threaded(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


class _Follower:
    """Brings one session's sockets what is said in its conversation, until it is told to end."""

    def __init__(self, sockets: SocketIo, session: str, conversation: Conversation) -> None:
        self.sockets: set[str] = set()
        self._task = asyncio.get_running_loop().create_task(self._run(sockets, session, conversation))

    def end(self) -> None:
        self._task.cancel()

    async def _run(self, sockets: SocketIo, session: str, conversation: Conversation) -> None:
        loop, rung = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and the sockets with it
                loop.call_soon_threadsafe(rung.set)

        unsubscribe = sockets.subscribe(conversation, wake)
        try:
            while True:
                rung.clear()
                try:
                    await sockets.hand_out(session, conversation)
                except Exception:  # the cursor stands where it stood: the next round tries again
                    _log.exception("a Socket.IO session could not be brought its messages")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_AGAIN_SECONDS):
                        await rung.wait()
        finally:
            unsubscribe()


def _name(given: object) -> str | None:
    """A session's name as a client gave it; None where it can't be one."""
    try:
        return text_of({"session_id": given}, "session_id", MAX_SENDER) if isinstance(given, str) else None
    except BadRequestError:
        return None


def _room(session: str) -> str:
    return f"session:{session}"


def _whole(scope: Scope, body: bytes) -> tuple[Scope, Receive]:
    """A request whose body is here already."""
    headers = [(k, v) for k, v in scope["headers"] if k.lower() != b"content-length"]  # type: ignore[attr-defined]
    headers.append((b"content-length", str(len(body)).encode()))

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    return {**scope, "headers": headers}, receive
