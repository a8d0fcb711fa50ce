"""What our desk and the helpdesk's people read of what could not be taken over as it was. Pure."""

from __future__ import annotations

from handoff.verbs.sentences import TEXT_CHARACTERS

NOT_SENT = "The last answer was not sent to the customer: {refused}."
NOT_TAKEN = "The last change was not taken over at our own desk: {refused}."
NOT_APPLIED = "Something that {peer} told us could not be taken over: {problem}."
NOT_FETCHED = "{name} was not sent along: {why}."

CHANGED = "{name} changed a message at {peer} to:\n\n{new}"
CHANGED_FROM = "{name} changed a message at {peer} from:\n\n{old}\n\nto:\n\n{new}"
CHANGED_READ = (
    "{name} changed a message at {peer}, but the customer has it as it was:\n\n{old}\n\nIt is now:\n\n{new}"
)
DELETED = "{name} deleted a message at {peer}."
DELETED_READ = "{name} deleted a message at {peer}, but the customer has it."
RESOLVED_THERE = "{name} resolved the case at {peer}, while it is our own desk's."
REOPENED_THERE = "{name} reopened the case at {peer}, while it is our own desk's."
NOT_DELIVERED = "A message could not be delivered at {peer}: {problem}."

TOO_LARGE = "it has more than {most} bytes"
TOO_MANY = "at most {most} files go with one message"
OURS_NOW = "our own desk has the case"
OURS_THEN = "our own desk had the case when it was written"
NO_REASON = "it does not say why"

RELAYED = (
    NOT_SENT,
    NOT_TAKEN,
    NOT_APPLIED,
    NOT_FETCHED,
    CHANGED_READ,
    CHANGED_FROM,
    CHANGED,
    DELETED_READ,
    DELETED,
    RESOLVED_THERE,
    REOPENED_THERE,
    NOT_DELIVERED,
)
"""The notes that begin with words of ours; whose blanks hold another's end of it come before the others."""

WHYS = (TOO_LARGE, TOO_MANY, OURS_NOW, OURS_THEN, NO_REASON)


def pieces(text: str, most: int = TEXT_CHARACTERS) -> tuple[str, ...]:
    """A text in parts of at most `most` characters, cut between paragraphs, lines or words; at least one."""
    left, parts = text.strip(), list[str]()
    while len(left) > most:
        cut = next(
            (at for sign in ("\n\n", "\n", " ") if (at := left.rfind(sign, most // 2, most)) > 0), most
        )
        parts.append(left[:cut].rstrip())
        left = left[cut:].lstrip()
    return (*parts, left)
