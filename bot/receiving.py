"""What the bot says of files: it can't look into them, and a person can."""

from __future__ import annotations

from bot.cast import Cast, say
from bot.folding import ACTION_LISTEN
from bot.overlay import Decision
from bot.play import Played, overrule
from bot.tracker import action_event

ALONE, BESIDE = "utter_file_received", "utter_file_kept"


def received(cast: Cast, played: Played) -> Played:
    """Files came without words: tell what becomes of them, ask what they are about, and wait."""
    because = "files without words, which only people can look into"
    if ALONE in cast.assistant.domain.responses:
        told = overrule(cast, played, Decision(ALONE, because))
    else:
        words = cast.voice.words(ALONE, played.tracker.slots, cast.output)
        did = say(cast, {"text": words}, played.tracker, played.did())
        told = Played(played.tracker, played.events, did.drafts).then(*did.events)
    return told.then(action_event(ACTION_LISTEN, because, at=cast.now()))


def kept(cast: Cast, played: Played) -> Played:
    """Files came with words, which are answered next: the files are not seen, and once that is said."""
    if BESIDE not in cast.assistant.domain.responses:
        return played
    if any(_says(event, BESIDE) for event in played.tracker.events):
        return played
    return overrule(cast, played, Decision(BESIDE, "the words are answered, and the files only kept"))


def _says(event: object, response: str) -> bool:
    return isinstance(event, dict) and (event.get("metadata") or {}).get("utter_action") == response
