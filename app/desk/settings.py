"""On which page are the discussion settings chosen, in the order in which WordPress' users know them?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, Response, request
from marshmallow import validate

from app.accounts.door import current_actor
from app.desk.forms import MENDABLE, Refusal, goes_on_from, number, refusal_of, sent
from app.desk.frame import back_to, desk_page, open_to, sayings
from app.ground.db import fresh_read
from app.ground.openapi import loaded
from app.permissions import Permission
from app.site import actions
from app.site.choices import Order, SiteSwitch, Trust
from app.site.schemas import SettingsChangeSchema, SettingsSchema
from app.site.settings import VersionedSettings, versioned_settings

routes = Blueprint("settings", __name__)

HOME = "/desk/settings"
SWITCHES = ("name_and_email_required", "threaded", "hold_all", "hold_first_comment", "show_avatars")
NUMBERS = ("close_after_days", "max_depth", "page_size", "link_limit")
CHOICES = {
    "discussion": (
        (SiteSwitch.OPEN, "wherever an article does not say otherwise"),
        (SiteSwitch.BY_ARTICLE, "only under articles that were opened for it"),
        (SiteSwitch.CLOSED, "nowhere"),
    ),
    "order": ((Order.OLDEST, "the older ones"), (Order.NEWEST, "the newer ones")),
    "trust": (
        (Trust.RECEIPT, "whoever shows the receipt of an approved one"),
        (Trust.CLAIMED, "whoever gives the name and address of an approved one, as in WordPress"),
    ),
}
SETTINGS = (*CHOICES, *NUMBERS, *SWITCHES)
sayings({"settings_changed": "The settings are saved. They hold at once, everywhere."})


@routes.get(HOME)
@open_to(Permission.MODERATE)
def show_settings() -> Response:
    """Every moderator may see them; the form is an admin's."""
    now = versioned_settings(fresh_read())
    return _page(now, typed=_as_typed(now), status=200)


@routes.post(HOME)
@open_to(Permission.CHANGE_SETTINGS)
def change_settings() -> Response:
    """What somebody else changed meanwhile is shown beside what was typed; sending it once more means it."""
    try:
        actions.change_settings(current_actor(), loaded(SettingsChangeSchema(), _change()))
    except MENDABLE as problem:
        now = versioned_settings(fresh_read())
        return _page(now, typed=request.form, status=problem.status, refusal=refusal_of(problem))
    return back_to(HOME, said="settings_changed")


def _change() -> dict[str, Any]:
    """The form as JSON would have it: a box that is not ticked is not sent, and means no."""
    typed: dict[str, Any] = sent(*CHOICES)
    typed |= {name: number(request.form.get(name, "")) for name in NUMBERS}
    return typed | {name: name in request.form for name in SWITCHES}


def _as_typed(now: VersionedSettings) -> dict[str, str]:
    """The settings as the form would send them."""
    values = {name: getattr(now.settings, name) for name in SETTINGS}
    return {name: str(value) for name, value in values.items() if value is not False}


def _page(now: VersionedSettings, *, typed: Mapping[str, str], status: int, refusal: Refusal | None = None) -> Response:
    saved = _as_typed(now)
    return desk_page(
        "desk/settings.html",
        status=status,
        typed=typed,
        refusal=refusal,
        version=now.version,
        seen=goes_on_from(now.version, refusal),
        changed_by=now.changed_by,
        changed_at=datetime.fromisoformat(now.changed_at) if now.changed_at else None,
        meanings={name: field.metadata.get("description", "") for name, field in SettingsSchema().fields.items()},
        bounds={name: _bounds(name) for name in NUMBERS},
        choices=CHOICES,
        others=_others(saved, typed) if refusal is not None and refusal.by is not None else {},
    )


def _bounds(name: str) -> dict[str, Any]:
    """What the schema says of a number, as an input says it."""
    bounds = cast(validate.Range, SettingsSchema().fields[name].validators[0])
    return {"inputmode": "numeric", "min": bounds.min, "max": bounds.max}


def _others(saved: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """What is saved and not what was typed, in the words of the form, by setting."""
    different = {name: saved.get(name, "") for name in SETTINGS if _plain(saved, name) != _plain(typed, name)}
    return {name: _said(name, value) for name, value in different.items()}


def _plain(values: Mapping[str, str], name: str) -> str:
    return str(name in values) if name in SWITCHES else values.get(name, "").strip()


def _said(name: str, value: str) -> str:
    if name in CHOICES:
        return next(words for choice, words in CHOICES[name] if choice == value)
    if name in SWITCHES:
        return "on" if value else "off"
    return value
