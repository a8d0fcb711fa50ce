from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.dialogue import AssistantError, load_assistant
from bot.dialogue.assistant import ActionStep, EntityCondition, SlotCondition, SlotStep, UserStep
from tests.bot.rasa_projects import complaint, loaded, project, warned

TINY = Path(__file__).parent / "assistants" / "tiny"
SHIPPED = Path(__file__).parents[2] / "config" / "rasa"

DOMAIN = """
intents: [greet]
actions: [action_x]
slots:
  size: {type: text, mappings: [{type: custom}]}
responses:
  utter_hi: [{text: Hi}]
"""


def test_the_shipped_assistant_loads_without_a_warning() -> None:
    assistant = load_assistant(SHIPPED)
    assert assistant.warnings == ()
    assert len(assistant.domain.intents) >= 18
    assert {example.language for example in assistant.nlu.examples} == {"en", "nb"}


def test_every_intent_is_shown_twenty_examples_in_both_languages() -> None:
    assistant = load_assistant(SHIPPED)
    told = [(each.intent, each.language) for each in assistant.nlu.examples]
    for intent in assistant.domain.intents.keys() - {"nlu_fallback"}:
        for language in ("en", "nb"):
            assert told.count((intent, language)) >= 20, (intent, language)


def test_files_are_merged_whatever_they_are_called() -> None:
    assistant = load_assistant(TINY)
    assert assistant.domain.responses["utter_faq/opening"][0].text == "Nine to five."
    assert assistant.domain.knows_action("utter_faq")
    assert assistant.domain.session.expires_within == timedelta(minutes=30)
    assert not assistant.domain.session.carries_slots


def test_an_nlu_file_is_in_the_language_its_path_names() -> None:
    examples = {each.text: each.language for each in load_assistant(TINY).nlu.examples}
    assert examples["hvor er pakken min"] == "nb"
    assert examples["track my parcel"] == "en"


def test_without_examples_words_and_fingerprint_stay() -> None:
    whole, lean = load_assistant(TINY), load_assistant(TINY, examples=False)
    assert lean.nlu.examples == ()
    assert lean.nlu.lookups == whole.nlu.lookups
    assert lean.nlu.synonyms == whole.nlu.synonyms
    assert lean.fingerprint == whole.fingerprint


def test_a_changed_example_changes_the_fingerprint(tmp_path: Path) -> None:
    nlu = "nlu:\n- intent: greet\n  examples: |\n    - hi\n"
    folder = project(tmp_path, domain=DOMAIN, nlu=nlu)
    before = load_assistant(folder).fingerprint
    (folder / "nlu.yml").write_text(nlu + "    - hello\n", encoding="utf-8")
    assert load_assistant(folder).fingerprint != before


def test_annotations_of_every_form_are_read(tmp_path: Path) -> None:
    nlu = """
nlu:
- intent: greet
  examples: |
    - from [Oslo]{"entity": "city", "role": "from"} with [AB](code:B-1)
    - [New York][{"entity": "city"}, {"entity": "state", "group": "1"}] now
    this line is no example
- intent: greet
  examples:
  - text: |
      in [Bergen](city)
"""
    domain = "intents: [greet]\nentities: [city, code, state]\n"
    nlu_read = loaded(tmp_path, domain=domain, nlu=nlu).nlu
    first, second, third = nlu_read.examples
    assert first.text == "from Oslo with AB"
    assert [(mark.start, mark.end, mark.entity, mark.role, mark.value) for mark in first.annotations] == [
        (5, 9, "city", "from", "Oslo"),
        (15, 17, "code", None, "B-1"),
    ]
    assert [(mark.entity, mark.group) for mark in second.annotations] == [("city", None), ("state", "1")]
    assert third.text == "in Bergen"
    assert nlu_read.synonyms == {"ab": "B-1"}


def test_an_example_knows_its_line(tmp_path: Path) -> None:
    nlu = "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello\n"
    examples = loaded(tmp_path, domain=DOMAIN, nlu=nlu).nlu.examples
    assert [(each.text, each.place.line) for each in examples] == [("hi", 4), ("hello", 5)]


def test_rules_and_stories_become_steps(tmp_path: Path) -> None:
    rules = """
rules:
- rule: sized
  conversation_start: true
  wait_for_user_input: false
  condition:
  - slot_was_set: [{size: big}, size]
  steps:
  - intent: greet
    entities: [{city: Oslo, role: from}]
  - action: utter_hi
"""
    domain = DOMAIN + "entities: [city]\n"
    rule = loaded(tmp_path, domain=domain, rules=rules).rules[0]
    assert rule.at_start and not rule.waits
    assert rule.conditions == (SlotStep((SlotCondition("size", "big"), SlotCondition("size", bare=True))),)
    city = EntityCondition("city", "Oslo", "from")
    assert rule.steps == (UserStep("greet", (city,)), ActionStep("utter_hi"))


