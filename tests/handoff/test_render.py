from __future__ import annotations

from handoff.casefile.render import as_text
from handoff.casefile.summary import summarise
from tests.handoff.conversations import FACT_RULES, RULES, TOLD, escalation

REFUND = """\
#1042  I sent back my mesh duo two weeks ago and still no refund · 10428
       high · billing · en · web · 2026-11-23 09:42 UTC

WHY          The customer asked for a person. [6]

WANTS        “i sent back my mesh duo two weeks ago and still no refund. order 10427”
               [2]

FACTS        product  Nettly Mesh Duo (“mesh duo”) · checked [2]
             date     2026-11-09 (“two weeks ago”) · checked [2, 4]
             order    NT-10427 (“10427”) · corrected since, checked [2]
             order    NT-10428 (“10428”) · checked [4]
             email    maya.l@example.com · checked [6]
             amount   2199.00 NOK (“2 199,00 kr”) · checked [6]

TRIED        x When your refund arrives (rejected) [3, 4]

MOOD         frustrated, getting better: “still no” [2], “It was DELIVERED to you on 9
               November!!” [4]

URGENCY      high: “refund” [2], “2 199,00 kr” [6]

ROUTED       High: the customer's money is involved (“refund” in message 2). [2]
             Payments and invoices takes refund_status, understood with 91%. [6]
             first reply by 2026-11-23 09:57 UTC, resolved by 2026-11-24 08:42 UTC

CUSTOMER     Maya · not verified · en
             on https://nettly.example/support

READ         Send something back

REPLY        Hello Maya, I've read what you wrote to our assistant, so you needn't
               repeat it. I have your order NT-10428 and e-mail address
               maya.l@example.com here. I'm looking into it now.

CONVERSATION
  1  09:40  bot       Hi, I'm Nettly's assistant, a bot. Ask me anything, or ask for a
                      person at any time.
  2  09:40  customer  hi! i sent back my mesh duo two weeks ago and still no refund.
                      order 10427
  3  09:41  bot       You'd like to know when your refund arrives. It takes 5 to 10
                      working days.
  4  09:41  customer  no, that's not it. It was DELIVERED to you on 9 November!! and
                      sorry, i meant order 10428
  5  09:42  bot       I'm sorry that didn't help. Which e-mail address did you order
                      with?
  6  09:42  customer  Maya.L@example.com, and I paid 2 199,00 kr. can I talk to a person
                      please
"""


def test_a_summary_reads_from_the_top() -> None:
    assert as_text(summarise(TOLD[0].escalation, 1042, RULES, FACT_RULES)) == REFUND


def test_no_line_is_wider_than_asked() -> None:
    for told in TOLD:
        text = as_text(summarise(told.escalation, 1042, RULES, FACT_RULES))
        assert max(map(len, text.splitlines())) <= 88


def test_the_transcript_may_be_left_out() -> None:
    summary = summarise(escalation(), 1042, RULES)
    assert "CONVERSATION" not in as_text(summary, transcript=False)


def test_labels_are_translated() -> None:
    words = {"Why": "Hvorfor", "Facts": "Fakta"}
    text = as_text(summarise(escalation(), 1042, RULES), lambda text: words.get(text, text))
    assert "\nHVORFOR      The customer asked for a person. [1]\n" in text


def test_a_summary_with_nothing_but_a_wish_for_a_person_says_so() -> None:
    text = as_text(summarise(escalation("c: human please"), 1042, RULES))
    assert "WANTS        a person; no wish in their own words yet\n" in text
    assert "FACTS        none given yet\n" in text
