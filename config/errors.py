"""The root of every error that config raises."""

from __future__ import annotations


class ConfigError(Exception):
    """Something an operator, or a person signing in, can put right; the message says how."""

    status = 500
    """The HTTP status an app answers with."""