def test_yes_and_on_are_words_as_in_yaml_1_2(tmp_path: Path) -> None:
    domain = "intents: [greet]\nslots:\n  s: {type: categorical, values: [yes, no, on], mappings: []}\n"
    slot = loaded(tmp_path, domain=domain).domain.slots["s"]
    assert slot.values == ("yes", "no", "on")


def test_slot_types_may_be_class_paths(tmp_path: Path) -> None:
    domain = "intents: [greet]\nslots:\n  s: {type: rasa.shared.core.slots.TextSlot, mappings: []}\n"
    assert loaded(tmp_path, domain=domain).domain.slots["s"].type == "text"


def test_an_older_format_is_read_and_a_newer_one_skipped(tmp_path: Path) -> None:
    newer = 'version: "3.9"\nresponses:\n  utter_new: [{text: New}]\n'
    folder = project(tmp_path, domain='version: "2.0"\n' + DOMAIN, newer=newer)
    assert "utter_new" not in load_assistant(folder).domain.responses


def test_test_conversations_are_not_training_data(tmp_path: Path) -> None:
    stories = "stories:\n- story: s\n  steps:\n  - intent: nonsense\n  - action: nonsense\n"
    assert loaded(tmp_path, domain=DOMAIN, test_stories=stories).stories == ()


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        (DOMAIN + "actions: []\n", "own/domain.yml:8: actions: the key is given twice (first in line 3)"),
        ("intents: [greet\n", "own/domain.yml:2: not YAML"),
        ("intents: {a: b}\n", "own/domain.yml:1: intents: must be a list"),
        (
            "intents: [greet]\nslots:\n  s: {type: txt, mappings: []}\n",
            "own/domain.yml:3: slots.s.type: unknown slot type 'txt'; did you mean 'text'?",
        ),
        (
            "intents: [greet]\nsession_config: {session_expiration_time: soon}\n",
            "own/domain.yml:2: session_config.session_expiration_time: must be a number, not 'soon'",
        ),
        ("a: &a [*a]\nintents: [greet]\n", "an alias inside its own anchor"),
        ("intents: [!!python/name:os.system x]\n", "is not read here; remove it"),
        ("actions: []\n", "no intents anywhere; add a domain.yml that lists them"),
    ],
)
def test_a_wrong_domain_names_file_line_key_and_mend(tmp_path: Path, domain: str, said: str) -> None:
    assert said in complaint(tmp_path, domain=domain)


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("slotz: {}\n", "own/domain.yml:2: slotz: unknown key 'slotz' is not read; did you mean 'slots'?"),
        (
            "responses:\n  utter_x:\n  - tex: Hi\n",
            "own/domain.yml:4: responses.utter_x[0].tex: unknown key 'tex' is not read; did you mean 'text'?",
        ),
        (
            "slots:\n  s: {type: text, mapings: [], mappings: []}\n",
            "own/domain.yml:3: slots.s.mapings: unknown key 'mapings' is not read; did you mean 'mappings'?",
        ),
        ("version: three\n", "own/domain.yml:2: version: 'three' is no version; read as version: \"3.1\""),
        (
            'version: "2.0"\n',
            'own/domain.yml:2: version: written for 2.0 and read as 3.1; write version: "3.1"',
        ),
    ],
)
def test_what_rasa_would_pass_over_is_a_warning(tmp_path: Path, domain: str, said: str) -> None:
    assert said in warned(tmp_path, domain="intents: [greet]\n" + domain)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            "rules:\n- rule: r\n  steps:\n  - intent: gret\n  - action: utter_hi\n",
            "own/rules.yml:2: rules[0]: rule 'r': unknown intent 'gret'; did you mean 'greet'?",
        ),
        (
            "rules:\n- rule: r\n  steps:\n  - intent: greet\n  - action: utter_ho\n",
            "own/rules.yml:2: rules[0]: rule 'r': unknown action 'utter_ho'; did you mean 'utter_hi'?",
        ),
        (
            "rules:\n- rule: r\n  condition: [{slot_was_set: [sise]}]\n  steps:\n  - intent: greet\n",
            "own/rules.yml:2: rules[0]: rule 'r': unknown slot 'sise'; did you mean 'size'?",
        ),
        (
            "rules:\n- rule: r\n  steps:\n  - intents: greet\n",
            "own/rules.yml:4: rules[0].steps[0]: unknown step 'intents' is skipped; did you mean 'intent'?",
        ),
        (
            "rules:\n- rule: r\n  steps: []\n",
            "own/rules.yml:2: rules[0]: skipped: the rule has no steps",
        ),
    ],
)
def test_a_rule_that_misses_warns_with_file_line_key_and_mend(tmp_path: Path, rules: str, said: str) -> None:
    assert said in warned(tmp_path, domain=DOMAIN, rules=rules)


