from __future__ import annotations

import pytest

from handoff.escalation import Line, Told
from handoff.finding.facts import Fact, asked_for, facts
from handoff.finding.finders import ANY_COMPANY
from tests.handoff.conversations import FACT_RULES, lines


def found(*said: str) -> list[tuple[str, str]]:
    return [(fact.name, fact.value) for fact in given(*said) if not fact.superseded]


def given(*said: str) -> tuple[Fact, ...]:
    return facts(lines(*said), FACT_RULES)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("my order nt10427 is late", "order", "NT-10427"),
        ("order number is 10427", "order", "NT-10427"),
        ("ordrenummer: 10427", "order", "NT-10427"),
        ("invoice INV-2026-00318", "invoice", "INV-2026-00318"),
        ("fakturanummer 993311", "invoice", "993311"),
        ("tracking RR473124829GB", "tracking", "RR473124829GB"),
        ("my customer number is 445566", "account", "445566"),
        ("write to Maya.L@Example.com.", "email", "maya.l@example.com"),
        ("+47 912 34 567", "phone", "+4791234567"),
        ("ring meg på 912 34 567", "phone", "+4791234567"),
        ("I paid $1,299.00", "amount", "1299.00 USD"),
        ("jeg betalte 1 299,50 kr", "amount", "1299.50 NOK"),
        ("499,- ble trukket", "amount", "499.00 NOK"),
        ("49,9 euro", "amount", "49.90 EUR"),
        ("it says 'No connection' all the time", "error", "No connection"),
        ("feilkode E42", "error", "E42"),
        ("ERR_CONNECTION_RESET", "error", "ERR_CONNECTION_RESET"),
        ("see https://example.com/a?b=1.", "url", "https://example.com/a?b=1"),
        ("my name is Maya Larsen and", "name", "Maya Larsen"),
        ("jeg heter Kari", "name", "Kari"),
        ("Storgata 12, 0155 Oslo", "address", "Storgata 12, 0155 Oslo"),
        ("12 Baker Street, London", "address", "12 Baker Street, London"),
        ("the hub3 is hot", "product", "Nettly Hub 3"),
        ("mesh-duo", "product", "Nettly Mesh Duo"),
        ("on my Galaxy S22", "device", "Galaxy S22"),
        ("firmware v2.4.1", "version", "2.4.1"),
        ("my serial number is HX-88213", "detail:serial number", "HX-88213"),
        ("bought yesterday", "date", "2026-11-22"),
    ],
)
def test_a_fact_is_found_in_its_normal_form(text: str, name: str, value: str) -> None:
    assert found(f"c: {text}") == [(name, value)]


@pytest.mark.parametrize(
    "text",
    [
        "hello there",
        "my router is broken",
        "I have 24/7 support, 3 bulbs and 10 minutes",
        "it has been 10427 days",
        "error! error!",
        "tried it 5 times",
        "I may be wrong about this",
        "the bulb is green",
        "you can call me anytime",
    ],
)
def test_what_is_no_fact_is_left_alone(text: str) -> None:
    assert found(f"c: {text}") == []


def test_only_customers_give_facts() -> None:
    assert found("b: Your order NT-10427 arrives on 3 December.", "a: It cost 49 EUR.") == []


def test_a_bare_number_is_an_order_if_the_bot_asked_for_one() -> None:
    assert found("b: What is your order number?", "c: 10427") == [("order", "NT-10427")]
    assert found("b: How many bulbs do you have?", "c: 10427") == []


def test_a_number_of_another_length_is_kept_but_not_validated() -> None:
    assert [(fact.value, fact.validated) for fact in given("c: order 1042")] == [("1042", False)]


@pytest.mark.parametrize(
    "correction", ["no, 10428", "sorry, I meant 10428", "nei, 10428", "NT-10428, a typo"]
)
def test_a_correction_supersedes_and_both_are_kept(correction: str) -> None:
    assert [(fact.value, fact.superseded) for fact in given("c: order 10427", f"c: {correction}")] == [
        ("NT-10427", True),
        ("NT-10428", False),
    ]


def test_what_is_denied_is_superseded() -> None:
    assert [(fact.value, fact.superseded) for fact in given("c: it is order 10428, not 10427")] == [
        ("NT-10428", False),
        ("NT-10427", True),
    ]


