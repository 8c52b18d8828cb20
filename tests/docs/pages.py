"""What do the README and the pages in docs/ say, piece by piece?"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced piece of a page, with the page's chapter (`##`) that it stands in."""

    page: str
    chapter: str
    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    return [
        Block(page.name, chapter, language, text)
        for chapter, content in chapters(page).items()
        for language, text in _FENCE.findall(content)
    ]


def chapters(page: Path) -> dict[str, str]:
    """A page's chapters by their headings; what stands before the first is under the empty name."""
    before, *rest = re.split(r"^## ", page.read_text(), flags=re.MULTILINE)
    named = [each.partition("\n") for each in rest]
    return {"": before} | {heading.strip(): content for heading, _, content in named}


def code_spans(page: Path) -> list[str]:
    """What stands in the running text between backticks."""
    return re.findall(r"`([^`\n]+)`", _FENCE.sub("", page.read_text()))
