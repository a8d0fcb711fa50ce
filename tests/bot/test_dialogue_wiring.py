from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.assistant import (
    Assistant,
    Endpoint,
    Fallback,
    MemoizationSettings,
    Pipeline,
    Policies,
    RegexSettings,
    RuleSettings,
)
from tests.bot.rasa_projects import complaint, loaded, warned

DOMAIN = "intents: [greet]\n"


def configured(folder: Path, config: str) -> Assistant:
    return loaded(folder, domain=DOMAIN, config=config)


def test_without_a_config_rasas_defaults_hold(tmp_path: Path) -> None:
    assistant = loaded(tmp_path, domain=DOMAIN)
    assert assistant.policies == Policies(
        RuleSettings(), (MemoizationSettings(),), ("MemoizationPolicy", "RulePolicy")
    )
    assert assistant.pipeline == Pipeline(Fallback(0.3, 0.1), None, True, (None,))
    assert (assistant.language, assistant.assistant_id) == ("en", None)


@pytest.mark.parametrize(
    "config", ["policies:\npipeline:\n", "policies: []\npipeline: []\n", "language: en\n"]
)
def test_empty_policies_and_pipeline_are_the_defaults(tmp_path: Path, config: str) -> None:
    assistant = configured(tmp_path, config)
    assert (assistant.policies, assistant.pipeline) == (Policies(), Pipeline())


def test_policies_are_read_in_order_with_their_settings(tmp_path: Path) -> None:
    config = """
assistant_id: shop
language: nb
policies:
- name: AugmentedMemoizationPolicy
  max_history: 4
- name: rasa.core.policies.rule_policy.RulePolicy
  priority: 6
  core_fallback_threshold: 0.4
  core_fallback_action_name: action_sorry
  enable_fallback_prediction: false
  restrict_rules: false
  check_for_contradictions: false
- name: MemoizationPolicy
  priority: 2
"""
    assistant = configured(tmp_path, config)
    assert assistant.policies == Policies(
        RuleSettings(6, 0.4, "action_sorry", False, False, False),
        (MemoizationSettings(True, 4), MemoizationSettings(False, None, 2)),
        ("AugmentedMemoizationPolicy", "RulePolicy", "MemoizationPolicy"),
    )
    assert (assistant.language, assistant.assistant_id) == ("nb", "shop")


def test_the_pipeline_says_what_matters_to_the_dialogue(tmp_path: Path) -> None:
    config = """
pipeline:
- WhitespaceTokenizer
- name: RegexEntityExtractor
  case_sensitive: true
  use_word_boundaries: false
  use_lookup_tables: false
- name: FallbackClassifier
  threshold: 0.7
- name: ResponseSelector
  retrieval_intent: faq
- name: ResponseSelector
"""
    assert configured(tmp_path, config).pipeline == Pipeline(
        Fallback(0.7, 0.1), RegexSettings(True, False, False, True), False, ("faq", None), False
    )


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("policies: [{name: RulePolicy}, {name: TEDPolicy}]", "policies[1]: TEDPolicy is ignored"),
        ("policies: [{name: TEDPolicy}]", "MemoizationPolicy and RulePolicy stand in for them"),
        (
            "policies: [{name: RulePolicy}, {name: FormPolicy}]",
            "of Rasa 1 is not read: RulePolicy runs forms",
        ),
        ("policies: [{name: RulePolicy}, {name: our.RulesPolicy}]", "did you mean 'RulePolicy'?"),
        ("policies: [{name: RulePolicy, restrict_rule: false}]", "did you mean 'restrict_rules'?"),
        ("pipeline: supervised_embeddings", "a pipeline's name is Rasa 1's way"),
        ("pipeline: [{name: DucklingEntityExtractor}]", "DucklingEntityExtractor is not run"),
        ("langauge: en", "unknown key 'langauge' is not read; did you mean 'language'?"),
        ("recipe: graph.v1", "only the recipe default.v1 is known"),
    ],
)
def test_what_does_not_run_here_is_a_warning(tmp_path: Path, config: str, said: str) -> None:
    told = warned(tmp_path, domain=DOMAIN, config=config)
    assert any(said in each and each.startswith("own/config.yml:1: ") for each in told)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("pipeline: [{name: FallbackClassifier, threshold: 7}]", "threshold: must lie between 0 and 1"),
        ("policies: [{name: MemoizationPolicy, max_history: 1.5}]", "must be a whole number, 0 or more"),
        ("policies: [{epochs: 100}]", "policies[0]: an entry needs a `name`"),
        ("policies: RulePolicy", "policies: must be a list"),
        ("firstline: {sensitiv: {}}", "unknown key 'sensitiv'; did you mean 'sensitive'?"),
        ("- language: en", "must be a mapping"),
    ],
)
def test_a_wrong_config_names_file_line_key_and_mend(tmp_path: Path, config: str, said: str) -> None:
    complained = complaint(tmp_path, domain=DOMAIN, config=config)
    assert said in complained and complained.startswith("own/config.yml:1: ")


def test_sensitive_topics_are_ours_to_name(tmp_path: Path) -> None:
    assistant = configured(tmp_path, "firstline: {sensitive: {fraud: [greet], legal: greet}}")
    assert assistant.sensitive == {"fraud": ("greet",), "legal": ("greet",)}


