"""One picture of an evaluation: reliability, risk over coverage, and the worst confusions.

Drawn by matplotlib, which no other part needs: it comes with the extra `pictures`. It is the library that
everybody who reads such curves knows, and writes PNG and SVG alike.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.errors import BotError
from bot.evaluation.measures import reliability, risk_curve
from bot.evaluation.readings import Readings
from bot.understanding.calibration import BINS
from bot.understanding.training import Line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SUFFIXES = (".png", ".svg")

# The light palette of config/brand/tokens.css.
INK, MUTED, HAIRLINE, SUNKEN, BRAND, BAD = "#161B22", "#5A6675", "#E1E6EC", "#F4F6F9", "#2157D9", "#B3261E"
_MOST_INTENTS = 12
_LONGEST_NAME = 26
_STYLE = {
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "svg.hashsalt": "firstline",  # the same figures give the same bytes
}


class PictureError(BotError):
    """A picture that can't be drawn."""

    status = 422


def drawable(path: Path) -> None:
    """Raise PictureError unless `path` can become a picture: better before the training than after it."""
    if path.suffix.lower() not in SUFFIXES:
        raise PictureError(f"{path}: a picture ends in {' or '.join(SUFFIXES)}")
    if not path.absolute().parent.is_dir():
        raise PictureError(f"{path}: there is no folder {path.absolute().parent}; make it first")
    try:
        import matplotlib  # noqa: F401
    except ModuleNotFoundError:
        raise PictureError("a picture needs matplotlib; run `pip install 'firstline[pictures]'`") from None


def draw_picture(path: Path, readings: Readings, line: Line, title: str) -> None:
    """Draw the readings into `path`, as its suffix says; raises PictureError."""
    drawable(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_STYLE):
        figure = Figure(figsize=(14, 5.6), dpi=120, layout="constrained")
        calibration, risk, confusion = figure.subplots(1, 3, width_ratios=(1, 1, 1.15))
        _reliability(calibration, readings)
        _risk(risk, readings, line)
        _confusion(confusion, readings)
        figure.suptitle(
            f"{title}   ·   {len(readings.examples):,} texts, {readings.accuracy:.1%} right",
            x=0.01,
            ha="left",
            size=13,
        )
        metadata = {"Date": None} if path.suffix.lower() == ".svg" else {}
        figure.savefig(path, metadata=metadata)


def _reliability(axes: Axes, readings: Readings) -> None:
    """The share right over the probability said; the area of a point is how many readings it stands for."""
    bins = reliability(readings.probability, readings.right, BINS)
    said, right = [each.probability for each in bins], [each.right for each in bins]
    sizes = [12 + 400 * each.count / len(readings.examples) for each in bins]
    axes.plot((0, 1), (0, 1), color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.vlines(said, said, right, color=BAD, linewidth=1)
    axes.plot(said, right, color=BRAND, linewidth=1.2)
    axes.scatter(said, right, s=sizes, color=BRAND, alpha=0.85, linewidths=0, zorder=3, clip_on=False)
    axes.text(1.0, 0.03, "dashed: right as often as said", color=MUTED, size=9, ha="right")
    axes.set(
        title=f"Reliability: calibration error {readings.ece:.3f}",
        xlabel="probability said",
        ylabel="share right",
        xlim=(0, 1.03),
        ylim=(0, 1.03),
    )
    axes.grid(color=HAIRLINE, linewidth=0.8)
    axes.set_axisbelow(True)


def _risk(axes: Axes, readings: Readings, line: Line) -> None:
    """The share of accepted readings that is wrong over the share accepted."""
    accepted, wrong = risk_curve(readings.certainty, readings.right)
    axes.plot(accepted, wrong, color=BRAND, linewidth=1.6)
    axes.axhline(line.risk, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(
        f"stated risk {line.risk:.0%}", (0.02, line.risk), (0, 4), textcoords="offset points", color=MUTED
    )
    share, missed = readings.acted_on(line.certainty)
    axes.scatter([share], [missed], s=50, marker="D", color=BAD, zorder=3, clip_on=False)
    axes.annotate(
        f"the chosen line accepts {share:.0%},\n{missed:.1%} of them wrong",
        (share, missed),
        (-10, 14),
        textcoords="offset points",
        ha="right",
    )
    top = max(0.02, 1.25 * float(wrong[-1]), 1.6 * line.risk)
    axes.set(
        title="Risk over coverage",
        xlabel="share of readings accepted",
        ylabel="share of these wrong",
        xlim=(0, 1.02),
        ylim=(0, top),
    )
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}" if top > 0.05 else f"{value:.1%}")
    axes.grid(color=HAIRLINE, linewidth=0.8)
    axes.set_axisbelow(True)


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
