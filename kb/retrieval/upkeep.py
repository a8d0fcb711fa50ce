"""When segments are merged and the calibration is fitted again: what publishing leaves to the background."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.retrieval.living import Part
from kb.retrieval.snapshot import Snapshot

FITTED_AT_ONCE = 300
"""Articles up to which a generation is calibrated before it answers: that takes a fraction of a second."""

_SMALL_ONES = 8  # segments beside the base, before they become one
_OUTSIDE_SHARE = 0.05  # of the views that may be outside the base, or dead in it
_OUTSIDE_LEAST = 2_000
_DRIFT_SHARE = 0.05


def merge_due(parts: Sequence[Part]) -> slice | None:
    """Which neighbours are to become one segment. The first is the base, where most articles should be.

    Every segment costs each search a little, and the base's dead are in its way too. Merging the small ones
    is cheap and frequent; the base is only built again when much is outside it.
    """
    if not parts:
        return None
    views = [int(np.count_nonzero(part.live_views)) for part in parts]
    dead = len(parts[0].segment.views.long) - views[0]
    if sum(views[1:]) + dead > max(_OUTSIDE_LEAST, _OUTSIDE_SHARE * sum(views)):
        return slice(0, len(parts))
    return slice(1, len(parts)) if len(parts) > 1 + _SMALL_ONES else None


def unfitted(snapshot: Snapshot) -> bool:
    """Whether something has changed in a base that is small enough to calibrate before it answers."""
    return snapshot.drift > 0 and len(snapshot.entries) <= FITTED_AT_ONCE


def fit_due(snapshot: Snapshot) -> bool:
    """Whether so much has changed in a larger base that what was learnt from it no longer tells about it."""
    count = len(snapshot.entries)
    return count > FITTED_AT_ONCE and snapshot.drift > _DRIFT_SHARE * count
