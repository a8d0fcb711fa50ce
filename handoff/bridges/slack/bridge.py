"""The bridge to Slack. A case is a thread: its first message shows the case and its summary to the team.

Source: Slack's pages on chat.postMessage, conversations.replies, request signing and Socket Mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handoff.bridges import (
    Around,
    Capabilities,
    CaseRef,
    Changes,
    HealthState,
    Incoming,
    IncomingFile,
    NewCase,
    Outgoing,
    RawReply,
    RawRequest,
    Step,
)
from handoff.bridges.errors import PeerError, PeerRefusedError
from handoff.bridges.json_values import text_at, true_at
from handoff.bridges.slack.guide import GUIDE
from handoff.bridges.slack.reading import BUTTON, events_in, message_events, object_in, root_of
from handoff.bridges.slack.settings import SlackSettings
from handoff.bridges.slack.signing import challenged, verify
from handoff.bridges.slack.socket import Socket
from handoff.bridges.slack.web import SlackWeb
from handoff.bridges.slack.words import (
    MOST_TEXT,
    Shown,
    blocks,
    escaped,
    key_in,
    post_metadata,
    sections,
    summary_in,
)

MOST_FILE = 25 * 2**20
LOOK_BACK = timedelta(days=7)
"""How long ago a case may have been opened that is looked for before another is."""

LISTEN_SECONDS = 2.0
"""That a poll waits for what comes over Socket Mode; a stop of the house waits for it."""

RECONCILE = timedelta(minutes=5)
"""How often the threads are read all the same where Socket Mode tells what is new: Slack counts the calls."""

_BEGUN = 900  # characters of a long text that are shown above its file
_KINDS = {"note": "note", "customer": "customer", "bot": "bot", "agent": "answered at the desk"}
_SO_FAR = "The conversation so far"


class SlackBridge:
    """One channel of one workspace."""

    name = "slack"
    capabilities = Capabilities(
        receive="push+poll",
        idempotent_create="lookup",
        idempotent_post="lookup",
        most_text=100_000,
        most_file=MOST_FILE,
        acknowledge_within=timedelta(seconds=3),
    )

    def __init__(
        self, settings: SlackSettings, around: Around, *, listen_seconds: float = LISTEN_SECONDS
    ) -> None:
        self._settings, self._around, self._clock = settings, around, around.clock
        where = around.given.where
        mends = {
            "token": f"see {where('token')}",
            "channel": f"invite the app there, and see {where('channel')}",
        }
        hosts = settings.file_hosts
        self._web = SlackWeb(around.outbound, settings.api_url, settings.token, hosts, mends)
        self._listen = listen_seconds
        self._people: dict[str, str] = {}
        self._team_url = ""
        self._socket: Socket | None = None
        if settings.app_token:
            app = SlackWeb(
                around.outbound,
                settings.api_url,
                settings.app_token,
                hosts,
                {"token": f"see {where('app_token')}"},
            )
            self._socket = Socket(
                lambda: text_at(app.call("apps.connections.open", {}), "url"), settings.socket_hosts
            )
            self.capabilities = replace(self.capabilities, receive="stream")

    @classmethod
    def open(cls, around: Around) -> SlackBridge:
        settings = around.given.read(SlackSettings)
        if not (settings.app_token or settings.signing_secret):
            raise around.given.error(
                "app_token", "write it down for Socket Mode, or `signing_secret` where Slack can reach you"
            )
        return cls(settings, around)

    def find_case(self, handoff_id: str) -> CaseRef | None:
        """One that is whole: of one that was begun `open_case` writes the rest."""
        begun = self._begun(handoff_id)
        return begun if begun is not None and self._whole(begun) else None

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        begun = self._begun(case.handoff_id)
        ref = begun or self._ref(self._first(case), case.handoff_id)
        if begun is None or not self._whole(begun):
            self._tell(ref, *self._rest(case), _rest_key(case.handoff_id), "note")
        return ref

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        text, files = item.text, [(each.ref.name, each.read()) for each in item.files]
        if len(text) > MOST_TEXT:
            files = [("message.txt", text.encode()), *files]
            text = f"{text[:_BEGUN]} …"
        who = f"*{escaped(item.author_name)}* ({self._around.say(_KINDS[item.kind])})"
        return self._tell(case, f"{who}\n{escaped(text)}", files, key, item.kind)

    def find_post(self, case: CaseRef, key: str) -> str | None:
        channel, root = root_of(case.case_key)
        found = next((each for each in self._web.thread(channel, root) if key_in(each) == key), None)
        return None if found is None else f"{channel}:{text_at(found, 'ts')}"

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        self._show(case.case_key, changes)
        return case

    def typing(self, case: CaseRef, typing: bool) -> None:
        """Slack shows nobody that a customer writes."""

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        found = case or self._begun(handoff_id)
        if found is None:
            return
        channel, root = root_of(found.case_key)
        thread = self._web.thread(channel, root)
        ours = [each for each in thread if key_in(each) or Shown.of(each) is not None]
        # The first message goes last: by it the others are found again.
        for message in reversed(ours):
            self._web.call("chat.delete", {"channel": channel, "ts": text_at(message, "ts")}, sure=True)
        if len(ours) < len(thread):
            raise PeerRefusedError(
                f"what your people wrote they can only delete themselves: {found.url or found.case_key}"
            )

    def challenge(self, request: RawRequest) -> RawReply | None:
        return challenged(self._settings.signing_secret, request, self._clock.now())

    def verify(self, request: RawRequest, now: datetime) -> None:
        verify(self._settings.signing_secret, request, now)

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        return events_in(object_in(request), self._settings.channel)

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        """What came over Socket Mode, and now and then what stands in the threads.

        cursor: the newest message that was read, and when that was.
        """
        newest, _, read_at = cursor.partition("|")
        events: list[Incoming] = []
        if self._socket is not None:
            for told in self._socket.take(self._listen):
                events += events_in(told, self._settings.channel)
            since = self._clock.now().timestamp() - float(read_at or 0)
            if since < RECONCILE.total_seconds():
                return events, cursor, timedelta(0)
        found, newest = self._read_threads(newest, cases)
        wait = timedelta(0) if self._socket is not None else timedelta(minutes=1)
        return [*events, *found], f"{newest}|{self._clock.now().timestamp():.0f}", wait

    def hydrate(self, event: Incoming) -> Incoming:
        """With the author's name; a button that was tapped shows what it did, for nobody else does."""
        name = self._name(event.author)
        if event.event_id.startswith(BUTTON):
            changes = Changes(status=event.status, assignee=name if event.type == "assigned" else None)
            self._show(event.case_key, changes)
        assignee = name if event.assignee else event.assignee
        return replace(event, author_name=name, assignee=assignee, thin=False)

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        return self._web.download(file.key, MOST_FILE)

    def health(self) -> HealthState:
        try:
            told = self._web.call("auth.test", {}, sure=True)
        except PeerError as error:
            return HealthState(False, error.says)
        return HealthState(True, f"Slack answers as {text_at(told, 'user')} of {text_at(told, 'team')}")

    def check(self) -> Sequence[Step]:
        health = self.health()
        steps = [Step("token", health.ok, health.says, "" if health.ok else "install the app again")]
        for name, tried in (
            ("channel", self._in_channel),
            ("history", self._may_read),
            ("events", self._told),
        ):
            if not steps[-1].ok:
                break
            try:
                steps.append(tried())
            except PeerError as error:
                steps.append(Step(name, False, error.says, "mend that and check again"))
        return steps

    @staticmethod
    def guide(webhook_url: str) -> str:
        return GUIDE.format(webhook_url=webhook_url)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def _in_channel(self) -> Step:
        told = self._web.read("conversations.info", channel=self._settings.channel)
        inside, name = true_at(told, "channel", "is_member"), text_at(told, "channel", "name")
        mend = "" if inside else f"write /invite @… with the app's name in #{name}"
        return Step("channel", inside, f"the app is {'' if inside else 'not '}in #{name}", mend)

    def _may_read(self) -> Step:
        self._web.read("conversations.history", channel=self._settings.channel, limit=1)
        return Step("history", True, "the app may read the channel")

    def _told(self) -> Step:
        if self._socket is not None:
            self._socket.take(0.0)
            return Step("events", True, "Socket Mode is connected")
        url = f"{self._around.our_url}/bridges/slack"
        if not url.startswith("https://"):
            mend = "write the public https:// address into [server] public_url, or use Socket Mode"
            return Step("events", False, f"Slack can't reach {url}", mend)
        return Step("events", True, f"Slack is to tell {url}")

    def _begun(self, handoff_id: str) -> CaseRef | None:
        oldest = f"{(self._clock.now() - LOOK_BACK).timestamp():.6f}"
        for message in self._web.roots(self._settings.channel, oldest):
            shown = Shown.of(message)
            if shown is not None and shown.handoff_id == handoff_id:
                return self._ref(text_at(message, "ts"), handoff_id)
        return None

    def _whole(self, case: CaseRef) -> bool:
        return self.find_post(case, _rest_key(case.more["handoff_id"])) is not None

    def _first(self, case: NewCase) -> str:
        """Write the message that the thread hangs from; its id."""
        person = case.customer
        about = (person.name or "", person.email or "", person.phone or "")
        shown = Shown(
            handoff_id=case.handoff_id,
            number=str(case.number),
            subject=case.subject,
            customer=", ".join(each for each in about if each) or "unknown",
            status="open",
            priority=case.priority.value,
            labels=", ".join(case.labels),
            team=case.team or "",
            assignee=case.assignee or "",
            desk_url=case.desk_url or "",
        )
        done = self._web.call(
            "chat.postMessage",
            {
                "channel": self._settings.channel,
                "text": escaped(case.subject),
                "blocks": blocks(shown, sections(case.note), self._around.say),
                "metadata": shown.metadata(),
                "unfurl_links": False,
                "unfurl_media": False,
            },
        )
        return text_at(done, "ts")

    def _rest(self, case: NewCase) -> tuple[str, list[tuple[str, bytes]]]:
        """The conversation so far, in words if it is short, with the files that were sent in it."""
        files = [(each.ref.name, each.read()) for each in case.files]
        if len(case.transcript) <= MOST_TEXT:
            return f"*{escaped(self._around.say(_SO_FAR))}*\n{escaped(case.transcript)}", files
        return "*The conversation so far*", [("conversation.txt", case.transcript.encode()), *files]

    def _tell(self, case: CaseRef, text: str, files: Sequence[tuple[str, bytes]], key: str, kind: str) -> str:
        """Write into the thread. The files are there first, so that one message is all that is seen."""
        channel, root = root_of(case.case_key)
        shared = [f"<{self._web.upload(name, content)}|{escaped(name)}>" for name, content in files]
        done = self._web.call(
            "chat.postMessage",
            {
                "channel": channel,
                "thread_ts": root,
                "text": "\n".join([text, *shared]),
                "metadata": post_metadata(key, kind),
                "unfurl_links": False,
                "unfurl_media": False,
            },
        )
        return f"{channel}:{text_at(done, 'ts')}"

    def _show(self, case_key: str, changes: Changes) -> None:
        """Have the first message say how the case is now."""
        channel, root = root_of(case_key)
        message = self._web.root(channel, root)
        shown = Shown.of(message)
        if message is None or shown is None:
            raise PeerRefusedError(
                "the first message of the case is not there any more; it was deleted at Slack"
            )
        after = shown.after(changes)
        self._web.call(
            "chat.update",
            {
                "channel": channel,
                "ts": root,
                "text": escaped(after.subject),
                "blocks": blocks(after, summary_in(message), self._around.say),
                "metadata": after.metadata(),
            },
            sure=True,
        )

    def _read_threads(self, newest: str, cases: Sequence[CaseRef]) -> tuple[list[Incoming], str]:
        """What is newer than that in the threads of these cases; only those that have news are read."""
        roots = sorted(root for case in cases if (root := root_of(case.case_key)[1]))
        if not roots:
            return [], newest
        channel, events, last = self._settings.channel, list[Incoming](), newest or roots[0]
        before = f"{max(float(roots[0]) - 1, 0):.6f}"
        for message in self._web.roots(channel, before):
            root, latest = text_at(message, "ts"), text_at(message, "latest_reply")
            if root in roots and latest > newest:
                for said in self._web.thread(channel, root, newest or root):
                    events += message_events(said, channel)
                last = max(last, latest)
        return events, last

    def _name(self, user: str) -> str:
        if user not in self._people:
            self._people[user] = self._web.name_of(user)
        return self._people[user]

    def _ref(self, root: str, handoff_id: str) -> CaseRef:
        channel = self._settings.channel
        if not self._team_url:
            self._team_url = text_at(self._web.call("auth.test", {}, sure=True), "url").rstrip("/")
        url = f"{self._team_url}/archives/{channel}/p{root.replace('.', '')}"
        return CaseRef(self.name, f"{channel}:{root}", url, {"handoff_id": handoff_id})


def _rest_key(handoff_id: str) -> str:
    """The key of what follows the first message of a case."""
    return f"{handoff_id}/rest"
