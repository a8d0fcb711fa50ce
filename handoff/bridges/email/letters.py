"""The mails that a case becomes: one thread, each with an id of its own that it keeps when sent again. Pure.

The thread of a case is named by its mark, a hash of the hand-over's id that only we can make. It stands in
every Message-ID and in the address that answers go to, so that nobody who was not written to can answer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from config.mail import Mail, MailFile, as_html, plain
from config.reading_mail import ReadMail
from handoff.bridges import CaseRef, Changes, NewCase, Outgoing, OutgoingFile
from handoff.floor.rules import Priority

ABOVE = "=== Please answer above this line ==="
"""Stands over every mail, in the team's language; in an answer, what is below it is only quoted."""

FOOTER = (
    "What you answer to this mail goes to the customer in the chat, under your name.\n"
    "Begin it with #note for a remark that stays among colleagues. On a line of its own: #resolved ends the "
    "case, #reopen opens it again, #mine makes it yours."
)

MOST_MAIL = 18 * 1024 * 1024
"""Bytes of files in one mail: common servers take 25 MB, and what is attached grows by a third on the way."""

_MARK_CHARACTERS = 20  # 100 bits
_MARK = rf"[a-z2-7]{{{_MARK_CHARACTERS}}}"
_KINDS: Mapping[str, str] = {"customer": "{name} wrote", "agent": "{name} answered at our own desk"}
_PRESSING: Mapping[Priority, tuple[str, str]] = {
    Priority.URGENT: ("1 (Highest)", "high"),
    Priority.HIGH: ("2 (High)", "high"),
    Priority.NORMAL: ("3 (Normal)", "normal"),
    Priority.LOW: ("5 (Lowest)", "low"),
}
_TRIAL = "This was sent to see whether answers arrive. Nothing is to be done about it."
_CHANGED: Mapping[str, str] = {
    "status": "The case is {} at our own desk.",
    "priority": "Priority: {}",
    "labels": "Labels: {}",
    "team": "Team: {}",
    "assignee": "Given to: {}",
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How this house writes to a team.

    address: ours. team: where a case goes that no other team's address is known for. plus: whether answers
    go to an address of the case's own. footer: what every mail ends with. say: our words in `language`.
    """

    address: str
    team: str
    secret: str = field(repr=False)
    plus: bool = True
    brand: str = ""
    footer: str = FOOTER
    language: str = "en"
    say: Callable[[str], str] = str

    @property
    def above(self) -> str:
        """The line that stands over every mail."""
        return self.say(ABOVE)

    @property
    def domain(self) -> str:
        """What stands after the @ in our Message-IDs."""
        return self.address.rpartition("@")[2]

    def mark(self, handoff_id: str) -> str:
        """A case's own, which only who knows the secret can make."""
        digest = hmac.digest(self.secret.encode(), handoff_id.encode(), "sha256")
        return base64.b32encode(digest).decode().lower()[:_MARK_CHARACTERS]

    def root(self, mark: str) -> str:
        """The Message-ID of the mail that opens a case."""
        return f"<{mark}.case@{self.domain}>"

    def message_id(self, mark: str, key: str) -> str:
        """The Message-ID of a later one, the same for the same key."""
        return f"<{mark}.{hashlib.sha256(key.encode()).hexdigest()[:24]}@{self.domain}>"

    def answers(self, mark: str) -> str:
        """Where answers about a case go."""
        local, _, domain = self.address.rpartition("@")
        return f"{local}+{mark}@{domain}" if self.plus else self.address

    def mark_of_address(self, address: str) -> str | None:
        """The case that an address is about."""
        local, _, domain = self.address.rpartition("@")
        found = re.fullmatch(rf"{re.escape(local)}\+({_MARK})@{re.escape(domain)}", address, re.IGNORECASE)
        return found[1].lower() if found else None

    def mark_of_id(self, message_id: str) -> str | None:
        """The case that one of our own Message-IDs is about."""
        found = re.fullmatch(rf"<({_MARK})\.[a-z0-9]+@{re.escape(self.domain)}>", message_id)
        return found[1] if found else None

    # What is written

    def opening(self, case: NewCase) -> Mail:
        """The mail that opens a case: its summary, and all that was said as a file."""
        mark = self.mark(case.handoff_id)
        transcript = MailFile(f"conversation-{case.number}.txt", "text/plain", case.transcript.encode())
        files, left = _files(case.files, MOST_MAIL - len(transcript.content))
        below = [self.say("The whole conversation is attached as {name}.").format(name=transcript.name)]
        below += [self.say("At our desk: {url}").format(url=case.desk_url)] if case.desk_url else []
        page = self._page(f"{case.note_html}\n{_paragraphs([*left, *below])}")
        number = {"X-Handoff-Id": case.handoff_id, "X-Handoff-Number": str(case.number)}
        return Mail(
            to=self.receiver(case.assignee, case.team),
            subject=case.subject,
            text=self._text([case.note.strip(), *left, "\n".join(below)]),
            message_id=self.root(mark),
            at=case.opened_at,
            from_name=self._speaker(case.customer.name or self.say("A customer")),
            language=self.language,
            html=page,
            files=(transcript, *files),
            reply_to=self.answers(mark),
            copy_to=self.answers(mark),
            headers={**self._headers(mark, "summary", case.priority, case.labels), **number},
        )

    def ref(self, case: NewCase, mail: Mail) -> CaseRef:
        """The case as it is known from now on."""
        more = {"subject": case.subject, "to": mail.to, "number": str(case.number)}
        return CaseRef("email", self.mark(case.handoff_id), None, more)

    def posting(self, case: CaseRef, item: Outgoing, key: str, tag: str = "") -> Mail:
        """The mail that says one thing in a case."""
        files, left = _files(item.files, MOST_MAIL)
        who = self.say(_KINDS.get(item.kind, "{name}")).format(name=item.author_name)
        head = f"{who}, {item.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC:"
        return self._later(
            case, [head, item.text, *left], item.author_name, item.kind, key, item.at, tag, files=files
        )

    def changed(
        self,
        case: CaseRef,
        changes: Changes,
        key: str,
        at: datetime,
        tag: str = "",
        first: ReadMail | None = None,
    ) -> Mail | None:
        """The mail that tells how a case is from now on; None where nothing is told.

        first: the mail that opened the case, for who has not had it.
        """
        values: dict[str, str | None] = {
            "status": changes.status,
            "priority": changes.priority,
            "labels": None if changes.labels is None else ", ".join(changes.labels) or "none",
            "team": changes.team,
            "assignee": changes.assignee if changes.assignee != "" else "nobody",
        }
        lines = [
            self.say(_CHANGED[name]).format(self.say(value))
            for name, value in values.items()
            if value is not None
        ]
        headers = {f"X-Handoff-{name.title()}": value for name, value in values.items() if value is not None}
        headers |= _pressing(changes.priority) if changes.priority else {}
        if not lines:
            return None
        parts = ["\n".join(lines), *([self._between(first.whole)] if first is not None else [])]
        files = first.files if first is not None else ()
        return self._later(case, parts, "", "update", key, at, tag, headers, files=files)

    def trial(self, at: datetime, once: str) -> Mail:
        """A mail to where answers go, to see whether they come."""
        mark = self.mark("check")
        return Mail(
            to=self.answers(mark),
            subject=self.say("Firstline tries its mailbox"),
            text=f"{self.above}\n\n{self.say(_TRIAL)}\n",
            message_id=self.message_id(mark, once),
            at=at,
            from_name=self.brand,
        )

    def receiver(self, assignee: str | None, team: str | None) -> str:
        """Whom a case goes to: a person or a team that has an address of its own, else the team of all."""
        return next((each for each in (assignee, team) if each and "@" in each), self.team)

    def _later(
        self,
        case: CaseRef,
        parts: Sequence[str],
        name: str,
        kind: str,
        key: str,
        at: datetime,
        tag: str,
        headers: Mapping[str, str] | None = None,
        *,
        files: tuple[MailFile, ...] = (),
    ) -> Mail:
        mark, root = case.case_key, self.root(case.case_key)
        subject = case.more.get("subject") or f"[{mark}]"
        return Mail(
            to=case.more.get("to") or self.team,
            subject=" ".join(filter(None, ("Re:", tag, subject))),
            text=self._text(parts),
            message_id=self.message_id(mark, key),
            at=at,
            from_name=self._speaker(name),
            references=(root,),
            language=self.language,
            html=self._page(_paragraphs(parts)),
            files=files,
            reply_to=self.answers(mark),
            copy_to=self.answers(mark),
            headers={**self._headers(mark, kind), **(headers or {})},
        )

    def _speaker(self, name: str) -> str:
        return f"{name} ({self.brand})" if name and self.brand else name or self.brand

    def _text(self, parts: Sequence[str]) -> str:
        return (
            "\n\n".join((self.above, *(part for part in parts if part.strip()), f"-- \n{self._below}")) + "\n"
        )

    @property
    def _below(self) -> str:
        """What every mail ends with; words of an operator's own stay as they are."""
        return self.say(self.footer)

    def _between(self, text: str) -> str:
        """A mail of ours without what stands over and below all of them."""
        return text.partition(self.above)[2].rpartition("\n--")[0].strip()

    def _page(self, inner: str) -> str:
        """A whole document around a fragment of our own making."""
        start, _, rest = as_html("", self.language).partition("</body>")
        shade = "color:#666"
        above = f'<p style="{shade}">{html.escape(self.above)}</p>'
        below = f'<p style="{shade}">{html.escape(self._below)}</p>'.replace("\n", "<br>\n")
        return f"{start}{above}\n{inner}\n<hr>\n{below}\n</body>{rest}"

    def _headers(
        self, mark: str, kind: str, priority: Priority | None = None, labels: Sequence[str] = ()
    ) -> dict[str, str]:
        """For the rules of a mail program, and so that we know our own mails again."""
        told = {"X-Handoff-Case": mark, "X-Handoff-Kind": kind}
        if priority:
            told |= {"X-Handoff-Priority": priority, **_pressing(priority)}
        return told | ({"X-Handoff-Labels": ", ".join(labels)} if labels else {})


def _pressing(priority: Priority) -> dict[str, str]:
    """How mail programs are told what comes first."""
    number, importance = _PRESSING[priority]
    return {"X-Priority": number, "Importance": importance}


def _files(files: Sequence[OutgoingFile], most: int) -> tuple[tuple[MailFile, ...], list[str]]:
    """The files that fit into one mail, and a line about each that does not."""
    taken: list[MailFile] = []
    left: list[str] = []
    for file in files:
        most -= file.ref.size
        if most < 0:
            size = f"{file.ref.size // 1024} KB"
            left.append(f"{file.ref.name} ({size}) is too large for this mail; it is at our desk.")
            most += file.ref.size
        else:
            taken.append(MailFile(file.ref.name, _media_type(file.ref.type), file.read()))
    return tuple(taken), left


def _media_type(type_: str) -> str:
    """A type that a mail can carry as a file; what is itself made of parts goes as bytes."""
    usable = re.fullmatch(r"[a-z]+/[A-Za-z0-9.+-]+", type_)
    return (
        type_ if usable and not type_.startswith(("multipart/", "message/")) else "application/octet-stream"
    )


def _paragraphs(parts: Sequence[str]) -> str:
    return "\n".join(_paragraph(part) for part in parts if part.strip())


def _paragraph(part: str) -> str:
    return "<p>" + "<br>\n".join(_lines(plain(part))) + "</p>"


def _lines(text: str) -> Iterator[str]:
    yield from (html.escape(line) for line in text.split("\n"))
