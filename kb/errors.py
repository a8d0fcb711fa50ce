"""What can go wrong in the editors' room; each error says the way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class KbError(Exception):
    """The root of this room's errors; `status` is the HTTP status a page answers with."""

    status = 500


class NoArticleError(KbError):
    """The article, or its revision, does not exist."""

    status = 404

    def __init__(self, article: str, revision: int | None = None) -> None:
        what = f"article {article!r}" if revision is None else f"revision {revision} of article {article!r}"
        super().__init__(f"no {what}; the list at /kb/ shows what there is")
        self.article, self.revision = article, revision


class NotAllowedError(KbError):
    """The article's status does not allow this event."""

    status = 409

    def __init__(self, article: str, state: str, event: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"article {article!r} is {state}, which does not allow {event!r}; "
            f"allowed now: {', '.join(allowed) or 'nothing'}"
        )
        self.article, self.state, self.event, self.allowed = article, state, event, tuple(allowed)


class StaleError(KbError):
    """Someone else saved first; `revision` and `author` are theirs, `version` is the one to send next."""

    status = 409

    def __init__(self, article: str, version: int, revision: int, author: str) -> None:
        super().__init__(
            f"{author} saved revision {revision} of article {article!r} in the meantime; "
            "open it, take over what you need, and save again"
        )
        self.article, self.version, self.revision, self.author = article, version, revision, author


class SlugTakenError(KbError):
    """Another article of the same language has this address."""

    status = 409

    def __init__(self, slug: str, language: str, article: str) -> None:
        super().__init__(
            f"article {article!r} already has the address {language}/{slug}; choose another slug"
        )
        self.slug, self.language, self.article = slug, language, article


class ArticleExistsError(KbError):
    """A new article was given an id that is taken."""

    status = 409

    def __init__(self, article: str) -> None:
        super().__init__(f"article {article!r} exists; revise it, or leave the id out to get a new one")
        self.article = article


class FieldInvalidError(KbError):
    """A field of what was sent can't be accepted; `rule` says what it must be."""

    status = 422

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field, self.rule = field, rule


class ImageRefusedError(KbError):
    """What was sent is not a picture that an article can show."""

    status = 422

    def __init__(self, why: str) -> None:
        super().__init__(f"the picture was not taken: {why}; send a PNG, JPEG, WebP or GIF of up to 10 MB")
        self.why = why


class NoImageError(KbError):
    """There is no picture of that name."""

    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"no image {name!r}; upload it again in the article that shows it")
        self.name = name


class AdminNeededError(KbError):
    """Only an admin does what can't be undone."""

    status = 403

    def __init__(self) -> None:
        super().__init__("only an admin can delete for good; it happens by itself 30 days after deleting")


class ImportFailedError(KbError):
    """A folder could not be read in full, so nothing of it was taken; `problems` say file, line and what."""

    status = 422

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("nothing was imported; correct these and import again:\n" + "\n".join(problems))
        self.problems = tuple(problems)


class ExportTargetError(KbError):
    """An export would write over something."""

    status = 409

    def __init__(self, target: str, why: str) -> None:
        super().__init__(f"{target} {why}; nothing was written, name a new folder or a new .zip file")
        self.target = target


class ModelMissingError(KbError):
    """There is no exported encoder in the folder."""

    status = 503

    def __init__(self, folder: str) -> None:
        super().__init__(f"no encoder in {folder}; run `firstline train`")
        self.folder = folder


class ModelDamagedError(KbError):
    """The exported encoder is not what was exported."""

    status = 503

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(f"the encoder in {folder} is damaged: {why}; run `firstline train`")
        self.folder, self.why = folder, why


class ExportRefusedError(KbError):
    """The encoder can't be exported, or the export strays too far from the original."""

    status = 422


class IndexDamagedError(KbError):
    """A generation on disk is not what was written, or was written by another encoder."""

    status = 503

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(f"the index in {folder} can't be used: {why}; it is rebuilt from the database")
        self.folder, self.why = folder, why


class WidthError(KbError):
    """Vectors of another width than the index was built with."""

    def __init__(self, width: int, expected: int) -> None:
        super().__init__(
            f"vectors have width {width}, the index {expected}; run `firstline train` to rebuild"
        )
        self.width, self.expected = width, expected


class NoTextError(KbError):
    """The bot says nothing of this name, or not in this language."""

    status = 404

    def __init__(self, text: str) -> None:
        super().__init__(f"the bot has no text {text!r}; the list at /kb/words shows what it says")
        self.text = text


