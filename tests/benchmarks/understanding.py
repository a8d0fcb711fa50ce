"""`make bench-understanding`: how well and how fast texts are understood, beside what one would pick instead.

Each line is measured in a process of its own, one after the other, on the published splits; lines and recipes
are chosen on training and validation data alone. The command under a line repeats it.
"""

from __future__ import annotations

import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.evaluation.machine import machine

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("FIRSTLINE_DATA") or ROOT.parent / "shared" / "data")
SEEDS = (1, 2, 3)
TEN_THOUSAND = 10_000

Figures = Mapping[str, Any]


def main() -> None:
    """Print every figure; a benchmark measures, tests judge."""
    if not (DATA / "banking77").exists():
        sys.exit(f"no data sets at {DATA}; set FIRSTLINE_DATA to their folder")
    print(machine())
    banking, clinc = DATA / "banking77", DATA / "clinc150"
    report(
        "BANKING77, full",
        firstline(train=banking / "train.csv", test=banking / "test.csv"),
        plain(banking / "train.csv", banking / "test.csv"),
    )
    report(
        "BANKING77, 10 an intent, the published ones",
        firstline(train=banking / "train_10.csv", test=banking / "test.csv"),
        plain(banking / "train_10.csv", banking / "test.csv"),
    )
    drawn = [
        firstline(train=banking / "train.csv", test=banking / "test.csv", shots=10, seed=seed)
        for seed in SEEDS
    ]
    shares = [100 * each["accuracy"] for each in drawn]
    print(
        f"  10 an intent drawn by the seeds {', '.join(map(str, SEEDS))}: "
        f"mean {statistics.mean(shares):.2f} % right, from {min(shares):.2f} to {max(shares):.2f}"
    )
    report(
        "CLINC150",
        firstline(
            train=clinc / "train.csv",
            test=clinc / "test.csv",
            val=clinc / "val.csv",
            oos_train=clinc / "oos_train.csv",
            oos_val=clinc / "oos_val.csv",
            oos=clinc / "oos_test.csv",
        ),
        plain(clinc / "train.csv", clinc / "test.csv", clinc / "oos_test.csv"),
    )
    training(banking / "train.csv", banking / "test.csv")


def training(train: Path, test: Path) -> None:
    """Training 10,000 examples with nothing remembered, and again with their vectors remembered."""
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        some = Path(folder) / "train.csv"
        lines = train.read_text(encoding="utf-8").splitlines(keepends=True)
        some.write_text("".join(lines[: TEN_THOUSAND + 1]), encoding="utf-8")
        cold, warm = (firstline(train=some, test=test, cache=Path(folder) / "vectors") for _ in range(2))
    print(
        f"training on {cold['n_train']:,} examples: {cold['train_seconds']:.1f} s with nothing remembered "
        f"({cold['encode_seconds']:.1f} s of it encoding), {warm['train_seconds']:.1f} s again; "
        f"{cold['peak_mb']:.0f} MB at the most"
    )


def firstline(**options: object) -> Figures:
    """The figures of `firstline eval nlu` with these options."""
    words = [str(word) for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
    return measured(["-m", "bot.cli", "eval", "nlu", *words, "--json"])


def plain(train: Path, test: Path, oos: Path | None = None) -> Figures:
    """The figures of what a user would pick instead."""
    paths = [str(path) for path in (train, test, oos) if path]
    return measured(["-m", "tests.benchmarks.plain", *paths])


def measured(words: Sequence[str]) -> Figures:
    """Run Python with these words and read the JSON that it prints."""
    print(f"  $ python {shlex.join(words)}", flush=True)
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    figures: Figures = json.loads(done.stdout)
    return figures


def report(name: str, ours: Figures, theirs: Figures) -> None:
    """One set: our figure, theirs, and how they compare."""
    print(f"{name} ({machine()})")
    for key, what in (("accuracy", "right"), ("ece", "calibration error")):
        print(f"  {what}: {ours[key]:.4f}, plain {theirs[key]:.4f}")
    covered = [each["coverage_at_risk"]["0.03"] for each in (ours, theirs)]
    print(f"  coverage at 3 % risk: {covered[0]:.4f}, plain {covered[1]:.4f}")
    if ours["oos"]["auroc"] is not None:
        for key in ("auroc", "recall_at_95", "in_scope_accept"):
            print(f"  out of scope, {key}: {ours['oos'][key]:.4f}, plain {theirs['oos'][key]:.4f}")
    for key, unit in (("p50_ms", "ms"), ("p95_ms", "ms"), ("train_seconds", "s"), ("peak_mb", "MB")):
        ratio = theirs[key] / ours[key]
        print(f"  {key}: {ours[key]:.1f} {unit}, plain {theirs[key]:.1f} {unit}: {ratio:.2f} of ours")


if __name__ == "__main__":
    main()
