"""A moment as a customer reads it, in their language and in the time zone of whoever helps them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "nb": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
}
_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "nb": (
        *("januar", "februar", "mars", "april", "mai", "juni"),
        *("juli", "august", "september", "oktober", "november", "desember"),
    ),
}
_NEAR = {
    "en": ("today at {time}", "tomorrow at {time}"),
    "nb": ("i dag klokka {time}", "i morgen klokka {time}"),
}
_FAR = {"en": "on {day} {date} {month} at {time}", "nb": "{day} {date}. {month} klokka {time}"}


def moment_in_words(at: datetime, now: datetime, zone: str, language: str) -> str:
    """Such as "tomorrow at 08:00"; English for a language that has no words here. Both moments are aware."""
    spoken = language if language in _DAYS else "en"
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    time = f"{local:%H:%M}"
    for days, words in enumerate(_NEAR[spoken]):
        if local.date() == today + timedelta(days=days):
            return words.format(time=time)
    return _FAR[spoken].format(
        day=_DAYS[spoken][local.weekday()], date=local.day, month=_MONTHS[spoken][local.month - 1], time=time
    )
