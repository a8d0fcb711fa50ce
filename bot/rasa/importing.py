"""What becomes of a Rasa project on Firstline: what is read as it is, replaced, converted or ignored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from bot.dialogue.assistant import DEFAULT_ACTIONS, Assistant, BotTextStep, UserStep
from bot.dialogue.endpoints import CHANNELS, KEPT_HERE
from bot.dialogue.errors import AssistantError, Problem
from bot.dialogue.files import old_data, wiring
from bot.dialogue.loading import load_assistant, load_tests
from bot.policies import learn

State = Literal["as it is", "replaced", "converted", "ignored"]

ENCODER = "Firstline reads with an encoder of its own"
# Pipeline components, and what takes their place; an empty text means that they work as in Rasa.
COMPONENTS: Mapping[str, str] = {
    "FallbackClassifier": "",
    "RegexEntityExtractor": "",
    "EntitySynonymMapper": "",
    "ResponseSelector": "Firstline's own selector learns the same answers",
    "DIETClassifier": "Firstline's classifier and tagger learn the same examples",
    "LogisticRegressionClassifier": "Firstline's classifier learns the same examples",
    "SklearnIntentClassifier": "Firstline's classifier learns the same examples",
    "MitieIntentClassifier": "Firstline's classifier learns the same examples",
    "KeywordIntentClassifier": "Firstline's classifier learns the same examples",
    "CRFEntityExtractor": "Firstline's tagger learns the same annotations",
    "MitieEntityExtractor": "Firstline's tagger learns the same annotations",
    "SpacyEntityExtractor": "spaCy finds the same names where its model is installed",
    "DucklingEntityExtractor": "Firstline's own patterns find dates, numbers and money",
    "SpacyNLP": ENCODER,
    "MitieNLP": ENCODER,
}
# Tokenizers and featurizers of whatever kind only serve the components above.
FEEDERS = ("Tokenizer", "Featurizer")
DEFAULT_ACTION_PORT = 5055
# Where Firstline keeps its data when nobody says otherwise.
DATA = Path("data")


@dataclass(frozen=True, slots=True)
class Finding:
    """What becomes of one part of the project; `why` is empty where there is nothing to say."""

    area: str
    name: str
    state: State
    why: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """The report on a project. It runs when `problems` is empty; `following` is what to type next."""

    folder: str
    languages: tuple[str, ...]
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]
    warnings: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    following: tuple[str, ...]

    @property
    def runs(self) -> bool:
        return not self.problems

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "runs": self.runs}


def import_rasa(folder: Path, data: Path = DATA) -> Imported:
    """Read a project as it would be run from the folder `data`, and tell what came of each part.

    Changes nothing.
    """
    try:
        assistant = load_assistant(folder)
        tests = load_tests(folder)
        learn(assistant)
    except AssistantError as error:
        return Imported(str(folder), (), {}, tuple(_old(folder)), (), error.problems, ())
    domain = assistant.domain
    counts = {
        "intents": len(domain.intents),
        "entities": len(domain.entities),
        "examples": len(assistant.nlu.examples),
        "slots": _size(domain.written.get("slots")),
        "forms": len(domain.forms),
        "responses": len(domain.responses),
        "custom actions": len(custom_actions(assistant)),
        "rules": len(assistant.rules),
        "stories": len(assistant.stories),
        "test conversations": len(tests),
    }
    languages = Counter(example.language for example in assistant.nlu.examples)
    return Imported(
        folder=str(folder),
        languages=tuple(language for language, _ in languages.most_common()) or (assistant.language,),
        counts=counts,
        findings=(
            *_policies(assistant),
            *_pipeline(assistant),
            *_dialogue(assistant),
            *_wiring(folder, assistant),
        ),
        warnings=assistant.warnings,
        problems=(),
        following=tuple(_following(folder, assistant, data)),
    )


def custom_actions(assistant: Assistant) -> tuple[str, ...]:
    """The actions that an action server must run: those listed that are neither responses nor Rasa's own."""
    domain = assistant.domain
    return tuple(
        name for name in domain.actions if name not in domain.responses and not name.startswith("utter_")
    )


