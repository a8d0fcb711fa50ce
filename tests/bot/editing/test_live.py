"""What editors publish reaches the running bot without a restart."""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from pathlib import Path

from bot.editing.live import KEPT
from bot.editing.shelf import Shelf
from bot.editing.trainer import environment_of
from bot.opening import House, open_house
from bot.preparing import prepare
from config.settings import Settings, load_settings
from kb.coaching.examples import Examples
from kb.coaching.training import State
from kb.coaching.wordings import Variant
from kb.coaching.words import Words
from tests.bot.editing.conftest import Trained, settings_of
from tests.driver import Customer
from tests.fakes import FakeClock, FirstChoice

SHIPPED = ("Hello from the tiny shop.", "Hi, the tiny shop here.")


def customer(house: House) -> Customer:
    begun = house.chat.begin(language="en")
    return Customer(house, begun.conversation, begun.token)


def publish_greeting(words: Words, text: str) -> int:
    version = next(each.version for each in words.of("utter_greet") if each.language == "en")
    words.save("utter_greet", "en", [Variant(0, text)], version=version, by="ines")
    return words.publish(words.live().number, "", by="ines").number


def publish_model(trained: Trained) -> int:
    """Publish the candidate that waits; its number."""
    candidate = trained.examples.open()
    assert candidate is not None
    trained.examples.publish(candidate.number, accept=True, by="ines")
    trained.house.workers.drain()
    return candidate.number


def reads(examples: Examples, text: str = "wibble glorp") -> str:
    return examples.bot.read(text, "en")[0].intent


def test_a_published_text_is_said_from_the_next_message_on(house: House, words: Words) -> None:
    maya = customer(house)
    number = publish_greeting(words, "Welcome to the shop.")
    assert maya.says("hi there")[-1].text in SHIPPED  # answered before the worker came by
    assert house.editing.publishing.speaking == number
    assert maya.says("hello")[-1].text == "Welcome to the shop."


def test_rolled_back_words_are_said_again(house: House, words: Words) -> None:
    publish_greeting(words, "Welcome to the shop.")
    house.workers.drain()
    words.roll_back(0, 1, by="ada")
    house.workers.drain()
    assert customer(house).says("hello")[-1].text in SHIPPED


def test_a_turn_that_has_begun_keeps_its_words(house: House, words: Words) -> None:
    room = house.room
    publish_greeting(words, "Welcome to the shop.")
    house.workers.drain()
    assert room.voice.words("utter_greet", {"language": "en"}) in SHIPPED
    assert house.room.voice.words("utter_greet", {"language": "en"}) == "Welcome to the shop."


def test_published_words_are_there_after_a_restart(house: House, words: Words, settings: Settings) -> None:
    publish_greeting(words, "Welcome to the shop.")
    house.close()
    again = open_house(settings, clock=FakeClock(), rng=FirstChoice())
    assert customer(again).says("hello")[-1].text == "Welcome to the shop."
    again.close()


def test_the_files_are_never_written(house: House, words: Words, tiny: Path) -> None:
    before = {path: path.read_bytes() for path in (tiny / "assistant").rglob("*.yml")}
    publish_greeting(words, "Welcome to the shop.")
    house.workers.drain()
    assert {path: path.read_bytes() for path in (tiny / "assistant").rglob("*.yml")} == before


def test_a_candidate_changes_nothing_before_it_is_published(trained: Trained) -> None:
    house, examples = trained.house, trained.examples
    candidate, served = examples.open(), house.understanding
    house.workers.drain()
    assert candidate is not None and candidate.report is not None
    report = candidate.report
    assert [(each.meant, each.after.intent) for each in report.taught] == [("parcel", "parcel")] * 2
    assert report.accuracy_before is not None and report.shared > 0
    assert reads(examples) != "parcel" and house.understanding is served


def test_a_published_model_reads_without_a_restart_and_is_rolled_back(trained: Trained) -> None:
    house, examples = trained.house, trained.examples
    before = reads(examples)
    number = publish_model(trained)
    assert reads(examples) == "parcel" != before
    assert examples.live() == number and house.degraded() == ()
    first = next(each.number for each in examples.candidates(5) if each.number != number)
    examples.roll_back(first, by="ada")
    house.workers.drain()
    assert reads(examples) == before
    assert house.degraded() == () and examples.live() == first


