from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from config.settings import SettingsError, load_teams

TARGETS = '[targets.high]\nfirst_reply_within = "{0}"\nresolve_within = "1d"'


def written(folder: Path, text: str) -> Path:
    path = folder / "teams.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_teams_cover_every_priority_and_both_languages() -> None:
    teams = load_teams()
    assert set(teams.targets) == {"urgent", "high", "normal", "low"}
    assert all({"en", "nb"} <= team.title.keys() for team in teams.teams)
    assert all({"en", "nb"} <= rule.because.keys() for rule in teams.priorities)
    assert teams.fallback in {team.name for team in teams.teams}


def test_urgent_rules_are_tried_first() -> None:
    order = ["urgent", "high", "normal", "low"]
    priorities = [order.index(rule.priority) for rule in load_teams().priorities]
    assert priorities == sorted(priorities)


def test_hours_are_spans_of_local_time() -> None:
    hours = load_teams().teams[0].hours
    assert hours.zone.key == "Europe/Oslo"
    assert hours.week[0] == ((time(8), time(17)),)
    assert hours.week[6] == ()
    assert date(2026, 12, 25) in hours.holidays


def test_targets_are_durations() -> None:
    assert load_teams().targets["high"].first_reply_within == timedelta(minutes=15)


def test_a_file_of_ones_own_replaces_table_by_table(tmp_path: Path) -> None:
    own = written(tmp_path, TARGETS.format("2m") + '\n[teams.vip]\ntitle = { en = "VIP" }\nhours = "long"')
    teams = load_teams(own)
    assert teams.targets["high"].first_reply_within == timedelta(minutes=2)
    assert teams.targets["low"] == load_teams().targets["low"]
    assert [team.name for team in teams.teams][-1] == "vip"


def test_a_missing_file_of_ones_own_is_no_matter(tmp_path: Path) -> None:
    assert load_teams(tmp_path / "teams.toml") == load_teams()


def test_hours_may_last_until_midnight(tmp_path: Path) -> None:
    own = written(tmp_path, '[hours.long]\nzone = "UTC"\nmonday = ["00:00-08:00", "20:00-24:00"]')
    long = next(team.hours for team in load_teams(own).teams if team.hours.name == "long")
    assert long.week[0] == ((time(0), time(8)), (time(20), time.max))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('fallback = "suport"', 'fallback = "suport": no such team; did you mean support?'),
        (TARGETS.format("soon"), '[targets.high] first_reply_within = "soon": must be a duration'),
        ('[targets.huge]\nfirst_reply_within = "1m"', "no such priority"),
        ('[hours.long]\nzone = "Europe/Olso"', 'zone = "Europe/Olso": no such time zone'),
        ('[hours.long]\nzone = "../x"', "no such time zone"),
        ('[hours.long]\nzone = "UTC"\nmonday = ["8-16"]', "must be spans such as"),
        ('[hours.long]\nzone = "UTC"\nmonday = ["16:00-08:00"]', "a span must end after it starts"),
        ('[hours.long]\nzone = "UTC"\nmonday = ["08:00-12:00", "11:00-13:00"]', "start after the one before"),
        ('[hours.long]\nzone = "UTC"\nmodnay = ["08:00-12:00"]', "did you mean monday?"),
        ('[hours.long]\nzone = "UTC"\nholidays = ["Christmas"]', "must be dates"),
        ('[teams.vip]\ntitle = { nb = "VIP" }\nhours = "long"', "must say it in English at least"),
        ('[teams.vip]\ntitle = { en = "VIP" }\nhours = "lang"', "no such opening hours; did you mean long?"),
        ('[priorities.x]\npriority = "hihg"\nbecause = { en = "x" }', "did you mean high?"),
        ('[priorities.x]\npriority = "high"\nbecause = { en = "x" }\nwords = "x"', "must be a list of texts"),
    ],
)
def test_a_wrong_file_says_where_and_what(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_teams(written(tmp_path, text))
    assert message in str(caught.value)
