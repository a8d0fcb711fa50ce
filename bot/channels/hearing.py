"""Takes in what customers say on others' platforms: once, in their order, with their files."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.channels import Gone, Lost, Platform, Said
from bot.channels.plain import meant, pieces
from bot.channels.refusing import Phrase, Refused, in_words, refused
from bot.chat import Chat
from bot.conversation import Button, Conversation, ConversationId, Holder, Message
from bot.dialogue.documents import JsonValue
from bot.drafting import printable, seen
from bot.errors import BotError, ClientIdReusedError, FilesBusyError, NoConversationError
from bot.files import MOST_FILES, Files
from handoff.aids.errors import FileRefusedError, FileTooLargeError
from handoff.bridges.errors import PeerError
from handoff.escalation import Customer
from handoff.file import FileRef

_NAME = 200  # characters
_LOCKS = 64
_LOOK_BACK = 100  # messages: what comes again comes soon

_log = logging.getLogger(__name__)


class ToldLater(Protocol):
    """Keeps what the desk is to know of a message: the conversation and the message's number."""

    def failed(self, conversation: ConversationId, message: int, why: str) -> None:
        """One of ours was lost after all."""
        ...

    def deleted(self, conversation: ConversationId, message: int) -> None:
        """One of the customer's, who has deleted it where they are."""
        ...


class Conversations(Protocol):
    """Where conversations are kept."""

    def get(self, conversation: ConversationId) -> Conversation: ...

    def find(self, channel: str, address: str) -> Conversation | None: ...

    def messages(self, conversation: ConversationId, after: int = 0) -> tuple[Message, ...]: ...


def last_heard(store: Conversations, channel: str, address: str) -> datetime | None:
    """When the customer at an address last wrote, None where they never have."""
    known = store.find(channel, address)
    if known is None:
        return None
    said = store.messages(known.id, max(0, known.handled - 1))
    return max((each.sent_at for each in said if each.author == "customer"), default=None)


def named(name: str | None) -> dict[str, JsonValue]:
    """What is kept with a message of who has written it."""
    clean = " ".join(printable(name or "").split())[:_NAME]
    return {"metadata": {"name": clean}} if clean else {}


def writer_of(store: Conversations, conversation: str, platforms: Collection[str]) -> Customer | None:
    """The customer of a conversation on one of these platforms, as cases have them; None for any other.

    Not verified: people call themselves there what they like.
    """
    try:
        known = store.get(ConversationId(conversation))
    except NoConversationError:
        return None
    if known.channel not in platforms:
        return None
    said = store.messages(known.id, max(0, known.last - _LOOK_BACK))
    told = [each.data.get("metadata") for each in reversed(said) if each.author == "customer"]
    names = [str(each["name"]) for each in told if isinstance(each, dict) and each.get("name")]
    name = names[0] if names else None
    return Customer(f"{known.channel}:{known.address}", name, None, False, known.language)


def _said(before: Sequence[Message], client_id: str) -> Message | None:
    """What a customer said under an id, if it was said lately."""
    return next((each for each in before if each.client_id == client_id), None)