def test_the_published_model_is_there_after_a_restart(trained: Trained) -> None:
    publish_model(trained)
    trained.house.close()
    again = open_house(trained.house.settings, clock=FakeClock())
    assert again.understanding.read("wibble glorp").intents[0].name == "parcel"
    assert again.degraded() == ()
    again.close()


def test_the_next_training_by_command_learns_the_published_examples(trained: Trained) -> None:
    publish_model(trained)
    trained.examples.add("never published", language="en", intent="parcel", by="ines")
    trained.house.close()
    settings = trained.house.settings
    done = prepare(settings, lambda _: None, samples=False)
    again = open_house(settings, clock=FakeClock())
    assert again.understanding.read("wibble glorp").intents[0].name == "parcel"
    assert again.degraded() == () and done.drift is not None and done.drift.changed == 0
    again.close()


def test_a_model_trained_by_command_is_taken_up_and_can_be_brought_back(
    house: House, examples: Examples, settings: Settings
) -> None:
    served = house.understanding
    (settings.data / "models" / "intents" / "manifest.json").touch()
    house.workers.drain()
    assert house.understanding is served
    prepare(replace(settings, model=replace(settings.model, risk=0.2)), lambda _: None, samples=False)
    house.workers.drain()
    assert house.understanding is not served and house.degraded() == ()


def test_a_model_that_reads_less_well_is_not_taken_up(house: House, settings: Settings) -> None:
    served = house.understanding
    (settings.data / "models" / "intents" / "manifest.json").write_text("{", encoding="utf-8")
    house.workers.drain()
    assert house.understanding is served and house.degraded() == ()


def test_a_damaged_candidate_leaves_the_model_that_works(trained: Trained) -> None:
    house, examples = trained.house, trained.examples
    candidate, before = examples.open(), reads(examples)
    assert candidate is not None
    examples.publish(candidate.number, accept=True, by="ines")
    folder = house.settings.data / "models" / "candidates" / str(candidate.number) / "intents"
    next(folder.glob("*.safetensors")).write_bytes(b"broken")
    house.workers.drain()
    assert reads(examples) == before and house.degraded() == ()
    assert "SHA-256" in str(examples.publications(1)[0].why)


def test_a_training_that_fails_says_why_and_harms_nothing(
    house: House, examples: Examples, tiny: Path
) -> None:
    before = reads(examples)
    shutil.rmtree(tiny / "assistant" / "nlu")
    number = examples.train(by="ines").number
    house.editing.trainer.wait()
    failed = examples.candidate(number)
    assert failed.state is State.FAILED and "two intents with two examples" in str(failed.why)
    assert reads(examples) == before


def test_a_cancelled_training_leaves_no_files(house: House, examples: Examples, settings: Settings) -> None:
    number = examples.train(by="ines").number
    examples.cancel(number, by="ines")
    house.editing.trainer.wait()
    assert examples.candidate(number).state is State.CANCELLED
    assert not (settings.data / "models" / "candidates" / str(number)).exists()


def test_what_a_killed_server_left_in_training_has_failed(house: House, examples: Examples) -> None:
    # As if another process had begun it and was gone.
    begun = house.kb.edits.candidates.begin(by="ines", at=house.clock.now())
    house.workers.drain()
    ended = examples.candidate(begun.number)
    assert ended.state is State.FAILED and "train again" in str(ended.why)


def test_only_the_last_models_are_kept(trained: Trained) -> None:
    house, examples = trained.house, trained.examples
    store, shelf = house.kb.edits.candidates, Shelf(house.settings.data / "models")
    newest = publish_model(trained)
    for _ in range(KEPT + 2):
        number = store.note_trained(at=house.clock.now()).number
        shutil.copytree(shelf.folder(newest), shelf.folder(number))
        store.publish(number, again=True, by="ada", at=house.clock.now())
        house.workers.drain()
        newest = number
    assert len(shelf.there()) == KEPT and examples.live() in shelf.there()


def test_the_settings_lead_another_process_to_the_same(tiny: Path) -> None:
    settings = settings_of(tiny)
    sections = {name: asdict(getattr(settings, name)) for name in ("bot", "model", "kb")}
    again = load_settings(settings.data, environment_of(sections, {}))
    assert (again.bot, again.model, again.kb) == (settings.bot, settings.model, settings.kb)
