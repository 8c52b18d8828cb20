"""What may readers and editors write, and what HTML is shown for it?"""

import re
from typing import Literal

from nh3 import Cleaner

from app.ground.flow import WRAPPERS, row_of_blocks, without_depths
from app.ground.markdown import article_html, comment_html
from app.ground.tags import HEADINGS, text_of

__all__ = ["RENDERER", "is_blank", "links_in", "render_article", "render_comment", "text_of"]

# Raise it whenever the same source would give other HTML: `rejoinder comments rerender` finds what is older.
RENDERER = 1

_LANGUAGE = re.compile(r"language-[A-Za-z0-9+#._-]{1,30}")
_WEB_OR_RELATIVE = re.compile(r"\s*(?:https?:|[^:/?#]*(?:[/?#]|\Z))", re.IGNORECASE)
_LINK = re.compile(r'<a(?: [^>]*)? href="')
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
# White space, controls, the empty Braille cell, and what Unicode's DerivedCoreProperties call ignorable.
_NOTHING_TO_SEE = re.compile(
    "[\\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)


def render_comment(source: str) -> str:
    """A reader's comment as HTML that is safe on any page.

    No ids, and no classes but a code block's `language-…`. See `markdown.comment_html` for what is read how.
    """
    return _COMMENT.clean(_whole(comment_html(source)))


def render_article(source: str, *, format: Literal["markdown", "html"]) -> str:  # noqa: A002 - the article's field
    """An editor's article as a row of clean blocks, whose headings keep the ids their author gave them."""
    html = article_html(source) if format == "markdown" else source
    return row_of_blocks(_ARTICLE.clean(without_depths(_whole(html))))


def links_in(html: str) -> int:
    """How many links rendered HTML has; bare ones are links by then."""
    return sum(1 for _ in _LINK.finditer(html))


def is_blank(html: str) -> bool:
    """Whether rendered HTML says nothing: a rule or a link without a name says nothing either."""
    return bool(_NOTHING_TO_SEE.fullmatch(text_of(html)))


def _whole(text: str) -> str:
    """Half a surrogate pair is no character, and has no form in UTF-8."""
    return _HALF_A_CHARACTER.sub("\ufffd", text)


def _language_only(element: str, attribute: str, value: str) -> str | None:
    """The class that names a code block's language (HTML, 4.5.15); others could meet the page's styles."""
    if (element, attribute) != ("code", "class"):
        return value
    return next((name for name in value.split() if _LANGUAGE.fullmatch(name)), None)


def _article_attribute(element: str, attribute: str, value: str) -> str | None:
    if (element, attribute) == ("img", "src"):
        return value if _WEB_OR_RELATIVE.match(value) else None
    return _language_only(element, attribute, value)


_COMMENT = Cleaner(
    tags={"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"},
    attributes={"*": set(), "a": {"href"}, "code": {"class"}, "ol": {"start"}},
    attribute_filter=_language_only,
    url_schemes={"http", "https"},
    url_relative="deny",
    link_rel="nofollow ugc noopener",
)

_ARTICLE = Cleaner(
    tags={
        *HEADINGS,
        *WRAPPERS,
        *{"blockquote", "dd", "dl", "dt", "figcaption", "figure", "hr", "li", "ol", "p", "pre", "ul"},
        *{"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"},
        *{
            "a",
            "abbr",
            "b",
            "bdi",
            "bdo",
            "br",
            "cite",
            "code",
            "del",
            "dfn",
            "em",
            "i",
            "img",
            "ins",
            "kbd",
            "mark",
        },
        *{
            "q",
            "rp",
            "rt",
            "ruby",
            "s",
            "samp",
            "small",
            "span",
            "strong",
            "sub",
            "sup",
            "time",
            "u",
            "var",
            "wbr",
        },
    },
    clean_content_tags={
        "iframe",
        "math",
        "noscript",
        "object",
        "script",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
    },
    attributes={
        "*": {"dir", "lang"},
        **{heading: {"id"} for heading in HEADINGS},
        "a": {"href", "hreflang", "title"},
        "abbr": {"title"},
        "blockquote": {"cite"},
        "code": {"class"},
        "img": {"alt", "height", "loading", "src", "title", "width"},
        "li": {"value"},
        "ol": {"reversed", "start", "type"},
        "q": {"cite"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
        "time": {"datetime"},
    },
    tag_attribute_values={cell: {"align": {"center", "left", "right"}} for cell in ("td", "th")},
    attribute_filter=_article_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
