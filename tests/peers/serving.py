"""Serves a fake peer's Flask app on 127.0.0.1, at a free port."""

from __future__ import annotations

import threading

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class Serving:
    """A running server; `port` is where."""

    def __init__(self, app: Flask) -> None:
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self.port = self._server.port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Quiet(WSGIRequestHandler):
    disable_nagle_algorithm = True  # or each answer waits 40 ms for its own body

    def log(self, type: str, message: str, *args: object) -> None:
        """Tests print nothing of it."""
