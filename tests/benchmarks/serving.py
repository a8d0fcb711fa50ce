"""One server, asked as customers and editors ask it: how soon it starts, answers, and answers with new words.

    python -m tests.benchmarks.serving [--data FOLDER]

Works on a copy of the folder, over HTTP, with the clients on the same machine.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.benchmarks.machine import machine
from tests.benchmarks.reading import main as reading
from tests.benchmarks.rest import main as rest
from tests.server import Server, add_staff, start

HTTP = requests.Session()  # one connection kept open, as a front end's server would
EDITOR = ("edda@nettly.example", "a long enough password")


def main() -> None:
    """Print every figure; a benchmark measures, tests judge."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--data", type=Path, default=Path("data"))
    given = told.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        data = Path(folder) / "data"
        left_out = shutil.ignore_patterns("*.lock", "*.log", "bot.db*", "handoff.db*")
        shutil.copytree(given.data, data, ignore=left_out)
        add_staff(data, *EDITOR, "editor")
        starts = [cold_start(data) for _ in range(5)]
        print(
            f"start to first answer, warm page cache, 5 starts: median {statistics.median(starts):.2f} s, "
            f"max {max(starts):.2f} s"
        )
        reading(data)
        with running(data) as server:
            rest(server)
            memory(server)
            publish(server)
    print(machine())


def cold_start(data: Path) -> float:
    """Seconds from the command to the first answer of the bot."""
    began = time.perf_counter()
    with running(data) as server:
        say(server, f"start-{began}", "how long do I have to return something")
        return time.perf_counter() - began


def memory(server: Server) -> None:
    """Resident memory of the serving process, after the conversations above."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
    print(f"memory of the serving process with model and index: {resident / 1024:.0f} MB resident")


def publish(server: Server, times: int = 10) -> None:
    """From the click on Publish to an answer with the new words, over HTTP, other questions going on."""
    from tests.studio import Studio

    studio = Studio(server.address, *EDITOR)
    took = []
    for number in range(times):
        word = f"quartzlamp{number}"
        article = studio.draft(
            f"Where does the {word} go?", f"The {word} goes on the left side of the shelf."
        )
        began = time.perf_counter()
        studio.publish(article)
        while word not in str(
            say(server, f"publish-{word}-{time.monotonic()}", f"where does the {word} go?")
        ):
            if time.perf_counter() - began > 30:
                sys.exit(f"the article about {word} did not answer within 30 s")
        took.append(time.perf_counter() - began)
    print(
        f"Publish to answerable, {times} articles: median {statistics.median(took):.2f} s, "
        f"max {max(took):.2f} s"
    )


def say(server: Server, sender: str, text: str) -> list[dict[str, object]]:
    """One message over Rasa's REST wire."""
    answer = HTTP.post(
        f"{server.address}/webhooks/rest/webhook", json={"sender": sender, "message": text}, timeout=30
    )
    answer.raise_for_status()
    said: list[dict[str, object]] = answer.json()
    return said


@contextmanager
def running(data: Path) -> Iterator[Server]:
    server = start(data)
    try:
        yield server
    finally:
        server.stop()


if __name__ == "__main__":
    main()
