"""A moment, or a wait, as a customer reads it: in their language, in the zone of whoever helps them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
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
_WAIT = {
    "en": ("about a minute", "about {most} minutes", "between {least} and {most} minutes"),
    "nb": ("omtrent ett minutt", "omtrent {most} minutter", "mellom {least} og {most} minutter"),
}
_LONG = {"en": "between {least} and {most} hours", "nb": "mellom {least} og {most} timer"}
_HOURS_FROM = 120  # minutes, from where on a wait is told in hours
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


def wait_in_words(wait: tuple[timedelta, timedelta], language: str) -> str:
    """A wait of so long at least and at most, such as "between 4 and 9 minutes"; rounded up."""
    spoken = language if language in _WAIT else "en"
    least, most = (max(1, ceil(each / timedelta(minutes=1))) for each in wait)
    if most >= _HOURS_FROM:
        return _LONG[spoken].format(least=least // 60, most=ceil(most / 60))
    one, same, between = _WAIT[spoken]
    words = one if most == 1 else same if least == most else between
    return words.format(least=least, most=most)
