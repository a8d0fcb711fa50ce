"""How complete and true case summaries are on labelled conversations of many trades: floors, not goals.

`handoff_conversations.jsonl` was written beside the rules, `handoff_unseen.jsonl` blind, by one who knew the
definitions and not the rules: on first contact 0.92 of facts were right, 0.88 were found, and 0.82 of asks
were right. Its misses have been seen and mended since: what is asked of it here keeps the mending, and tells
no longer how the rules do on words that nobody has seen. `handoff_blind.jsonl` and `person_blind.csv` came
after that mending, from somebody who had seen no line of the rules; nothing was changed for them. Measured:
0.96 of facts right, 0.93 found, 0.90 of asks right; requests for a person F1 0.93 in each language, 2 of 120
that were none taken for one.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.evaluation.person import asks_for_person
from config.teams import load_teams
from handoff.evaluation.labelled import Labelled, read_labelled
from handoff.evaluation.trial import Trial, run
from handoff.finding.finders import ANY_COMPANY
from handoff.floor.arrangements.opening import rules_of

CONVERSATIONS = Path(__file__).with_name("handoff_conversations.jsonl")
UNSEEN = Path(__file__).with_name("handoff_unseen.jsonl")
BLIND = Path(__file__).with_name("handoff_blind.jsonl")
REQUESTS = Path(__file__).with_name("person_blind.csv")


@pytest.fixture(scope="module")
def labelled() -> tuple[Labelled, ...]:
    return read_labelled(CONVERSATIONS)


@pytest.fixture(scope="module")
def trial(labelled: tuple[Labelled, ...]) -> Trial:
    return run(labelled, rules_of(load_teams()), ANY_COMPANY, asks_for_person())[0]


def test_the_set_is_large_and_in_both_languages(labelled: tuple[Labelled, ...]) -> None:
    assert len(labelled) >= 90
    assert all(sum(each.language == language for each in labelled) >= 40 for language in ("en", "nb"))
    lengths = [len(each.lines) for each in labelled]
    assert min(lengths) >= 4 and max(lengths) >= 40


def test_facts_are_right(trial: Trial) -> None:
    assert trial.fact_precision is not None and trial.fact_precision >= 0.97, trial.wrong


def test_facts_are_found(trial: Trial) -> None:
    assert trial.fact_recall is not None and trial.fact_recall >= 0.95, trial.wrong


def test_asks_are_right(trial: Trial) -> None:
    assert trial.ask_accuracy is not None and trial.ask_accuracy >= 0.93, trial.wrong


def test_every_claim_resolves(trial: Trial) -> None:
    assert trial.claims_resolved == 1.0, trial.wrong


def test_every_secret_is_masked(trial: Trial) -> None:
    assert trial.secrets_masked == 1.0


def test_what_was_written_blind_keeps_its_mending() -> None:
    labelled = read_labelled(UNSEEN)
    trial = run(labelled, rules_of(load_teams()), ANY_COMPANY, asks_for_person())[0]
    assert len(labelled) >= 40
    assert trial.fact_precision is not None and trial.fact_precision >= 0.97, trial.wrong
    assert trial.fact_recall is not None and trial.fact_recall >= 0.95, trial.wrong
    assert trial.ask_accuracy is not None and trial.ask_accuracy >= 0.93, trial.wrong
    assert (trial.claims_resolved, trial.secrets_masked) == (1.0, 1.0), trial.wrong


def test_what_nobody_had_seen_is_read_nearly_as_well() -> None:
    trial = run(read_labelled(BLIND), rules_of(load_teams()), ANY_COMPANY, asks_for_person())[0]
    assert trial.fact_precision is not None and trial.fact_precision >= 0.95, trial.wrong
    assert trial.fact_recall is not None and trial.fact_recall >= 0.90, trial.wrong
    assert trial.ask_accuracy is not None and trial.ask_accuracy >= 0.90, trial.wrong
    assert (trial.claims_resolved, trial.secrets_masked) == (1.0, 1.0), trial.wrong


@pytest.mark.parametrize("language", ["en", "nb"])
def test_requests_for_a_person_that_nobody_had_seen_are_heard(language: str) -> None:
    asks = asks_for_person()
    with REQUESTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lang"] == language]
    wanted = {row["text"] for row in rows if row["wants_person"] == "yes"}
    heard = {row["text"] for row in rows if asks(row["text"], language)}
    assert 2 * len(heard & wanted) / (len(heard) + len(wanted)) >= 0.90, sorted(heard ^ wanted)
    assert len(heard - wanted) <= 0.05 * (len(rows) - len(wanted)), sorted(heard - wanted)
