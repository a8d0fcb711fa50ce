from __future__ import annotations

from dataclasses import replace

import pytest

from config.mail import Post
from config.texts import Texts
from handoff.bridges import Changes
from handoff.bridges.email.letters import ABOVE, MOST_MAIL, Letterhead
from handoff.bridges.opening import LOCALE
from handoff.case import CaseStatus
from handoff.floor.rules import Priority
from tests.handoff.bridges.mirrored import file, new_case, outgoing
from tests.handoff.conversations import MONDAY
from tests.mail_server import body, mail_settings

HEAD = Letterhead(
    "cases@nettly.example", "support@nettly.example", "twenty characters and more", brand="Nettly"
)


def test_a_case_opens_with_its_summary_and_all_that_was_said() -> None:
    mail = HEAD.opening(new_case(files=(file("hub.jpg", b"jpg"),)))
    assert mail.to == "support@nettly.example" and mail.subject == "[#1042] where is my refund"
    assert mail.text.startswith(f"{ABOVE}\n\n#1042 where is my refund\n\n")
    assert "https://support.nordlys.example/desk/cases/1042" in mail.text
    conversation, hub = mail.files
    assert (conversation.name, conversation.content) == (
        "conversation-1042.txt",
        b"Customer:\nwhere is my refund",
    )
    assert (hub.name, hub.content) == ("hub.jpg", b"jpg")
    assert mail.from_name == "Maya (Nettly)" and mail.automatic
    assert mail.headers["X-Priority"] == "1 (Highest)" and mail.headers["X-Handoff-Labels"] == "refund"


def test_every_mail_can_be_sent_and_shows_the_same_in_html() -> None:
    case = new_case(note_html="<p>a <strong>summary</strong></p>")
    ref = HEAD.ref(case, HEAD.opening(case))
    changed = HEAD.changed(ref, Changes(priority=Priority.LOW), "k", MONDAY)
    assert changed is not None
    for mail in (HEAD.opening(case), HEAD.posting(ref, outgoing("<b>a</b>"), "k"), changed):
        message = Post(mail_settings(25)).message(mail)
        assert message["Reply-To"] == HEAD.answers(HEAD.mark("h-1"))
        page = body(message, "html")
        assert ABOVE in page and "#note" in page and "<b>" not in page
        assert page.count("<body") == page.count("</body>") == 1


def test_all_of_a_case_is_one_thread() -> None:
    case = new_case()
    first = HEAD.opening(case)
    ref = HEAD.ref(case, first)
    later = [HEAD.posting(ref, outgoing(text), f"k{text}") for text in ("a", "b")]
    assert {mail.references for mail in later} == {(first.message_id,)}
    assert len({mail.message_id for mail in (first, *later)}) == 3
    assert HEAD.posting(ref, outgoing("other words"), "ka").message_id == later[0].message_id
    assert {mail.subject for mail in later} == {"Re: [#1042] where is my refund"}
    tagged = HEAD.posting(ref, outgoing("c"), "kc", "[rt.example #3]")
    assert tagged.subject == "Re: [rt.example #3] [#1042] where is my refund"


def test_only_who_knows_the_secret_knows_the_address() -> None:
    other = Letterhead("cases@nettly.example", "x@y.example", "another twenty characters")
    assert HEAD.mark("h-1") != other.mark("h-1") != other.mark("h-2")
    address = HEAD.answers(HEAD.mark("h-1"))
    assert HEAD.mark_of_address(address.upper()) == HEAD.mark("h-1")
    assert HEAD.mark_of_address("cases@nettly.example") is None
    assert "twenty" not in repr(HEAD)
    bare = Letterhead("cases@nettly.example", "x@y.example", "twenty characters and more", plus=False)
    assert bare.answers("mark") == "cases@nettly.example"


@pytest.mark.parametrize("kind", ["customer", "bot", "agent", "note"])
def test_a_mail_says_who_said_it(kind: str) -> None:
    case = new_case()
    mail = HEAD.posting(HEAD.ref(case, HEAD.opening(case)), outgoing("hello", kind), "k")  # type: ignore[arg-type]
    name = "Ines" if kind in ("agent", "note") else "Maya"
    assert f"{name}" in mail.text.splitlines()[2] and mail.headers["X-Handoff-Kind"] == kind


def test_a_change_is_told_in_words_and_for_rules() -> None:
    case = new_case()
    ref = HEAD.ref(case, HEAD.opening(case))
    changes = Changes(CaseStatus.RESOLVED, Priority.HIGH, ("a", "b"), "Billing", "")
    mail = HEAD.changed(ref, changes, "k", MONDAY)
    assert mail is not None
    assert "The case is resolved at our own desk.\nPriority: high\nLabels: a, b\n" in mail.text
    assert "Given to: nobody" in mail.text
    assert (mail.headers["X-Handoff-Labels"], mail.headers["Importance"]) == ("a, b", "high")
    assert HEAD.changed(ref, Changes(), "k", MONDAY) is None
    none = HEAD.changed(ref, Changes(labels=()), "k", MONDAY)
    assert none is not None and "Labels: none" in none.text


def test_a_team_or_a_person_with_an_address_gets_the_case() -> None:
    assert HEAD.opening(new_case(team="billing@nettly.example")).to == "billing@nettly.example"
    assert HEAD.opening(new_case(team="Billing")).to == "support@nettly.example"
    assert HEAD.receiver("ines@nettly.example", "billing@nettly.example") == "ines@nettly.example"


def test_what_is_too_large_for_a_mail_is_named() -> None:
    large, small = file("film.mp4", b"x" * (MOST_MAIL - 10)), file("b.txt", b"b" * 5)
    mail = HEAD.opening(new_case(files=(large, small)))
    assert [each.name for each in mail.files] == ["conversation-1042.txt", "b.txt"]
    assert "film.mp4" in mail.text and "too large" in mail.text


def test_a_mail_within_a_mail_travels_as_bytes() -> None:
    case = new_case()
    sent = outgoing("see", "customer", file("x.eml", b"Subject: x\n\n"))
    mail = HEAD.posting(HEAD.ref(case, HEAD.opening(case)), sent, "k")
    assert mail.files[0].type == "application/octet-stream"


def test_a_team_reads_its_own_language() -> None:
    said: list[str] = []
    texts = Texts.load(LOCALE)

    def say(text: str) -> str:
        said.append(text)
        return texts.say("nb")(text)

    head = replace(HEAD, language="nb", say=say)
    opened = head.opening(new_case())
    ref = head.ref(new_case(), opened)
    changed = head.changed(ref, Changes(priority=Priority.LOW, status=CaseStatus.RESOLVED), "k", MONDAY)
    assert changed is not None
    assert opened.text.startswith("=== Svar over denne linjen ===\n\n") and "Hele samtalen" in opened.text
    assert "Saken er løst i vår egen desk." in changed.text and changed.language == "nb"
    assert 'lang="nb"' in str(opened.html) and "Det du svarer" in str(opened.html)
    assert "Maya skrev," in head.posting(ref, outgoing("hei"), "k").text
    head.trial(MONDAY, "once")
    assert texts.missing("nb", frozenset(said) - {"billing", "refund", "none"}) == frozenset()
