"""No helpdesk outside: cases are worked at our own desk."""

from __future__ import annotations

from datetime import timedelta

from handoff.bridges import Capabilities, HealthState, Step


class NoBridge:
    """Always well: there is nobody to reach. What our desk can do is what the others are measured by."""

    name = "none"
    capabilities = Capabilities(
        receive="none",
        idempotent_create="native",
        idempotent_post="native",
        merge_event=True,
        typing=True,
        most_text=20_000,
        most_file=10 * 1024 * 1024,
        acknowledge_within=timedelta(),
    )

    def health(self) -> HealthState:
        return HealthState(True, "cases are worked at our own desk")

    def check(self) -> tuple[Step, ...]:
        return (Step("our own desk", True, "nobody else has to be reached"),)

    @staticmethod
    def guide(webhook_url: str) -> str:
        return (
            "# Our own desk\n\n"
            'There is nothing to set up: `[handoff] bridge = ".none"` is the default. People sign in at\n'
            "`/desk/`, and `firstline staff add` makes their accounts.\n"
        )

    def close(self) -> None:
        """Nothing is held open."""


PLUG = NoBridge
