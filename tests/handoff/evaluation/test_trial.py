from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from handoff.escalation import Line
from handoff.evaluation.labelled import FactLabel, Labelled
from handoff.evaluation.trial import Trial, run, write_summaries
from handoff.finding.finders import ANY_COMPANY
from tests.handoff.conversations import RULES

AT = datetime(2026, 6, 15, 10, tzinfo=UTC)


def labelled(id_: str = "a", *said: str, **more: object) -> Labelled:
    lines = tuple(
        Line(i, "customer" if text.startswith("c") else "bot", text[2:], AT) for i, text in enumerate(said, 1)
    )
    labels = {"facts": None, "ask": None, "reason": None, "wants_person": None, "mood": None, **more}
    return Labelled(id_, "en", lines, **labels)  # type: ignore[arg-type]


def tried(*conversations: Labelled) -> Trial:
    return run(conversations, RULES, ANY_COMPANY, lambda text, language: "human" in text)[0]


def test_what_nobody_labelled_has_no_figure() -> None:
    figures = tried(labelled("a", "c hello")).to_json()
    assert [figures[key] for key in ("fact_precision", "fact_recall", "ask_accuracy", "secrets_masked")] == [
        None
    ] * 4
    assert figures["wants_person"] == {"precision": None, "recall": None}
    assert figures["n"] == 1


def test_each_figure_counts_only_the_lines_that_are_labelled_for_it() -> None:
    trial = tried(
        labelled("a", "c order 55120 is late, where is it?", facts=(FactLabel("order", "55120", 1),)),
        labelled("b", "c where is my parcel?", "c human", ask=frozenset({1}), wants_person=True),
        labelled("c", "c my card is 4242 4242 4242 4242", facts=(FactLabel("card", "4242424242424242", 1),)),
    )
    assert (trial.fact_precision, trial.fact_recall, trial.ask_accuracy) == (1.0, 1.0, 1.0)
    assert (trial.secrets_masked, trial.claims_resolved) == (1.0, 1.0)
    assert (trial.wants_precision, trial.wants_recall) == (1.0, 1.0)


def test_what_went_wrong_is_named() -> None:
    trial = tried(labelled("a", "c it is order 55120", facts=(FactLabel("email", "a@b.example", 1),)))
    assert (trial.fact_precision, trial.fact_recall) == (0.0, 0.0)
    assert trial.wrong == ("a: not labelled: order “55120” (1,)", "a: not found: email in message 1")


def test_a_secret_that_stands_readable_is_counted() -> None:
    shown = labelled("a", "c the word is opensesame", facts=(FactLabel("password", "opensesame", 1),))
    assert tried(shown).secrets_masked == 0.0


def test_each_summary_is_written_under_its_conversations_id(tmp_path: Path) -> None:
    conversations = (labelled("a/b", "c hello"), labelled("c", "c where is order 55120?"))
    summaries = run(conversations, RULES, ANY_COMPANY, lambda text, language: False)[1]
    write_summaries(tmp_path / "out", conversations, summaries)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a_b.json", "c.json"]
    assert json.loads((tmp_path / "out" / "c.json").read_text())["facts"][0]["value"] == "55120"
