"""Writes the base out as Markdown files with front matter, to be read elsewhere or imported again."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from kb.article import Article, Revision, Status
from kb.editing.images import IMAGES_PATH, Images, names_in
from kb.editorial import Editorial
from kb.errors import ExportTargetError, NoImageError
from kb.importers.links import relinked
from kb.importers.markdown import PLAIN
from kb.store.writing import free

PICTURES = "images"
"""The folder of an export that holds the pictures."""

_WHEN = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say, so that the same base makes the same archive
_SAFE = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*", re.ASCII)
_WIDE = 4096  # characters; longer lines would be folded


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written."""

    articles: int
    images: int


class Exporting:
    """Exports of one base: every article but those in the bin, each with its latest text."""

    def __init__(self, editorial: Editorial, images: Images) -> None:
        self._editorial = editorial
        self._images = images

    def write(self, to: Path) -> Exported:
        """Into a new or empty folder, or as an archive if the name ends with `.zip`.

        Raises ExportTargetError for a place that has something in it already.
        """
        if to.suffix.casefold() == ".zip":
            if to.exists():
                raise ExportTargetError(str(to), "exists")
            files = dict(self.files())
            beside = to.with_name(f".{to.name}.part")
            beside.write_bytes(_packed(files.items()))
            beside.replace(to)
        else:
            if to.exists() and (not to.is_dir() or any(to.iterdir())):
                raise ExportTargetError(str(to), "is not an empty folder")
            files = dict(self.files())
            for path, data in files.items():
                (to / path).parent.mkdir(parents=True, exist_ok=True)
                (to / path).write_bytes(data)
        pictures = sum(path.startswith(f"{PICTURES}/") for path in files)
        return Exported(len(files) - pictures, pictures)

    def archive(self) -> bytes:
        """The whole of it as a ZIP archive."""
        return _packed(self.files())

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Each file's path and content: the articles by id, then the pictures that they show."""
        articles = sorted(self._editorial.articles(), key=lambda article: article.id)
        paths = dict(zip((each.id for each in articles), _paths(articles), strict=True))
        by_address = {
            f"/help/{each.language}/{each.slug}": paths[each.id] for each in articles if each.public
        }
        shown: dict[str, None] = {}
        for article in articles:
            revision = self._editorial.revision(article.id, article.latest)
            shown |= dict.fromkeys(names_in(revision.body))
            yield paths[article.id], _file(article, revision, by_address, paths[article.id]).encode("utf-8")
        for name in shown:
            try:
                yield f"{PICTURES}/{name}", self._images.path(name)[0].read_bytes()
            except NoImageError:
                continue  # a text may name a picture that was never there


def _paths(articles: Sequence[Article]) -> Iterator[str]:
    """Where each article goes: by its id, or by a number where that is no path, or only differs in case."""
    own = {f"{article.id}.md".casefold() for article in articles}
    taken: set[str] = set()
    for number, article in enumerate(articles, 1):
        path = f"{article.id}.md"
        if not _is_path(path) or path.casefold() in taken:
            name = free(f"article-{number}", lambda name: f"{name}.md" in own | taken)
            path = f"{name}.md"
        taken.add(path.casefold())
        yield path


def _is_path(path: str) -> bool:
    """Whether an import would find the file there, and every file system can hold it."""
    hidden = any(part.startswith("_") for part in path.split("/"))
    return not hidden and _SAFE.fullmatch(path) is not None and not path.startswith(f"{PICTURES}/")


def _file(article: Article, revision: Revision, by_address: Mapping[str, str], path: str) -> str:
    """The article as a file; links and pictures lead to the files of the export."""
    here = posixpath.dirname(path)

    def link(target: str) -> str:
        address, hash, part = target.partition("#")
        there = by_address.get(address)
        return target if there is None else posixpath.relpath(there, here or ".") + hash + part

    def picture(target: str) -> str:
        name = target.removeprefix(IMAGES_PATH)
        return target if name == target else posixpath.relpath(f"{PICTURES}/{name}", here or ".")

    yaml = YAML(pure=True)
    yaml.width = _WIDE
    front = io.StringIO()
    yaml.dump(_front_matter(article, revision), front)
    return f"---\n{front.getvalue()}---\n{relinked(revision.body, link, picture)}\n"


def _front_matter(article: Article, revision: Revision) -> dict[str, object]:
    """All that an import needs to make the article again, what is empty left out."""
    values: dict[str, object] = {
        "id": str(article.id),
        "title": revision.title,
        "slug": article.slug,
        "language": article.language,
        "category": article.category,
        "labels": list(article.labels),
        "questions": list(revision.questions),
        "translation_of": article.translation_of and str(article.translation_of),
        "review_by": article.review_by,
        "status": None if article.status is Status.PUBLISHED else article.status.value,
    }
    kept = {key: value for key, value in values.items() if value not in (None, "", [])}
    internal: dict[str, object] = {} if article.public else {"public": False}
    return kept | internal | {"owner": article.owner, "format": PLAIN}


def _packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files:
            archive.writestr(zipfile.ZipInfo(path, _WHEN), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
