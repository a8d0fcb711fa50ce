"""The client for other people's servers: what it trusts, what it refuses to send, and what it never tells.

How it fares with servers that break their word is in tests/bot/test_action_server.py.
"""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from config.outbound import BadDestinationError, Outbound, OutboundError, PrivateNetworkError
from tests.strangers import Call, hangs, nobody, stranger

WITHIN = timedelta(seconds=30)


@dataclass(frozen=True)
class To:
    """A destination as an operator writes it down."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    token: str | None = None
    token_name: str = "token"
    basic_auth: tuple[str, str] | None = None
    cafile: str | None = None


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that nobody else has signed, and a server's context with it."""
    folder = tmp_path_factory.mktemp("tls")
    key, signed = folder / "key.pem", folder / "cert.pem"
    making = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=shop"
    named = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(signed)]
    subprocess.run([*making.split(), *named], check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed, key)
    return signed, context


def well(call: Call) -> None:
    call.answers({"well": True})


def test_a_server_is_trusted_by_the_authority_that_the_operator_names(
    outbound: Outbound, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    signed, context = certificate
    with stranger(well, context) as shop:
        answer = outbound.to(To(shop.url, cafile=str(signed))).post(b"{}", within=WITHIN)
    assert (answer.status, answer.body) == (200, b'{"well": true}')


def test_a_server_with_a_certificate_of_its_own_is_not_trusted(
    outbound: Outbound, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    with stranger(well, certificate[1]) as shop:
        with pytest.raises(OutboundError, match="not trusted; name the authority"):
            outbound.to(To(shop.url)).post(b"{}", within=WITHIN)
        assert shop.calls == []


@pytest.mark.parametrize(
    "url", ["", "shop:5055", "grpc://127.0.0.1:5055", "http://", "http://[::1", "http://shop:99999/"]
)
def test_an_address_that_is_none_is_refused_when_it_is_opened(outbound: Outbound, url: str) -> None:
    with pytest.raises(BadDestinationError, match=r"http://127\.0\.0\.1:5055/webhook"):
        outbound.to(To(url))


def test_a_cafile_that_is_none_is_refused_when_it_is_opened(outbound: Outbound, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(BadDestinationError, match="PEM"):
            outbound.to(To("https://shop.example/", cafile=str(tmp_path / name)))


def test_an_address_is_told_without_its_secrets(outbound: Outbound) -> None:
    to = To(
        "https://maya:pa55word@shop.example:8443/hook?key=k3yk3y", token="t0ken", headers={"A": "Bearer abcd"}
    )
    remote = outbound.to(to)
    assert remote.address == "https://shop.example:8443/hook"
    assert remote.masked("pa55word key=k3yk3y t0ken Bearer abcd, abcd") == "*** *** *** ***, ***"


def test_a_header_that_can_not_be_sent_is_a_reason(outbound: Outbound) -> None:
    with stranger(well) as shop, pytest.raises(OutboundError, match="can't be sent"):
        outbound.to(To(shop.url, headers={"X-Key": "a\nb"})).post(b"{}", within=WITHIN)


def test_a_house_that_calls_nobody_loads_no_client() -> None:
    code = "import sys, config.outbound as out; out.Outbound().close(); print('aiohttp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_an_address_is_reached_and_its_status_told() -> None:
    opened = Outbound()
    with stranger(well) as there:
        assert opened.reach(there.url, within=WITHIN, private=True) == 200
    opened.close()


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/", "http://localhost/", "http://[::1]/", "http://10.0.0.1/"]
)
def test_nobody_looks_around_in_our_own_network_by_writing_links(address: str) -> None:
    opened = Outbound()
    with pytest.raises(OutboundError, match="private network"):
        opened.reach(address, within=WITHIN)
    opened.close()


@pytest.mark.parametrize("address", ["ftp://shop.example/", "file:///etc/passwd", "http://"])
def test_what_is_no_web_address_is_not_reached(address: str) -> None:
    opened = Outbound()
    with pytest.raises(BadDestinationError):
        opened.reach(address, within=WITHIN)
    opened.close()


def test_a_guarded_client_goes_where_it_is_allowed_to_and_nowhere_else(outbound: Outbound) -> None:
    with stranger(well) as there:
        allowed = outbound.guarded(["127.0.0.0/8"], WITHIN)
        assert allowed.to(To(there.url)).send("GET").status == 200
        for others in ([], ["10.0.0.0/8", "fd00::/8"]):
            with pytest.raises(PrivateNetworkError):
                outbound.guarded(others, WITHIN).to(To(there.url)).send("GET")
            with pytest.raises(PrivateNetworkError):
                named = there.url.replace("127.0.0.1", "localhost")
                outbound.guarded(others, WITHIN).to(To(named)).send("GET")
        assert len(there.calls) == 1


@pytest.mark.parametrize(
    "host", ["[::ffff:127.0.0.1]", "[::1]", "0.0.0.0", "169.254.169.254", "[fe80::1]", "224.0.0.1"]
)
def test_no_way_of_writing_an_address_leads_inside(outbound: Outbound, host: str) -> None:
    with pytest.raises(PrivateNetworkError):
        outbound.guarded((), WITHIN).to(To(f"http://{host}:9/")).send("GET")


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1"])
def test_an_address_in_an_old_spelling_leads_nowhere(outbound: Outbound, host: str) -> None:
    with pytest.raises(OutboundError):
        outbound.guarded((), WITHIN).to(To(f"http://{host}:9/")).send("GET")


def test_a_name_is_looked_up_once_and_the_connection_goes_where_it_was_found(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that says something else the second time leads nobody inside."""
    with stranger(well) as there:
        port, asked = int(there.url.split(":")[2].split("/")[0]), list[str]()
        local = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        outside = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", port))

        def names(host: str, *args: object, **more: object) -> list[object]:
            asked.append(host)
            return [local if len(asked) == 1 else outside]

        monkeypatch.setattr(socket, "getaddrinfo", names)
        remote = outbound.guarded(["127.0.0.0/8"], WITHIN).to(To(f"http://desk.example:{port}/hook"))
        assert remote.send("GET").status == 200
    assert asked == ["desk.example"]
    assert there.calls[0].headers["host"] == f"desk.example:{port}"


def test_an_address_for_other_protocols_is_checked_too(outbound: Outbound) -> None:
    assert outbound.guarded(["127.0.0.1"]).resolve("localhost", 25) == "127.0.0.1"
    with pytest.raises(PrivateNetworkError):
        outbound.guarded().resolve("localhost", 25)
    with pytest.raises(OutboundError, match="its name is unknown"):
        outbound.guarded().resolve("no-such-host.invalid", 25)


def test_an_error_knows_whether_the_request_may_have_arrived(outbound: Outbound) -> None:
    short = timedelta(milliseconds=200)
    with stranger(hangs) as there, pytest.raises(OutboundError) as caught:
        outbound.to(To(there.url)).send("POST", body=b"{}", within=short)
    assert caught.value.sent
    with pytest.raises(OutboundError) as caught:
        outbound.to(To(nobody())).send("POST", body=b"{}", within=WITHIN)
    assert not caught.value.sent


def test_a_large_body_arrives_whole(outbound: Outbound) -> None:
    with stranger(well) as there:
        outbound.to(To(there.url)).send("POST", body=b"ab" * 2**20, within=WITHIN)
    assert there.calls[0].body == b"ab" * 2**20


def test_answers_tell_their_headers_by_lower_case_name(outbound: Outbound) -> None:
    with stranger(lambda call: call.answers({}, X_Total="7")) as there:
        assert outbound.to(To(there.url)).send("GET", within=WITHIN).headers["x-total"] == "7"


def test_a_guarded_client_ends_with_the_one_that_it_is_of() -> None:
    opened = Outbound()
    guarded = opened.guarded(["127.0.0.1"], WITHIN)
    with stranger(well) as there:
        assert guarded.to(To(there.url)).send("GET").status == 200
        opened.close()
        with pytest.raises(OutboundError, match="closing"):
            guarded.to(To(there.url)).send("GET")
