"""Our own chat page and widget."""

from __future__ import annotations

from datetime import UTC

from bot.channels import Wire
from bot.conversation import Message


class WebChannel:
    """The JSON that the page reads, from the API and from the event stream alike."""

    name = "web"
    output = "web"
    pushes = True

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        source = message.source
        return (
            {
                "number": message.number,
                "author": message.author,
                "name": message.name,
                "text": message.text,
                "sent_at": message.sent_at.astimezone(UTC).isoformat(timespec="milliseconds"),
                "client_id": message.client_id,
                "buttons": [{"title": b.title, "payload": b.payload} for b in message.buttons],
                "source": None
                if source is None
                else {
                    "title": source.title,
                    "url": source.url,
                    "heading": source.heading,
                    "updated": source.updated,
                    "language": source.language,
                },
                "feedback": message.question is not None,
            },
        )


PLUG = WebChannel
