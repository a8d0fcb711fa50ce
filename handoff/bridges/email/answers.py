"""What a mail that came back means: an answer to the customer, a remark, an order, or nothing. Pure.

An answer reaches the customer only if a person wrote it, from an address that may, in the thread of a case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.reading_mail import ReadMail
from handoff.bridges import CaseRef, Incoming, IncomingFile
from handoff.bridges.email.letters import Letterhead
from handoff.case import CaseStatus

_NOTES = ("#note", "#private", "#notat", "note:", "private:", "notat:")
_STATUS: Mapping[str, CaseStatus] = {
    **dict.fromkeys(("#resolved", "#resolve", "#solved", "#close", "#closed", "#løst"), CaseStatus.RESOLVED),
    **dict.fromkeys(("#reopen", "#open", "#åpne"), CaseStatus.OPEN),
}
_HOLDS: Mapping[str, bool] = {"#mine": True, "#take": True, "#claim": True, "#min": True, "#release": False}
_NOT_ALLOWED = "By mail from {who}, who may not answer customers here:"
_THROUGH_A_LIST = "By mail from {who} through a mailing list, so that it was not sent to the customer:"
_TOO_LARGE = "A mail from {who} is too large to be fetched; it is in the mailbox."
_NO_WORDS = "{who} has answered by mail without any words."
_NUMBER = re.compile(r"\[#(\d{1,9})\]")


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may answer customers by mail.

    agents: addresses, and domains as `@company.example`. checked: whether our own mail server must have
    found that a mail is from its sender's domain. tag: what a helpdesk that works by mail puts into its
    subjects; its mails are made by a machine, and yet a person's.
    """

    agents: tuple[str, ...]
    checked: bool = False
    tag: re.Pattern[str] | None = None

    def allow(self, mail: ReadMail) -> bool:
        """Whether the sender may answer customers."""
        domain = mail.sender.rpartition("@")[2]
        known = any(each.casefold() in (mail.sender, f"@{domain}") for each in self.agents)
        return bool(mail.sender) and known and (not self.checked or mail.checked.proves(mail.sender))

    def by_a_person(self, mail: ReadMail) -> bool:
        """Whether a person wrote it, with their own program or in a helpdesk's."""
        relayed = self.tag is not None and self.tag.search(mail.subject) and mail.kind != "auto_reply"
        return mail.kind == "person" or bool(relayed)


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer without its orders."""

    text: str
    note: bool
    status: CaseStatus | None
    holds: bool | None


def events_of(
    mail: ReadMail,
    place: str,
    whole: bool,
    head: Letterhead,
    rules: Rules,
    cases: Sequence[CaseRef],
    now: datetime,
) -> tuple[Incoming, ...]:
    """What has happened by a mail that lies at `place`, in order; nothing for what is none of our business.

    whole: whether all of it was fetched. cases: those by whose number a mail is known that lost all else.
    """
    if head.mark_of_id(mail.message_id):
        return ()  # our own, come back to us
    if mail.bounce is not None:
        about = head.mark_of_id(mail.bounce.about)
        return (_bounced(mail, about, now),) if about and mail.bounce.permanent else ()
    mark, sure = _case(mail, head, cases)
    by_a_person = rules.by_a_person(mail)
    if mark is None or not (by_a_person or mail.kind == "list"):
        return ()
    allowed = sure and rules.allow(mail)
    why = "" if allowed and by_a_person else _THROUGH_A_LIST if allowed else _NOT_ALLOWED
    return tuple(_said(mail, mark, why, place, whole, now))


def _case(mail: ReadMail, head: Letterhead, cases: Sequence[CaseRef]) -> tuple[str | None, bool]:
    """The case that a mail is about, and whether only who was written to can know that.

    By the address that it came to, then by the thread that it answers, then by the number in its subject.
    """
    addressed = (head.mark_of_address(address) for address in mail.to)
    answered = (head.mark_of_id(each) for each in reversed(mail.references))
    for mark in (*addressed, *answered):
        if mark is not None:
            return mark, True
    numbers = _NUMBER.findall(mail.subject)
    named = next((case.case_key for case in cases if case.more.get("number") in numbers), None)
    return named, False


def _said(mail: ReadMail, mark: str, why: str, place: str, whole: bool, now: datetime) -> Iterator[Incoming]:
    """why: for what reason nothing of it may reach the customer, "" where it may."""
    told = _read(mail.text)
    event = Incoming(
        event_id=f"mail:{mail.message_id}",
        case_key=mark,
        type="agent_note",
        author=mail.sender or "unknown",
        author_name=mail.sender_name or mail.sender.partition("@")[0] or "unknown",
        author_kind="system" if why else "agent",
        visibility="private",
        occurred_at=min(mail.at or now, now),
        text=told.text,
        files=tuple(
            IncomingFile(f"{place}/{i}", file.name, file.type, len(file.content))
            for i, file in enumerate(mail.files)
        ),
        remote_id=mail.message_id,
    )
    if why:
        who = mail.sender or "an address that can't be read"
        yield replace(event, text=f"{why.format(who=who)}\n\n{mail.text or mail.subject}".strip())
        return
    if not whole:
        yield replace(event, text=_TOO_LARGE.format(who=event.author_name))
        return
    if event.text or event.files:
        yield event if told.note else replace(event, type="agent_message", visibility="public")
    elif told.status is None and told.holds is None:
        yield replace(event, text=_NO_WORDS.format(who=event.author_name))
    if told.holds is not None:
        assignee = event.author_name if told.holds else ""
        yield replace(_order(event, "holds"), type="assigned", assignee=assignee)
    if told.status is not None:
        yield replace(_order(event, "status"), type="status", status=told.status)


def _order(event: Incoming, what: str) -> Incoming:
    return replace(event, event_id=f"{event.event_id}#{what}", text="", files=(), remote_id=None)


def _read(text: str) -> _Told:
    """An answer and its orders: lines of one word at its beginning and its end."""
    lines = text.strip().splitlines()
    status: CaseStatus | None = None
    holds: bool | None = None
    while lines and (word := _order_in(lines[0])):
        status, holds = _STATUS.get(word, status), _HOLDS.get(word, holds)
        lines = "\n".join(lines[1:]).strip().splitlines()
    while lines and (word := _order_in(lines[-1])):
        status, holds = _STATUS.get(word, status), _HOLDS.get(word, holds)
        lines = "\n".join(lines[:-1]).strip().splitlines()
    rest = "\n".join(lines).strip()
    begins = next((each for each in _NOTES if rest.casefold().startswith(each)), "")
    words = rest[len(begins) :].strip(" :\n\t") if begins else rest
    return _Told(words, bool(begins), status, holds)


def _order_in(line: str) -> str:
    word = line.strip().casefold()
    return word if word in _STATUS or word in _HOLDS else ""


def _bounced(mail: ReadMail, mark: str, now: datetime) -> Incoming:
    """One of our mails has not arrived."""
    assert mail.bounce is not None  # whoever calls this has looked
    receiver = mail.bounce.receiver or "its receiver"
    return Incoming(
        event_id=f"mail:{mail.message_id}",
        case_key=mark,
        type="delivery_failed",
        author="mailer-daemon",
        author_name="The mail server",
        author_kind="system",
        visibility="private",
        occurred_at=min(mail.at or now, now),
        text=f"a mail to {receiver} came back: {mail.bounce.says}",
    )
