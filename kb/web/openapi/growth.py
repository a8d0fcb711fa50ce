"""The operations on what the base learns and on what comes in and goes out."""

from __future__ import annotations

from kb.errors import (
    ArticleExistsError,
    FieldInvalidError,
    GapMoveError,
    ImageRefusedError,
    ImportFailedError,
    NoArticleError,
    NoFindingError,
    NoGapError,
    NoPreviewError,
    NoProposalError,
    NotAllowedError,
    NothingNearError,
    SlugTakenError,
    StaleError,
)
from kb.lint.finding import Kind, Severity
from kb.web.openapi.operation import Operation, Query, Tag
from kb.web.openapi.schemas import binary, many, may_have, one_of, ref, text, thing, whole
from kb.web.openapi.shapes import ID, LANGUAGE, URL

GAP = thing(gap=ref("Gap"))
BEGUN = thing(article=thing(id=ID, url=URL))
BECAUSE = thing(because=text("For whoever wonders later.", most=500))
ANY_FILE = "application/octet-stream"
KEY = thing(key=text("The finding's."))

FORESEEING = Tag(
    "Blast radius",
    "What a change would do to the last 1,000 real questions, before it is made.",
    (
        Operation(
            "post",
            "/blast",
            "foresee",
            "Begin to work it out; waits a second for the result",
            ref("Preview"),
            may_have(
                thing(articles=many(ID, least=1)),
                verb=one_of("publish", "archive", "delete", says="Default: publish."),
            ),
            raises=(NoArticleError, FieldInvalidError),
        ),
        Operation(
            "get",
            "/blast/{job}",
            "readForeseen",
            "Ask how far it is",
            ref("Preview"),
            raises=(NoPreviewError,),
        ),
    ),
)

CHECKING = Tag(
    "Checks",
    "What the base's checks have found in the articles' latest texts.",
    (
        Operation(
            "get",
            "/checks/findings",
            "listFindings",
            "List what the last check found",
            thing(findings=many(ref("Finding"))),
            asks={
                "article": Query(ID, "Only what concerns this article."),
                "kind": Query(one_of(*Kind), "Only those of this kind."),
                "severity": Query(one_of(*Severity), "Only those that matter this much."),
            },
        ),
        Operation("get", "/checks", "readChecking", "How far the check is", ref("Checking")),
        Operation(
            "post",
            "/checks",
            "check",
            "Check the whole base again, beside the request",
            ref("Checking"),
            says="While a check runs, this changes nothing.",
        ),
        Operation(
            "post",
            "/checks/outside",
            "checkOutside",
            "Check, and ask every address that articles link to elsewhere, once",
            ref("Checking"),
        ),
        Operation(
            "post",
            "/checks/accept",
            "acceptFinding",
            "Say that a finding is fine, until the text changes",
            takes=may_have(thing(key=text("The finding's.")), note=text("Why.", most=500)),
            raises=(NoFindingError, FieldInvalidError),
        ),
        Operation(
            "post", "/checks/reopen", "reopenFinding", "Take that back", takes=KEY, raises=(NoFindingError,)
        ),
    ),
)

_MOVED = (NoGapError, GapMoveError)

GAPS = Tag(
    "Gaps",
    "What customers ask and nobody has written down, by the agents' minutes that it costs.",
    (
        Operation(
            "get",
            "/gaps",
            "listGaps",
            "List gaps, the dearest first",
            thing(
                gaps=many(ref("Gap")),
                counts=thing(open=whole(), writing=whole(), closed=whole(), dismissed=whole()),
            ),
            asks={
                "state": Query(
                    one_of("closed", "dismissed"), "Default: those that are open or being written."
                )
            },
        ),
        Operation(
            "get",
            "/gaps/{gap}",
            "readGap",
            "Read a gap with its questions and its proof",
            GAP,
            raises=(NoGapError,),
        ),
        Operation(
            "post",
            "/gaps/{gap}/write",
            "writeForGap",
            "Begin an article from it: a draft with its questions and what agents replied",
            BEGUN,
            raises=_MOVED,
        ),
        Operation(
            "post",
            "/gaps/{gap}/dismiss",
            "dismissGap",
            "Set it aside",
            GAP,
            BECAUSE,
            raises=(*_MOVED, FieldInvalidError),
        ),
        Operation("post", "/gaps/{gap}/reopen", "reopenGap", "Put it back on the list", GAP, raises=_MOVED),
        Operation(
            "post",
            "/gaps/{gap}/replay",
            "replayGap",
            "Ask its questions again; enough answers close it",
            GAP,
            raises=_MOVED,
        ),
    ),
)

