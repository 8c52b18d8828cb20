"""What does a file say that somebody wants to import as an article, and what on it is left out?"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import PurePath

from app.articles.importing.decoding import decode_page
from app.articles.importing.describing import describe
from app.articles.importing.htmlpage import read_html
from app.articles.importing.lines import INVISIBLE
from app.articles.importing.markdownpage import read_markdown
from app.articles.importing.page import BodyFormat, Finding, Found, ImportedPage, PageFormat, UnreadablePage
from app.articles.importing.plainpage import read_plain

__all__ = [
    "BodyFormat",
    "Finding",
    "Found",
    "ImportedPage",
    "PageFormat",
    "UnreadablePage",
    "decode_page",
    "describe",
    "format_of",
    "read_page",
]

MOST_CHARACTERS = 4 * 1024 * 1024
LINE_END = re.compile(r"\r\n|\r")
BY_SUFFIX = {
    ".md": PageFormat.MARKDOWN,
    ".markdown": PageFormat.MARKDOWN,
    ".mdown": PageFormat.MARKDOWN,
    ".html": PageFormat.HTML,
    ".htm": PageFormat.HTML,
    ".xhtml": PageFormat.HTML,
}
# What an opening must say for a file whose name says something else, or nothing.
SURELY_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
HTML_FRAGMENT = re.compile(r"\s*<(?:article|main|section|div|header|h[1-6]|p)\b[^<>]*>", re.I)
SURELY_MARKDOWN = re.compile(r"---[ \t]*\r?\n(?=[\w\"'#])")
MARKDOWN_HEADING = re.compile(r"\s*#{1,6} \S")


def format_of(filename: str, text: str) -> PageFormat:
    """Say what kind of page a file is: by its name, unless its first words say otherwise beyond doubt."""
    text = text.removeprefix("\ufeff")[:4096]
    suffix = PurePath(filename).suffix.lower()
    if suffix in BY_SUFFIX:
        return BY_SUFFIX[suffix]
    if SURELY_HTML.match(text):
        return PageFormat.HTML
    if SURELY_MARKDOWN.match(text):
        return PageFormat.MARKDOWN
    if suffix in {".txt", ".text"}:
        return PageFormat.PLAIN
    if HTML_FRAGMENT.match(text):
        return PageFormat.HTML
    return PageFormat.MARKDOWN if MARKDOWN_HEADING.match(text) else PageFormat.PLAIN


def read_page(
    text: str,
    *,
    format: PageFormat,  # noqa: A002  the word that the API and the table use as well
    known_categories: Collection[str] = (),
    categories: Sequence[str] = (),
) -> ImportedPage:
    """Read a page into what an article needs; `categories`, when given, replace those that were found.

    Raises:
        UnreadablePage: it is empty, too large, no text, without a title, or its front matter is broken.

    """
    text = _checked(text.removeprefix("\ufeff"))
    if format is PageFormat.PLAIN:
        page = read_plain(text, known_categories=known_categories)
    elif format is PageFormat.HTML:
        page = read_html(LINE_END.sub("\n", text))
    else:
        page = read_markdown(LINE_END.sub("\n", text))
    return replace(page, categories=tuple(dict.fromkeys(categories))) if categories else page


def _checked(text: str) -> str:
    if not INVISIBLE.sub("", text).strip():
        raise UnreadablePage("the file is empty")
    if len(text) > MOST_CHARACTERS:
        raise UnreadablePage(f"longer than {MOST_CHARACTERS} characters")
    if "\x00" in text:
        raise UnreadablePage("not a text: it holds NUL bytes")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise UnreadablePage("not a text: it holds half a character", line=line) from None
    return text
