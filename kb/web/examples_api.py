"""Examples and trainings as JSON, under /kb/api/examples.

POST   /examples                     text, language, intent → {id}: an example of the editor's own
DELETE /examples/ID                  → {}
POST   /examples/judge               conversation, message, verdict: teach|skip; text, language, intent → {}
POST   /examples/read                text, language → {readings: [{title, percent}]}: how the bot reads it now
POST   /examples/train               → {number}
GET    /examples/models/N            → {state, stage, share, live, why}
POST   /examples/models/N/cancel     → {}; so do discard and roll-back, the last for admins
POST   /examples/models/N/publish    accept? → {}
"""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from kb.coaching.examples import Examples
from kb.errors import AdminOnlyError, ExampleInvalidError, FieldInvalidError, GuardedError
from kb.web.api import body
from kb.web.example_words import meanings, problem_words, reading
from kb.web.reader import admin, editor, say, tongue
from kb.web.writing import flag, number, words


def examples_api(examples: Examples) -> Blueprint:
    api = Blueprint("kb_examples_api", __name__, url_prefix="/kb/api/examples")

    @api.post("")
    def add() -> tuple[Response, int]:
        given = body()
        kept = examples.add(
            words(given, "text"),
            language=words(given, "language"),
            intent=words(given, "intent"),
            by=editor().email,
        )
        return jsonify(id=kept.id), 201

    @api.delete("/<int:example>")
    def retire(example: int) -> Response:
        examples.retire(example, by=editor().email)
        return jsonify({})

    @api.post("/judge")
    def judge() -> Response:
        given = body()
        conversation, message = words(given, "conversation"), number(given, "message")
        verdict = words(given, "verdict")
        if verdict == "skip":
            examples.skip(conversation, message, by=editor().email)
        elif verdict == "teach":
            examples.correct(
                conversation,
                message,
                text=words(given, "text"),
                language=words(given, "language"),
                intent=words(given, "intent"),
                by=editor().email,
            )
        else:
            raise FieldInvalidError("verdict", "must be teach or skip")
        return jsonify({})

    @api.post("/read")
    def read() -> Response:
        given = body()
        known = meanings(examples.bot.intents(), tongue(), say())
        guesses = examples.bot.read(words(given, "text"), words(given, "language"))
        return jsonify(readings=[asdict(reading(each, known, tongue())) for each in guesses])

    @api.post("/train")
    def train() -> Response:
        return jsonify(number=examples.train(by=editor().email).number)

    @api.get("/models/<int:candidate>")
    def state(candidate: int) -> Response:
        found, progress = examples.candidate(candidate), examples.bot.progress(candidate)
        refused = next((each for each in examples.publications(1) if each.candidate == candidate), None)
        return jsonify(
            state=found.state.value,
            stage=progress.stage if progress else "starting",
            share=progress.share if progress else 0.0,
            live=examples.live(),
            why=refused.why if refused else found.why,
        )

    @api.post("/models/<int:candidate>/cancel")
    def cancel(candidate: int) -> Response:
        examples.cancel(candidate, by=editor().email)
        return jsonify({})

    @api.post("/models/<int:candidate>/discard")
    def discard(candidate: int) -> Response:
        examples.discard(candidate, by=editor().email)
        return jsonify({})

    @api.post("/models/<int:candidate>/publish")
    def publish(candidate: int) -> Response:
        examples.publish(candidate, accept=flag(body(), "accept", False), by=editor().email)
        return jsonify({})

    @api.post("/models/<int:candidate>/roll-back")
    def roll_back(candidate: int) -> Response:
        if not admin():
            raise AdminOnlyError
        examples.roll_back(candidate, by=editor().email)
        return jsonify({})

    @api.errorhandler(ExampleInvalidError)
    def invalid(error: ExampleInvalidError) -> tuple[Response, int]:
        message = problem_words(say())[error.problem]
        return jsonify(error={"code": "example_invalid", "message": message}), error.status

    @api.errorhandler(GuardedError)
    def guarded(error: GuardedError) -> tuple[Response, int]:
        _ = say()
        message = _("The drift guard objects. Tick the box to publish all the same, or discard the model.")
        return jsonify(error={"code": "guarded", "message": message}), error.status

    return api
