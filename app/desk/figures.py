"""On which page is it drawn how the moderation is going?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response

from app.comments.models import Status
from app.desk.charts import BAR, HEIGHT, MARGIN, days_chart, shares, spoken, waits_chart
from app.desk.done import STATUS_WORDS
from app.desk.forms import asked
from app.desk.frame import desk_page, open_to
from app.desk.reasons import OBJECTIONS
from app.ground import clock
from app.ground.db import fresh_read
from app.ground.openapi import loaded
from app.moderation.figures import summary
from app.moderation.log_schemas import FiguresQuery
from app.permissions import Permission

routes = Blueprint("figures", __name__)

HOME = "/desk/figures"
SPANS = (7, 30, 90)  # days
# In the order in which they stand on each other.
OUTCOMES = (Status.APPROVED, Status.PENDING, Status.SPAM, Status.TRASH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a table with a bar in it; `share` in hundredths of the longest."""

    label: str
    path: str
    beside: str = ""
    count: int
    share: float


@routes.get(HOME)
@open_to(Permission.MODERATE)
def show_figures() -> Response:
    days: int = loaded(FiguresQuery(), asked("days"))["days"]
    figures = summary(fresh_read(), days=days)
    now = clock.now()
    oldest = figures["oldest_pending_at"]
    times = figures["time_to_decision"]
    waits = (
        ("Half of the comments were decided within", times["median_seconds"]),
        ("Nine of ten were decided within", times["slowest_tenth_seconds"]),
        ("The oldest that is held has waited for", (now - oldest).total_seconds() if oldest else None),
    )
    return desk_page(
        "desk/figures.html",
        days=days,
        spans=SPANS,
        height=HEIGHT,
        bar=BAR,
        margin=MARGIN,
        outcomes=[(outcome.value, STATUS_WORDS[outcome]) for outcome in OUTCOMES],
        counts=figures["counts"],
        oldest=oldest,
        chart=days_chart(figures["days"], kinds=OUTCOMES, first=figures["since"].date(), last=now.date()),
        decided=times["decided"],
        waits=waits_chart(waits),
        spoken=spoken,
        articles=_lines(figures["busiest_articles"], _article),
        sections=_lines(figures["busiest_sections"], _section),
        reasons=_lines(figures["reasons"], _reason),
    )


def _lines(found: Sequence[Mapping[str, Any]], draw: Callable[[Mapping[str, Any], float], Line]) -> list[Line]:
    return [draw(each, share) for each, share in zip(found, shares([each["comments"] for each in found]), strict=True)]


def _article(found: Mapping[str, Any], share: float) -> Line:
    path = _comments(article=found["slug"])
    return Line(label=found["title"], path=path, count=found["comments"], share=share)


def _section(found: Mapping[str, Any], share: float) -> Line:
    path = _comments(article=found["slug"], section=found["anchor"])
    return Line(label=found["heading"], beside=found["slug"], path=path, count=found["comments"], share=share)


def _reason(found: Mapping[str, Any], share: float) -> Line:
    """A code that several checks share, such as that of the limits, is told apart by the check."""
    label, check = OBJECTIONS.get(found["code"], found["code"]), found["check"].replace("_", " ")
    path = _comments(reason=found["check"])
    beside = "" if check == label else check
    return Line(label=label, beside=beside, path=path, count=found["comments"], share=share)


def _comments(**filters: str) -> str:
    return f"/desk/comments?{urlencode(filters)}"