@pytest.mark.parametrize(
    ("nlu", "said"),
    [
        (
            "nlu:\n- regex: r\n  examples: |\n    - a(\n",
            "own/nlu.yml:4: nlu[0].examples: not a regular expression",
        ),
        (
            'nlu:\n- intent: greet\n  examples: |\n    - [x]{"entity"}\n',
            'own/nlu.yml:4: nlu[0].examples: the annotation {"entity"} is not JSON',
        ),
        (
            'nlu:\n- intent: greet\n  examples: |\n    - [x]{"role": "from"}\n',
            'own/nlu.yml:4: nlu[0].examples: the annotation {"role": "from"} needs an "entity"',
        ),
        (
            f"nlu:\n- intent: greet\n  examples: |\n    - {'x' * 10_001}\n",
            "own/nlu.yml:4: nlu[0].examples: an example of 10,001 characters; the limit is 10,000",
        ),
    ],
)
def test_wrong_nlu_names_file_line_key_and_mend(tmp_path: Path, nlu: str, said: str) -> None:
    assert said in complaint(tmp_path, domain=DOMAIN, nlu=nlu)


def test_all_misfits_are_reported_at_once(tmp_path: Path) -> None:
    rules = "rules:\n- rule: r\n  steps:\n  - intent: gret\n  - action: utter_ho\n"
    assert len(warned(tmp_path, domain=DOMAIN, rules=rules)) == 2


def test_examples_of_an_unlisted_intent_are_a_warning(tmp_path: Path) -> None:
    nlu = "nlu:\n- intent: gret\n  examples: |\n    - hi\n"
    assert warned(tmp_path, domain=DOMAIN, nlu=nlu) == [
        "own/nlu.yml:4: nlu[0].examples: unknown intent 'gret'; did you mean 'greet'?"
    ]


def test_an_alias_bomb_is_refused_without_unfolding_it(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert "aliases unfold" in complaint(tmp_path, domain="\n".join(lines))


def test_honest_aliases_and_merge_keys_are_read(tmp_path: Path) -> None:
    domain = """
intents: [greet]
slots:
  first: &plain {type: text, influence_conversation: false, mappings: []}
  second:
    <<: *plain
    type: any
"""
    slots = loaded(tmp_path, domain=domain).domain.slots
    assert not slots["second"].influences and slots["second"].type == "any"


def test_a_file_above_twenty_megabytes_is_refused(tmp_path: Path) -> None:
    big = "intents: [greet]\n# " + "x" * (20 * 2**20)
    assert "the limit is 20,971,520; split it" in complaint(tmp_path, domain=big)


def test_a_deeply_nested_file_is_refused(tmp_path: Path) -> None:
    assert "nested too deeply" in complaint(tmp_path, domain="[" * 50_000)


def test_text_that_is_not_utf_8_names_its_line(tmp_path: Path) -> None:
    folder = project(tmp_path, domain=DOMAIN)
    (folder / "nlu.yml").write_bytes(b"version: '3.1'\nnlu:\n- intent: \xff\n")
    with pytest.raises(AssistantError, match=r"own/nlu\.yml:3: not UTF-8; save the file as UTF-8"):
        load_assistant(folder)


def test_a_missing_folder_says_which_setting_names_it(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match=r"set `\[bot\] assistant`"):
        load_assistant(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        ("", False),
        ("actions: [action_ask_size]", True),
        ("actions: [action_ask_f_size]", True),
        ("actions: [validate_f]", True),
        ("responses: {utter_ask_f_size: [{text: Which?}]}", True),
    ],
)
def test_a_form_that_nothing_words_the_question_of_is_warned_of(
    tmp_path: Path, more: str, asked: bool
) -> None:
    domain = f"""intents: [buy]
slots: {{size: {{type: text, mappings: [{{type: from_text}}]}}}}
forms: {{f: {{required_slots: [size]}}}}
{more}
"""
    told = [each for each in warned(tmp_path, domain=domain) if "nothing asks for the slot 'size'" in each]
    assert (not told) is asked
    assert asked or "add a response utter_ask_size" in told[0]
