"""Which action runs where, and what becomes of those that hang in this process."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.acting import Actions, open_actions
from bot.dialogue.assistant import Assistant, Endpoint, Endpoints
from bot.dialogue.loading import load_assistant
from bot.errors import ActionFailedError, ActionModuleError
from bot.tracker import replay
from config.outbound import BadDestinationError, Outbound
from tests.acting import Doing
from tests.strangers import gives, nobody, stranger

DOMAIN = """
version: "3.1"
intents: [greet, {faq: {is_retrieval_intent: true}}]
slots: {city: {type: text, mappings: [{type: custom}]}}
actions: [action_city, action_escalate, action_answer, utter_hello, utter_faq, city_form]
forms: {city_form: {required_slots: [city]}}
responses: {utter_hello: [{text: Hello}], utter_faq/ask: [{text: Well}]}
"""
TRACKER = replay("maya", {"city": None}, [])
WITHIN = timedelta(seconds=30)


def sets(city: str) -> Any:
    return lambda dispatcher, tracker, domain: [{"event": "slot", "name": "city", "value": city}]


OURS = [Doing("action_answer", sets("ours")), Doing("action_escalate", sets("ours"))]


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    (tmp_path / "domain.yml").write_text(DOMAIN)
    (tmp_path / "config.yml").write_text("language: en\n")
    (tmp_path / "data").mkdir()
    return load_assistant(tmp_path)


def with_actions(
    assistant: Assistant, outbound: Outbound, url: str | None = None, module: str | None = None
) -> Actions:
    endpoints = Endpoints(actions=Endpoint(url) if url else None, actions_module=module)
    wired = replace(assistant, endpoints=endpoints)
    return open_actions(wired, OURS, outbound, within=WITHIN, threads=1)


def who_runs(actions: Actions, name: str) -> str:
    try:
        [event] = actions.run(name, TRACKER).events
        return str(event["value"])
    except ActionFailedError as error:
        return error.why
    finally:
        actions.close()


THEIRS = gives(events=[{"event": "slot", "name": "city", "value": "theirs"}])


def test_without_endpoints_ours_run_here_and_nothing_else_does(
    assistant: Assistant, outbound: Outbound
) -> None:
    assert who_runs(with_actions(assistant, outbound), "action_answer") == "ours"
    assert "nobody has it" in who_runs(with_actions(assistant, outbound), "action_city")


def test_a_server_runs_the_assistants_actions_and_a_person_is_fetched_here(
    assistant: Assistant, outbound: Outbound
) -> None:
    with stranger(THEIRS) as shop:
        for name, whose in (
            ("action_city", "theirs"),
            ("action_answer", "theirs"),
            ("action_escalate", "ours"),
        ):
            assert who_runs(with_actions(assistant, outbound, shop.url), name) == whose


def test_beside_a_module_a_server_runs_the_rest(assistant: Assistant, outbound: Outbound) -> None:
    with stranger(THEIRS) as shop:
        for name, whose in (("action_city", "theirs"), ("action_answer", "ours")):
            assert who_runs(with_actions(assistant, outbound, shop.url, "actions"), name) == whose


def test_a_module_that_can_not_be_loaded_is_named(assistant: Assistant, outbound: Outbound) -> None:
    with pytest.raises(ActionModuleError, match="'no_such_shop'"):
        with_actions(assistant, outbound, module="no_such_shop")


def test_an_address_that_is_none_is_refused_at_once(assistant: Assistant, outbound: Outbound) -> None:
    with pytest.raises(BadDestinationError):
        with_actions(assistant, outbound, "grpc://127.0.0.1:5055")


def test_a_server_is_expected_to_have_the_domains_actions_and_not_its_responses(
    assistant: Assistant, outbound: Outbound
) -> None:
    actions = with_actions(assistant, outbound, nobody())
    listed = [name for name in assistant.domain.actions if name in actions]
    assert listed == ["action_city", "action_escalate", "action_answer", "city_form"]
    assert "utter_hello" not in actions and "utter_faq" not in actions and "action_other" not in actions
    actions.close()


def test_a_server_out_of_reach_is_told_to_the_operator(assistant: Assistant, outbound: Outbound) -> None:
    url = nobody()
    actions = with_actions(assistant, outbound, url)
    assert actions.degraded == ()
    who_runs(actions, "action_city")
    [reason] = actions.degraded
    assert url in reason and "is it running" in reason


def test_an_action_that_hangs_is_told_to_the_operator_until_it_ends() -> None:
    let_go, begun = threading.Event(), threading.Semaphore(0)
    threads: list[threading.Thread] = []

    def hangs(dispatcher: Any, tracker: Any, domain: Any) -> Any:
        threads.append(threading.current_thread())
        begun.release()
        let_go.wait()

    doing = [Doing("action_hangs", hangs), Doing("action_city", sets("here"))]
    actions = Actions(doing, {}, within=timedelta(seconds=0.05), threads=1)
    try:
        for _ in range(4):
            with pytest.raises(ActionFailedError, match=r"no answer within 0\.05 s"):
                actions.run("action_hangs", TRACKER)
            assert begun.acquire(timeout=30)
        assert actions.degraded == ("4 calls of 'action_hangs' hang; restart Firstline to be rid of them",)
        with pytest.raises(ActionFailedError, match="4 calls of it still hang"):
            actions.run("action_hangs", TRACKER)
        assert len(threads) == 4
        let_go.set()
        for thread in threads:
            thread.join(30)
        assert actions.degraded == ()
    finally:
        let_go.set()
        actions.close()


def test_an_empty_domain_is_ours_too() -> None:
    seen: list[object] = []
    actions = Actions(
        [Doing("action_city", lambda d, t, domain: seen.append(domain))], {}, within=WITHIN, threads=1
    )
    actions.run("action_city", TRACKER)
    actions.close()
    assert seen == [{}]
