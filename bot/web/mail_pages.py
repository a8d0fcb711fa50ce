"""The page behind a link of a mail: it shows which reply the link gives, and a button gives it.

    GET  /mail/TOKEN/MESSAGE/PLACE/SIGNATURE    shows what the link would say
    POST                                        says it in the conversation, as if it had been tapped; once
    GET  /mail/TOKEN/MESSAGE/rating/SCORE/SIGNATURE    shows which score the link would give
    POST {comment?}                                    gives it, as the card below an ended chat does; once

Opening a link changes nothing: mail servers and mail programs open links by themselves, to look at them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from bot.channels.plain import offered
from bot.chat import Chat
from bot.conversation import Button, Conversation, ConversationId, Helper, Message
from bot.errors import NoLinkError, NotRatedError
from bot.mail.links import PATH, is_signed, rated
from bot.mail.threads import CHANNEL
from bot.ratings import SCORES
from bot.store.mailboxes import MailboxStore
from bot.web.ending_api import LONGEST_COMMENT

_QUOTED = 300  # characters of what the reply answers

Rate = Callable[[ConversationId, Helper, int, str | None], None]
"""Keeps the score that a helper is given, and a comment; raises NotRatedError."""


@dataclass(frozen=True, slots=True)
class _Asked:
    conversation: Conversation
    message: Message
    reply: Button


def mail_pages(
    store: MailboxStore, chat: Chat, rate: Rate, say: Callable[[str], Callable[[str], str]]
) -> Blueprint:
    """rate: keeps what a customer thinks, as `Ending.rate` does. say: the words of a language."""
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

    def ended(token: str, message: int, score: int, signature: str) -> tuple[Conversation, Helper | None]:
        """The conversation that a rating is of, and who may be rated in it now; None for nobody."""
        thread = store.thread_at(token)
        if thread is None or score not in SCORES or not is_signed(thread, message, rated(score), signature):
            raise NoLinkError
        conversation = chat.by_id(thread.conversation)
        if conversation is None:
            raise NoLinkError
        how = chat.standing(conversation.id).ended
        helpers = how.rate if how is not None else ()
        return conversation, "agent" if "agent" in helpers else next(iter(helpers), None)

    def rating(conversation: Conversation, helper: Helper | None, score: int, *, done: bool) -> str:
        language = conversation.language
        return render_template(
            "mail_rating.html",
            _=say(language),
            locale=language,
            helper=helper,
            score=score,
            most=LONGEST_COMMENT,
            done=done,
        )

    @pages.get("/<token>/<int:message>/rating/<int:score>/<signature>")
    def look_at_rating(token: str, message: int, score: int, signature: str) -> str:
        return rating(*ended(token, message, score, signature), score, done=False)

    @pages.post("/<token>/<int:message>/rating/<int:score>/<signature>")
    def give_rating(token: str, message: int, score: int, signature: str) -> str:
        conversation, helper = ended(token, message, score, signature)
        if helper is None or request.form.get("of") != helper:
            return rating(conversation, None, score, done=False)
        comment = request.form.get("comment", "").strip()[:LONGEST_COMMENT]
        try:
            rate(conversation.id, helper, score, comment or None)
        except NotRatedError:
            return rating(conversation, None, score, done=False)  # pressed twice, at once
        return rating(conversation, helper, score, done=True)

    return pages
