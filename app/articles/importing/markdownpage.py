"""How does a Markdown file with front matter become an article?"""

from collections.abc import Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.articles.importing.contents import Part, report_contents
from app.articles.importing.frontmatter import FrontMatter, moment_in, split_front_matter
from app.articles.importing.lines import same_words
from app.articles.importing.page import Finding, Found, ImportedPage, UnreadablePage

BLOCKS = MarkdownIt("commonmark").disable("inline")
INLINE = MarkdownIt("commonmark")


def read_markdown(text: str) -> ImportedPage:
    """Read a Markdown file. The title falls back to the first level-one heading, which then leaves the body.

    Raises:
        UnreadablePage: broken front matter, or no title in either place.

    """
    front = split_front_matter(text)
    tokens = BLOCKS.parse(front.text)
    title, used = _title(front, tokens)
    body, rest = front.text, tokens
    if used is not None:
        first, end = tokens[used].map or [0, 0]
        lines = body.split("\n")
        body = "\n".join([*lines[:first], *lines[end:]])
        rest = [*tokens[:used], *tokens[used + 3 :]]  # a heading is three tokens: open, inline, close
    return ImportedPage(
        title=title.text,
        format="markdown",
        body=body.strip("\n"),
        standfirst=_one(front, "standfirst"),
        byline=", ".join(front.fields["byline"].texts) if "byline" in front.fields else None,
        categories=_many(front, "categories"),
        tags=_many(front, "tags"),
        language=_one(front, "language"),
        slug=_one(front, "slug"),
        published_at=moment_in(front.fields["published_at"]) if "published_at" in front.fields else None,
        findings=(title, *report_contents(_parts(rest, front.lines_above), title.text), *_unused(front)),
    )


def _title(front: FrontMatter, tokens: Sequence[Token]) -> tuple[Finding, int | None]:
    """Find the title, and the place of the heading that says it and therefore leaves the body."""
    headings = (i for i, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h1")
    place = next((i for i in headings if not tokens[i].level and _plain(tokens[i + 1].content)), None)
    heading = "" if place is None else _plain(tokens[place + 1].content)
    if given := front.fields.get("title"):
        same = same_words(given.texts[0]) == same_words(heading)
        return Finding(Found.TITLE, given.texts[0], given.line, f"key {given.key!r}"), place if same else None
    if place is None:
        raise UnreadablePage("no title: neither in the front matter nor as a `# heading`")
    why = "the first level-one heading"
    return Finding(Found.TITLE, heading, _line(tokens[place], front.lines_above), why), place


def _parts(tokens: Sequence[Token], lines_above: int) -> list[Part]:
    parts: list[Part] = []
    for token, following in pairwise([*tokens, None]):
        if token is None or token.level or token.nesting < 0 or token.type == "inline":
            continue
        text = following.content if following and following.type == "inline" else token.content
        line = _line(token, lines_above)
        if token.type == "heading_open":
            parts.append(Part(Found.HEADING, _plain(text), line, f"level {token.tag[1:]}"))
        else:
            parts.append(Part(None, text, line))
    return parts


def _unused(front: FrontMatter) -> list[Finding]:
    return [Finding(Found.LEFT_OUT, value.key, value.line, f"front matter: {why}") for value, why in front.unused]


def _plain(markdown: str) -> str:
    """Give the text of a heading without its marks."""
    children = INLINE.parseInline(markdown)[0].children or []
    parts = (" " if child.type in {"softbreak", "hardbreak"} else child.content for child in children)
    return " ".join("".join(parts).split())


def _line(token: Token, lines_above: int) -> int:
    return lines_above + (token.map or [0])[0] + 1


def _one(front: FrontMatter, field: str) -> str | None:
    return front.fields[field].texts[0] if field in front.fields else None


def _many(front: FrontMatter, field: str) -> tuple[str, ...]:
    """Give a list as it is, and a text as the names between its commas."""
    value = front.fields.get(field)
    if value is None:
        return ()
    names = value.texts if value.is_list else tuple(value.texts[0].split(","))
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
