"""The words that the list's module says by itself; {names} are filled in there."""

from __future__ import annotations

from kb.web.wording import Say


def list_words(_: Say) -> dict[str, str]:
    return {
        "chosen": _("{number} chosen"),
        "chosenOne": _("1 chosen"),
        "failed": _("That didn't work on our side. Nothing was changed; try again in a moment."),
        "labelAsked": _("Which label?"),
        "offline": _("The server didn't answer. Nothing was changed; try again when you are online."),
        "purgeAsked": _("Delete “{title}” for good? Its texts and comments can't be brought back."),
    }
