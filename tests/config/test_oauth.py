from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from config.mail import MailError, Post
from config.mailbox import Mailbox, MailboxAt, MailboxError
from config.oauth import TokenError, Tokens, tokens_of
from config.outbound import Outbound
from config.toml_values import SettingsError
from tests.config.test_mail import MAIL
from tests.fakes import FakeClock
from tests.imap_server import Box, imap_server
from tests.mail_server import free_port, mail_server
from tests.token_server import SECRETS, TokenServer


@pytest.fixture
def server() -> Iterator[TokenServer]:
    started = TokenServer()
    yield started
    started.close()


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    opened = Outbound()
    yield opened.guarded(["127.0.0.0/8"])
    opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def tokens(server: TokenServer, outbound: Outbound, clock: FakeClock) -> Tokens:
    return Tokens(server.settings(1), outbound, clock, "mail")


def cases(port: int) -> MailboxAt:
    return MailboxAt("127.0.0.1", port, "none", "cases", "", within_seconds=5, keys="bridges.email.imap_")


def test_a_token_is_fetched_once_and_again_shortly_before_its_end(
    server: TokenServer, tokens: Tokens, clock: FakeClock
) -> None:
    assert tokens.token() == tokens.token() == "token-1"
    secret, refresh_token = SECRETS
    assert server.asked == [
        {
            "grant_type": "refresh_token",
            "client_id": "app-7",
            "client_secret": secret,
            "refresh_token": refresh_token,
        }
    ]
    clock.moves(timedelta(seconds=3539))
    assert tokens.token() == "token-1"
    clock.moves(timedelta(seconds=1))
    assert tokens.token() == "token-2"


def test_a_new_refresh_token_is_used_from_then_on(
    server: TokenServer, tokens: Tokens, clock: FakeClock
) -> None:
    server.rotates = True
    tokens.token()
    clock.moves(timedelta(hours=1))
    tokens.token()
    assert server.asked[1]["refresh_token"] == "refresh-1"


def test_without_a_refresh_token_the_app_signs_in_for_itself(
    server: TokenServer, outbound: Outbound, clock: FakeClock
) -> None:
    scope = "https://outlook.office365.com/.default"
    settings = server.settings(1, oauth_refresh_token="", oauth_scope=scope)
    assert Tokens(settings, outbound, clock, "mail").token() == "token-1"
    [form] = server.asked
    assert (form["grant_type"], form["scope"]) == ("client_credentials", scope)
    assert "refresh_token" not in form


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"oauth_client_id": ""}, "mail.oauth_client_id"),
        ({"oauth_refresh_token": ""}, "mail.oauth_refresh_token"),
        ({"oauth_token_url": "ftp://tokens.example"}, "mail.oauth_token_url"),
    ],
)
def test_what_is_missing_is_named(
    server: TokenServer, outbound: Outbound, clock: FakeClock, wrong: dict[str, str], key: str
) -> None:
    with pytest.raises(SettingsError) as failed:
        tokens_of(server.settings(1, **wrong), outbound, clock, "mail")
    assert failed.value.key == key


def test_without_a_token_url_there_is_a_password(
    server: TokenServer, outbound: Outbound, clock: FakeClock
) -> None:
    assert tokens_of(server.settings(1, oauth_token_url=""), outbound, clock, "mail") is None


@pytest.mark.parametrize(
    ("error", "mend", "permanent"),
    [
        ("invalid_grant", "[mail] oauth_refresh_token", True),
        ("invalid_scope", "check [mail] oauth_scope", True),
        ("invalid_client", "check [mail] oauth_client_id and oauth_client_secret", True),
        ("server_error", "it answers 500", False),
    ],
)
def test_a_refusal_says_what_to_mend_and_no_secret(
    server: TokenServer, tokens: Tokens, error: str, mend: str, permanent: bool
) -> None:
    server.refuses = error
    with pytest.raises(TokenError) as failed:
        tokens.token()
    assert mend in str(failed.value) and failed.value.permanent is permanent
    assert not any(secret in str(failed.value) for secret in SECRETS)


def test_a_token_server_that_is_away_is_asked_again_later(outbound: Outbound, clock: FakeClock) -> None:
    away = TokenServer()
    away.close()
    settings = away.settings(1, oauth_token_url=f"http://127.0.0.1:{free_port()}/token")
    with pytest.raises(TokenError, match="check \\[mail\\] oauth_token_url") as failed:
        Tokens(settings, outbound, clock, "mail").token()
    assert not failed.value.permanent


def test_no_token_is_asked_for_inside_a_private_network(server: TokenServer, clock: FakeClock) -> None:
    with closing(Outbound()) as everywhere, pytest.raises(TokenError, match="private network"):
        Tokens(server.settings(1), everywhere.guarded(), clock, "mail").token()


def test_a_mailbox_is_read_with_a_token(server: TokenServer, tokens: Tokens, clock: FakeClock) -> None:
    box = Box(token="token-1")
    with imap_server(cases=box) as port, closing(Mailbox(cases(port), clock, tokens=tokens)) as mailbox:
        steps: list[str] = []
        mailbox.check(steps.append)
        assert steps == ["connection", "sign-in", "folder"] and len(server.asked) == 1


def test_a_token_that_is_refused_is_had_anew_once(
    server: TokenServer, tokens: Tokens, clock: FakeClock
) -> None:
    tokens.token()
    box = Box(token="token-2")
    with imap_server(cases=box) as port, closing(Mailbox(cases(port), clock, tokens=tokens)) as mailbox:
        mailbox.check()
        assert len(server.asked) == 2
        box.token = "revoked"
        with pytest.raises(MailboxError, match=r"Invalid credentials.*oauth_scope") as failed:
            mailbox.check()
    assert failed.value.step == "sign-in" and failed.value.permanent and len(server.asked) == 3


def test_a_mailbox_says_why_there_is_no_token(server: TokenServer, tokens: Tokens, clock: FakeClock) -> None:
    server.refuses = "invalid_grant"
    with (
        imap_server(cases=Box()) as port,
        closing(Mailbox(cases(port), clock, tokens=tokens)) as mailbox,
        pytest.raises(MailboxError, match="sign in once more") as failed,
    ):
        mailbox.check()
    assert failed.value.step == "sign-in" and failed.value.permanent


def test_mail_goes_out_with_a_token_and_with_another_one_where_it_is_refused(
    server: TokenServer, tokens: Tokens
) -> None:
    with mail_server(password="no passwords any more") as box:
        box.token = "token-2"
        post = Post(server.settings(box.port), tokens=tokens)
        post.send(MAIL)
        post.send(MAIL)
        assert box.signed_in == ["cases", "cases"] and len(box.received) == 2
        assert len(server.asked) == 2


def test_a_token_that_the_mail_server_never_takes_is_told_with_what_to_mend(
    server: TokenServer, tokens: Tokens
) -> None:
    with mail_server(password="no passwords any more") as box, pytest.raises(MailError) as failed:
        Post(server.settings(box.port), tokens=tokens).send(MAIL)
    assert failed.value.step == "sign-in" and "oauth_scope" in str(failed.value)
    assert "token-" not in str(failed.value) and len(server.asked) == 2
