"""What an operator says about their Request Tracker, in `[bridges.rt]`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from config.plug_settings import A_URL, NOT_EMPTY, between
from handoff.case import CaseStatus
from handoff.floor.rules import Priority


@dataclass(frozen=True, slots=True)
class RtSettings:
    """url: of RT itself, as its people open it. token: of an account that is ours alone.

    id_field: the custom field that holds our id of a case, label_field the one for labels, "" for none.
    open, snoozed, resolved: what the queue's lifecycle calls them. priority_*: RT's numbers; it shows 100 and
    more as High, 50 as Medium.
    """

    url: Annotated[str, A_URL]
    token: Annotated[str, NOT_EMPTY] = field(repr=False)
    queue: Annotated[str, NOT_EMPTY] = "General"
    id_field: Annotated[str, NOT_EMPTY] = "handoff_id"
    label_field: str = ""
    open: Annotated[str, NOT_EMPTY] = "open"
    snoozed: Annotated[str, NOT_EMPTY] = "stalled"
    resolved: Annotated[str, NOT_EMPTY] = "resolved"
    priority_urgent: int = 120
    priority_high: int = 100
    priority_normal: int = 50
    priority_low: int = 0
    poll_seconds: Annotated[float, between(0.1, 300)] = 5.0
    cafile: str = ""

    def status(self, status: CaseStatus) -> str:
        """What RT calls a status of ours."""
        return {
            CaseStatus.OPEN: self.open,
            CaseStatus.SNOOZED: self.snoozed,
            CaseStatus.RESOLVED: self.resolved,
        }[status]

    def case_status(self, status: str) -> CaseStatus:
        """What we call one of RT's; what is neither asleep nor at an end is somebody's work."""
        if status in (self.resolved, "resolved", "rejected", "deleted"):
            return CaseStatus.RESOLVED
        return CaseStatus.SNOOZED if status in (self.snoozed, "stalled") else CaseStatus.OPEN

    def priority(self, priority: Priority) -> int:
        """RT's number for a priority of ours."""
        return {
            Priority.URGENT: self.priority_urgent,
            Priority.HIGH: self.priority_high,
            Priority.NORMAL: self.priority_normal,
            Priority.LOW: self.priority_low,
        }[priority]
