"""What a letter says: the messages that were owed, as plain text and as HTML. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.channels.plain import NOTHING_SAID, in_plain, offered, unmarked, whole
from bot.conversation import Message
from bot.ratings import SCORES

Say = Callable[[str], str]

QUIET = frozenset(
    ["joined", "released", "requeued", "transferred", "reopened", "returned"],
)
"""What happens at the desk and is no news to somebody who waits for a mail: the answer itself is."""

_MARKED = re.compile(
    r"\*\*(?P<bold>[^*\n]{1,400})\*\*|`(?P<code>[^`\n]{1,400})`"
    r"|\[(?P<title>[^\]\n]{1,300})\]\((?P<to>(?:https?://|/)[^)\s]{1,1000})\)"
    r"|(?P<bare>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)])"
)
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_ITEM = re.compile(r"^\s{0,6}(?:[-*•]|(?P<number>\d{1,3})[.)])\s+(?P<words>.*)$")
_STYLE = "font:15px/1.5 system-ui,sans-serif;max-width:38em;margin:1.5em auto;padding:0 1em"
_PILL = (
    "display:inline-block;margin:0 .5em .5em 0;padding:.4em .9em;border:1px solid #777;"
    "border-radius:1em;text-decoration:none"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What every letter is written on. our_url: the house's own address, "" where nobody has said.

    link: the address that gives a reply of a message, by its place. rating: the one that gives a score after
    a message. policy_url, notice: "" where there is none, and the notice also where it has been told.
    """

    brand: str
    language: str
    say: Say
    our_url: str
    link: Callable[[int, int], str]
    rating: Callable[[int, int], str]
    policy_url: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in both of its forms, and who speaks in it: a person's name, or None where it is the bot."""

    text: str
    html: str
    person: str | None


def is_told(message: Message) -> bool:
    """Whether a message goes by mail. Of the house's own lines, those that are news without a chat."""
    if message.author == "system":
        happened = message.data.get("happened")
        return happened is not None and happened not in QUIET
    return message.author in ("bot", "agent")


def written(messages: Sequence[Message], sheet: Sheet) -> Written:
    """The letter with these messages, of which there is at least one."""
    people = [each.name for each in messages if each.author == "agent" and each.name]
    person = people[-1] if people else None
    signed = f"{person}, {sheet.brand}" if person else sheet.brand
    below = list(_below(person, any(each.author == "bot" for each in messages), sheet))
    text = [part for message in messages for part in _in_text(message, sheet)]
    shown = [part for message in messages for part in _in_html(message, sheet)]
    small = "".join(f"<p>{_linked(html.escape(each))}</p>\n" for each in below)
    page = (
        f'<!doctype html>\n<html lang="{html.escape(sheet.language)}"><head><meta charset="utf-8"></head>\n'
        f'<body dir="auto" style="{_STYLE}">\n{"".join(shown)}<p>{html.escape(signed)}</p>\n'
        f'<div style="color:#666;font-size:13px">\n{small}</div>\n</body></html>\n'
    )
    return Written("\n\n".join([*text, signed, "-- \n" + "\n".join(below)]) + "\n", page, person)


def _below(person: str | None, bot: bool, sheet: Sheet) -> Iterator[str]:
    """The small print: how to go on, and who has spoken."""
    _ = sheet.say
    if person is None and bot:
        yield _("This answer comes from our assistant, a bot.")
        yield _("Answer this mail to go on. Write that you want a person, and one takes over.")
    else:
        yield _("Answer this mail to go on.")
    if sheet.notice:
        yield sheet.notice
    if sheet.policy_url:
        yield f"{_('How we treat your data:')} {sheet.policy_url}"


def _in_text(message: Message, sheet: Sheet) -> Iterator[str]:
    # Who speaks is at the end of the letter.
    yield in_plain(replace(message, name=None), sheet.our_url)
    if scores := _scores(message, sheet):
        yield "\n".join([_asks(sheet), *(f"{score}: {address}" for score, address in scores)])
    replies = offered(message)
    if not replies:
        return
    if sheet.our_url:
        yield "\n".join(f"{each.title}: {sheet.link(message.number, place)}" for place, each in replies)
    else:
        yield "\n".join([sheet.say("You may answer:"), *(f"- {each.title}" for _, each in replies)])


