"""Who a customer is, proved: every token and hash that must be refused is, and says why."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bot.errors import IdentityKeyError, IdentityRefusedError
from bot.vouching import Claim, HashedId, SignedToken, Visitor, Vouching
from tests.fakes import MONDAY_MORNING
from tests.identities import AUDIENCE, HASH_SECRET, MAYA, OLD_SECRET, SECRET, hashed, seconds, signed


@dataclass(frozen=True)
class Keys:
    """`[identity]` with one secret."""

    key: str = SECRET
    old_key: str = ""
    method: str = "HS256"
    audience: str = AUDIENCE
    longest_seconds: int = 3600
    hash_key: str = ""


def visitor(claim: Claim | str, keys: Keys | None = None) -> Visitor:
    given = SignedToken(claim) if isinstance(claim, str) else claim
    return Vouching(keys or Keys()).visitor(given, MONDAY_MORNING)


def refusal(claim: Claim | str, keys: Keys | None = None) -> str:
    with pytest.raises(IdentityRefusedError) as refused:
        visitor(claim, keys)
    return refused.value.why


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


RIGHT = {**MAYA, "aud": AUDIENCE, "exp": seconds(timedelta(minutes=5))}


def part(value: object) -> str:
    """JSON as a token carries it."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def test_a_signed_token_proves_who_its_customer_is() -> None:
    assert visitor(signed()) == Visitor("42", "Maya Lind", "maya@mail.example", business=True)


def test_an_id_is_enough() -> None:
    assert visitor(signed(name=None, email="", business=None)) == Visitor("42")


def test_a_key_pair_proves_it_too(rsa_key: rsa.RSAPrivateKey, ec_key: ec.EllipticCurvePrivateKey) -> None:
    assert visitor(signed(rsa_key, "RS256"), Keys(key=pem(rsa_key), method="RS256")).id == "42"
    assert visitor(signed(ec_key, "ES256"), Keys(key=pem(ec_key), method="ES256")).id == "42"


def test_while_keys_change_the_old_one_is_taken_and_then_it_is_not() -> None:
    rotating = Keys(old_key=OLD_SECRET)
    assert [visitor(signed(key), rotating).id for key in (SECRET, OLD_SECRET)] == ["42", "42"]
    assert refusal(signed(OLD_SECRET)) == "the signature is not made with our key"


@pytest.mark.parametrize("name", ["exp", "aud", "sub"])
def test_a_token_must_say_until_when_for_whom_and_who(name: str) -> None:
    assert refusal(signed(**{name: None})) == f"the token lacks {name}"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": seconds(-timedelta(seconds=61))}, "the token has expired"),
        ({"exp": seconds(timedelta(days=365))}, "good for longer than 3,600 s"),
        ({"nbf": seconds(timedelta(minutes=2))}, "not good yet"),
        ({"iat": seconds(timedelta(minutes=2))}, "not good yet"),
        ({"exp": 10**400}, "exp must be a number of seconds"),
        ({"exp": "soon"}, "exp must be a number of seconds"),
        ({"exp": True}, "exp must be a number of seconds"),
        ({"exp": seconds(timedelta(minutes=5)) * 1000}, "exp must be a number of seconds"),
        ({"aud": "another-house"}, "meant for another audience"),
        ({"aud": ["another-house", "a-third"]}, "meant for another audience"),
        ({"sub": 42}, "sub must be text"),
        ({"sub": ""}, "sub must say which customer"),
        ({"sub": " \u00a0"}, "sub must say which customer"),
        ({"sub": "4\x002"}, "one line without control characters"),
        ({"sub": "x" * 191}, "at most 190 characters"),
        ({"name": "Maya\nReply-To: me"}, "one line without control characters"),
        ({"name": ["Maya"]}, "name must be text"),
        ({"business": "yes"}, "business must be true or false"),
    ],
)
def test_a_claim_that_can_not_be_is_refused_and_says_why(claims: dict[str, object], why: str) -> None:
    assert why in refusal(signed(**claims))


def test_clocks_may_be_a_minute_apart() -> None:
    assert visitor(signed(exp=seconds(-timedelta(seconds=30)))).id == "42"
    assert visitor(signed(iat=seconds(timedelta(seconds=30)))).id == "42"


def test_an_audience_among_several_is_ours() -> None:
    assert visitor(signed(aud=["the-shop", "nettly"])).id == "42"