def test_a_second_order_without_a_correction_stands_beside_the_first() -> None:
    assert found("c: order 10427", "c: and order 10428 too") == [("order", "NT-10427"), ("order", "NT-10428")]


def test_a_fact_said_twice_is_one_with_both_messages() -> None:
    (fact,) = given("c: order 10427", "b: Which one?", "c: NT-10427!")
    assert (fact.words, fact.messages) == ("10427", (1, 3))


def test_a_card_is_masked_and_its_check_digit_checked() -> None:
    (fact,) = given("c: 4111 1111 1111 1111")
    assert (fact.name, fact.words, fact.value, fact.validated, fact.masked) == (
        "card", "•••• 1111", "•••• 1111", True, True,
    )  # fmt: skip


def test_a_date_is_resolved_in_the_customers_zone() -> None:
    # 09:40 UTC on a Monday is Monday in Oslo as well; the lines begin there.
    assert found("c: it came today") == [("date", "2026-11-23")]


def test_a_question_asks_for_facts_and_a_statement_does_not() -> None:
    (asking,) = lines("b: Could you tell me your order number and e-mail?")
    (telling,) = lines("b: You find your order number in the e-mail.")
    assert asked_for(asking) == {"order", "email"}
    assert asked_for(telling) == frozenset()


def test_what_a_form_was_told_is_a_fact_that_quotes_the_customer() -> None:
    told = (Told("detail:condition", "opened, as good as new", 1, False), Told("order", "NT-10427", 2, True))
    said = lines("c: I only looked at it", "c: 10427")
    assert facts(said, FACT_RULES, told) == (
        Fact("detail:condition", "I only looked at it", "opened, as good as new", (1,), validated=False),
        Fact("order", "10427", "NT-10427", (2,), validated=True),
    )


def test_what_the_words_have_shown_already_is_not_told_again() -> None:
    said = lines("c: it is nt10427")
    assert facts(said, FACT_RULES, (Told("order", "NT-10427", 1, True),)) == facts(said, FACT_RULES)


def test_a_form_cannot_cite_a_message_that_is_not_there() -> None:
    assert facts(lines("c: hello"), FACT_RULES, (Told("order", "NT-10427", 9, True),)) == ()


def anywhere(*said: str) -> list[tuple[str, str]]:
    """What is found for a company that nothing is known of."""
    return [(fact.name, fact.value) for fact in facts(lines(*said), ANY_COMPANY) if not fact.superseded]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("order no. 5529-AB", [("order", "5529-AB")]),
        ("orders 778812 and 778813 are missing", [("order", "778812"), ("order", "778813")]),
        ("PNR K7J9QX, please", [("order", "K7J9QX")]),
        ("the flight on my ticket TR5P9K was late", [("order", "TR5P9K")]),
        ("claim no. 771-8820", [("detail:claim number", "771-8820")]),
        ("målernummer 7359992841", [("detail:målernummer", "7359992841")]),
        ("IMEI 356938035643809", [("detail:imei", "356938035643809")]),
        ("the meter reading is 88123", [("detail:meter reading", "88123")]),
        ("my seat is 14C", [("detail:seat", "14C")]),
        ("abonnementet mitt er Mobil 10GB", [("detail:abonnement", "Mobil 10GB")]),
        ("my plan is premium", [("detail:plan", "premium")]),
        ("call 07911 123456", [("phone", "+447911123456")]),
        ("or 92 88 10 05", [("phone", "+4792881005")]),
        ("paid 1'299.00 CHF", [("amount", "1299.00 CHF")]),
        ("about £3.5k", [("amount", "3500.00 GBP")]),
        ("49.- per måned", [("amount", "49.00 NOK")]),
        ("221B Baker Street, London NW1 6XE", [("address", "221B Baker Street, London NW1 6XE")]),
        ("14 rue de Rivoli, 75001 Paris", [("address", "14 rue de Rivoli, 75001 Paris")]),
        ("bor i Thereses gate 5B, 0358 Oslo", [("address", "Thereses gate 5B, 0358 Oslo")]),
        ("Keizersgracht 241, 1016 EA Amsterdam", [("address", "Keizersgracht 241, 1016 EA Amsterdam")]),
        ("my Bosch dishwasher leaks", [("product", "Bosch")]),
        ("I bought a Makita DHP484", [("product", "Makita DHP484")]),
        ("the PaperForge 9 is dead", [("product", "PaperForge 9")]),
        ("iOS 17.2.1 on an iPhone 12 mini", [("version", "17.2.1"), ("device", "iPhone 12 mini")]),
        ("the page says 503 Service Unavailable", [("error", "503"), ("error", "Service Unavailable")]),
        ("skjermen viser E-21", [("error", "E-21")]),
        ("feilmelding: Kunne ikke koble til", [("error", "Kunne ikke koble til")]),
        ("Best regards, Sarah O'Connor", [("name", "Sarah O'Connor")]),
        ("jeg heter kari nordmann, og", [("name", "Kari Nordmann")]),
        ("it was card ending in 4421", [("card", "•••• 4421")]),
    ],
)
def test_facts_of_any_company_are_found(text: str, found: list[tuple[str, str]]) -> None:
    assert anywhere(f"c: {text}") == found


