"""Takes a mail in: what its writer says goes into their thread's conversation, once; the bot's turn follows.

What no person wrote is left out: automatic answers, lists, our own mail. A report that one of our mails did
not arrive goes to who wrote it. So nothing here answers a machine, and no two machines write to each other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from bot.channels.plain import meant
from bot.channels.refusing import FULL, REFUSED, Phrase, Refused, in_words, refused
from bot.chat import Chat
from bot.conversation import Conversation, Message
from bot.dialogue.documents import JsonValue
from bot.errors import BotError, ClientIdReusedError, FilesBusyError
from bot.files import MOST_FILES, Files
from bot.mail.threads import (
    CHANNEL,
    Thread,
    bare_subject,
    conversation_address,
    is_ours,
    mail_key,
    new_key,
    new_token,
    tokens_in,
)
from bot.mail.writing import Say
from bot.reports import Reports
from bot.store.mailboxes import KnownMail, MailboxStore
from config.clock import Clock
from config.mail import MailFile, NotAnAddressError, address_of
from handoff.aids.errors import FileRefusedError
from handoff.file import FileRef

if TYPE_CHECKING:
    from config.reading_mail import ReadMail

Took = Literal["heard", "known", "left_out"]
"""`known`: it was taken in before. `left_out`: no customer's words; the store says why."""

KNOWN_FOR = timedelta(days=30)
"""That a mail is known which was left out; a mailbox that is numbered anew shows those of the last days."""

_LOOKED_BACK = 20  # messages, for the replies that the bot has offered
_CUT = "[…]"
_WHOLE = "mail.txt"
_LEFT_OUT = {
    "auto_reply": "it is an automatic answer",
    "automatic": "a machine wrote it",
    "list": "it went to a list",
}

_log = logging.getLogger(__name__)


