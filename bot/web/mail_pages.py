"""The page behind a link of a mail: it shows which reply the link gives, and a button gives it.

    GET  /mail/TOKEN/MESSAGE/PLACE/SIGNATURE    shows what the link would say
    POST                                        says it in the conversation, as if it had been tapped; once

Opening a link changes nothing: mail servers and mail programs open links by themselves, to look at them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, render_template

from bot.channels.plain import offered
from bot.chat import Chat
from bot.conversation import Button, Conversation, Message
from bot.errors import NoLinkError
from bot.mail.links import PATH, is_signed
from bot.mail.threads import CHANNEL
from bot.store.mailboxes import MailboxStore

_QUOTED = 300  # characters of what the reply answers


@dataclass(frozen=True, slots=True)
class _Asked:
    conversation: Conversation
    message: Message
    reply: Button


def mail_pages(store: MailboxStore, chat: Chat, say: Callable[[str], Callable[[str], str]]) -> Blueprint:
    """say: the words of a language."""
    pages = Blueprint("mail_pages", __name__, template_folder="templates", url_prefix=PATH)

    def asked(token: str, message: int, place: int, signature: str) -> _Asked:
        thread = store.thread_at(token)
        if thread is None or not is_signed(thread, message, place, signature):
            raise NoLinkError
        conversation = chat.by_id(thread.conversation)
        said = chat.messages(thread.conversation, message - 1, 1)
        reply = dict(offered(said[0])).get(place) if said else None
        if conversation is None or reply is None:
            raise NoLinkError
        return _Asked(conversation, said[0], reply)

    def page(asked: _Asked, *, done: bool) -> str:
        language = asked.conversation.language
        question = asked.message.question or asked.message.text
        return render_template(
            "mail_answer.html",
            _=say(language),
            locale=language,
            question=question if len(question) <= _QUOTED else f"{question[: _QUOTED - 1]}…",
            reply=asked.reply.title,
            done=done,
        )

    @pages.get("/<token>/<int:message>/<int:place>/<signature>")
    def look(token: str, message: int, place: int, signature: str) -> str:
        return page(asked(token, message, place, signature), done=False)

    @pages.post("/<token>/<int:message>/<int:place>/<signature>")
    def give(token: str, message: int, place: int, signature: str) -> str:
        answer = asked(token, message, place, signature)
        heard = chat.hear(
            CHANNEL,
            answer.conversation.address,
            answer.reply.title,
            client_id=f"link-{message}-{place}",
            data={"input_channel": CHANNEL, "link": message},
            payload=answer.reply.payload,
        )
        chat.answer_soon(heard)
        return page(answer, done=True)

    return pages
