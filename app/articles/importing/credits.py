"""Who wrote a copied page, and when, as the lines under its title say?"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

PARTS = re.compile(r" ?[|·•] ?| [–—] ")
NAME = r"[^\W\d_a-z][^\W\d_]*[.'’-]?[^\W\d_]*"
PARTICLES = r"(?:and|und|et|y|von|van|de|der|den|di|da|du|la|le|bin|al|the)"
BYLINE = re.compile(
    r"(?:(?:[Ww]ritten )?[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or) "
    rf"(?P<latin>{NAME}\.?(?:,? (?:{NAME}\.?|{PARTICLES})){{0,7}})|"
    r"(?:(?:글|글쓴이|기자|작성자|كتب|كتبت) ?: ?|بقلم ?:? ?)(?P<labelled>[^\d.!?]{2,40})|"
    r"(?P<reporter>[가-힣]{2,4}) 기자"
)
MONTHS = (
    re.compile(r"january|jan|januar|janvier|يناير"),
    re.compile(r"february|feb|februar|février|févr|فبراير"),
    re.compile(r"march|mar|märz|mars|مارس"),
    re.compile(r"april|apr|avril|avr|أبريل"),
    re.compile(r"may|mai|مايو"),
    re.compile(r"june|jun|juni|juin|يونيو"),
    re.compile(r"july|jul|juli|juillet|juil|يوليو"),
    re.compile(r"august|aug|août|أغسطس"),
    re.compile(r"september|sep|sept|septembre|سبتمبر"),
    re.compile(r"october|oct|oktober|okt|octobre|أكتوبر"),
    re.compile(r"november|nov|novembre|نوفمبر"),
    re.compile(r"december|dec|dezember|dez|décembre|déc|ديسمبر"),
)
DATE_WORD = re.compile(
    r"published|posted|updated|last|on|at|am|pm|the|st|nd|rd|th|gmt|utc|t|z|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"veröffentlicht|aktualisiert|um|uhr|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|"
    r"publié|mis|jour|le|à|et|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|년|월|일|오전|오후|입력|수정|게시"
)
TOKEN = re.compile(r"\d+|[^\W\d_]+")
YEAR = re.compile(r"(?:19|20)\d\d")
LONGEST_LINE = 200
ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})")
YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?:[-./]|년) ?(?P<month>\d{1,2})(?:[-./]|월) ?(?P<day>\d{1,2})")
DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})")


@dataclass(frozen=True, slots=True)
class Credits:
    """What one line told; both None for a date line whose date cannot be read for sure."""

    byline: str | None
    published_at: datetime | None


def credits_in(line: str) -> Credits | None:
    """Read a line of credits such as `By Ada Example | 5 July 2024`; None when it says anything else."""
    byline: str | None = None
    moment: datetime | None = None
    if len(line) > LONGEST_LINE:
        return None
    for part in PARTS.split(line):
        if named := BYLINE.fullmatch(part):
            byline = next(name for name in named.groups() if name).strip()
        elif is_date_line(part):
            moment = moment or date_in(part)
        else:
            return None
    return Credits(byline, moment)


def is_date_line(text: str) -> bool:
    """Say whether a text consists of a date and of nothing else."""
    tokens = TOKEN.findall(text.casefold())
    has_year = any(map(YEAR.fullmatch, tokens))
    return has_year and len(tokens) > 2 and all(map(_may_stand_in_a_date, tokens))


def date_in(text: str) -> datetime | None:
    """Read a date: a moment with an offset as such, a day as its midnight in UTC, `3/4/2024` not at all."""
    try:
        if exact := ISO.search(text):
            return datetime.fromisoformat(exact[0]).astimezone(UTC)
        if numbers := YEAR_FIRST.search(text) or DAY_FIRST.search(text):
            return datetime(int(numbers["year"]), int(numbers["month"]), int(numbers["day"]), tzinfo=UTC)
        return _worded_date(TOKEN.findall(text.casefold()))
    except (ValueError, OverflowError):
        return None


def _may_stand_in_a_date(token: str) -> bool:
    return token.isdecimal() or _month(token) is not None or DATE_WORD.fullmatch(token) is not None


def _worded_date(tokens: list[str]) -> datetime | None:
    months = [(at, month) for at, token in enumerate(tokens) if (month := _month(token))]
    year = next((int(token) for token in tokens if YEAR.fullmatch(token)), None)
    if not months or year is None:
        return None
    at, month = months[0]
    before = [token for token in tokens[:at] if token.isdecimal()]
    nearest = [
        *tokens[at + 1 : at + 2],
        *before[-1:],
    ]  # `July 5` before `5 July`: what precedes may be a time
    day = next((int(token) for token in nearest if token.isdecimal() and len(token) < 3), None)
    return None if day is None else datetime(year, month, day, tzinfo=UTC)


def _month(token: str) -> int | None:
    return next((number for number, names in enumerate(MONTHS, 1) if names.fullmatch(token)), None)
