"""The words that the writing room's module says by itself; {names} are filled in there."""

from __future__ import annotations

from dataclasses import dataclass

from kb.web.wording import Say


@dataclass(frozen=True, slots=True)
class Tool:
    """One button of the Markdown tool row; `name` is also its icon."""

    name: str
    word: str
    hint: str


def tools(_: Say) -> tuple[Tool, ...]:
    named = (
        ("heading", _("Heading"), ""),
        ("bold", _("Bold"), "Ctrl+B"),
        ("italic", _("Italic"), "Ctrl+I"),
        ("link", _("Link"), "Ctrl+K"),
        ("list", _("List"), ""),
        ("steps", _("Numbered steps"), ""),
        ("quote", _("Note"), ""),
        ("code", _("Code"), ""),
    )
    return tuple(Tool(name, word, f"{word} ({key})" if key else word) for name, word, key in named)


def room_words(_: Say) -> dict[str, str]:
    return {
        "answering": _("Answering from generation {number}. Revision {revision} is live."),
        "backToPreview": _("Back to the preview"),
        "boldText": _("bold text"),
        "bringBack": _("Bring it back"),
        "close": _("Close"),
        "codeText": _("code"),
        "compare": _("Compare"),
        "comparing": _("From revision {number} to your text:"),
        "failed": _("That didn't work on our side. Your text is kept here; try again in a moment."),
        "forget": _("Throw it away"),
        "from": _("From"),
        "generation": _("Generation {number}"),
        "goingLive": _("Publishing: the bot is reading your text."),
        "italicText": _("italic text"),
        "keepMine": _("Save mine on top"),
        "kept": _("This browser kept text from {time} that was never saved."),
        "leaving": _("Archiving: taking it out of the bot's answers."),
        "left": _("Archived. Generation {number} answers without it."),
        "linkText": _("link text"),
        "live": _("Live"),
        "needsText": _("An article needs some text before it can be saved."),
        "needsTitle": _("Give the article a title first: what the customer wants to do."),
        "nothingYet": _("What you write shows up here as customers will read it."),
        "offline": _("The server didn't answer. Your text is kept here; save again when you are online."),
        "probability": _("Probability that the answer is right"),
        "publishChanges": _("Publish changes"),
        "restore": _("Restore"),
        "restored": _("Revision {number} is back as a new revision. Nothing was lost."),
        "revision": _("Revision {number}"),
        "sameText": _("The two texts are the same."),
        "saving": _("Saving."),
        "seeTheirs": _("See the differences"),
        "signIn": _("Sign in in a new tab"),
        "signedOut": _(
            "You have been signed out. Your text is kept here: sign in in a new tab and save again."
        ),
        "slowIndex": _("Stored. The index is still busy; the bot follows as soon as it is done."),
        "stalePublished": _(
            "{name} published revision {number} while you were editing: your text is kept here."
        ),
        "staleSaved": _("{name} saved revision {number} while you were editing: your text is kept here."),
        "takeTheirs": _("Take theirs"),
        "tookTheirs": _("This is their text now. Yours can still be brought back."),
        "undo": _("Bring mine back"),
        "unsaved": _("Changes not saved yet."),
        "working": _("One moment."),
    }
