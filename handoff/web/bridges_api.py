"""Where a helpdesk outside sends its webhooks, as an app of its own.

    GET | POST | PUT | HEAD /bridges/NAME[/anything]    what the helpdesk sends, as it sends it
        → 200 {}    it is kept; or what the helpdesk asks while its webhook is set up
        → 401       it is not signed as it should be, and nothing of it is kept
        → 400       it can't be read, and is kept for a person to look at
        → 404       no helpdesk of that name is connected

No cookie, no session and no page: a request is the helpdesk's by its signature or it is nobody's.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, jsonify, request

from handoff.bridges import RawRequest
from handoff.bridges.errors import NoBridgeError
from handoff.bridges.receiving import Receiving
from handoff.errors import HandoffError

_IN_PATHS = "/:@!$&'()*+,;=~"  # what a path may have as it is
_METHODS = ["GET", "POST", "PUT"]  # HEAD comes with GET


def bridges_app(receiving: Receiving, our_url: str = "") -> Flask:
    """Everything under `/bridges`. our_url: the address that the helpdesk knows us by, "" for the one that a
    request names."""
    app = Flask(__name__, static_folder=None)

    @app.errorhandler(HandoffError)
    def refused(error: HandoffError) -> Response:
        answer = jsonify(error={"message": str(error)})
        answer.status_code = error.status
        return answer

    @app.errorhandler(404)
    @app.errorhandler(405)
    def nothing(error: Exception) -> Response:
        return refused(NoBridgeError(receiving.name))

    @app.route("/bridges/<name>", methods=_METHODS, defaults={"rest": ""})
    @app.route("/bridges/<name>/<path:rest>", methods=_METHODS)
    def take(name: str, rest: str) -> Response:
        if name != receiving.name:
            raise NoBridgeError(receiving.name)
        reply = receiving.receive(_raw(our_url))
        answer = Response(reply.body, reply.status, content_type=reply.type)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    return app


def _raw(our_url: str) -> RawRequest:
    """The request as it came; its address as the helpdesk has it, whatever stands between us."""
    query = request.query_string.decode("latin-1")
    own = quote(request.path, safe=_IN_PATHS) + (f"?{query}" if query else "")
    return RawRequest(
        method=request.method,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.args.to_dict(),
        body=request.get_data(cache=False),
        url=f"{our_url or request.host_url.rstrip('/')}{own}",
    )
