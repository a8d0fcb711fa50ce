"""How a bridge asks: what each outcome means to the sender, what is sent, and what is never told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from config.outbound import Outbound
from handoff.bridges.errors import PeerAwayError, PeerError, PeerRefusedError, PeerUnsureError
from handoff.bridges.http import Part, PeerAddress, PeerHttp, peer_words, retry_after
from handoff.bridges.json_values import (
    number_at,
    objects_at,
    text_at,
    texts_at,
    true_at,
    value_at,
)
from tests.strangers import (
    Call,
    answers_a_page,
    answers_too_much,
    drips_body,
    hangs_up,
    hangs_up_midway,
    nobody,
    redirects,
    speaks_garbage,
    stranger,
)

SECRET = "s3cr3t-t0ken"


def asking(outbound: Outbound, url: str, **mends: str) -> PeerHttp:
    """A peer on this machine, and 300 ms to answer."""
    remote = outbound.guarded(["127.0.0.1"], timedelta(milliseconds=300)).to(
        PeerAddress(url.removesuffix("/webhook"), headers={"Authorization": f"Bearer {SECRET}"})
    )
    return PeerHttp(remote, mends={int(status[1:]): mend for status, mend in mends.items()})


def outcome(
    outbound: Outbound, does: Callable[[Call], object], *, sure: bool = False, **mends: str
) -> PeerError:
    with stranger(does) as there, pytest.raises(PeerError) as caught:
        asking(outbound, there.url, **mends).post("/tickets", json={"a": 1}, sure=sure)
    return caught.value


def answering(status: int, body: object = b"", **headers: str) -> Callable[[Call], None]:
    return lambda call: call.answers(body, status, **headers)


def test_what_was_never_sent_is_tried_again(outbound: Outbound) -> None:
    for url in (nobody(), "http://no-such-host.invalid/"):
        with pytest.raises(PeerAwayError):
            asking(outbound, url).post("/tickets", json={})


@pytest.mark.parametrize("does", [hangs_up, hangs_up_midway, drips_body, speaks_garbage, answers_too_much])
def test_what_was_sent_and_not_answered_may_have_been_done(
    outbound: Outbound, does: Callable[[Call], object]
) -> None:
    assert isinstance(outcome(outbound, does), PeerUnsureError)
    error = outcome(outbound, does, sure=True)
    assert isinstance(error, PeerRefusedError if does is answers_too_much else PeerAwayError)


@pytest.mark.parametrize("status", [408, 425, 429])
def test_a_peer_that_is_busy_is_asked_later(outbound: Outbound, status: int) -> None:
    error = outcome(outbound, answering(status, Retry_After="7"))
    assert isinstance(error, PeerAwayError)
    assert error.retry_after == timedelta(seconds=7)


def test_a_server_error_leaves_it_open_whether_it_was_done(outbound: Outbound) -> None:
    assert isinstance(outcome(outbound, answering(500)), PeerUnsureError)
    assert isinstance(outcome(outbound, answering(502), sure=True), PeerAwayError)
    assert isinstance(outcome(outbound, answering(503, Retry_After="2")), PeerAwayError)


def test_a_refusal_says_the_peers_words_and_the_mend(outbound: Outbound) -> None:
    error = outcome(outbound, answering(401, {"message": "Bad token"}), s401="set [bridges.rt] token")
    assert isinstance(error, PeerRefusedError)
    assert error.says.endswith("it answers 401: Bad token; set [bridges.rt] token")
    page = b"<html><style>p {}</style><h1>No &amp; never</h1></html>"
    assert outcome(outbound, answering(422, page)).says.endswith("it answers 422: No & never")


def test_a_redirect_is_refused_and_not_followed(outbound: Outbound) -> None:
    error = outcome(outbound, redirects)
    assert isinstance(error, PeerRefusedError)
    assert "redirects to http://192.0.2.1/elsewhere;" in error.says and "hidden" not in error.says


def test_a_secret_that_a_peer_repeats_is_not_told(outbound: Outbound) -> None:
    said = outcome(outbound, answering(400, {"error": f"token {SECRET} is unknown"})).says
    assert SECRET not in said and "***" in said
    assert len(outcome(outbound, answering(400, {"error": "x" * 5000})).says) < 400


def test_statuses_that_are_answers_are_given_back(outbound: Outbound) -> None:
    with stranger(answering(404, {"message": "none"})) as there:
        assert asking(outbound, there.url).get("/ticket/7", allow=(404,)).status == 404


def test_a_page_is_no_json(outbound: Outbound) -> None:
    with stranger(answers_a_page) as there:
        answer = asking(outbound, there.url).get("/tickets")
        with pytest.raises(PeerRefusedError, match="not JSON: Welcome"):
            answer.json()


def test_what_is_sent_is_what_was_meant(outbound: Outbound) -> None:
    with stranger(answering(200, {})) as there:
        http = asking(outbound, there.url)
        http.put("/a b/%23c", json={"text": "smørbrød \ud83d"}, query={"q": "a&b"})
        http.post("/form", form={"q": "æ&b"})
        http.patch("/parts", parts=[Part("text", b"hello"), Part("file", b"\0\1", "å\r\n.pdf")])
        http.delete("/gone")
    put, form, parts, gone = there.calls
    assert put.path == "/a%20b/%23c?q=a%26b" and put.json() == {"text": "smørbrød ?"}
    assert put.headers["authorization"] == f"Bearer {SECRET}"
    assert (form.body, form.headers["content-type"]) == (b"q=%C3%A6%26b", "application/x-www-form-urlencoded")
    assert b"\r\n\r\nhello\r\n" in parts.body and b"\r\n\r\n\0\1\r\n" in parts.body
    assert b"\xc3\xa5%0D%0A.pdf" in parts.body
    assert gone.body == b"" and "content-type" not in gone.headers


@pytest.mark.parametrize("path", ["http://192.0.2.1/file", "https://127.0.0.1/file", "http://[::1"])
def test_nothing_is_fetched_from_another_server(outbound: Outbound, path: str) -> None:
    with stranger(answering(200)) as there:
        with pytest.raises(PeerRefusedError, match=r"nothing is asked there"):
            asking(outbound, there.url).get(path)
        assert there.calls == []


def test_an_at_sign_in_a_path_leads_nowhere_else(outbound: Outbound) -> None:
    with stranger(answering(200)) as there:
        asking(outbound, there.url).get("@192.0.2.1/file")
        assert there.calls[0].path == "/@192.0.2.1/file"


def test_a_private_address_is_refused_with_the_setting_that_allows_it(outbound: Outbound) -> None:
    remote = outbound.guarded().to(PeerAddress("http://localhost:9"))
    with pytest.raises(PeerRefusedError, match=r"private network.*\[bridge\] private_networks"):
        PeerHttp(remote).get("/")


def test_a_wait_is_seconds_or_a_date_by_the_peers_own_clock() -> None:
    date, later = "Mon, 02 Nov 2026 09:00:00 GMT", "Mon, 02 Nov 2026 09:00:30 GMT"
    assert retry_after({"retry-after": "90"}) == timedelta(seconds=90)
    assert retry_after({"retry-after": "1.5"}) == timedelta(seconds=1.5)
    assert retry_after({"retry-after": "9999999"}) == timedelta(hours=1)
    assert retry_after({"retry-after": later, "date": date}) == timedelta(seconds=30)
    assert retry_after({"retry-after": date, "date": later}) == timedelta(0)
    for said in ({}, {"retry-after": "soon"}, {"retry-after": "-5"}, {"retry-after": date}):
        assert retry_after(said) is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"error": {"title": "RecordInvalid", "message": "Subject is needed"}},
            "Subject is needed; RecordInvalid",
        ),
        ({"errors": ["a", "b"]}, "a; b"),
        ({"queue": ["This field is required."]}, '{"queue": ["This field is required."]}'),
        (["Ticket 2: no such status"], "Ticket 2: no such status"),
        ([], "[]"),
    ],
)
def test_a_peers_words_are_found_in_its_json(body: object, words: str) -> None:
    assert peer_words(json.dumps(body).encode()) == words


def test_words_are_found_in_anything() -> None:
    assert peer_words(b"\xff\x00 plain\n \x1b[31mtext") == "� plain [31mtext"
    assert peer_words(b"[" * 100_000).startswith("[[[")
    assert peer_words(b"") == ""


def test_json_is_read_without_trusting_it() -> None:
    value = json.loads('{"a": {"b": [{"c": 7}, 5, {"c": "8"}], "t": ["x", 1]}, "y": true, "n": null}')
    assert (text_at(value, "a", "b", 0, "c"), number_at(value, "a", "b", 2, "c")) == ("7", 8)
    assert [text_at(each, "c") for each in objects_at(value, "a", "b")] == ["7", "8"]
    assert texts_at(value, "a", "t") == ("x",)
    assert true_at(value, "y") and not true_at(value, "a")
    assert value_at(value, "a", "b", -1, "c") == "8"
    for path in (("a", "b", 9), ("a", 0), ("n", "x"), (0,), ("a", "b", "c")):
        assert (text_at(value, *path), number_at(value, *path), objects_at(value, *path)) == ("", None, [])
    assert (text_at(value, "y"), number_at(value, "y")) == ("", None)
