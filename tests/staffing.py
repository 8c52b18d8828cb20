"""How does a member of staff use the desk in a test, as a browser without JavaScript does?"""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import config
from app.accounts.door import COOKIE
from app.accounts.models import Moderator, StaffSession
from app.ground import clock
from app.ground.db import transaction
from app.ground.sealing import keyring, token_hash
from app.permissions import Role
from tests.reading import one, read


@dataclass(frozen=True, slots=True)
class Hand:
    """A browser in which somebody of staff is logged in."""

    client: FlaskClient
    ref: str

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def page(self, path: str, status: int = 200) -> BeautifulSoup:
        return read(self.get(path), status)

    def send(self, form: Tag, press: str | None = None, **typed: Any) -> TestResponse:
        """Send a form as it stands in a page, with this typed into it, by the button with this value or label."""
        fields = fields_of(form) | typed
        button = pressed(form, press)
        if button is not None and button.has_attr("name"):
            fields[str(button["name"])] = str(button.get("value", ""))
        place = (
            str(button["formaction"]) if button is not None and button.has_attr("formaction") else str(form["action"])
        )
        return self.client.post(place.partition("#")[0], data=fields)

    def follow(self, answer: TestResponse) -> BeautifulSoup:
        """The page that a posted form led to."""
        assert answer.status_code == 303, answer.text[:2_000]
        return self.page(answer.headers["Location"])


def fields_of(form: Tag) -> dict[str, Any]:
    """What a browser sends of a form as it stands, its buttons left out; a name that stands twice has a list."""
    page = list(form.parents)[-1]
    own = [*form.select("input, textarea, select"), *_from_outside(page, form)]
    sent: dict[str, Any] = {}
    for field in own:
        if not field.has_attr("name") or (field.get("type") == "checkbox" and not field.has_attr("checked")):
            continue
        sent[str(field["name"])] = value_of(field)
    return sent


def value_of(field: Tag) -> str:
    if field.name == "textarea":
        return field.get_text().removeprefix("\n")
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return str(chosen["value"]) if chosen else ""
    return str(field.get("value", "on" if field.get("type") == "checkbox" else ""))


def pressed(form: Tag, press: str | None) -> Tag | None:
    buttons = form.select("button")
    if press is None:
        return buttons[0] if buttons else None
    return next(each for each in buttons if press in (each.get("value"), each.get_text().strip()))


def _from_outside(page: Tag, form: Tag) -> list[Tag]:
    """Fields that belong to a form by its id, wherever they stand."""
    return page.select(f'[form="{form["id"]}"]') if form.has_attr("id") else []


def log_in(app: Flask, name: str = "Mina", role: Role = Role.MODERATOR) -> Hand:
    """A browser of a new member of staff; hashing a password takes long on purpose, so none is."""
    cookie, now = token_urlsafe(8), clock.now()
    with app.app_context(), transaction() as session:
        moderator = Moderator(
            name=name,
            name_key=name.casefold(),
            email_sealed=keyring().seal(f"{name}@staff.example", purpose="staff email"),
            email_fingerprint=name,
            role=role,
            password_hash="none",
            password_change_due=False,
            created_at=now,
            changed_at=now,
            changed_by="a test",
        )
        session.add(moderator)
        session.flush()
        until = now + timedelta(hours=config.current().session_hours)
        session.add(
            StaffSession(token_hash=token_hash(cookie), moderator_id=moderator.id, created_at=now, expires_at=until)
        )
        ref = moderator.ref
    client = app.test_client()
    client.set_cookie(COOKIE, cookie)
    return Hand(client, ref)


def form_to(page: Tag, action: str) -> Tag:
    """The only form that is sent to this path."""
    return one(page, f'form[action="{action}"]')
