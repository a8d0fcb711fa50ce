from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from config.identity import (
    Identity,
    NoRoleError,
    NoStaffError,
    NotAnEmailError,
    Role,
    SignedOutError,
    StaffExistsError,
    TooManyTriesError,
    WeakPasswordError,
    WrongPasswordError,
    open_identity,
)
from tests.fakes import QUICK, FakeClock

pytestmark = pytest.mark.engines

INES = "ines@nettly.example"
PASSWORD = "correct horse battery"
HERE = "203.0.113.7"


@pytest.fixture
def ines(identity: Identity) -> str:
    identity.add(INES, "Ines", [Role.AGENT], PASSWORD)
    return INES


def wrong(identity: Identity, times: int, *, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(WrongPasswordError):
            identity.sign_in(INES, "not this one", address)


def test_who_signs_in_is_known_by_the_token(identity: Identity, ines: str) -> None:
    staff = identity.who(identity.sign_in(ines, PASSWORD, HERE))
    assert staff is not None
    assert (staff.email, staff.name, staff.roles) == (INES, "Ines", {Role.AGENT})


def test_letter_case_and_spaces_of_an_email_do_not_matter(identity: Identity, ines: str) -> None:
    assert identity.who(identity.sign_in(" Ines@Nettly.example ", PASSWORD, HERE)) is not None


@pytest.mark.parametrize("token", ["", "guess", "x" * 5000])
def test_a_made_up_token_is_nobody(identity: Identity, ines: str, token: str) -> None:
    assert identity.who(token) is None


def test_neither_token_nor_password_is_kept(identity: Identity, ines: str, kept: Callable[[], bytes]) -> None:
    token = identity.sign_in(ines, PASSWORD, HERE)
    stored = kept()
    assert token.encode() not in stored
    assert PASSWORD.encode() not in stored
    assert hashlib.sha256(token.encode()).hexdigest().encode() in stored
    assert b"$argon2id$" in stored


def test_each_sign_in_is_a_session_of_its_own(identity: Identity, ines: str) -> None:
    first, second = identity.sign_in(ines, PASSWORD, HERE), identity.sign_in(ines, PASSWORD, HERE)
    assert first != second
    identity.sign_out(first)
    assert identity.who(first) is None
    assert identity.who(second) is not None


def test_an_unknown_email_is_told_what_a_wrong_password_is_told(identity: Identity, ines: str) -> None:
    with pytest.raises(WrongPasswordError) as unknown:
        identity.sign_in("nobody@nettly.example", PASSWORD, HERE)
    with pytest.raises(WrongPasswordError) as wrong_password:
        identity.sign_in(ines, "not this one", HERE)
    assert str(unknown.value) == str(wrong_password.value)


def test_a_session_ends_when_nobody_does_anything_in_it(
    identity: Identity, ines: str, clock: FakeClock
) -> None:
    token = identity.sign_in(ines, PASSWORD, HERE)
    clock.moves(timedelta(minutes=59))
    assert identity.session(token, active=True) is not None
    clock.moves(timedelta(minutes=59))
    assert identity.who(token) is not None
    clock.moves(timedelta(minutes=1))
    assert identity.who(token) is None


def test_a_stream_that_asks_does_not_keep_a_session_open(
    identity: Identity, ines: str, clock: FakeClock
) -> None:
    token = identity.sign_in(ines, PASSWORD, HERE)
    for _ in range(6):
        clock.moves(timedelta(minutes=10))
        alive = identity.who(token)
    assert alive is None


def test_a_session_ends_after_twelve_hours_of_work(identity: Identity, ines: str, clock: FakeClock) -> None:
    token = identity.sign_in(ines, PASSWORD, HERE)
    for _ in range(23):
        clock.moves(timedelta(minutes=30))
        assert identity.session(token, active=True) is not None
    clock.moves(timedelta(minutes=30))
    assert identity.session(token, active=True) is None


def test_five_tries_in_twenty_seconds_are_enough(identity: Identity, ines: str, clock: FakeClock) -> None:
    wrong(identity, 5)
    with pytest.raises(TooManyTriesError) as refused:
        identity.sign_in(ines, PASSWORD, HERE)
    assert refused.value.retry_after == timedelta(seconds=20)
    clock.moves(timedelta(seconds=20))
    assert identity.sign_in(ines, PASSWORD, HERE)


def test_twenty_tries_in_five_minutes_are_enough(identity: Identity, ines: str, clock: FakeClock) -> None:
    for _ in range(4):
        wrong(identity, 5)
        clock.moves(timedelta(seconds=20))
    with pytest.raises(TooManyTriesError) as refused:
        identity.sign_in(ines, PASSWORD, HERE)
    assert refused.value.retry_after == timedelta(minutes=5) - timedelta(seconds=80)


def test_somebody_elses_tries_do_not_lock_an_account(identity: Identity, ines: str) -> None:
    wrong(identity, 5, address="198.51.100.1")
    assert identity.sign_in(ines, PASSWORD, HERE)


def test_the_right_password_clears_the_tries(identity: Identity, ines: str) -> None:
    for _ in range(3):
        wrong(identity, 4)
        identity.sign_in(ines, PASSWORD, HERE)


def test_tries_made_side_by_side_are_counted(identity: Identity, ines: str) -> None:
    def guess(number: int) -> type[BaseException]:
        with pytest.raises((WrongPasswordError, TooManyTriesError)) as refused:
            identity.sign_in(INES, f"guess number {number}", HERE)
        return refused.type

    with ThreadPoolExecutor(12) as pool:
        refusals = list(pool.map(guess, range(12)))
    assert refusals.count(WrongPasswordError) == 5


def test_one_address_cannot_try_a_password_on_everybody(identity: Identity) -> None:
    with pytest.raises(TooManyTriesError):
        for number in range(61):
            with pytest.raises(WrongPasswordError):
                identity.sign_in(f"person{number}@nettly.example", "Winter2026!", HERE)


def test_an_office_that_signs_in_is_not_refused(identity: Identity, ines: str) -> None:
    for _ in range(70):
        identity.sign_in(ines, PASSWORD, HERE)


def test_a_disabled_account_is_shut_at_once(identity: Identity, ines: str) -> None:
    token = identity.sign_in(ines, PASSWORD, HERE)
    identity.disable(ines)
    assert identity.who(token) is None
    with pytest.raises(WrongPasswordError):
        identity.sign_in(ines, PASSWORD, HERE)
    identity.enable(ines)
    assert identity.who(token) is None
    assert identity.sign_in(ines, PASSWORD, HERE)


def test_a_new_password_ends_the_sessions(identity: Identity, ines: str) -> None:
    token = identity.sign_in(ines, PASSWORD, HERE)
    identity.set_password(ines, "another long one")
    assert identity.who(token) is None
    assert identity.sign_in(ines, "another long one", HERE)


def test_sessions_have_their_own_csrf_token(identity: Identity, ines: str) -> None:
    first, second = identity.sign_in(ines, PASSWORD, HERE), identity.sign_in(ines, PASSWORD, HERE)
    assert identity.csrf(first) == identity.csrf(first) != identity.csrf(second)
    with pytest.raises(SignedOutError):
        identity.csrf("nobody's")


def test_an_admin_may_do_everything(identity: Identity) -> None:
    assert identity.add("a@nettly.example", "A", ["admin"], PASSWORD).may(Role.EDITOR)
    assert not identity.add("b@nettly.example", "B", ["agent"], PASSWORD).may(Role.EDITOR)


@pytest.mark.parametrize("email", ["ines", "ines@", "@nettly", "a b@nettly.example", ""])
def test_an_account_needs_an_email_address(identity: Identity, email: str) -> None:
    with pytest.raises(NotAnEmailError):
        identity.add(email, "Ines", [Role.AGENT], PASSWORD)


@pytest.mark.parametrize("password", ["", "too short", "x" * 257, INES])
def test_a_weak_password_is_refused(identity: Identity, password: str) -> None:
    with pytest.raises(WeakPasswordError):
        identity.add(INES, "Ines", [Role.AGENT], password)


@pytest.mark.parametrize("roles", [[], ["janitor"]])
def test_an_account_needs_a_role_that_exists(identity: Identity, roles: list[str]) -> None:
    with pytest.raises(NoRoleError, match="agent, supervisor"):
        identity.add(INES, "Ines", roles, PASSWORD)


def test_an_email_belongs_to_one_account(identity: Identity, ines: str) -> None:
    with pytest.raises(StaffExistsError):
        identity.add(ines.upper(), "Another", [Role.AGENT], PASSWORD)


def test_a_name_that_nobody_has_is_an_error(identity: Identity) -> None:
    with pytest.raises(NoStaffError):
        identity.disable("nobody@nettly.example")


def test_the_first_admin_is_made_once_and_can_sign_in(identity: Identity) -> None:
    first = identity.first_admin()
    assert first is not None
    assert identity.sign_in(*first, HERE)
    assert identity.first_admin() is None


def test_there_is_no_first_admin_where_there_is_staff(identity: Identity, ines: str) -> None:
    assert identity.first_admin() is None
    assert [staff.email for staff in identity.list()] == [ines]


def test_what_is_done_to_accounts_is_audited(identity: Identity, ines: str) -> None:
    identity.sign_out(identity.sign_in(ines, PASSWORD, HERE))
    identity.set_password(ines, "another long one", by="admin@nettly.example")
    identity.disable(ines, by="admin@nettly.example")
    identity.audit(ines, "claim", "case 12", before={"agent": None}, after={"agent": ines})
    rows = identity.audited()
    assert [(row.actor, row.verb, row.about) for row in rows] == [
        ("operator", "add_staff", ines),
        (ines, "sign_in", ines),
        (ines, "sign_out", ines),
        ("admin@nettly.example", "set_password", ines),
        ("admin@nettly.example", "set_active", ines),
        (ines, "claim", "case 12"),
    ]
    assert rows[-1].before == {"agent": None}
    assert rows[-1].after == {"agent": ines}


def test_the_audit_holds_no_secret(identity: Identity, ines: str) -> None:
    token = identity.sign_in(ines, PASSWORD, HERE)
    assert not re.search(rf"{PASSWORD}|argon2|{re.escape(token)}", repr(identity.audited()))


def test_over_sessions_are_forgotten(identity: Identity, ines: str, clock: FakeClock) -> None:
    old = identity.sign_in(ines, PASSWORD, HERE)
    clock.moves(timedelta(hours=13))
    identity.sign_in(ines, PASSWORD, HERE)
    with identity.database.read() as connection:
        kept = connection.exec_driver_sql("SELECT token_hash FROM sessions").scalars().all()
    assert len(kept) == 1
    assert hashlib.sha256(old.encode()).hexdigest() not in kept


def test_the_file_is_readable_by_its_owner_only(tmp_path: Path, clock: FakeClock) -> None:
    with closing(open_identity(tmp_path / "data", clock, QUICK)):
        modes = {path.name: os.stat(path).st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    assert set(modes.values()) == {0o600}
