"""What can go wrong in the customers' room; each error says the way out."""

from __future__ import annotations

from datetime import timedelta


class BotError(Exception):
    """The root of this room's errors; `status` is the HTTP status a page answers with."""

    status = 500


class NoConversationError(BotError):
    """No such conversation, or not this token's: one answer for both, so that ids can't be probed."""

    status = 404

    def __init__(self) -> None:
        super().__init__("no such conversation; start one with POST /chat/api/conversations")


class EmptyMessageError(BotError):
    """A message without a single visible character."""

    status = 422

    def __init__(self) -> None:
        super().__init__("the message is empty; write a few words and send it again")


class MessageTooLongError(BotError):
    """A message above `[bot] message_characters`."""

    status = 413

    def __init__(self, characters: int, limit: int) -> None:
        super().__init__(
            f"the message has {characters:,} characters and the limit is {limit:,}; "
            "shorten it or send it in parts"
        )
        self.characters, self.limit = characters, limit


class NoFileError(BotError):
    """A file that is not there, or not this conversation's, or gone because no message carried it in time."""

    status = 404

    def __init__(self) -> None:
        super().__init__("no such file; choose it again and send it with a message")


class FileSentError(BotError):
    """A file that an earlier message carries."""

    status = 409

    def __init__(self) -> None:
        super().__init__("a message has carried this file already; upload it again to send it once more")


class TooManyFilesError(BotError):
    """One message with more files than it may carry."""

    status = 422

    def __init__(self, most: int) -> None:
        super().__init__(f"a message carries at most {most} files; send the rest with the next one")
        self.most = most


class FilesFullError(BotError):
    """A conversation that may hold no more files."""

    status = 413

    def __init__(self, files: int, most_bytes: int) -> None:
        super().__init__(
            f"this conversation has all the files it may hold: {files} of them, "
            f"or {most_bytes / 2**20:.3g} MB; send what is left by e-mail"
        )
        self.files, self.most_bytes = files, most_bytes


class NotBytesError(BotError):
    """A file of another Content-Type than that of plain bytes."""

    status = 415

    def __init__(self, given: str) -> None:
        super().__init__(
            f"the file is sent as {given or 'nothing'}; send it as the body, as application/octet-stream"
        )
        self.given = given


class ProgramRefusedError(BotError):
    """A file that would run where somebody opens it."""

    status = 415

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is a program, and those are not taken; send a picture or a document")
        self.name = name


class FilesBusyError(BotError):
    """More pictures come in at this moment than are worked on at once."""

    status = 503
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("other pictures are coming in; send the file again in a second")


class ClientIdReusedError(BotError):
    """One `client_id`, two texts: the second is refused, so that nothing is swallowed."""

    status = 422

    def __init__(self, client_id: str) -> None:
        super().__init__(
            f"client_id {client_id!r} was used for another text; make a new id for each new message"
        )
        self.client_id = client_id


class IdentityKeyError(BotError):
    """A key of `[identity]` can't be used."""

    def __init__(self, key: str, rule: str) -> None:
        super().__init__(f"[identity] {key}: {rule}")
        self.key, self.rule = key, rule


class IdentityRefusedError(BotError):
    """Nothing proves that a customer is who the page says; the conversation stays as it was."""

    status = 401

    def __init__(self, why: str) -> None:
        super().__init__(f"this identity is not taken: {why}")
        self.why = why


class OtherVisitorError(BotError):
    """A conversation that is one customer's never becomes another's."""

    status = 409

    def __init__(self) -> None:
        super().__init__("this conversation is another customer's; begin a new one for this identity")


class BadRequestError(BotError):
    """The request's body does not have the documented shape."""

    status = 400


class CredentialsError(BotError):
    """A channel's part of credentials.yml, or its settings, can't be used."""

    def __init__(self, channel: str, key: str, rule: str) -> None:
        super().__init__(f"credentials.yml: {channel}: {key}: {rule}")
        self.channel, self.key = channel, key


class NoChannelError(BotError):
    """A webhook for a channel that is not switched on."""

    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"no channel {name[:40]!r} is switched on; name it in [bot] channels")
        self.name = name


