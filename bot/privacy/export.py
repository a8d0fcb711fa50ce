"""What is kept of a person, as JSON and files, for themselves: nothing of others, no colleagues' notes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO

from bot.conversation import Conversation, ConversationId, Message
from bot.errors import NoConversationError
from bot.files import Files
from bot.privacy.consent import Consents
from bot.store import JsonObject, Store
from bot.store.visitors import VisitorStore
from config.clock import Clock
from handoff.file import FileRef

DATA = "data.json"
"""The file of a packed export that tells everything; the others lie beside it."""

_AT_ONCE = 1_000  # messages
_NAME_CHARACTERS = 24  # of a file's id, which tells it from others of its name

Told = Callable[[ConversationId, bool], Sequence[Mapping[str, object]]]
"""What another room keeps of a conversation; with colleagues' notes if True."""


class Export:
    """Reads only."""

    def __init__(
        self,
        store: Store,
        visitors: VisitorStore,
        consents: Consents,
        files: Files,
        shared: Callable[[str], bytes | None],
        rooms: Mapping[str, Told],
        clock: Clock,
    ) -> None:
        """shared: the bytes of an agent's file, by its id. rooms: the others, by what theirs is called."""
        self._store, self._visitors, self._consents = store, visitors, consents
        self._files, self._shared, self._rooms, self._clock = files, shared, rooms, clock

    def of(self, conversations: Sequence[ConversationId], *, notes: bool = False) -> JsonObject:
        """Everything, by conversation; those that are gone are left out.

        notes: also what colleagues wrote to each other about it.
        """
        known = [known for each in conversations if (known := self._there(each)) is not None]
        vouched = dict.fromkeys(self._visitors.of(each.id).visitor for each in known)
        return {
            "made_at": _moment(self._clock.now()),
            "identity": [asdict(each) for each in vouched if each is not None],
            "conversations": [self._told(each, notes) for each in known],
        }

    def packed(self, conversations: Sequence[ConversationId], *, notes: bool = False) -> bytes:
        """The same as a ZIP file, with the files that were sent and received."""
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            told = self.of(conversations, notes=notes)
            archive.writestr(DATA, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
            for message in (each for id in conversations for each in self._said(id)):
                for file in message.files:
                    content = self._content(file)
                    if content is not None:
                        archive.writestr(name_of(file), content)
        return packed.getvalue()

    def _there(self, conversation: ConversationId) -> Conversation | None:
        try:
            return self._store.get(conversation)
        except NoConversationError:
            return None

    def _told(self, conversation: Conversation, notes: bool) -> JsonObject:
        return {
            "id": conversation.id,
            "channel": conversation.channel,
            "address": conversation.address,
            "language": conversation.language,
            "page": conversation.page,
            "looked_at": None if (site := self._visitors.of(conversation.id).site) is None else asdict(site),
            "started_at": _moment(conversation.started_at),
            "agreed": [
                asdict(each) | {"at": _moment(each.at)} for each in self._consents.of(conversation.id)
            ],
            "messages": [_message(each) for each in self._said(conversation.id)],
            **{name: list(told(conversation.id, notes)) for name, told in self._rooms.items()},
        }

    def _said(self, conversation: ConversationId) -> Sequence[Message]:
        said: list[Message] = []
        while more := self._store.messages(conversation, said[-1].number if said else 0, _AT_ONCE):
            said += more
        return said

    def _content(self, file: FileRef) -> bytes | None:
        own = self._files.sent(file.id)
        return own[1] if own is not None else self._shared(file.id)


def name_of(file: FileRef) -> str:
    """Where a file lies in a packed export; files of one name don't meet."""
    return f"files/{file.id[:_NAME_CHARACTERS]}/{file.name}"


def _message(message: Message) -> JsonObject:
    told: JsonObject = {
        "number": message.number,
        "author": message.author,
        "name": message.name,
        "text": message.text,
        "sent_at": _moment(message.sent_at),
    }
    if message.source is not None:
        told["source"] = {"title": message.source.title, "url": message.source.url}
    if message.files:
        told["files"] = [
            {"name": each.name, "type": each.type, "size": each.size, "file": name_of(each)}
            for each in message.files
        ]
    return told


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
