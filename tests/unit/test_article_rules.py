"""Is a discussion open when it should be, and does it say why not?

Tests that ask for `article_rules` are also run by test_mutations, against broken copies of the module.
"""

from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest

import app.articles.rules

PUBLISHED = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE_SWITCHED = datetime(2026, 3, 5, tzinfo=UTC)
ARTICLE_SWITCHED = datetime(2026, 3, 6, tzinfo=UTC)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def article_rules() -> ModuleType:
    return app.articles.rules


def terms(article_rules: ModuleType, *, site: str = "open", article: str = "inherit", **more: object) -> object:
    given: dict[str, object] = {
        "site_switch": article_rules.SiteSwitch(site),
        "article_switch": article_rules.Switch(article),
        "published_at": PUBLISHED,
        "site_close_after_days": None,
        "article_close_after_days": None,
        "site_switched_at": SITE_SWITCHED,
        "article_switched_at": ARTICLE_SWITCHED,
    }
    return article_rules.DiscussionTerms(**(given | more))


@pytest.mark.parametrize(
    ("site", "article", "reason", "since"),
    [
        ("open", "inherit", None, None),
        ("open", "open", None, None),
        ("open", "closed", "switched_off", ARTICLE_SWITCHED),
        ("by_article", "inherit", "switched_off", SITE_SWITCHED),
        ("by_article", "open", None, None),
        ("by_article", "closed", "switched_off", ARTICLE_SWITCHED),
        ("closed", "inherit", "whole_site", SITE_SWITCHED),
        ("closed", "open", "whole_site", SITE_SWITCHED),
        ("closed", "closed", "whole_site", SITE_SWITCHED),
    ],
)
@pytest.mark.parametrize("days", [None, 0, 100])
def test_the_opening_follows_the_switches(
    article_rules: ModuleType,
    site: str,
    article: str,
    reason: str | None,
    since: datetime | None,
    days: int | None,
) -> None:
    opening = article_rules.opening(terms(article_rules, site=site, article=article, site_close_after_days=days), NOW)
    assert (opening.open, opening.reason, opening.since) == (reason is None, reason, since)
    assert opening.closes_at == (PUBLISHED + 100 * DAY if days and reason is None else None)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (PUBLISHED - DAY, True),
        (PUBLISHED + 14 * DAY - timedelta(microseconds=1), True),
        (PUBLISHED + 14 * DAY, False),
        (PUBLISHED + 15 * DAY, False),
    ],
)
@pytest.mark.parametrize("article", ["inherit", "open"])
def test_the_opening_ends_with_age_to_the_moment(
    article_rules: ModuleType, article: str, now: datetime, is_open: object
) -> None:
    opening = article_rules.opening(terms(article_rules, article=article, site_close_after_days=14), now)
    closes_at = PUBLISHED + 14 * DAY
    assert opening.open is is_open
    assert opening.closes_at == closes_at
    assert (opening.reason, opening.since) == ((None, None) if is_open else ("too_old", closes_at))


@pytest.mark.parametrize(
    ("site", "article", "reason"),
    [("closed", "inherit", "whole_site"), ("open", "closed", "switched_off"), ("open", "open", "too_old")],
)
def test_the_opening_gives_the_widest_of_several_reasons(
    article_rules: ModuleType, site: str, article: str, reason: str
) -> None:
    old = terms(article_rules, site=site, article=article, site_close_after_days=1)
    assert article_rules.opening(old, NOW).reason == reason


@pytest.mark.parametrize(
    ("site_days", "article_days", "days"),
    [
        (None, None, None),
        (0, None, None),
        (14, None, 14),
        (14, 0, None),
        (14, 7, 7),
        (14, 30, 30),
        (None, 7, 7),
        (0, 1, 1),
        (10**9, None, None),  # later than any date
    ],
)
def test_the_closing_time_is_the_articles_own_or_else_the_sites(
    article_rules: ModuleType, site_days: int | None, article_days: int | None, days: int | None
) -> None:
    given = terms(article_rules, site_close_after_days=site_days, article_close_after_days=article_days)
    assert article_rules.closing_time(given) == (None if days is None else PUBLISHED + days * DAY)


def test_there_is_no_closing_time_for_what_is_not_published(article_rules: ModuleType) -> None:
    draft = terms(article_rules, published_at=None, site_close_after_days=14)
    assert article_rules.closing_time(draft) is None