class Receiving:
    """The way in of the e-mail channel."""

    def __init__(
        self,
        store: MailboxStore,
        chat: Chat,
        files: Files,
        reports: Reports,
        clock: Clock,
        *,
        address: str,
        trusted: str,
        characters: int,
        phrase: Phrase,
        say: Callable[[str], Say],
    ) -> None:
        """address: ours. trusted: who may say in a mail whether SPF and DKIM passed, "" for nobody.

        characters: of one message; what is longer comes as a file. phrase: a response's words. say: the words
        of a language.
        """
        self._store, self._chat, self._files, self._reports = store, chat, files, reports
        self._clock, self._address, self._trusted = clock, address, trusted
        self._characters, self._phrase, self._say = characters, phrase, say

    def take(self, raw: bytes, *, whole: bool = True) -> Took:
        """Take in one mail; durable when this returns. The same mail again changes nothing.

        whole: False where `raw` is only the beginning of a mail that is too long. Raises FilesBusyError where
        it is to be tried again in a moment.
        """
        # Its parser of HTML is nothing that a house without mail should load.
        from config.reading_mail import UnreadableMailError, read_mail

        try:
            mail = read_mail(raw, trusted=self._trusted)
        except UnreadableMailError as error:
            _log.warning("%s", error)
            return "left_out"
        if self._store.mail(mail.message_id) is not None:
            return "known"
        if mail.bounce is not None:
            self._came_back(mail)
            return "left_out"
        why = self._not_for_us(mail)
        if why is not None:
            self._note(mail, "left_out", why)
            return "left_out"
        return self._hear(mail, whole)

    def clear(self) -> bool:
        """Forget what was left out long ago; True if there was anything."""
        return self._store.drop_left_out(self._clock.now() - KNOWN_FOR) > 0

    def _not_for_us(self, mail: ReadMail) -> str | None:
        """Why a mail is not a customer's words; None where it is."""
        if not mail.sender:
            return "it does not have exactly one sender"
        if is_ours(mail.sender, self._address):
            return "we wrote it ourselves"
        return _LEFT_OUT.get(mail.kind)

    def _came_back(self, mail: ReadMail) -> None:
        """A mail server says that one of ours did not arrive; the desk is told, unless it is tried again."""
        bounce = mail.bounce
        assert bounce is not None
        ours = self._store.mail(bounce.about) if bounce.about else None
        if ours is None or ours.way != "out" or ours.conversation is None or ours.message is None:
            self._note(mail, "left_out", "it reports on a mail that we do not know")
            return
        if bounce.permanent:
            self._reports.failed(ours.conversation, ours.message, f"{ours.address}: {bounce.says}")
            self._store.came_back(bounce.about, bounce.says)
        self._note(mail, "left_out", f"it reports on {bounce.about}: {bounce.says}")

    def _hear(self, mail: ReadMail, whole: bool) -> Took:
        thread, conversation = self._thread(mail)
        client_id = f"mail-{mail_key(mail.message_id)[:40]}"
        refs, left = self._kept(conversation, mail)
        if not whole:
            left.append(Refused(mail.subject or mail.message_id, REFUSED))
        words, about = _words(mail, conversation), _about(mail, thread, self._say(conversation.language))
        text = "\n\n".join(part for part in (words, *(each.line for each in left), *about) if part)
        offered = self._chat.messages(conversation.id, max(0, conversation.last - _LOOKED_BACK))
        reply = meant(words, _since_customer(offered))
        try:
            heard = self._chat.hear(
                CHANNEL,
                conversation.address,
                text if len(text) <= self._characters else f"{text[: self._characters - 4]} {_CUT}",
                client_id=client_id,
                data=_data(mail, thread),
                payload=reply.payload if reply is not None else None,
                files=refs,
            )
        except ClientIdReusedError:
            # Taken in before a crash, and its files kept a second time; those go, as nothing carries them.
            self._note(mail, "heard", None, conversation)
            return "known"
        except BotError as error:
            self._note(mail, "left_out", str(error), conversation)
            return "left_out"
        self._note(mail, "heard", None, conversation, heard.message.number)
        if left:
            told = in_words(left, conversation.language, self._phrase)
            self._chat.tell(conversation.id, told, client_id=f"refused-{client_id}")
        self._chat.answer_soon(heard)
        return "heard"

    def _thread(self, mail: ReadMail) -> tuple[Thread, Conversation]:
        """The thread that a mail belongs to, begun if it is none's."""
        thread = self._known_thread(mail)
        if thread is not None and (known := self._chat.by_id(thread.conversation)) is not None:
            return thread, known
        customer = _answered_to(mail)
        conversation = self._chat.at(CHANNEL, conversation_address(customer, mail.message_id))
        begun = Thread(
            conversation=conversation.id,
            token=new_token(),
            key=new_key(),
            customer=customer,
            name=mail.sender_name[:200] or None,
            subject=bare_subject(mail.subject)[:500],
            started_at=self._clock.now(),
        )
        return self._store.begin(begun), conversation

    def _known_thread(self, mail: ReadMail) -> Thread | None:
        """By our address's token, which only who was written to has; else by the mails that it refers to, if
        its writer is the thread's own: names of mails are no secret."""
        for token in tokens_in(mail.to, self._address):
            if (thread := self._store.thread_at(token)) is not None:
                return thread
        for known in self._store.mails(mail.references):
            thread = None if known.conversation is None else self._store.thread(known.conversation)
            if thread is not None and thread.customer in (mail.sender, _answered_to(mail)):
                return thread
        return None

    def _kept(self, conversation: Conversation, mail: ReadMail) -> tuple[tuple[FileRef, ...], list[Refused]]:
        """The mail's files as they are kept, and those that are not taken."""
        given = list(mail.files)
        words = _words(mail, conversation)
        if len(words) > self._characters:
            given.insert(0, MailFile(_WHOLE, "text/plain", words.encode()))
        kept: list[FileRef] = []
        left: list[Refused] = []
        for file in given:
            if len(kept) == MOST_FILES:
                left.append(Refused(file.name, FULL))
                continue
            try:
                kept.append(self._files.keep(conversation.id, file.name, file.content))
            except FilesBusyError:
                raise
            except (FileRefusedError, BotError) as error:
                _log.info("a file of a mail was not taken: %s", error)
                left.append(refused(file.name, error))
        return tuple(kept), left

    def _note(
        self,
        mail: ReadMail,
        state: Literal["heard", "left_out"],
        why: str | None,
        conversation: Conversation | None = None,
        message: int | None = None,
    ) -> None:
        if why is not None:
            _log.info("the mail %s is left out: %s", mail.message_id, why)
        self._store.note(
            KnownMail(
                message_id=mail.message_id,
                way="in",
                conversation=None if conversation is None else conversation.id,
                message=message,
                # Who wrote what is no conversation's is not kept: nothing would ever delete it.
                address="" if conversation is None else mail.sender[:320],
                state=state,
                why=why,
                at=self._clock.now(),
            )
        )


def _answered_to(mail: ReadMail) -> str:
    """Where a mail's writer wants answers."""
    try:
        return address_of(mail.reply_to or mail.sender).casefold()
    except NotAnAddressError:
        return mail.sender


def _words(mail: ReadMail, conversation: Conversation) -> str:
    """What a mail says. Of the first one the subject belongs to it: many write their question there."""
    subject = bare_subject(mail.subject)
    text = mail.text.strip()
    if conversation.last == 0 and subject and subject.casefold() not in text.casefold():
        return f"{subject}\n\n{text}".strip()
    return text


def _about(mail: ReadMail, thread: Thread, _: Say) -> Iterator[str]:
    """What whoever answers should know of its writer, below the words."""
    if thread.customer not in (mail.sender, _answered_to(mail)):
        yield f"[{_('Written by {address}').replace('{address}', mail.sender)}]"
    if mail.checked.dmarc == "fail":
        yield f"[{_('Nothing proves that this mail comes from its sender')}]"


def _since_customer(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """What was said after the customer's last words."""
    last = max((each.number for each in messages if each.author == "customer"), default=0)
    return tuple(each for each in messages if each.number > last)


def _data(mail: ReadMail, thread: Thread) -> Mapping[str, JsonValue]:
    """What is kept with the message: which mail it was, and what our server found out about its sender."""
    checked = asdict(mail.checked)
    return {
        "input_channel": CHANNEL,
        "mail": {
            "message_id": mail.message_id,
            "from": mail.sender,
            "subject": mail.subject[:500],
            "spf": checked["spf"],
            "dkim": checked["dkim"],
            "dmarc": checked["dmarc"],
            "proved": mail.checked.proves(mail.sender),
            "customer": mail.sender == thread.customer,
        },
    }