class NotDeliveredError(BotError):
    """The other side of a channel did not take a message; it is tried again, unless it never would.

    permanent: it refuses this message, so that asking again is no use. retry_in: how long it wants to be left
    alone. What it says is read by agents.
    """

    status = 502

    def __init__(self, why: str, *, permanent: bool = False, retry_in: timedelta | None = None) -> None:
        super().__init__(why)
        self.permanent, self.retry_in = permanent, retry_in


class NoLinkError(BotError):
    """A link of a mail that was not made here, or whose thread is gone: one answer for both."""

    status = 404

    def __init__(self) -> None:
        super().__init__(
            "this link is not one of ours, or what it belongs to was deleted; answer the mail instead"
        )


class NotJsonError(BotError):
    """A body of another Content-Type: a form on another site can send those without asking."""

    status = 415

    def __init__(self, given: str) -> None:
        super().__init__(f"the body is {given or 'of no type'}; send it as Content-Type: application/json")
        self.given = given


class NotHeldError(BotError):
    """Something that is done only while somebody else has the conversation."""

    status = 409

    def __init__(self, holder: str) -> None:
        super().__init__(f"the conversation is held by {holder!r} by now; reload it to see where it stands")
        self.holder = holder


class UnknownFactError(BotError):
    """A fact that the case does not have, or whose value nobody should write into a chat."""

    status = 422

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"the fact {name[:60]!r} can't be corrected: {why}")
        self.name = name


class NotRatedError(BotError):
    """A rating that does not count."""

    status = 409

    def __init__(self, why: str) -> None:
        super().__init__(why)


class ConversationEndedError(BotError):
    """An event that the conversation's holder does not allow."""

    status = 409

    def __init__(self, holder: str, event: str) -> None:
        super().__init__(f"a conversation held by {holder!r} can't take {event!r}; reload it and try again")
        self.holder, self.event = holder, event


class ActionFailedError(BotError):
    """An action raised, took too long, or does not exist."""

    def __init__(self, action: str, why: str) -> None:
        super().__init__(f"action {action!r} failed: {why}")
        self.action, self.why = action, why


class ActionRejectedError(BotError):
    """An action says that it is not its turn: a form that got no value, as a rule. Nothing is broken."""

    def __init__(self, action: str, why: str) -> None:
        super().__init__(f"action {action!r} does not want to run: {why}")
        self.action, self.why = action, why


class ActionModuleError(BotError):
    """The `actions_module` of endpoints.yml can't be used."""

    def __init__(self, module: str, why: str) -> None:
        super().__init__(
            f"endpoints.yml: the actions_module {module!r} can't be loaded ({why}); install it next to "
            "Firstline, or run it under an action server and name its `url`"
        )
        self.module = module


class NotAgreedError(BotError):
    """A message of a customer who has not agreed to the notice yet."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            "the notice comes first: show it, and say that the customer agreed with "
            "POST /chat/api/conversations/ID/consent"
        )


class NoticeChangedError(BotError):
    """Consent to a notice that is not in force, or not any more."""

    status = 409

    def __init__(self) -> None:
        super().__init__("the notice has another version by now; reload the page to read it")


class NotVerifiedError(BotError):
    """Somebody wants to see or delete what is kept of them, and nobody vouches for who they are."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            "sign in on our site and open the chat there, so that we know it is you; "
            "or write to us, and a person will see to it"
        )


class ForgottenError(BotError):
    """A conversation that was deleted, for whoever held its token."""

    status = 410

    def __init__(self) -> None:
        super().__init__("this conversation was deleted with all that was said; start a new one")


class NobodyFoundError(BotError):
    """Nobody is known by these words."""

    status = 404

    def __init__(self, words: str) -> None:
        super().__init__(
            f"nobody is known as {words!r}; give an e-mail address, a case's number, a customer's id, "
            "or a conversation's"
        )
        self.words = words


class StillTrainingError(BotError):
    """Another server is training a model on words that are to be forgotten; they go once it is done."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "another server trains a model on what is to be forgotten; it goes when that is done"
        )


class ErasureSlowError(BotError):
    """What was asked for is durable and not done yet."""

    status = 504

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"gone from the chat, and not from everywhere within {seconds:.0f} s; the server that has the "
            "data folder goes on with it, and its log says what holds it up"
        )
