"""Runs actions: rasa-sdk classes in this process through the SDK's own executor, or on an action server."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.acting.crew import Crew, OverdueError, StuckError
from bot.acting.modules import load_actions
from bot.acting.results import Acted as Acted
from bot.acting.results import acted
from bot.acting.server import RASA, ActionServer
from bot.dialogue.assistant import Assistant
from bot.errors import ActionFailedError, ActionRejectedError
from bot.store import JsonObject
from bot.tracker import Tracker
from config.clock import Clock
from config.outbound import Outbound

OURS = "actions"  # the package that ships with Firstline, as `actions_module` names it
# Hands a conversation to our own desk: it runs here even if the others are behind HTTP and out of reach, and
# sees the whole of it, for a person does not care where Rasa's session began.
AT_HOME = frozenset(("action_escalate",))

_log = logging.getLogger(__name__)


class Action(Protocol):
    """What can be run: rasa-sdk's `Action`, or whatever else has its two methods."""

    def name(self) -> str: ...

    @property
    def run(self) -> Callable[..., object]: ...


class Actions:
    """The actions of one assistant. No lock: a slow action holds up its own conversation only."""

    def __init__(
        self,
        actions: Sequence[Action],
        domain: Mapping[str, object],
        *,
        within: timedelta,
        threads: int,
        server: ActionServer | None = None,
        served: frozenset[str] = frozenset(),
    ) -> None:
        """within: how long one may take. threads: kept for actions in this process, which come first.
        server: runs the others; `served` are the names that it is expected to know."""
        self._executor = ActionExecutor()
        for action in actions:
            self._executor.register_function(action.name(), action.run)
        # The SDK takes an empty domain for none and would give the last one; so it has ours from the start.
        self._domain = self._executor.domain = dict(domain)
        self._within = within
        self._crew = Crew(idle=threads)
        self._server, self._served = server, served

    def __contains__(self, name: object) -> bool:
        return name in self._executor.actions or name in self._served

    def runs_here(self, name: str) -> bool:
        """Whether the action is in this process, rather than on an action server."""
        return name in self._executor.actions

    @property
    def degraded(self) -> tuple[str, ...]:
        """What is amiss with the actions, each with the way out; empty when all is well."""
        hanging = tuple(
            f"{count} calls of {name!r} hang; restart Firstline to be rid of them"
            for name, count in self._crew.stuck().items()
        )
        unreached = self._server.degraded if self._server is not None else None
        return (*hanging, unreached) if unreached else hanging

    def told(self, domain: Mapping[str, object]) -> None:
        """From now on actions hear of this domain: editors have changed the bot's words."""
        self._domain = self._executor.domain = dict(domain)
        if self._server is not None:
            self._server.told(domain)

    def run(self, name: str, tracker: Tracker) -> Acted:
        """Run one action on a copy of the tracker, whose events it shares and must leave as they are.

        Raises ActionFailedError, or ActionRejectedError where the action declines; never anything else.
        """
        if name in AT_HOME:
            tracker = replace(tracker, events=(*tracker.past, *tracker.events), past=())
        if name in self._executor.actions:
            ran = self._run_here(name, tracker)
        elif self._server is not None:
            ran = self._server.run(name, tracker)
        else:
            why = "nobody has it; check its name in domain.yml, or name its server in endpoints.yml"
            raise ActionFailedError(name, why)
        told = {str(event["name"]) for event in ran.events if event["event"] == "slot"}
        unknown = told - tracker.slots.keys()
        if unknown and name not in AT_HOME:
            _log.warning("action %r set slots that the domain doesn't have: %s", name, sorted(unknown))
        return ran

    def close(self) -> None:
        """Stop taking calls; one that hangs is left to itself."""
        self._crew.close()

    def _run_here(self, name: str, tracker: Tracker) -> Acted:
        async def execute() -> Acted:
            result = await self._executor.run(_call(name, tracker, self._domain))
            return acted(name, {"events": result.events, "responses": result.responses})

        seconds = self._within.total_seconds()
        try:
            return self._crew.do(name, execute, within=seconds)
        except (ActionFailedError, ActionRejectedError):
            raise
        except ActionExecutionRejection as rejection:
            raise ActionRejectedError(rejection.action_name, str(rejection.message)) from rejection
        except OverdueError:
            raise ActionFailedError(name, f"no answer within {seconds:g} s") from None
        except StuckError as error:
            raise ActionFailedError(name, str(error)) from None
        except Exception as error:  # an action is anybody's code
            raise ActionFailedError(name, f"{type(error).__name__}: {error}") from error


def _call(name: str, tracker: Tracker, domain: Mapping[str, object]) -> JsonObject:
    """A webhook's body without the web. Of the tracker only what actions like to change is copied."""
    state = tracker.to_json()
    changing = {key: value for key, value in state.items() if key != "events"}
    return {
        "next_action": name,
        "sender_id": tracker.sender_id,
        "tracker": {**json.loads(json.dumps(changing)), "events": state["events"]},
        "domain": domain,
        "version": RASA,
    }


class Patience:
    """The actions of one turn: once one has failed and their time is up, the others are not waited for.

    Without it a server that hangs would be waited for as often as a turn has actions.
    """

    def __init__(self, actions: Actions, clock: Clock, within: timedelta, *, sender: str) -> None:
        """sender: how an action server knows the customer, which is by their address on the channel."""
        self._actions, self._clock, self._sender = actions, clock, sender
        self._left = within.total_seconds()
        self._failed = False

    def run(self, name: str, tracker: Tracker) -> Acted:
        """As Actions.run."""
        if self._failed and self._left <= 0 and name not in AT_HOME:
            raise ActionFailedError(name, "the time for this turn's actions was used up by one that failed")
        if not self._actions.runs_here(name):
            tracker = replace(tracker, sender_id=self._sender)
        began = self._clock.monotonic()
        try:
            return self._actions.run(name, tracker)
        except ActionFailedError:
            self._failed = True
            raise
        finally:
            self._left -= self._clock.monotonic() - began


def open_actions(
    assistant: Assistant,
    ours: Sequence[Action],
    outbound: Outbound,
    *,
    within: timedelta,
    threads: int,
    deflate: bool = False,
) -> Actions:
    """The assistant's actions where its endpoints.yml says that they are.

    ours: those that ship with Firstline. They run here unless endpoints.yml names a server or another module;
    with a server beside `actions_module`, it runs what the module does not have.
    Raises BadDestinationError for an address, ActionModuleError for a module that can't be used.
    """
    endpoints, domain = assistant.endpoints, assistant.domain
    module, remote = endpoints.actions_module, endpoints.actions
    here = [action for action in ours if action.name() in AT_HOME]
    if module == OURS or (module is None and remote is None):
        here = list(ours)
    elif module is not None:
        here += load_actions(module)
    server = None
    served: frozenset[str] = frozenset()
    if remote is not None:
        server = ActionServer(outbound.to(remote), domain.written, within=within, deflate=deflate)
        # Rasa lists responses among the actions; those are said and not run.
        served = frozenset(name for name in domain.actions if not _is_response(name, assistant))
    return Actions(here, domain.written, within=within, threads=threads, server=server, served=served)


def _is_response(name: str, assistant: Assistant) -> bool:
    domain = assistant.domain
    return name in domain.responses or (
        name.startswith("utter_") and domain.retrieves(name.removeprefix("utter_"))
    )
