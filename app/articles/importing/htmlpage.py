"""How does an HTML page or fragment become an article, without what stands around it?"""

import re
from collections import Counter
from collections.abc import Iterator

import nh3
from bs4 import BeautifulSoup, Tag

from app.articles.importing.clearing import is_form_line
from app.articles.importing.contents import Part, report_contents
from app.articles.importing.furniture import FORM_HEADING, FORM_NOTE
from app.articles.importing.htmlhead import Head, read_head, text_of
from app.articles.importing.lines import same_words
from app.articles.importing.page import Finding, Found, ImportedPage, UnreadablePage

DEEPEST = 500  # elements inside each other; browsers stop at 512, and parsers slow down far beyond
NEVER_DEEP = re.compile(  # elements without an end, or whose end people leave out
    r"p|li|dt|dd|t[rdh]|thead|tbody|tfoot|option|optgroup|colgroup|rt|rp|"
    r"area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr",
    re.IGNORECASE,
)
A_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)")

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TEXT_BLOCKS = ("p", "ul", "ol", "dl", "pre", "blockquote", "table", "figure")
# Taken out with what is in them: what holds no words for readers, and what is not the article.
WORDLESS = frozenset({"script", "style", "template", "svg", "math", "object", "iframe", "canvas"})
AROUND = ("nav", "aside", "form", "footer", "dialog", "noscript", "button", "input", "select", "textarea")
AROUND_BY_NAME = re.compile(
    r"respond|comments|comments-area|comment-list|comment-respond|sharedaddy|jp-relatedposts|related-posts|"
    r"post-navigation|breadcrumbs?|skip-link|screen-reader-text|entry-meta|entry-footer|newsletter"
)
STRUCTURE = ("html", "head", "body", "title", "meta", "article", "main", "section", "picture", "source")
CODE = ("pre", "code")  # their class names the language
EMPTY_WITHOUT_WORDS = ("header", "div", "section", "p", "span")
LINKING = frozenset({"href", "src", "alt", "width", "height", "cite"})
MEANING = frozenset({"id", "lang", "dir", "title", "datetime", "start", "reversed", "colspan", "rowspan", "scope"})
BODY_ATTRIBUTES = LINKING | MEANING
HEAD_ATTRIBUTES = frozenset({"class", "rel", "name", "content", "property", "itemprop", "hidden", "role"})


def read_html(text: str) -> ImportedPage:
    """Read the `<article>` of a page, else its `<main>`, else all of it, without what stands around.

    Raises:
        UnreadablePage: no title, or elements nested so deeply that no person wrote them.

    """
    _refuse_a_bomb(text)
    soup = BeautifulSoup(_well_formed(text), "html.parser")
    head = read_head(text, soup)  # before anything is taken out: authors and dates often stand in what goes
    around = [*_wordless(text), *_take_out_around(soup)]
    root = _root(soup)
    for heading in root.find_all("h1"):
        if same_words(text_of(heading)) == same_words(head.title.text):
            heading.decompose()
    form_words = _take_out_form_words(root)
    outside = _outside(soup, root, head)
    _tidy(root)
    return ImportedPage(
        title=head.title.text,
        format="html",
        body=root.decode_contents().strip(),
        standfirst=head.standfirst,
        byline=head.byline,
        categories=head.categories,
        tags=head.tags,
        language=head.language,
        published_at=head.published_at,
        findings=(
            head.title,
            *head.findings,
            *report_contents(_parts(root), head.title.text),
            *around,
            *form_words,
            *outside,
        ),
    )


def _refuse_a_bomb(text: str) -> None:
    depth = 0
    for tag in A_TAG.finditer(text):
        if NEVER_DEEP.fullmatch(tag["name"]):
            continue
        depth = max(0, depth - 1) if tag["close"] else depth + 1
        if depth > DEEPEST:
            line = text.count("\n", 0, tag.start()) + 1
            raise UnreadablePage(f"more than {DEEPEST} elements inside each other", line=line)


def _well_formed(text: str) -> str:
    """Parse as browsers do, so that what follows meets every element closed and every attribute quoted."""
    return nh3.clean(
        text,
        tags={*nh3.ALLOWED_TAGS, *STRUCTURE, *AROUND},
        clean_content_tags=set(WORDLESS),
        attributes={"*": set(BODY_ATTRIBUTES | HEAD_ATTRIBUTES)},
        link_rel=None,
    )


