"""The same thing asked in other words is one gap, and different things are never one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kb.embedders.onnx import PLUG
from kb.importing import drafts_below
from kb.learned.clusters import Centre, Vectors, line_of, nearest
from kb.opening import SAMPLES
from tests.models import encoder

EN = (
    ("can I paint the porch camera?", "is it ok to paint my camera white", "painting the camera allowed?"),
    ("do you ship to Svalbard?", "shipping to svalbard possible?", "will a parcel reach Svalbard"),
    ("do you have a student discount", "is there a discount for students?", "student price on routers?"),
    ("does the hub work on a boat", "running Hub 3 on 12 volts in my boat", "hub in a sailboat, 12V?"),
    ("is there an Apple watch app", "do you have a watch app", "apple watch support?"),
    ("how loud is the siren", "what is the siren's volume in decibels", "decibels of the alarm siren"),
    ("does the camera record sound", "can the camera hear audio", "is audio recorded by the camera"),
    ("can I pay in bitcoin", "do you take crypto", "pay with bitcoin or ethereum?"),
)
NB = (
    ("kan jeg male kameraet?", "er det lov å male utekameraet hvitt", "male kamerahuset"),
    ("sender dere til Svalbard?", "frakt til svalbard mulig?", "får jeg pakken på Svalbard"),
    ("har dere studentrabatt", "er det rabatt for studenter?", "studentpris på ruter"),
    ("kan jeg kjøpe gavekort", "selger dere gavekort", "gavekort til en venn?"),
    ("tar kameraet opp lyd", "kan kameraet høre lyd", "blir det spilt inn lyd på kameraet"),
)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    opened = PLUG(Path(encoder()), 1)
    return Vectors(opened.model_id, opened.encode)


@pytest.mark.parametrize(("language", "topics", "found"), [("en", EN, 0.7), ("nb", NB, 0.35)])
def test_paraphrases_gather_and_topics_stay_apart(
    vectors: Vectors, language: str, topics: Sequence[Sequence[str]], found: float
) -> None:
    """Pairs of questions in one gap: at least 97 % of them ask the same, and `found` of those that do."""
    own = [each for each in drafts_below(SAMPLES) if each.language == language]
    line = line_of(vectors.of([(each.questions or (each.title,))[0] for each in own]))
    asked = [(text, topic) for topic, texts in enumerate(topics) for text in texts]
    order = np.random.default_rng(7).permutation(len(asked)).tolist()
    rows = vectors.of([asked[place][0] for place in order])
    centres: list[Centre] = []
    gap_of: dict[int, int] = {}
    for place, row in zip(order, rows, strict=True):
        home = nearest(row, centres, line)
        if home is None:
            centres.append(Centre(len(centres), language, row, 1))
        else:
            centres[home.gap] = home.with_(row)
        gap_of[place] = len(centres) - 1 if home is None else home.gap
    pairs = list(itertools.combinations(range(len(asked)), 2))
    same = {pair for pair in pairs if asked[pair[0]][1] == asked[pair[1]][1]}
    gathered = {pair for pair in pairs if gap_of[pair[0]] == gap_of[pair[1]]}
    assert len(gathered & same) >= 0.97 * len(gathered)
    assert len(gathered & same) >= found * len(same)
