"""Where platforms tell what customers say: `/channels/NAME`, the address that is entered there."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, request

from bot.channels import Platform
from bot.channels.hearing import Hearing
from bot.errors import BotError, FilesBusyError, NoChannelError
from config.clock import Clock
from handoff.bridges import RawReply, RawRequest
from handoff.bridges.errors import BadRequestError, BadSignatureError
from handoff.errors import HandoffError

_log = logging.getLogger(__name__)


def channels_api(platforms: Sequence[Platform], hearing: Hearing, clock: Clock, our_url: str) -> Blueprint:
    """One address a platform. 2xx once what was said is stored, 401 for what the platform has not signed,
    503 where it is to come again. our_url: the house's own address, which some sign as well."""
    named = {platform.name: platform for platform in platforms}
    blueprint = Blueprint("channels_api", __name__, url_prefix="/channels")

    @blueprint.errorhandler(NoChannelError)
    @blueprint.errorhandler(BadSignatureError)
    @blueprint.errorhandler(BadRequestError)
    @blueprint.errorhandler(FilesBusyError)
    def refuse(error: BotError | HandoffError) -> Response:
        """Programs read it, whatever they say that they accept."""
        answer = jsonify(error={"message": str(error)})
        answer.status_code = error.status
        if isinstance(error, FilesBusyError):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer

    @blueprint.route("/<name>", methods=["GET", "POST"])
    def webhook(name: str) -> Response:
        platform = named.get(name)
        if platform is None:
            raise NoChannelError(name)
        asked = raw_request(our_url)
        if (reply := platform.challenge(asked)) is not None:
            return _answer(reply)
        platform.verify(asked, clock.now())
        try:
            came = platform.parse(asked)
        except BadRequestError as error:
            _log.warning("a webhook of %s: %s", name, error)
            raise
        hearing.take(platform, came)
        return _answer(platform.taken(asked))

    return blueprint


def raw_request(our_url: str) -> RawRequest:
    """The request at hand as it came, at the address that the other side knows."""
    host = our_url or request.host_url.rstrip("/")
    query = request.query_string.decode("ascii", "replace")
    return RawRequest(
        method=request.method,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.args.to_dict(),
        body=request.get_data(),
        url=f"{host}{request.path}" + (f"?{query}" if query else ""),
    )


def _answer(reply: RawReply) -> Response:
    return Response(reply.body, reply.status, content_type=reply.type)
