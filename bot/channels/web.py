"""Our own chat page and widget."""

from __future__ import annotations

from datetime import UTC

from bot.channels import Wire
from bot.conversation import Button, Message
from handoff.file import FileRef

SHOWN = ("image", "attachment", "elements", "custom")
"""What of a message's data the page is told; a custom object goes through as it is."""


class WebChannel:
    """The JSON that the page reads, from the API and from the event stream alike."""

    name = "web"
    output = "web"
    pushes = True
    shows_files = True
    delivers = False

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
                "buttons": [_button(button) for button in message.buttons],
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
                "data": {
                    **{key: message.data[key] for key in SHOWN if key in message.data},
                    **({"files": [file_wire(file) for file in message.files]} if message.files else {}),
                },
            },
        )


def file_wire(file: FileRef) -> Wire:
    """A file as the page gets it: `url` is its address here, with `?inline=1` of a picture to be shown."""
    return {
        "id": file.id,
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "picture": file.picture,
        "url": file.address,
    }


def _button(button: Button) -> Wire:
    """A button; one that opens a page has its `url`."""
    url = button.more.get("url")
    return {"title": button.title, "payload": button.payload, **({"url": url} if url else {})}


PLUG = WebChannel
