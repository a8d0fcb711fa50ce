"""The words that the modules of words and examples say by themselves; {names} are filled in there."""

from __future__ import annotations

from kb.web.wording import Say


def page_words(_: Say) -> dict[str, str]:
    return {
        "added": _("A wording was added. Write it, then save."),
        "before": _("Before"),
        "characters": _("Characters: {number}"),
        "cancelled": _("The training was cancelled. The bot reads as before."),
        "failed": _("That didn't work on our side. Nothing was changed; try again in a moment."),
        "gone": _("Taken out. Save to keep it that way."),
        "keepMine": _("Save mine on top"),
        "live": _("The bot says it now."),
        "liveSoon": _("Published. The bot follows in a moment."),
        "longText": _("Characters: {number}. Long for a chat; customers skim."),
        "longTitle": _("{number} characters are many for a button."),
        "offline": _("The server didn't answer. Your words are kept here; try again when you are online."),
        "now": _("From now on"),
        "nowReads": _("Messages are read by the new model now."),
        "nothing": _("No wording"),
        "publishing": _("Publishing."),
        "removed": _("The example was taken out. The next training does without it."),
        "reread": _("Messages are read by model {number} again."),
        "saved": _("Saved as a draft. Customers hear it once it is published."),
        "savedSame": _("Saved. This is what is live already."),
        "saving": _("Saving."),
        "skipped": _("Skipped."),
        "staleSaved": _("{name} changed this text while you were editing: your words are kept here."),
        "takeTheirs": _("Take theirs"),
        "taught": _("Kept as an example of “{intent}”. The bot learns it with the next training."),
        "outside": _("Kept as an example of what you don't serve."),
        "unknownIntent": _("Choose what the customer meant from the list."),
        "wording": _("Wording {number}"),
        "stage_starting": _("Starting"),
        "stage_reading examples": _("Reading the examples"),
        "stage_cross-validating": _("Trying it on examples it has not seen"),
        "stage_messages": _("Reading the last real messages again"),
    }
