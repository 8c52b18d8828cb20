"""What is left of a copied page when everything on it that is not the article has been taken out?"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from app.articles.importing import furniture
from app.articles.importing.lines import Block, columns, is_closed, is_question
from app.articles.importing.page import Finding, Found

LONGEST_FORM_LINE = 1000  # characters; the words of a whole form are fewer
NEAR = 3  # blocks; how soon after its heading a form shows other words of its own
LONG = 240  # columns; what is longer is somebody's prose, not a link
SENTENCE = 60  # columns; a closed text from here on is prose too

FORM_WORDS = "words of the reply form"
AFTER_FORM = "stands after the reply form"
READERS_WORDS = "a reader's comment under the article"
BUTTONS = "a button or link of the page"
END_OF_PAGE = "stands among the links under the article"

Split = tuple[list[Block], list[Finding]]


def without_reply_form(blocks: Sequence[Block]) -> Split:
    """Cut the page where its reply form begins, and where readers' comments above the form begin.

    Where more prose follows than came before, the page is about such forms, or shows one at its top: there
    only the lines that are words of a form go.
    """
    kept: list[Block] = []
    findings: list[Finding] = []
    prose = [0, *accumulate(len(block.text) if _is_prose(block) else 0 for block in blocks)]
    for index, block in enumerate(blocks):
        before, after = prose[index], prose[-1] - prose[index + 1]
        article = _text_before_form(blocks[index : index + 1 + NEAR], ends_here=after == 0)
        if article is None and not (findings and is_form_line(block.text)):
            kept.append(block)
        elif after <= before:
            return _cut(kept, findings, blocks[index:], article or "")
        else:
            kept += [replace(block, text=article)] if article else []
            findings.append(left_out(_after(block, article or ""), FORM_WORDS))
    return _cut(kept, findings, (), "")


def without_furniture(blocks: Sequence[Block]) -> Split:
    """Take out buttons, share links, navigation, and the list of links that ends a page."""
    kept: list[Block] = []
    findings: list[Finding] = []
    first, last = _first_prose(blocks), _end_of_article(blocks)
    among_buttons = False
    for index, block in enumerate(blocks[:last]):
        among_buttons = _is_button(block.text) or (among_buttons and _is_network(block.text))
        if among_buttons or (index < first and _is_of_the_top(block.text)):
            findings.append(left_out(block, BUTTONS))
        else:
            kept.append(block)
    return kept, [*findings, *map(_at_the_end, blocks[last:])]


def is_form_line(text: str) -> bool:
    """Say whether a text consists of nothing but words of a reply form, glued together or not."""
    return len(text) <= LONGEST_FORM_LINE and furniture.FORM_LINE.fullmatch(text) is not None


def left_out(block: Block, why: str) -> Finding:
    return Finding(Found.LEFT_OUT, block.text, block.line, why)


def tags_in(text: str) -> tuple[str, ...]:
    """Read the names out of a line such as `Tags: chips, robots`; no names when it is no such line."""
    match = furniture.TAG_LINE.fullmatch(text)
    return tuple(filter(None, re.split(furniture.TAG_ENDS, match["tags"].strip()))) if match else ()


def _text_before_form(blocks: Sequence[Block], *, ends_here: bool) -> str | None:
    """Give the article's own text in a block where the form begins (often none), and None elsewhere."""
    text, rest = blocks[0].text, blocks[1:]
    if is_form_line(text) and furniture.FORM_NOTE.search(text):
        return ""
    confirmed = ends_here or any(is_form_line(b.text) or furniture.FORM_NOTE.match(b.text) for b in rest)
    if furniture.FORM_HEADING.fullmatch(text) or (furniture.FORM_BEGINS.match(text) and is_form_line(text)):
        return "" if confirmed else None
    for begin in furniture.FORM_BEGINS.finditer(text, max(0, len(text) - LONGEST_FORM_LINE)):
        article, form = text[: begin.start()].rstrip(), text[begin.start() :]
        if is_closed(article) and is_form_line(form) and (confirmed or furniture.FORM_NOTE.search(form)):
            return article
    return None


def _cut(kept: list[Block], findings: list[Finding], rest: Sequence[Block], article: str) -> Split:
    """Leave out the rest of the page, but for the article's own words in it, and the comments above it."""
    form = list(rest)
    if article:
        kept = [*kept, replace(rest[0], text=article)]
        form[0] = _after(rest[0], article)
    text = range(_first_prose(kept), len(kept))
    end = next((i for i in text if _begins_comments(kept[i])), len(kept))
    comments = [left_out(block, READERS_WORDS) for block in kept[end:]]
    words = [left_out(b, FORM_WORDS if is_form_line(b.text) else AFTER_FORM) for b in form]
    return kept[:end], [*findings, *comments, *words]


def _after(block: Block, article: str) -> Block:
    return replace(block, text=block.text[len(article) :].strip())


def _begins_comments(block: Block) -> bool:
    return furniture.COMMENT_LIST.fullmatch(block.text[:LONG]) is not None


def _is_prose(block: Block) -> bool:
    wide = columns(block.text)
    return wide > LONG or (wide > SENTENCE and is_closed(block.text) and not is_question(block.text))


def _first_prose(blocks: Sequence[Block]) -> int:
    return next((i for i, block in enumerate(blocks) if _is_prose(block)), len(blocks))


def _end_of_article(blocks: Sequence[Block]) -> int:
    """Find where the links under an article begin: at a word for them that no prose follows."""
    last_prose = max((i for i, block in enumerate(blocks) if _is_prose(block)), default=len(blocks))
    tail = range(last_prose + 1, len(blocks))
    return next((i for i in tail if _begins_the_end(blocks[i].text)), len(blocks))


def _begins_the_end(text: str) -> bool:
    patterns = (furniture.AT_THE_END, furniture.COMMENT_COUNT, furniture.TAG_LINE, furniture.SHARING)
    return any(pattern.fullmatch(text) for pattern in patterns)


def _at_the_end(block: Block) -> Finding:
    if tags_in(block.text):
        return Finding(Found.TAGS, block.text, block.line, "the page's own list")
    return left_out(block, END_OF_PAGE)


def _is_button(text: str) -> bool:
    return bool(furniture.SHARING.fullmatch(text) or furniture.BUTTON.fullmatch(text))


def _is_network(text: str) -> bool:
    return furniture.NETWORK.fullmatch(text) is not None


def _is_of_the_top(text: str) -> bool:
    patterns = (furniture.AT_THE_TOP, furniture.COMMENT_COUNT, furniture.FORM_HEADING)
    return any(pattern.fullmatch(text) for pattern in patterns)
