"""The named shapes of articles and answers; operations refer to them."""

from __future__ import annotations

from collections.abc import Mapping

from kb.article import BODY_CHARACTERS, QUESTIONS, TITLE_CHARACTERS, Status
from kb.editing.review import Kind
from kb.web.openapi.schemas import (
    Schema,
    day,
    either,
    flag,
    many,
    may_have,
    maybe,
    moment,
    one_of,
    pair,
    ref,
    share,
    text,
    thing,
    whole,
)

LANGUAGE = text("ISO 639 code of two or three lower-case letters.", example="nb")
ID = text("An article's id; it never changes.", example="reset-your-hub")
URL = text("Where the studio shows it, from this server's root.", example="/kb/articles/reset-your-hub")
REVISION = whole("A revision's number within its article.", least=1)
VERSION = whole("Grows with every saved change. Send the one you have seen.", least=1)
NO_ANSWER = ("nothing_close", "close_call", "other_language", "empty_base")
VERBS = (
    *("publish", "submit", "return", "archive", "restore"),
    *("schedule", "unschedule", "delete", "recover", "none"),
)
STATUS = one_of(*(status.value for status in Status))

STANDING = thing(
    "Where the article stands, in the reader's language (`Accept-Language`).",
    steps=many(thing(status=STATUS, word=text(), here=flag())),
    line=text(example="Revision 3 is live."),
    may=many(one_of(*VERBS), "What may happen to it now."),
    next=one_of(*VERBS, says="The one thing to do next."),
    next_word=text(),
    next_hint=text(),
    page=maybe(text(), "Its address in the help centre, once customers can read it."),
)

ARTICLE = thing(
    id=ID,
    path=text("The id, percent-encoded for an address."),
    url=URL,
    title=text("Of the latest revision."),
    status=STATUS,
    version=VERSION,
    latest=whole("The latest revision's number.", least=1),
    live=maybe(whole("The revision that answers.", least=1), "null: the bot doesn't answer from it."),
    language=LANGUAGE,
    slug=text("Its part of the help centre's address."),
    category=text(),
    labels=many(text()),
    public=flag("Whether the help centre shows it; the bot answers from internal ones too."),
    owner=text("E-mail of the editor who looks after it; empty: nobody."),
    review_by=maybe(day(), "When somebody should look whether it still holds."),
    translation_of=maybe(ID, "The original that it translates."),
    updated_at=moment(),
    deleted_at=maybe(moment(), "When it was put into the bin; erased for good 30 days later."),
    planned=maybe(thing(at=moment(), revision=REVISION), "When which revision goes live by itself."),
    standing=ref("Standing"),
)

_TEXT: Mapping[str, Schema] = {
    "category": text(),
    "labels": many(text()),
    "questions": many(text(), "How customers ask for it, in their words.", most=QUESTIONS),
    "public": flag("Whether the help centre shows it. Default: true."),
}
_TITLE = text("One line.", most=TITLE_CHARACTERS)
_BODY = text("Markdown.", most=BODY_CHARACTERS)

TEXT = thing(title=_TITLE, body=_BODY, language=LANGUAGE, **_TEXT)
TEXT_TO_SAVE = may_have(thing(title=_TITLE, body=_BODY, language=LANGUAGE), **_TEXT)
NEW_TEXT = may_have(
    thing(title=_TITLE, body=_BODY, language=LANGUAGE),
    **_TEXT,
    translation_of=maybe(ID, "The article that this one translates."),
)
REVISED_TEXT = may_have(
    thing(
        title=_TITLE, body=_BODY, language=text("The article's own; it can't be changed."), version=VERSION
    ),
    **_TEXT,
)

ROW = thing(
    "An article as lists show it; words are in the reader's language.",
    id=ID,
    url=URL,
    title=text(),
    status=STATUS,
    state=text("The status in words."),
    language=text("The language's name."),
    category=text(),
    question=text("The first customer question, or empty."),
    health=many(text(), "What to look after, most pressing first."),
    changed=moment(),
    changed_words=text(),
    owner=text("The owner's name, or empty."),
    review_by=text(),
    planned=maybe(moment()),
    planned_words=text(),
    deleted=maybe(moment()),
    labels=many(text()),
)