PROPOSALS = Tag(
    "Proposals",
    "What agents wrote to solve cases, offered as drafts.",
    (
        Operation(
            "get",
            "/proposals",
            "listProposals",
            "List proposals in groups, the dearest first",
            thing(groups=many(ref("Group")), counts=thing(new=whole(), accepted=whole(), dismissed=whole())),
            asks={"state": Query(one_of("new", "accepted", "dismissed"), "Default: new.")},
        ),
        Operation(
            "post",
            "/proposals/{case}/accept",
            "acceptProposal",
            "Make a draft of it that quotes the replies",
            BEGUN,
            raises=(NoProposalError,),
        ),
        Operation(
            "post",
            "/proposals/{case}/extend",
            "extendWithProposal",
            "Quote the replies at the end of the article that it is near, as a new revision",
            BEGUN,
            raises=(NoProposalError, NothingNearError, NotAllowedError, StaleError),
        ),
        Operation(
            "post",
            "/proposals/{case}/dismiss",
            "dismissProposal",
            "Set it aside",
            takes=BECAUSE,
            raises=(NoProposalError, FieldInvalidError),
        ),
    ),
)

FIGURES = Tag(
    "Figures",
    "What each article did for customers.",
    (
        Operation(
            "get",
            "/figures",
            "listFigures",
            "The figures of every article that was shown",
            thing(
                articles=many(
                    thing(
                        id=ID,
                        title=text(),
                        shown=whole(),
                        helped=whole(),
                        rejected=whole(),
                        handed_over=whole(),
                        readers=ref("Votes"),
                    )
                )
            ),
            asks={
                "within": Query(
                    one_of("week", "month", "ever"), "The last 7 days, 30 days, or ever. Default: month."
                )
            },
        ),
        Operation(
            "get",
            "/figures/{article}",
            "readFigures",
            "One article's figures",
            ref("Figures"),
            raises=(NoArticleError,),
        ),
    ),
)

MOVING_IN_AND_OUT = Tag(
    "Import and export",
    "Articles and pictures in, everything out.",
    (
        Operation(
            "post",
            "/import",
            "importFiles",
            "Import Markdown, CSV, HTML, help-centre JSON, Word, PDF, or a ZIP of them; all or none",
            ref("Report"),
            asks={
                "do": Query(
                    one_of("look", "drafts", "publish"),
                    "`look` only says what the others would do. Default: look.",
                ),
                "name": Query(text(), "The file's name, where one is the body."),
                "language": Query(
                    LANGUAGE, "Of articles that don't say theirs. Default: the help centre's first."
                ),
                "category": Query(text(), "Of new articles that have none."),
                "site": Query(text(), "The address that they were published at."),
            },
            raises=(
                ImportFailedError,
                FieldInvalidError,
                ArticleExistsError,
                NotAllowedError,
                SlugTakenError,
                NoArticleError,
            ),
            says=(
                "Send one file as the body with `name`, or several as the parts `file` of a multipart body, "
                "each with its path as its file name; 20 MB in all. With a problem in the files nothing is "
                "done, and the report is the body of a 422."
            ),
            also=(422,),
            sent=(ANY_FILE, "multipart/form-data", "multipart/mixed"),
        ),
        Operation(
            "get",
            "/export.zip",
            "exportAll",
            "Every article as Markdown with front matter, and their pictures",
            binary("application/zip"),
            given="application/zip",
        ),
        Operation(
            "get",
            "/images",
            "listImages",
            "List the pictures, newest first",
            thing(images=many(ref("KeptImage"))),
        ),
        Operation(
            "post",
            "/images",
            "keepImage",
            "Send a picture: PNG, JPEG, WebP or GIF, 10 MB at most",
            ref("Image"),
            asks={"name": Query(text(), "What it is called where it comes from.")},
            raises=(ImageRefusedError,),
            status=201,
            sent=("image/*", ANY_FILE),
        ),
    ),
)

GROWTH = (FORESEEING, CHECKING, GAPS, PROPOSALS, FIGURES, MOVING_IN_AND_OUT)
