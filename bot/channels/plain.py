"""What the bot says as plain text, for places that show no cards and perhaps no buttons. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.conversation import Button, Message

NOTHING_SAID = "…"
"""In the place of words, where there are none."""

_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^)\s]+|/[^)\s]*)\)")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_ENDS = ("\n\n", "\n", ". ", " ")
_NUMBER = re.compile(r"\s*\(?(\d{1,2})[.)]?\s*")


def in_plain(message: Message, our_url: str) -> str:
    """All that a message says and shows, without its replies; never nothing.

    our_url: what addresses on this house begin with. A person's words begin with their name.
    """
    lines = [unmarked(message.text, our_url)] if message.text else []
    if message.author == "agent" and message.name and lines:
        lines[0] = f"{message.name}: {lines[0]}"
    source, data = message.source, message.data
    if source is not None:
        address = whole(source.url, our_url)
        # Nobody has said where the house is: a path alone leads nowhere.
        lines.append(source.title if address.startswith("/") else f"{source.title}: {address}")
    lines += [_address(data[key], our_url) for key in ("image", "attachment") if data.get(key)]
    cards = data.get("elements")
    lines += [_card(card) for card in (cards if isinstance(cards, list) else [])]
    lines += [
        f"{button.title}: {whole(str(button.more['url']), our_url)}"
        for button in message.buttons
        if button.more.get("url")
    ]
    if message.question is not None:
        lines.append(message.question)
    return "\n\n".join(line for line in lines if line) or NOTHING_SAID


def offered(message: Message) -> tuple[tuple[int, Button], ...]:
    """The replies that a customer may give, each with its place among the message's buttons, 0 the first.

    A button that opens a page is none: it is a line of the text.
    """
    return tuple(
        (place, button) for place, button in enumerate(message.buttons) if not button.more.get("url")
    )


def numbered(message: Message, our_url: str) -> str:
    """All of a message with its replies as a numbered list, for places without buttons."""
    replies = [f"{number}. {button.title}" for number, (_, button) in enumerate(offered(message), start=1)]
    return "\n\n".join([in_plain(message, our_url), *(["\n".join(replies)] if replies else [])])


def meant(text: str, said: Sequence[Message]) -> Button | None:
    """The reply that a customer gives by its number or its words, of the last one that was offered.

    said: what was said since they last wrote.
    """
    last = next((each for each in reversed(said) if offered(each)), None)
    if last is None:
        return None
    replies = [button for _, button in offered(last)]
    if (number := _NUMBER.fullmatch(text)) is not None:
        place = int(number[1])
        return replies[place - 1] if 1 <= place <= len(replies) else None
    words = text.strip().casefold()
    return next((button for button in replies if button.title.strip().casefold() == words), None)


def pieces(text: str, most: int) -> list[str]:
    """The text in pieces of at most so many UTF-16 units, which platforms count by; none is lost or empty.

    Cut after a paragraph, else a line, a sentence, a word, if that leaves at least half a piece.
    """
    found: list[str] = []
    while units(text) > most:
        fits = _fitting(text, most)
        ends = (fits.rfind(end) + len(end) for end in _ENDS if fits.rfind(end) >= len(fits) // 2)
        place = next(ends, len(fits))
        found.append(text[:place])
        text = text[place:]
    return [piece for piece in (each.strip("\n") for each in [*found, text]) if piece.strip()]


def units(text: str) -> int:
    """UTF-16 units: two for what is outside the basic plane, such as most emoji."""
    return len(text) + sum(character > "\uffff" for character in text)


def short(text: str, most: int) -> str:
    """The text in at most so many UTF-16 units, with an ellipsis where it was longer."""
    return text if units(text) <= most else _fitting(text, most - 1).rstrip() + "…"


def unmarked(text: str, our_url: str) -> str:
    """The few marks that our own pages show, as plain text: links with their address, bold without stars."""
    linked = _LINK.sub(lambda link: f"{link[1]}: {whole(link[2], our_url)}", text)
    return _BOLD.sub(r"\1", linked)


def whole(url: str, our_url: str) -> str:
    """An address as somebody elsewhere can open it."""
    return f"{our_url}{url}" if url.startswith("/") else url


def _fitting(text: str, most: int) -> str:
    """The longest beginning of a text that has at most so many UTF-16 units."""
    left, place = most, 0
    for character in text:
        left -= 2 if character > "\uffff" else 1
        if left < 0:
            break
        place += 1
    return text[:place]


def _address(given: object, our_url: str) -> str:
    """The address of a picture or an attachment, which Rasa's assistants write in several ways."""
    if isinstance(given, Mapping):
        inner = given.get("payload")
        if isinstance(inner, Mapping):
            given = inner
        given = given.get("src") or given.get("url") or ""
    return whole(str(given), our_url)


def _card(card: object) -> str:
    """A card of a carousel in a line or two."""
    if not isinstance(card, Mapping):
        return str(card)
    return "\n".join(str(card[key]) for key in ("title", "subtitle") if card.get(key))
