"""Files of real messages: read whole or refused with their line, and counted by what came of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation import ConversationId, Message, Source
from bot.opening import House
from bot.replay import Replayed, ReplayFileError, Row, kind_of, percentile, read_messages, replay
from bot.store import JsonObject, Promise
from tests.fakes import MONDAY_MORNING

SOURCE = Source("return", "Return something", "/help/en/return", "", "2026-11-02", "en")


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    ("name", "text", "messages"),
    [
        ("m.csv", 'text,category\nhello,greet\n"a, b",x\n', ["hello", "a, b"]),
        ("m.csv", '\ufeffid,text\r\n1,hello\r\n2,"two\r\nlines"\r\n', ["hello", "two\nlines"]),
        ("m.csv", "text\none\u2028line\n", ["one\u2028line"]),
        ("m.csv", "id,text\n1\n", [""]),
        ("m.jsonl", '{"text": "hello", "id": 1}\n\n{"text": "æøå"}\n', ["hello", "æøå"]),
        ("m.jsonl", '{"text": "one\u2028line\u0085"}\n', ["one\u2028line\u0085"]),
        ("m.txt", "hello\n\n  where is it?  \n", ["hello", "where is it?"]),
        ("m.txt", "", []),
    ],
)
def test_each_row_is_a_message(tmp_path: Path, name: str, text: str, messages: list[str]) -> None:
    assert [row.text for row in read_messages(written(tmp_path, name, text))] == messages


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.csv", "text,article,language\na,return,nb\nb,pay|refund,\nc,,\n"),
        (
            "m.jsonl",
            '{"text": "a", "article": "return", "language": "nb"}\n'
            '{"text": "b", "article": ["pay", "refund"]}\n'
            '{"text": "c", "article": null}\n',
        ),
    ],
)
def test_a_row_says_what_answers_it(tmp_path: Path, name: str, text: str) -> None:
    assert read_messages(written(tmp_path, name, text)) == [
        Row("a", frozenset({"return"}), "nb"),
        Row("b", frozenset({"pay", "refund"})),
        Row("c", frozenset()),
    ]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("m.csv", "words\nhello\n", "m.csv:1: no column 'text'; the header has words"),
        ("m.csv", "", "m.csv:1: no column 'text'; the header has none"),
        ("m.csv", 'text\n"' + "x" * 200_000, "m.csv:2: field larger than field limit"),
        ("m.csv", 'text\nhello\n"and\nso on\n', "is a quote left open?"),
        ("m.jsonl", '{"text": "a"}\n{"text"}\n', "m.jsonl:2: not JSON: "),
        ("m.jsonl", '{"text": "a"}\n\n["text"]\n', 'm.jsonl:3: each line must be an object with "text"'),
        ("m.jsonl", '{"text": 7}\n', "m.jsonl:1: each line must be"),
        ("m.jsonl", '{"text": "a", "article": 7}\n', 'm.jsonl:1: "article" must be an id'),
        ("m.jsonl", "[" * 100_000, "m.jsonl:1: not JSON: "),
        ("m.txt", b"hello\n\xff\n", "m.txt:2: not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, name: str, text: str | bytes, complaint: str
) -> None:
    with pytest.raises(ReplayFileError) as caught:
        read_messages(written(tmp_path, name, text))
    assert complaint in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReplayFileError, match=r"gone\.csv: No such file"):
        read_messages(tmp_path / "gone.csv")


def said(source: Source | None = None) -> tuple[Message, ...]:
    return (Message(2, "bot", "Well.", MONDAY_MORNING, source=source),)


def responded(*responses: str) -> list[JsonObject]:
    return [{"event": "bot", "metadata": {"utter_action": each}} for each in responses]


def promise(reason: str) -> Promise:
    return Promise("c-1", ConversationId("c"), reason, "because", 1, 1, False)


@pytest.mark.parametrize(
    ("messages", "owed", "responses", "kind"),
    [
        (said(SOURCE), None, ["utter_about_return_item"], "answered"),
        (said(), None, ["utter_ask_rephrase"], "asked_back"),
        (said(), None, ["utter_no_answer"], "declined"),
        (said(), None, ["utter_greet"], "small_talk"),
        ((), None, [], "small_talk"),
        (said(SOURCE), promise("sensitive_topic"), ["utter_ask_rephrase"], "escalated"),
        (said(), promise("bot_failed"), ["utter_handoff_bot_failed"], "errors"),
    ],
)
def test_a_turn_is_counted_as_what_it_came_to(
    messages: tuple[Message, ...], owed: Promise | None, responses: list[str], kind: str
) -> None:
    assert kind_of(messages, owed, responded(*responses)) == kind


def test_the_counts_have_the_keys_that_programs_read() -> None:
    counts = Replayed(seconds=[0.0101, 0.0202]).to_json()
    assert list(counts) == [
        "n",
        "answered",
        "asked_back",
        "declined",
        "escalated",
        "small_talk",
        "errors",
        "p50_ms",
        "p95_ms",
        "judged",
    ]
    assert (counts["p50_ms"], counts["p95_ms"]) == (20.2, 20.2)


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 3.0), (0.95, 4.0), (1.0, 4.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == value
    assert percentile([], share) == 0.0


def test_each_message_is_a_conversation_of_its_own(shared: House) -> None:
    texts = [
        "how long do i have to send something back?",
        "glorp the fizzle wibbly",
        "wibbly glorp zzz",
        "let me speak to a person",
        "thank you",
        "   ",
    ]
    *_, result = replay(map(Row, texts), shared.chat, shared.store)
    counts = result.to_json()
    assert counts["n"] == len(texts) and len(result.seconds) == 5
    assert (counts["answered"], counts["escalated"], counts["errors"]) == (1, 1, 1)
    assert counts["small_talk"] == 1 and len(result.handoffs) == 1
    [(text, article)] = result.answers
    assert text == texts[0] and article


def test_answers_are_judged_by_the_article_that_they_cite(shared: House) -> None:
    ask = "how long do i have to send something back?"
    rows = [
        Row(ask, frozenset({"return-something-nb"})),  # a translation is as right as its original
        Row(ask, frozenset({"gift-cards"})),
        Row(ask, frozenset()),
        Row("glorp the fizzle wibbly", frozenset({"gift-cards"})),
        Row(ask),
    ]
    *_, result = replay(rows, shared.chat, shared.store, original=lambda article: article.removesuffix("-nb"))
    judged = result.to_json()["judged"]
    assert judged == {
        "answerable": 3,
        "right": 1,
        "offered": 0,
        "unanswered": 1,
        "wrong": 1,
        "right_share": 0.3333,
        "unanswerable": 1,
        "answered_of_unanswerable": 1,
        "wrong_among_answered": 0.6667,
    }
