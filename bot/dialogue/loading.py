"""A folder of Rasa files into one Assistant; what doesn't fit together is noted all at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.dialogue.assistant import Assistant, Rule, Story
from bot.dialogue.checking import misfits
from bot.dialogue.configuring import read_config
from bot.dialogue.documents import Node, read_document
from bot.dialogue.domain import DomainParts
from bot.dialogue.endpoints import read_credentials, read_endpoints
from bot.dialogue.errors import AssistantError, Problem
from bot.dialogue.files import conversation_tests, data_documents, old_data, wiring
from bot.dialogue.nlu import NluParts
from bot.dialogue.stories import read_rules, read_stories
from bot.dialogue.translating import Translation

# Intents that stand for a sensitive topic when config.yml says nothing else under `firstline: sensitive:`.
SENSITIVE_INTENTS: Mapping[str, tuple[str, ...]] = {"fraud": ("report_fraud",)}
# What a file's path may say its examples are written in: ISO 639-1.
LANGUAGE = re.compile(
    "ar|bg|bn|bs|ca|cs|cy|da|de|el|en|es|et|eu|fa|fi|fr|ga|gl|gu|he|hi|hr|hu|hy|id|is|it|ja|ka|kk|km|kn|ko|lo"
    "|lt|lv|mk|ml|mn|mr|ms|mt|nb|ne|nl|nn|no|pa|pl|pt|ro|ru|si|sk|sl|sq|sr|sv|sw|ta|te|th|tl|tr|uk|ur|uz|vi|zh"
)


def load_assistant(
    folder: Path, *, examples: bool = True, translations: Sequence[Translation] = ()
) -> Assistant:
    """All Rasa files of the project `folder`, merged and checked against each other.

    An NLU file is in the language that its path names (`nlu/nb.yml`, `nlu.nb.yml`), else in that of
    config.yml. `examples=False` leaves the training sentences out (a trained model carries what serving
    needs of them). translations: what further languages add. Harmless oddities are the `warnings`.
    Raises AssistantError listing file, line, key and mend.
    """
    if not folder.is_dir():
        problem = Problem(str(folder), 1, "", "no such folder; set `[bot] assistant` to one with Rasa files")
        raise AssistantError([problem])
    folder = folder.absolute()
    roots = {name: _root(folder, name) for name in ("config", "endpoints", "credentials")}
    config = read_config(roots["config"])
    documents, passed = data_documents(folder)
    domain, nlu = DomainParts(), NluParts()
    rules: list[Rule] = []
    stories: list[Story] = []
    digest = hashlib.sha256()
    for document in documents:
        fields = document.root.fields()
        domain.add(document.root)
        if "nlu" in fields:
            digest.update(document.path.read_bytes())
            nlu.add(fields["nlu"], _language_of(document.path.relative_to(folder), config.language))
        if "rules" in fields:
            rules += read_rules(fields["rules"])
        if "stories" in fields:
            stories += read_stories(fields["stories"])
    further: list[Node] = []
    for each in translations:
        further += _add(domain, nlu, each)
        if each.examples is not None:
            digest.update(each.examples.read_bytes())
    if not domain.intents and not nlu.examples:
        raise AssistantError([_nothing(folder)])
    read = nlu.nlu()
    assistant = Assistant(
        folder=folder,
        language=config.language,
        domain=domain.domain(nlu.retrieval_intents()),
        nlu=read if examples else replace(read, examples=()),
        rules=tuple(rules),
        stories=tuple(stories),
        sensitive=SENSITIVE_INTENTS if config.sensitive is None else config.sensitive,
        settings=config.written or {},
        fingerprint=digest.hexdigest(),
        policies=config.policies,
        pipeline=config.pipeline,
        endpoints=read_endpoints(roots["endpoints"]),
        credentials=read_credentials(roots["credentials"]),
        assistant_id=config.assistant_id,
        languages=tuple(dict.fromkeys((config.language, *(example.language for example in read.examples)))),
        translations=tuple(translations),
    )
    noted = [*passed, *(_unread(folder, path) for path in old_data(folder))]
    wired = (each for each in roots.values() if each is not None)
    for root in (*(each.root for each in documents), *wired, *further):
        noted += root.source.warnings
    checked = replace(assistant, nlu=read)
    return replace(assistant, warnings=(*noted, *misfits(checked)))


def load_tests(folder: Path) -> tuple[Story, ...]:
    """The test conversations of a project, ordered by file; raises AssistantError as for its stories."""
    found: list[Story] = []
    for document in conversation_tests(folder.absolute()):
        found += read_stories(document.root.fields()["stories"], tests=True)
    return tuple(found)


def _add(domain: DomainParts, nlu: NluParts, translation: Translation) -> list[Node]:
    """Merge what a language adds; the files that were read."""
    paths = (translation.responses, translation.examples)
    shown = (None if path is None else f"{path.parent.name}/{path.name}" for path in paths)
    responses, examples = (
        None if path is None or name is None else read_document(path, name)
        for path, name in zip(paths, shown, strict=True)
    )
    if responses is not None:
        domain.translate(responses, translation.language)
    if examples is not None:
        nlu.add(examples.fields(("version", "nlu"))["nlu"], translation.language)
    return [each for each in (responses, examples) if each is not None]


def _root(folder: Path, name: str) -> Node | None:
    document = wiring(folder, name)
    return None if document is None else document.root


def _unread(folder: Path, path: Path) -> Problem:
    kind = "Markdown of Rasa 1" if path.suffix == ".md" else "JSON of Rasa"
    shown = str(path.relative_to(folder.parent))
    return Problem(shown, 1, "", f"the {kind} is not read; convert it with `rasa data convert` of Rasa 2")


def _nothing(folder: Path) -> Problem:
    old = old_data(folder)
    if old:
        return _unread(folder, old[0])
    return Problem(str(folder), 1, "intents", "no intents anywhere; add a domain.yml that lists them")


def _language_of(path: Path, default: str) -> str:
    """The language that the path names as a word, such as `nlu/nb.yml`, `nb/nlu.yml` or `nlu.nb.yml`."""
    words = re.split(r"[./]", str(path.with_suffix("")))
    return next((word for word in reversed(words) if LANGUAGE.fullmatch(word)), default)
