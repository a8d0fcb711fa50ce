from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from bot.shell import Proxies, Shell
from bot.shell.proxies import network_of
from bot.shell.requests import Head
from tests.bot.shell.harness import Limits, asked, echo, scope

OURS = Proxies(("127.0.0.1", "10.0.0.0/8", "fd00::/8"))


def seen(proxies: Proxies, client: str, headers: Mapping[str, str]) -> tuple[str, str]:
    """Whom a request is taken to come from, and by what scheme."""
    head = proxies.seen_through(Head.of(scope("GET", "/", headers=tuple(headers.items()), client=client)))
    return head.client, head.scheme


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("198.51.100.9", "198.51.100.9"),
        ("198.51.100.9:4711", "198.51.100.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:198.51.100.9", "198.51.100.9"),
        # What the client has made up stands left of what our proxies have seen.
        ("1.1.1.1, 198.51.100.9", "198.51.100.9"),
        ("1.1.1.1, 198.51.100.9, 10.1.2.3", "198.51.100.9"),
        ("127.0.0.1, 198.51.100.9", "198.51.100.9"),
        ("1.1.1.1, <script>, 10.1.2.3", "10.1.2.3"),
        ("somewhere", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("10.5.5.5", "10.5.5.5"),
    ],
)
def test_a_proxy_of_ours_is_believed(said: str, client: str) -> None:
    assert seen(OURS, "10.0.0.1", {"X-Forwarded-For": said}) == (client, "http")


def test_anybody_else_is_not_believed_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    proxies = Proxies(("10.0.0.0/8",))
    headers = {"X-Forwarded-For": "198.51.100.9", "X-Forwarded-Proto": "https"}
    for _ in range(3):
        assert seen(proxies, "203.0.113.7", headers) == ("203.0.113.7", "http")
    assert caplog.text.count("name it in [server] trusted_proxies") == 1


def test_however_many_pretend_the_log_stays_short(caplog: pytest.LogCaptureFixture) -> None:
    proxies = Proxies()
    for number in range(100):
        seen(proxies, f"203.0.113.{number}", {"X-Forwarded-For": "1.1.1.1"})
    assert caplog.text.count("trusted_proxies") == 20


@pytest.mark.parametrize(
    ("said", "scheme"),
    [
        ("https", "https"),
        ("http", "http"),
        ("http, https", "https"),
        ("javascript", "http"),
        ("HTTPS", "https"),
    ],
)
def test_the_scheme_is_the_one_that_the_client_used(said: str, scheme: str) -> None:
    assert seen(OURS, "10.0.0.1", {"X-Forwarded-Proto": said}) == ("10.0.0.1", scheme)


def test_apps_see_the_client_and_not_the_proxy() -> None:
    shell = Shell({"/": echo}, [], settings=Limits(), proxies=OURS)
    headers = [("X-Forwarded-For", "198.51.100.9"), ("X-Forwarded-Proto", "https")]
    told = json.loads(asked(shell, "GET", "/", headers=headers, client="127.0.0.1").body)
    assert told["REMOTE_ADDR"] == "198.51.100.9"
    told = json.loads(asked(shell, "GET", "/", headers=headers, client="203.0.113.7").body)
    assert told["REMOTE_ADDR"] == "203.0.113.7"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
        ("a socket", ""),
    ],
)
def test_a_household_of_the_new_protocol_is_one_place(address: str, network: str) -> None:
    assert network_of(address) == network
