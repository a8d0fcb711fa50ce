"""The named shapes of the bot's words and examples."""

from __future__ import annotations

from collections.abc import Mapping

from kb.coaching.training import State
from kb.web.openapi.schemas import (
    Schema,
    by_name,
    flag,
    many,
    may_have,
    maybe,
    moment,
    one_of,
    ref,
    share,
    text,
    thing,
    whole,
)
from kb.web.openapi.shapes import LANGUAGE

BUTTON = thing(title=text(), payload=text("What pressing it sends; can't be changed here."))
VARIANT = thing(
    base=whole("The shipped wording that it came from, whose buttons it has."),
    text=text(),
    buttons=many(ref("Button")),
)
VARIANT_TO_SAVE = may_have(
    thing(
        base=whole("The shipped wording whose buttons it takes over."),
        text=text("May hold the text's {placeholders}."),
    ),
    titles=many(text(), "Of its buttons, in order."),
)
WORDING = thing(
    language=LANGUAGE,
    version=whole("Send it with the next change. 0: never changed."),
    state=one_of("draft", "missing", "changed", "shipped"),
    variants=many(ref("Variant"), "The draft, else what is live."),
    live=many(ref("Variant")),
)
BOT_TEXT = thing(
    name=text(example="utter_greet"),
    title=text("Its name in plain words."),
    group=text(example="greeting"),
    may=many(text(), "Placeholders that it may hold."),
    needs=many(text(), "Those that it must."),
    wordings=many(ref("Wording")),
)
WORD_SET = thing(
    number=whole(),
    author=text("A name."),
    at=maybe(moment()),
    note=text(),
    again=maybe(whole(), "The earlier set that this one brought back."),
    texts=whole("Texts that it changes."),
    live=flag(),
)

EXAMPLE = thing(
    id=whole(least=1),
    text=text(),
    language=LANGUAGE,
    intent=text(example="order_status"),
    by=text("A name."),
    at=moment(),
)
INTENT = thing(name=text(), title=text(), counts=by_name(whole(), "Shipped examples, by language."))
GUESS = thing(intent=text(), certainty=share("The bot's, calibrated."))
MISREAD = thing(
    conversation=text(),
    message=whole("The message's number in the conversation."),
    text=text(),
    language=LANGUAGE,
    at=moment(),
    reasons=many(text(), "Why it seems to have been misread."),
    guesses=many(ref("Guess"), "The likeliest first."),
    chosen=text("The intent that the customer chose; empty: none."),
)
MODEL = thing(
    number=whole(least=0),
    state=one_of(*(state.value for state in State)),
    by=text("A name; empty: `firstline train`."),
    at=moment(),
    ended_at=maybe(moment()),
    examples=whole("Of editors' own."),
    why=maybe(text(), "What went wrong."),
    live=flag(),
)

SPOKEN: Mapping[str, Schema] = {
    "Button": BUTTON,
    "Variant": VARIANT,
    "VariantToSave": VARIANT_TO_SAVE,
    "Wording": WORDING,
    "BotText": BOT_TEXT,
    "WordSet": WORD_SET,
    "Example": EXAMPLE,
    "Intent": INTENT,
    "Guess": GUESS,
    "Misread": MISREAD,
    "Model": MODEL,
}
