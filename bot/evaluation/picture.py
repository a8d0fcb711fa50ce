"""One picture of an evaluation: reliability, risk over coverage, and the worst confusions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.evaluation.readings import Readings
from bot.understanding.training import Line
from kb.evaluation.curves import (
    BAD,
    HAIRLINE,
    INK,
    MUTED,
    STYLE,
    SUNKEN,
    PictureError,
    draw_reliability,
    draw_risk,
    drawable,
)

__all__ = ["PictureError", "draw_picture", "drawable"]

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_INTENTS = 12
_LONGEST_NAME = 26


def draw_picture(path: Path, readings: Readings, line: Line, title: str) -> None:
    """Draw the readings into `path`, as its suffix says; raises PictureError."""
    drawable(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=(14, 5.6), dpi=120, layout="constrained")
        calibration, risk, confusion = figure.subplots(1, 3, width_ratios=(1, 1, 1.15))
        draw_reliability(calibration, readings.probability, readings.right)
        chosen = readings.acted_on(line.certainty)
        draw_risk(risk, readings.certainty, readings.right, stated=line.risk, chosen=chosen, what="readings")
        _confusion(confusion, readings)
        figure.suptitle(
            f"{title}   ·   {len(readings.examples):,} texts, {readings.accuracy:.1%} right",
            x=0.01,
            ha="left",
            size=13,
        )
        metadata = {"Date": None} if path.suffix.lower() == ".svg" else {}
        figure.savefig(path, metadata=metadata)


def _confusion(axes: Axes, readings: Readings) -> None:
    """How often the most confused intents are taken for each other; grey is what was read rightly."""
    from matplotlib.patches import Rectangle

    chosen: list[str] = []
    for pair in readings.confusions:
        for name in (pair.meant, pair.read_as):
            if name and name not in chosen and len(chosen) < _MOST_INTENTS:
                chosen.append(name)
    axes.set_title("Worst confusions: meant (row), read (column)")
    if not chosen:
        axes.axis("off")
        axes.text(0.5, 0.5, "nothing was confused", ha="center", color=MUTED)
        return
    names = sorted(chosen)
    counts = Counter((one, other) for one, other in zip(readings.meant, readings.read, strict=True))
    grid = np.array([[counts[one, other] for other in names] for one in names])
    mistakes = np.where(np.eye(len(names), dtype=bool), 0, grid)
    most = max(1, int(mistakes.max()))
    axes.set_facecolor(SUNKEN)
    for row, column in zip(*np.nonzero(grid), strict=True):
        count, own = int(grid[row, column]), row == column
        fill, strength = (HAIRLINE, 1.0) if own else (BAD, 0.15 + 0.85 * count / most)
        axes.add_patch(
            Rectangle((column - 0.47, row - 0.47), 0.94, 0.94, color=fill, alpha=strength, linewidth=0)
        )
        axes.text(
            column,
            row,
            str(count),
            ha="center",
            va="center",
            size=8.5,
            color=MUTED if own else "#FFFFFF" if count > 0.55 * most else INK,
        )
    axes.set(
        xlim=(-0.5, len(names) - 0.5),
        ylim=(len(names) - 0.5, -0.5),
        xticks=range(len(names)),
        yticks=range(len(names)),
    )
    short = [name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…" for name in names]
    axes.set_xticklabels(short, rotation=45, ha="right", rotation_mode="anchor", size=8)
    axes.set_yticklabels(short, size=8)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
