from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from config.settings import DEFAULTS, SettingsError, load_settings


def written(folder: Path, text: str) -> Path:
    (folder / "firstline.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_defaults_are_enough(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "not yet there", {})
    assert settings.server.host == "127.0.0.1"
    assert settings.bot.languages == ("en", "nb")
    assert settings.privacy.redact_logs


def test_a_file_in_the_data_folder_wins_over_the_defaults(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, "[bot]\nmisses = 3"), {})
    assert settings.bot.misses == 3
    assert settings.bot.sure == 0.0


def test_the_environment_wins_over_both(tmp_path: Path) -> None:
    environment = {
        "FIRSTLINE_BOT_MISSES": "4",
        "FIRSTLINE_BOT_SURE": "0.7",
        "FIRSTLINE_BOT_LANGUAGES": "nb, en",
        "FIRSTLINE_BOT_EMBED_HOSTS": "",
        "FIRSTLINE_PRIVACY_REDACT_LOGS": "false",
        "FIRSTLINE_MODEL_ENCODER": "/models/mine",
    }
    settings = load_settings(written(tmp_path, "[bot]\nmisses = 3"), environment)
    assert (settings.bot.misses, settings.bot.sure) == (4, 0.7)
    assert settings.bot.languages == ("nb", "en")
    assert settings.bot.embed_hosts == ()
    assert not settings.privacy.redact_logs
    assert settings.model.encoder == "/models/mine"


def test_other_variables_are_nobodys_business(tmp_path: Path) -> None:
    load_settings(tmp_path, {"FIRSTLINE_FAILPOINT": "bot.turn.said", "FIRSTLINE_DATA": "x", "PATH": "/bin"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[bot]\nsure = 60", "firstline.toml: [bot] sure = 60: must be between 0 and 1"),
        ("[bot]\nsure = true", "firstline.toml: [bot] sure = true: must be a number"),
        ("[bot]\nmisses = 1.5", "firstline.toml: [bot] misses = 1.5: must be a whole number"),
        ("[bot]\nlanguages = []", "firstline.toml: [bot] languages = []: must not be empty"),
        ('[bot]\nlanguages = "en"', '[bot] languages = "en": must be a list of texts such as ["a", "b"]'),
        ("[model]\nencoder = 5", "firstline.toml: [model] encoder = 5: must be text in quotes"),
        ('[model]\nprecision = "int4"', 'precision = "int4": must be "int8" or "fp32"'),
        ("[privacy]\nredact_logs = 1", "redact_logs = 1: must be true or false"),
        ("[bot]\nsuer = 0.5", "firstline.toml: [bot] suer = 0.5: no such key; did you mean sure?"),
        ("[bott]\nsure = 0.5", "no such key; did you mean bot?"),
        ("bot = 5", "firstline.toml: bot = 5: must be a table"),
        ("[bot\n", "firstline.toml: not valid TOML: "),
    ],
)
def test_a_wrong_file_says_where_and_what(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(tmp_path, text), {})
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("FIRSTLINE_BOT_SURE", "60", "environment: FIRSTLINE_BOT_SURE = 60: must be between 0 and 1"),
        ("FIRSTLINE_BOT_SURE", "much", "FIRSTLINE_BOT_SURE = much: must be a number"),
        ("FIRSTLINE_SERVER_PORT", "http", "FIRSTLINE_SERVER_PORT = http: must be a whole number"),
        ("FIRSTLINE_PRIVACY_REDACT_LOGS", "on", "must be true or false"),
        ("FIRSTLINE_BOT_SUER", "0.5", "no such setting; did you mean sure?"),
        ("FIRSTLINE_SERVR_PORT", "1", "FIRSTLINE_SERVR_PORT: no such section; did you mean server?"),
    ],
)
def test_a_wrong_variable_says_which_and_what(
    tmp_path: Path, variable: str, value: str, message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, {variable: value})
    assert message in str(caught.value)


def test_text_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "firstline.toml").write_bytes(b"[bot]\nassistant = '\xff'")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings(tmp_path, {})


def test_every_default_is_explained() -> None:
    explained = [
        line for line in DEFAULTS.read_text(encoding="utf-8").splitlines() if " = " in line and "#" in line
    ]
    keys = sum(len(section) for section in tomllib.loads(DEFAULTS.read_text(encoding="utf-8")).values())
    assert len(explained) == keys


