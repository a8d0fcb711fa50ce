"""Brings what is said in a conversation to its customer by mail, as one letter in their thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.conversation import ConversationId, Message
from bot.errors import NotDeliveredError
from bot.mail.links import link, rating_link
from bot.mail.threads import Thread, address_with, bare_subject, message_id_of
from bot.mail.writing import Say, Sheet, Written, is_told, written
from bot.store.deliveries import Delivery
from bot.store.mailboxes import KnownMail, MailboxStore
from config.clock import Clock
from config.mail import Mail, MailError, MailFile, Postman
from handoff.file import FileRef

MOST_BYTES = 15 * 2**20
"""Of all files that go along with a letter, which base64 makes a third larger; the rest are links."""

HELPED = "/helped"
"""What the reply stands for that says so."""

HOUR = timedelta(hours=1)


class Sending:
    """The postman of the e-mail channel."""

    def __init__(
        self,
        store: MailboxStore,
        post: Postman,
        messages: Callable[[ConversationId, int, int], Sequence[Message]],
        content: Callable[[FileRef], bytes | None],
        say: Callable[[str], Say],
        clock: Clock,
        *,
        address: str,
        brand: str,
        our_url: Callable[[], str],
        policy_url: str = "",
        notice: Callable[[str], str] = lambda language: "",
        mails_hour: int,
    ) -> None:
        """messages: of a conversation, after a number, at most so many. content: a file's bytes, None where
        it is gone. say: the words of a language. address: ours. our_url: the house's own, asked at the time.
        notice: what a new customer is told of their data, in a language, "" for nothing. mails_hour: that one
        address gets at most of the bot's, so that two machines that answer each other do so slowly."""
        self._store, self._post, self._messages = store, post, messages
        self._content, self._say = content, say
        self._clock, self._address, self._brand = clock, address, brand
        self._our_url, self._policy_url, self._notice = our_url, policy_url, notice
        self._mails_hour = mails_hour

    def post(self, letter: Sequence[Delivery]) -> None:
        """Send what is owed in one conversation; nothing where none of it is for a mail.

        Raises NotDeliveredError.
        """
        said = [each.message for each in letter if is_told(each.message)]
        if not said or self._is_thanks(letter[0].conversation, said):
            return
        thread = self._store.thread(letter[0].conversation)
        if thread is None:
            raise NotDeliveredError("its thread of mails is not known any more", permanent=True)
        if not any(message.author == "agent" for message in said):
            self._spare(thread.customer)
        mail = self._mail(thread, said, letter[0].language)
        try:
            self._post.send(mail)
        except MailError as error:
            raise NotDeliveredError(str(error), permanent=error.permanent) from error
        self._store.note(
            KnownMail(
                message_id=mail.message_id,
                way="out",
                conversation=thread.conversation,
                message=said[0].number,
                address=thread.customer,
                state="sent",
                why=None,
                at=self._clock.now(),
            )
        )

    def _is_thanks(self, conversation: ConversationId, said: Sequence[Message]) -> bool:
        """Whether this only thanks for the yes of a link, whose page has done so."""
        before = self._messages(conversation, max(0, said[0].number - 2), 1)
        return any(each.payload == HELPED and "link" in each.data for each in before) and all(
            each.author == "bot" for each in said
        )

    def _spare(self, address: str) -> None:
        """Raise NotDeliveredError while an address has had its share of this hour."""
        now = self._clock.now()
        sent = self._store.sent_since(address, now - HOUR)
        if len(sent) >= self._mails_hour:
            why = (
                f"{address} has had {len(sent)} mails within an hour, as many as it gets; the next one waits"
            )
            raise NotDeliveredError(why, retry_in=sent[-self._mails_hour] + HOUR - now)

    def _mail(self, thread: Thread, said: Sequence[Message], language: str) -> Mail:
        our_url = self._our_url()
        files, left = self._files(said)
        sheet = Sheet(
            brand=self._brand,
            language=language,
            say=self._say(language),
            our_url=our_url,
            link=lambda message, place: link(our_url, thread, message, place),
            rating=lambda message, score: rating_link(our_url, thread, message, score),
            policy_url=self._policy_url,
            notice="" if self._store.has_had_mail(thread.customer) else self._notice(language),
        )
        words = written([_with_links(message, left, our_url) for message in said], sheet)
        chain = self._store.chain(thread.conversation)
        return Mail(
            to=thread.customer,
            subject=_subject(thread, sheet),
            text=words.text,
            html=words.html,
            message_id=message_id_of(thread, said[0].number, said[-1].number, self._post.domain),
            at=self._clock.now(),
            language=language,
            from_name=_from(words, self._brand),
            references=chain,
            automatic=words.person is None,
            answers=True,
            files=files,
            sender=self._address,
            reply_to=address_with(thread.token, self._address),
        )

    def _files(self, said: Sequence[Message]) -> tuple[tuple[MailFile, ...], frozenset[str]]:
        """The files that go along, and the ids of those that are too large or gone."""
        taken: list[MailFile] = []
        left: set[str] = set()
        size = 0
        for ref in (file for message in said for file in message.files):
            content = self._content(ref) if size + ref.size <= MOST_BYTES else None
            if content is None:
                left.add(ref.id)
                continue
            size += len(content)
            taken.append(MailFile(ref.name, ref.type, content))
        return tuple(taken), frozenset(left)


def _with_links(message: Message, left: frozenset[str], our_url: str) -> Message:
    """The message with a line for each file that does not go along."""
    lines = [f"{file.name}: {our_url}{file.address}" for file in message.files if file.id in left]
    return replace(message, text="\n\n".join([message.text, *lines]).strip()) if lines else message


def _subject(thread: Thread, sheet: Sheet) -> str:
    bare = bare_subject(thread.subject)
    return f"Re: {bare}" if bare else sheet.say("Your question to %(brand)s") % {"brand": sheet.brand}


def _from(words: Written, brand: str) -> str:
    """As whom the letter comes: a person is named, and the company with them."""
    return f"{words.person} ({brand})" if words.person else brand
