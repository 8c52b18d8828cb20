"""IS THE DISCUSSION OPEN: may a reader reply to this article now, and if not, why and since when?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.site.choices import SiteSwitch


class Switch(StrEnum):
    INHERIT = "inherit"  # as the site has it
    OPEN = "open"
    CLOSED = "closed"


class ClosedReason(StrEnum):
    WHOLE_SITE = "whole_site"
    SWITCHED_OFF = "switched_off"
    TOO_OLD = "too_old"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionTerms:
    """What decides whether an article's discussion is open; all moments are aware.

    `site_close_after_days`: None or 0 never closes. `article_close_after_days`: None follows the site, 0
    never closes.
    """

    site_switch: SiteSwitch
    article_switch: Switch
    published_at: datetime | None
    site_close_after_days: int | None
    article_close_after_days: int | None
    site_switched_at: datetime | None = None
    article_switched_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """`closes_at` is when age closes, or has closed, the discussion; `since` is when any reason closed it."""

    open: bool
    reason: ClosedReason | None = None
    closes_at: datetime | None = None
    since: datetime | None = None


def opening(terms: DiscussionTerms, now: datetime) -> Opening:
    """The widest reason first: what holds for the whole site, then for the article, then what time has done.

    Source: WordPress' Discussion settings and rule 4 of its chain. An article opened on purpose still grows
    old: who wants it open for ever gives it 0 days.
    """
    if terms.site_switch is SiteSwitch.CLOSED:
        return Opening(open=False, reason=ClosedReason.WHOLE_SITE, since=terms.site_switched_at)
    if terms.article_switch is Switch.CLOSED:
        return Opening(open=False, reason=ClosedReason.SWITCHED_OFF, since=terms.article_switched_at)
    if terms.site_switch is SiteSwitch.BY_ARTICLE and terms.article_switch is not Switch.OPEN:
        return Opening(open=False, reason=ClosedReason.SWITCHED_OFF, since=terms.site_switched_at)
    closes_at = closing_time(terms)
    if closes_at is not None and now >= closes_at:
        return Opening(open=False, reason=ClosedReason.TOO_OLD, closes_at=closes_at, since=closes_at)
    return Opening(open=True, closes_at=closes_at)


def closing_time(terms: DiscussionTerms) -> datetime | None:
    """When the article's age closes its discussion; None where it never does."""
    days = terms.article_close_after_days
    if days is None:
        days = terms.site_close_after_days
    if not days or terms.published_at is None:
        return None
    try:
        return terms.published_at + timedelta(days=days)
    except OverflowError:  # later than any date: never
        return None
