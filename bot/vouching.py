"""Whether a company's own server really says who a customer is: a signed token, or the HMAC of an id. Pure.

Source of the token's claims and of what must be refused: RFC 7519 (JWT), RFC 7515 (`crit`), RFC 8725 (one
method, chosen by us and never by the token; an audience; a short life).
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.exceptions import InvalidSubjectError
from jwt.types import Options

from bot.errors import IdentityKeyError, IdentityRefusedError

LONGEST_TOKEN = 8_000
"""Characters of a token; one that carries more than who somebody is carries too much."""

LONGEST_ID, LONGEST_NAME, LONGEST_EMAIL = 190, 200, 320
SKEW = timedelta(seconds=60)
"""How far the clock of the company's server may be from ours."""

_LEAST_SECRET = 32  # bytes, as many as SHA-256 gives (RFC 7518, 3.2)
_LEAST_RSA = 2048  # bits
_CHECKS: Options = {
    "require": ["exp", "aud", "sub"],
    # Times are checked after this, by our own clock.
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}
_END_OF_TIME = 1e11  # seconds since 1970; what is later is milliseconds, or a joke

PublicKey = RSAPublicKey | EllipticCurvePublicKey


class Keys(Protocol):
    """The `[identity]` settings."""

    @property
    def key(self) -> str: ...
    @property
    def old_key(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def audience(self) -> str: ...
    @property
    def longest_seconds(self) -> int: ...
    @property
    def hash_key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """A customer whom the company's own server vouches for. business: they buy for a business, it says."""

    id: str
    name: str | None = None
    email: str | None = None
    business: bool = False


@dataclass(frozen=True, slots=True)
class SignedToken:
    """What a page sends where its server signs a whole token."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HashedId:
    """What a page sends where its server signs the id alone; name and e-mail are then the page's own word."""

    id: str
    hash: str = field(repr=False)
    name: str | None = None
    email: str | None = None


Claim = SignedToken | HashedId


class Vouching:
    """Checks who a page says its customer is."""

    def __init__(self, keys: Keys) -> None:
        """Raises IdentityKeyError for a key that can't be one, and for one without an audience."""
        self._method, self._audience = keys.method, keys.audience
        self._longest = timedelta(seconds=keys.longest_seconds)
        given = {"key": keys.key, "old_key": keys.old_key}
        self._keys = tuple(_key(name, text, keys.method) for name, text in given.items() if text)
        self._hash_key = _secret("hash_key", keys.hash_key) if keys.hash_key else b""
        if keys.old_key and not keys.key:
            raise IdentityKeyError("old_key", "is taken beside a key; move it there")
        if self._keys and not self._audience:
            raise IdentityKeyError("audience", "must name this house, so that a token for another is refused")

    def visitor(self, claim: Claim, now: datetime) -> Visitor:
        """Whom the claim proves; raises IdentityRefusedError with the reason."""
        return self._signed(claim.token, now) if isinstance(claim, SignedToken) else self._hashed(claim)

    def _signed(self, token: str, now: datetime) -> Visitor:
        if not self._keys:
            raise IdentityRefusedError("signed tokens are not switched on; set [identity] key")
        claims = self._claims(token)
        _in_time(claims, now, self._longest)
        business = claims.get("business", False)
        if not isinstance(business, bool):
            raise IdentityRefusedError("business must be true or false")
        return Visitor(
            _text(claims, "sub", LONGEST_ID) or _missing("sub"),
            _text(claims, "name", LONGEST_NAME),
            _text(claims, "email", LONGEST_EMAIL),
            business,
        )

    def _claims(self, token: str) -> Mapping[str, object]:
        """What a token says, once one of our keys has proved it."""
        if len(token) > LONGEST_TOKEN:
            raise IdentityRefusedError(f"the token is longer than {LONGEST_TOKEN:,} characters")
        for key in self._keys:
            try:
                if "crit" in jwt.get_unverified_header(token):
                    raise IdentityRefusedError("the token's header asks for more than we know (crit)")
                claims: Mapping[str, object] = jwt.decode(
                    token, key, algorithms=[self._method], audience=self._audience, options=_CHECKS
                )
            except jwt.InvalidSignatureError:
                continue
            except (jwt.PyJWTError, ValueError, RecursionError) as error:
                raise IdentityRefusedError(_reason(error)) from None
            return claims
        raise IdentityRefusedError("the signature is not made with our key")

    def _hashed(self, claim: HashedId) -> Visitor:
        if not self._hash_key:
            raise IdentityRefusedError("hashed ids are not switched on; send a signed token")
        made = hmac.new(self._hash_key, claim.id.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
        given = claim.hash.lower().encode("utf-8", "replace")
        if not hmac.compare_digest(given, made.encode()):
            raise IdentityRefusedError("the hash is not that of this id")
        told = {"id": claim.id, "name": claim.name, "email": claim.email}
        return Visitor(
            _text(told, "id", LONGEST_ID) or _missing("id"),
            _text(told, "name", LONGEST_NAME),
            _text(told, "email", LONGEST_EMAIL),
        )


def _key(name: str, text: str, method: str) -> bytes | PublicKey:
    """A key as its method needs it; raises IdentityKeyError."""
    if method == "HS256":
        return _secret(name, text)
    try:
        key = load_pem_public_key(text.strip().encode())
    except ValueError:
        raise IdentityKeyError(name, f"must be the public key in PEM, for {method}") from None
    if method == "RS256" and isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_RSA:
        return key
    if method == "ES256" and isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    wanted = f"an RSA key of {_LEAST_RSA:,} bits or more" if method == "RS256" else "a key on the curve P-256"
    raise IdentityKeyError(name, f"must be {wanted}, for {method}")


def _secret(name: str, text: str) -> bytes:
    if "-----BEGIN" in text:
        raise IdentityKeyError(name, "is a key pair's, and HS256 wants a secret; say how tokens are signed")
    if len(text.encode()) < _LEAST_SECRET:
        raise IdentityKeyError(
            name, f"must have {_LEAST_SECRET} bytes or more; `openssl rand -hex 32` makes one"
        )
    return text.encode()


def _in_time(claims: Mapping[str, object], now: datetime, longest: timedelta) -> None:
    """Refuse a token that is over, not yet good, or good for too long: what leaks must soon be worthless."""
    ends, begins = _moment(claims, "exp"), _moment(claims, "nbf")
    made, at = _moment(claims, "iat"), now.timestamp()
    skew = SKEW.total_seconds()
    if ends is None or ends + skew <= at:
        raise IdentityRefusedError("the token has expired")
    if ends - skew > at + longest.total_seconds():
        most = round(longest.total_seconds())
        raise IdentityRefusedError(f"the token is good for longer than {most:,} s; let it expire sooner")
    if any(moment is not None and moment - skew > at for moment in (begins, made)):
        raise IdentityRefusedError("the token is not good yet; is the clock of your server right?")


def _moment(claims: Mapping[str, object], name: str) -> float | None:
    """Seconds since 1970; None where the token does not say."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _END_OF_TIME:
        raise IdentityRefusedError(f"{name} must be a number of seconds since 1970")
    return float(value)


def _text(claims: Mapping[str, object], name: str, longest: int) -> str | None:
    """A text of one line that every database holds; None where it is absent or empty."""
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise IdentityRefusedError(f"{name} must be text")
    if len(value) > longest:
        raise IdentityRefusedError(f"{name} must have at most {longest} characters")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in value):
        raise IdentityRefusedError(f"{name} must be one line without control characters")
    return value.strip() or None


def _missing(name: str) -> NoReturn:
    raise IdentityRefusedError(f"{name} must say which customer it is")


def _reason(error: Exception) -> str:
    """Why a token is refused, in words that help who signs it and nobody who guesses."""
    if isinstance(error, jwt.MissingRequiredClaimError):
        return f"the token lacks {error.claim}"
    if isinstance(error, jwt.InvalidAudienceError):
        return "the token is meant for another audience"
    if isinstance(error, jwt.InvalidAlgorithmError):
        return "the token is signed by another method than ours"
    if isinstance(error, InvalidSubjectError):
        return "sub must be text"
    return "the token can't be read"
