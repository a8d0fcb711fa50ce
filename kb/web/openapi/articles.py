"""The operations on articles: reading, writing, review, what is kept beside the text, and the bin."""

from __future__ import annotations

from kb.article import Status
from kb.editing.review import COMMENT_CHARACTERS
from kb.errors import (
    AdminNeededError,
    FieldInvalidError,
    NoArticleError,
    NotAllowedError,
    SlugTakenError,
    StaleError,
)
from kb.web.openapi.operation import LOOKED_FOR, Operation, Query, Tag, sought
from kb.web.openapi.schemas import (
    day,
    either,
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
from kb.web.openapi.shapes import ID, LANGUAGE, NO_ANSWER, REVISION, VERSION

ONE = thing(article=ref("Article"))
ROWS = thing(rows=many(ref("Row")))
ARRANGED = thing(article=ref("Article"), details=ref("Details"))
COMMENTS = thing(comments=many(ref("Comment"), "Oldest first."))
SEEN = thing(version=VERSION)
GONE = (NoArticleError,)
MOVING = (NoArticleError, NotAllowedError, StaleError)
HERE = "/articles/{article}"

READING = Tag(
    "Articles",
    "Read, search, write and publish. A text is saved as a new revision; only a published revision answers.",
    (
        Operation(
            "get",
            "/articles",
            "listArticles",
            "List articles, last changed first; with `q` the best first",
            thing(
                articles=many(ref("Article")),
                total=whole("Articles that fit, on all pages."),
                offset=whole(),
                limit=whole(),
            ),
            asks={
                "q": sought(f"{LOOKED_FOR} Then in texts."),
                "language": Query(LANGUAGE, "Only those in this language."),
                "category": Query(text(), "Only those of this category."),
                "status": Query(one_of(*Status), "Only those in this status."),
                "owner": Query(text(), "Only those of this editor, by e-mail."),
                "label": Query(text(), "Only those with this label."),
                "due": Query(
                    one_of("planned", "review"), "Those that go live by themselves, or whose review is due."
                ),
                "offset": Query(whole(most=1_000_000), "Articles to leave out at the front. Default: 0."),
                "limit": Query(whole(least=1, most=500), "Articles on the page. Default: 50."),
            },
        ),
        Operation(
            "post",
            "/articles",
            "draftArticle",
            "Draft a new article",
            ONE,
            ref("NewText"),
            raises=(NoArticleError, FieldInvalidError, SlugTakenError),
            status=201,
        ),
        Operation(
            "get",
            HERE,
            "readArticle",
            "Read an article with its latest text",
            thing(article=ref("Article"), text=ref("Text")),
            raises=GONE,
        ),
        Operation(
            "put",
            HERE,
            "reviseArticle",
            "Save a text as the next revision",
            ONE,
            ref("RevisedText"),
            raises=(*MOVING, FieldInvalidError),
            says="What is live goes on answering until it is published. A field that is left out is emptied.",
        ),
        *(
            Operation("post", f"{HERE}/{verb}", f"{verb}Article", summary, ONE, SEEN, raises=MOVING)
            for verb, summary in (
                ("publish", "Let the latest revision answer"),
                ("archive", "Take an article out of the answers; its revisions stay"),
                ("delete", "Put an article into the bin"),
            )
        ),
        Operation(
            "post",
            f"{HERE}/restore",
            "restoreRevision",
            "Make an old revision's text the newest; an archived article becomes a draft",
            thing(article=ref("Article"), text=ref("Text")),
            may_have(thing(version=VERSION), revision=REVISION),
            raises=MOVING,
            says="Without `revision` it is the latest.",
        ),
        Operation(
            "get",
            f"{HERE}/revisions",
            "listRevisions",
            "List an article's revisions, newest first",
            thing(revisions=many(ref("RevisionLine"))),
            raises=GONE,
        ),
        Operation(
            "get",
            f"{HERE}/revisions/{{revision}}",
            "readRevision",
            "Read one revision",
            ref("Revision"),
            raises=GONE,
        ),
        Operation(
            "post",
            f"{HERE}/compare",
            "compareTexts",
            "Compare two revisions, or texts, word by word",
            thing(rows=many(ref("Diff"))),
            thing(before=either(REVISION, text("Markdown.")), after=either(REVISION, text("Markdown."))),
            raises=GONE,
        ),
        Operation(
            "post",
            f"{HERE}/merge",
            "mergeTexts",
            "Make one text of yours and of the latest revision",
            thing(
                article=ref("Article"),
                theirs=thing(number=REVISION, author=text("A name."), at=moment(), text=ref("Text")),
                blocks=many(ref("Block"), "Of the body, in order."),
                fields=thing(
                    title=ref("MergedField"), category=ref("MergedField"), public=ref("MergedField")
                ),
                text=ref("Text"),
                open=whole("Places where somebody has to choose; `text` has yours there."),
            ),
            thing(base=ref("TextToSave"), mine=ref("TextToSave")),
            raises=GONE,
            says="`mine` is the text in hand, `base` what it began as. Nothing is saved.",
        ),
        Operation(
            "post",
            "/preview",
            "previewBody",
            "See a body as customers will",
            thing(html=text("Safe to show."), measure=text("Its length in words.")),
            thing(body=text("Markdown.")),
        ),
        Operation(
            "get",
            "/rail",
            "listRail",
            "The list beside the text: 60 articles at most",
            ROWS,
            asks={"q": sought()},
        ),
        Operation(
            "get",
            "/state",
            "readState",
            "Which index answers now, and with which revision of an article",
            thing(generation=whole(), revision=maybe(REVISION, "null: it isn't in the index.")),
            asks={"article": Query(ID, "Ask again until `revision` is the one you have published.")},
        ),
    ),
)

SEARCHING = Tag(
    "Answers",
    "What the bot would say. Asking here leaves no trace in the figures.",
    (
        Operation(
            "get",
            "/search",
            "search",
            "Answer a question and show the nearest passages",
            thing(
                answer=maybe(ref("Answer")),
                reason=maybe(one_of(*NO_ANSWER), "Why there is no answer."),
                probability=share("Calibrated: that the best is right."),
                generation=whole("The index's generation that was searched."),
                degraded=maybe(text(), "Why searches go by words alone, and what to run."),
                results=many(
                    ref("Hit"), "Articles by the probability of being right, each with its best passage."
                ),
            ),
            asks={
                "q": Query(text(most=2000), "The question, in a customer's words.", needed=True),
                "language": Query(
                    LANGUAGE, "The customer's language. Default: the first of the help centre's."
                ),
                "limit": Query(whole(least=1, most=50), "Results at most. Default: 10."),
            },
        ),
        Operation(
            "post",
            "/try",
            "tryQuestion",
            "The same as the studio's panel tells it",
            ref("Tried"),
            thing(question=text(most=2000), language=LANGUAGE),
        ),
    ),
)

REVIEWING = Tag(
    "Reviews",
    "What editors say to each other, and appointments.",
    (
        Operation("get", f"{HERE}/comments", "listComments", "Read the thread", COMMENTS, raises=GONE),
        Operation(
            "post",
            f"{HERE}/comments",
            "comment",
            "Say something about the latest revision",
            COMMENTS,
            thing(text=text(most=COMMENT_CHARACTERS)),
            raises=(NoArticleError, NotAllowedError, FieldInvalidError),
        ),
        Operation(
            "post",
            f"{HERE}/submit",
            "submitArticle",
            "Put a draft up for review",
            ONE,
            may_have(thing(version=VERSION), note=text("For whoever reads it.", most=COMMENT_CHARACTERS)),
            raises=(*MOVING, FieldInvalidError),
        ),
        Operation(
            "post",
            f"{HERE}/return",
            "returnArticle",
            "Give a text under review back to its author",
            ONE,
            thing(version=VERSION, comment=text("Why.", most=COMMENT_CHARACTERS)),
            raises=(*MOVING, FieldInvalidError),
        ),
        Operation(
            "post",
            f"{HERE}/schedule",
            "scheduleArticle",
            "Let the latest revision go live by itself",
            ONE,
            thing(version=VERSION, at=moment("Ahead, by two years at most; with its offset from UTC.")),
            raises=(*MOVING, FieldInvalidError),
        ),
        Operation(
            "post",
            f"{HERE}/unschedule",
            "unscheduleArticle",
            "Call the appointment off",
            ONE,
            raises=(NoArticleError, NotAllowedError),
        ),
    ),
)

ARRANGING = Tag(
    "Details",
    "What is kept about an article beside its text: owner, review date, address, translations.",
    (
        Operation("get", f"{HERE}/details", "readDetails", "Read them", ref("Details"), raises=GONE),
        Operation(
            "post",
            f"{HERE}/arrange",
            "arrangeArticle",
            "Change any of them",
            ARRANGED,
            may_have(
                thing(),
                owner=text("E-mail of an editor; empty: nobody."),
                review_by=maybe(day()),
                slug=text("The old address leads on to the new one.", example="reset-your-hub"),
                translation_of=maybe(ID, "The original; null: it is none."),
            ),
            raises=(NoArticleError, NotAllowedError, SlugTakenError, FieldInvalidError),
        ),
        Operation(
            "post",
            f"{HERE}/match",
            "matchOriginal",
            "Say that a translation says what its original says now",
            ARRANGED,
            raises=(NoArticleError, NotAllowedError, FieldInvalidError),
        ),
        Operation(
            "get",
            f"{HERE}/linkable",
            "listLinkable",
            "Articles in other languages that it could be linked to: 12 at most",
            ROWS,
            asks={"q": sought()},
            raises=GONE,
        ),
        Operation(
            "get",
            f"{HERE}/audit",
            "readAudit",
            "Everything that was done to an article, newest first",
            thing(lines=many(thing(at=moment(), actor=text("A name."), verb=text(), detail=text()))),
        ),
    ),
)

BINNING = Tag(
    "Bin",
    "What was deleted can be brought back for 30 days; and changes to many articles at once.",
    (
        Operation(
            "get",
            "/bin",
            "listBin",
            "List what is in the bin, last deleted first",
            thing(articles=many(ref("Article"))),
        ),
        Operation(
            "post",
            f"{HERE}/recover",
            "recoverArticle",
            "Bring an article back as it was",
            ONE,
            raises=(NoArticleError, NotAllowedError, SlugTakenError),
        ),
        Operation(
            "post",
            f"{HERE}/purge",
            "purgeArticle",
            "Erase a deleted article for good; admins only",
            raises=(NoArticleError, NotAllowedError, AdminNeededError),
        ),
        Operation(
            "post",
            "/bulk",
            "changeMany",
            "Publish, archive or label many articles; all of them or none",
            thing(changed=whole()),
            may_have(
                thing(
                    verb=one_of("publish", "archive", "label", "unlabel"),
                    articles=many(ID, least=1, most=500),
                ),
                label=text("One, without a comma; for `label` and `unlabel`."),
            ),
            raises=(NoArticleError, NotAllowedError, FieldInvalidError),
        ),
    ),
)

ARTICLES = (READING, SEARCHING, REVIEWING, ARRANGING, BINNING)