def _in_html(message: Message, sheet: Sheet) -> Iterator[str]:
    yield from _prose(message.text, sheet.our_url)
    # Pictures, cards and buttons that open a page, as plain text has them.
    beside = replace(message, text="", source=None, question=None, name=None)
    if (rest := in_plain(beside, sheet.our_url)) != NOTHING_SAID:
        yield from _prose(rest, sheet.our_url)
    source = message.source
    if source is not None:
        title = html.escape(source.title)
        address = html.escape(whole(source.url, sheet.our_url))
        named = f'<a href="{address}">{title}</a>' if address.startswith("http") else title
        yield f'<p style="color:#666">{html.escape(sheet.say("Source:"))} {named}</p>\n'
    if message.question is not None:
        yield f"<p><strong>{html.escape(message.question)}</strong></p>\n"
    if scores := _scores(message, sheet):
        pills = "".join(
            f'<a style="{_PILL}" href="{html.escape(address)}">{score}</a>' for score, address in scores
        )
        yield f"<p>{html.escape(_asks(sheet))}</p>\n<p>{pills}</p>\n"
    replies = offered(message)
    if replies and sheet.our_url:
        pills = "".join(
            f'<a style="{_PILL}" href="{html.escape(sheet.link(message.number, place))}">'
            f"{html.escape(each.title)}</a>"
            for place, each in replies
        )
        yield f"<p>{pills}</p>\n"
    elif replies:
        items = "".join(f"<li>{html.escape(each.title)}</li>" for _, each in replies)
        yield f"<p>{html.escape(sheet.say('You may answer:'))}</p>\n<ul>{items}</ul>\n"


def _scores(message: Message, sheet: Sheet) -> list[tuple[int, str]]:
    """The scores that may be given after a message, each with its address; none but after a case's end."""
    over = message.author == "system" and message.data.get("happened") == "resolved"
    return [(each, sheet.rating(message.number, each)) for each in SCORES] if over and sheet.our_url else []


def _asks(sheet: Sheet) -> str:
    return sheet.say("How was the help, from 1, bad, to 5, very good?")


def _prose(text: str, our_url: str) -> Iterator[str]:
    """Paragraphs and lists, with what is bold, code or a link in them; all else as it was written."""
    for part in re.split(r"\n{2,}", text.strip()):
        for kind, lines in groupby(part.splitlines(), _kind):
            if kind == "p":
                yield "<p>" + "<br>\n".join(_inline(line, our_url) for line in lines) + "</p>\n"
            else:
                items = (_inline(_ITEM.sub(r"\g<words>", line), our_url) for line in lines)
                yield f"<{kind}>" + "".join(f"<li>{each}</li>" for each in items) + f"</{kind}>\n"


def _kind(line: str) -> str:
    """The element that a line belongs to."""
    item = _ITEM.match(line)
    if item is None:
        return "p"
    return "ul" if item["number"] is None else "ol"


def _inline(line: str, our_url: str) -> str:
    shown, end = "", 0
    for found in _MARKED.finditer(line):
        shown += html.escape(line[end : found.start()]) + _marked(found, our_url)
        end = found.end()
    return shown + html.escape(line[end:])


def _marked(found: re.Match[str], our_url: str) -> str:
    if found["bold"]:
        return f"<strong>{_inline(found['bold'], our_url)}</strong>"
    if found["code"]:
        return f"<code>{html.escape(found['code'])}</code>"
    if found["bare"]:
        return _linked(html.escape(found["bare"]))
    address = whole(found["to"], our_url)
    if not address.startswith("http"):
        return html.escape(unmarked(found[0], our_url))
    return f'<a href="{html.escape(address)}">{html.escape(found["title"])}</a>'


def _linked(escaped: str) -> str:
    return _LINK.sub(lambda each: f'<a href="{each[0]}">{each[0]}</a>', escaped)