class WordsInvalidError(KbError):
    """A text that the bot can't say like this; `rule` is a sentence with %(names)s for the `values`."""

    status = 422

    def __init__(self, rule: str, values: Mapping[str, object]) -> None:
        super().__init__(rule % values)
        self.rule, self.values = rule, values


class StaleWordsError(KbError):
    """Someone else saved the text first; `version` is the one to send next."""

    status = 409

    def __init__(self, text: str, language: str, version: int, author: str) -> None:
        super().__init__(
            f"{author or 'somebody'} changed {text!r} ({language}) in the meantime; "
            "look at the new words, take over what you need, and save again"
        )
        self.text, self.language, self.version, self.author = text, language, version, author


class NothingToPublishError(KbError):
    """There are no drafts."""

    status = 409

    def __init__(self) -> None:
        super().__init__("there is nothing to publish; change a text first")


class StaleSetError(KbError):
    """Someone else published first."""

    status = 409

    def __init__(self, number: int, author: str) -> None:
        super().__init__(f"{author} published set {number} in the meantime; look at it and try again")
        self.number, self.author = number, author


class NoWordSetError(KbError):
    """No set of this number was published."""

    status = 404

    def __init__(self, number: int) -> None:
        super().__init__(f"no published set {number}; the list at /kb/words/sets shows what there is")
        self.number = number


class ExampleInvalidError(KbError):
    """An example that can't be learnt from; `problem` is empty, long, language or intent."""

    status = 422

    def __init__(self, problem: str) -> None:
        said = {
            "empty": "an example needs some words",
            "long": "an example has at most 1,000 characters; keep the sentence that says what is meant",
            "language": "the bot does not speak this language; choose one that it does",
            "intent": "the bot knows no such intent; choose one from the list",
        }
        super().__init__(said[problem])
        self.problem = problem


class NoExampleError(KbError):
    """The example does not exist, or not any more."""

    status = 404

    def __init__(self, example: int) -> None:
        super().__init__(f"no example {example}; reload the list to see what there is")
        self.example = example


class NoCandidateError(KbError):
    """No training of this number."""

    status = 404

    def __init__(self, number: int) -> None:
        super().__init__(f"no model {number}; the list at /kb/examples/models shows what there is")
        self.number = number


class CandidateBusyError(KbError):
    """The training's state does not allow this; `state` says which one it is in."""

    status = 409

    def __init__(self, number: int, state: str) -> None:
        super().__init__(f"model {number} is {state}; reload the page to see what can be done with it")
        self.number, self.state = number, state


class GuardedError(KbError):
    """A model that changes more than the drift guard allows."""

    status = 409

    def __init__(self, number: int) -> None:
        super().__init__(
            f"model {number} changes more than the drift guard allows; look at what it says, then publish "
            "all the same, or discard the model"
        )
        self.number = number


class NotPublishableError(KbError):
    """A model that can't be served."""

    status = 409

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"model {number} was not published: {why}")
        self.number, self.why = number, why


class NoGapError(KbError):
    """There is no such gap, or its questions have been erased."""

    status = 404

    def __init__(self, gap: int) -> None:
        super().__init__(f"no gap {gap}; /kb/gaps lists those there are")
        self.gap = gap


class GapMoveError(KbError):
    """The gap's state does not allow this event."""

    status = 409

    def __init__(self, gap: int, state: str, event: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"gap {gap} is {state}, which does not allow {event!r}; allowed now: {', '.join(allowed)}"
        )
        self.gap, self.state, self.event, self.allowed = gap, state, event, tuple(allowed)


class NoProposalError(KbError):
    """No agent's case has taught this, or it has been decided already."""

    status = 404

    def __init__(self, case: int) -> None:
        super().__init__(f"no proposal waits from case #{case}; /kb/proposals lists those that do")
        self.case = case


class NothingNearError(KbError):
    """No article that can be written in is near what the case taught."""

    status = 409

    def __init__(self, case: int) -> None:
        super().__init__(f"no article is near case #{case}, or it was archived; make a draft of it instead")
        self.case = case


class NoFindingError(KbError):
    """No finding of the last check has this key: the base was checked again since, or it isn't accepted."""

    status = 404

    def __init__(self, key: str) -> None:
        super().__init__(f"no finding {key!r}; the page /kb/checks shows what there is now")
        self.key = key


class NoPreviewError(KbError):
    """No preview of a change is under way, or done, by this name."""

    status = 404

    def __init__(self, job: str) -> None:
        super().__init__(f"the preview {job!r} is gone; press Publish again to make another")
        self.job = job


class AdminOnlyError(KbError):
    """Bringing back what was published earlier is for admins."""

    status = 403

    def __init__(self) -> None:
        super().__init__("only an admin can bring back what was published earlier; ask one")
