"""What can go wrong in the agents' room; each error says the way out."""

from __future__ import annotations


class HandoffError(Exception):
    """The root of this room's errors; `status` is the HTTP status a page answers with."""

    status = 500


class NoCaseError(HandoffError):
    """No case has this number or handoff id."""

    status = 404

    def __init__(self, ref: int | str) -> None:
        super().__init__(f"no case {ref!r}; `firstline handoff queue --all` lists them")
        self.ref = ref


class TakenError(HandoffError):
    """Someone else holds the case."""

    status = 409

    def __init__(self, case: int, holder: str, holder_name: str) -> None:
        super().__init__(f"{holder_name} has taken case #{case}; leave a note, or pick another case")
        self.case, self.holder, self.holder_name = case, holder, holder_name


class NotYoursError(HandoffError):
    """A verb that only the holder of a case may use."""

    status = 409

    def __init__(self, case: int, verb: str, holder_name: str | None) -> None:
        held = "nobody holds it; claim it first" if holder_name is None else f"{holder_name} holds it"
        super().__init__(f"you can't {verb} case #{case}: {held}")
        self.case, self.verb, self.holder_name = case, verb, holder_name


class NotAllowedError(HandoffError):
    """An event that the case's status does not allow."""

    status = 409

    def __init__(self, case: int, state: str, event: str) -> None:
        super().__init__(f"case #{case} is {state}, so it can't be {event}; reload it to see what happened")
        self.case, self.state, self.event = case, state, event


class EmptyTextError(HandoffError):
    """A reply or a note without a single visible character."""

    status = 422

    def __init__(self, what: str) -> None:
        super().__init__(f"the {what} is empty; write a few words and send it again")
        self.what = what


class TextTooLongError(HandoffError):
    """A reply or a note above the limit."""

    status = 413

    def __init__(self, what: str, characters: int, limit: int) -> None:
        super().__init__(
            f"the {what} has {characters:,} characters and the limit is {limit:,}; "
            "shorten it or send it in parts"
        )
        self.what, self.characters, self.limit = what, characters, limit


class ClientIdReusedError(HandoffError):
    """One `client_id`, two texts: the second is refused, so that nothing is swallowed."""

    status = 422

    def __init__(self, client_id: str) -> None:
        super().__init__(
            f"client_id {client_id!r} was used for another text; make a new id for each new reply"
        )
        self.client_id = client_id


class UnknownOutcomeError(HandoffError):
    """An outcome that a case can't be resolved with."""

    status = 422

    def __init__(self, outcome: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no outcome {outcome!r}; choose one of {', '.join(known)}")
        self.outcome, self.known = outcome, known


class NoDispatchError(HandoffError):
    """No dispatch has this id."""

    status = 404

    def __init__(self, dispatch: int) -> None:
        super().__init__(f"no dispatch {dispatch}; take its id from `lease`")
        self.dispatch = dispatch


class SourceMissingError(HandoffError):
    """A line of a summary that cites no message, so it can't be built."""

    status = 422

    def __init__(self, line: str) -> None:
        super().__init__(f"{line} cites no message; name the messages it comes from, or leave it out")
        self.line = line


class NoLinesError(HandoffError):
    """An escalation of a conversation in which nobody has said anything."""

    status = 422

    def __init__(self, handoff_id: str) -> None:
        super().__init__(f"escalation {handoff_id!r} has no messages; send every line of its conversation")
        self.handoff_id = handoff_id


class ShapeError(HandoffError):
    """JSON that is not the value it should be."""

    status = 400

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where, self.why = where, why


class TeamsError(HandoffError):
    """Teams and rules that nobody could be routed by."""

    def __init__(self, why: str) -> None:
        super().__init__(f"teams.toml: {why}")
        self.why = why
