"""How does an article stand in the editor's form, and how does the form become what the API takes?"""

from collections.abc import Mapping
from typing import Any

from flask import request

from app import config
from app.articles.manuscript import Manuscript
from app.articles.models import ArticleFormat
from app.articles.rules import Switch
from app.desk.forms import number
from app.ground import clock

Typed = Mapping[str, str]

LINES = ("standfirst", "byline", "external_url", "note")
NAMES = ("categories", "tags")
SETTLED = ("slug", "language", "format")  # left out where nothing is typed, and then as the API has it
SWITCH, DAYS, DATE = "discussion.switch", "discussion.close_after_days", "published_at"
_MINUTES = "%Y-%m-%dT%H:%M"


def blank() -> dict[str, str]:
    """The form for a new article."""
    return {
        "language": config.current().default_language,
        "format": ArticleFormat.MARKDOWN.value,
        SWITCH: Switch.INHERIT.value,
    }


def in_form(manuscript: Manuscript) -> dict[str, str]:
    """The form for an article that is there."""
    days, date = manuscript.close_after_days, manuscript.published_at
    return {
        "title": manuscript.title,
        "standfirst": manuscript.standfirst or "",
        "byline": manuscript.byline or "",
        "external_url": manuscript.external_url or "",
        "categories": ", ".join(manuscript.categories),
        "tags": ", ".join(manuscript.tags),
        "slug": manuscript.slug,
        "language": manuscript.language,
        "format": manuscript.format.value,
        "body": manuscript.body,
        DATE: date.strftime(_MINUTES) if date else "",
        SWITCH: manuscript.switch.value,
        DAYS: "" if days is None else str(days),
    }


def typed_form() -> dict[str, str]:
    """What was posted. A browser sends each line end as two characters."""
    return {name: value.replace("\r\n", "\n") for name, value in request.form.items()}


def as_sent(typed: Typed, before: Typed) -> dict[str, Any]:
    """The form as JSON would have it.

    A calendar shows minutes, and a publication has its moment between two of them: a date that comes back as it was is
    left as it was.
    """
    sent: dict[str, Any] = {name: typed.get(name, "").strip() or None for name in LINES}
    sent |= {"title": typed.get("title", ""), "body": typed.get("body", "")}
    sent |= {name: _names(typed.get(name, "")) for name in NAMES}
    sent |= {name: value for name in SETTLED if (value := typed.get(name, "").strip())}
    sent["discussion"] = _discussion(typed)
    if "publish" in typed:
        sent[DATE] = clock.now().isoformat()
    elif typed.get(DATE, "") != before.get(DATE, ""):
        sent[DATE] = _moment(typed.get(DATE, ""))
    return sent


def differing(saved: Typed, typed: Typed) -> dict[str, str]:
    """What is saved and not what was typed, by input."""
    return {name: value for name, value in saved.items() if value.strip() != typed.get(name, "").strip()}


def _names(typed: str) -> list[str]:
    return [name for each in typed.split(",") if (name := each.strip())]


def _discussion(typed: Typed) -> dict[str, Any]:
    days = typed.get(DAYS, "").strip()
    wish: dict[str, Any] = {"close_after_days": number(days) if days else None}
    return wish | ({"switch": typed[SWITCH]} if SWITCH in typed else {})


def _moment(typed: str) -> str | None:
    """What a browser's calendar gives, as a moment in UTC."""
    return f"{typed.strip()}Z" if typed.strip() else None
