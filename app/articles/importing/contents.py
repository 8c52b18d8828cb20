"""Which headings does an article have, in what order, and how much text stands under each?"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.articles.importing.page import Finding, Found


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an article's text: a heading, a caption, or (`what` is None) a paragraph, list, table or figure."""

    what: Found | None
    text: str
    line: int | None
    why: str = ""


def report_contents(parts: Sequence[Part], title: str) -> list[Finding]:
    """Report the lead, then headings and captions in their order; or that there is nothing."""
    findings: list[Finding] = []
    count = 0
    for part in reversed(parts):  # from the end, so that every heading knows what it has
        if part.what is None:
            count += 1
        elif part.what is Found.HEADING:
            findings.append(Finding(part.what, part.text, part.line, f"{part.why}, {_counted(count)} under it"))
            count = 0
        else:
            findings.append(Finding(part.what, part.text, part.line, part.why))
    if count:
        first = next(part for part in parts if part.what is None)
        findings.append(Finding(Found.LEAD, first.text, first.line, _counted(count)))
    if all(part.what is not None for part in parts):
        findings.append(Finding(Found.EMPTY, title, None, "no text stands under the title"))
    return findings[::-1]


def _counted(paragraphs: int) -> str:
    return "1 paragraph" if paragraphs == 1 else f"{paragraphs} paragraphs"
