"""Files of labelled texts: what is read, what is refused, and with which words."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.evaluation.labelled import OUTSIDE, LabelledFileError, draw, in_languages, read_labelled
from bot.understanding.language import LanguageReader
from bot.understanding.words import read_words

LANGUAGES = ("en", "nb")


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_csv_is_read_with_the_line_of_each_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'text,intent\n"two\nlines",greet\nplain,thank\n')
    first, second = read_labelled(path)
    assert (first.text, first.intent, first.place.line) == ("two\nlines", "greet", 3)
    assert (second.text, second.intent, second.place.line) == ("plain", "thank", 4)


@pytest.mark.parametrize("suffix", ["jsonl", "ndjson"])
def test_a_jsonl_is_read_like_a_csv(tmp_path: Path, suffix: str) -> None:
    path = written(
        tmp_path / f"a.{suffix}", '{"text": "hi\\u2028there", "intent": "greet", "lang": "nb"}\n\n'
    )
    [only] = read_labelled(path)
    assert (only.text, only.intent, only.language, only.place.line) == ("hi\u2028there", "greet", "nb", 1)


def test_a_byte_order_mark_and_columns_of_others_do_not_matter(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "\ufeffid,intent,text\r\n7,greet,hi\r\n,,\r\n")
    [only] = read_labelled(path)
    assert (only.text, only.intent) == ("hi", "greet")


def test_texts_outside_need_no_intent(tmp_path: Path) -> None:
    [only] = read_labelled(written(tmp_path / "a.csv", "text\nwho won\n"), labelled=False)
    assert only.intent == OUTSIDE


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.csv", "", "holds no texts"),
        ("a.csv", "text,intent\n", "holds no texts"),
        ("a.csv", "utterance,intent\nhi,greet\n", "a.csv:2: no 'text'; there is utterance, intent"),
        ("a.csv", "text,label\nhi,greet\n", "a.csv:2: no 'intent'; there is text, label"),
        ("a.csv", "text,intent\nhi\n", "a.csv:2: 'intent' is None"),
        ("a.csv", "text,intent\n ,greet\n", "a.csv:2: 'text' is ' '"),
        ("a.csv", 'text,intent\n"hi"x,greet\n', "a.csv:2: is no CSV"),
        ("a.csv", "text,intent\nhall\u00e5,greet\n".encode("latin-1"), "a.csv:2: is not UTF-8"),
        ("a.csv", "text,intent\nhi,greet\n".encode("utf-16-le"), "holds zero bytes"),
        ("a.jsonl", '{"text": "hi", "intent": "greet"}\n{"text":\n', "a.jsonl:2: is no JSON"),
        ("a.jsonl", "[1]\n", "a.jsonl:1: is no object"),
        ("a.jsonl", '{"text": 7, "intent": "greet"}\n', "a.jsonl:1: 'text' is 7; write a text"),
        ("a.jsonl", "[" * 100_000, "a.jsonl:1: is no JSON"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(
    tmp_path: Path, name: str, content: str | bytes, complaint: str
) -> None:
    with pytest.raises(LabelledFileError) as refused:
        read_labelled(written(tmp_path / name, content))
    assert complaint in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelledFileError, match="No such file"):
        read_labelled(tmp_path / "none.csv")


def test_a_file_is_in_the_language_of_most_of_its_texts(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.csv",
        "text,intent,language\nhvor er pakken min,parcel,\njeg vil bytte passordet mitt,password,\nok,yes,\n"
        "where is it,parcel,en\n",
    )
    read = in_languages(read_labelled(path), LanguageReader(LANGUAGES, read_words(LANGUAGES)), "en")
    assert [each.language for each in read] == ["nb", "nb", "nb", "en"]


def test_a_draw_has_the_same_number_of_each_intent_and_goes_by_the_seed(tmp_path: Path) -> None:
    rows = "".join(f"text {number},{'abc'[number % 3]}\n" for number in range(30))
    examples = read_labelled(written(tmp_path / "a.csv", f"text,intent\n{rows}lonely,d\n"))
    drawn = draw(examples, 4, 1)
    assert Counter(each.intent for each in drawn) == {"a": 4, "b": 4, "c": 4, "d": 1}
    assert drawn == draw(examples, 4, 1) != draw(examples, 4, 2)
    assert [each.place.line for each in drawn] == sorted(each.place.line for each in drawn)
