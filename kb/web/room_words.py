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
        ("image", _("Picture"), ""),
        ("quote", _("Note"), ""),
        ("code", _("Code"), ""),
    )
    return tuple(Tool(name, word, f"{word} ({key})" if key else word) for name, word, key in named)


def room_words(_: Say) -> dict[str, str]:
    return {
        **_writing(_),
        **_merging(_),
        **_details(_),
    }


def _writing(_: Say) -> dict[str, str]:
    return {
        "answering": _("Answering from generation {number}. Revision {revision} is live."),
        "backToText": _("Back to the text"),
        "boldText": _("bold text"),
        "bringBack": _("Bring it back"),
        "close": _("Close"),
        "codeText": _("code"),
        "compare": _("Compare"),
        "comparing": _("{before} → {after}"),
        "failed": _("That didn't work on our side. Your text is kept here; try again in a moment."),
        "forget": _("Throw it away"),
        "from": _("From"),
        "generation": _("Generation {number}"),
        "goingLive": _("Publishing: the bot is reading your text."),
        "italicText": _("italic text"),
        "kept": _("This browser kept text from {time} that was never saved."),
        "leaving": _("Archiving: taking it out of the bot's answers."),
        "leftAnswers": _("Archived. Generation {number} answers without it."),
        "linkText": _("link text"),
        "live": _("Live"),
        "needsText": _("An article needs some text before it can be saved."),
        "needsTitle": _("Give the article a title first: what the customer wants to do."),
        "noComments": _("Nobody has said anything about this article yet."),
        "notAPicture": _("That is not a picture an article can show. Take a PNG, JPEG, WebP or GIF."),
        "nothingYet": _("What you write shows up here as customers will read it."),
        "offline": _("The server didn't answer. Your text is kept here; save again when you are online."),
        "planned": _("Planned"),
        "plannedLine": _("Revision {number} goes live on {time}."),
        "plannedOlder": _("Revision {number} goes live on {time}, without revision {latest}."),
        "probability": _("Probability that the answer is right"),
        "publishChanges": _("Publish changes"),
        "restore": _("Restore"),
        "restored": _("Revision {number} is back as a new revision. Nothing was lost."),
        "revision": _("Revision {number}"),
        "sameHere": _("The same lines in both"),
        "sameText": _("The two texts are the same."),
        "saving": _("Saving."),
        "sayWhy": _("Say in a comment what should change, then send it back."),
        "signIn": _("Sign in in a new tab"),
        "signedOut": _(
            "You have been signed out. Your text is kept here: sign in in a new tab and save again."
        ),
        "slowIndex": _("Stored. The index is still busy; the bot follows as soon as it is done."),
        "textInHand": _("The text in hand"),
        "unsaved": _("Changes not saved yet."),
        "uploading": _("Storing the picture."),
        "working": _("One moment."),
    }


def _merging(_: Say) -> dict[str, str]:
    return {
        "allChosen": _("Everything is chosen."),
        "backToMine": _("Back to my text"),
        "both": _("Both"),
        "bothWrote": _("You and {name} both changed this. Which one holds?"),
        "categoryDiffers": _("Which category?"),
        "forCustomers": _("For customers"),
        "forStaff": _("For staff only"),
        "goOnMerging": _("Go on merging"),
        "keepMine": _("Save mine on top"),
        "left": _("{number} places to choose."),
        "leftOne": _("1 place to choose."),
        "mergeLede": _("What {name} changed elsewhere is in already. Nothing is saved until you say so."),
        "mergeTitle": _("{name} saved revision {number} while you were writing"),
        "merged": _(
            "{name} saved revision {number} while you were writing. Your changes and theirs don't touch each "
            "other, so both are in the text and saved."
        ),
        "mergedText": _("Both together"),
        "notSaved": _("Not saved yet: choose what holds."),
        "nothingThere": _("(taken out)"),
        "publicDiffers": _("Who is it for?"),
        "saveMerged": _("Save the merged text"),
        "seeTheirs": _("See the differences"),
        "stillApart": _(
            "{name} saved revision {number} while you were writing. Your text is kept here, not saved."
        ),
        "takeTheirs": _("Take theirs"),
        "theirsNow": _(
            "{name} saved revision {number} in the meantime. That is the text now; read it and go on."
        ),
        "titleDiffers": _("Which title?"),
        "tookTheirs": _("This is their text now. Yours can still be brought back."),
        "undo": _("Bring mine back"),
        "yours": _("Yours"),
    }


def _details(_: Say) -> dict[str, str]:
    return {
        "detailSaved": _("Saved."),
        "handed_over": _("led to a person"),
        "helped": _("helped"),
        "lags": _("Original has changed since"),
        "linkOne": _("Link an article that exists"),
        "movedFrom": _("Leads here too: {addresses}"),
        "nothingToLink": _("No article in another language fits."),
        "openChecks": _("Open checks: {count}"),
        "original": _("original"),
        "originalChanged": _("“{title}” has changed since this was translated."),
        "readers": _("Help centre: {helped} yes, {rejected} no"),
        "rejected": _("rejected"),
        "seeChanges": _("See what changed"),
        "shown": _("shown"),
        "unlink": _("Unlink from its original"),
        "upToDate": _("It is up to date"),
    }
