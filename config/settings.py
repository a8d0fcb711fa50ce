"""What an operator has set: default.toml, over it DATA/firstline.toml, over it the environment; read once."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, TypeVar, get_type_hints

from config.fields import checked, parsed, unshown
from config.plug_settings import PlugTables
from config.schema import Schema
from config.teams import OpeningHours, PriorityRule, Target, Teams, TeamSettings, load_teams
from config.toml_values import (
    NOT_EMPTY,
    Rule,
    Section,
    SettingsError,
    TomlValue,
    between,
    nearest,
    one_of,
    read_toml,
)

__all__ = [
    "BotSettings",
    "BridgeSettings",
    "FactSettings",
    "HandoffSettings",
    "IdentitySettings",
    "KbSettings",
    "LimitSettings",
    "MailSettings",
    "ModelSettings",
    "OpeningHours",
    "PriorityRule",
    "PrivacySettings",
    "RasaSettings",
    "ServerSettings",
    "Settings",
    "SettingsError",
    "Target",
    "TeamSettings",
    "Teams",
    "load_settings",
    "load_teams",
]

T = TypeVar("T")

DEFAULTS = Path(__file__).with_name("default.toml")

_A_URL = Rule(
    'must be an address such as "https://support.company.example"',
    lambda value: (
        not value or bool(re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[^\s?#]*[^\s?#/])?", str(value)))
    ),
)


_A_LINK = Rule(
    'must be an address such as "https://crm.example/find?email={email}", with no braces but {email}, '
    "{phone}, {name}, {customer} and {case}",
    lambda value: bool(
        re.fullmatch(
            r"(?:(?!(?:javascript|data|vbscript):)[a-z][a-z0-9+.-]*:"
            r"(?:[^\s{}]|\{(?:email|phone|name|customer|case)\})+)?",
            str(value),
        )
    ),
)


def _compiles(value: TomlValue) -> bool:
    try:
        re.compile(str(value))
    except re.error:
        return False
    return True


def _networks(value: TomlValue) -> bool:
    try:
        return isinstance(value, tuple) and all(ip_network(each, strict=False) for each in value)
    except ValueError:
        return False


_NETWORKS = Rule('must be addresses such as "10.0.0.7" or networks such as "10.0.0.0/8"', _networks)
_ORIGINS = Rule(
    'must be web origins such as "https://shop.example" or "https://*.shop.example"',
    lambda value: (
        isinstance(value, tuple)
        and all(re.fullmatch(r"https?://(?:\*\.)?[A-Za-z0-9.-]+(?::\d{1,5})?", each) for each in value)
    ),
)
_A_PATTERN = Rule(r"must be a regular expression such as '\bNT-(\d{5})\b'", _compiles)

Share = Annotated[float, between(0, 1)]
Count = Annotated[int, between(1, 1_000_000)]
Most = Annotated[int, between(0, 1_000_000)]
Seconds = Annotated[int, between(1, 3600)]
Name = Annotated[str, NOT_EMPTY]
Names = Annotated[tuple[str, ...], NOT_EMPTY]


@dataclass(frozen=True, slots=True)
class ServerSettings:
    host: Name
    port: Annotated[int, between(0, 65535)]
    threads: Annotated[int, between(1, 256)]
    max_body_bytes: Annotated[int, between(1024, 2**30)]
    body_within_seconds: Seconds
    max_streams: Count
    max_streams_per_client: Count
    max_streams_per_token: Count
    trusted_proxies: Annotated[tuple[str, ...], _NETWORKS]
    database_url: str = field(repr=False)
    public_url: Annotated[str, _A_URL]


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How much may be asked for before the answer is 429; 0 is no limit."""

    messages_10_seconds: Most
    messages_minute: Most
    requests_minute: Most
    transcripts_hour: Most
    upload_bytes_hour: Annotated[int, between(0, 2**40)]
    conversations_hour: Most
    address_requests_minute: Most
    misses_5_minutes: Most


@dataclass(frozen=True, slots=True)
class BotSettings:
    assistant: str
    languages: Names
    classifiers: Names
    channels: tuple[str, ...]
    sure: Share
    misses: Annotated[int, between(1, 10)]
    cors_origins: tuple[str, ...]
    embed_hosts: Annotated[tuple[str, ...], _ORIGINS]
    message_characters: Annotated[int, between(100, 100_000)]
    file_bytes: Annotated[int, between(1024, 100 * 2**20)]
    conversation_file_bytes: Annotated[int, between(1024, 2**40)]
    turn_threads: Annotated[int, between(1, 64)]
    action_within_seconds: Seconds
    burst_ms: Annotated[int, between(0, 10_000)]
    overlay: Annotated[str, one_of("auto", "on", "off")]


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """How the company's own site vouches for its customers. Keys stay out of the `repr`."""

    key: str = field(repr=False)
    old_key: str = field(repr=False)
    method: Annotated[str, one_of("HS256", "RS256", "ES256")]
    audience: str
    longest_seconds: Annotated[int, between(60, 86_400)]
    hash_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    encoder: Name
    precision: Annotated[str, one_of("int8", "fp32")]
    threads: Annotated[int, between(1, 64)]
    risk: Share
    drift_most: Share
    drift_worse: Share


@dataclass(frozen=True, slots=True)
class KbSettings:
    embedder: Name
    index: Name
    generator: Name
    risk: Share
    sure: Share
    passage_words: Annotated[int, between(20, 1000)]