LINKED = thing(
    "The article in another language, or where to begin it.",
    url=URL,
    code=LANGUAGE,
    language=text("The language's name."),
    word=text("Its status in words."),
    id=text("Empty: nobody has written it yet."),
    title=text(),
    original=flag(),
    lags=flag("A translation whose original has changed since."),
)

DETAILS = thing(
    url=text("The address in the help centre.", example="/help/en/reset-your-hub"),
    slug=text(),
    moved=many(text(), "Addresses that lead on to it, oldest first."),
    owner=text("E-mail; empty: nobody."),
    review_by=maybe(day()),
    stale=flag("Whether its review is due."),
    translation_of=maybe(ID),
    says=maybe(whole("The original's revision that it translates.", least=1)),
    original=maybe(
        thing(path=ID, now=whole("The original's revision now.", least=1), title=text()), "Of a translation."
    ),
    translations=many(ref("Linked")),
    figures=ref("Figures"),
    checks=whole("Findings about it that nobody has accepted."),
)

REVISION_LINE = thing(number=REVISION, author=text("A name."), at=moment(), title=text())
REVISION_TEXT = thing(
    number=REVISION,
    author=text("A name."),
    at=moment(),
    title=text(),
    body=text("Markdown."),
    questions=many(text()),
    live=flag("Whether this is the one that answers."),
)

COMMENT = thing(
    id=whole(),
    revision=REVISION,
    kind=one_of(*(kind.value for kind in Kind)),
    word=text("The kind in words."),
    text=text(),
    author=text("A name."),
    at=moment(),
)

_MERGED = one_of("same", "mine", "theirs", "both", "conflict")
_SIDE = maybe(many(pair(text("Words."), flag("Whether they differ."))), "null: no such line on this side.")

DIFF = thing(before=_SIDE, after=_SIDE, gap=flag("Equal lines are left out here."))
BLOCK = thing(kind=_MERGED, base=text(), mine=text(), theirs=text())
MERGED_FIELD = thing(
    kind=_MERGED,
    base=either(text(), flag()),
    mine=either(text(), flag()),
    theirs=either(text(), flag()),
)

HIT = thing(
    article=ID,
    revision=REVISION,
    title=text(),
    heading=many(text(), "Where in the article the passage stands, outermost first."),
    text=text("The passage's own words, Markdown."),
    language=LANGUAGE,
    url=URL,
    updated_at=moment("When the revision was written."),
    probability=share("Calibrated: that the article is the right answer."),
)

ANSWER = thing(
    "What the bot would say.",
    text=text("Markdown."),
    probability=share("Calibrated: that it is right."),
    cites=many(ref("Hit"), "The article that it is taken from, then those for further parts.", least=1),
)

TRIED = may_have(
    thing(
        "What the studio's panel shows, in the reader's language.",
        verdict=text(),
        probability=share("Calibrated."),
        percent=text(),
        others_word=text(),
        others=many(thing(title=text(), url=URL, percent=text(), why=text("Why not this one."))),
        html=text("The answer as safe HTML; empty: none."),
    ),
    instead=text("What the bot does when it doesn't answer, and why."),
    cited=thing(title=text(), url=URL, where=text("The heading path.")),
)

SHAPES: Mapping[str, Schema] = {
    "Article": ARTICLE,
    "Standing": STANDING,
    "Text": TEXT,
    "TextToSave": TEXT_TO_SAVE,
    "NewText": NEW_TEXT,
    "RevisedText": REVISED_TEXT,
    "Row": ROW,
    "Linked": LINKED,
    "Details": DETAILS,
    "RevisionLine": REVISION_LINE,
    "Revision": REVISION_TEXT,
    "Comment": COMMENT,
    "Diff": DIFF,
    "Block": BLOCK,
    "MergedField": MERGED_FIELD,
    "Hit": HIT,
    "Answer": ANSWER,
    "Tried": TRIED,
}