def test_a_forged_signature_is_refused() -> None:
    head, _, signature = signed().split(".")
    assert (
        refusal(f"{head}.{part({**MAYA, 'sub': '43'})}.{signature}")
        == "the signature is not made with our key"
    )
    assert refusal(signed("k" * 32)) == "the signature is not made with our key"


@pytest.mark.parametrize("method", ["none", "None", "NONE", "nOnE"])
def test_a_token_without_a_signature_is_refused(method: str) -> None:
    token = f"{part({'alg': method})}.{part(RIGHT)}."
    assert refusal(token) == "the token is signed by another method than ours"


def test_a_public_key_is_never_taken_for_a_secret(rsa_key: rsa.RSAPrivateKey) -> None:
    """Key confusion: an HMAC made with the public key, which everybody has."""
    public = pem(rsa_key)
    parts = [part({"alg": "HS256"}), part(RIGHT)]
    mac = hmac.new(public.encode(), ".".join(parts).encode(), hashlib.sha256).digest()
    token = ".".join([*parts, base64.urlsafe_b64encode(mac).decode().rstrip("=")])
    why = refusal(token, Keys(key=public, method="RS256"))
    assert why == "the token is signed by another method than ours"


def test_the_token_does_not_choose_the_method() -> None:
    assert refusal(signed(SECRET * 2, "HS512")) == "the token is signed by another method than ours"


def test_what_a_header_demands_and_we_do_not_know_is_refused() -> None:
    assert refusal(signed(header={"crit": ["exp"], "exp": 1}))
    assert refusal(signed(header={"b64": False}))


@pytest.mark.parametrize(
    "token", ["", "a", "a.b.c", "..", "\ud83e.a.b", "e30.e30.e30", "æ" * 100, "x" * 8_001, "[" * 4_000]
)
def test_what_is_no_token_is_refused_in_words(token: str) -> None:
    assert refusal(token)


def test_a_token_that_is_nested_too_deep_is_refused() -> None:
    deep = base64.urlsafe_b64encode(b'{"alg": ' + b"[" * 5_000).decode().rstrip("=")
    assert refusal(f"{deep}.e30.e30") == "the token can't be read"


def test_the_hash_of_an_id_proves_that_id_alone() -> None:
    keys = Keys(hash_key=HASH_SECRET)
    claim = HashedId("42", hashed("42"), "Maya Lind", "maya@mail.example")
    assert visitor(claim, keys) == Visitor("42", "Maya Lind", "maya@mail.example", business=False)
    assert refusal(replace(claim, id="43"), keys) == "the hash is not that of this id"
    assert refusal(replace(claim, hash=hashed("42", SECRET)), keys) == "the hash is not that of this id"
    assert refusal(replace(claim, hash="\ud83e"), keys) == "the hash is not that of this id"


def test_hashes_are_off_until_they_are_switched_on() -> None:
    assert "not switched on" in refusal(HashedId("42", hashed("42", "")))
    assert "not switched on" in refusal(signed(), Keys(key="", hash_key=HASH_SECRET))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": "short"}, "key: must have 32 bytes or more; `openssl rand -hex 32` makes one"),
        ({"hash_key": "short"}, "hash_key: must have 32 bytes or more"),
        ({"key": "", "old_key": OLD_SECRET}, "old_key: is taken beside a key"),
        ({"audience": ""}, "audience: must name this house"),
        ({"method": "RS256"}, "key: must be the public key in PEM, for RS256"),
        ({"key": "-----BEGIN PUBLIC KEY-----" + "x" * 40}, "HS256 wants a secret"),
    ],
)
def test_a_key_that_can_not_be_one_is_refused_at_start(changes: dict[str, str], message: str) -> None:
    with pytest.raises(IdentityKeyError) as refused:
        Vouching(replace(Keys(), **changes))  # type: ignore[arg-type]
    assert message in str(refused.value)


def test_a_key_of_another_kind_or_the_private_half_is_refused(
    rsa_key: rsa.RSAPrivateKey, ec_key: ec.EllipticCurvePrivateKey
) -> None:
    short = rsa.generate_private_key(65537, 1024)
    private = ec_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for key, method in (
        (pem(rsa_key), "ES256"),
        (pem(ec_key), "RS256"),
        (pem(short), "RS256"),
        (private, "ES256"),
    ):
        with pytest.raises(IdentityKeyError):
            Vouching(Keys(key=key, method=method))


def test_no_repr_shows_a_token_or_a_hash() -> None:
    assert "secret-token" not in repr(SignedToken("secret-token"))
    assert "secret-hash" not in repr(HashedId("42", "secret-hash"))
