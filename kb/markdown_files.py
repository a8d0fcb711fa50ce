"""Reads a folder of Markdown files, as written by hand or for a documentation site, into drafts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from kb.article import ArticleId, Draft, check, slug_of
from kb.errors import ArticleInvalidError, ImportFailedError
from kb.mdx import to_markdown

SUFFIXES = (".md", ".mdx", ".markdown")
LARGEST_FILE = 20 * 2**20  # bytes

_DEEPEST = 10  # lists and maps in each other
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.*?)^---[ \t]*\r?$\n?", re.MULTILINE | re.DOTALL)
_TITLE_LINE = re.compile(r"\A\s*#[ \t]+(?P<title>[^\n]+?)[ \t#]*$\n?", re.MULTILINE)

FrontMatter = Mapping[str, object]


class _ProblemError(Exception):
    """What is wrong in one file; the line counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a folder holds."""

    drafts: tuple[Draft, ...]
    files: int


@dataclass(frozen=True, slots=True)
class _File:
    """One file, its front matter read, its links not yet followed."""

    path: Path
    place: str  # its path in the folder without suffix, with `/`
    front: FrontMatter
    lines: int  # that the front matter takes
    body: str

    @property
    def id(self) -> ArticleId:
        return ArticleId(_text(self, "id") or self.place)

    def language(self, default: str) -> str:
        return _text(self, "language") or default

    @property
    def slug(self) -> str:
        return slug_of((_text(self, "slug") or "").strip("/") or self.place)


def read_folder(path: Path, *, language: str = "en") -> ImportReport:
    """Every Markdown file below `path` (or the one file that it is) as a draft, in order of path.

    Front matter: id, title, slug, language, category, labels, questions, translation_of, public, description;
    other keys are left to whoever they are for. `language` is that of files which don't say. Links between
    the files become links to their pages. Raises ImportFailedError with every problem, by file and line.
    """
    if not path.exists():
        raise ImportFailedError([f"{path}: no such file or folder"])
    root = path if path.is_dir() else path.parent
    found = [path] if path.is_file() else [each for each in path.rglob("*") if each.suffix in SUFFIXES]
    problems: list[str] = []
    files: list[_File] = []
    for each in sorted(found):
        if not any(part.startswith((".", "_")) for part in each.relative_to(root).parts):
            try:
                files.append(_read(each, root))
            except _ProblemError as problem:
                problems.append(f"{each}:{problem.line}: {problem.message}")
    pages = {
        file.place: f"/help/{file.language(language)}/{file.slug}" for file in files if not _is_hidden(file)
    }
    drafts: dict[ArticleId, Draft] = {}
    for file in files:
        try:
            draft = _draft(file, pages, language)
            if draft.id in drafts:
                raise _ProblemError(1, f"another file has the id {draft.id!r} too")
            drafts[file.id] = draft
        except _ProblemError as problem:
            problems.append(f"{file.path}:{problem.line}: {problem.message}")
    if not found:
        problems.append(f"{path}: no {', '.join(SUFFIXES)} files in it")
    if problems:
        raise ImportFailedError(problems)
    return ImportReport(tuple(drafts.values()), len(files))


def _read(path: Path, root: Path) -> _File:
    if path.stat().st_size > LARGEST_FILE:
        raise _ProblemError(1, f"larger than {LARGEST_FILE // 2**20} MiB")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _ProblemError(line, "not UTF-8; save the file as UTF-8") from None
    place = path.relative_to(root).with_suffix("").as_posix()
    match = _FRONT_MATTER.match(text)
    if match is None:
        return _File(path, place, {}, 0, text)
    return _File(path, place, _front_matter(match["yaml"]), match.group().count("\n"), text[match.end() :])


def _front_matter(text: str) -> FrontMatter:
    try:
        _check_front_matter(text)
        loaded = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise _ProblemError(line, f"front matter: {error.problem}") from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise _ProblemError(1, f"front matter: {error}") from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise _ProblemError(2, "front matter: must be `key: value` lines")
    return {str(key): value for key, value in loaded.items()}


def _check_front_matter(text: str) -> None:
    """Refuse what makes a small file endless and is never needed here: aliases, and deep nesting."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if isinstance(event, AliasEvent):
            raise _ProblemError(
                event.start_mark.line + 2, "YAML aliases are not accepted; write the value out"
            )
        if depth > _DEEPEST:
            raise _ProblemError(event.start_mark.line + 2, f"nested more than {_DEEPEST} deep")


def _draft(file: _File, pages: Mapping[str, str], language: str) -> Draft:
    body = to_markdown(file.body, lambda target: _page(target, file.place, pages))
    heading = _TITLE_LINE.match(body)
    title = _text(file, "title") or (heading["title"] if heading else Path(file.place).name.replace("-", " "))
    if heading and heading["title"].casefold() == title.casefold():
        body = body[heading.end() :]
    translation_of = _text(file, "translation_of")
    draft = Draft(
        title=title.strip(),
        body=body.strip() or _text(file, "description") or "",
        language=file.language(language),
        slug=file.slug,
        category=_text(file, "category"),
        labels=_texts(file, "labels"),
        questions=_texts(file, "questions"),
        public=_truth(file, "public"),
        translation_of=ArticleId(translation_of) if translation_of else None,
        id=file.id,
    )
    try:
        check(draft)
    except ArticleInvalidError as error:
        raise _ProblemError(_line(file, error.field), str(error)) from None
    return draft


def _page(target: str, place: str, pages: Mapping[str, str]) -> str | None:
    """What a link becomes: an address elsewhere stays, another file becomes its page, the rest is no link."""
    if re.match(r"https?://|mailto:|/help/", target):
        return target
    path, _, _ = target.partition("#")
    if not path:
        return None
    path = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(place), path)
    path = posixpath.normpath(path)
    for suffix in SUFFIXES:
        path = path.removesuffix(suffix)
    return pages.get(path)


def _is_hidden(file: _File) -> bool:
    return file.front.get("public") is False


def _line(file: _File, key: str) -> int:
    """Where the front matter has the key; the body's first line if it hasn't."""
    text = file.path.read_text(encoding="utf-8-sig").splitlines()[: file.lines]
    return next((n for n, line in enumerate(text, 1) if line.startswith(f"{key}:")), file.lines + 1)


def _text(file: _File, key: str) -> str | None:
    value = file.front.get(key)
    if value is None:
        return None
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise _ProblemError(_line(file, key), f"{key}: must be text")
    return str(value)


def _texts(file: _File, key: str) -> tuple[str, ...] | None:
    value = file.front.get(key)
    if value is None:
        return None
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(each, str | int | float) for each in value):
        raise _ProblemError(_line(file, key), f"{key}: must be a list of texts")
    return tuple(str(each).strip() for each in value)


def _truth(file: _File, key: str) -> bool | None:
    value = file.front.get(key)
    if value is not None and not isinstance(value, bool):
        raise _ProblemError(_line(file, key), f"{key}: must be true or false")
    return value
