"""Summarises labelled conversations and measures the summaries."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from handoff.casefile.case_summary import CaseSummary
from handoff.casefile.citations import count, unresolved
from handoff.casefile.render import as_text
from handoff.casefile.summary import summarise
from handoff.escalation import Customer, Escalation, Reason
from handoff.evaluation.labelled import Labelled
from handoff.evaluation.scoring import agree, ask_is_right, count_facts, shown_secrets
from handoff.finding.details import token_rules
from handoff.finding.facts import FactRules
from handoff.floor.triage import Rules
from handoff.values import JsonObject

WantsPerson = Callable[[str, str], bool]
"""Whether a message, in a language, asks for a person: the shipped detector, handed over by the door."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Summarised:
    """A conversation, its summary, and the milliseconds that took."""

    labelled: Labelled
    summary: CaseSummary
    cited: frozenset[int]
    ms: float


@dataclass(frozen=True, slots=True)
class Trial:
    """The figures; a share is None where nothing was labelled for it."""

    n: int
    fact_precision: float | None
    fact_recall: float | None
    ask_accuracy: float | None
    claims_resolved: float | None
    secrets_masked: float | None
    wants_precision: float | None
    wants_recall: float | None
    p50_ms: float
    p95_ms: float
    wrong: tuple[str, ...] = ()
    """What went wrong, a line each: for people who mend it, not in the JSON."""

    def to_json(self) -> JsonObject:
        """The keys that programs read."""
        return {
            "n": self.n,
            "fact_precision": self.fact_precision,
            "fact_recall": self.fact_recall,
            "ask_accuracy": self.ask_accuracy,
            "claims_resolved": self.claims_resolved,
            "secrets_masked": self.secrets_masked,
            "wants_person": {"precision": self.wants_precision, "recall": self.wants_recall},
            "p50_ms": self.p50_ms,
            "p95_ms": self.p95_ms,
        }


def run(
    conversations: Sequence[Labelled],
    rules: Rules,
    fact_rules: FactRules,
    wants_person: WantsPerson,
    *,
    say: Progress = lambda stage, share: None,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Trial, tuple[CaseSummary, ...]]:
    """The figures of those conversations and their summaries; one is summarised before, to warm up."""
    token_rules()
    summarise(escalation_of(conversations[0]), 1, rules, fact_rules)
    done: list[Summarised] = []
    for number, each in enumerate(conversations, 1):
        say(each.id, number / len(conversations))
        told = escalation_of(each)
        began = clock()
        summary = summarise(told, number, rules, fact_rules)
        ms = (clock() - began) * 1_000
        cited = frozenset(number for claim in summary.ask for number in claim.messages)
        done.append(Summarised(each, summary, cited, ms))
    return _figures(done, wants_person), tuple(each.summary for each in done)


def write_summaries(
    folder: Path, conversations: Sequence[Labelled], summaries: Sequence[CaseSummary]
) -> None:
    """One JSON file a conversation, named by its id; the folder is made if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for each, summary in zip(conversations, summaries, strict=True):
        name = re.sub(r"[^\w.-]+", "_", each.id).strip(".") or str(summary.case)
        document = json.dumps(summary.to_json(), ensure_ascii=False, indent=2)
        (folder / f"{name}.json").write_text(document + "\n", encoding="utf-8")


def escalation_of(each: Labelled) -> Escalation:
    """The hand-over at the end of a conversation, by somebody nothing is known of."""
    said = [line.number for line in each.lines if line.author == "customer"]
    return Escalation(
        conversation_id=each.id,
        episode=1,
        channel="web",
        page=None,
        started_at=each.lines[0].at,
        escalated_at=each.lines[-1].at,
        customer=Customer("visitor", None, None, False, each.language),
        reason=each.reason or Reason.ASKED_FOR_PERSON,
        because="",
        trigger=(said[-1] if said else each.lines[-1].number,),
        decided_by="rule",
        language=each.language,
        lines=each.lines,
    )


def _figures(done: Sequence[Summarised], wants_person: WantsPerson) -> Trial:
    labelled = [(each, each.labelled.facts) for each in done if each.labelled.facts is not None]
    facts = [count_facts(each.summary.facts, labels) for each, labels in labelled]
    asked = [ask_is_right(each.cited, each.labelled.ask) for each in done if each.labelled.ask is not None]
    claims = sum(count(each.summary) for each in done)
    loose = sum(len(unresolved(each.summary)) for each in done)
    secrets = [shown_secrets(each.summary, as_text(each.summary), labels) for each, labels in labelled]
    hidden, shown = sum(each[0] for each in secrets), sum(each[1] for each in secrets)
    wanted = [
        (each.labelled.wants_person, _wants(each.labelled, wants_person))
        for each in done
        if each.labelled.wants_person is not None
    ]
    hits = sum(label and found for label, found in wanted)
    times = sorted(each.ms for each in done)
    return Trial(
        n=len(done),
        fact_precision=_share(sum(each.right for each in facts), sum(each.written for each in facts)),
        fact_recall=_share(sum(each.found for each in facts), sum(each.labelled for each in facts)),
        ask_accuracy=_share(sum(asked), len(asked)),
        claims_resolved=_share(claims - loose, claims),
        secrets_masked=_share(hidden - shown, hidden),
        wants_precision=_share(hits, sum(found for _, found in wanted)),
        wants_recall=_share(hits, sum(bool(label) for label, _ in wanted)),
        p50_ms=_quantile(times, 0.5),
        p95_ms=_quantile(times, 0.95),
        wrong=tuple(line for each in done for line in _wrong(each)),
    )


def _wants(each: Labelled, wants_person: WantsPerson) -> bool:
    return any(wants_person(line.text, each.language) for line in each.lines if line.author == "customer")


def _wrong(each: Summarised) -> list[str]:
    """What a reader of the figures looks at first."""
    found = [f"{each.labelled.id}: {where} does not resolve" for where in unresolved(each.summary)]
    labels, ask = each.labelled.facts, each.labelled.ask
    if labels is not None:
        found += [
            f"{each.labelled.id}: not labelled: {fact.name} “{fact.value}” {fact.messages}"
            for fact in each.summary.facts
            if not any(agree(fact, label) for label in labels)
        ]
        found += [
            f"{each.labelled.id}: not found: {label.name} in message {label.message}"
            for label in labels
            if not any(agree(fact, label) for fact in each.summary.facts)
        ]
    if ask is not None and not ask_is_right(each.cited, ask):
        found.append(f"{each.labelled.id}: ask cites {sorted(each.cited)}, labelled {sorted(ask)}")
    return found


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _quantile(times: Sequence[float], share: float) -> float:
    """The value that `share` of the sorted times don't exceed (nearest rank)."""
    return round(times[max(0, -(-len(times) * share // 1).__int__() - 1)], 2)