def _wordless(text: str) -> Iterator[Finding]:
    names = Counter(tag["name"].lower() for tag in A_TAG.finditer(text) if not tag["close"])
    for name in sorted(WORDLESS & names.keys()):
        yield Finding(Found.LEFT_OUT, f"<{name}> × {names[name]}", None, "an element that is not text")


def _take_out_around(soup: BeautifulSoup) -> list[Finding]:
    findings: list[Finding] = []
    for element in soup.find_all(_is_around):
        if element.decomposed:
            continue
        text = text_of(element)
        if text:
            findings.append(Finding(Found.LEFT_OUT, f"<{element.name}> {text}", None, "stands around the article"))
        element.decompose()
    return findings


def _is_around(element: Tag) -> bool:
    if element.name in AROUND:
        return element.name != "form" or element.find(("h1", "main")) is None  # some systems wrap all in one
    names = [*element.get_attribute_list("class"), *element.get_attribute_list("id")]
    named = any(AROUND_BY_NAME.fullmatch(name) for name in names if name) or element.has_attr("hidden")
    return named and element.find(("h1", "main")) is None


def _root(soup: BeautifulSoup) -> Tag:
    articles = soup.find_all("article")
    titled = [article for article in articles if article.find("h1")]
    if titled or articles:
        return max(titled or articles, key=lambda article: len(article.get_text()))
    return soup.find("main") or soup.find(None, {"role": "main"}) or soup


def _take_out_form_words(root: Tag) -> list[Finding]:
    """Take out the words of a reply form that stand outside any form, from the end upwards."""
    findings: list[Finding] = []
    something_follows = False
    for element in reversed(root.find_all((*HEADINGS, "p"))):
        text = text_of(element)
        note = is_form_line(text) and FORM_NOTE.search(text)
        if note or (FORM_HEADING.fullmatch(text) and not something_follows):
            findings.insert(0, Finding(Found.LEFT_OUT, text, None, "words of the reply form"))
            element.decompose()
        elif text:
            something_follows = True
    return findings


def _outside(soup: BeautifulSoup, root: Tag, head: Head) -> list[Finding]:
    """Report what stands outside the article, but for its title and author, which have been used."""
    if root is soup:
        return _page_headers(root)
    used = {same_words(head.title.text), same_words(head.byline or ""), ""}
    root.extract()
    for title in soup.find_all("title"):
        title.decompose()
    return [
        Finding(Found.LEFT_OUT, text, None, f"stands outside <{root.name}>")
        for text in soup.stripped_strings
        if same_words(text) not in used
    ]


def _page_headers(root: Tag) -> list[Finding]:
    findings = []
    for header in root.find_all("header", recursive=False):
        findings.append(Finding(Found.LEFT_OUT, f"<header> {text_of(header)}", None, "stands around the article"))
        header.decompose()
    return findings


def _tidy(root: Tag) -> None:
    for element in root.find_all(("title", "meta")):
        element.decompose()
    for form in root.find_all("form"):
        form.unwrap()
    for element in reversed(root.find_all(EMPTY_WITHOUT_WORDS)):  # inner ones first, so that outer ones are empty
        if all(isinstance(child, str) and not child.strip() for child in element.children):
            element.decompose()
    for element in root.find_all(lambda _: True):
        kept = BODY_ATTRIBUTES | {"class"} if element.name in CODE else BODY_ATTRIBUTES
        element.attrs = {name: value for name, value in element.attrs.items() if name in kept}


def _part(element: Tag) -> Part:
    if element.name in HEADINGS:
        return Part(Found.HEADING, text_of(element), None, f"level {element.name[1]}")
    return Part(None, text_of(element), None)


def _parts(root: Tag) -> list[Part]:
    """Give headings and blocks of text, but not the blocks inside a list, a quotation or a table."""
    elements = root.find_all((*HEADINGS, *TEXT_BLOCKS))
    return [_part(element) for element in elements if not any(p.name in TEXT_BLOCKS for p in element.parents)]
