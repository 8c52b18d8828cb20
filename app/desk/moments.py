"""How does the desk say when something was?"""

from datetime import datetime, timedelta

from app.ground import clock

LOCALE = "en"
JUST_NOW = timedelta(seconds=10)


def ago(moment: datetime) -> str:
    """Such as `3 hours ago`."""
    passed = clock.now() - moment
    if abs(passed) < JUST_NOW:
        return "just now"
    from babel.dates import format_timedelta  # noqa: PLC0415 (slow to import, and most processes never show a desk)

    return format_timedelta(-passed, add_direction=True, locale=LOCALE)


def in_full(moment: datetime) -> str:
    """Such as `23 Nov 2026, 02:10 UTC`."""
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"
