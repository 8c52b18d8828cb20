"""How does the text of a page, as a person copied it from a browser, become an article again?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from html import escape

from app.articles.importing.clearing import tags_in, without_furniture, without_reply_form
from app.articles.importing.contents import Part, report_contents
from app.articles.importing.headings import is_numbered, may_be_heading, without_marks
from app.articles.importing.lines import Block, blocks_of, is_closed, is_question, same_words
from app.articles.importing.opening import read_opening
from app.articles.importing.page import Finding, Found, ImportedPage


class Kind(Enum):
    """What a block of the article's text is."""

    HEADING = auto()
    PARAGRAPH = auto()
    CAPTION = auto()
    RULE = auto()
    ITEM = auto()
    SHORT = auto()  # could be a heading; decided by what follows it


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    block: Block


def read_plain(text: str, *, known_categories: Collection[str] = ()) -> ImportedPage:
    """Read a copied page: category line, title, lead, headings, captions, without the page's own words."""
    blocks, form_words = without_reply_form(blocks_of(text))
    blocks, furniture = without_furniture(blocks)
    opening = read_opening(blocks, known_categories)
    sorted_out, doubts = _sort(opening.rest, opening.title)
    pieces = [piece for piece in sorted_out if piece.kind is not Kind.RULE]
    return ImportedPage(
        title=opening.title,
        byline=opening.byline,
        categories=opening.categories,
        tags=tuple(tag for finding in furniture if finding.what is Found.TAGS for tag in tags_in(finding.text)),
        published_at=opening.published_at,
        format="html",
        body="\n".join(_html(piece) for piece in pieces),
        findings=(
            *opening.findings,
            *report_contents([_part(piece) for piece in pieces], opening.title),
            *sorted([*doubts, *furniture, *form_words], key=lambda finding: finding.line or 0),
        ),
    )


def _sort(blocks: Sequence[Block], title: str) -> tuple[list[Piece], list[Finding]]:
    """Say of every block what it is: first by itself and its line breaks, then by what follows it."""
    pieces = _lists_told_apart([Piece(_kind_alone(block, same_words(title)), block) for block in blocks])
    doubts: list[Finding] = []
    for index, piece in enumerate(pieces):
        if piece.kind is Kind.RULE:
            doubts.append(Finding(Found.LEFT_OUT, piece.block.text, piece.block.line, "a line without words"))
        if piece.kind is not Kind.SHORT:
            continue
        doubt = _why_no_heading(pieces, index)
        pieces[index] = Piece(Kind.PARAGRAPH if doubt else Kind.HEADING, piece.block)
        if doubt:
            doubts.append(Finding(Found.SHORT_LINE, piece.block.text, piece.block.line, doubt))
    return pieces, doubts


def _kind_alone(block: Block, title: str) -> Kind:
    if same_words(block.text) == title:
        return Kind.CAPTION
    if not any(map(str.isalnum, block.text)):
        return Kind.RULE
    return Kind.SHORT if may_be_heading(block.text) else Kind.PARAGRAPH


def _lists_told_apart(pieces: list[Piece]) -> list[Piece]:
    """Take short lines that end a group together as a list without marks, where blank lines part groups."""
    sorted_out = list(pieces)
    if len({piece.block.group for piece in pieces}) < 2:
        return sorted_out
    run = 0
    for index, piece in enumerate(pieces):
        follows = index and pieces[index - 1].block.group == piece.block.group
        run = (run if follows else 0) + 1 if piece.kind is Kind.SHORT else 0
        ends = index + 1 == len(pieces) or pieces[index + 1].block.group != piece.block.group
        if ends and run > 1:
            for place in range(index + 1 - run, index + 1):
                sorted_out[place] = Piece(Kind.ITEM, pieces[place].block)
    return sorted_out


def _why_no_heading(pieces: Sequence[Piece], index: int) -> str | None:
    """Say what speaks against a heading here: it needs text of its own under it and no list around it."""
    text = pieces[index].block.text
    before = pieces[index - 1] if index else None
    following = (pieces[place] for place in range(index + 1, len(pieces)))
    after = next((piece for piece in following if piece.kind not in (Kind.CAPTION, Kind.RULE)), None)
    if after is None:
        return "no text stands under it"
    if after.kind is Kind.SHORT:
        return "another short line stands under it"
    if before and before.block.text.endswith((":", "：")):
        return "the line above leads on to it"
    if before and is_numbered(text) and before.kind is Kind.PARAGRAPH and is_numbered(before.block.text):
        return "it goes on with a numbered list"
    if is_question(text) and not is_closed(after.block.text):
        return "a question without an answer"
    return None


def _part(piece: Piece) -> Part:
    text, line = piece.block.text, piece.block.line
    if piece.kind is Kind.HEADING:
        return Part(Found.HEADING, without_marks(text), line, "a short line of its own")
    if piece.kind is Kind.CAPTION:
        return Part(Found.CAPTION, text, line, "the title once more: a figure")
    return Part(None, text, line)


def _html(piece: Piece) -> str:
    text = escape(without_marks(piece.block.text) if piece.kind is Kind.HEADING else piece.block.text, quote=False)
    if piece.kind is Kind.HEADING:
        return f"<h2>{text}</h2>"
    if piece.kind is Kind.CAPTION:
        return f"<figure><figcaption>{text}</figcaption></figure>"
    return f"<p>{text}</p>"
