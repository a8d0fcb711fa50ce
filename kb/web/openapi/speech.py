"""The operations on the bot's words and examples; there are none where no bot runs beside this room."""

from __future__ import annotations

from kb.errors import (
    AdminOnlyError,
    CandidateBusyError,
    ExampleInvalidError,
    FieldInvalidError,
    GuardedError,
    NoCandidateError,
    NoExampleError,
    NoTextError,
    NothingToPublishError,
    NotPublishableError,
    NoWordSetError,
    StaleError,
    StaleSetError,
    WordsInvalidError,
)
from kb.web.openapi.operation import Operation, Tag
from kb.web.openapi.schemas import flag, many, may_have, maybe, one_of, ref, share, text, thing, whole
from kb.web.openapi.shapes import LANGUAGE

STANDING = thing(
    version=whole(),
    state=thing(key=one_of("draft", "missing", "changed", "shipped"), word=text("In the reader's language.")),
    variants=many(ref("Variant")),
    drafts=whole("Texts that wait to be published."),
)
SEEN = whole("The version that you have seen; 0: never changed.")
LIVE = whole("The newest published set that you know; 0: none.")
SET = thing(set=whole("The new set's number.", least=1))
WORD = "/words/{name}/{language}"
MODEL = "/examples/models/{candidate}"

WORDS = Tag(
    "Words",
    "What the bot says. Texts are changed as drafts and published together as a set.",
    (
        Operation(
            "get",
            "/words",
            "listWords",
            "List the bot's texts with their drafts",
            thing(languages=many(LANGUAGE), texts=many(ref("BotText"))),
        ),
        Operation(
            "put",
            WORD,
            "saveWords",
            "Save a text's wordings in a language as a draft",
            STANDING,
            thing(version=SEEN, variants=many(ref("VariantToSave"))),
            raises=(NoTextError, StaleError, WordsInvalidError, FieldInvalidError),
        ),
        Operation(
            "post",
            f"{WORD}/restore",
            "restoreWords",
            "Go back to what ships, as a draft",
            STANDING,
            thing(version=SEEN),
            raises=(NoTextError, StaleError),
        ),
        Operation(
            "get",
            "/words/drafts",
            "listWordDrafts",
            "What publishing would change",
            thing(
                drafts=many(
                    thing(title=text(), language=text("Its name."), before=many(text()), after=many(text()))
                )
            ),
        ),
        Operation(
            "post",
            "/words/publish",
            "publishWords",
            "Publish every draft as one set",
            SET,
            may_have(thing(live=LIVE), note=text()),
            raises=(NothingToPublishError, StaleSetError, WordsInvalidError),
        ),
        Operation(
            "post",
            "/words/roll-back",
            "rollBackWords",
            "Publish an earlier set again; admins only",
            SET,
            thing(number=whole("The earlier set; 0: as it ships."), live=LIVE),
            raises=(AdminOnlyError, NoWordSetError, StaleSetError),
        ),
        Operation(
            "get",
            "/words/sets",
            "listWordSets",
            "List the newest 50 published sets",
            thing(sets=many(ref("WordSet"))),
        ),
        Operation(
            "get",
            "/words/state",
            "readWordState",
            "Which set is published, and which one the bot speaks",
            thing(live=whole(), speaking=whole("It follows `live` within seconds."), drafts=whole()),
        ),
    ),
)

_MODEL = (NoCandidateError, CandidateBusyError)

EXAMPLES = Tag(
    "Examples",
    "What the bot is taught: misread messages become examples, and models are trained on them.",
    (
        Operation(
            "get",
            "/examples",
            "listExamples",
            "List the examples that editors taught, and the intents there are",
            thing(
                examples=many(ref("Example")),
                intents=many(ref("Intent")),
            ),
        ),
        Operation(
            "post",
            "/examples",
            "addExample",
            "Teach an example of your own",
            thing(id=whole(least=1)),
            thing(text=text(most=1000), language=LANGUAGE, intent=text()),
            raises=(ExampleInvalidError,),
            status=201,
        ),
        Operation(
            "delete", "/examples/{example}", "retireExample", "Retire an example", raises=(NoExampleError,)
        ),
        Operation(
            "get",
            "/examples/misread",
            "listMisread",
            "List messages that seem to have been misread: 30 at most",
            thing(messages=many(ref("Misread"))),
        ),
        Operation(
            "post",
            "/examples/judge",
            "judgeMisread",
            "Teach what a misread message means, or skip it",
            takes=may_have(
                thing(
                    conversation=text(),
                    message=whole("The message's number."),
                    verdict=one_of("teach", "skip"),
                ),
                text=text("To teach: without what concerns one customer alone.", most=1000),
                language=LANGUAGE,
                intent=text(),
            ),
            raises=(ExampleInvalidError, FieldInvalidError),
        ),
        Operation(
            "post",
            "/examples/read",
            "readText",
            "How the bot reads a text now",
            thing(readings=many(thing(name=text("The intent."), title=text(), percent=text()))),
            thing(text=text(), language=LANGUAGE),
        ),
        Operation(
            "post",
            "/examples/train",
            "train",
            "Train a model on all examples, beside the request",
            thing(number=whole("The model's.", least=1)),
            raises=(CandidateBusyError,),
        ),
        Operation(
            "get",
            "/examples/models",
            "listModels",
            "List the newest 30 models",
            thing(models=many(ref("Model"))),
        ),
        Operation(
            "get",
            MODEL,
            "readModel",
            "How far a training is, or what became of it",
            thing(
                state=one_of("training", "ready", "published", "discarded", "failed", "cancelled"),
                stage=text(),
                share=share("Of the training that is done."),
                live=maybe(whole(), "The model that is served."),
                why=maybe(text(), "What went wrong."),
            ),
            raises=(NoCandidateError,),
        ),
        Operation("post", f"{MODEL}/cancel", "cancelTraining", "Stop a training", raises=_MODEL),
        Operation("post", f"{MODEL}/discard", "discardModel", "Throw a trained model away", raises=_MODEL),
        Operation(
            "post",
            f"{MODEL}/publish",
            "publishModel",
            "Serve a trained model",
            takes=may_have(thing(), accept=flag("Publish although the drift guard objects. Default: false.")),
            raises=(*_MODEL, GuardedError, NotPublishableError),
        ),
        Operation(
            "post",
            f"{MODEL}/roll-back",
            "rollBackModel",
            "Serve an earlier model again; admins only",
            raises=(*_MODEL, AdminOnlyError, NotPublishableError),
        ),
    ),
)

SPEECH = (WORDS, EXAMPLES)