def _policies(assistant: Assistant) -> Iterator[Finding]:
    for name in _names(assistant.settings.get("policies")):
        if name in assistant.policies.order:
            yield Finding("policy", name, "as it is")
        else:
            yield Finding("policy", name, "ignored", "rules and stories decide as they are written")
    if not _names(assistant.settings.get("policies")):
        yield Finding("policy", ", ".join(assistant.policies.order), "as it is", "Rasa's default")


def _pipeline(assistant: Assistant) -> Iterator[Finding]:
    """The components, those together to which the same happens."""
    together: dict[tuple[State, str], list[str]] = {}
    for name in _names(assistant.settings.get("pipeline")):
        if name in COMPONENTS:
            what: tuple[State, str] = ("replaced" if COMPONENTS[name] else "as it is", COMPONENTS[name])
        elif name.endswith(FEEDERS):
            what = ("replaced", ENCODER)
        else:
            what = ("ignored", "a component of your own is not run")
        together.setdefault(what, []).append(name)
    for (state, why), names in together.items():
        yield Finding("pipeline", ", ".join(names), state, why)


def _names(entries: object) -> list[str]:
    """The class names of config.yml's list, without their paths."""
    given = entries if isinstance(entries, list) else []
    names = [each.get("name") if isinstance(each, dict) else each for each in given]
    return list(dict.fromkeys(str(name).rpartition(".")[2] for name in names))


def _dialogue(assistant: Assistant) -> Iterator[Finding]:
    for problem in assistant.warnings:
        if "converted" in problem.message:
            yield Finding("domain", problem.key, "converted", problem.message.partition(": ")[2])
    spoken = [
        story.name
        for story in assistant.stories
        if any(isinstance(step, BotTextStep) or _is_text(step) for step in story.steps)
    ]
    if spoken:
        why = "stories told in texts only teach TEDPolicy"
        yield Finding("stories", ", ".join(spoken), "ignored", why)


def _size(written: object) -> int:
    return len(written) if isinstance(written, dict) else 0


def _is_text(step: object) -> bool:
    return isinstance(step, UserStep) and step.intent is None


def _wiring(folder: Path, assistant: Assistant) -> Iterator[Finding]:
    document = wiring(folder.absolute(), "endpoints")
    given = {} if document is None else document.root.fields()
    for name in ("action_endpoint", "nlg", "nlu"):
        if name in given and not given[name].is_nothing():
            yield Finding("endpoint", name, "as it is")
    for name, why in KEPT_HERE.items():
        if name in given and not given[name].is_nothing():
            yield Finding("endpoint", name, "ignored", why)
    for name in assistant.credentials:
        known = name in CHANNELS
        yield Finding("channel", name, "as it is" if known else "ignored", "" if known else "not served here")
    overridden = sorted(set(assistant.domain.actions) & set(DEFAULT_ACTIONS))
    if overridden:
        yield Finding("actions", ", ".join(overridden), "as it is", "your own in place of Rasa's")
    yield from _old(folder)


def _old(folder: Path) -> Iterator[Finding]:
    for path in old_data(folder):
        kind = "Markdown of Rasa 1" if path.suffix == ".md" else "JSON of Rasa"
        why = f"the {kind}; `rasa data convert` of Rasa 2 turns it into YAML"
        yield Finding("data", str(path.relative_to(folder)), "ignored", why)


def _following(folder: Path, assistant: Assistant, data: Path) -> Iterator[str]:
    own = "" if data == DATA else f" --data {data}"
    yield f"firstline train --assistant {folder}{own}"
    if custom_actions(assistant) and assistant.endpoints.actions_module is None:
        endpoint = assistant.endpoints.actions
        port = (urlsplit(endpoint.url).port if endpoint else None) or DEFAULT_ACTION_PORT
        yield f"cd {folder} && python -m rasa_sdk --actions actions -p {port}"
    yield f"firstline serve --assistant {folder}{own}"
