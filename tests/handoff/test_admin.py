"""The administrators' screens, in a browser without scripts."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from config.identity import Role
from tests.handoff.admins import admin, form_on
from tests.handoff.seats import Room, room

__all__ = ["room"]

SCREENS = (
    *("staff", "teams", "hours", "targets", "rules", "raises", "routing"),
    *("canned", "macros", "labels", "fields", "customers", "helpdesk", "mail", "topics"),
)
OF_LEADS = ("canned", "macros", "labels", "customers", "helpdesk")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["en", "nb"])
def test_every_screen_opens_for_an_admin(room: Room, screen: str, language: str) -> None:
    page = admin(room).opens(f"{screen}?lang={language}")
    assert f'<html lang="{language}">' in page and 'aria-current="page"' in page


@pytest.mark.parametrize("screen", SCREENS)
def test_a_supervisor_edits_words_and_sees_to_cases_and_nothing_else(room: Room, screen: str) -> None:
    lead = admin(room, "Sam Lie", Role.SUPERVISOR)
    lead.opens(screen, 200 if screen in OF_LEADS else 403)
    menu = re.findall(r'href="/desk/admin/(\w+)"', lead.opens("canned"))
    assert set(menu) == set(OF_LEADS)


@pytest.mark.parametrize("screen", SCREENS)
def test_an_agent_has_no_business_here(room: Room, screen: str) -> None:
    agent = admin(room, "Ines Berg", Role.AGENT)
    agent.opens(screen, 403)
    assert agent.sends(f"{screen}/new", {}).status_code == 403


@pytest.mark.parametrize("screen", ["teams", "canned", "staff", "macros"])
def test_a_form_without_the_sessions_token_changes_nothing(room: Room, screen: str) -> None:
    boss = admin(room)
    form = form_on(boss.opens(f"{screen}/new"))
    assert boss.sends(f"{screen}/new", {**form, "csrf": "guess"}).status_code == 403


@pytest.mark.parametrize(
    ("screen", "thing"),
    [
        ("teams", "billing"),
        ("hours", "office"),
        ("targets", "urgent"),
        ("rules", "money"),
        ("routing", "all"),
    ],
)
def test_what_is_saved_untouched_is_what_it_was(room: Room, screen: str, thing: str) -> None:
    boss, before = admin(room), room.handoff.rules()
    boss.saves(f"{screen}/edit/{thing}")
    assert room.handoff.rules() == before


@pytest.mark.parametrize("path", ["teams/edit/nobody", "canned/edit/77", "staff/edit/x@y.example", "nowhere"])
def test_what_is_not_there_is_not_found(room: Room, path: str) -> None:
    admin(room).opens(path, 404)


# Forms


def test_a_team_is_changed_and_the_next_case_is_routed_by_it(room: Room) -> None:
    boss = admin(room)
    boss.saves("teams/edit/billing", title__en="Money", words="zebra money\nrefund")
    team = room.handoff.rules().team("billing")
    assert team.title("en") == "Money" and team.title("nb") == "Betaling og faktura"
    assert room.case(text="I want my zebra money back, fetch a person").team == "billing"
    assert "Money" in boss.opens("teams")


def test_a_new_team_appears_with_its_hours(room: Room) -> None:
    boss = admin(room)
    boss.saves(
        "hours/new", name="nights", monday="08:00-09:00, 22:00-24:00", holidays="2026-12-24, 2026-12-25"
    )
    boss.saves("teams/new", name="night", title__en="Nights", hours="nights")
    calendar = room.handoff.rules().team("night").calendar
    assert len(calendar.holidays) == 2 and [day for day, spans in calendar.hours.items() if spans] == [0]


@pytest.mark.parametrize(
    ("path", "written", "field", "why"),
    [
        ("teams/new", {"name": "", "title__en": "X"}, "name", "This is needed."),
        ("teams/new", {"name": "billing", "title__en": "X"}, "name", "There is one of this name already."),
        ("teams/edit/billing", {"title__en": ""}, "title.en", "This is needed."),
        ("teams/edit/billing", {"silent_after": "soon"}, "silent_after", ""),
        ("hours/edit/office", {"zone": "Mars/Base"}, "zone", "There is no such time zone"),
        ("hours/edit/office", {"monday": "25:00-26:00"}, "monday", ""),
        ("hours/edit/office", {"holidays": "Christmas"}, "holidays", ""),
        ("targets/edit/urgent", {"first_reply_within": "-5m"}, "first_reply_within", ""),
        ("routing/edit/all", {"tries": "many"}, "tries", "Write a whole number."),
        ("canned/new", {"title": "Hi", "shortcut": "a b", "text__en": "Hello"}, "shortcut", ""),
        ("canned/new", {"title": "Hi", "shortcut": "hi"}, "text.en", "Write it in one language at least."),
        ("labels/new", {"name": "a,b"}, "name", ""),
        ("fields/new", {"name": "Bad Name", "title__en": "x"}, "name", ""),
        ("fields/new", {"name": "size", "title__en": "Size", "kind": "choice"}, "choices", "Name at least"),
        ("staff/new", {"email": "leo", "roles": ["agent"]}, "email", "Write an e-mail address"),
        ("staff/new", {"email": "leo@a.example", "roles": []}, "roles", "Choose a role at least."),
        ("staff/new", {"email": "leo@a.example", "capacity": "99"}, "capacity", "Use at most 50."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    room: Room, path: str, written: dict[str, str | list[str]], field: str, why: str
) -> None:
    boss, before = admin(room), room.handoff.rules()
    response = boss.fills(path, **written)
    assert response.status_code == 422
    told = re.search(
        rf'id="{re.escape(field)}-wrong">([^<]+)<|<legend>.*?class="wrong"[^>]*>([^<]+)<', response.text, re.S
    )
    assert told, f"nothing beside {field}"
    assert why in (told[1] or told[2])
    kept = form_on(response.text)
    for name, value in written.items():
        assert kept[name.replace("__", ".")] == value
    assert room.handoff.rules() == before


def test_a_save_from_an_old_page_is_refused_and_shows_what_changed(room: Room) -> None:
    boss, other = admin(room), admin(room, "Eva Lie")
    mine = form_on(boss.opens("teams/edit/billing"))
    other.saves("teams/edit/billing", title__en="Payments")
    refused = boss.sends("teams/edit/billing", {**mine, "title.en": "Money", "words": "kroner"})
    assert refused.status_code == 409
    assert "Payments and invoices" in refused.text and ">Payments<" in refused.text
    assert form_on(refused.text)["title.en"] == "Money"
    assert room.handoff.rules().team("billing").title("en") == "Payments"
    again = boss.sends("teams/edit/billing", form_on(refused.text))
    assert again.status_code == 303
    assert room.handoff.rules().team("billing").title("en") == "Money"


def test_what_somebody_removed_meanwhile_is_made_anew_from_what_was_written(room: Room) -> None:
    boss, other = admin(room), admin(room, "Eva Lie")
    mine = form_on(boss.opens("rules/edit/safety")) | {"words": "smoke"}
    assert other.fills("rules/remove/safety").status_code == 303
    refused = boss.sends("rules/edit/safety", mine)
    assert refused.status_code == 409 and "Somebody else removed this." in refused.text
    assert 'action="/desk/admin/rules/new"' in refused.text and form_on(refused.text)["words"] == "smoke"
    assert boss.sends("rules/new", form_on(refused.text)).status_code == 303
    (again,) = (rule for rule in room.handoff.arrangements.rules() if rule.name == "safety")
    assert list(again.words) == ["smoke"]


def test_what_somebody_changed_meanwhile_is_looked_at_before_it_goes(room: Room) -> None:
    boss, other = admin(room), admin(room, "Eva Lie")
    mine = form_on(boss.opens("rules/remove/safety"))
    other.saves("rules/edit/safety", words="smoke")
    refused = boss.sends("rules/remove/safety", mine)
    assert refused.status_code == 409 and "Somebody else changed it meanwhile." in refused.text
    assert "safety" in {rule.name for rule in room.handoff.rules().priorities}
    assert boss.sends("rules/remove/safety", form_on(refused.text)).status_code == 303


@pytest.mark.parametrize(
    ("screen", "made", "field", "written", "key"),
    [
        ("canned", {"title": "Hi", "shortcut": "hi", "text__en": "Hello"}, "text.en", "Good day", "1"),
        ("labels", {"name": "bug", "colour": "red"}, "colour", "blue", "bug"),
        ("staff", {"email": "leo@a.example", "roles": ["agent"]}, "name", "Leo", "leo@a.example"),
    ],
)
def test_of_several_who_save_one_form_at_once_the_first_is_not_overwritten(
    room: Room, screen: str, made: dict[str, str | list[str]], field: str, written: str, key: str
) -> None:
    boss = admin(room)
    assert boss.fills(f"{screen}/new", **made).status_code in (200, 303)
    windows = [boss.another_window() for _ in range(4)]
    forms = [form_on(each.opens(f"{screen}/edit/{key}")) | {field: written} for each in windows]
    at_once = threading.Barrier(len(windows))

    def saves(place: int) -> int:
        at_once.wait()
        return windows[place].sends(f"{screen}/edit/{key}", forms[place]).status_code

    with ThreadPoolExecutor(len(windows)) as pool:
        told = sorted(pool.map(saves, range(len(windows))))
    assert told == [303, 409, 409, 409]


def test_rules_are_tried_in_the_order_that_was_chosen(room: Room) -> None:
    boss = admin(room)
    first = [rule.name for rule in room.handoff.rules().priorities]
    boss.sends("rules/order", {"key": first[2], "move": "up"})
    assert [rule.name for rule in room.handoff.rules().priorities][:3] == [first[0], first[2], first[1]]


def test_removing_asks_first(room: Room) -> None:
    boss = admin(room)
    names = {rule.name for rule in room.handoff.rules().priorities}
    assert "Remove “somebody may get hurt”?" in boss.opens("rules/remove/safety")
    assert {rule.name for rule in room.handoff.rules().priorities} == names
    assert boss.sends("rules/remove/safety", form_on(boss.opens("rules/remove/safety"))).status_code == 303
    assert {rule.name for rule in room.handoff.rules().priorities} == names - {"safety"}


def test_what_is_still_needed_can_not_be_removed(room: Room) -> None:
    boss = admin(room)
    refused = boss.fills("hours/remove/office")
    assert refused.status_code == 409 and 'role="alert"' in refused.text
    assert boss.opens("hours/edit/office")


# Words


def test_a_canned_response_is_previewed_and_saved_in_each_language(room: Room) -> None:
    boss = admin(room, "Sam Lie", Role.SUPERVISOR)
    text = "Hello {{customer.first_name}}, about {{fact.tracking}}"
    shown = boss.fills(
        "canned/new", title="Hello", shortcut="hi", text__en=text, text__nb="Hei {{customer.first_name}}"
    )
    assert shown.status_code == 303
    form = form_on(boss.opens("canned/edit/1"))
    preview = boss.sends("canned/edit/1", {**form, "step": "preview"})
    assert "Hello Maya, about {{fact.tracking}}" in preview.text and "Hei Maya" in preview.text
    assert "fact.tracking" in preview.text.partition("Not filled in here")[2]
    (canned,) = room.handoff.aids.canned.all()
    assert canned.texts == {"en": text, "nb": "Hei {{customer.first_name}}"}


def test_a_macro_grows_step_by_step_without_losing_a_word(room: Room) -> None:
    boss = admin(room)
    boss.saves("labels/new", name="refund", colour="green")
    form = form_on(boss.opens("macros/new")) | {"name": "Refund promised"}
    for deed in ("note", "reply", "label"):
        form = form_on(boss.sends("macros/new", {**form, "step": f"add.{deed}"}).text)
        if deed == "note":
            form["1.note"] = "Told about the refund"
        if deed == "reply":
            form["2.text.en"] = "It is on its way."
    form["3.add"] = ["refund"]
    form = form_on(boss.sends("macros/new", {**form, "step": "up.2"}).text)
    assert (form["name"], form["1.text.en"], form["2.note"]) == (
        "Refund promised",
        "It is on its way.",
        "Told about the refund",
    )
    assert boss.sends("macros/new", form).status_code == 303
    (macro,) = room.handoff.aids.macros.all()
    assert [deed.do for deed in macro.deeds] == ["reply", "note", "label"]
    boss.saves(f"macros/edit/{macro.id}")
    assert room.handoff.aids.macros.all() == (macro,)
    form = form_on(
        boss.sends(
            f"macros/edit/{macro.id}", {**form_on(boss.opens(f"macros/edit/{macro.id}")), "step": "drop.3"}
        ).text
    )
    assert "3.add" not in form and form["2.note"] == "Told about the refund"


def test_what_administrators_write_is_shown_as_text(room: Room) -> None:
    boss = admin(room)
    evil = '"><script>alert(1)</script>'
    boss.saves("teams/edit/billing", title__en=evil)
    boss.saves("labels/new", name=evil)
    for path in ("teams", "teams/edit/billing", "labels", "staff/new", "canned/new"):
        assert "<script>alert" not in boss.opens(path)
    boss.saves(f"labels/edit/{evil.replace('>', '%3E')}", colour="red")


def test_a_blocked_customer_is_let_in_again(room: Room) -> None:
    boss, case = admin(room), room.case()
    agent = room.seat()
    agent.post(f"/api/cases/{case.number}/claim")
    assert agent.post(f"/api/cases/{case.number}/block", because="threats").status_code == 200
    assert "threats" in boss.opens("customers")
    assert boss.sends(f"customers/{case.number}", {}).status_code == 303
    assert "threats" not in boss.opens("customers")