@dataclass(frozen=True, slots=True)
class HandoffSettings:
    bridge: Name
    open_chats: Annotated[int, between(1, 100)]
    file_bytes: Annotated[int, between(1024, 100 * 2**20)]
    customer_link: Annotated[str, _A_LINK]
    support_link: Annotated[str, _A_LINK]


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """What holds for a helpdesk outside, whichever it is. teams, people: what it calls ours."""

    give_up_minutes: Annotated[int, between(1, 10_080)]
    poll_seconds: Seconds
    within_seconds: Annotated[int, between(1, 60)]
    private_networks: Annotated[tuple[str, ...], _NETWORKS]
    teams: Mapping[str, str]
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FactSettings:
    """How the company writes its numbers; a pattern has one group for each `{}` of its form."""

    order: Annotated[str, _A_PATTERN]
    order_form: str
    order_digits: Annotated[int, between(0, 20)]
    invoice: Annotated[str, _A_PATTERN]
    invoice_form: str
    country: str
    currency: str


@dataclass(frozen=True, slots=True)
class RasaSettings:
    """Rasa's HTTP API and channels. Secrets stay out of the `repr`."""

    api_token: str = field(repr=False)
    jwt_secret: str = field(repr=False)
    jwt_method: Annotated[str, one_of("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256")]
    callback_url: str


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The server that takes our mail; without a host none is sent. The password stays out of the `repr`."""

    host: str
    port: Annotated[int, between(1, 65535)]
    security: Annotated[str, one_of("starttls", "tls", "none")]
    user: str
    password: str = field(repr=False)
    sender: str
    reply_to: str
    within_seconds: Annotated[int, between(1, 60)]
    cafile: str
    oauth_token_url: Annotated[str, _A_URL]
    oauth_client_id: str
    oauth_client_secret: str = field(repr=False)
    oauth_refresh_token: str = field(repr=False)
    oauth_scope: str


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    redact_logs: bool
    notice: Annotated[str, one_of("off", "show", "ask")]
    policy_url: Annotated[str, _A_URL]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything; default.toml says what each key means."""

    data: Path
    server: ServerSettings
    limits: LimitSettings
    bot: BotSettings
    identity: IdentitySettings
    model: ModelSettings
    kb: KbSettings
    handoff: HandoffSettings
    bridge: BridgeSettings
    facts: FactSettings
    rasa: RasaSettings
    mail: MailSettings
    privacy: PrivacySettings
    plugs: PlugTables

    def schema(self, room: str) -> Schema | None:
        """Where a room's tables are in PostgreSQL; None where each room has a file in the data folder."""
        return Schema(self.server.database_url, room) if self.server.database_url else None

    def database(self, room: str) -> Path | Schema:
        """What a room's database is opened by."""
        return self.schema(room) or self.data / f"{room}.db"


_PLUGS = ("bridges", "channels")
_SECTIONS = (*(each.name for each in fields(Settings) if each.name not in ("data", "plugs")), *_PLUGS)


def load_settings(data: Path, env: Mapping[str, str] | None = None) -> Settings:
    """Read the three layers for one data folder, which need not exist yet.

    env: the process's own if None. Raises SettingsError for a value that can't be and for an unknown key.
    """
    files = [Section(DEFAULTS.name, "", read_toml(DEFAULTS))]
    own = data / "firstline.toml"
    if own.exists():
        files.append(Section(own.name, "", read_toml(own)))
    for file in files:
        file.only(_SECTIONS)
    env = os.environ if env is None else env
    _refuse_misspelt_sections(env)
    return Settings(
        data=data,
        server=_section(ServerSettings, "server", files, env),
        limits=_section(LimitSettings, "limits", files, env),
        bot=_section(BotSettings, "bot", files, env),
        identity=_section(IdentitySettings, "identity", files, env),
        model=_section(ModelSettings, "model", files, env),
        kb=_section(KbSettings, "kb", files, env),
        handoff=_section(HandoffSettings, "handoff", files, env),
        bridge=_section(BridgeSettings, "bridge", files, env),
        facts=_section(FactSettings, "facts", files, env),
        rasa=_section(RasaSettings, "rasa", files, env),
        mail=_section(MailSettings, "mail", files, env),
        privacy=_section(PrivacySettings, "privacy", files, env),
        plugs=PlugTables(own, {kind: files[-1].section(kind) for kind in _PLUGS}, env),
    )


def _section(make: type[T], name: str, files: Sequence[Section], env: Mapping[str, str]) -> T:
    """One section's dataclass from the files, later ones over earlier ones, and the environment over all."""
    hints, secret = get_type_hints(make, include_extras=True), unshown(make)
    values: dict[str, TomlValue] = {}
    for file in files:
        section = file.section(name)
        section.only(hints)
        for key, value in section.values.items():
            quoted = Section(section.source, name, {}) if key in secret else section
            values[key] = checked(hints[key], value, partial(quoted.error, key))
    prefix = f"FIRSTLINE_{name.upper()}_"
    for variable, text in env.items():
        if variable.startswith(prefix):
            key = variable.removeprefix(prefix).lower()
            if key not in hints:  # whose value may be a secret under a misspelt name
                rule = f"no such setting{nearest(key, hints)}"
                raise SettingsError("environment", variable, rule, key=variable)
            told = variable if key in secret else f"{variable} = {text}"
            error = partial(SettingsError, "environment", told, key=variable)
            values[key] = checked(hints[key], parsed(hints[key], text), error)
    return make(**values)


def _refuse_misspelt_sections(env: Mapping[str, str]) -> None:
    """FIRSTLINE_SEVER_PORT is a mistake; FIRSTLINE_FAILPOINT is another thing's."""
    for variable in env:
        section = variable.removeprefix("FIRSTLINE_").partition("_")[0].lower()
        if variable.startswith("FIRSTLINE_") and section not in _SECTIONS:
            close = difflib.get_close_matches(section, _SECTIONS, 1, 0.8)
            if close:
                rule = f"no such section; did you mean {close[0]}?"
                raise SettingsError("environment", variable, rule, key=variable)
