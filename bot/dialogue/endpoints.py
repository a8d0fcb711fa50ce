"""endpoints.yml and credentials.yml: the servers that a project calls, and its channels."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.dialogue.documents import JsonValue, Node, text_of
from bot.dialogue.wiring import Endpoint, Endpoints

ENDPOINT_KEYS = (
    "url",
    "headers",
    "params",
    "token",
    "token_name",
    "basic_auth",
    "cafile",
    "enable_selective_domain",
    "actions_module",
    "type",
)
# What Rasa keeps elsewhere and Firstline in its own data folder.
KEPT_HERE = {
    "tracker_store": "conversations are kept in Firstline's own database",
    "lock_store": "no lock store is needed",
    "event_broker": "events are read from Firstline's HTTP API",
    "models": "models are trained and read in the data folder",
    "model_groups": "no language models are asked",
}
CHANNELS = ("rest", "callback", "socketio", "rasa")
FILES = ("action_endpoint", "nlg", "nlu", *KEPT_HERE)


def read_endpoints(root: Node | None) -> Endpoints:
    """The servers of an endpoints.yml; raises AssistantError for one whose address is none."""
    if root is None:
        return Endpoints()
    fields = root.fields(FILES)
    for name, why in KEPT_HERE.items():
        if name in fields and not fields[name].is_nothing():
            fields[name].warn(f"not read: {why}")
    actions = fields.get("action_endpoint")
    module = text_of(actions.fields(), "actions_module") if actions is not None else None
    return Endpoints(
        actions=None if module else _endpoint(actions),
        nlg=_endpoint(fields.get("nlg")),
        nlu=_endpoint(fields.get("nlu")),
        actions_module=module,
    )


def read_credentials(root: Node | None) -> Mapping[str, Mapping[str, JsonValue]]:
    """What each channel is told, by its name; a channel without a value is told nothing."""
    if root is None:
        return {}
    told: dict[str, Mapping[str, JsonValue]] = {}
    for name, node in root.fields().items():
        if name in CHANNELS:
            told[name] = {key: each.json() for key, each in node.fields().items()}
        else:
            # What it would be told is not looked at: its variables need not be set.
            node.warn(f"the channel {name!r} is not served; served are {', '.join(CHANNELS)}")
            told[name] = {}
    return told


def _endpoint(node: Node | None) -> Endpoint | None:
    if node is None or node.is_nothing():
        return None
    fields = node.fields(ENDPOINT_KEYS)
    url = text_of(fields, "url")
    if url is None:
        node.warn("not read, for it has no `url`")
        return None
    try:
        address = urlsplit(url)
        usable = address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise fields["url"].wrong("must be an address that starts with http:// or https://")
    basic = fields["basic_auth"].fields() if "basic_auth" in fields else {}
    login = (text_of(basic, "username") or "", text_of(basic, "password") or "")
    selective = fields.get("enable_selective_domain")
    headers = fields["headers"].fields() if "headers" in fields else {}
    return Endpoint(
        url=url,
        headers={name: each.text() for name, each in headers.items() if not each.is_nothing()},
        token=text_of(fields, "token"),
        token_name=text_of(fields, "token_name") or "token",
        basic_auth=login if basic else None,
        cafile=text_of(fields, "cafile"),
        selective_domain=selective is not None and selective.value in (True, "true", "True"),
    )
