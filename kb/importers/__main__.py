"""The process that reads what strangers have written: little memory, no writing, no children.

Its arguments are the path and perhaps the kind; what it finds goes to its output as `kb.importers.wire`
has it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kb.importers.reading import read_all
from kb.importers.wire import to_line

MOST_MEMORY = 1536 * 2**20  # bytes of address space


def main() -> None:
    # What a library prints must not end up between the lines.
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        _confine()
        for told in read_all(Path(sys.argv[1]), *sys.argv[2:]):
            out.write(to_line(told))
            out.flush()


def _confine() -> None:
    """Where the system knows such limits."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


if __name__ == "__main__":
    main()
