"""What does the importer hand over for a page it has read?"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

BodyFormat = Literal["markdown", "html"]


class PageFormat(StrEnum):
    """The three kinds of file that can be imported."""

    MARKDOWN = "markdown"
    HTML = "html"
    PLAIN = "plain"


class Found(StrEnum):
    """What a finding is about."""

    CATEGORY_LINE = "category_line"
    TITLE = "title"
    BYLINE = "byline"
    DATE = "date"
    TAGS = "tags"
    LEAD = "lead"
    HEADING = "heading"
    CAPTION = "caption"
    SHORT_LINE = "short_line"  # might have been a heading, and was kept as a paragraph
    EMPTY = "empty"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the reader recognised or left out; `line` counts from 1 in the file as given."""

    what: Found
    text: str
    line: int | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPage:
    """A page as an article wants it; `published_at` is in UTC, `slug` comes from front matter alone."""

    title: str
    format: BodyFormat
    body: str
    standfirst: str | None = None
    byline: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    slug: str | None = None
    published_at: datetime | None = None
    findings: tuple[Finding, ...] = field(default=())


class UnreadablePage(ValueError):
    """A file that is no article, with the line (counted from 1) where that shows, when there is one."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        """Keep the line beside the message, which names it as well."""
        super().__init__(reason if line is None else f"line {line}: {reason}")
        self.line = line
