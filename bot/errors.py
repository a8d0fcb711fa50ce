"""What can go wrong in the customers' room; each error says the way out."""

from __future__ import annotations


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


class ClientIdReusedError(BotError):
    """One `client_id`, two texts: the second is refused, so that nothing is swallowed."""

    status = 422

    def __init__(self, client_id: str) -> None:
        super().__init__(
            f"client_id {client_id!r} was used for another text; make a new id for each new message"
        )
        self.client_id = client_id


class BadRequestError(BotError):
    """The request's body does not have the documented shape."""

    status = 400


class CredentialsError(BotError):
    """A channel's part of credentials.yml, or its settings, can't be used."""

    def __init__(self, channel: str, key: str, rule: str) -> None:
        super().__init__(f"credentials.yml: {channel}: {key}: {rule}")
        self.channel, self.key = channel, key


class NotDeliveredError(BotError):
    """The other side of a channel did not take a message; it is tried again."""

    status = 502


class NotJsonError(BotError):
    """A body of another Content-Type: a form on another site can send those without asking."""

    status = 415

    def __init__(self, given: str) -> None:
        super().__init__(f"the body is {given or 'of no type'}; send it as Content-Type: application/json")
        self.given = given


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
