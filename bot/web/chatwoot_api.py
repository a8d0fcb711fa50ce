"""Where Chatwoot tells what its agent bot should know: `POST /channels/chatwoot`.

Beside what customers say it tells what its people do, which other platforms have no word for.
"""

from __future__ import annotations

from flask import Blueprint, Response

from bot.channels.chatwoot import ChatwootChannel
from bot.chatwoot import AgentBot
from bot.web.channels_api import raw_request
from config.clock import Clock


def chatwoot_api(channel: ChatwootChannel, agent_bot: AgentBot, clock: Clock, our_url: str) -> Blueprint:
    """200 once it is stored; 401 for what Chatwoot has not signed."""
    blueprint = Blueprint("chatwoot_api", __name__)

    @blueprint.post("/channels/chatwoot")
    def webhook() -> Response:
        asked = raw_request(our_url)
        channel.verify(asked, clock.now())
        agent_bot.note(channel.deeds(asked))
        agent_bot.hear(channel.told(asked))
        taken = channel.taken(asked)
        return Response(taken.body, taken.status, content_type=taken.type)

    return blueprint
