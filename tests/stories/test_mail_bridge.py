"""A customer in the widget, and a team that has nothing but a mailbox: on a real IMAP server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from config.clock import SystemClock
from config.mailbox import Mailbox, MailboxAt
from tests.conftest import own_copy
from tests.dovecot import running
from tests.furnishing import never_closed
from tests.imap_server import PASSWORD
from tests.peers import SeenCase, SeenFile
from tests.peers.email import EmailPeer
from tests.server import serving
from tests.stage import Stage, View, staffed
from tests.stories.test_bridge import opens_widget

pytestmark = [pytest.mark.browser, pytest.mark.peer, pytest.mark.slow]

MAILS = 20  # that a colleague looks through for one


@dataclass(frozen=True)
class Colleagues:
    """The team at its mailbox: they wait in it, as a mail program does."""

    peer: EmailPeer
    mailbox: Mailbox

    def find(self, wanted: Callable[[SeenCase], bool]) -> SeenCase:
        """The first thread that is as wanted, once there is one."""
        for _ in range(MAILS):
            for case in self.peer.cases():
                if wanted(case):
                    return case
            self.mailbox.wait(timedelta(seconds=2))
        raise AssertionError(f"it does not come: {self.peer.cases()}")


@pytest.fixture(scope="module")
def outside(
    browser: Browser, prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stage, Colleagues]]:
    dovecot, clock = running(), SystemClock()
    data = never_closed(staffed(own_copy(prepared, tmp_path_factory.mktemp("mail") / "data")))
    peer = EmailPeer(dovecot.imap_port, dovecot.held, dovecot.deliver, "cases", "support")
    told = {**peer.settings, "agents": "@nettly.example", "idle_seconds": 20}
    env = {f"FIRSTLINE_BRIDGES_EMAIL_{key.upper()}": str(value) for key, value in told.items()}
    env |= {"FIRSTLINE_HANDOFF_BRIDGE": ".email", "FIRSTLINE_BRIDGE_PRIVATE_NETWORKS": "127.0.0.0/8"}
    at = MailboxAt("127.0.0.1", dovecot.imap_port, "none", "support", PASSWORD)
    with (
        closing(peer),
        closing(Mailbox(at, clock)) as mailbox,
        serving(data, env=env) as server,
    ):
        yield Stage(browser, server.address), Colleagues(peer, mailbox)


def test_a_case_is_worked_by_mail_and_the_customer_stays_in_the_chat(
    outside: tuple[Stage, Colleagues],
) -> None:
    stage, team = outside
    with stage.context(View("phone")) as street:
        chat = opens_widget(stage, street.new_page())
        chat.asks("I was charged twice for order NT-10427")
        chat.wants_a_person()
        chat.says("it was 1490 kr")

        # The team has one thread: the summary, the whole conversation as a file, what was written since.
        case = team.find(lambda case: "it was 1490 kr" in case.posts[-1].text)
        assert "NT-10427" in case.posts[0].text
        [conversation] = case.posts[0].files
        assert b"I was charged twice" in conversation.content

        # They answer from their own mail programs; what they quote and what they note stays with them.
        team.peer.notes(case.key, "He pays late.", "Kari")
        team.peer.replies(case.key, "Hello, I can see both charges.\n\nKind regards,\nKari", "Kari")
        chat.hears("Kari has joined the conversation.")
        chat.hears("Hello, I can see both charges.")
        expect(chat.page.locator("#name")).to_have_text("Kari")
        slip = SeenFile("refund.pdf", b"%PDF-1.4\n%slip\n")
        team.peer.replies(case.key, "One of them goes back today.", "Kari", [slip])
        chat.hears("One of them goes back today.")
        expect(chat.page.get_by_text("refund.pdf")).to_be_visible()

        chat.says("thank you!")
        team.find(lambda case: "thank you!" in case.posts[-1].text)
        said = "\n".join(chat.everything())
        assert "He pays late." not in said and "regards" not in said and "answer above" not in said

        # One word ends it, and the bot is back.
        team.peer.resolves(case.key)
        chat.hears("marked this as resolved.")
        chat.asks("how long do I have to return something")
        expect(chat.answers.last).to_be_visible()
    assert not any(b"Seen" in flags for flags in running().flags("cases"))
