"""What stands above the text of a copied page: its categories, its title, its author and date?"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from app.articles.importing.categoryline import categories_in, is_known, separated
from app.articles.importing.credits import Credits, credits_in
from app.articles.importing.headings import without_marks
from app.articles.importing.lines import Block, columns, is_closed, is_question, same_words
from app.articles.importing.page import Finding, Found, UnreadablePage

WIDEST_TITLE = 250
WIDEST_SENTENCE_AS_TITLE = 120
MOST_CATEGORY_LINES = 5
CREDIT_LINES = 6  # how far under a title its author and date may stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What was read above the text, and the blocks of the text."""

    title: str
    categories: tuple[str, ...]
    byline: str | None
    published_at: datetime | None
    rest: list[Block]
    findings: tuple[Finding, ...]


def read_opening(blocks: Sequence[Block], known_categories: Collection[str]) -> Opening:
    """Read category line, title and credits.

    Raises:
        UnreadablePage: nothing is left on the page, or it begins with a paragraph.

    """
    count = _category_line_count(blocks, known_categories)
    category_line = " | ".join(block.text for block in blocks[:count])
    title = _title(blocks[count:])
    told, credit_lines, rest = _take_credits(blocks[count + 1 :])
    text = without_marks(title.text)
    found = Finding(Found.TITLE, text, title.line, "the first line of the article")
    return Opening(
        title=text,
        categories=categories_in(category_line, known_categories),
        byline=told.byline,
        published_at=told.published_at,
        rest=rest,
        findings=(*_category_finding(blocks[:count], category_line, known_categories), found, *credit_lines),
    )


def _category_line_count(blocks: Sequence[Block], known: Collection[str]) -> int:
    """Say how many blocks at the top name categories; a title must follow them."""
    run = _length_while(blocks, lambda block: is_known(block.text, known))
    if run and len(blocks) > run and not _is_paragraph(blocks[run]):
        return run
    words = Counter(same_words(block.text) for block in blocks)
    top = range(1, min(len(blocks), MOST_CATEGORY_LINES + 1))
    above_repeated = next((place for place in top if words[same_words(blocks[place].text)] > 1), 0)
    group = _length_while(blocks, lambda block: block.group == 0)
    counts = (count for count in (above_repeated, group, 1) if 0 < count <= MOST_CATEGORY_LINES)
    return next((count for count in counts if _stands_above_title(blocks, count, known, words)), 0)


def _length_while(blocks: Sequence[Block], holds: Callable[[Block], bool]) -> int:
    return len(list(takewhile(holds, blocks[: MOST_CATEGORY_LINES + 1])))


def _stands_above_title(blocks: Sequence[Block], count: int, known: Collection[str], words: Mapping[str, int]) -> bool:
    """Say whether these lines are categories: a title follows that comes again, or that is longer."""
    if len(blocks) < count + 2:
        return False
    lines, title = [block.text for block in blocks[:count]], blocks[count]
    if _is_paragraph(title) or not all(categories_in(line, known) for line in lines):
        return False
    if any(words[same_words(line)] > 1 for line in lines):
        return False
    if words[same_words(title.text)] > 1:
        return True
    widest = max(map(columns, lines))
    return columns(title.text) > (widest if count > 1 or separated(lines[0]) else 1.5 * widest)


def _category_finding(lines: Sequence[Block], text: str, known: Collection[str]) -> list[Finding]:
    if not lines:
        return []
    if is_known(text, known):
        why = "known names"
    else:
        why = "its separators" if separated(text) else "the words of a short first line"
    return [Finding(Found.CATEGORY_LINE, text, lines[0].line, f"split by {why}")]


def _title(blocks: Sequence[Block]) -> Block:
    if not blocks:
        raise UnreadablePage("no title: nothing of an article is on this page")
    title, wide = blocks[0], columns(blocks[0].text)
    if wide > WIDEST_TITLE or (wide > WIDEST_SENTENCE_AS_TITLE and is_closed(title.text)):
        reason = f"no title: the text begins with a paragraph of {len(title.text)} characters"
        raise UnreadablePage(reason, line=title.line)
    return title


def _take_credits(blocks: Sequence[Block]) -> tuple[Credits, list[Finding], list[Block]]:
    """Take author and date from the lines under the title."""
    byline, moment = None, None
    findings: list[Finding] = []
    kept: list[Block] = []
    for block in blocks[:CREDIT_LINES]:
        told = credits_in(block.text)
        if told is None:
            kept.append(block)
            continue
        byline, moment = byline or told.byline, moment or told.published_at
        findings.append(_credit_finding(told, block))
    return Credits(byline, moment), findings, [*kept, *blocks[CREDIT_LINES:]]


def _credit_finding(told: Credits, block: Block) -> Finding:
    if told.byline:
        return Finding(Found.BYLINE, block.text, block.line, "under the title")
    if told.published_at:
        return Finding(Found.DATE, block.text, block.line, "under the title")
    return Finding(Found.LEFT_OUT, block.text, block.line, "a date that cannot be read for sure")


def _is_paragraph(block: Block) -> bool:
    return columns(block.text) > WIDEST_TITLE or (is_closed(block.text) and not is_question(block.text))
