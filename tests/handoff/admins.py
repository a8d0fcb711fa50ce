"""An administrator's browser, which knows nothing of scripts: it opens pages and sends the forms on them."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

from werkzeug.test import TestResponse

from config.identity import Role
from config.sign_in import COOKIE
from tests.handoff.seats import Room, Seat

Fields = dict[str, str | list[str]]


class _Form(HTMLParser):
    """The fields of the first form that has `name`, as a browser would send them untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Fields] = []
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.forms.append({})
        if not self.forms:
            return
        form = self.forms[-1]
        if tag == "input" and given.get("type") == "checkbox":
            held = form.setdefault(name, [])
            if "checked" in given and isinstance(held, list):
                held.append(given.get("value") or "")
        elif tag == "input":
            form[name] = given.get("value") or ""
        elif tag == "select":
            self._select = name
            form[name] = ""
        elif tag == "option" and self._select is not None and "selected" in given:
            form[self._select] = given.get("value") or ""
        elif tag == "textarea":
            self._area, form[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None and self.forms:
            self.forms[-1][self._area] = f"{self.forms[-1][self._area]}{data}".removeprefix("\n")


def form_on(page: str) -> Fields:
    """The form of an administrator's page: the one that carries what it was opened with."""
    parser = _Form()
    parser.feed(page)
    return next(form for form in parser.forms if "seen" in form)


@dataclass
class Admin:
    """One administrator."""

    seat: Seat

    def another_window(self) -> Admin:
        """Of the same browser, to be used at the same time."""
        client = self.seat.client.application.test_client()
        client.set_cookie(COOKIE, self.seat.token)
        return Admin(Seat(client, self.seat.csrf, self.seat.token))

    def opens(self, path: str, status: int = 200) -> str:
        response = self.seat.client.get(f"/desk/admin/{path}")
        assert response.status_code == status, response.text
        return response.text

    def sends(self, path: str, form: Fields) -> TestResponse:
        return self.seat.client.post(f"/desk/admin/{path}", data={"csrf": self.seat.csrf, **form})

    def fills(self, path: str, **written: str | list[str]) -> TestResponse:
        """Open a form, write into some of its fields, send it. A dot in a field's name is two underscores."""
        form = form_on(self.opens(path))
        for name, value in written.items():
            field = name.replace("__", ".")
            assert field in form, f"{field} is not on the form: {sorted(form)}"
            form[field] = value
        return self.sends(path, form)

    def saves(self, path: str, **written: str | list[str]) -> None:
        response = self.fills(path, **written)
        assert response.status_code == 303, response.text


def admin(room: Room, name: str = "Ada Berg", *roles: Role) -> Admin:
    return Admin(room.seat(name, *(roles or (Role.ADMIN,))))
