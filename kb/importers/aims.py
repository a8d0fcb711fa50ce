"""Where the links and pictures of an import lead once it is in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urljoin, urlsplit

from kb.importers.links import places, scheme_of
from kb.importers.placing import Placed
from kb.importers.reading import picture_at

_ELSEWHERE = {"http", "https", "mailto", "tel"}

Warn = Callable[[str, str], None]
"""Told a target and what became of it."""


class Aims:
    """Links between the pages become links to their articles; those elsewhere stay."""

    def __init__(
        self,
        placed: Iterable[Placed],
        pictures: Mapping[str, str],
        base: Callable[[str], str | None],
        site: str | None,
    ) -> None:
        """pictures: address by path. base: the address of the article of that id, if it is there and public.
        site: where the pages are published; what the import lacks is linked to there.
        """
        self._pictures = pictures
        self._base = base
        self._site = site and site.rstrip("/") + "/"
        self._by_place: dict[str, Placed] = {}
        self._by_ending: dict[str, list[Placed]] = {}
        for each in placed:
            for name in (each.page.place, *each.page.aliases, each.id):
                self._by_place.setdefault(name.casefold(), each)
            self._by_ending.setdefault(each.page.place.rpartition("/")[2].casefold(), []).append(each)

    def link(self, target: str, here: Placed, warn: Warn) -> str | None:
        """What a link of a page becomes; None: its words stay, and it goes."""
        if here.page.plain:
            return self._ours(target, here)
        path, hash, part = target.partition("#")
        fragment = hash + part
        if not path:
            return f"{here.address}{fragment}" if part and here.public else None
        scheme = scheme_of(target)
        found = self._absolute(path) if scheme in ("http", "https") else None
        if found is None and scheme:
            if scheme in _ELSEWHERE:
                return target
            warn(target, f"{scheme}: links are not taken; the words stay")
            return None
        if found is None and path.startswith("//"):
            return f"https:{target}"
        found = found or self._page(path, here)
        if found is not None:
            if found.public:
                return found.address + fragment
            warn(target, "leads to an internal article; the words stay")
            return None
        if target.startswith("/help/"):
            return target
        there = self._known(path, here, fragment) or self._published(target, here)
        if there is None:
            warn(target, "leads nowhere in this import; the words stay")
        return there

    def picture(self, target: str, here: Placed, warn: Warn) -> str | None:
        """What a picture's address becomes."""
        if path := picture_at(target, here.page.place, self._pictures):
            return self._pictures[path]
        scheme = scheme_of(target)
        if here.page.plain or scheme in ("http", "https") or target.startswith("/help/"):
            return target
        if scheme:
            warn(target, f"{scheme}: pictures are not taken; the words stay")
            return None
        if published := self._published(target, here):
            return published
        warn(target, "the picture did not come along; kept as a link to where it was")
        return target

    def _ours(self, target: str, here: Placed) -> str:
        """A link of our own export: to another of its files, or already what it is to be."""
        path, hash, part = target.partition("#")
        if scheme_of(target) or path.startswith("/") or not path.endswith(".md"):
            return target
        found = self._page(path, here)
        return target if found is None else found.address + hash + part

    def _absolute(self, target: str) -> Placed | None:
        """The page of the import that an address elsewhere is the old home of."""
        parts = urlsplit(target)
        home = f"{parts.netloc}{parts.path}".strip("/").casefold()
        if found := self._by_place.get(home):
            return found
        if self._site and target.startswith(self._site):
            within = re.split(r"[?#]", target.removeprefix(self._site))[0].strip("/")
            return self._by_place.get(within.casefold())
        same_site = any(name.startswith(f"{parts.netloc}/".casefold()) for name in self._by_place)
        return self._numbered(parts.path) if same_site else None

    def _numbered(self, path: str) -> Placed | None:
        """Help centres hang the title onto an article's number, and change it."""
        number = re.search(r"/articles/(\d+)(?:-|/|\Z)", path)
        return self._by_place.get(number[1]) if number else None

    def _page(self, target: str, here: Placed) -> Placed | None:
        tried = [name.casefold() for name in places(target, here.page.place)]
        for name in tried:
            if found := self._by_place.get(name):
                return found
        for name in tried:
            # A site's root may lie deeper in the import than the import's own.
            ending = name.rpartition("/")[2]
            fits = [
                each
                for each in self._by_ending.get(ending, ())
                if f"/{each.page.place}".casefold().endswith(f"/{name}")
            ]
            if len(fits) == 1:
                return fits[0]
        # A site may hang its pages below a folder of its own, such as /docs/.
        below = (name.partition("/")[2] for name in tried)
        found = next((found for name in below if (found := self._by_place.get(name))), None)
        return found or self._numbered(target)

    def _known(self, target: str, here: Placed, fragment: str) -> str | None:
        for name in places(target, here.page.place):
            if address := self._base(name):
                return address + fragment
        return None

    def _published(self, target: str, here: Placed) -> str | None:
        if self._site is None:
            return None
        return urljoin(urljoin(self._site, here.page.place), re.sub(r"\.mdx?(?=[#?]|\Z)", "", target))
