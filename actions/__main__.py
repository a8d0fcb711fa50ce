"""`python -m actions`: the same actions behind a stock rasa-sdk action server on 127.0.0.1:5055."""

from __future__ import annotations

import os
import runpy
import sys


def main() -> None:
    """Start rasa-sdk's own server; its default would listen on every address."""
    os.environ.setdefault("SANIC_HOST", "127.0.0.1")
    sys.argv = [sys.argv[0], "--actions", "actions", *sys.argv[1:]]
    runpy.run_module("rasa_sdk", run_name="__main__")


# The SDK imports every module of the package while it looks for actions, this one too.
if __name__ == "__main__":
    main()