@pytest.mark.parametrize(
    "text",
    [
        "I'm Norwegian",
        "I am Sick of this",
        "This is Ridiculous!",
        "my son's name is Oliver",
        "thank you so much Anna",
        "it says my card was declined",
        "den sier at kortet er avvist",
        "I have 2 kids and 3 phones",
        "measured 45 Mbps but pay for 500 Mbps",
        "Monday to Friday",
        "every Friday",
        "about two weeks ago",
        "we have been waiting 12 years",
        "søkte barnehageplass 1 gang",
    ],
)
def test_what_only_looks_like_a_fact_is_left_alone(text: str) -> None:
    assert anywhere(f"c: {text}") == []


@pytest.mark.parametrize(
    ("question", "answer", "found"),
    [
        ("What's your policy number?", "HX/2291/04", ("detail:policy number", "HX/2291/04")),
        ("Hva er målernummeret?", "7359992841", ("detail:målernummer", "7359992841")),
        ("What's your name?", "its Lucy", ("name", "Lucy")),
        ("How much were you charged?", "899", ("amount", "899.00 NOK")),
        ("What does the screen say?", "Connection timed out", ("error", "Connection timed out")),
        ("Hvilket mobilnummer gjelder det?", "91822334", ("phone", "+4791822334")),
        ("Which model is it?", "WM-3300", ("product", "WM-3300")),
        ("Please share your reservation code.", "QWERTY", ("order", "QWERTY")),
        ("What's your address?", "12 oak road, york", ("address", "12 oak road, york")),
        ("When would you like to come?", "friday", ("date", "2026-11-27")),
        ("When did it happen?", "friday", ("date", "2026-11-20")),
        ("Is it order 99121?", "no, 99122", ("order", "99122")),
    ],
)
def test_an_answer_is_a_fact_by_its_question(question: str, answer: str, found: tuple[str, str]) -> None:
    assert anywhere(f"b: {question}", f"c: {answer}") == [found]


@pytest.mark.parametrize("answer", ["why do you need that", "nothing", "ingen", "the last one"])
def test_an_answer_without_a_value_is_no_fact(answer: str) -> None:
    asking = "b: What is your name, which order is it, and what does the screen say?"
    assert anywhere(asking, f"c: {answer}") == []


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        (("order 55123 sorry 55132",), [("55123", True), ("55132", False)]),
        (("ordre 55123 - unnskyld, mente 55132",), [("55123", True), ("55132", False)]),
        (("order 55123", "55132 I mean"), [("55123", True), ("55132", False)]),
        (
            ("mail a@gmial.example", "a@gmail.example"),
            [("a@gmial.example", True), ("a@gmail.example", False)],
        ),
        (("I was charged $45", "sorry, $54 even"), [("45.00 USD", True), ("54.00 USD", False)]),
        (("It said 49 EUR but should be 39 EUR",), [("49.00 EUR", False), ("39.00 EUR", False)]),
    ],
)
def test_only_what_the_customer_takes_back_is_superseded(
    said: tuple[str, ...], standing: list[tuple[str, bool]]
) -> None:
    told = facts(lines(*(f"c: {text}" for text in said)), ANY_COMPANY)
    assert [(fact.value, fact.superseded) for fact in told] == standing


def test_the_name_of_the_agent_is_not_the_customers() -> None:
    agent = Line(1, "agent", "Hi, how can I help?", lines("c: x")[0].at, "Sam Lund")
    customer = Line(2, "customer", "It broke again. Thanks, Sam", agent.at)
    assert facts((agent, customer), ANY_COMPANY) == ()
