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


class NotFilledError(HandoffError):
    """A reply with variables that nobody has filled."""

    status = 422

    def __init__(self, names: tuple[str, ...]) -> None:
        left = ", ".join(f"{{{{{name}}}}}" for name in names)
        super().__init__(f"the reply has {left} left in it; write what it stands for, or take it away")
        self.names = names


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


class ReadOnlyError(HandoffError):
    """A verb by somebody who only reads."""

    status = 403

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} reads cases and does not work on them; an administrator gives the role")
        self.name = name


class CannotHoldError(HandoffError):
    """A case that is given to somebody who only reads."""

    status = 422

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} can't be given a case; choose an agent or a supervisor")
        self.name = name


class NoColleagueError(HandoffError):
    """Nobody of the staff has this e-mail, or their account is closed."""

    status = 422

    def __init__(self, email: str) -> None:
        super().__init__(f"nobody here has the e-mail {email!r}; choose a colleague from the list")
        self.email = email


class NoLeadError(HandoffError):
    """An escalation to a lead where there is none but those who have the case already."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "there is no other supervisor to turn to; hand the case over to a colleague or a team"
        )


class NoTeamError(HandoffError):
    """No team has this name."""

    status = 422

    def __init__(self, team: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no team {team!r}; choose one of {', '.join(known)}")
        self.team, self.known = team, known


class MomentError(HandoffError):
    """A moment to come that has passed, is too far ahead, or is not there."""

    status = 422

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what, self.why = what, why


class LabelError(HandoffError):
    """Labels that a case can't have."""

    status = 422


class PhoneError(HandoffError):
    """A call-back without a number to call."""

    status = 422

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}; give one with its country, such as +47 22 33 44 55")
        self.why = why


class FieldError(HandoffError):
    """A custom field that is not defined, or a value it can't hold."""

    status = 422

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


class UnknownPriorityError(HandoffError):
    """A priority that there is not."""

    status = 422

    def __init__(self, priority: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no priority {priority!r}; choose one of {', '.join(known)}")
        self.priority, self.known = priority, known


class OpenElsewhereError(HandoffError):
    """A case to be reopened whose customer's conversation another case has."""

    status = 409

    def __init__(self, case: int, other: int, holder_name: str | None) -> None:
        who = "nobody holds it yet" if holder_name is None else f"{holder_name} holds it"
        super().__init__(
            f"case #{case} can't be reopened: its conversation goes on in case #{other}, and {who}"
        )
        self.case, self.other, self.holder_name = case, other, holder_name


class MergeError(HandoffError):
    """Two cases that can't be made one."""

    status = 409


class NotBlockedError(HandoffError):
    """A customer who is to be let in and is not kept away."""

    status = 409

    def __init__(self, case: int) -> None:
        super().__init__(f"the customer of case #{case} is not blocked; reload it to see what happened")
        self.case = case


class NoFollowUpError(HandoffError):
    """No follow-up has this id."""

    status = 404

    def __init__(self, follow_up: int) -> None:
        super().__init__(f"no follow-up {follow_up}; reload the list")
        self.follow_up = follow_up


class NoBlockError(HandoffError):
    """No block has this id."""

    status = 404

    def __init__(self, block: int) -> None:
        super().__init__(f"no block {block}; reload the list")
        self.block = block


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


class NoMemberError(HandoffError):
    """Nobody at the desk has this e-mail."""

    status = 404

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} has never been at the desk; they appear once they have opened it")
        self.email = email


class MemberError(HandoffError):
    """What can't be said of a member; `field` is what is wrong of it."""

    status = 422

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


class TeamsError(HandoffError):
    """Teams and rules that nobody could be routed by; `field` is what is wrong of what was to be saved.

    where: the table of teams.toml that `why` is said of.
    """

    status = 422

    def __init__(self, why: str, field: str = "", where: str = "") -> None:
        super().__init__(f"{where}: {why}" if where else why)
        self.why, self.field = why, field


class NotKeptError(HandoffError):
    """A canned response, a macro or a label that can't be kept as it is; `field` is what is wrong with it."""

    status = 422

    def __init__(self, what: str, field: str, why: str) -> None:
        super().__init__(f"the {what} was not saved: {field}: {why}")
        self.what, self.field, self.why = what, field, why


class NoAidError(HandoffError):
    """A canned response, macro, label or file that is not there, or no longer."""

    status = 404

    def __init__(self, what: str, name: int | str) -> None:
        super().__init__(f"no {what} {name!r}; reload the page to see those there are")
        self.what, self.name = what, name


class MacroRefusedError(HandoffError):
    """One step of a macro can't be done, so none was; `why` is that step's own error."""

    status = 409

    def __init__(self, macro: str, step: int, deed: str, why: str) -> None:
        super().__init__(f"macro “{macro}” was not run: step {step}, {deed}: {why}; nothing was done")
        self.macro, self.step, self.deed, self.why = macro, step, deed, why


class NothingHiddenError(HandoffError):
    """A secret that is not in the message named, or that nobody is shown."""

    status = 404

    def __init__(self, case: int, fact: str, message: int) -> None:
        super().__init__(f"message {message} of case #{case} hides no {fact} that can be shown")
        self.case, self.fact, self.message = case, fact, message
