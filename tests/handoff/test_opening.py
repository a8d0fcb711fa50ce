from __future__ import annotations

from datetime import time, timedelta

from config.teams import load_teams
from handoff.floor.arrangements.opening import rules_of
from handoff.floor.triage import Priority
from handoff.opening import fact_rules


def test_the_shipped_teams_become_rules() -> None:
    rules = rules_of(load_teams())
    assert rules.team("billing").title("nb") == "Betaling og faktura"
    assert rules.team("nobody").name == rules.fallback
    assert rules.targets[Priority.URGENT].first_reply_within == timedelta(minutes=5)
    assert rules.team("support").calendar.hours[4] == ((time(8), time(16)),)


def test_dates_are_resolved_in_the_zone_of_the_fallback_team() -> None:
    assert fact_rules(rules_of(load_teams()), {}).zone == "Europe/Oslo"


def test_a_product_is_found_by_its_other_words() -> None:
    (product,) = fact_rules(rules_of(load_teams()), {"Nettly Hub 3": ("Hub 3",)}).products
    assert (product.name, product.words) == ("Nettly Hub 3", ("Hub 3",))