ENDPOINTS = """
action_endpoint:
  url: http://127.0.0.1:5055/webhook
  headers: {X-One: 1}
  token: hush-token
  basic_auth: {username: u, password: hush-password}
  cafile: ca.pem
  enable_selective_domain: true
nlg:
  url: https://nlg.test/nlg
nlu:
tracker_store:
  type: SQL
"""


def test_endpoints_are_read(tmp_path: Path) -> None:
    assistant = loaded(tmp_path, domain=DOMAIN, endpoints=ENDPOINTS)
    assert assistant.endpoints.actions == Endpoint(
        "http://127.0.0.1:5055/webhook",
        headers={"X-One": "1"},
        token="hush-token",
        basic_auth=("u", "hush-password"),
        cafile="ca.pem",
        selective_domain=True,
    )
    assert assistant.endpoints.nlg == Endpoint("https://nlg.test/nlg")
    assert assistant.endpoints.nlu is None
    assert [str(each) for each in assistant.warnings] == [
        "own/endpoints.yml:12: tracker_store: not read: conversations are kept in Firstline's own database"
    ]


def test_actions_may_run_in_this_process(tmp_path: Path) -> None:
    endpoints = loaded(
        tmp_path, domain=DOMAIN, endpoints="action_endpoint: {actions_module: actions}"
    ).endpoints
    assert (endpoints.actions, endpoints.actions_module) == (None, "actions")


def test_secrets_are_shown_by_no_repr(tmp_path: Path) -> None:
    credentials = "callback: {url: 'http://127.0.0.1/hush-url'}\n"
    assistant = loaded(tmp_path, domain=DOMAIN, endpoints=ENDPOINTS, credentials=credentials)
    assert "hush" not in repr(assistant)


def test_a_channel_may_be_told_nothing(tmp_path: Path) -> None:
    credentials = "rest:\nsocketio: {session_persistence: true}\nslak: {token: x}\n"
    assistant = loaded(tmp_path, domain=DOMAIN, credentials=credentials)
    assert assistant.credentials == {
        "rest": {},
        "socketio": {"session_persistence": True},
        "slak": {},
    }
    assert "the channel 'slak' is not served" in str(assistant.warnings[0])


@pytest.mark.parametrize("written", ["url: ${ACTION_HOST}/webhook", 'url: "${ACTION_HOST}/webhook"'])
def test_a_variable_is_read_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("ACTION_HOST", "http://actions.test")
    actions = loaded(tmp_path, domain=DOMAIN, endpoints=f"action_endpoint:\n  {written}\n").endpoints.actions
    assert actions == Endpoint("http://actions.test/webhook")


def test_an_unset_variable_is_named_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUSH", raising=False)
    assert complaint(tmp_path, domain=DOMAIN, endpoints="nlg:\n  url: ${HUSH}\n") == (
        "own/endpoints.yml:2: nlg.url: the environment variable HUSH is not set; set it before starting"
    )


def test_what_is_not_read_here_needs_no_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUSH", raising=False)
    endpoints = "tracker_store:\n  url: ${HUSH}\n"
    assistant = loaded(tmp_path, domain=DOMAIN, endpoints=endpoints, credentials="slack:\n  token: ${HUSH}\n")
    assert assistant.credentials == {"slack": {}}


def test_a_variable_of_a_channel_that_is_served_must_be_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUSH", raising=False)
    said = complaint(tmp_path, domain=DOMAIN, credentials="socketio:\n  jwt_key: ${HUSH}\n")
    assert said.startswith(
        "own/credentials.yml:2: socketio.jwt_key: the environment variable HUSH is not set"
    )


def test_a_text_with_an_unset_variable_says_how_to_keep_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUSH", raising=False)
    said = complaint(tmp_path, domain=DOMAIN + "responses:\n  utter_x:\n  - text: Pay ${HUSH}\n")
    assert said.endswith("set it before starting; or put the text in quotes to keep it as it is")


def test_in_quotes_a_price_is_no_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHO", "Ines")
    responses = 'responses:\n  utter_x:\n  - text: "Pay ${sum} or $5"\n  - text: I am ${WHO}\n'
    first, second = loaded(tmp_path, domain=DOMAIN + responses).domain.responses["utter_x"]
    assert (first.text, second.text) == ("Pay ${sum} or $5", "I am Ines")


@pytest.mark.parametrize(
    "endpoints",
    [
        "action_endpoint:\n  url: [hush, hush]\n",
        "action_endpoint:\n  url: hush://x\n",
        "action_endpoint: hush\n",
        "action_endpoint:\n  url: http://[hush\n",
        "action_endpoint:\n  token: *hush\n",
        "action_endpoint:\n  token: @hush\n",
        "action_endpoint:\n  token: !hush x\n",
        "action_endpoint: {token: hush, basic_auth: hush}\n  x",
    ],
)
def test_no_error_shows_what_a_secret_file_says(tmp_path: Path, endpoints: str) -> None:
    said = complaint(tmp_path, domain=DOMAIN, endpoints=endpoints)
    assert said.startswith("own/endpoints.yml:") and "hush" not in said


def test_no_error_shows_what_the_environment_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIND", "hush")
    slots = "slots:\n  s:\n    type: text\n    influence_conversation: ${KIND}\n    mappings: []\n"
    said = complaint(tmp_path, domain=DOMAIN + slots)
    assert "must be true or false, not this value" in said
