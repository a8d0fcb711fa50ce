"""Which images there are; the pictures themselves are files."""

from __future__ import annotations

import sqlalchemy as sa

from config.database import Database
from kb.editing.images import IMAGES_PATH, Image, names_in
from kb.store.tables import images, revisions


class ImageStore:
    """The images' rows, and which texts show them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, image: Image) -> None:
        """Keep the row; one of the same name, and so of the same content, is left as it is."""

        def work(connection: sa.Connection) -> None:
            known = sa.select(images.c.name).where(images.c.name == image.name)
            if connection.execute(known).first() is None:
                values = {name: getattr(image, name) for name in Image.__slots__}
                connection.execute(images.insert().values(**values))

        self._database.write(work)

    def all(self) -> tuple[Image, ...]:
        """Newest first."""
        query = sa.select(images).order_by(images.c.at.desc(), images.c.name)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(Image(**{name: row[name] for name in Image.__slots__}) for row in rows)

    def shown(self) -> frozenset[str]:
        """The names of images in any revision of any article, old ones too."""
        query = sa.select(revisions.c.body).where(revisions.c.body.contains(IMAGES_PATH, autoescape=True))
        with self._database.read() as connection:
            bodies = connection.execute(query).scalars()
            return frozenset(name for body in bodies for name in names_in(body))
