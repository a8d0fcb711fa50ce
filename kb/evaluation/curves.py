"""Reliability and risk over coverage, drawn; of answers in this room, of readings in the bot's.

Drawn by matplotlib, which no other part needs: it comes with the extra `pictures`. It is the library that
everybody who reads such curves knows, and writes PNG and SVG alike.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import KbError
from kb.evaluation.measures import (
    BINS,
    Chances,
    Truths,
    calibration_error,
    coverage_at_risk,
    reliability,
    risk_curve,
)
from kb.evaluation.trial import Trial

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SUFFIXES = (".png", ".svg")

# The light palette of config/brand/tokens.css.
INK, MUTED, HAIRLINE, SUNKEN, BRAND, BAD = "#161B22", "#5A6675", "#E1E6EC", "#F4F6F9", "#2157D9", "#B3261E"
STYLE = {
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


class PictureError(KbError):
    """A picture that can't be drawn."""

    status = 422


def drawable(path: Path) -> None:
    """Raise PictureError unless `path` can become a picture: better before the work than after it."""
    if path.suffix.lower() not in SUFFIXES:
        raise PictureError(f"{path}: a picture ends in {' or '.join(SUFFIXES)}")
    if not path.absolute().parent.is_dir():
        raise PictureError(f"{path}: there is no folder {path.absolute().parent}; make it first")
    try:
        import matplotlib  # noqa: F401
    except ModuleNotFoundError:
        raise PictureError("a picture needs matplotlib; run `pip install 'firstline[pictures]'`") from None


def draw_curves(path: Path, trial: Trial, title: str) -> None:
    """Draw a trial's curves into `path`, as its suffix says; raises PictureError."""
    drawable(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    results = trial.both
    with rc_context(STYLE):
        figure = Figure(figsize=(14, 5.6), dpi=120, layout="constrained")
        calibration, risk, ways = figure.subplots(1, 3)
        draw_reliability(calibration, results.probability, results.right)
        share, wrong = results.answered_share, results.wrong_among_answered or 0.0
        draw_risk(risk, results.probability, results.right, stated=trial.risk, chosen=(share, wrong))
        _draw_ways(ways, trial)
        figure.suptitle(
            f"{title}   ·   {trial.articles:,} articles, {len(results.place):,} questions",
            x=0.01,
            ha="left",
            size=13,
        )
        metadata = {"Date": None} if path.suffix.lower() == ".svg" else {}
        figure.savefig(path, metadata=metadata)


def draw_reliability(axes: Axes, probability: Chances, right: Truths) -> None:
    """The share right over the probability said; the area of a point is how many it stands for."""
    bins = reliability(probability, right, BINS)
    said, shares = [each.probability for each in bins], [each.right for each in bins]
    sizes = [12 + 400 * each.count / len(probability) for each in bins]
    axes.plot((0, 1), (0, 1), color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.vlines(said, said, shares, color=BAD, linewidth=1)
    axes.plot(said, shares, color=BRAND, linewidth=1.2)
    axes.scatter(said, shares, s=sizes, color=BRAND, alpha=0.85, linewidths=0, zorder=3, clip_on=False)
    axes.text(1.0, 0.03, "dashed: right as often as said", color=MUTED, size=9, ha="right")
    axes.set(
        title=f"Reliability: calibration error {calibration_error(probability, right):.3f}",
        xlabel="probability said",
        ylabel="share right",
        xlim=(0, 1.03),
        ylim=(0, 1.03),
    )
    axes.grid(color=HAIRLINE, linewidth=0.8)
    axes.set_axisbelow(True)


def draw_risk(
    axes: Axes,
    certainty: Chances,
    right: Truths,
    *,
    stated: float,
    chosen: tuple[float, float],
    what: str = "answers",
) -> None:
    """The share of what is accepted that is wrong, over the share accepted.

    chosen: where the line in use lies, as the share accepted and the share of these wrong.
    """
    accepted, wrong = risk_curve(certainty, right)
    axes.plot(accepted, wrong, color=BRAND, linewidth=1.6)
    axes.axhline(stated, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(
        f"stated risk {stated:.0%}", (0.02, stated), (0, 4), textcoords="offset points", color=MUTED
    )
    share, missed = chosen
    axes.scatter([share], [missed], s=50, marker="D", color=BAD, zorder=3, clip_on=False)
    axes.annotate(
        f"the chosen line accepts {share:.0%},\n{missed:.1%} of them wrong",
        (share, missed),
        (-10, 14),
        textcoords="offset points",
        ha="right",
    )
    top = max(0.02, 1.25 * float(wrong[-1]), 1.6 * stated)
    axes.set(
        title="Risk over coverage",
        xlabel=f"share of {what} accepted",
        ylabel="share of these wrong",
        xlim=(0, 1.02),
        ylim=(0, top),
    )
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}" if top > 0.05 else f"{value:.1%}")
    axes.grid(color=HAIRLINE, linewidth=0.8)
    axes.set_axisbelow(True)


def _draw_ways(axes: Axes, trial: Trial) -> None:
    """How much can be answered at which risk: by meaning, by words, by both."""
    ways = [("both", trial.both, BRAND), ("words alone", trial.lexical, MUTED)]
    if trial.dense is not None:
        ways.insert(1, ("meaning alone", trial.dense, BAD))
    for name, results, colour in ways:
        accepted, wrong = risk_curve(results.probability, results.right)
        first = results.within(1)
        found = "" if first is None else f", {first:.1%} found first"
        covered = coverage_at_risk(results.probability, results.right, trial.risk)
        axes.plot(
            accepted,
            wrong,
            color=colour,
            linewidth=1.4,
            label=f"{name}{found}, {covered:.0%} at {trial.risk:.0%}",
        )
    axes.axhline(trial.risk, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.set(
        title="Both searches and each alone",
        xlabel="share of questions answered",
        ylabel="share of these wrong",
        xlim=(0, 1.02),
        ylim=(0, None),
    )
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.legend(frameon=False, loc="upper left")
    axes.grid(color=HAIRLINE, linewidth=0.8)
    axes.set_axisbelow(True)
