"""The door for mail servers, spoken to as they do."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

import pytest

from bot.mail.listening import Listener
from tests.bot.mail.mail_room import JANE, US, MailRoom, mail
from tests.mail_server import free_port

Opens = Callable[..., int]


@pytest.fixture
def opens(request: pytest.FixtureRequest, room: MailRoom) -> Opens:
    def opened(*, lmtp: bool, take: Callable[[bytes], object] = room.receiving.take) -> int:
        port = free_port()
        listener = Listener(take, US, host="127.0.0.1", port=port, lmtp=lmtp)
        listener.start()
        request.addfinalizer(listener.close)
        return port

    return opened


@pytest.mark.parametrize("lmtp", [False, True])
def test_a_mail_is_taken_once_it_is_stored(room: MailRoom, opens: Opens, lmtp: bool) -> None:
    with (smtplib.LMTP if lmtp else smtplib.SMTP)("127.0.0.1", opens(lmtp=lmtp)) as server:
        assert server.sendmail(JANE, [US], mail().as_bytes()) == {}
        assert len(room.only()[1]) == 1


def test_the_envelopes_address_leads_to_the_thread_whatever_the_headers_say(
    room: MailRoom, opens: Opens
) -> None:
    room.hears(mail())
    thread = str(room.box.received[0]["Reply-To"])
    with smtplib.LMTP("127.0.0.1", opens(lmtp=True)) as server:
        server.sendmail(JANE, [thread, US], mail("And?", id="<2@x>", to="undisclosed@x.example").as_bytes())
        assert server.getreply()[0] == 250  # one answer for each receiver
    assert len(room.only()[1]) == 2


def test_mail_for_others_is_refused(room: MailRoom, opens: Opens) -> None:
    with (
        smtplib.SMTP("127.0.0.1", opens(lmtp=False)) as server,
        pytest.raises(smtplib.SMTPRecipientsRefused, match="nobody has this address here"),
    ):
        server.sendmail(JANE, ["other@nettly.example"], mail().as_bytes())
    assert room.conversations() == []


def test_a_mail_that_can_not_be_stored_now_is_asked_for_again(opens: Opens) -> None:
    def full(raw: bytes) -> None:
        raise OSError("no space is left")

    with (
        smtplib.SMTP("127.0.0.1", opens(lmtp=False, take=full)) as server,
        pytest.raises(smtplib.SMTPDataError, match="bring it again"),
    ):
        server.sendmail(JANE, [US], mail().as_bytes())


def test_a_mail_without_a_sender_in_its_envelope_is_a_machines(room: MailRoom, opens: Opens) -> None:
    with smtplib.SMTP("127.0.0.1", opens(lmtp=False)) as server:
        server.sendmail("", [US], mail().as_bytes())
    assert room.conversations() == []
