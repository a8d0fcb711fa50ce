"""Opens what is kept about people's data over a data folder; one of the doors that read settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import cast

from bot.conversation import ConversationId
from bot.editing.live import LiveRoom
from bot.editing.opening import Editing
from bot.editing.shelf import Shelf
from bot.files import Files
from bot.privacy.consent import Consents
from bot.privacy.export import Export, Told
from bot.privacy.forgetting import Forgetting
from bot.privacy.notice import Asking, Notices
from bot.privacy.people import People
from bot.privacy.privacy import Privacy
from bot.privacy.rooms import Cases, Conversations, Lessons
from bot.privacy.telling import telling
from bot.store import JsonObject, Store
from bot.store.consents import ConsentStore
from bot.store.erasing import ErasureStore
from bot.store.mailboxes import MailboxStore
from bot.store.personal import PersonalStore
from bot.store.visitors import VisitorStore
from bot.turns import TurnPool
from config.clock import Clock
from config.database import Database
from config.language_files import files_of
from config.pages import Brand
from config.remains import remains
from config.settings import Settings
from handoff.errors import NoAidError
from handoff.opening import Handoff
from kb.opening import Kb

NOTICE = "notice.txt"
"""A language's notice, in its folder."""


def open_consents(settings: Settings, database: Database, clock: Clock) -> Consents:
    """The notices as the languages' folders and settings have them, and who agreed to them."""
    paths = files_of(settings.data).paths(NOTICE, settings.bot.languages)
    notices = Notices(
        {language: path.read_text(encoding="utf-8") for language, path in paths.items()},
        company=Brand.load(settings.data / "brand").name,
        url=settings.privacy.policy_url,
        asking=cast(Asking, settings.privacy.notice),
    )
    return Consents(notices, ConsentStore(database), clock)


def open_privacy(
    settings: Settings,
    clock: Clock,
    consents: Consents,
    *,
    database: Database,
    store: Store,
    files: Files,
    turns: TurnPool,
    live: LiveRoom,
    editing: Editing,
    kb: Kb,
    handoff: Handoff,
) -> Privacy:
    """database: the customers' room's. Its worker is `forgetting.work`."""
    visitors, erasures = VisitorStore(database, clock), ErasureStore(database, clock)
    shelf, mailboxes = Shelf(settings.data / "models"), MailboxStore(database)

    def words(conversation: ConversationId) -> Sequence[str]:
        known = store.get(conversation)
        visitor = visitors.of(conversation).visitor
        _, contact = handoff.personal.named(conversation)
        thread = mailboxes.thread(conversation)
        address = known.address if thread is None else thread.customer
        named = () if address == conversation else (address,)
        addresses = (*named, contact, *((visitor.id, visitor.email) if visitor else ()))
        taught = {text for text, _ in kb.edits.examples.taught_by(conversation)}
        common = [text for text in shelf.examples() if text not in taught]
        # A helpdesk outside is asked to erase a case by a name that has the conversation's id in it.
        ids = () if handoff.erasures.name(conversation) else (conversation,)
        return telling(store.messages(conversation), (*ids, *addresses), common)

    def look(words: Sequence[str]) -> JsonObject:
        rooms = {"bot": database, "kb": kb.database, "handoff": handoff.database}
        return asdict(remains(settings.data, words, {name: room.rows() for name, room in rooms.items()}))

    return Privacy(
        consents=consents,
        people=People(store, PersonalStore(database), visitors, handoff.personal),
        exporting=Export(store, visitors, consents, files, _shared(handoff), _rooms(kb, handoff), clock),
        forgetting=Forgetting(
            erasures,
            (
                Cases(handoff),
                Lessons(kb, shelf, editing.trainer, erasures),
                Conversations(database),
            ),
            words=words,
            alone=turns.alone,
            drop=lambda conversation: live.now.trackers.forget(conversation),
            look=look,
        ),
        erasures=erasures,
    )


def _shared(handoff: Handoff) -> Callable[[str], bytes | None]:
    """The bytes of what agents have sent, by a file's id."""
    files = handoff.aids.files

    def content(capability: str) -> bytes | None:
        try:
            return files.content(files.shared(capability))
        except NoAidError:
            return None

    return content


def _rooms(kb: Kb, handoff: Handoff) -> Mapping[str, Told]:
    """What the other rooms tell of a conversation."""

    def questions(conversation: ConversationId, notes: bool) -> Sequence[JsonObject]:
        return [
            {"question": each.question, "at": each.at.isoformat(), "reaction": each.reaction}
            for each in kb.learning.outcomes.of(conversation)
        ]

    return {
        "cases": lambda conversation, notes: handoff.personal.told(conversation, notes=notes),
        "questions": questions,
    }
