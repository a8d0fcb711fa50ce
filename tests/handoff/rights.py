"""Who may do what at the desk: a line for every route of its map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.identity import Role
from tests.handoff.seats import PASSWORD

# Everybody who could knock. `agent` holds the case that a line is tried on; `other` sits in another team.
STAFF: Mapping[str, Role] = {
    "agent": Role.AGENT,
    "other": Role.AGENT,
    "supervisor": Role.SUPERVISOR,
    "analyst": Role.QUALITY_ANALYST,
    "editor": Role.EDITOR,
    "admin": Role.ADMIN,
    "disabled": Role.ADMIN,
}
OUTSIDE = ("anonymous", "customer", "disabled")
WORKERS = ("agent", "other", "supervisor", "admin")
LEADS = ("supervisor", "admin")

# Who gets what done; whoever is not named is refused.
EVERYBODY = (*STAFF, "anonymous", "customer")
READS = (*WORKERS, "analyst")
WORKS = WORKERS
HOLDS = ("agent", *LEADS)  # who holds the case, or leads
ADMIN = ("admin",)


@dataclass(frozen=True)
class Line:
    """Who gets it done, and with what: `body` is sent as JSON, or as a form.

    path: where it is not the rule's; `<ref>` is the number of a case that the agent holds, which the verb
    `before` has been done to. done: what those who may are told; signed_in: what they are if signed in.
    """

    may: tuple[str, ...]
    path: str = ""
    body: Mapping[str, object] = field(default_factory=dict)
    before: str = ""
    form: bool = False
    done: int = 200
    signed_in: int = 0


API = "/desk/api"
CASE = "/desk/api/cases/<ref>"
ROOM = "/desk/admin"

TABLE: Mapping[tuple[str, str], Line] = {
    # Pages
    ("GET", "/desk/"): Line(READS),
    ("GET", "/desk/cases/<ref>"): Line(READS),
    ("GET", "/desk/files/<capability>/<path:_name>"): Line(READS, "/desk/files/{file}/a.txt"),
    # The door, which is open
    ("GET", "/desk/static/<path:filename>"): Line(EVERYBODY, "/desk/static/none.js", done=404),
    ("GET", "/desk/sign-in"): Line(EVERYBODY, signed_in=303),
    ("POST", "/desk/sign-in"): Line(EVERYBODY, body={"email": "{who}", "password": "x"}, form=True, done=401),
    ("POST", "/desk/sign-out"): Line(EVERYBODY, form=True, done=303),
    ("GET", "/desk/forgotten"): Line(EVERYBODY),
    ("POST", "/desk/forgotten"): Line(EVERYBODY, body={"email": "nobody@nettly.example"}, form=True),
    ("GET", "/desk/join/<token>"): Line(EVERYBODY, done=410),
    ("POST", "/desk/join/<token>"): Line(
        EVERYBODY, body={"name": "Eve", "password": PASSWORD}, form=True, done=410
    ),
    ("GET", "/desk/reset/<token>"): Line(EVERYBODY, done=410),
    ("POST", "/desk/reset/<token>"): Line(EVERYBODY, body={"password": PASSWORD}, form=True, done=410),
    # What is read
    ("GET", f"{API}/cases"): Line(READS),
    ("GET", CASE): Line(READS),
    ("GET", f"{CASE}/previous"): Line(READS),
    ("GET", f"{CASE}/canned"): Line(READS),
    ("GET", f"{CASE}/draft"): Line(READS),
    ("POST", f"{CASE}/check"): Line(READS, body={"text": "What is your order number?"}),
    ("GET", f"{API}/articles"): Line(READS, f"{API}/articles?q=router"),
    ("GET", f"{API}/blocks"): Line(READS),
    ("GET", f"{API}/colleagues"): Line(READS),
    ("GET", f"{API}/drafts"): Line(READS),
    ("GET", f"{API}/fields"): Line(READS),
    ("GET", f"{API}/follow_ups"): Line(READS),
    ("GET", f"{API}/labels"): Line(READS),
    ("GET", f"{API}/macros"): Line(READS),
    ("GET", f"{API}/me"): Line(READS),
    ("GET", f"{API}/mentions"): Line(READS),
    ("GET", f"{API}/presence"): Line(READS),
    ("GET", f"{API}/search"): Line(READS, f"{API}/search?q=hub"),
    ("GET", f"{API}/figures"): Line(WORKS, f"{API}/figures?since=2026-11-22T00:00:00%2B00:00"),
    # One's own: that one is here, and has read what one was called for
    ("POST", f"{API}/presence"): Line(READS, body={"case": 1001, "doing": "viewing"}),
    ("POST", f"{API}/mentions/seen"): Line(READS),
    ("POST", f"{API}/me/status"): Line(WORKS, body={"status": "away"}),
    # What anybody who works here may do with a case
    ("POST", f"{CASE}/claim"): Line(WORKS, before="release"),
    ("POST", f"{CASE}/note"): Line(WORKS, body={"text": "Seen.", "client_id": "n"}),
    ("POST", f"{CASE}/files"): Line(WORKS, f"{CASE}/files?name=a.txt", done=201),
    ("PUT", f"{CASE}/draft"): Line(WORKS, body={"kind": "note", "text": "Half"}),
    ("POST", f"{CASE}/follow"): Line(WORKS, body={"follows": True}),
    ("POST", f"{CASE}/transcript"): Line(WORKS, body={"to": "m@example.com"}, done=409),  # mail is off
    ("POST", f"{CASE}/macros/<int:id>"): Line(WORKS, f"{CASE}/macros/1", body={"client_id": "m"}),
    ("POST", f"{CASE}/follow_ups"): Line(WORKS, body={"due": "{soon}", "text": "Ring them"}),
    ("POST", f"{API}/follow_ups/<int:promise>/done"): Line(WORKS, f"{API}/follow_ups/1/done"),
    # What only who holds the case may do, and who leads
    ("POST", f"{CASE}/reply"): Line(HOLDS, body={"text": "Hello.", "client_id": "r"}),
    ("POST", f"{CASE}/release"): Line(HOLDS),
    ("POST", f"{CASE}/resolve"): Line(HOLDS, body={"outcome": "solved"}),
    ("POST", f"{CASE}/return"): Line(HOLDS),
    ("POST", f"{CASE}/assign"): Line(HOLDS, body={"agent": "other@nettly.example"}),
    ("POST", f"{CASE}/hand_over"): Line(HOLDS, body={"team": "billing", "note": "A refund."}),
    ("POST", f"{CASE}/escalate"): Line(HOLDS, body={"problem": "No line", "steps": "Restarted"}),
    ("POST", f"{CASE}/snooze"): Line(HOLDS, body={"until_reply": True}),
    ("POST", f"{CASE}/wake"): Line(HOLDS, before="snooze"),
    ("POST", f"{CASE}/labels"): Line(HOLDS, body={"labels": ["bug"]}),
    ("POST", f"{CASE}/fields"): Line(HOLDS, body={"fields": {"model": "Hub 3"}}),
    ("POST", f"{CASE}/priority"): Line(HOLDS, body={"priority": "high", "note": "They wait."}),
    ("POST", f"{CASE}/reopen"): Line(WORKS, body={"note": "Again."}, before="resolve"),
    ("POST", f"{CASE}/merge"): Line(HOLDS, body={"into": "{twin}", "same_person": True}),
    ("POST", f"{CASE}/spam"): Line(HOLDS),
    ("POST", f"{CASE}/block"): Line(HOLDS, body={"because": "Threats"}),
    ("POST", f"{CASE}/unblock"): Line(WORKS, before="block"),
    ("POST", f"{CASE}/reveal"): Line(HOLDS, body={"fact": "card", "message": 2}),
    # What is arranged: by leads, and what may lock people out by admins alone
    ("GET", f"{ROOM}/"): Line(LEADS, done=303),
    ("GET", f"{ROOM}/<key>"): Line(LEADS, f"{ROOM}/labels"),
    ("GET", f"{ROOM}/<key>/new"): Line(LEADS, f"{ROOM}/labels/new"),
    ("POST", f"{ROOM}/<key>/new"): Line(
        LEADS, f"{ROOM}/labels/new", {"name": "new", "colour": "none"}, form=True, done=422
    ),
    ("GET", f"{ROOM}/<key>/edit/<path:thing>"): Line(LEADS, f"{ROOM}/labels/edit/bug"),
    ("POST", f"{ROOM}/<key>/edit/<path:thing>"): Line(
        LEADS,
        f"{ROOM}/labels/edit/bug",
        {"name": "bug", "colour": "grey", "seen": '{"colour":"grey","name":"bug"}'},
        form=True,
        done=303,
    ),
    ("POST", f"{ROOM}/<key>/order"): Line(ADMIN, f"{ROOM}/rules/order", {"key": "x"}, form=True, done=303),
    ("GET", f"{ROOM}/<key>/remove/<path:thing>"): Line(LEADS, f"{ROOM}/labels/remove/bug"),
    ("POST", f"{ROOM}/<key>/remove/<path:thing>"): Line(
        LEADS, f"{ROOM}/labels/remove/no", form=True, done=404
    ),
    ("POST", f"{ROOM}/<key>/press/<path:thing>"): Line(
        ADMIN, f"{ROOM}/staff/press/other@nettly.example", {"deed": "link"}, form=True
    ),
    ("GET", f"{ROOM}/customers"): Line(LEADS),
    ("POST", f"{ROOM}/customers/<int:case>"): Line(
        LEADS, f"{ROOM}/customers/<ref>", before="block", form=True, done=303
    ),
    ("GET", f"{ROOM}/topics"): Line(ADMIN),
    ("GET", f"{ROOM}/mail"): Line(ADMIN),
    ("POST", f"{ROOM}/mail/<box>/<int:number>"): Line(ADMIN, f"{ROOM}/mail/staff/1", form=True, done=303),
    ("GET", f"{ROOM}/helpdesk"): Line(LEADS),
    ("POST", f"{ROOM}/helpdesk/replay"): Line(LEADS, f"{ROOM}/helpdesk/replay", form=True, done=303),
    # No helpdesk outside has anything here.
    ("POST", f"{ROOM}/helpdesk/replay/<int:item>"): Line(
        LEADS, f"{ROOM}/helpdesk/replay/1", form=True, done=409
    ),
    ("POST", f"{ROOM}/helpdesk/cases/<int:case>"): Line(
        LEADS, f"{ROOM}/helpdesk/cases/<ref>", form=True, done=409
    ),
}