class Hearing:
    """The way in. Everything is stored when `take` returns; the bot's turn follows by itself."""

    def __init__(
        self, chat: Chat, files: Files, reports: ToldLater, phrase: Phrase, *, characters: int
    ) -> None:
        """phrase: a response's words. characters: of one message; what is longer becomes several."""
        self._chat, self._files, self._reports = chat, files, reports
        self._phrase, self._most = phrase, characters
        # One customer's words are taken in one after the other, whichever thread they come by.
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def take(self, platform: Platform, came: Sequence[Said | Gone | Lost]) -> None:
        """Take in what a platform tells. What can't be read is left out, so that the rest is not held up.

        Raises FilesBusyError: nothing of this message is stored, and the platform is to send it again.
        """
        for each in came:
            if isinstance(each, Lost):
                self._note(platform, each)
                continue
            with self._locks[hash((platform.name, each.address)) % _LOCKS]:
                if isinstance(each, Gone):
                    self._forget(platform, each)
                else:
                    self._hear(platform, each)

    def _note(self, platform: Platform, lost: Lost) -> None:
        known = self._chat.find(platform.name, lost.address)
        if known is not None:
            self._reports.failed(known.id, lost.message, lost.why)

    def _forget(self, platform: Platform, gone: Gone) -> None:
        """What was said stays in the record; whoever has the case is told that the customer deleted it."""
        known = self._chat.find(platform.name, gone.address)
        said = None if known is None else _said(self._before(known), gone.client_id)
        if known is not None and said is not None:
            self._reports.deleted(known.id, said.number)

    def _before(self, known: Conversation) -> Sequence[Message]:
        return self._chat.messages(known.id, max(0, known.last - _LOOK_BACK))

    def _hear(self, platform: Platform, said: Said) -> None:
        known = self._chat.at(platform.name, said.address, language=said.language)
        before = self._before(known)
        changed = None if said.changes is None else _said(before, said.changes)
        if said.changes is not None and (changed is None or said.text in ("", changed.text)):
            return
        if any(message.client_id == said.client_id for message in before):
            return
        button = self._chosen(known, said, before)
        if said.tap is not None and button is None and not seen(said.text):
            _log.info("a customer of %s has tapped what is not there any more", platform.name)
            return
        kept, left = self._kept(platform, known.id, said)
        lines = [*([said.text] if said.text else []), *(each.line for each in left)]
        text = button.title if button is not None else "\n".join(lines)
        texts = pieces(text, self._most) or [""]
        for number, piece in enumerate(texts, start=1):
            last = number == len(texts)
            if not seen(piece) and not (last and kept):
                continue
            # The last has the platform's id: whoever finds it finds all of them.
            id_ = said.client_id if last else f"{said.client_id}/{number}"
            self._say(platform, said, piece, id_, button, kept if last else (), changed)
        if left:
            told = in_words(left, known.language, self._phrase)
            self._chat.tell(known.id, told, client_id=f"refused-{said.client_id}")

    def _say(
        self,
        platform: Platform,
        said: Said,
        text: str,
        client_id: str,
        button: Button | None,
        files: Sequence[FileRef],
        changed: Message | None,
    ) -> None:
        was: dict[str, JsonValue] = {"changes": changed.text} if changed is not None else {}
        try:
            heard = self._chat.hear(
                platform.name,
                said.address,
                text,
                client_id=client_id,
                payload=button.payload if button is not None else None,
                files=files,
                data=named(said.name) | was,
            )
        except ClientIdReusedError:
            return  # another process has taken it in meanwhile, before the bot had its say
        self._chat.answer_soon(heard, whole=button is not None)

    def _chosen(self, known: Conversation, said: Said, before: Sequence[Message]) -> Button | None:
        """The reply that was tapped, or that is meant by a number; a person is written to in words."""
        if said.tap is not None:
            number, place = said.tap.message, said.tap.place
            shown = self._chat.messages(known.id, number - 1, 1) if 0 < number <= known.last else ()
            buttons = shown[0].buttons if shown else ()
            return buttons[place] if place < len(buttons) else None
        if known.holder is not Holder.BOT or said.files:
            return None
        since = max((each.number for each in before if each.author == "customer"), default=0)
        return meant(said.text, [each for each in before if each.number > since])

    def _kept(
        self, platform: Platform, conversation: ConversationId, said: Said
    ) -> tuple[list[FileRef], list[Refused]]:
        """Its files as we keep them, and those that are not to be had."""
        kept, left = list[FileRef](), list[Refused]()
        for file in said.files[:MOST_FILES]:
            try:
                most = min(platform.most_file, self._files.most_bytes)
                if file.size is not None and file.size > most:
                    raise FileTooLargeError(file.name, most)
                kept.append(self._files.keep(conversation, file.name, platform.fetch(file)))
            except FilesBusyError:
                raise
            except (PeerError, BotError, FileRefusedError) as error:
                _log.warning("a file of a customer of %s was not taken: %s", platform.name, error)
                left.append(refused(file.name, error))
        return kept, left