@pytest.mark.parametrize(
    "address", ["support.company.example", "https://a.example/?x=1", "https://a.example/ b"]
)
def test_a_public_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="must be an address such as"):
        load_settings(tmp_path, {"FIRSTLINE_SERVER_PUBLIC_URL": address})


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "crm.example", "https://crm.example/{password}", "https://a.example/ {case}"],
)
def test_a_link_that_leads_nowhere_good_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="no braces but"):
        load_settings(tmp_path, {"FIRSTLINE_HANDOFF_CUSTOMER_LINK": address})


def test_a_link_may_start_a_program(tmp_path: Path) -> None:
    link = "rustdesk://connection/new/{customer}?case={case}"
    assert load_settings(tmp_path, {"FIRSTLINE_HANDOFF_SUPPORT_LINK": link}).handoff.support_link == link


def test_the_mail_password_is_in_no_repr(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {"FIRSTLINE_MAIL_PASSWORD": "hunter2-secret"})
    assert settings.mail.password == "hunter2-secret" and "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    "origin",
    ["shop.example", "https://shop.example/path", "*", "https://shop.example; script-src *", "'self'", ""],
)
def test_who_may_show_the_chat_is_named_by_origin(tmp_path: Path, origin: str) -> None:
    (tmp_path / "firstline.toml").write_text(f'[bot]\nembed_hosts = ["{origin}"]\n')
    with pytest.raises(SettingsError, match="must be web origins such as"):
        load_settings(tmp_path, {})


def test_origins_may_stand_for_their_subdomains_and_have_a_port(tmp_path: Path) -> None:
    given = {"FIRSTLINE_BOT_EMBED_HOSTS": "https://*.shop.example, http://localhost:8080"}
    hosts = load_settings(tmp_path, given).bot.embed_hosts
    assert hosts == ("https://*.shop.example", "http://localhost:8080")


def test_the_keys_of_identities_are_in_no_repr(tmp_path: Path) -> None:
    names = ("KEY", "OLD_KEY", "HASH_KEY")
    settings = load_settings(tmp_path, {f"FIRSTLINE_IDENTITY_{name}": f"secret-{name}" for name in names})
    assert settings.identity.key == "secret-KEY" and "secret-" not in repr(settings)


@pytest.mark.parametrize(
    "given", ['"127.0.0.1"', '["somewhere"]', '["10.0.0.0/40"]', '["10.0.0.1, 10.0.0.2"]']
)
def test_a_trusted_proxy_is_an_address_or_a_network(tmp_path: Path, given: str) -> None:
    with pytest.raises(SettingsError, match="trusted_proxies"):
        load_settings(written(tmp_path, f"[server]\ntrusted_proxies = {given}"), {})


def test_trusted_proxies_may_be_networks_and_none_at_all(tmp_path: Path) -> None:
    told = {"FIRSTLINE_SERVER_TRUSTED_PROXIES": "10.0.0.0/8, fd00::/8, 192.0.2.7"}
    assert load_settings(tmp_path, told).server.trusted_proxies == ("10.0.0.0/8", "fd00::/8", "192.0.2.7")
    assert load_settings(written(tmp_path, "[server]\ntrusted_proxies = []"), {}).server.trusted_proxies == ()


def test_what_holds_for_every_helpdesk_is_set_once(tmp_path: Path) -> None:
    text = '[bridge]\nprivate_networks = ["10.0.0.0/8"]\nteams = { billing = "Invoices" }'
    settings = load_settings(written(tmp_path, text), {"FIRSTLINE_BRIDGE_PEOPLE": "ines@x.example=ines"})
    assert settings.bridge.private_networks == ("10.0.0.0/8",)
    assert settings.bridge.teams == {"billing": "Invoices"}
    assert settings.bridge.people == {"ines@x.example": "ines"}
    assert settings.bridge.give_up_minutes == 15
    with pytest.raises(SettingsError, match="must be addresses such as"):
        load_settings(written(tmp_path, '[bridge]\nprivate_networks = ["intranet"]'), {})


def test_a_secret_is_not_in_the_error_about_it(tmp_path: Path) -> None:
    for text, env in (
        ('[mail]\npasswrd = "hunter2"', {}),
        ('[mail]\npassword = ["hunter2"]', {}),
        ("", {"FIRSTLINE_MAIL_PASWORD": "hunter2"}),
    ):
        with pytest.raises(SettingsError) as caught:
            load_settings(written(tmp_path, text), env)
        assert "hunter2" not in str(caught.value)
